// Blocks of a Gram matrix by register tiles. A pair of columns is summed over pieces of rows, in each by two
// interleaved sums, whichever tile it falls into: a product depends on its two columns alone.

import { packedTile } from "./packed-tile";

/** Rows of a piece, even: six columns of a tile then fit the first cache. */
const PIECE: i32 = 512;

// @ts-expect-error: decorator
@inline
function finish(sums: v128, a: usize, b: usize, isOdd: bool, isFirst: bool, out: usize): void {
  let s0 = f64x2.extract_lane(sums, 0);
  if (isOdd) s0 += load<f64>(a) * load<f64>(b);
  const sum = s0 + f64x2.extract_lane(sums, 1);
  store<f64>(out, isFirst ? sum : load<f64>(out) + sum);
}

/** Four columns against two; `outA` to `outD` are the rows of the result, of which two entries are written. */
export function tile4x2(
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  p: usize,
  q: usize,
  rows: i32,
  isFirst: bool,
  outA: usize,
  outB: usize,
  outC: usize,
  outD: usize,
  toSecond: usize,
): void {
  const blocked = p + ((<usize>(rows & ~1)) << 3);
  const isOdd = (rows & 1) != 0;
  let ap = f64x2.splat(0);
  let aq = f64x2.splat(0);
  let bp = f64x2.splat(0);
  let bq = f64x2.splat(0);
  let cp = f64x2.splat(0);
  let cq = f64x2.splat(0);
  let dp = f64x2.splat(0);
  let dq = f64x2.splat(0);
  while (p < blocked) {
    const vp = v128.load(p);
    const vq = v128.load(q);
    let v = v128.load(a);
    ap = f64x2.add(ap, f64x2.mul(v, vp));
    aq = f64x2.add(aq, f64x2.mul(v, vq));
    v = v128.load(b);
    bp = f64x2.add(bp, f64x2.mul(v, vp));
    bq = f64x2.add(bq, f64x2.mul(v, vq));
    v = v128.load(c);
    cp = f64x2.add(cp, f64x2.mul(v, vp));
    cq = f64x2.add(cq, f64x2.mul(v, vq));
    v = v128.load(d);
    dp = f64x2.add(dp, f64x2.mul(v, vp));
    dq = f64x2.add(dq, f64x2.mul(v, vq));
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    p += 16;
    q += 16;
  }
  finish(ap, a, p, isOdd, isFirst, outA);
  finish(bp, b, p, isOdd, isFirst, outB);
  finish(cp, c, p, isOdd, isFirst, outC);
  finish(dp, d, p, isOdd, isFirst, outD);
  if (toSecond == 0) return;
  finish(aq, a, q, isOdd, isFirst, outA + toSecond);
  finish(bq, b, q, isOdd, isFirst, outB + toSecond);
  finish(cq, c, q, isOdd, isFirst, outC + toSecond);
  finish(dq, d, q, isOdd, isFirst, outD + toSecond);
}

/** One column against `width` of four. */
export function tile1x4(
  a: usize,
  p: usize,
  q: usize,
  r: usize,
  s: usize,
  width: i32,
  rows: i32,
  isFirst: bool,
  out: usize,
): void {
  const blocked = a + ((<usize>(rows & ~1)) << 3);
  const isOdd = (rows & 1) != 0;
  let ap = f64x2.splat(0);
  let aq = f64x2.splat(0);
  let ar = f64x2.splat(0);
  let as_ = f64x2.splat(0);
  while (a < blocked) {
    const v = v128.load(a);
    ap = f64x2.add(ap, f64x2.mul(v, v128.load(p)));
    aq = f64x2.add(aq, f64x2.mul(v, v128.load(q)));
    ar = f64x2.add(ar, f64x2.mul(v, v128.load(r)));
    as_ = f64x2.add(as_, f64x2.mul(v, v128.load(s)));
    a += 16;
    p += 16;
    q += 16;
    r += 16;
    s += 16;
  }
  finish(ap, a, p, isOdd, isFirst, out);
  if (width > 1) finish(aq, a, q, isOdd, isFirst, out + 8);
  if (width > 2) finish(ar, a, r, isOdd, isFirst, out + 16);
  if (width > 3) finish(as_, a, s, isOdd, isFirst, out + 24);
}

// @ts-expect-error: decorator
@inline
function at(x: usize, indices: usize, k: i32, stride: usize): usize {
  return x + <usize>load<i32>(indices + ((<usize>k) << 2)) * stride;
}

