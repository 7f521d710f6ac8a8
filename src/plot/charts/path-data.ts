import { mustBe } from "../../errors";
import { plural } from "../layout/labels";
import { decreasingOrder } from "../layout/lambda-axis";
import { validationRemedy } from "./cross-validation-plot";
import type { Step } from "./path-layers";

/** What {@link pathPlot} reads of a path. */
export interface PathPlotData {
  /** At least two different ones, each > 0, in any order. */
  readonly lambdas: ArrayLike<number>;
  /** `coefs[l][j]` is the coefficient of feature `j` at `lambdas[l]`. */
  readonly coefs: ArrayLike<ArrayLike<number>>;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Whether the objective is locally convex at each lambda. Where it no longer is, the plot is shaded. */
  readonly locallyConvex?: ArrayLike<boolean> | undefined;
}

/** What {@link pathPlot} reads of a path of several responses or classes. */
export interface PathPlotResponses extends Omit<PathPlotData, "coefs"> {
  /** `coefs[l][r][j]` is the coefficient of feature `j` for response `r` at `lambdas[l]`. */
  readonly coefs: ArrayLike<ArrayLike<ArrayLike<number>>>;
  /** One a response; of classes their labels. */
  readonly responseNames: readonly string[];
}

/** The path of one response. */
export interface ResponsePath {
  /** Undefined where it is the only one. */
  readonly name?: string;
  /** From the largest lambda to the smallest. */
  readonly steps: readonly Step[];
}

/** The path of each response. */
export function readPath(path: PathPlotData | PathPlotResponses): ResponsePath[] {
  const where = "pathPlot";
  const { lambdas, coefs, featureNames, responseNames, locallyConvex } = Object(path) as PathPlotData &
    Partial<PathPlotResponses>;
  if (!lambdas || !coefs || !featureNames)
    throw mustBe(
      where,
      "path",
      "what path(X, y) gives",
      path,
      validationRemedy(path) ?? "use coefficientPlot for one fit",
    );
  if (featureNames.length === 0) throw mustBe(where, "featureNames", "at least one name", featureNames);
  if (responseNames?.length === 0) throw mustBe(where, "responseNames", "at least one name", responseNames);
  if (coefs.length !== lambdas.length)
    throw mustBe(where, "coefs", `${plural(lambdas.length, "array")}, one a lambda`, coefs);
  if (locallyConvex !== undefined && locallyConvex.length !== lambdas.length)
    throw mustBe(where, "locallyConvex", `${lambdas.length} truth values, one a lambda`, locallyConvex);
  const order = decreasingOrder(where, lambdas, "use coefficientPlot for one fit");
  const stepOf = (l: number, coef: ArrayLike<number>, what: string): Step => {
    if (Object(coef).length !== featureNames.length)
      throw mustBe(where, what, `${featureNames.length} numbers, one a feature`, coef);
    for (let j = 0; j < coef.length; j++)
      if (!Number.isFinite(coef[j]))
        throw mustBe(where, `${what}[${j}] ("${featureNames[j]}")`, "a finite number", coef[j]);
    return { lambda: lambdas[l], coef, convex: locallyConvex?.[l] };
  };
  if (responseNames === undefined) return [{ steps: order.map((l) => stepOf(l, coefs[l], `coefs[${l}]`)) }];
  const several = coefs as unknown as PathPlotResponses["coefs"];
  for (const l of order)
    if (Object(several[l]).length !== responseNames.length)
      throw mustBe(
        where,
        `coefs[${l}]`,
        `${plural(responseNames.length, "array")}, one a response`,
        several[l],
      );
  return responseNames.map((name, r) => ({
    name,
    steps: order.map((l) => stepOf(l, several[l][r], `coefs[${l}][${r}]`)),
  }));
}
