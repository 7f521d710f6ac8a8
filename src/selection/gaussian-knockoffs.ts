import type { DesignInput, RowMajorMatrix } from "../design/design-input";
import type { DesignMatrix } from "../design/design-matrix";
import { columnOf } from "../design/design-matrix";
import { asDesignMatrix } from "../design/sources/as-design-matrix";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot } from "../linalg/vector";
import { checkKeys } from "../options";
import { type SeededRandom, seededRandom } from "../random/random";
import { type CovarianceOptions, type FeatureDistribution, featureDistribution } from "./feature-correlation";

/** Options of {@link gaussianKnockoffs}. */
export interface GaussianKnockoffsOptions extends CovarianceOptions {
  /** An integer. Default: 0. */
  readonly seed?: number;
}

/**
 * Knockoffs of normally distributed features: columns that have the same means and covariance, also with the features,
 * whichever of them are swapped with theirs, and that know nothing of the response.
 *
 * With `x ~ N(mu, Sigma)` and `S = diag(s)` a row is drawn from
 * `N(x - S Sigma^-1 (x - mu), 2 S - S Sigma^-1 S)`, so that `Cov(x, knockoff) = Sigma - S`. The equicorrelated choice is
 * `s_j = min(1, 2 lambda_min(correlation)) Sigma_jj`; no semidefinite program makes it larger.
 *
 * @param X n rows and p columns that vary.
 * @param options `covariance` and `mean` where they are known; otherwise they are estimated, and shrunk where
 * `p >= n / 2`, which makes the knockoffs approximate.
 * @returns n rows and p columns, in the order and on the scale of `X`.
 * @throws InputError when the data are not finite, a column is constant or the covariance is not positive definite.
 * @see Candès, Fan, Janson and Lv, Panning for gold: model-X knockoffs (2018), section 3
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [0, 3]];
 * gaussianKnockoffs(X, { covariance: [[1, 0.5], [0.5, 1]], seed: 1 }).nFeatures; // 2
 * ```
 */
export function gaussianKnockoffs(
  X: DesignInput,
  options: GaussianKnockoffsOptions = {},
): RowMajorMatrix & { readonly data: Float64Array } {
  const where = "gaussianKnockoffs";
  checkKeys(where, options, ["covariance", "mean", "seed"]);
  const random = seededRandom(options.seed ?? 0);
  const design = asDesignMatrix(where, X);
  const distribution = featureDistribution(where, design, options);
  const { knockoffs } = standardizedKnockoffs(design, distribution, random);
  const { nSamples, nFeatures } = design;
  const { means, deviations } = distribution;
  const data = knockoffs.map((z, k) => means[k % nFeatures] + deviations[k % nFeatures] * z);
  const featureNames = design.featureNames.map((name) => `${name} knockoff`);
  return { data, nSamples, nFeatures, featureNames };
}

/** The features less their means, in units of their deviations, and knockoffs of those, both row by row. */
export function standardizedKnockoffs(
  design: DesignMatrix,
  { means, deviations, correlation }: FeatureDistribution,
  random: SeededRandom,
): { readonly features: Float64Array; readonly knockoffs: Float64Array } {
  const { nSamples: n, nFeatures: p } = design;
  const features = new Float64Array(n * p);
  for (let j = 0; j < p; j++) {
    const column = columnOf(design, j);
    for (let i = 0; i < n; i++) features[i * p + j] = (column[i] - means[j]) / deviations[j];
  }
  const precision = inverse(correlation, p);
  const { s, factor } = conditionalFactor(equicorrelation(correlation, p), precision, p);
  const knockoffs = features.slice();
  const noise = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    const row = features.subarray(i * p, (i + 1) * p);
    const out = knockoffs.subarray(i * p, (i + 1) * p);
    for (let j = 0; j < p; j++) noise[j] = random.normal();
    for (let j = 0; j < p; j++) {
      out[j] -= s * dot(precision.subarray(j * p, (j + 1) * p), row);
      out[j] += dot(factor.subarray(j * p, j * p + j + 1), noise.subarray(0, j + 1));
    }
  }
  return { features, knockoffs };
}

/**
 * `min(1, 2 lambda_min)` of a correlation matrix, less a millionth where that is twice the smallest eigenvalue, which is
 * bisected by whether `correlation - t I` has a Cholesky factor.
 */
export function equicorrelation(correlation: Float64Array, size: number): number {
  const exceeds = (t: number): boolean =>
    choleskyFactor(
      correlation.map((entry, k) => (k % (size + 1) === 0 ? entry - t : entry)),
      size,
    );
  let low = 0.5;
  if (exceeds(low)) return 1;
  while (!exceeds(low)) low /= 2; // ends at the latest where the shift is rounded away
  for (let step = low / 2; step > 1e-10 * low; step /= 2) if (exceeds(low + step)) low += step;
  return 2 * low * (1 - 1e-6);
}

/**
 * The Cholesky factor of the conditional covariance `2 s I - s^2 precision`, at half of `s`, and half of that, until there
 * is one: next to copies of a column rounding is more than the margin that `s` leaves.
 */
function conditionalFactor(
  largest: number,
  precision: Float64Array,
  size: number,
): { s: number; factor: Float64Array } {
  for (let s = largest; ; s /= 2) {
    const factor = precision.map((entry, k) => (k % (size + 1) === 0 ? 2 * s : 0) - s * s * entry);
    if (choleskyFactor(factor, size)) return { s, factor };
  }
}

/** The inverse of a positive definite matrix. */
function inverse(matrix: Float64Array, size: number): Float64Array {
  const factor = matrix.slice();
  choleskyFactor(factor, size);
  const out = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const column = out.subarray(j * size, (j + 1) * size);
    column[j] = 1;
    choleskySolve(factor, size, column);
  }
  return out;
}
