import { mustBe, noEvent } from "../errors";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { RiskSets } from "./risk-sets";
import { checkLength, sampleWeights } from "./sample-weights";

/**
 * Cox's proportional hazards: minus the partial log-likelihood over `n`,
 * `f(eta) = (1/n) sum_{i event} log(sum_{t_j >= t_i} exp(eta_j)) - eta_i`, with Breslow's handling of ties.
 *
 * The target is a signed time, as in xgboost: `t > 0` for an event at `t`, `-t` for a sample censored at `t`. It has no
 * intercept, since a constant added to `eta` changes nothing. The inverse link is the relative hazard `exp(eta)`. Weights
 * `w` act as in glmnet: `(1/n) sum_{i event} w_i (log(sum w_j exp(eta_j)) - eta_i)`. There is no conjugate in closed form.
 *
 * Each call takes time in proportion to `n`; a target is sorted when it is first seen.
 *
 * @see Cox, Regression models and life-tables (1972); Breslow's discussion of it
 * @see Simon, Friedman, Hastie and Tibshirani, Regularization paths for Cox's proportional hazards model (2011)
 * @example
 * ```ts
 * const target = Float64Array.of(1, -2); // an event at 1, censored at 2
 * cox().valueAndGradient(target, new Float64Array(2), new Float64Array(2)); // 0.346574 = log(2) / 2
 * ```
 */
export function cox(): Datafit {
  return serializable("cox", [], coxWith(undefined));
}

function coxWith(weights: Float64Array | undefined): Datafit {
  const riskSetsOf = riskSetsByTarget();

  return {
    name: "cox",
    response: "times",
    hasProbabilities: false,
    quadratic: false,
    hasConstantHessian: false,
    hasDiagonalHessian: false,
    piecewiseQuadratic: false,
    coercive: false,
    comparesSamples: true,
    determinesIntercept: false,
    shiftInvariant: false,
    nResponses: 1,

    checkTarget(where, y) {
      checkLength(where, y, 1, weights);
      const row = y.findIndex((time) => !Number.isFinite(time) || time === 0);
      if (row !== -1) {
        throw mustBe(
          where,
          `y, row ${row}`,
          "a finite time, negative if censored, and not 0",
          y[row],
          Number.isFinite(y[row]) ? "start the clock earlier" : undefined,
        );
      }
      if (!y.some((time, i) => time > 0 && weights?.[i] !== 0)) throw noEvent(where);
    },

    valueAndGradient(y, eta, gradient) {
      const n = y.length;
      const sets = riskSetsOf(y);
      const loss = sets.update(y, eta, weights, undefined);
      for (let i = 0; i < n; i++) {
        const events = y[i] > 0 ? (weights?.[i] ?? 1) : 0;
        gradient[i] = (sets.share[i] * sets.hazard[i] - events) / n;
      }
      return loss / n;
    },

    curvature(y, eta, out) {
      const sets = riskSetsOf(y);
      sets.update(y, eta, weights, undefined);
      for (let i = 0; i < y.length; i++) {
        const share = sets.share[i];
        out[i] = Math.max(share * (sets.hazard[i] - share * sets.squares[i]), 0) / y.length;
      }
    },

    hessianProduct(y, eta, v, out) {
      const sets = riskSetsOf(y);
      sets.update(y, eta, weights, v);
      for (let i = 0; i < y.length; i++) {
        out[i] = (sets.share[i] * (sets.hazard[i] * v[i] - sets.means[i])) / y.length;
      }
    },

    weighted: (given) => coxWith(sampleWeights("cox.weighted", given)),

    inverseLink(eta, out) {
      for (let i = 0; i < eta.length; i++) out[i] = Math.exp(eta[i]);
    },

    saturatedValue: (y) => riskSetsOf(y).tiedLoss(y, weights) / y.length,
  };
}

/** The risk sets of each target, made at its first call, and again when it has changed in place since. */
function riskSetsByTarget(): (y: Float64Array) => RiskSets {
  const known = new WeakMap<Float64Array, RiskSets>();
  return (y) => {
    const before = known.get(y);
    if (before?.fits(y)) return before;
    const sets = new RiskSets(y);
    known.set(y, sets);
    return sets;
  };
}
