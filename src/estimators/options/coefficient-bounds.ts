/** Bounds of coefficients: the option, and the penalty with them on the scale of the working columns. */
import type { DesignMatrix } from "../../design/design-matrix";
import { mustBe } from "../../errors";
import { type Bound, type Bounds, bounded, type SeparablePenalty } from "../../penalties";
import { boundReader } from "../../penalties/bounded";
import type { Note } from "../notes";
import type { CheckedOptions } from "./model-options";

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
export type BoundsOf = (
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
