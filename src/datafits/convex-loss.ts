/**
 * Makes a datafit from the value, the slope and the curvature of one loss ({@link convexLoss}). What else solvers and criteria ask for
 * follows by root finding and quadrature, where no closed form is given.
 */
import { mustBe } from "../errors";
import { checkDerivative } from "../linalg/finite-difference";
import { checkKeys, checkMethods } from "../options";
import type { Datafit } from "./datafit";
import { type EntryLoss, separableDatafit } from "./separable-datafit";

/**
 * The loss of one response `y` at its predictor `eta`, convex in `eta`: its value and two derivatives. The rest is what is true of it, and
 * closed forms.
 */
export type ConvexLoss = Pick<EntryLoss, "name" | "value" | "slope" | "curvature"> &
  Partial<Omit<EntryLoss, "nResponses" | "responses" | "quadratic" | "readsTrials">>;

const KEYS: readonly (keyof ConvexLoss)[] = [
  ...(["name", "value", "slope", "curvature", "response", "inverseLink", "checkTarget", "evaluate"] as const),
  ...(["dependsOnResidual", "piecewiseQuadratic", "coercive", "hasProbabilities", "isLikelihood"] as const),
  ...(["selfConcordance", "varianceAt", "saturatedValue", "unitDeviance", "logNormalizer"] as const),
  ...(["leastSlope", "largestSlope", "fenchelYoung"] as const),
];

/** Predictors at which slopes have reached their limits, if they have any; their squares are finite. */
const FAR = [2 ** 250, 2 ** 500] as const;

/** Steps of a search for a root; bisection alone takes some 60 once the root is enclosed. */
const MOST_STEPS = 2000;

/** The share of its terms below which the difference of two values has lost too many digits. */
const CANCELLED = 1e-9;

/** Gauss and Legendre's nodes on [0, 1] and their weights, exact up to degree 7. */
const NODES = [0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970263];
const WEIGHTS = [0.17392742256872692, 0.32607257743127305, 0.32607257743127305, 0.17392742256872692];

/**
 * The loss `f(eta) = (1/n) sum_i value(y_i, eta_i)` of one's own, from `value`, `slope` and `curvature` of one sample.
 *
 * The saturated value, the domain of slopes and the duality gap are found from these, the deviance by which `D^2` scores too where
 * `inverseLink` is given, and for `dependsOnResidual: true` the normalizer for information criteria. Closed forms of them, if given, take
 * their place. At the first responses of a fit it is checked that the three are derivatives of each other.
 *
 * @param loss `name`, `value`, `slope` and `curvature`. Defaults of others: `response`: `"numbers"`; `inverseLink`: the predictor itself;
 * `piecewiseQuadratic`, `coercive`, `dependsOnResidual` and the other properties: false.
 * @returns a loss of one response; it cannot be written as JSON.
 * @throws InputError when one of the four is missing, and in a fit when one is not the derivative that it should be.
 * @example
 * ```ts
 * const pseudoHuber = convexLoss({
 *   name: "pseudoHuber",
 *   dependsOnResidual: true,
 *   coercive: true,
 *   value: (y, eta) => Math.hypot(1, eta - y) - 1,
 *   slope: (y, eta) => (eta - y) / Math.hypot(1, eta - y),
 *   curvature: (y, eta) => Math.hypot(1, eta - y) ** -3,
 * });
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [3, 0]];
 * const fit = new SmoothLasso({ datafit: pseudoHuber, lambda: 0.1 }).fit(X, [1, 0, 1, 2, 30]);
 * fit.certificate.dualityGap! < 1e-6; // true
 * ```
 */
export function convexLoss(loss: ConvexLoss): Datafit {
  const such = "an object with name, value, slope and curvature";
  checkMethods("convexLoss", "loss", loss, ["value", "slope", "curvature"], such);
  checkKeys("convexLoss", loss, KEYS);
  if (typeof loss.name !== "string") throw mustBe("convexLoss", "name", "a text", loss.name);
  if (loss.response === "classes" && !loss.inverseLink)
    throw mustBe("convexLoss", "inverseLink", "given for a response of classes", loss.inverseLink);
  return completedLoss({
    ...loss,
    checkTarget(where, y) {
      loss.checkTarget?.(where, y);
      for (const own of y.subarray(0, TRIED)) checkDerivatives(where, loss, own);
    },
  });
}

/** Says how many responses of a target, and at which predictors and on which lengths, derivatives are checked. */
const TRIED = 3;
const PLACES = [-0.52, 0.37];
const UNITS = [1, 1e-2, 1e-4];

/** @throws InputError where the slope or the curvature is another derivative at every length, which a kink near by does not make it. */
function checkDerivatives(where: string, loss: ConvexLoss, y: number): void {
  for (const eta of PLACES) {
    const place = `of ${loss.name} at y ${y}, eta ${eta}`;
    const [slope, curvature] = [loss.slope(y, eta), loss.curvature(y, eta)];
    if (!(curvature >= 0)) throw mustBe(where, `curvature ${place}`, "a number >= 0", curvature);
    const tries = UNITS.map((unit) => (): void => {
      checkDerivative(where, ["slope", "value", place], (t) => loss.value(y, t), eta, unit, slope);
      checkDerivative(where, ["curvature", "slope", place], (t) => loss.slope(y, t), eta, unit, curvature);
    });
    firstThatHolds(tries);
  }
}