/** Column `x`, or where there are weights their product with it, written to `copy`. */
// @ts-expect-error: decorator
@inline
function weighted(x: usize, weights: usize, rows: i32, copy: usize): usize {
  if (weights == 0) return x;
  const end = copy + ((<usize>rows) << 3);
  for (let to = copy; to < end; to += 8, x += 8, weights += 8) store<f64>(to, load<f64>(weights) * load<f64>(x));
  return copy;
}

/** Writes pieces of four columns, or where there are weights their products with it, two rows of each in turn; 0 fills the last. */
// @ts-expect-error: decorator
@inline
function pack(a: usize, b: usize, c: usize, d: usize, weights: usize, rows: i32, to: usize): void {
  const end = a + ((<usize>(rows & ~1)) << 3);
  if (weights == 0) {
    for (; a < end; a += 16, b += 16, c += 16, d += 16, to += 64) {
      v128.store(to, v128.load(a));
      v128.store(to, v128.load(b), 16);
      v128.store(to, v128.load(c), 32);
      v128.store(to, v128.load(d), 48);
    }
  } else {
    for (; a < end; a += 16, b += 16, c += 16, d += 16, weights += 16, to += 64) {
      const w = v128.load(weights);
      v128.store(to, f64x2.mul(w, v128.load(a)));
      v128.store(to, f64x2.mul(w, v128.load(b)), 16);
      v128.store(to, f64x2.mul(w, v128.load(c)), 32);
      v128.store(to, f64x2.mul(w, v128.load(d)), 48);
    }
  }
  if ((rows & 1) == 0) return;
  const w = weights == 0 ? f64x2.splat(1) : v128.load64_zero(weights);
  v128.store(to, f64x2.mul(w, v128.load64_zero(a)));
  v128.store(to, f64x2.mul(w, v128.load64_zero(b)), 16);
  v128.store(to, f64x2.mul(w, v128.load64_zero(c)), 32);
  v128.store(to, f64x2.mul(w, v128.load64_zero(d)), 48);
}

/**
 * `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = others[l]`, by rows of `nOthers` entries; where both are one
 * list, `out[l, k] = out[k, l]` for `k < l`.
 *
 * @param weights its place, or 0 for none.
 * @param scratch of 4 * PIECE numbers.
 */
export function gramBlock(
  columns: usize,
  n: i32,
  weights: usize,
  rows: usize,
  nRows: i32,
  others: usize,
  nOthers: i32,
  scratch: usize,
  out: usize,
): void {
  const stride = (<usize>n) << 3;
  const width = (<usize>nOthers) << 3;
  const isSymmetric = rows == others && nRows == nOthers;
  if (n == 0) memory.fill(out, 0, <usize>nRows * width);
  for (let start = 0; start < n; start += PIECE) {
    const size = min(PIECE, n - start);
    const isFirst = start == 0;
    const x = columns + ((<usize>start) << 3);
    const w = weights == 0 ? <usize>0 : weights + ((<usize>start) << 3);
    const packed = nRows & ~3;
    // The last columns of one list come first: then each column comes from memory as it is packed, in four streams, and from the cache later.
    for (let t = 0; t < packed; t += 4) {
      const k = isSymmetric ? packed - 4 - t : t;
      const a = at(x, rows, k, stride);
      pack(a, at(x, rows, k + 1, stride), at(x, rows, k + 2, stride), at(x, rows, k + 3, stride), w, size, scratch);
      const o = out + <usize>k * width;
      for (let l = isSymmetric ? k : 0; l < nOthers; l += 2) {
        const isPair = l + 1 < nOthers;
        const p = at(x, others, l, stride);
        const q = isPair ? at(x, others, l + 1, stride) : p;
        packedTile(scratch, p, q, size, isFirst, o + ((<usize>l) << 3), width, isPair);
      }
    }
    for (let k = packed; k < nRows; k++) {
      const a = weighted(at(x, rows, k, stride), w, size, scratch);
      const o = out + <usize>k * width;
      for (let l = isSymmetric ? k : 0; l < nOthers; l += 4) {
        const last = nOthers - 1;
        tile1x4(
          a,
          at(x, others, l, stride),
          at(x, others, min(l + 1, last), stride),
          at(x, others, min(l + 2, last), stride),
          at(x, others, min(l + 3, last), stride),
          nOthers - l,
          size,
          isFirst,
          o + ((<usize>l) << 3),
        );
      }
    }
  }
  if (!isSymmetric) return;
  for (let k = 0; k < nRows; k++) {
    let from = out + <usize>k * width + ((<usize>k) << 3);
    let to = from;
    for (let l = k + 1; l < nRows; l++) {
      from += 8;
      to += width;
      store<f64>(to, load<f64>(from));
    }
  }
}
