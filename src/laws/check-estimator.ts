/**
 * Tries an estimator on random and hostile data ({@link checkEstimator}), through nothing but its public methods, so that losses and
 * penalties of a user's own are tried as the library's are.
 */
import { withoutWarnings } from "#platform";
import { InputError, mustBe } from "../errors";
import { type AnyEstimator, fitFromJSON, type ModelOptions } from "../estimators";
import { checkNotOfFrames } from "../estimators/named/frame-estimator";
import type { AnyFit } from "../estimators/results/fit-of";
import { checkKeys, checkMethods } from "../options";
import { type SeededRandom, seededRandom } from "../random/random";
import type { BrokenLaw } from "./check-parametrization";
import {
  dataAtScales,
  degenerateData,
  drawData,
  invalidData,
  type NamedData,
  type TrialData,
} from "./trial-data";

/** Options of {@link checkEstimator}: the size, number and seed of the random problems. */
export interface CheckEstimatorOptions {
  /** Seed of the random data. Default: 1. */
  readonly seed?: number;
  /** Number of features, for an estimator whose options, such as `groups`, are made for certain ones. Default: 4. */
  readonly nFeatures?: number;
  /** Number of random data sets that each law is tried on. Default: 3. */
  readonly trials?: number;
}

/**
 * Runs the laws that every estimator keeps on random and hostile data, and returns those that are broken, with a counterexample.
 *
 * The laws: equal data give equal fits to the last bit; JSON gives back the same fit; the order of rows, a constant added to a column
 * beside an intercept and the unit of a standardized column change nothing; a weight counts copies of a row; no fit is worse than the
 * model without coefficients; a path has finite, decreasing lambdas and, where the objective is known to be convex, begins without penalized coefficients; a fit that says
 * `"converged"` has finite numbers, whatever the scale of the data (1e-150 to 1e150), for constant, equal and empty columns, and for one
 * row; a start far away or outside of bounds gives a fit as good as any other; a run that is stopped ends with finite numbers; data that
 * are not finite or do not fit each other are refused by an `InputError`, and nothing else is ever thrown. Where the objective is known to
 * be convex two fits of the same problem are equally good; else one that starts at the other's answer is not worse.
 *
 * @param estimator any, its `lambda` aside: the laws try lambdas between the largest useful one and a tenth of it.
 * @returns an empty list when every law holds.
 * @throws InputError when it is given no estimator or an option outside its domain, or the estimator refuses ordinary data of so many features.
 * @see scikit-learn, `sklearn.utils.estimator_checks.check_estimator`
 * @example
 * ```ts
 * checkEstimator(new SmoothLasso({ nonNegative: true })); // []
 * ```
 */
export function checkEstimator(estimator: AnyEstimator, options: CheckEstimatorOptions = {}): BrokenLaw[] {
  checkKeys("checkEstimator", options, ["seed", "nFeatures", "trials"]);
  const { seed = 1, nFeatures = 4, trials = 3 } = options;
  const methods = ["fit", "path", "withParams"];
  checkNotOfFrames("checkEstimator", estimator);
  checkMethods("checkEstimator", "estimator", estimator, methods, "an estimator, such as new SmoothLasso()");
  for (const [name, value] of Object.entries({ nFeatures, trials })) {
    if (!Number.isInteger(value) || value < 1)
      throw mustBe("checkEstimator", name, "an integer of at least 1", value);
  }
  // Hostile data need not converge, which is no news here.
  return withoutWarnings("ConvergenceWarning", () => {
    const subjects = Array.from({ length: trials }, (_, trial) => {
      const random = seededRandom(seed + trial);
      return subjectOf(estimator, drawData(estimator.datafit, random, nFeatures), random);
    });
    return laws.flatMap(([law, counterexample]) => {
      for (const subject of subjects) {
        const found = counterexampleOf(counterexample, subject);
        if (found !== undefined) return [{ law, counterexample: found }];
      }
      return [];
    });
  });
}

/** An estimator with a lambda, data, and its fit of them. */
interface Subject {
  readonly estimator: AnyEstimator;
  readonly data: TrialData;
  readonly random: SeededRandom;
  readonly fit: AnyFit;
  /** How much the objectives of two converged fits of the same problem may differ. */
  readonly tolerance: number;
}

