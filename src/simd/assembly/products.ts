// Products of contiguous columns. Every sum runs in one order that depends on its length alone, never on the columns
// that are summed beside it, and `../typescript` sums in the same order: all backends give the same bits.

/** `s0 + s1 + (s2 + s3)` of four interleaved sums, the last entries going to `s0`. */
// @ts-expect-error: decorator
@inline
function total(s01: v128, s23: v128, x: usize, v: usize, end: usize): f64 {
  let s0 = f64x2.extract_lane(s01, 0);
  for (; v < end; v += 8, x += 8) s0 += load<f64>(x) * load<f64>(v);
  return s0 + f64x2.extract_lane(s01, 1) + (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1));
}

/** `x'v` */
export function dot(x: usize, v: usize, n: i32): f64 {
  const end = v + ((<usize>n) << 3);
  const blocked = v + ((<usize>(n & ~3)) << 3);
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  while (v < blocked) {
    s01 = f64x2.add(s01, f64x2.mul(v128.load(x), v128.load(v)));
    s23 = f64x2.add(s23, f64x2.mul(v128.load(x, 16), v128.load(v, 16)));
    x += 32;
    v += 32;
  }
  return total(s01, s23, x, v, end);
}

/**
 * Four columns against one vector: `out[k apart] = x_k'v`.
 *
 * The way out in the middle of a step is never taken; it keeps loads of the second half behind sums of the first,
 * without which compilers load a step at once, run out of registers and send sums through memory.
 */
// @ts-expect-error: decorator
@inline
export function dots4(x0: usize, x1: usize, x2: usize, x3: usize, v: usize, n: i32, out: usize, apart: i32): void {
  const end = v + ((<usize>n) << 3);
  const blocked = v + ((<usize>(n & ~3)) << 3);
  let a01 = f64x2.splat(0);
  let a23 = f64x2.splat(0);
  let b01 = f64x2.splat(0);
  let b23 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c23 = f64x2.splat(0);
  let d01 = f64x2.splat(0);
  let d23 = f64x2.splat(0);
  while (v < blocked) {
    const v01 = v128.load(v);
    a01 = f64x2.add(a01, f64x2.mul(v128.load(x0), v01));
    b01 = f64x2.add(b01, f64x2.mul(v128.load(x1), v01));
    c01 = f64x2.add(c01, f64x2.mul(v128.load(x2), v01));
    d01 = f64x2.add(d01, f64x2.mul(v128.load(x3), v01));
    v += 16;
    if (v >= blocked) break;
    const v23 = v128.load(v);
    a23 = f64x2.add(a23, f64x2.mul(v128.load(x0, 16), v23));
    b23 = f64x2.add(b23, f64x2.mul(v128.load(x1, 16), v23));
    c23 = f64x2.add(c23, f64x2.mul(v128.load(x2, 16), v23));
    d23 = f64x2.add(d23, f64x2.mul(v128.load(x3, 16), v23));
    v += 16;
    x0 += 32;
    x1 += 32;
    x2 += 32;
    x3 += 32;
  }
  const step = (<usize>apart) << 3;
  store<f64>(out, total(a01, a23, x0, v, end));
  store<f64>(out + step, total(b01, b23, x1, v, end));
  store<f64>(out + 2 * step, total(c01, c23, x2, v, end));
  store<f64>(out + 3 * step, total(d01, d23, x3, v, end));
}

/** Two columns against one vector: `out[0] = x'v`, `out[apart] = y'v`. */
// @ts-expect-error: decorator
@inline
function dots2(x: usize, y: usize, v: usize, n: i32, out: usize, apart: i32): void {
  const end = v + ((<usize>n) << 3);
  const blocked = v + ((<usize>(n & ~3)) << 3);
  let a01 = f64x2.splat(0);
  let a23 = f64x2.splat(0);
  let b01 = f64x2.splat(0);
  let b23 = f64x2.splat(0);
  while (v < blocked) {
    const v01 = v128.load(v);
    const v23 = v128.load(v, 16);
    a01 = f64x2.add(a01, f64x2.mul(v128.load(x), v01));
    b01 = f64x2.add(b01, f64x2.mul(v128.load(y), v01));
    a23 = f64x2.add(a23, f64x2.mul(v128.load(x, 16), v23));
    b23 = f64x2.add(b23, f64x2.mul(v128.load(y, 16), v23));
    x += 32;
    y += 32;
    v += 32;
  }
  store<f64>(out, total(a01, a23, x, v, end));
  store<f64>(out + ((<usize>apart) << 3), total(b01, b23, y, v, end));
}

/** Rows up to which memory gives two streams of columns faster than four. */
const SHORT: i32 = 1024;

/**
 * `out[k] = x_k'v` for `count` columns, one after the other in memory.
 *
 * Columns of a half or a quarter each are summed side by side: memory foresees such long streams, and takes twice as
 * long for neighbours side by side.
 */
export function columnDots(columns: usize, count: i32, v: usize, n: i32, out: usize): void {
  const stride = (<usize>n) << 3;
  const streams = n <= SHORT ? 2 : 4;
  const part = count / streams;
  const apart = (<usize>part) * stride;
  let x = columns;
  for (let k = 0; k < part; k++) {
    if (streams == 2) dots2(x, x + apart, v, n, out, part);
    else dots4(x, x + apart, x + 2 * apart, x + 3 * apart, v, n, out, part);
    x += stride;
    out += 8;
  }
  for (let k = streams * part; k < count; k++) {
    store<f64>(out + ((<usize>(k - part)) << 3), dot(columns + (<usize>k) * stride, v, n));
  }
}

/** Column `k`, or where there are indices the one that they name. */
// @ts-expect-error: decorator
@inline
export function columnAt(columns: usize, indices: usize, k: i32, stride: usize): usize {
  return columns + <usize>(indices == 0 ? k : load<i32>(indices + ((<usize>k) << 2))) * stride;
}

