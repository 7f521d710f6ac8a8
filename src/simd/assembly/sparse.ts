// Products of columns of stored entries, each by four interleaved sums as those of contiguous columns are: what a column
// meets lies anywhere, so that one sum would wait for its own last term.

// @ts-expect-error: decorator
@inline
function term(row: usize, value: usize, v: usize): f64 {
  return load<f64>(value) * load<f64>(v + (<usize>load<i32>(row) << 3));
}

// @ts-expect-error: decorator
@inline
function sparseDot(starts: usize, rows: usize, values: usize, v: usize): f64 {
  const start = <usize>load<i32>(starts);
  const count = <usize>load<i32>(starts, 4) - start;
  let row = rows + (start << 2);
  let value = values + (start << 3);
  const blocked = row + ((count & ~3) << 2);
  const end = row + (count << 2);
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  for (; row < blocked; row += 16, value += 32) {
    s0 += term(row, value, v);
    s1 += term(row + 4, value + 8, v);
    s2 += term(row + 8, value + 16, v);
    s3 += term(row + 12, value + 24, v);
  }
  for (; row < end; row += 4, value += 8) s0 += term(row, value, v);
  return s0 + s1 + (s2 + s3);
}

/** `out[k] = x_k'v` for the first `count` columns. */
export function sparseDots(starts: usize, rows: usize, values: usize, count: i32, v: usize, out: usize): void {
  const end = starts + ((<usize>count) << 2);
  for (; starts < end; starts += 4, out += 8) store<f64>(out, sparseDot(starts, rows, values, v));
}

/** `out[k] = x_j'v` for `j = indices[k]` */
export function sparseDotsAt(
  starts: usize,
  rows: usize,
  values: usize,
  indices: usize,
  count: i32,
  v: usize,
  out: usize,
): void {
  const end = indices + ((<usize>count) << 2);
  for (; indices < end; indices += 4, out += 8) {
    store<f64>(out, sparseDot(starts + (<usize>load<i32>(indices) << 2), rows, values, v));
  }
}

/** `out += sum_k scales[k] x_j` for `j = indices[k]` */
export function addSparseColumns(
  starts: usize,
  rows: usize,
  values: usize,
  indices: usize,
  scales: usize,
  count: i32,
  out: usize,
): void {
  const last = indices + ((<usize>count) << 2);
  for (; indices < last; indices += 4, scales += 8) {
    const own = starts + (<usize>load<i32>(indices) << 2);
    const start = <usize>load<i32>(own);
    const end = rows + (<usize>load<i32>(own, 4) << 2);
    const scale = load<f64>(scales);
    let value = values + (start << 3);
    for (let row = rows + (start << 2); row < end; row += 4, value += 8) {
      const to = out + (<usize>load<i32>(row) << 3);
      store<f64>(to, load<f64>(to) + scale * load<f64>(value));
    }
  }
}

/**
 * Drops stored zeros, moving up what follows, and gives sum, sum of squares, smallest and largest of the entries of each
 * column.
 *
 * @returns the first column whose rows do not ascend from 0, all below `n`, or whose entries are not finite; else `count`.
 */
export function compactColumns(
  starts: usize,
  rows: usize,
  values: usize,
  count: i32,
  n: i32,
  sums: usize,
  squares: usize,
  smallest: usize,
  largest: usize,
): i32 {
  let nSound = count;
  let from: usize = 0;
  let to: usize = 0;
  for (let j = 0; j < count; j++) {
    const end = <usize>load<i32>(starts + ((<usize>(j + 1)) << 2));
    let before: i32 = -1;
    let areSound: i32 = 1;
    let sum: f64 = 0;
    let square: f64 = 0;
    let low = Infinity;
    let high = -Infinity;
    for (; from < end; from++) {
      const x = load<f64>(values + (from << 3));
      const i = load<i32>(rows + (from << 2));
      areSound &= i32(i > before) & i32(x - x == 0);
      before = i;
      if (x == 0) continue;
      if (to != from) {
        store<f64>(values + (to << 3), x);
        store<i32>(rows + (to << 2), i);
      }
      to++;
      sum += x;
      square += x * x;
      low = min(low, x);
      high = max(high, x);
    }
    store<i32>(starts + ((<usize>(j + 1)) << 2), <i32>to);
    if (areSound == 0 || before >= n) nSound = min(nSound, j);
    const place = (<usize>j) << 3;
    store<f64>(sums + place, sum);
    store<f64>(squares + place, square);
    store<f64>(smallest + place, low);
    store<f64>(largest + place, high);
  }
  return nSound;
}
