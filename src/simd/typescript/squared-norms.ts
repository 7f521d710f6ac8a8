export function weightedSquaredNorms(
  columns: Float64Array,
  weights: Float64Array,
  out: Float64Array,
  indices?: Int32Array,
): void {
  const n = weights.length;
  for (let k = 0; k < out.length; k++) {
    const j = indices ? indices[k] : k;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weights[i] * columns[j * n + i] * columns[j * n + i];
    out[k] = sum;
  }
}