/** Runs checks until one does not throw. @throws what the last one throws, where all do. */
function firstThatHolds(checks: readonly (() => void)[]): void {
  const [check, ...others] = checks;
  try {
    check();
  } catch (error) {
    if (others.length === 0) throw error;
    firstThatHolds(others);
  }
}

/** The datafit of a loss, whose missing parts are derived; see {@link convexLoss}. */
export function completedLoss(loss: ConvexLoss): Datafit {
  const saturatedValue = loss.saturatedValue ?? ((y) => loss.value(y, predictorOf(loss, y, 0, 0)));
  const { inverseLink, response = "numbers" } = loss;
  return separableDatafit({
    response,
    piecewiseQuadratic: false,
    coercive: false,
    inverseLink: (eta) => eta,
    saturatedValue,
    leastSlope: (y) => slopeLimit(loss, y, -1),
    largestSlope: (y) => slopeLimit(loss, y, 1),
    fenchelYoung: (y, eta, dual) => bregmanDivergence(loss, y, eta, dual),
    ...(inverseLink &&
      response === "numbers" && {
        unitDeviance: (y: number, mean: number) =>
          loss.value(y, predictorOfMean(inverseLink, mean)) - saturatedValue(y),
      }),
    ...(loss.dependsOnResidual && {
      logNormalizer: (dispersion: number) => logNormalizer(loss, saturatedValue(0), dispersion),
    }),
    ...loss,
  });
}

/** The limit of the slope as the predictor goes to an end, infinite where it has not come to rest far out. */
function slopeLimit({ slope }: ConvexLoss, y: number, side: number): number {
  const [near, far] = FAR.map((size) => slope(y, side * size));
  return near === far ? far : side * Number.POSITIVE_INFINITY;
}

/**
 * `value + conjugate(dual) - eta dual`, which is the divergence of `eta` from the predictor `t` whose slope the dual is: `value(eta) - value(t) -
 * dual (eta - t)`, and where that has lost its digits the integral of `(eta - s) curvature(s)` over `s` from `t` to `eta`.
 */
function bregmanDivergence(loss: ConvexLoss, y: number, eta: number, dual: number): number {
  const other = predictorOf(loss, y, dual, eta);
  const change = eta - other;
  if (change === 0) return 0;
  const terms = [loss.value(y, eta), -loss.value(y, other), -dual * change];
  const difference = terms[0] + terms[1] + terms[2];
  if (!(difference <= CANCELLED * terms.reduce((sum, term) => sum + Math.abs(term), 0)))
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  const mean = NODES.reduce(
    (sum, node, k) => sum + WEIGHTS[k] * (1 - node) * loss.curvature(y, other + node * change),
    0,
  );
  return change ** 2 * mean;
}

/** The predictor at which the slope is `dual`, or one far out where it is nearest to it. */
function predictorOf({ slope, curvature }: ConvexLoss, y: number, dual: number, start: number): number {
  return enclosedRoot(
    (eta) => slope(y, eta) - dual,
    start,
    (eta) => curvature(y, eta),
  );
}

/** The predictor of a mean, by differences of the inverse link. */
function predictorOfMean(inverseLink: (eta: number) => number, mean: number): number {
  const h = 1e-6;
  const slope = (eta: number): number => (inverseLink(eta + h) - inverseLink(eta)) / h;
  return enclosedRoot((eta) => inverseLink(eta) - mean, 0, slope);
}

/**
 * The root of a function that rises, by Newton's method within an interval that shrinks; its steps double
 * until the root is enclosed.
 */
function enclosedRoot(f: (x: number) => number, start: number, slope: (x: number) => number): number {
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [x, longest, isSlow] = [start, 1, false];
  for (let k = 0; k < MOST_STEPS; k++) {
    const excess = f(x);
    if (excess === 0 || Number.isNaN(excess)) return x;
    if (excess > 0) high = x;
    else low = x;
    const width = high - low;
    const rate = slope(x);
    const newton = rate > 0 ? Math.abs(excess) / rate : Number.POSITIVE_INFINITY;
    let next: number;
    if (width === Number.POSITIVE_INFINITY) {
      next = x - Math.sign(excess) * Math.min(newton, longest);
      longest *= 2;
    } else {
      next = x - Math.sign(excess) * newton;
      if (isSlow || !(next > low && next < high)) next = low + width / 2;
      isSlow = !isSlow && Math.abs(next - x) > width / 4;
    }
    if (next === x || next === low || next === high || Math.abs(next) > FAR[1]) return next;
    x = next;
  }
  return x;
}

/** How far the nodes of a double exponential quadrature reach and how far they are apart; nodes beyond have no weight. */
const REACH = 4;
const SPACING = 1 / 32;

/** `log` of the integral of `exp(-(loss - saturated) / dispersion)` over the residual, by double exponential quadrature on either side. */
function logNormalizer(loss: ConvexLoss, saturated: number, dispersion: number): number {
  const center = predictorOf(loss, 0, 0, 0);
  const excess = (eta: number): number => (loss.value(0, eta) - saturated) / dispersion;
  let area = 0;
  for (const side of [-1, 1]) {
    // The width at which the density has fallen to 1 / e of its height.
    let width = 1;
    while (excess(center + side * width) > 1) width /= 2;
    while (excess(center + side * width) < 1) width *= 2;
    for (let t = -REACH; t <= REACH; t += SPACING) {
      const r = width * Math.exp((Math.PI / 2) * Math.sinh(t));
      area += SPACING * r * (Math.PI / 2) * Math.cosh(t) * Math.exp(-excess(center + side * r));
    }
  }
  return Math.log(area);
}
