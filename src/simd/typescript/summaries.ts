import type { ColumnSummaries } from "../kernels";

/** The summaries of `../assembly/summaries`, summed in the same order. */
export function summarizeColumns(
  columns: Float64Array,
  n: number,
  { means, squares, smallest, largest }: ColumnSummaries,
): void {
  const blocked = n - (n % 4);
  for (let j = 0; j < means.length; j++) {
    const x = columns.subarray(j * n, (j + 1) * n);
    const [origin] = x;
    let [s0, s1, s2, s3, low, high] = [0, 0, 0, 0, origin, origin];
    for (let i = 0; i < blocked; i += 4) {
      s0 += x[i] - origin;
      s1 += x[i + 1] - origin;
      s2 += x[i + 2] - origin;
      s3 += x[i + 3] - origin;
    }
    for (let i = blocked; i < n; i++) s0 += x[i] - origin;
    for (let i = 0; i < n; i++) {
      low = Math.min(low, x[i]);
      high = Math.max(high, x[i]);
    }
    const mean = origin + (s0 + s1 + (s2 + s3)) / n;
    [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < blocked; i += 4) {
      s0 += (x[i] - mean) ** 2;
      s1 += (x[i + 1] - mean) ** 2;
      s2 += (x[i + 2] - mean) ** 2;
      s3 += (x[i + 3] - mean) ** 2;
    }
    for (let i = blocked; i < n; i++) s0 += (x[i] - mean) ** 2;
    means[j] = mean;
    squares[j] = s0 + s1 + (s2 + s3);
    smallest[j] = low + 0;
    largest[j] = high + 0;
  }
}
