import { type SeededRandom, seededRandom } from "../../src";
import {
  binomial,
  convexLoss,
  cox,
  type Datafit,
  gamma,
  huber,
  logCosh,
  logistic,
  multinomial,
  negativeBinomial,
  poisson,
  quantile,
  squaredError,
  squaredHinge,
  tweedie,
} from "../../src/datafits";

/** A datafit under the suite of laws. */
export interface DatafitCase {
  /** Its factory's name in the index. */
  readonly factory: string;
  readonly datafit: Datafit;
  /** A target of its domain, of `nSamples` samples. */
  draw(nSamples: number, seed: number): Float64Array;
  /** Predictors at which the loss is its infimum up to rounding, with or without weights. */
  saturating(y: Float64Array): Float64Array;
}

/** `nSamples * nResponses` numbers, each drawn by `one`. */
function drawing(one: (random: SeededRandom) => number, nResponses = 1) {
  return (nSamples: number, seed: number): Float64Array => {
    const random = seededRandom(seed);
    return Float64Array.from({ length: nSamples * nResponses }, () => one(random));
  };
}

const reals = drawing((random) => random.normal());
const labels = drawing((random) => (random.uniform() < 0.5 ? 0 : 1));
const positives = drawing((random) => Math.exp(random.normal()));
/** Shares of successes, none, half and all of them among others. */
const shares = drawing((random) => [0, 0.5, 1, 0.2, 0.9][Math.floor(5 * random.uniform())]);
const evenShares = drawing((random) => [0, 0.5, 1][Math.floor(3 * random.uniform())]);
/** The probability of a standard normal variable below 1. */
const belowOne = 0.8413447460685429;
const normalShares = drawing((random) => [0, 1 - belowOne, belowOne, 1][Math.floor(4 * random.uniform())]);
const counts = drawing((random) => Math.max(0, Math.floor(9 * random.uniform()) / 2 - 1));

function indicators(nClasses: number) {
  return (nSamples: number, seed: number): Float64Array => {
    const random = seededRandom(seed);
    const y = new Float64Array(nSamples * nClasses);
    for (let i = 0; i < nSamples; i++) y[Math.floor(nClasses * random.uniform()) * nSamples + i] = 1;
    return y;
  };
}

/** Times 1 to 4, so that ties are common, a third of them censored; the first is an event. */
function survival(nSamples: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: nSamples }, (_, i) => {
    const time = 1 + Math.floor(4 * random.uniform());
    return i > 0 && random.uniform() < 1 / 3 ? -time : time;
  });
}

const identity = (y: Float64Array): Float64Array => y.slice();
/** Every label of 0 or 1 decided beyond doubt. */
const decided = (y: Float64Array): Float64Array => y.map((label) => (label === 1 ? 50 : -50));
const centred = (tau: number, h: number) => (y: Float64Array) => y.map((value) => value - h * (1 - 2 * tau));
/** Earlier events have larger risks by far, those of one time the same. */
const inOrder = (y: Float64Array): Float64Array => y.map((time) => (time > 0 ? -100 * time : -1000));

