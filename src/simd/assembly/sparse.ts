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

/** Says that rows do not ascend from 0, or an entry is not finite. */
const UNSOUND: i32 = 1;
/** Says that an entry is zero. */
const WITH_ZERO: i32 = 2;

/** Whether rows ascend from 0 on. */
// @ts-expect-error: decorator
@inline
function ascend(row: usize, count: usize): bool {
  if (count == 0) return true;
  const last = row + ((count - 1) << 2);
  const blocked = row + (((count - 1) & ~3) << 2);
  let isSound = i32(load<i32>(row) >= 0);
  let areSound = i32x4.splat(-1);
  for (; row < blocked; row += 16) areSound = v128.and(areSound, i32x4.gt_s(v128.load(row, 4), v128.load(row)));
  isSound &= i32(i32x4.all_true(areSound));
  for (; row < last; row += 4) isSound &= i32(load<i32>(row, 4) > load<i32>(row));
  return isSound != 0;
}

/**
 * Sum, sum of squares, smallest and largest of the entries from `start` on, the sums by four interleaved ones.
 *
 * @returns `UNSOUND` and `WITH_ZERO` where they hold, added.
 */
function summarizeEntries(
  rows: usize,
  values: usize,
  start: usize,
  count: usize,
  sum: usize,
  square: usize,
  smallest: usize,
  largest: usize,
): i32 {
  const none = f64x2.splat(0);
  let s01 = none;
  let s23 = none;
  let q01 = none;
  let q23 = none;
  let lows = f64x2.splat(Infinity);
  let highs = f64x2.splat(-Infinity);
  let zeros = none;
  let strange = none;
  let value = values + (start << 3);
  const blocked = value + ((count & ~3) << 3);
  const end = value + (count << 3);
  for (; value < blocked; value += 32) {
    const a = v128.load(value);
    const b = v128.load(value, 16);
    zeros = v128.or(zeros, v128.or(f64x2.eq(a, none), f64x2.eq(b, none)));
    strange = v128.or(strange, v128.or(f64x2.ne(f64x2.sub(a, a), none), f64x2.ne(f64x2.sub(b, b), none)));
    s01 = f64x2.add(s01, a);
    s23 = f64x2.add(s23, b);
    q01 = f64x2.add(q01, f64x2.mul(a, a));
    q23 = f64x2.add(q23, f64x2.mul(b, b));
    lows = f64x2.pmin(lows, f64x2.pmin(a, b));
    highs = f64x2.pmax(highs, f64x2.pmax(a, b));
  }
  let s0 = f64x2.extract_lane(s01, 0);
  let q0 = f64x2.extract_lane(q01, 0);
  let low = min(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  let high = max(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
  let hasZero = i32(v128.any_true(zeros));
  let isStrange = i32(v128.any_true(strange));
  for (; value < end; value += 8) {
    const x = load<f64>(value);
    hasZero |= i32(x == 0);
    isStrange |= i32(x - x != 0);
    s0 += x;
    q0 += x * x;
    low = min(low, x);
    high = max(high, x);
  }
  store<f64>(sum, s0 + f64x2.extract_lane(s01, 1) + (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1)));
  store<f64>(square, q0 + f64x2.extract_lane(q01, 1) + (f64x2.extract_lane(q23, 0) + f64x2.extract_lane(q23, 1)));
  store<f64>(smallest, low);
  store<f64>(largest, high);
  if (!ascend(rows + (start << 2), count)) isStrange = 1;
  return isStrange * UNSOUND + hasZero * WITH_ZERO;
}

/** Moves those entries that are not zero up to `to`; how many. */
function moveEntries(rows: usize, values: usize, from: usize, end: usize, to: usize): usize {
  const start = to;
  for (; from < end; from++) {
    const x = load<f64>(values + (from << 3));
    if (x == 0) continue;
    store<f64>(values + (to << 3), x);
    store<i32>(rows + (to << 2), load<i32>(rows + (from << 2)));
    to++;
  }
  return to - start;
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
    const place = (<usize>j) << 3;
    const next = starts + ((<usize>(j + 1)) << 2);
    const end = <usize>load<i32>(next);
    const size = end - from;
    const isBelow = size == 0 || load<i32>(rows + ((end - 1) << 2)) < n;
    const found = summarizeEntries(rows, values, from, size, sums + place, squares + place, smallest + place, largest + place);
    if ((found & UNSOUND) != 0 || !isBelow) nSound = min(nSound, j);
    const hasZero = (found & WITH_ZERO) != 0;
    const kept = hasZero || from != to ? moveEntries(rows, values, from, end, to) : size;
    if (hasZero) {
      summarizeEntries(rows, values, to, kept, sums + place, squares + place, smallest + place, largest + place);
    }
    from = end;
    to += kept;
    store<i32>(next, <i32>to);
  }
  return nSound;
}
