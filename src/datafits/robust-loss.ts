/** The parts that the robust losses of measured responses share: the scale of a response, a width in its units, and the normalizer. */
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";

/** Interquartile range of normal numbers over their standard deviation, as Silverman rounds it. */
const NORMAL_RANGE = 1.34;

/** Share of the range of nine tenths of the numbers below which a half of them are the same but for noise. */
const TIED = 1e-6;

/**
 * The scale of a response, `min(sd, IQR / 1.34)`, which outliers hardly move: for normal numbers about their standard deviation.
 *
 * Where a half of the numbers are tied it is `sd`, and of a constant 1. They count as tied where `IQR` is at most a millionth of the
 * range between the 5 % and the 95 % quantile: so zeros that rounding moved to 1e-15 are, and no few outliers make others so.
 *
 * @param weights act like copies. Default: ones.
 * @see Silverman, Density estimation for statistics and data analysis (1986), equation 3.30
 */
export function responseScale(y: Float64Array, weights?: Float64Array): number {
  const order = Int32Array.from(y.keys())
    .filter((i) => weights === undefined || weights[i] > 0)
    .sort((i, j) => y[i] - y[j]);
  const values = Float64Array.from(order, (i) => y[i]);
  const shares = Float64Array.from(order, (i) => weights?.[i] ?? 1);
  const range = values[values.length - 1] - values[0];
  if (!(range > 0)) return 1;
  const quantiles = [0.05, 0.25, 0.75, 0.95].map((share) => quantileOf(values, shares, share));
  return scaleOf(quantiles, range * standardDeviation(values, shares, range));
}

/** The scale of a response with these quantiles, at 5, 25, 75 and 95 %, and this standard deviation; see {@link responseScale}. */
export function scaleOf([lowest, low, high, highest]: readonly number[], deviation: number): number {
  const half = high - low;
  const scale = half > TIED * (highest - lowest) ? Math.min(half / NORMAL_RANGE, deviation) : deviation;
  return scale > 0 ? scale : 1;
}

/** The middle of the numbers that have at most the share `share` below them and `1 - share` above. */
function quantileOf(ascending: Float64Array, weights: Float64Array, share: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rounding = ascending.length * Number.EPSILON * total;
  let k = 0;
  let below = weights[0];
  while (below < share * total - rounding) below += weights[++k];
  const isBetween = below <= share * total + rounding && k + 1 < ascending.length;
  return isBetween ? ascending[k] / 2 + ascending[k + 1] / 2 : ascending[k];
}

/** In units of `unit`, so that no square overflows. */
function standardDeviation(values: Float64Array, weights: Float64Array, unit: number): number {
  let [total, mean, squares] = [0, 0, 0];
  values.forEach((value, k) => {
    const gap = (value - values[0]) / unit - mean;
    total += weights[k];
    mean += (gap * weights[k]) / total;
    squares += gap * ((value - values[0]) / unit - mean) * weights[k];
  });
  return Math.sqrt(squares / total);
}

/**
 * The loss whose width is `share` times the scale of the response that is fitted; evaluated by itself, its width is `share`.
 *
 * @param name that of the factory, with what parameters are given.
 * @param options what the factory was called with.
 */
export function inUnitsOfResponse(
  name: string,
  options: object,
  share: number,
  withWidth: (width: number) => Datafit,
): Datafit {
  const forTarget: Datafit["forTarget"] = (y, weights) => withWidth(share * responseScale(y, weights));
  return serializable(name.split("(")[0], [options], { ...withWidth(share), name, forTarget });
}

/** A number of some scale as part of a name. */
export function inName(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/**
 * The integral over `r >= 0` of `exp(-loss(r) / dispersion)`, where the loss is `r^2 / (2 width)` up to the slope `slope`, at
 * `r = slope width`, and from there a line: half of a density that is normal inside and exponential outside.
 *
 * @param width positive, as are the others.
 * @see Huber, Robust estimation of a location parameter (1964), whose least favourable distribution it is
 */
export function halfNormalizer(width: number, slope: number, dispersion: number): number {
  const deviation = Math.sqrt(width * dispersion);
  const kink = (slope * width) / deviation;
  return deviation * normalIntegral(kink) + (dispersion / slope) * Math.exp(-(kink ** 2) / 2);
}

/** The integral of `exp(-x^2 / 2)` from 0 to `end`, by the series `exp(-end^2 / 2) sum_k end^(2k+1) / (2k+1)!!`, whose terms are positive. */
function normalIntegral(end: number): number {
  if (end > 9) return Math.sqrt(Math.PI / 2); // to the last bit
  let [sum, term] = [0, end];
  for (let k = 1; sum + term > sum; k++) {
    sum += term;
    term *= end ** 2 / (2 * k + 1);
  }
  return sum * Math.exp(-(end ** 2) / 2);
}
