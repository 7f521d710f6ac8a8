/** Options of single coefficients: penalty factors of features and groups, features given by index or by name, and bounds. */
import type { DesignMatrix } from "../../design/design-matrix";
import { mustBe } from "../../errors";
import { didYouMean } from "../../options";
import { type Bound, type Bounds, bounded, type SeparablePenalty } from "../../penalties";
import { boundReader } from "../../penalties/bounded";
import type { Note } from "../notes";
import type { CheckedOptions } from "./model-options";

/** How strongly each feature, or each group, is penalized. */
export interface FactorOptions {
  readonly penaltyFactors?: ArrayLike<number>;
  readonly exclude?: readonly (number | string)[];
}

/**
 * One factor a feature: 1 unless given, Infinity where it is excluded.
 *
 * @throws InputError when a factor is negative, or there is not one a feature, or an excluded feature is not there.
 */
export function featureFactors(where: string, options: FactorOptions, design: DesignMatrix): Float64Array {
  const factors = givenFactors(where, options.penaltyFactors, design.nFeatures, "the number of features");
  return withExcluded(where, factors, options.exclude, design);
}

/** How strongly coefficients are penalized: what all of a feature share, and what single ones have beside that. */
export interface CoefficientFactors {
  /** One a feature. */
  readonly factors: Float64Array;
  /** One a coefficient, one response after the other; undefined for 1 each. */
  readonly multiples: Float64Array | undefined;
}

/**
 * Factors of features times weights of their coefficients. What is free stays so, however large a weight; a feature
 * none of whose coefficients has a finite weight is excluded.
 *
 * @param weights one a coefficient, one response after the other. Default: 1 each.
 */
export function coefficientFactors(
  factors: Float64Array,
  weights: Float64Array | undefined,
): CoefficientFactors {
  const nFeatures = factors.length;
  if (weights === undefined || weights.length === nFeatures)
    return { factors: weighed(factors, weights), multiples: undefined };
  const used = new Set<number>();
  weights.forEach((weight, k) => {
    if (weight < Infinity) used.add(k % nFeatures);
  });
  return {
    factors: factors.map((factor, j) => (factor > 0 && !used.has(j) ? Infinity : factor)),
    multiples: weights,
  };
}

/**
 * One factor a group, in order of first appearance.
 *
 * @param defaults what a group has unless factors are given.
 * @throws InputError when a factor is negative, or there is not one a group.
 */
export function groupFactors(
  where: string,
  { penaltyFactors }: FactorOptions,
  defaults: Float64Array,
): Float64Array {
  if (penaltyFactors === undefined) return defaults;
  return givenFactors(where, penaltyFactors, defaults.length, "the number of groups");
}

/** Whether a factor is neither that of a free nor that of an excluded feature. */
export function isWeight(factor: number): boolean {
  return factor > 0 && factor < Number.POSITIVE_INFINITY;
}

/** Each factor times its weight; what is free stays so, however large the weight. */
export function weighed(factors: Float64Array, weights: Float64Array | undefined): Float64Array {
  if (weights === undefined) return factors;
  return factors.map((factor, j) => (factor === 0 ? 0 : factor * weights[j]));
}

function givenFactors(
  where: string,
  given: ArrayLike<number> | undefined,
  count: number,
  what: string,
): Float64Array {
  if (given === undefined) return new Float64Array(count).fill(1);
  const remedy = Array.isArray(given[0]) ? "write them as one flat array" : undefined;
  if (given.length !== count) {
    throw mustBe(where, "the length of penaltyFactors", `${what} ${count}`, given.length, remedy);
  }
  return Float64Array.from(given, (factor, j) => {
    if (!(typeof factor === "number" && factor >= 0)) {
      throw mustBe(where, `penaltyFactors[${j}]`, "a number >= 0 or Infinity", factor, remedy);
    }
    return factor;
  });
}

/** Infinity for the excluded features, by index or name. */
function withExcluded(
  where: string,
  factors: Float64Array,
  exclude: readonly (number | string)[] = [],
  { featureNames }: DesignMatrix,
): Float64Array {
  exclude.forEach((feature, k) => {
    factors[featureIndex(where, `exclude[${k}]`, feature, featureNames)] = Number.POSITIVE_INFINITY;
  });
  return factors;
}

