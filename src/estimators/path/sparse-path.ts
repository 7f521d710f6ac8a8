import type { SparseLinearFit } from "../results/sparse-linear-fit";
import { FittedPath } from "./fitted-path";

/** One line of {@link SparsePath.toRecords}: a coefficient at a lambda. */
export interface PathRecord {
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Name of the feature. */
  readonly feature: string;
  /** On the original scale. */
  readonly coefficient: number;
}

/**
 * Fits along a grid of lambdas, from the largest to the smallest. It keeps a copy of the data, for `at`.
 *
 * @example
 * ```ts
 * const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5 });
 * path.df[0]; // 0: the first lambda is the smallest at which all coefficients are zero
 * ```
 */
export class SparsePath extends FittedPath<SparseLinearFit> {
  /** `coefs[k]` at `lambdas[k]`, on the original scale. */
  readonly coefs: Float64Array[];
  /** One a lambda. */
  readonly intercepts: Float64Array;

  constructor(...made: ConstructorParameters<typeof FittedPath<SparseLinearFit>>) {
    super(...made);
    this.coefs = this.fits.map((fit) => fit.coef);
    this.intercepts = Float64Array.from(this.fits, (fit) => fit.intercept);
  }

  /** One record a lambda and feature, for a data frame. */
  toRecords(): PathRecord[] {
    return this.fits.flatMap((fit) =>
      this.featureNames.map((feature, j) => ({ lambda: fit.lambda, feature, coefficient: fit.coef[j] })),
    );
  }
}
