/** What replicates have in common. */
export interface Mean {
  readonly mean: number;
  /** Standard error of the mean, from the standard deviation with divisor `n - 1`; NaN for a single value. */
  readonly error: number;
}

/**
 * The mean of replicates and its standard error.
 *
 * @param overlap what test rows are to training rows where replicates are splits of the same rows: they are no independent
 * ones, and the variance of the mean is that of a value times `1/n + overlap` (Nadeau and Bengio 2003).
 */
export function meanOf(values: readonly number[], overlap = 0): Mean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt((variance / values.length) * (1 + values.length * overlap)) };
}

/** The mean with its standard error in brackets, `"0.521 (0.036)"`, for the cell of a table; of one value the value. */
export function withError(values: readonly number[], digits: number, overlap = 0): string {
  const { mean, error } = meanOf(values, overlap);
  return mean.toFixed(digits) + (values.length > 1 ? ` (${error.toFixed(digits)})` : "");
}

/** The middle value, of an even number of values the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

/** The values that a quarter of all lie below and above. */
export function quartilesOf(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[Math.floor((sorted.length - 1) / 4)], sorted[Math.ceil((3 * (sorted.length - 1)) / 4)]];
}
