// Products of two to four factors in 32 bits, in the memory of TensorFlow.js. Places of factors beyond `k` are not read.

/** Writes the product of `k` factors of `n` entries, and returns the sum of all their squares, in 64 bits. */
export function factorProduct(k: i32, a: usize, b: usize, c: usize, d: usize, n: i32, out: usize): f64 {
  let total = f64x2.splat(0);
  const blocked = (<usize>(n & ~3)) << 2;
  for (let i: usize = 0; i < blocked; i += 16) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    let product = f32x4.mul(x, y);
    total = f64x2.add(f64x2.add(total, squares(x)), squares(y));
    if (k > 2) {
      const z = v128.load(c + i);
      product = f32x4.mul(product, z);
      total = f64x2.add(total, squares(z));
    }
    if (k > 3) {
      const z = v128.load(d + i);
      product = f32x4.mul(product, z);
      total = f64x2.add(total, squares(z));
    }
    v128.store(out + i, product);
  }
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  const end = (<usize>n) << 2;
  for (let i = blocked; i < end; i += 4) {
    const x = load<f32>(a + i);
    const y = load<f32>(b + i);
    const z = k > 2 ? load<f32>(c + i) : 1;
    const w = k > 3 ? load<f32>(d + i) : 1;
    sum += <f64>x * x + <f64>y * y;
    if (k > 2) sum += <f64>z * z;
    if (k > 3) sum += <f64>w * w;
    store<f32>(out + i, x * y * z * w);
  }
  return sum;
}

/** Squares of four entries, summed two by two, in 64 bits. */
// @ts-expect-error: decorator
@inline
function squares(x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
  return f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high));
}

/** The gradient of each factor, `slope` times the product of the others and `decay` times itself, into the places `da` to `dd`. */
export function factorGradients(
  k: i32,
  slope: usize,
  decay: f32,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  da: usize,
  db: usize,
  dc: usize,
  dd: usize,
  n: i32,
): void {
  const rate = f32x4.splat(decay);
  const one = f32x4.splat(1);
  const blocked = (<usize>(n & ~3)) << 2;
  for (let i: usize = 0; i < blocked; i += 16) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    const z = k > 2 ? v128.load(c + i) : one;
    const w = k > 3 ? v128.load(d + i) : one;
    const first = f32x4.mul(v128.load(slope + i), f32x4.mul(z, w));
    v128.store(da + i, f32x4.add(f32x4.mul(first, y), f32x4.mul(rate, x)));
    v128.store(db + i, f32x4.add(f32x4.mul(first, x), f32x4.mul(rate, y)));
    if (k > 2) {
      const second = f32x4.mul(v128.load(slope + i), f32x4.mul(x, y));
      v128.store(dc + i, f32x4.add(f32x4.mul(second, w), f32x4.mul(rate, z)));
      if (k > 3) v128.store(dd + i, f32x4.add(f32x4.mul(second, z), f32x4.mul(rate, w)));
    }
  }
  const end = (<usize>n) << 2;
  for (let i = blocked; i < end; i += 4) {
    const s = load<f32>(slope + i);
    const x = load<f32>(a + i);
    const y = load<f32>(b + i);
    const z: f32 = k > 2 ? load<f32>(c + i) : 1;
    const w: f32 = k > 3 ? load<f32>(d + i) : 1;
    store<f32>(da + i, s * y * z * w + decay * x);
    store<f32>(db + i, s * x * z * w + decay * y);
    if (k > 2) store<f32>(dc + i, s * x * y * w + decay * z);
    if (k > 3) store<f32>(dd + i, s * x * y * z + decay * w);
  }
}