type Law = (subject: Subject) => string | undefined;

const laws: readonly (readonly [string, Law])[] = [
  ["equal data give equal fits, to the last bit", equalDataEqualFits],
  ["JSON gives back the same fit", jsonGivesItBack],
  ["the order of the rows changes nothing", orderChangesNothing],
  ["a constant added to a column changes only the intercept", shiftChangesNothing],
  ["the unit of a standardized column changes only its coefficient", unitChangesNothing],
  ["a weight counts copies of a row", weightsCountCopies],
  ["no fit is worse than the model without coefficients", notWorseThanEmpty],
  ["a path has finite, decreasing lambdas and begins empty", pathBeginsEmpty],
  ["a converged fit has finite numbers at every scale of the data", finiteAtEveryScale],
  ["a converged fit has finite numbers for degenerate data", finiteForDegenerateData],
  ["a start anywhere gives a feasible fit that is as good", startsAnywhere],
  ["a run that is stopped ends with finite numbers", stopsWhenTold],
  ["data that are no data are refused by an InputError", refusesNoData],
];

function counterexampleOf(law: Law, subject: Subject): string | undefined {
  try {
    return law(subject);
  } catch (error) {
    return `with ${subject.data.X.length} rows it throws ${error}`;
  }
}

function equalDataEqualFits({ estimator, data, fit }: Subject): string | undefined {
  return sameNumbers(fit, fitOf(estimator, data))
    ? undefined
    : `${numbersOf(fit)} is another fit the second time`;
}

function jsonGivesItBack({ fit }: Subject): string | undefined {
  // A file cannot hold functions of the user's own, and says so.
  const json = refusable(() => JSON.stringify(fit));
  if (json === undefined) return undefined;
  const again = fitFromJSON(json);
  return sameNumbers(fit, again) ? undefined : `${numbersOf(fit)} comes back as ${numbersOf(again)}`;
}

function orderChangesNothing(subject: Subject): string | undefined {
  const order = [...subject.random.permutation(subject.data.X.length)];
  const { X, y } = subject.data;
  return asGood(subject, { X: order.map((i) => X[i]), y: order.map((i) => y[i]) });
}

function shiftChangesNothing(subject: Subject): string | undefined {
  if (subject.estimator.params.fitIntercept === false) return undefined;
  const { X, y } = subject.data;
  return asGood(subject, { X: X.map((row) => row.map((x, j) => x + 10 * (j + 1))), y });
}

function unitChangesNothing(subject: Subject): string | undefined {
  const { standardize = true, bounds } = subject.estimator.params as ModelOptions & { bounds?: unknown };
  // Bounds are in the unit of the column, and so is a penalty on it as it is.
  if (standardize === false || bounds !== undefined) return undefined;
  const { X, y } = subject.data;
  const units = X[0].map((_, j) => 2 ** (3 - 2 * j));
  const scaled = { X: X.map((row) => row.map((x, j) => x * units[j])), y };
  return asGood(subject, scaled, 0, (coef) => coef.map((b, j) => b / units[j]));
}

function weightsCountCopies(subject: Subject): string | undefined {
  const { estimator, data, random } = subject;
  if (estimator.datafit.weightsCountCopies === false) return undefined;
  const { X, y } = data;
  // Every class keeps a row: the first rows have one each.
  const counts = X.map((_, i) => (i < X.length / 2 ? 1 : 0) + Math.floor(3 * random.uniform()));
  const repeated = <T>(entries: readonly T[]): T[] =>
    entries.flatMap((entry, i) => Array<T>(counts[i]).fill(entry));
  const weighted = fitOf(estimator, data, { sampleWeight: counts });
  const copies = { X: repeated(X), y: repeated(y) };
  // A partial likelihood counts copies in its constant too, so what coefficients gain is compared.
  const constant =
    emptyObjective(estimator, copies) - emptyObjective(estimator, data, { sampleWeight: counts });
  const found = asGood({ ...subject, fit: weighted }, copies, constant);
  return found && `with weights ${counts.join(" ")} ${found} with as many copies`;
}

