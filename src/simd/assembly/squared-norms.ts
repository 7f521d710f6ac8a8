// Weighted squared norms of contiguous columns; see `../typescript`.
import { columnAt } from "./products";

/**
 * `out[k] = sum_i weights[i] x_ij^2` for `count` columns, each from top to bottom, one of each quarter side by side.
 *
 * @param indices place of their numbers `j`, or 0 for the first ones.
 */
export function weightedSquaredNorms(
  columns: usize,
  indices: usize,
  count: i32,
  weights: usize,
  n: i32,
  out: usize,
): void {
  const stride = (<usize>n) << 3;
  const end = weights + stride;
  const part = count >> 2;
  const apart = (<usize>part) << 3;
  for (let k = 0; k < part; k++) {
    let a: f64 = 0;
    let b: f64 = 0;
    let c: f64 = 0;
    let d: f64 = 0;
    let x0 = columnAt(columns, indices, k, stride);
    let x1 = columnAt(columns, indices, k + part, stride);
    let x2 = columnAt(columns, indices, k + 2 * part, stride);
    let x3 = columnAt(columns, indices, k + 3 * part, stride);
    for (let w = weights; w < end; w += 8) {
      const weight = load<f64>(w);
      const v0 = load<f64>(x0);
      const v1 = load<f64>(x1);
      const v2 = load<f64>(x2);
      const v3 = load<f64>(x3);
      a += weight * v0 * v0;
      b += weight * v1 * v1;
      c += weight * v2 * v2;
      d += weight * v3 * v3;
      x0 += 8;
      x1 += 8;
      x2 += 8;
      x3 += 8;
    }
    const place = out + ((<usize>k) << 3);
    store<f64>(place, a);
    store<f64>(place + apart, b);
    store<f64>(place + 2 * apart, c);
    store<f64>(place + 3 * apart, d);
  }
  for (let k = 4 * part; k < count; k++) {
    let sum: f64 = 0;
    let x = columnAt(columns, indices, k, stride);
    for (let w = weights; w < end; w += 8, x += 8) {
      const value = load<f64>(x);
      sum += load<f64>(w) * value * value;
    }
    store<f64>(out + ((<usize>k) << 3), sum);
  }
}
