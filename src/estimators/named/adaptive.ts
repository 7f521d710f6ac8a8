/**
 * Adaptive weights: {@link adaptively} fits a pilot path, chooses one of its fits, and divides the penalty factors
 * by its coefficients.
 */
import { mustBe } from "../../errors";
import { supportOf } from "../../linalg/vector";
import { isGroupwise } from "../../penalties";
import type { Fitter, ScoredFit } from "../fit/fitter";
import type { PenaltySpec, PenaltySpecOf } from "../fit/penalty-spec";
import { loadFitterOf } from "../lazy";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";
import { lossFor } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import { lambdaGrid } from "../options/run-options";
import { explainsEnough, followPath, informationCriteria, sizeOf } from "../path/follow-path";
import type { AnyFit } from "../results/fit-of";
import { coefsOf } from "../results/fitted-model";

/** Options of the estimators with adaptive weights. */
export interface AdaptiveOptions {
  /**
   * Whether each penalty factor is divided by the size of its coefficient, or group, in a pilot fit to the same data: this
   * estimator without weights, at the lambda of its path with the lowest BIC among fits of at most half as many coefficients as
   * rows. What is 0 there is excluded. With several responses each coefficient has a weight of its own, or the group that joins
   * them. Default: false.
   */
  readonly adaptive?: boolean;
}

/** Multiples of penalty factors: 1 over the size in the pilot fit, Infinity where that is 0. */
export interface AdaptiveWeights {
  /** One a coefficient, one response after the other. */
  readonly coefficients: Float64Array;
  /** One a group; undefined for a penalty of coefficients alone. */
  readonly groups: Float64Array | undefined;
}

/** Makes a penalty whose factors are multiplied by adaptive weights. */
export type WeightedSpecOf = (where: string, data: ModelData, weights?: AdaptiveWeights) => PenaltySpec;

/** Number of lambdas of the pilot's path. */
const nLambdas = 50;

/**
 * Makes the penalty, with adaptive weights where wanted: `1 / |s_j pilot_j|`, or 1 over the norm of a group, on the scale of the penalty.
 *
 * The pilot is made of the data that are fitted, so anew in each fold of a cross-validation, but once for each data.
 *
 * @throws InputError unless `adaptive` is true or false.
 * @see Zou, The adaptive lasso and its oracle properties (2006); Huang, Ma and Zhang, Adaptive lasso for sparse
 * high-dimensional regression models (2008); Wei and Huang, Consistent group selection (2010)
 */
export function adaptively(
  name: string,
  adaptive = false,
  options: CheckedOptions,
  specOf: WeightedSpecOf,
): PenaltySpecOf {
  if (typeof adaptive !== "boolean") throw mustBe(name, "adaptive", "true or false", adaptive);
  if (!adaptive) return (where, data) => specOf(where, data);
  const made = new WeakMap<ModelData["target"], PenaltySpec>(); // which all data have of their own
  return (where, data, signal) => {
    let penaltySpec = made.get(data.target);
    if (penaltySpec === undefined) {
      const plain = specOf(where, data);
      const fitter = new (loadFitterOf(options.datafit))<AnyFit>(where, name, () => plain, options, {
        ...data,
        ownsDesign: false,
      });
      const pilot = pilotOf(where, fitter, options, signal);
      if (pilot === undefined) penaltySpec = plain;
      else {
        const weights = weightsOf(fitter, plain, pilot);
        penaltySpec = { ...specOf(where, data, weights), notes: [...fitter.working.notes, noteOn(pilot)] };
      }
      if (!signal?.aborted) made.set(data.target, penaltySpec);
    }
    return penaltySpec;
  };
}

/**
 * The fit of lowest BIC along the path, among those with a penalized coefficient that is not 0 and at most half as many a
 * response as rows: from there on a path comes close to any response, and the criterion prefers its end. Undefined where nothing is
 * explained.
 */
function pilotOf(
  where: string,
  fitter: Fitter<AnyFit>,
  { datafit: given, fitIntercept }: CheckedOptions,
  signal: { readonly aborted: boolean } | undefined,
): ScoredFit<AnyFit> | undefined {
  const { nFeatures } = fitter.data.design;
  const { nCounted } = fitter.data.samples;
  const { lambdaMax, problem } = fitter.working;
  if (lambdaMax === 0) return undefined;
  const { lambdas } = lambdaGrid(where, { nLambdas }, fitter.working, nCounted, nFeatures);
  const { convex } = problem.penalty;
  const datafit = lossFor(given, fitter.data);
  const { fits: path } = followPath(where, fitter, lambdas, {
    signal,
    isEnough: (fits) => explainsEnough(fits, nLambdas, datafit, convex),
  });
  const found = path.filter(({ fit }) => fitter.working.toWorking(coefsOf(fit)).some((b) => b !== 0));
  if (found.length === 0) return undefined;
  const small = found.filter(({ fit }) => {
    const { size, mostOfOne } = sizeOf(fit, datafit);
    return size <= (mostOfOne * nCounted) / 2;
  });
  const candidates = small.length > 0 ? small : found.slice(0, 1);
  const { bic } = informationCriteria(candidates, { nCounted, nFeatures, datafit, fitIntercept });
  return candidates[bic.indexOf(Math.min(...bic))];
}

function weightsOf(
  { working }: Fitter<AnyFit>,
  { penalty, columns }: PenaltySpec,
  { fit }: ScoredFit<AnyFit>,
): AdaptiveWeights {
  const scaledOf = (coef: Float64Array): Float64Array =>
    columns ? columns.fromFeatures(coef) : coef.map((b, j) => working.scales[j] * b);
  const scaled = Float64Array.from(coefsOf(fit).flatMap((coef) => [...scaledOf(coef)]));
  const overNorm = (members: Int32Array): number => 1 / Math.hypot(...Array.from(members, (j) => scaled[j]));
  return {
    coefficients: scaled.map((b) => 1 / Math.abs(b)),
    groups: isGroupwise(penalty) ? Float64Array.from(penalty.groups.members, overNorm) : undefined,
  };
}

function noteOn({ fit }: ScoredFit<AnyFit>): Note {
  const { lambda, status } = fit;
  const coefs = coefsOf(fit);
  const nCoefficients = coefs.length * coefs[0].length;
  const nZeros = coefs.reduce((count, coef) => count - supportOf(coef).length, nCoefficients);
  return { code: "adaptive", lambda, status, nZeros, nCoefficients };
}
