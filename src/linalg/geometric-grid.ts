/** Geometric grids to the same bits in every engine ({@link geometricGrid}), which may round the last bit of `x ** y` either way. */

/** A number as the sum of a 64-bit float and what rounding to it left out. */
type Double = readonly [value: number, rest: number];

/** `2^27 + 1`, by which Dekker splits a float into two halves whose products are exact. */
const SPLITTER = 134217729;

/**
 * `from * ratio^(k / (count - 1))` for `k` from 0 to `count - 1`, each power rounded once, by sums, products and quotients alone.
 *
 * The root of the ratio is a step of Newton's method from the engine's own, in twice the digits of a float.
 *
 * @param ratio of the last number to the first, above 0 and below 1.
 * @see Dekker, A floating-point technique for extending the available precision (1971)
 */
export function geometricGrid(from: number, ratio: number, count: number): Float64Array {
  const degree = count - 1;
  const start = Math.exp(Math.log(ratio) / degree);
  // r - (r^degree - ratio) / (degree r^(degree - 1)), where the difference has lost no digits.
  const [high, low] = powerOf([start, 0], degree);
  const root = sum(start, (-start * (high - ratio + low)) / (degree * high));
  let power: Double = [1, 0];
  return Float64Array.from({ length: count }, () => {
    const [value] = power;
    power = product(power, root);
    return from * value;
  });
}

function powerOf(base: Double, exponent: number): Double {
  let result: Double = [1, 0];
  for (let k = 0; k < exponent; k++) result = product(result, base);
  return result;
}

function product([a, aRest]: Double, [b, bRest]: Double): Double {
  const rounded = a * b;
  const [a1, b1] = [upperHalf(a), upperHalf(b)];
  const [a2, b2] = [a - a1, b - b1];
  const error = a2 * b2 - (rounded - a1 * b1 - a2 * b1 - a1 * b2);
  return sum(rounded, error + (a * bRest + aRest * b));
}

/** Adds two numbers, the first of which is the larger, without rounding. */
function sum(large: number, small: number): Double {
  const value = large + small;
  return [value, small - (value - large)];
}

function upperHalf(value: number): number {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}