function notWorseThanEmpty({ estimator, data, fit, tolerance }: Subject): string | undefined {
  const [own, empty] = [fit.certificate.objective, emptyObjective(estimator, data)];
  return own <= empty + tolerance ? undefined : `the objective is ${own}, without coefficients ${empty}`;
}

/** The objective of the model without penalized coefficients, as a lambda far above the largest useful one gives it. */
function emptyObjective(estimator: AnyEstimator, data: TrialData, run: object = {}): number {
  const lambda = 1e4 * (estimator.params.lambda as number);
  return fitOf(estimator.withParams({ lambda }), data, run).certificate.objective;
}

function pathBeginsEmpty({ estimator, data, fit }: Subject): string | undefined {
  const path = estimator.path(data.X, data.y as never, { nLambdas: 5, lambdaMinRatio: 0.1 });
  const lambdas = Array.from(path.lambdas);
  const falls = lambdas.every((lambda, k) => Number.isFinite(lambda) && (k === 0 || lambda < lambdas[k - 1]));
  if (!falls) return `the lambdas are ${lambdas.join(", ")}`;
  const { penaltyFactors } = estimator.params;
  const { l1Ratio } = estimator.params as { readonly l1Ratio?: number };
  // Penalties that are not convex may have coefficients where the empty model is stationary too, and a ridge has all of them.
  if (!isConvex(fit) || l1Ratio === 0 || (penaltyFactors && Array.from(penaltyFactors).includes(0)))
    return undefined;
  const [first] = path.fits;
  return first.support.length === 0
    ? undefined
    : `at the first lambda, ${lambdas[0]}, the coefficients are ${numbersOf(first)}`;
}

function finiteAtEveryScale({ estimator, data }: Subject): string | undefined {
  return firstUnsound(estimator, dataAtScales(data, estimator.datafit));
}

function finiteForDegenerateData({ estimator, data }: Subject): string | undefined {
  return firstUnsound(estimator, degenerateData(data));
}

function startsAnywhere(subject: Subject): string | undefined {
  const { estimator, data, fit, tolerance } = subject;
  for (const size of [1, -1, 1e3, -1e100]) {
    const start = coefsOf(fit).map((coef) => coef.map((_, j) => (j % 2 === 0 ? -size : size)));
    const other = refusable(() => fitOf(startingAt(estimator, start), data));
    if (other?.status !== "converged") continue;
    const shown = `from coefficients of ${-size} and ${size} in turn it says "converged"`;
    if (!hasFiniteNumbers(other)) return `${shown} at ${numbersOf(other)}`;
    const outside = infeasible(estimator, other);
    if (outside) return `${shown} with ${outside}`;
    const [own, found] = [fit.certificate.objective, other.certificate.objective];
    if (isConvex(fit) && fit.status === "converged" && Math.abs(found - own) > tolerance)
      return `${shown} at the objective ${found}, from no start at ${own}`;
  }
  return undefined;
}

function stopsWhenTold({ estimator, data }: Subject): string | undefined {
  for (const questions of [0, 1, 5]) {
    let asked = 0;
    const signal = {
      get aborted() {
        return asked++ >= questions;
      },
    };
    const fit = fitOf(estimator, data, { signal });
    if (!hasFiniteNumbers(fit)) return `stopped at question ${questions} it gives ${numbersOf(fit)}`;
  }
  return undefined;
}

function refusesNoData({ estimator, data }: Subject): string | undefined {
  for (const [name, invalid, run] of invalidData(data)) {
    try {
      fitOf(estimator, invalid, run);
    } catch (error) {
      if (error instanceof InputError) continue;
      return `${name} throws ${error}`;
    }
    return `${name} is taken`;
  }
  return undefined;
}

/**
 * Says how good a fit of the same problem in another form is, where it is not as good as the subject's. Where the objective is not known to
 * be convex, the fit starts at the subject's answer and may be better.
 *
 * @param constant the objective of the other form less that of the subject's.
 */
