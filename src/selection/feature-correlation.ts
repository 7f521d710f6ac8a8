import { columnMoments, isConstantColumn } from "../design/column-moments";
import type { DesignMatrix } from "../design/design-matrix";
import { columnOf } from "../design/design-matrix";
import { mustBe } from "../errors";
import { choleskyFactor } from "../linalg/cholesky";
import { dot } from "../linalg/vector";

/** Mean and covariance of the features, the covariance as standard deviations and correlations. */
export interface FeatureDistribution {
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
