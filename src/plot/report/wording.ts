/** What a report says of a loss and of a penalty, by the names of their factory and of their estimator, of rows and of a status. */
import type { EvaluatedOn } from "./subject";

/** How the coefficients of a loss are read. */
export interface LossInWords {
  /** As in `The loss is ...`. */
  readonly loss: string;
  /** What changes with a feature, as a sentence. */
  readonly meaning: string;
  /** What the exponential of a coefficient is; left out where it says nothing. */
  readonly ratio?: string;
}

const HELD = "per unit of its feature, while the other features stay the same";
const expected = `A coefficient is the change of the expected response ${HELD}.`;
const ofMean = {
  meaning: `A coefficient is the change of the logarithm of the expected response ${HELD}; its exponential is the factor by which the expected response changes.`,
  ratio: "ratio of means",
};

/** @param classes the labels of classes, where the response has some. */
const LOSSES: Readonly<Record<string, (classes: readonly unknown[]) => LossInWords>> = {
  squaredError: () => ({ loss: "half the mean squared error", meaning: expected }),
  huber: () => ({
    loss: "Huber's, which is linear where residuals are large, so that outliers count less",
    meaning: expected,
  }),
  logCosh: () => ({
    loss: "the logarithm of the hyperbolic cosine, which is nearly linear where residuals are large, so that outliers count less",
    meaning: expected,
  }),
  quantile: () => ({
    loss: "that of quantile regression",
    meaning: `A coefficient is the change of the quantile of the response ${HELD}.`,
  }),
  logistic: (classes) => ({
    loss: "that of logistic regression",
    meaning: `A coefficient is the change of the log odds of ${classes.length === 2 ? `class \`${classes[1]}\`` : "the second class"} ${HELD}; its exponential is the factor by which the odds change.`,
    ratio: "odds ratio",
  }),
  binomial: () => ({
    loss: "that of binomial regression",
    meaning: `A coefficient is the change of the linear predictor of the probability ${HELD}.`,
  }),
  multinomial: () => ({
    loss: "that of multinomial logistic regression",
    meaning:
      "Each class has its own coefficients. The difference between the coefficients of two classes is the change of the log odds between them per unit of the feature; only such differences are determined.",
  }),
  squaredHinge: () => ({
    loss: "the squared hinge of a support vector machine",
    meaning: `A coefficient is the change of the score that tells the classes apart ${HELD}; the score is no probability.`,
  }),
  poisson: () => ({ loss: "that of Poisson regression", ...ofMean }),
  negativeBinomial: () => ({ loss: "that of negative binomial regression", ...ofMean }),
  gamma: () => ({ loss: "that of gamma regression", ...ofMean }),
  tweedie: () => ({ loss: "that of Tweedie regression", ...ofMean }),
  cox: () => ({
    loss: "the negative partial log-likelihood of Cox's proportional hazards model",
    meaning: `A coefficient is the change of the log hazard ${HELD}; its exponential is the hazard ratio.`,
    ratio: "hazard ratio",
  }),
};

/** Returns what is said of a loss; undefined for one that the library does not have. */
export function lossInWords(
  factory: string | undefined,
  classes: readonly unknown[],
): LossInWords | undefined {
  return factory !== undefined && Object.hasOwn(LOSSES, factory) ? LOSSES[factory](classes) : undefined;
}

const lasso = "λ times the sum of the absolute coefficients";
const flat = "rises as that of the lasso at zero and is constant for large coefficients, so that these are";
const PENALTIES: Readonly<Record<string, string>> = {
  BestSubset: "λ times the number of coefficients that are not zero, which is not convex",
  SmoothLasso: `that of the lasso, ${lasso}`,
  QuantileLasso: `that of the lasso, ${lasso}`,
  SvmLasso: `that of the lasso, ${lasso}`,
  SmoothElasticNet: `that of the elastic net, λ times a mixture of the absolute and the squared coefficients`,
  SmoothBridge:
    "that of a bridge, λ times the sum of a power below 1 of the absolute coefficients, which is not convex",
  SmoothScad: `SCAD, which ${flat} hardly shrunk; it is not convex`,
  SmoothMcp: `MCP, which ${flat} hardly shrunk; it is not convex`,
  SmoothGroupLasso:
    "that of the group lasso, λ times the sum of the weighted norms of the coefficients of each group, which selects groups as a whole",
  MultiTaskLasso:
    "λ times the sum of the norms of the coefficients that a feature has for all responses, which selects features for all of them together",
  SmoothGroupBridge:
    "that of a group bridge, λ times the sum of a power below 1 of the norms of groups, which is not convex and selects groups as a whole",
  SmoothSparseGroupLasso:
    "that of the sparse group lasso, λ times a mixture of the absolute coefficients and of the norms of groups, which selects groups and features within them",
  SmoothGroupMcp: "MCP of the norms of groups, which selects groups as a whole and is not convex",
  SmoothGroupScad: "SCAD of the norms of groups, which selects groups as a whole and is not convex",
};

/** Returns what is said of the penalty of an estimator, as in `The penalty is ...`; undefined for one that has none of its own. */
export function penaltyInWords(estimator: string): string | undefined {
  return Object.hasOwn(PENALTIES, estimator) ? PENALTIES[estimator] : undefined;
}

/** What is said of the rows that a fit is evaluated on. */
export const EVALUATED_ROWS: Readonly<
  Record<EvaluatedOn, { readonly name: string; readonly sentence: string }>
> = {
  fit: {
    name: "rows of the fit",
    sentence: "The rows are those that the model was fitted to: new rows will be predicted worse.",
  },
  folds: {
    name: "rows held out",
    sentence:
      "Each row was predicted by a fit that has not seen it. λ was chosen by such predictions too, so that new rows may be predicted a little worse.",
  },
  test: {
    name: "test rows",
    sentence: "The rows had no part in the fit and in the choice of λ.",
  },
};

const STATUSES: Readonly<Record<string, string>> = {
  converged: "converged",
  "max-iter": "did not converge within the iterations that it was given",
  stalled: "stopped before it converged, since no further progress was possible",
  interrupted: "was interrupted before it converged",
};

/** Returns how a fit ended, as the rest of a sentence after `The fit`. */
export function statusInWords(status: string): string {
  return STATUSES[status] ?? `ended as ${status}`;
}
