/** {@link penaltyInWords} describes a penalty in sentences, from the name of its estimator and the options that it was made with. */
import { formatNumber } from "../../display/formatting";

/** The options of an estimator, as they were given; undefined where they are not known. */
export type Params = Readonly<Record<string, unknown>> | undefined;

/** A penalty as a report describes it. */
export interface PenaltyInWords {
  /** As in `The penalty is ...`. */
  readonly penalty: string;
  /** The penalty sets these to zero; `undefined` if the options that decide it are not known. */
  readonly zeros: "coefficients" | "groups" | "none" | undefined;
  /** Whether it changes the size of coefficients that are not zero. */
  readonly shrinks: boolean;
  /** Whether it depends on the units of the features, unless these are standardized. */
  readonly hasUnits: boolean;
}

const of = (penalty: string, zeros: PenaltyInWords["zeros"] = "coefficients"): PenaltyInWords => ({
  penalty,
  zeros,
  shrinks: true,
  hasUnits: true,
});

const lasso = of("that of the lasso, λ times the sum of the absolute coefficients");
const groupLasso = of(
  "that of the group lasso, λ times the sum of the weighted norms of the coefficients of each group, which selects groups as a whole",
  "groups",
);
const flat =
  "rises as that of the lasso at zero and is constant for large coefficients, so that these are not";

const PENALTIES: Readonly<Record<string, (params: Params) => PenaltyInWords>> = {
  BestSubset(params) {
    const lambda2 = Number(params?.lambda2 ?? 0);
    const count = "λ times the number of coefficients that are not zero, which is not convex";
    const ridge = ", and a ridge, half of `lambda2` times the sum of the squared coefficients";
    const hasRidge = lambda2 > 0;
    return {
      ...of(`${count}${params === undefined ? ", and, with `lambda2`, a ridge" : hasRidge ? ridge : ""}`),
      shrinks: params === undefined || hasRidge,
      hasUnits: params === undefined || hasRidge,
    };
  },
  SmoothLasso: () => lasso,
  QuantileLasso: () => lasso,
  SvmLasso: () => lasso,
  SmoothElasticNet(params) {
    const l1Ratio = params === undefined ? undefined : Number(params.l1Ratio ?? 0.5);
    if (l1Ratio === 1) return lasso;
    if (l1Ratio === 0)
      return of(
        "that of ridge regression, a multiple of λ times the sum of the squared coefficients",
        "none",
      );
    const mixture = "that of the elastic net, λ times a mixture of the absolute and the squared coefficients";
    return { ...of(mixture), zeros: l1Ratio === undefined ? undefined : "coefficients" };
  },
  SmoothBridge(params) {
    const q = exponentOf(params);
    if (q === 1) return lasso;
    return of(`that of a bridge, λ times the sum of the absolute coefficients ${toThePower(q)}`);
  },
  SmoothScad: () => of(`SCAD, which ${flat} shrunk; it is not convex`),
  SmoothMcp: () => of(`MCP, which ${flat} shrunk; it is not convex`),
  SmoothGroupLasso: () => groupLasso,
  MultiTaskLasso: () =>
    of(
      "λ times the sum of the norms of the coefficients that a feature has for all responses, which selects features for all of them together",
      "groups",
    ),
  SmoothGroupBridge(params) {
    const q = exponentOf(params);
    if (q === 1) return groupLasso;
    const sum = `that of a group bridge, λ times the weighted sum of the norms of groups ${toThePower(q)}`;
    return of(`${sum}; it selects groups as a whole`, "groups");
  },
  SmoothSparseGroupLasso(params) {
    const l1Ratio = params === undefined ? undefined : Number(params.l1Ratio ?? 0.5);
    if (l1Ratio === 1) return lasso;
    if (l1Ratio === 0) return groupLasso;
    return of(
      "that of the sparse group lasso, λ times a mixture of the absolute coefficients and of the norms of groups, which selects groups and features within them",
    );
  },
  SmoothGroupMcp: () =>
    of("MCP of the norms of groups, which selects groups as a whole and is not convex", "groups"),
  SmoothGroupScad: () =>
    of("SCAD of the norms of groups, which selects groups as a whole and is not convex", "groups"),
};

const NAMES: Readonly<Record<string, string>> = {
  BestSubset: "Best subset",
  SmoothLasso: "Lasso",
  QuantileLasso: "Quantile lasso",
  SvmLasso: "Support vector lasso",
  SmoothElasticNet: "Elastic net",
  SmoothBridge: "Bridge",
  SmoothScad: "SCAD",
  SmoothMcp: "MCP",
  SmoothGroupLasso: "Group lasso",
  MultiTaskLasso: "Multi-task lasso",
  SmoothGroupBridge: "Group bridge",
  SmoothSparseGroupLasso: "Sparse group lasso",
  SmoothGroupMcp: "Group MCP",
  SmoothGroupScad: "Group SCAD",
};

/** Returns what a model is called by its estimator, as in `Lasso model`. */
export function modelName(estimator: string): string {
  return `${Object.hasOwn(NAMES, estimator) ? NAMES[estimator] : estimator} model`;
}

/** The exponent of a bridge; undefined where it is not known. */
function exponentOf(params: Params): number | undefined {
  const { q, depth } = params ?? {};
  if (typeof q === "number") return q;
  return typeof depth === "number" ? 2 / depth : undefined;
}

function toThePower(q: number | undefined): string {
  if (q === undefined) return "to a power of at most 1, which is not convex below 1";
  return `to the power ${formatNumber(q)}, which is not convex`;
}

/** Returns what is said of the penalty of an estimator; undefined for one that has none of its own. */
export function penaltyInWords(estimator: string, params: Params): PenaltyInWords | undefined {
  return Object.hasOwn(PENALTIES, estimator) ? PENALTIES[estimator](params) : undefined;
}

/** Returns sentences on the penalty of a fit: what it is, what it sets to zero, and on which scale; none where there is none. */
export function penaltySentences(words: PenaltyInWords | undefined, params: Params): string[] {
  return [
    ...(words ? [penaltySentence(words)] : []),
    ...(words?.hasUnits === false ? [] : [scaleOf(params)]),
  ];
}

function penaltySentence({ penalty, zeros }: PenaltyInWords): string {
  const effect = {
    coefficients: "; it can set coefficients to exactly zero",
    groups: "; it can set all coefficients of one to exactly zero",
    none: "; it shrinks coefficients and sets none to zero",
  };
  return `The penalty is ${penalty}${zeros ? effect[zeros] : ""}.`;
}

/** On which scale coefficients are penalized. */
function scaleOf(params: Params): string {
  const acts = "The penalty acts on coefficients times the standard deviations of their features";
  if (params === undefined) return `${acts}, unless \`standardize\` is \`false\`.`;
  if (params.standardize === false)
    return "The features were not standardized, so that the penalty depends on their units.";
  if (params.standardize === "groups")
    return "The features of each group were made orthonormal, so that the penalty does not depend on their units.";
  return `${acts}, so that it does not depend on their units.`;
}
