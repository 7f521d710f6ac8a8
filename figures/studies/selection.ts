/** Smaller coefficients count as zero. */
const ZERO = 1e-6;

/** Which coefficients were found to be there, beside which are. */
export interface Selection {
  readonly size: number;
  readonly hits: number;
  readonly nTrue: number;
  /** Harmonic mean of precision and recall, `2 hits / (size + nTrue)`. */
  readonly f1: number;
}

/** Compares the coefficients above 1e-6 in magnitude with the true ones that are not zero. */
export function selectionOf(beta: Float64Array, truth: Float64Array): Selection {
  const found = beta.map((value) => (Math.abs(value) > ZERO ? 1 : 0));
  const hits = found.filter((one, j) => one && truth[j] !== 0).length;
  const size = found.filter((one) => one).length;
  const nTrue = truth.filter((value) => value !== 0).length;
  return { size, hits, nTrue, f1: hits === 0 ? 0 : (2 * hits) / (size + nTrue) };
}
