/** The entries of several responses, held one response after the other, as rows of one number a response. */
export function responseRows(long: Float64Array, nResponses: number): Float64Array[] {
  const nSamples = long.length / nResponses;
  return Array.from({ length: nSamples }, (_, i) =>
    Float64Array.from({ length: nResponses }, (_, r) => long[r * nSamples + i]),
  );
}