/** `out[k] = x_j'v` for `j = indices[k]`, one of each quarter of the list side by side. */
export function columnDotsAt(columns: usize, indices: usize, count: i32, v: usize, n: i32, out: usize): void {
  const stride = (<usize>n) << 3;
  const part = count >> 2;
  for (let k = 0; k < part; k++) {
    dots4(
      columnAt(columns, indices, k, stride),
      columnAt(columns, indices, k + part, stride),
      columnAt(columns, indices, k + 2 * part, stride),
      columnAt(columns, indices, k + 3 * part, stride),
      v,
      n,
      out + ((<usize>k) << 3),
      part,
    );
  }
  let k = 4 * part;
  if (k + 2 <= count) {
    const x = columnAt(columns, indices, k, stride);
    dots2(x, columnAt(columns, indices, k + 1, stride), v, n, out + ((<usize>k) << 3), 1);
    k += 2;
  }
  if (k < count) store<f64>(out + ((<usize>k) << 3), dot(columnAt(columns, indices, k, stride), v, n));
}

/** `out += scale * x` */
export function addScaled(scale: f64, x: usize, n: i32, out: usize): void {
  const end = out + ((<usize>n) << 3);
  const blocked = out + ((<usize>(n & ~3)) << 3);
  const s = f64x2.splat(scale);
  while (out < blocked) {
    v128.store(out, f64x2.add(v128.load(out), f64x2.mul(s, v128.load(x))));
    v128.store(out, f64x2.add(v128.load(out, 16), f64x2.mul(s, v128.load(x, 16))), 16);
    x += 32;
    out += 32;
  }
  for (; out < end; out += 8, x += 8) store<f64>(out, load<f64>(out) + scale * load<f64>(x));
}

/** `out = (out + s0 x0) + s1 x1` */
// @ts-expect-error: decorator
@inline
export function addScaled2(s0: f64, s1: f64, x0: usize, x1: usize, n: i32, out: usize): void {
  const end = out + ((<usize>n) << 3);
  const blocked = out + ((<usize>(n & ~1)) << 3);
  const t0 = f64x2.splat(s0);
  const t1 = f64x2.splat(s1);
  while (out < blocked) {
    const sum = f64x2.add(v128.load(out), f64x2.mul(t0, v128.load(x0)));
    v128.store(out, f64x2.add(sum, f64x2.mul(t1, v128.load(x1))));
    x0 += 16;
    x1 += 16;
    out += 16;
  }
  if (out < end) store<f64>(out, load<f64>(out) + s0 * load<f64>(x0) + s1 * load<f64>(x1));
}

/** `out = (((out + s0 x0) + s1 x1) + s2 x2) + s3 x3` */
// @ts-expect-error: decorator
@inline
export function addScaled4(
  s0: f64,
  s1: f64,
  s2: f64,
  s3: f64,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  n: i32,
  out: usize,
): void {
  const end = out + ((<usize>n) << 3);
  const blocked = out + ((<usize>(n & ~1)) << 3);
  const t0 = f64x2.splat(s0);
  const t1 = f64x2.splat(s1);
  const t2 = f64x2.splat(s2);
  const t3 = f64x2.splat(s3);
  while (out < blocked) {
    let sum = f64x2.add(v128.load(out), f64x2.mul(t0, v128.load(x0)));
    sum = f64x2.add(sum, f64x2.mul(t1, v128.load(x1)));
    sum = f64x2.add(sum, f64x2.mul(t2, v128.load(x2)));
    v128.store(out, f64x2.add(sum, f64x2.mul(t3, v128.load(x3))));
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    out += 16;
  }
  if (out < end) {
    const sum = load<f64>(out) + s0 * load<f64>(x0) + s1 * load<f64>(x1) + s2 * load<f64>(x2);
    store<f64>(out, sum + s3 * load<f64>(x3));
  }
}

/**
 * Rows that one pass over the columns takes at a time: their part of `out` stays in the second cache, and their columns
 * are streams long enough for memory to foresee.
 */
const ROWS: i32 = 16384;

/** `out += sum_k scales[k] x_j` for `j = indices[k]`, one after the other in every row. */
export function addColumns(columns: usize, indices: usize, scales: usize, count: i32, n: i32, out: usize): void {
  const stride = (<usize>n) << 3;
  for (let row = 0; row < n; row += ROWS) {
    const rows = min(ROWS, n - row);
    const shift = (<usize>row) << 3;
    const x = columns + shift;
    let k = 0;
    for (; k + 4 <= count; k += 4) {
      const j = indices + ((<usize>k) << 2);
      const s = scales + ((<usize>k) << 3);
      addScaled4(
        load<f64>(s),
        load<f64>(s, 8),
        load<f64>(s, 16),
        load<f64>(s, 24),
        x + <usize>load<i32>(j) * stride,
        x + <usize>load<i32>(j, 4) * stride,
        x + <usize>load<i32>(j, 8) * stride,
        x + <usize>load<i32>(j, 12) * stride,
        rows,
        out + shift,
      );
    }
    if (k + 2 <= count) {
      const j = indices + ((<usize>k) << 2);
      const s = scales + ((<usize>k) << 3);
      const x0 = x + <usize>load<i32>(j) * stride;
      const x1 = x + <usize>load<i32>(j, 4) * stride;
      addScaled2(load<f64>(s), load<f64>(s, 8), x0, x1, rows, out + shift);
      k += 2;
    }
    if (k < count) {
      const j = load<i32>(indices + ((<usize>k) << 2));
      addScaled(load<f64>(scales + ((<usize>k) << 3)), x + <usize>j * stride, rows, out + shift);
    }
  }
}
