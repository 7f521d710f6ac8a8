/** The sections on how `lambda` was chosen: the path ({@link pathSection}) and the cross-validation ({@link validationSection}). */
import { counted, formatNumber } from "../../display/formatting";
import { crossValidationPlot } from "../charts/cross-validation-plot";
import { type PathPlotData, pathPlot } from "../charts/path-plot";
import type { Section } from "./blocks";
import type { ReportedPath, Subject } from "./subject";
import { inWords, named, notesOf, paragraph, shortNames } from "./writing";

/** The number of features that are named as the first ones of a path. */
const FIRST_FEATURES = 5;

/** Returns the section on the path; undefined where there is none. */
export function pathSection({ path, crossValidation: cv, fit }: Subject): Section | undefined {
  if (path === undefined) return undefined;
  const lambdas = Array.from(path.lambdas);
  const [highest, lowest] = [Math.max(...lambdas), Math.min(...lambdas)];
  const first = firstFeatures(path);
  const isOnPath =
    cv !== undefined && [cv.lambdaMin, cv.lambda1se].every((at) => at >= lowest && at <= highest);
  const marks = isOnPath ? { lambdaMin: cv.lambdaMin, lambda1se: cv.lambda1se } : {};
  return {
    heading: "Regularization path",
    blocks: [
      paragraph(
        `The coefficients are followed over ${counted(lambdas.length, "value")} of λ from ${formatNumber(highest)} down to ${formatNumber(lowest)}; features enter the model as λ falls.`,
        first.length > 0
          ? `The first to enter ${first.length === 1 ? "is" : "are"} ${inWords(first.map(named))}.`
          : "",
        isOnPath ? "" : `The model of this report is at λ = ${formatNumber(fit.lambda)}.`,
      ),
      { kind: "chart", draw: (width) => pathPlot(path as PathPlotData, { width, ...marks }) },
    ],
  };
}

/** The features in the order in which they get a coefficient, of equal ones that of the columns. */
function firstFeatures({ lambdas, coefs, featureNames }: ReportedPath): string[] {
  const order = [...Array.from(lambdas).keys()].sort((a, b) => lambdas[b] - lambdas[a]);
  const entered = new Set<number>();
  for (const l of order) {
    const each = coefs[l];
    const vectors =
      typeof each[0] === "number"
        ? [each as ArrayLike<number>]
        : Array.from(each as ArrayLike<ArrayLike<number>>);
    for (let j = 0; j < featureNames.length && entered.size < FIRST_FEATURES; j++)
      if (vectors.some((coef) => coef[j] !== 0)) entered.add(j);
    if (entered.size >= FIRST_FEATURES) break;
  }
  return [...entered].map((j) => featureNames[j]);
}

/** Returns the section on the cross-validation; undefined where there is none. */
export function validationSection({ crossValidation: cv }: Subject): Section | undefined {
  if (cv === undefined) return undefined;
  const hasScores = cv.folds.length > 0;
  return {
    heading: "Cross-validation",
    blocks: [
      paragraph(
        hasScores
          ? `The rows were divided into folds, each of which was predicted by a fit to ${cv.timeOrdered ? "those before it" : "the others"}. The score is the ${cv.measure}; ${cv.higherIsBetter ? "higher" : "lower"} is better.`
          : "It was interrupted before the first fold was done, so that there are no scores.",
        hasScores
          ? "`lambdaMin` is the λ of the best mean score, and `lambda1se` the largest λ whose mean score is within one standard error of it."
          : "",
      ),
      ...(hasScores
        ? [{ kind: "chart", draw: (width: number) => crossValidationPlot(cv, { width }) } as const]
        : []),
      // The curve of letters that the table has below is drawn above.
      { kind: "table", table: shortNames(cv.summary(), { notes: [] }) },
      ...notesOf(cv.notes),
    ],
  };
}
