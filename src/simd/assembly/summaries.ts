// Summarizes contiguous columns by their entries. A column is gone over twice while the cache holds it; sums are
// interleaved as those of products are.

/** `s0 + s1 + (s2 + s3)` of four interleaved sums. */
// @ts-expect-error: decorator
@inline
function joined(s01: v128, s23: v128): f64 {
  const s0 = f64x2.extract_lane(s01, 0);
  return s0 + f64x2.extract_lane(s01, 1) + (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1));
}

/**
 * Mean, sum of squares about it, smallest and largest entry of each column; the mean is taken about the first entry, so that
 * a constant column gives exactly that constant.
 *
 * @param n at least 1.
 */
export function summarizeColumns(
  columns: usize,
  count: i32,
  n: i32,
  means: usize,
  squares: usize,
  smallest: usize,
  largest: usize,
): void {
  const stride = (<usize>n) << 3;
  for (let j = 0; j < count; j++) {
    const start = columns + <usize>j * stride;
    const end = start + stride;
    const blocked = start + ((<usize>(n & ~3)) << 3);
    const origin = load<f64>(start);
    const origins = f64x2.splat(origin);
    let s01 = f64x2.splat(0);
    let s23 = f64x2.splat(0);
    let lows = origins;
    let highs = origins;
    let x = start;
    for (; x < blocked; x += 32) {
      const a = v128.load(x);
      const b = v128.load(x, 16);
      s01 = f64x2.add(s01, f64x2.sub(a, origins));
      s23 = f64x2.add(s23, f64x2.sub(b, origins));
      lows = f64x2.pmin(lows, f64x2.pmin(a, b));
      highs = f64x2.pmax(highs, f64x2.pmax(a, b));
    }
    let low = min(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
    let high = max(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
    for (; x < end; x += 8) {
      const a = load<f64>(x);
      s01 = f64x2.replace_lane(s01, 0, f64x2.extract_lane(s01, 0) + (a - origin));
      low = min(low, a);
      high = max(high, a);
    }
    const mean = origin + joined(s01, s23) / <f64>n;
    // The quick comparisons passed over what is no number.
    if (isNaN(mean)) {
      for (x = start; x < end; x += 8) {
        low = min(low, load<f64>(x));
        high = max(high, load<f64>(x));
      }
    }
    const center = f64x2.splat(mean);
    s01 = f64x2.splat(0);
    s23 = f64x2.splat(0);
    for (x = start; x < blocked; x += 32) {
      const a = f64x2.sub(v128.load(x), center);
      const b = f64x2.sub(v128.load(x, 16), center);
      s01 = f64x2.add(s01, f64x2.mul(a, a));
      s23 = f64x2.add(s23, f64x2.mul(b, b));
    }
    for (; x < end; x += 8) {
      const a = load<f64>(x) - mean;
      s01 = f64x2.replace_lane(s01, 0, f64x2.extract_lane(s01, 0) + a * a);
    }
    const place = (<usize>j) << 3;
    store<f64>(means + place, mean);
    store<f64>(squares + place, joined(s01, s23));
    // Either of -0 and 0 may have come first.
    store<f64>(smallest + place, low + 0);
    store<f64>(largest + place, high + 0);
  }
}
