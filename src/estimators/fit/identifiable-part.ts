/**
 * Takes from a column what no loss sees of it: its entries in rows that do not count, and where a loss sees differences
 * between responses only, what it has alike in all of them. What is left decides which columns depend on each other.
 *
 * @param long of all responses, one response after the other; changed in place.
 * @param weights of the samples; undefined for 1 each.
 */
export function keepIdentifiablePart(
  long: Float64Array,
  nResponses: number,
  weights: Float64Array | undefined,
  shiftInvariant = false,
): void {
  const nSamples = long.length / nResponses;
  if (weights) for (let k = 0; k < long.length; k++) if (weights[k % nSamples] === 0) long[k] = 0;
  if (!shiftInvariant) return;
  for (let i = 0; i < nSamples; i++) {
    let sum = 0;
    for (let k = i; k < long.length; k += nSamples) sum += long[k];
    for (let k = i; k < long.length; k += nSamples) long[k] -= sum / nResponses;
  }
}
