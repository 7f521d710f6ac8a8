import { pivotedCholesky } from "../linalg/pivoted-cholesky";

/**
 * A few rows with given means and covariances (divisor: the number of rows): all that a squared error knows of any number of
 * rows.
 *
 * `Z = sqrt(m) H [0; R]` with `R'R` the covariance and `H` the reflection that takes the first unit vector to a constant one, so
 * that the columns of `Z` have mean 0. `R` is computed on the scale of correlations.
 *
 * @param covariance row-major, of `means.length` columns.
 * @returns columns, each of as many rows as the covariance has rank, and one more; at least 2.
 */
export function equivalentRows(means: Float64Array, covariance: Float64Array): Float64Array[] {
  const p = means.length;
  const deviations = Float64Array.from({ length: p }, (_, j) => Math.sqrt(covariance[j * p + j]));
  const correlation = covariance.map((value, at) => {
    const scale = deviations[Math.floor(at / p)] * deviations[at % p];
    return scale > 0 ? value / scale : 0;
  });
  const factor = pivotedCholesky(correlation, p);
  const m = Math.max(2, factor.length + 1);
  const entry = 1 / Math.sqrt(m);
  // H = I - 2 v v' / v'v with v = e_1 - entry.
  const [first, others, square] = [1 - entry, -entry, 2 - 2 * entry];
  return Array.from(means, (mean, j) => {
    const scale = deviations[j] * Math.sqrt(m);
    const sum = factor.reduce((total, row) => total + row[j], 0);
    const share = (2 * others * sum) / square;
    return Float64Array.from({ length: m }, (_, i) => {
      const own = i > 0 && i <= factor.length ? factor[i - 1][j] : 0;
      return mean + scale * (own - share * (i === 0 ? first : others));
    });
  });
}
