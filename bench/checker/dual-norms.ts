import type { BenchPenalty } from "../problems/problem";

/** The Euclidean norms of groups of equal size. */
export function groupNorms(values: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: values.length / size }, (_, g) => {
    let squares = 0;
    for (let k = g * size; k < (g + 1) * size; k++) squares += values[k] ** 2;
    return Math.sqrt(squares);
  });
}

/**
 * The dual norm of `l1Ratio ||.||_1 + (1 - l1Ratio) sum_g ||._g||_2`: the smallest `t` such that in each group the entries,
 * shrunk by `l1Ratio t`, have norm at most `(1 - l1Ratio) t`.
 */
export function sparseGroupDualNorm(
  c: Float64Array,
  { size, l1Ratio }: { readonly size: number; readonly l1Ratio: number },
): number {
  let largest = 0;
  for (let start = 0; start < c.length; start += size) {
    const fits = (t: number): boolean => {
      let squares = 0;
      for (let k = start; k < start + size; k++) squares += Math.max(Math.abs(c[k]) - l1Ratio * t, 0) ** 2;
      return Math.sqrt(squares) <= (1 - l1Ratio) * t;
    };
    if (fits(largest)) continue;
    let [low, high] = [largest, 2 * largest || 1];
    while (!fits(high)) [low, high] = [high, 2 * high];
    // Down to neighbouring numbers; the upper end, so that what is scaled by it is feasible.
    for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
      if (fits(middle)) high = middle;
      else low = middle;
    }
    largest = high;
  }
  return largest;
}

/** The dual norm of a convex penalty. */
export function dualNorm(c: Float64Array, penalty: BenchPenalty): number {
  if (penalty.name === "sparse-group") return sparseGroupDualNorm(c, penalty);
  const sizes = penalty.name === "group" ? groupNorms(c, penalty.size) : c;
  return sizes.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
