import { mustBe } from "../errors";
import { checkChoice, checkKeys } from "../options";
import {
  inverseMills,
  negativeLogNormal,
  negativeLogNormalCurvature,
  normalTail,
} from "../random/distributions";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { bernoulliRelativeEntropy, sigmoid, softplus } from "./logistic-function";
import { type EntryLoss, separableDatafit } from "./separable-datafit";

/** Options of {@link binomial}: how a probability depends on the linear predictor. */
export interface BinomialOptions {
  /**
   * How the probability of a success follows from the predictor: `1 / (1 + exp(-eta))`, the normal distribution function of it, or
   * `1 - exp(-exp(eta))`. Default: `"logit"`.
   */
  readonly link?: "logit" | "probit" | "cloglog";
}

/**
 * The binomial loss `f(eta) = -(1/n) sum_i y_i log mu(eta_i) + (1 - y_i) log(1 - mu(eta_i))` of shares of successes `y` in [0, 1] with mean
 * `mu(eta)`.
 *
 * The number of trials behind each share is its `sampleWeight`, as for `glm(y ~ x, family = binomial(link), weights = trials)` in R. Estimators
 * take counts too: a table `y` with the columns `successes` and `failures`, or `successes` and `trials`, is the shares with the trials as weights,
 * as `cbind(successes, failures)` is in R. It takes 0 and 1 as numbers too, for a link that `logistic()` does not have; predictions
 * are probabilities. The loss is convex with each of these links. A duality gap is known with `"logit"` only; with the others a fit is
 * certified by its violation.
 *
 * @param options `link`: `"logit"`, `"probit"` or `"cloglog"`.
 * @throws InputError when `link` is none of these.
 * @see McCullagh and Nelder, Generalized linear models (1989), chapter 4
 * @example
 * ```ts
 * const shares = Float64Array.of(0.25); // 1 success in 4 trials
 * binomial().valueAndGradient(shares, Float64Array.of(0), new Float64Array(1)); // 0.693147 = log 2
 * ```
 * @example
 * ```ts
 * const counts = { successes: [1, 3, 6], failures: [9, 7, 4] };
 * new SmoothLasso({ datafit: binomial(), lambda: 0 }).fit([[0], [1], [2]], counts).coef[0]; // 1.2917097
 * ```
 */
export function binomial(options: BinomialOptions = {}): Datafit {
  checkKeys("binomial", options, ["link"]);
  const { link = "logit" } = options;
  checkChoice("binomial", "link", link, ["logit", "probit", "cloglog"]);
  const loss = separableDatafit({
    name: link === "logit" ? "binomial" : `binomial(${link})`,
    response: "numbers",
    piecewiseQuadratic: false,
    coercive: false,
    isLikelihood: true,
    readsTrials: true,
    checkTarget(where, y) {
      const row = y.findIndex((share) => !(share >= 0 && share <= 1));
      if (row === -1) return;
      const remedy = "give counts as y: { successes, failures }";
      throw mustBe(where, `y, row ${row}`, "a share between 0 and 1", y[row], remedy);
    },
    saturatedValue: (y) => -logTerm(y, y) - logTerm(1 - y, 1 - y),
    unitDeviance: (y, mean) => logTerm(y, y / mean) + logTerm(1 - y, (1 - y) / (1 - mean)),
    leastSlope: (y) => (link === "logit" || y === 0 ? -y : Number.NEGATIVE_INFINITY),
    largestSlope: (y) => (link === "logit" || y === 1 ? 1 - y : Number.POSITIVE_INFINITY),
    ...links[link],
  });
  return serializable("binomial", [options], loss);
}

/** `weight log(ratio)`, 0 where the weight is. */
function logTerm(weight: number, ratio: number): number {
  return weight === 0 ? 0 : weight * Math.log(ratio);
}

/** Returns the part that a share has of the loss of a success, and of that of a failure, either of which may be infinite. */
function mixed(y: number, ofSuccess: () => number, ofFailure: () => number): number {
  if (y === 0) return ofFailure();
  return y === 1 ? ofSuccess() : y * ofSuccess() + (1 - y) * ofFailure();
}

/** The parts of the loss that the link decides. */
type LinkLoss = Pick<EntryLoss, "value" | "slope" | "curvature" | "inverseLink"> &
  Partial<Pick<EntryLoss, "fenchelYoung" | "selfConcordance">>;

/** `w / (exp(w) - 1)` and its derivative, for `w >= 0`. */
function bernoulliRatio(w: number): { readonly ratio: number; readonly slope: number } {
  if (w > 700) return { ratio: 0, slope: 0 };
  // The direct formula of the slope cancels near 0; the next term of the series is w^5 / 5040.
  if (w < 1e-2) return { ratio: w === 0 ? 1 : w / Math.expm1(w), slope: -1 / 2 + w / 6 - w ** 3 / 180 };
  const below = Math.expm1(w);
  return { ratio: w / below, slope: (1 - w - w / below) / below };
}

/** `-log(1 - exp(-w))` at `w = exp(eta)`. */
function negativeLogChance(eta: number): number {
  const w = Math.exp(eta);
  if (w > 1) return -Math.log1p(-Math.exp(-w));
  return w === 0 ? -eta : -eta - Math.log(-Math.expm1(-w) / w);
}

const links: Readonly<Record<NonNullable<BinomialOptions["link"]>, LinkLoss>> = {
  logit: {
    selfConcordance: 1,
    value: (y, eta) =>
      mixed(
        y,
        () => softplus(-eta),
        () => softplus(eta),
      ),
    slope: (y, eta) =>
      mixed(
        y,
        () => -sigmoid(-eta),
        () => sigmoid(eta),
      ),
    curvature: (_y, eta) => sigmoid(eta) * sigmoid(-eta),
    inverseLink: sigmoid,
    fenchelYoung: (y, eta, dual) => bernoulliRelativeEntropy(y + dual, 1 - y - dual, eta),
  },

  probit: {
    value: (y, eta) =>
      mixed(
        y,
        () => negativeLogNormal(eta),
        () => negativeLogNormal(-eta),
      ),
    slope: (y, eta) =>
      mixed(
        y,
        () => -inverseMills(eta),
        () => inverseMills(-eta),
      ),
    curvature: (y, eta) =>
      mixed(
        y,
        () => negativeLogNormalCurvature(eta),
        () => negativeLogNormalCurvature(-eta),
      ),
    inverseLink: (eta) => normalTail(-eta),
  },

  cloglog: {
    value: (y, eta) =>
      mixed(
        y,
        () => negativeLogChance(eta),
        () => Math.exp(eta),
      ),
    slope: (y, eta) =>
      mixed(
        y,
        () => -bernoulliRatio(Math.exp(eta)).ratio,
        () => Math.exp(eta),
      ),
    curvature(y, eta) {
      const w = Math.exp(eta);
      return mixed(
        y,
        () => (w > 700 ? 0 : -w * bernoulliRatio(w).slope),
        () => w,
      );
    },
    inverseLink: (eta) => -Math.expm1(-Math.exp(eta)),
  },
};
