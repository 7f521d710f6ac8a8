/** Losses as a textbook writes them, of plain arrays and nothing of the library: what an independent checker judges fits by. */

import type { SeededRandom } from "../../src";
import {
  binomial,
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

/** A loss under an independent check. */
export interface TextbookLoss {
  readonly datafit: Datafit;
  readonly nResponses: number;
  /** Whether `y + c` has the same fit with another intercept. */
  readonly isShiftable: boolean;
  /** Draws a response of the signal. */
  draw(signal: number, random: SeededRandom): number;
  /** The loss over `n` samples, `eta[r][i]` their predictors, `w` weights of mean one. */
  value(y: readonly number[], eta: readonly Float64Array[], w: readonly number[]): number;
}

/** A mean of losses of each sample. */
function separable(
  datafit: Datafit,
  draw: TextbookLoss["draw"],
  loss: (y: number, eta: number) => number,
  isShiftable = false,
): TextbookLoss {
  const value: TextbookLoss["value"] = (y, [eta], w) =>
    y.reduce((sum, entry, i) => sum + w[i] * loss(entry, eta[i]), 0) / y.length;
  return { datafit, nResponses: 1, isShiftable, draw, value };
}

const noisy = (signal: number, random: SeededRandom): number => signal + random.normal();
/** One outlier in ten. */
const heavyTailed = (signal: number, random: SeededRandom): number =>
  signal + random.normal() * (random.uniform() < 0.1 ? 20 : 1);
const label = (signal: number, random: SeededRandom): number =>
  random.uniform() < 1 / (1 + Math.exp(-signal)) ? 1 : 0;
const count = (signal: number, random: SeededRandom): number =>
  Math.floor(Math.exp(Math.min(signal, 5)) * 2 * random.uniform());

const softplus = (t: number): number => Math.log1p(Math.exp(-Math.abs(t))) + Math.max(t, 0);

function pinball(r: number, tau: number, h: number): number {
  return Math.abs(r) <= h ? r ** 2 / (4 * h) + (tau - 1 / 2) * r + h / 4 : Math.max(tau * r, (tau - 1) * r);
}

function huberOf(r: number, delta: number): number {
  return Math.abs(r) <= delta ? r ** 2 / 2 : delta * Math.abs(r) - delta ** 2 / 2;
}

export const textbookLosses: readonly TextbookLoss[] = [
  separable(squaredError(), noisy, (y, eta) => (y - eta) ** 2 / 2, true),
  separable(logistic(), label, (y, eta) => softplus(eta) - y * eta),
  separable(poisson(), count, (y, eta) => Math.exp(eta) - y * eta),
  separable(
    gamma(),
    (signal, random) => Math.exp(noisy(signal, random) / 2),
    (y, eta) => eta + y * Math.exp(-eta),
  ),
  separable(
    negativeBinomial({ theta: 1.5 }),
    count,
    (y, eta) => (y + 1.5) * softplus(eta - Math.log(1.5)) - y * eta,
  ),
  separable(
    tweedie({ power: 1.4 }),
    (signal, random) => (random.uniform() < 0.3 ? 0 : Math.exp(noisy(signal, random) / 2)),
    (y, eta) => Math.exp(0.6 * eta) / 0.6 + (y * Math.exp(-0.4 * eta)) / 0.4,
  ),
  separable(
    binomial(),
    (signal, random) => Math.round(4 * random.uniform() * label(signal, random)) / 4,
    (y, eta) => y * softplus(-eta) + (1 - y) * softplus(eta),
  ),
  separable(huber({ delta: 1.3 }), heavyTailed, (y, eta) => huberOf(y - eta, 1.3), true),
  separable(
    logCosh({ delta: 1.2 }),
    heavyTailed,
    (y, eta) => 1.2 ** 2 * (softplus((2 * (y - eta)) / 1.2) - (y - eta) / 1.2 - Math.LN2),
    true,
  ),
  separable(
    quantile({ tau: 0.9, smoothing: 0.2 }),
    heavyTailed,
    (y, eta) => pinball(y - eta, 0.9, 0.2),
    true,
  ),
  separable(quantile({ smoothing: 1 }), heavyTailed, (y, eta) => pinball(y - eta, 0.5, 1), true),
  separable(squaredHinge(), label, (y, eta) => Math.max(0, 1 - (2 * y - 1) * eta) ** 2),
  {
    datafit: cox(),
    nResponses: 1,
    isShiftable: false,
    draw: (signal, random) =>
      (1 + Math.floor(8 * Math.exp(signal / 2) * random.uniform())) * (random.uniform() < 0.3 ? -1 : 1),
    value: (y, [eta], w) => {
      const terms = y.map((time, i) => {
        if (time < 0) return 0;
        // The largest predictor of this risk set, since those of the whole sample may be so much larger that every exp is 0.
        const isAtRisk = y.map((other) => Math.abs(other) >= time);
        const top = eta.reduce((a, b, j) => (isAtRisk[j] ? Math.max(a, b) : a), Number.NEGATIVE_INFINITY);
        const atRisk = eta.reduce((sum, one, j) => sum + (isAtRisk[j] ? w[j] * Math.exp(one - top) : 0), 0);
        return w[i] * (Math.log(atRisk) + top - eta[i]);
      });
      return terms.reduce((a, b) => a + b, 0) / y.length;
    },
  },
  {
    datafit: multinomial({ nClasses: 3 }),
    nResponses: 3,
    isShiftable: false,
    draw: (signal, random) => Math.max(0, Math.min(2, Math.round(1 + noisy(signal, random) / 2))),
    value: (y, eta, w) => {
      const terms = y.map((own, i) => {
        const top = Math.max(...eta.map((one) => one[i]));
        const sum = eta.reduce((total, one) => total + Math.exp(one[i] - top), 0);
        return w[i] * (Math.log(sum) + top - eta[own][i]);
      });
      return terms.reduce((a, b) => a + b, 0) / y.length;
    },
  },
];
