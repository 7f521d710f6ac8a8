import { type Loss, THETA } from "../problems/problem";

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
  /** `eta + y exp(-eta)`. */
  gamma(y, eta) {
    const n = y.length;
    const share = y.map((entry, i) => entry * Math.exp(-eta[i]));
    const blend = (scale: number, i: number): number => 1 - scale + scale * share[i];
    return {
      value: mean(n, (i) => eta[i] + share[i]),
      score: share.map((entry) => entry - 1),
      dual: (scale) => mean(n, (i) => blend(scale, i) * (1 + Math.log(y[i])) + entropy(blend(scale, i))),
    };
  },
  /** `2 exp(eta / 2) + 2 y exp(-eta / 2)`, of power 3/2. */
  tweedie(y, eta) {
    const n = y.length;
    const root = eta.map((entry) => Math.exp(entry / 2));
    const score = root.map((t, i) => y[i] / t - t);
    return {
      value: mean(n, (i) => 2 * root[i] + (2 * y[i]) / root[i]),
      score,
      dual: (scale) =>
        mean(n, (i) => {
          // The root t of the mean whose slope t - y / t is the dual point's: of two terms of one sign.
          const slope = -scale * score[i];
          const distance = Math.hypot(slope, 2 * Math.sqrt(y[i]));
          const t = slope > 0 ? (distance + slope) / 2 : (2 * y[i]) / (distance - slope);
          if (!(t > 0)) return 0;
          return 2 * t + (2 * y[i]) / t - 2 * slope * Math.log(t);
        }),
    };
  },
  /** `(y + theta) log(1 + exp(eta) / theta) - y eta`. */
  "negative-binomial"(y, eta) {
    const n = y.length;
    // The share of theta + exp(eta) that is exp(eta), and the other.
    const above = eta.map((entry) => 1 / (1 + THETA * Math.exp(-entry)));
    const below = eta.map((entry) => THETA / (THETA + Math.exp(entry)));
    return {
      value: mean(n, (i) => (y[i] + THETA) * Math.log1p(Math.exp(eta[i]) / THETA) - y[i] * eta[i]),
      score: y.map((entry, i) => entry * below[i] - THETA * above[i]),
      dual: (scale) =>
        mean(n, (i) => {
          const total = y[i] + THETA;
          const share = (1 - scale) * (y[i] / total) + scale * above[i];
          const other = (1 - scale) * (THETA / total) + scale * below[i];
          return total * (entropy(share) + entropy(other) - share * Math.log(THETA));
        }),
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
  switch (loss) {
    case "poisson":
      return mean(y.length, (i) => y[i] + entropy(y[i]));
    case "gamma":
      return mean(y.length, (i) => 1 + Math.log(y[i]));
    case "tweedie":
      return mean(y.length, (i) => 4 * Math.sqrt(y[i]));
    case "negative-binomial":
      return mean(y.length, (i) => (y[i] + THETA) * Math.log1p(y[i] / THETA) + entropy(y[i]));
    default:
      return 0;
  }
}