function asGood(
  { estimator, fit }: Subject,
  data: TrialData,
  constant = 0,
  translated: (coef: Float64Array) => Float64Array = (coef) => coef,
): string | undefined {
  const convex = isConvex(fit);
  const start = coefsOf(fit).map(translated);
  const other = fitOf(convex ? estimator : startingAt(estimator, start), data);
  if (fit.status !== "converged" || other.status !== "converged") return undefined;
  const tolerance = toleranceOf(estimator, fit);
  const [own, found] = [fit.certificate.objective + constant, other.certificate.objective];
  return found - own <= tolerance && (!convex || own - found <= tolerance)
    ? undefined
    : `the objective is ${own} before, ${found}`;
}

/** Says what is wrong with the first fit of hostile data that is neither refused nor unconverged nor finite. */
function firstUnsound(estimator: AnyEstimator, cases: readonly NamedData[]): string | undefined {
  for (const [name, data] of cases) {
    const fit = refusable(() => fitOf(estimator, data));
    if (fit?.status !== "converged") continue;
    if (!hasFiniteNumbers(fit)) return `with ${name} it says "converged" at ${numbersOf(fit)}`;
    const predictors = [fit.decisionFunction(data.X as number[][])].flat().flatMap((eta) => [...eta]);
    if (!predictors.every(Number.isFinite)) return `with ${name} it predicts ${predictors.join(" ")}`;
  }
  return undefined;
}

/** Returns what a call returns, or undefined where it refuses its input; throws other errors. */
function refusable<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function infeasible(estimator: AnyEstimator, fit: AnyFit): string | undefined {
  const { nonNegative } = estimator.params as { readonly nonNegative?: boolean };
  const negative = nonNegative
    ? coefsOf(fit)
        .flatMap((coef) => [...coef])
        .find((b) => b < 0)
    : undefined;
  return negative === undefined ? undefined : `a coefficient of ${negative}`;
}

/** The lambda between the largest useful one and a tenth of it at which the laws are tried. */
function subjectOf(estimator: AnyEstimator, data: TrialData, random: SeededRandom): Subject {
  const path = estimator.path(data.X, data.y as never, { nLambdas: 5, lambdaMinRatio: 0.1 });
  const lambda = path.lambdas[Math.min(2, path.lambdas.length - 1)];
  const withLambda = estimator.withParams({ lambda });
  const fit = fitOf(withLambda, data);
  return { estimator: withLambda, data, random, fit, tolerance: toleranceOf(withLambda, fit) };
}

/** Both fits may be above the minimum by `tol` times the null deviance; objectives of some size are rounded. */
function toleranceOf(
  { params: { tol = 1e-7 } }: AnyEstimator,
  { nullDeviance = 0, certificate }: AnyFit,
): number {
  return 4 * Math.max(tol, 1e-9) * nullDeviance + 1e-12 * Math.abs(certificate.objective);
}

function fitOf(estimator: AnyEstimator, { X, y }: TrialData, run: object = {}): AnyFit {
  return estimator.fit(X as number[][], y as never, run);
}

function startingAt(estimator: AnyEstimator, start: readonly Float64Array[]): AnyEstimator {
  return estimator.withParams({ init: start.length > 1 ? start : start[0] });
}

function coefsOf(fit: AnyFit): readonly Float64Array[] {
  return "coefs" in fit ? fit.coefs : [fit.coef];
}

/** The coefficients and the intercepts. */
function allNumbers(fit: AnyFit): number[] {
  const intercepts = "intercepts" in fit ? [...fit.intercepts] : [fit.intercept];
  return [...coefsOf(fit).flatMap((coef) => [...coef]), ...intercepts];
}

function numbersOf(fit: AnyFit): string {
  return `${allNumbers(fit).join(" ")}, objective ${fit.certificate.objective}`;
}

function sameNumbers(one: AnyFit, other: AnyFit): boolean {
  const [own, theirs] = [allNumbers(one), allNumbers(other)];
  return own.length === theirs.length && own.every((value, k) => Object.is(value, theirs[k]));
}

function hasFiniteNumbers(fit: AnyFit): boolean {
  return [...allNumbers(fit), fit.certificate.objective].every(Number.isFinite);
}

/** Whether the certificate has a gap, which only a convex objective has. */
function isConvex({ certificate }: AnyFit): boolean {
  return certificate.dualityGap !== undefined;
}
