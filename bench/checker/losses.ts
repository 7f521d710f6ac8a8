import type { Loss } from "../problems/problem";

/** A mean loss of linear predictors `eta`, one response after the other, and what a duality gap needs of it. */
export interface LossParts {
  readonly value: number;
  /** `n` times the negative gradient. */
  readonly score: Float64Array;
  /** The dual value at the score times `scale`, `0 <= scale <= 1`. */
  dual(scale: number): number;
}

const entropy = (t: number): number => (t > 0 ? -t * Math.log(t) : 0);

function mean(n: number, of: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += of(i);
  return sum / n;
}

export const LOSSES: Readonly<Record<Loss, (y: Float64Array, eta: Float64Array) => LossParts>> = {
  /** `(y - eta)^2 / 2`. */
  squared(y, eta) {
    const n = y.length;
    const score = y.map((entry, i) => entry - eta[i]);
    return {
      value: mean(n, (i) => score[i] ** 2) / 2,
      score,
      dual: (scale) => mean(n, (i) => y[i] ** 2 - (y[i] - scale * score[i]) ** 2) / 2,
    };
  },
  /** `log(1 + exp(-s eta))` with `s = 2 y - 1`. */
  logistic(y, eta) {
    const n = y.length;
    const margin = eta.map((entry, i) => (2 * y[i] - 1) * entry);
    // The probability of the other class.
    const wrong = margin.map((z) => (z > 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z))));
    return {
      value: mean(n, (i) => Math.log1p(Math.exp(-Math.abs(margin[i]))) + Math.max(-margin[i], 0)),
      score: wrong.map((t, i) => (2 * y[i] - 1) * t),
      dual: (scale) => mean(n, (i) => entropy(scale * wrong[i]) + entropy(1 - scale * wrong[i])),
    };
  },
  /** `exp(eta) - y eta`. */
  poisson(y, eta) {
    const n = y.length;
    const rate = eta.map(Math.exp);
    const blend = (scale: number, i: number): number => (1 - scale) * y[i] + scale * rate[i];
    return {
      value: mean(n, (i) => rate[i] - y[i] * eta[i]),
      score: y.map((entry, i) => entry - rate[i]),
      dual: (scale) => mean(n, (i) => entropy(blend(scale, i)) + blend(scale, i)),
    };
  },
  /** `log(sum_c exp(eta_c)) - eta_y`. */
  multinomial(y, eta) {
    const n = y.length;
    const nClasses = eta.length / n;
    const score = new Float64Array(eta.length);
    const logSums = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < nClasses; c++) top = Math.max(top, eta[c * n + i]);
      let sum = 0;
      for (let c = 0; c < nClasses; c++) sum += Math.exp(eta[c * n + i] - top);
      logSums[i] = top + Math.log(sum);
      for (let c = 0; c < nClasses; c++) {
        score[c * n + i] = (y[i] === c ? 1 : 0) - Math.exp(eta[c * n + i] - logSums[i]);
      }
    }
    return {
      value: mean(n, (i) => logSums[i] - eta[y[i] * n + i]),
      score,
      dual: (scale) =>
        mean(n, (i) => {
          let sum = 0;
          for (let c = 0; c < nClasses; c++) sum += entropy((y[i] === c ? 1 : 0) - scale * score[c * n + i]);
          return sum;
        }),
    };
  },
};

/** The least that a loss can be: its value where each row has predictors of its own. */
export function saturatedValue(loss: Loss, y: Float64Array): number {
  return loss === "poisson" ? mean(y.length, (i) => y[i] + entropy(y[i])) : 0;
}
