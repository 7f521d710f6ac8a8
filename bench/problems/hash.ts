/**
 * Random numbers by a hash of their index, so that any of them can be made without those before it, to the same bits in every
 * language.
 */

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A 32-bit number, number `index` of the stream `seed`. */
export function uint32(seed: number, index: number): number {
  return mix((mix((index + mix(seed >>> 0)) >>> 0) ^ mix((seed ^ 0x9e3779b9) >>> 0)) >>> 0);
}

/** Between 0 and 1, number `index` of the stream `seed`. */
export function uniform(seed: number, index: number): number {
  return (uint32(seed, index) + 0.5) / 2 ** 32;
}

/**
 * Standard normal to within 16 bits, number `index` of the stream `seed`: a sum of twelve 16-bit numbers, which no rounding
 * touches.
 */
export function gauss(seed: number, index: number): number {
  const a = mix(seed >>> 0);
  const b = mix((seed ^ 0x9e3779b9) >>> 0);
  let sum = -393210;
  for (let t = 0; t < 6; t++) {
    const h = mix((mix((6 * index + t + a) >>> 0) ^ b) >>> 0);
    sum += (h & 0xffff) + (h >>> 16);
  }
  return sum / 65536;
}