/** Repeats numbers of features for the coefficients of all responses, one response after the other. */
export function forEachCoefficient(perFeature: Float64Array, nResponses: number): Float64Array {
  const size = perFeature.length;
  return Float64Array.from({ length: size * nResponses }, (_, k) => perFeature[k % size]);
}

/**
 * The index of a feature that was given by index or name.
 *
 * @param what the place where it was given, for the message.
 * @throws InputError when there is no such feature.
 */
export function featureIndex(
  where: string,
  what: string,
  feature: unknown,
  featureNames: DesignMatrix["featureNames"],
): number {
  const j = typeof feature === "string" ? featureNames.indexOf(feature) : feature;
  if (typeof j === "number" && Number.isInteger(j) && j >= 0 && j < featureNames.length) return j;
  const rule = `a feature, by name or an index below ${featureNames.length}`;
  throw mustBe(where, what, rule, feature, didYouMean(feature, Array.from(featureNames)));
}

// Bounds of coefficients: the option, and the penalty with them on the scale of the working columns.

/** Options of the estimators that bound coefficients. */
export interface BoundOptions {
  /**
   * Between what penalized coefficients must lie, on the original scale, ends included: `[low, high]` for all of them or one
   * such pair a feature, `low <= 0 <= high`, finite or not; glmnet's `lower.limits` and `upper.limits`, which hold for
   * features without penalty too. By coordinate descent. Default: no bounds.
   */
  readonly bounds?: Bounds;
}

/** Makes one bound a feature from the penalty factors, and the notes that a reader of the fit should see. */
type BoundsOf = (
  where: string,
  factors: Float64Array,
  design: Pick<DesignMatrix, "featureNames">,
) => { readonly bounds: readonly Bound[]; readonly notes?: readonly Note[] };

/**
 * Free coefficients, which are solved for exactly, have no bounds: one pair for all is that of the others, as a sign is,
 * and a note says so; a pair of their own is refused.
 *
 * @returns undefined where no bounds are given.
 * @throws InputError when a bound excludes zero, or comes with a surrogate, or an optimizer of one.
 */
export function checkBounds(
  where: string,
  { bounds }: BoundOptions,
  { parametrization, solver }: CheckedOptions,
): BoundsOf | undefined {
  if (bounds === undefined) return undefined;
  const read = boundReader(where, bounds);
  const isOfAll = typeof bounds[0] === "number";
  if (parametrization !== undefined) {
    throw mustBe(where, "parametrization", "left out where coefficients have bounds", parametrization.name);
  }
  if (solver !== "auto" && !("solve" in solver)) {
    const rule = '"auto" or a solver such as coordinateDescent() where coefficients have bounds';
    throw mustBe(where, "solver", rule, solver.name);
  }
  return (method, factors, { featureNames }) => {
    if (isOfAll) {
      const made = Array.from(factors, (factor, j) => (factor === 0 ? unbounded : read(j)));
      const free = featureNames.filter((_, j) => factors[j] === 0);
      if (free.length === 0) return { bounds: made };
      return { bounds: made, notes: [{ code: "bounded", unpenalized: free }] };
    }
    if (bounds.length !== factors.length) {
      const rule = `the number of features ${factors.length}`;
      throw mustBe(method, "the length of bounds", rule, bounds.length);
    }
    const made = Array.from(factors, (factor, j) => {
      const bound = read(j);
      if (factor === 0 && bound.some(Number.isFinite)) {
        const remedy = "or leave it without them by [-Infinity, Infinity]";
        throw mustBe(
          method,
          `penaltyFactors[${j}]`,
          "positive for a coefficient with bounds of its own",
          factor,
          remedy,
        );
      }
      return bound;
    });
    return { bounds: made };
  };
}

const unbounded: Bound = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The penalty of the working columns with bounds on their scale. */
export function withBounds(
  penalty: SeparablePenalty,
  lows: Float64Array,
  highs: Float64Array,
): SeparablePenalty {
  return bounded(
    penalty,
    Array.from(lows, (low, k) => [low, highs[k]] as const),
  );
}

/** Takes the coefficients of the features to the bounds that rounding left by an ulp. */
export function clampTo(bounds: readonly Bound[], coef: Float64Array): void {
  bounds.forEach(([low, high], j) => {
    coef[j] = Math.min(Math.max(coef[j], low), high);
  });
}
