import type { DesignInput, RowMajorMatrix } from "../design/design-input";
import type { DesignMatrix } from "../design/design-matrix";
import { columnMoments, columnOf, isConstantColumn } from "../design/design-matrix";
import { asDesignMatrix } from "../design/sources/read-table";
import { mustBe } from "../errors";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot } from "../linalg/vector";
import { checkKeys } from "../options";
import { type SeededRandom, seededRandom } from "../random/random";

/** Options of {@link gaussianKnockoffs}: the covariance of the features, and the seed. */
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

/** Mean and covariance of the features, the covariance as standard deviations and correlations. */
interface FeatureDistribution {
  readonly means: Float64Array;
  /** Positive. */
  readonly deviations: Float64Array;
  /** Row-major, positive definite. */
  readonly correlation: Float64Array;
  /** Share of the identity in an estimated correlation, 0 where none was needed. */
  readonly shrinkage: number;
}

/** The covariance of the features where it is known. */
export interface CovarianceOptions {
  /** p rows of p numbers, symmetric and positive definite. Default: estimated from `X`. */
  readonly covariance?: readonly ArrayLike<number>[];
  /** One a feature. Default: the means of the columns. */
  readonly mean?: ArrayLike<number>;
}

/**
 * The distribution that is given, or an estimate of it.
 *
 * The estimated correlation is that of the columns; where `p >= n / 2`, or it is singular, it is shrunk towards the
 * identity by the share that minimises the expected squared error, as Schäfer and Strimmer estimate it.
 *
 * @throws InputError when a column is constant or a covariance is none.
 * @see Schäfer and Strimmer, A shrinkage approach to large-scale covariance matrix estimation (2005)
 */
export function featureDistribution(
  where: string,
  design: DesignMatrix,
  { covariance, mean }: CovarianceOptions,
): FeatureDistribution {
  const moments = columnMoments(design);
  const { nSamples, nFeatures, featureNames } = design;
  const constant = moments.deviations.indexOf(0);
  if (constant !== -1) {
    const value = moments.means[constant];
    const what = `column ${JSON.stringify(featureNames[constant])}`;
    throw isConstantColumn(design, constant)
      ? mustBe(where, what, "one that varies", value, "leave it out")
      : mustBe(where, what, "one that varies beside its size", value, "subtract an offset, such as its mean");
  }
  const means = mean === undefined ? moments.means : checkedNumbers(where, "mean", mean, nFeatures);
  if (covariance !== undefined)
    return { means, ...givenCorrelation(where, covariance, nFeatures), shrinkage: 0 };

  const sample = sampleCorrelation(design, moments);
  const isEnough = nFeatures < nSamples / 2 && choleskyFactor(sample.correlation.slice(), nFeatures);
  const { correlation } = sample;
  const shrinkage = isEnough ? 0 : sample.shrinkage;
  for (let k = 0; k < correlation.length; k++) {
    if (k % (nFeatures + 1) !== 0) correlation[k] *= 1 - shrinkage;
  }
  if (!choleskyFactor(correlation.slice(), nFeatures)) {
    throw mustBe(
      where,
      "the correlation of the columns",
      "positive definite",
      "a singular one",
      "leave out copies",
    );
  }
  return { means, deviations: moments.deviations, correlation, shrinkage };
}

/** Correlation, and the best share of the identity: `sum of Var(r_ij) / sum of r_ij^2` over all pairs, at most 1. */
function sampleCorrelation(
  design: DesignMatrix,
  { means, deviations }: { readonly means: Float64Array; readonly deviations: Float64Array },
): { correlation: Float64Array; shrinkage: number } {
  const { nSamples: n, nFeatures: p } = design;
  const columns = Array.from({ length: p }, (_, j) =>
    columnOf(design, j).map((x) => (x - means[j]) / deviations[j]),
  );
  const squares = columns.map((column) => column.map((z) => z * z));
  const correlation = new Float64Array(p * p);
  let variance = 0;
  let sumOfSquares = 0;
  for (let i = 0; i < p; i++) {
    correlation[i * p + i] = 1;
    for (let j = 0; j < i; j++) {
      const r = dot(columns[i], columns[j]) / n;
      correlation[i * p + j] = r;
      correlation[j * p + i] = r;
      sumOfSquares += r * r;
      variance += (dot(squares[i], squares[j]) / n - r * r) / (n - 1);
    }
  }
  return { correlation, shrinkage: sumOfSquares > 0 ? Math.min(variance / sumOfSquares, 1) : 0 };
}

function givenCorrelation(
  where: string,
  covariance: readonly ArrayLike<number>[],
  nFeatures: number,
): Pick<FeatureDistribution, "deviations" | "correlation"> {
  if (!Array.isArray(covariance) || covariance.length !== nFeatures) {
    throw mustBe(where, "covariance", `${nFeatures} rows of ${nFeatures} numbers`, covariance);
  }
  const rows = covariance.map((row, i) => checkedNumbers(where, `covariance[${i}]`, row, nFeatures));
  const deviations = Float64Array.from(rows, (row, j) => Math.sqrt(row[j]));
  const correlation = new Float64Array(nFeatures * nFeatures);
  for (let i = 0; i < nFeatures; i++) {
    for (let j = 0; j < nFeatures; j++) {
      const scale = deviations[i] * deviations[j];
      if (j < i && Math.abs(rows[i][j] - rows[j][i]) > 1e-8 * scale) {
        throw mustBe(where, `covariance[${i}][${j}]`, `covariance[${j}][${i}] = ${rows[j][i]}`, rows[i][j]);
      }
      correlation[i * nFeatures + j] = i === j ? 1 : (rows[i][j] + rows[j][i]) / 2 / scale;
    }
  }
  if (!deviations.every((deviation) => deviation > 0) || !choleskyFactor(correlation.slice(), nFeatures)) {
    throw mustBe(where, "covariance", "positive definite", covariance);
  }
  return { deviations, correlation };
}

function checkedNumbers(where: string, what: string, values: ArrayLike<number>, count: number): Float64Array {
  if (Object(values).length !== count) throw mustBe(where, what, `${count} numbers, one a feature`, values);
  return Float64Array.from(values, (value, k) => {
    if (!Number.isFinite(value)) throw mustBe(where, `${what}[${k}]`, "a finite number", value);
    return value;
  });
}
