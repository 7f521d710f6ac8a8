/** Sums of one piece of rows of two products, or added to those before. */
// @ts-expect-error: decorator
@inline
function addPiece(p: v128, q: v128, isFirst: bool, out: usize): void {
  const sums = f64x2.add(v128.shuffle<f64>(p, q, 0, 2), v128.shuffle<f64>(p, q, 1, 3));
  v128.store(out, isFirst ? sums : f64x2.add(v128.load(out), sums));
}

/** Computes one product in the same way. */
// @ts-expect-error: decorator
@inline
function addOnly(p: v128, isFirst: bool, out: usize): void {
  const sum = f64x2.extract_lane(p, 0) + f64x2.extract_lane(p, 1);
  store<f64>(out, isFirst ? sum : load<f64>(out) + sum);
}

/**
 * Four columns that were packed, two rows of each in turn, against two; a last row alone has 0 beside it.
 *
 * A processor takes in so many instructions a cycle, and this loop is as fast as it is short: one pointer stands for four columns,
 * and eight rows are taken a turn. The questions between pairs, which cost one each, keep a compiler from loading what the next pair
 * needs beside the one before: registers would not hold both.
 *
 * @param width bytes from one row of the result to the next.
 */
export function packedTile(
  packed: usize,
  p: usize,
  q: usize,
  rows: i32,
  isFirst: bool,
  out: usize,
  width: usize,
  isPair: bool,
): void {
  const pairs = <usize>(rows >> 1);
  const end = packed + (pairs << 6);
  const lastP = p + (pairs << 4);
  const lastQ = q + (pairs << 4);
  let ap = f64x2.splat(0);
  let aq = f64x2.splat(0);
  let bp = f64x2.splat(0);
  let bq = f64x2.splat(0);
  let cp = f64x2.splat(0);
  let cq = f64x2.splat(0);
  let dp = f64x2.splat(0);
  let dq = f64x2.splat(0);
  // Where a turn begins that has so many pairs of rows left.
  const one = end - 64;
  const two = end - 128;
  const three = end - 192;
  while (packed < end) {
    let vp = v128.load(p);
    let vq = v128.load(q);
    let v = v128.load(packed);
    ap = f64x2.add(ap, f64x2.mul(v, vp));
    aq = f64x2.add(aq, f64x2.mul(v, vq));
    v = v128.load(packed, 16);
    bp = f64x2.add(bp, f64x2.mul(v, vp));
    bq = f64x2.add(bq, f64x2.mul(v, vq));
    v = v128.load(packed, 32);
    cp = f64x2.add(cp, f64x2.mul(v, vp));
    cq = f64x2.add(cq, f64x2.mul(v, vq));
    v = v128.load(packed, 48);
    dp = f64x2.add(dp, f64x2.mul(v, vp));
    dq = f64x2.add(dq, f64x2.mul(v, vq));
    if (packed == one) break;
    vp = v128.load(p, 16);
    vq = v128.load(q, 16);
    v = v128.load(packed, 64);
    ap = f64x2.add(ap, f64x2.mul(v, vp));
    aq = f64x2.add(aq, f64x2.mul(v, vq));
    v = v128.load(packed, 80);
    bp = f64x2.add(bp, f64x2.mul(v, vp));
    bq = f64x2.add(bq, f64x2.mul(v, vq));
    v = v128.load(packed, 96);
    cp = f64x2.add(cp, f64x2.mul(v, vp));
    cq = f64x2.add(cq, f64x2.mul(v, vq));
    v = v128.load(packed, 112);
    dp = f64x2.add(dp, f64x2.mul(v, vp));
    dq = f64x2.add(dq, f64x2.mul(v, vq));
    if (packed == two) break;
    vp = v128.load(p, 32);
    vq = v128.load(q, 32);
    v = v128.load(packed, 128);
    ap = f64x2.add(ap, f64x2.mul(v, vp));
    aq = f64x2.add(aq, f64x2.mul(v, vq));
    v = v128.load(packed, 144);
    bp = f64x2.add(bp, f64x2.mul(v, vp));
    bq = f64x2.add(bq, f64x2.mul(v, vq));
    v = v128.load(packed, 160);
    cp = f64x2.add(cp, f64x2.mul(v, vp));
    cq = f64x2.add(cq, f64x2.mul(v, vq));
    v = v128.load(packed, 176);
    dp = f64x2.add(dp, f64x2.mul(v, vp));
    dq = f64x2.add(dq, f64x2.mul(v, vq));
    if (packed == three) break;
    vp = v128.load(p, 48);
    vq = v128.load(q, 48);
    v = v128.load(packed, 192);
    ap = f64x2.add(ap, f64x2.mul(v, vp));
    aq = f64x2.add(aq, f64x2.mul(v, vq));
    v = v128.load(packed, 208);
    bp = f64x2.add(bp, f64x2.mul(v, vp));
    bq = f64x2.add(bq, f64x2.mul(v, vq));
    v = v128.load(packed, 224);
    cp = f64x2.add(cp, f64x2.mul(v, vp));
    cq = f64x2.add(cq, f64x2.mul(v, vq));
    v = v128.load(packed, 240);
    dp = f64x2.add(dp, f64x2.mul(v, vp));
    dq = f64x2.add(dq, f64x2.mul(v, vq));
    packed += 256;
    p += 64;
    q += 64;
  }
  if ((rows & 1) != 0) {
    const vp = v128.load64_zero(lastP);
    const vq = v128.load64_zero(lastQ);
    let v = v128.load(end);
    ap = f64x2.add(ap, f64x2.mul(v, vp));
    aq = f64x2.add(aq, f64x2.mul(v, vq));
    v = v128.load(end, 16);
    bp = f64x2.add(bp, f64x2.mul(v, vp));
    bq = f64x2.add(bq, f64x2.mul(v, vq));
    v = v128.load(end, 32);
    cp = f64x2.add(cp, f64x2.mul(v, vp));
    cq = f64x2.add(cq, f64x2.mul(v, vq));
    v = v128.load(end, 48);
    dp = f64x2.add(dp, f64x2.mul(v, vp));
    dq = f64x2.add(dq, f64x2.mul(v, vq));
  }
  if (isPair) {
    addPiece(ap, aq, isFirst, out);
    addPiece(bp, bq, isFirst, out + width);
    addPiece(cp, cq, isFirst, out + 2 * width);
    addPiece(dp, dq, isFirst, out + 3 * width);
    return;
  }
  addOnly(ap, isFirst, out);
  addOnly(bp, isFirst, out + width);
  addOnly(cp, isFirst, out + 2 * width);
  addOnly(dp, isFirst, out + 3 * width);
}