/** Every member of the family, several of those with options; a new one joins here, and the laws try it. */
export const datafitCases: readonly DatafitCase[] = [
  { factory: "squaredError", datafit: squaredError(), draw: reals, saturating: identity },
  {
    factory: "squaredError",
    datafit: squaredError({ nResponses: 2 }),
    draw: drawing((random) => random.normal(), 2),
    saturating: identity,
  },
  { factory: "logistic", datafit: logistic(), draw: labels, saturating: decided },
  { factory: "multinomial", datafit: multinomial({ nClasses: 2 }), draw: indicators(2), saturating: decided },
  { factory: "multinomial", datafit: multinomial({ nClasses: 4 }), draw: indicators(4), saturating: decided },
  {
    factory: "poisson",
    datafit: poisson(),
    draw: counts,
    saturating: (y) => y.map((count) => (count === 0 ? -50 : Math.log(count))),
  },
  ...[0.7, 40].map((theta) => ({
    factory: "negativeBinomial",
    datafit: negativeBinomial({ theta }),
    draw: counts,
    saturating: (y: Float64Array) => y.map((count) => (count === 0 ? -50 : Math.log(count))),
  })),
  ...[1.2, 1.5, 1.9].map((power) => ({
    factory: "tweedie",
    datafit: tweedie({ power }),
    draw: counts,
    saturating: (y: Float64Array) => y.map((amount) => (amount === 0 ? -600 : Math.log(amount))),
  })),
  {
    factory: "binomial",
    datafit: binomial(),
    draw: shares,
    saturating: (y) => y.map((share) => Math.max(-50, Math.min(Math.log(share / (1 - share)), 50))),
  },
  {
    factory: "binomial",
    datafit: binomial({ link: "probit" }),
    draw: normalShares,
    saturating: (y) => y.map((share) => Math.sign(share - 0.5) * (share === 0 || share === 1 ? 20 : 1)),
  },
  {
    factory: "binomial",
    datafit: binomial({ link: "cloglog" }),
    draw: evenShares,
    saturating: (y) => y.map((share) => (share === 0.5 ? Math.log(Math.LN2) : share === 0 ? -50 : 5)),
  },
  { factory: "gamma", datafit: gamma(), draw: positives, saturating: (y) => y.map(Math.log) },
  { factory: "huber", datafit: huber({ delta: 1.345 }), draw: reals, saturating: identity },
  { factory: "huber", datafit: huber({ delta: 0.2 }), draw: reals, saturating: identity },
  { factory: "logCosh", datafit: logCosh({ delta: 1.205 }), draw: reals, saturating: identity },
  { factory: "logCosh", datafit: logCosh({ delta: 3 }), draw: reals, saturating: identity },
  { factory: "quantile", datafit: quantile({ smoothing: 0.1 }), draw: reals, saturating: centred(0.5, 0.1) },
  {
    factory: "quantile",
    datafit: quantile({ tau: 0.9, smoothing: 1.5 }),
    draw: reals,
    saturating: centred(0.9, 1.5),
  },
  { factory: "squaredHinge", datafit: squaredHinge(), draw: labels, saturating: decided },
  { factory: "cox", datafit: cox(), draw: survival, saturating: inOrder },
];

/** One loss of a library's, by its value, slope and curvature alone, with what is true of it. */
export function derivedOf(f: Datafit): Datafit {
  const [own, at, out] = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
  const evaluate = (y: number, eta: number): number => {
    [own[0], at[0]] = [y, eta];
    return f.valueAndGradient(own, at, out);
  };
  const inverseLink = (eta: number): number => {
    f.inverseLink(Float64Array.of(eta), out);
    return out[0];
  };
  return convexLoss({
    name: `convexLoss(${f.name})`,
    response: f.response,
    hasProbabilities: f.hasProbabilities,
    dependsOnResidual: f.dependsOnResidual,
    piecewiseQuadratic: f.piecewiseQuadratic,
    coercive: f.coercive,
    ...(!f.dependsOnResidual && { inverseLink }),
    value: evaluate,
    slope(y, eta) {
      evaluate(y, eta);
      return out[0];
    },
    curvature(y, eta) {
      [own[0], at[0]] = [y, eta];
      f.curvature(own, at, out);
      return out[0];
    },
  });
}

/** Losses whose other parts are derived, under the laws of datafits beside those of the index. */
export const derivedCases: readonly DatafitCase[] = datafitCases
  .filter(({ factory }) =>
    ["gamma", "poisson", "tweedie", "negativeBinomial", "logCosh", "huber", "logistic"].includes(factory),
  )
  .map((member) => ({ ...member, factory: "convexLoss", datafit: derivedOf(member.datafit) }));

/** Weights of six samples, of mean one, one of them 0. */
export const sixWeights: Float64Array = Float64Array.of(0.5, 2.25, 0.25, 1, 0, 2);

/** The value of a datafit. */
export function lossAt(f: Datafit, y: Float64Array, eta: Float64Array): number {
  return f.valueAndGradient(y, eta, new Float64Array(y.length));
}

/** The gradient of a datafit. */
export function gradientAt(f: Datafit, y: Float64Array, eta: Float64Array): Float64Array {
  const gradient = new Float64Array(y.length).fill(Number.NaN);
  f.valueAndGradient(y, eta, gradient);
  return gradient;
}

/** `H v`, whether the second derivative of a datafit is diagonal or not. */
export function hessianTimes(f: Datafit, y: Float64Array, eta: Float64Array, v: Float64Array): Float64Array {
  const out = new Float64Array(y.length).fill(Number.NaN);
  if (f.hessianProduct) {
    f.hessianProduct(y, eta, v, out);
    return out;
  }
  f.curvature(y, eta, out);
  return out.map((entry, i) => entry * v[i]);
}
