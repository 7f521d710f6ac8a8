import { mustBe, noEvent } from "../errors";
import { checkChoice, checkKeys } from "../options";
import { serializable } from "../recipe";
import { checkLength, sampleWeights } from "./checks";
import type { Datafit, RiskSetColumns } from "./datafit";
import { RiskSets } from "./risk-sets";

const everyoneFromTheStart: RiskSetColumns = { start: undefined, strata: undefined };

/** Options of {@link cox}: how events at the same time are counted. */
export interface CoxOptions {
  /**
   * How events of the same time are handled: `"breslow"` as by glmnet, each with all that are at risk then; `"efron"` as `coxph` of R does
   * unless told otherwise, the `k`-th of `d` events with a share `(k - 1) / d` of the risk of all `d` taken off. Default: `"breslow"`.
   */
  readonly ties?: "breslow" | "efron";
}

/**
 * Cox's proportional hazards: minus the partial log-likelihood over `n`,
 * `f(eta) = (1/n) sum_{i event} log(sum_{t_j >= t_i} exp(eta_j)) - eta_i`, with Breslow's handling of ties or Efron's.
 *
 * The target is a signed time, as in xgboost: `t > 0` for an event at `t`, `-t` for a sample censored at `t`. It has no
 * intercept, since a constant added to `eta` changes nothing. The inverse link is the relative hazard `exp(eta)`. Weights
 * `w` act as in glmnet: `(1/n) sum_{i event} w_i (log(sum w_j exp(eta_j)) - eta_i)`, so that they count copies of the samples. With Efron's
 * ties they act as in `coxph`, where copies of an event would be tied with it. There is no conjugate in closed form.
 *
 * Estimators read times of entry and strata too, from the columns `start` and `strata` of `y`: who is at risk at `t_i` is then of the stratum
 * of `i`, with `start_j < t_i <= t_j`, as in `coxph(Surv(start, time, event) ~ x + strata(s))`.
 *
 * Each call takes time in proportion to `n`, with times of entry to `n log n`; a target is sorted when it is first seen.
 *
 * @param options `ties`: `"breslow"` or `"efron"`.
 * @throws InputError when `ties` is neither.
 * @see Cox, Regression models and life-tables (1972); Breslow's discussion of it
 * @see Efron, The efficiency of Cox's likelihood function for censored data (1977)
 * @see Simon, Friedman, Hastie and Tibshirani, Regularization paths for Cox's proportional hazards model (2011)
 * @example
 * ```ts
 * const X = [[0], [1], [2], [1], [0], [2]];
 * const y = { start: [0, 0, 1, 0, 2, 0], time: [4, 3, 2, 2, 5, 1], event: [1, 1, 1, 0, 1, 1], strata: ["a", "b", "a", "b", "b", "a"] };
 * new SmoothLasso({ datafit: cox(), lambda: 0.05 }).fit(X, y).coef[0] > 0; // true: the larger x, the sooner the event
 * ```
 * @example
 * ```ts
 * const target = Float64Array.of(1, -2); // an event at 1, censored at 2
 * cox().valueAndGradient(target, new Float64Array(2), new Float64Array(2)); // 0.346574 = log(2) / 2
 * ```
 */
export function cox(options: CoxOptions = {}): Datafit {
  checkKeys("cox", options, ["ties"]);
  const { ties = "breslow" } = options;
  checkChoice("cox", "ties", ties, ["breslow", "efron"]);
  return serializable("cox", options.ties === undefined ? [] : [options], coxWith(ties));
}

function coxWith(
  ties: "breslow" | "efron",
  weights?: Float64Array,
  columns: RiskSetColumns = everyoneFromTheStart,
): Datafit {
  const riskSetsOf = riskSetsByTarget(ties === "efron", columns);

  return {
    name: ties === "efron" ? "cox(efron)" : "cox",
    response: "times",
    hasProbabilities: false,
    quadratic: false,
    dependsOnResidual: false,
    hasConstantHessian: false,
    hasDiagonalHessian: false,
    piecewiseQuadratic: false,
    coercive: false,
    comparesSamples: true,
    determinesIntercept: false,
    shiftInvariant: false,
    nResponses: 1,
    isLikelihood: true,
    weightsCountCopies: ties === "breslow",

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
      sets.updateMeans(y, eta, weights, v);
      for (let i = 0; i < y.length; i++) {
        out[i] = (sets.share[i] * (sets.hazard[i] * v[i] - sets.means[i])) / y.length;
      }
    },

    weighted: (given) => coxWith(ties, sampleWeights("cox.weighted", given), columns),
    withRiskSets: (given) => coxWith(ties, weights, given),

    inverseLink(eta, out) {
      for (let i = 0; i < eta.length; i++) out[i] = Math.exp(eta[i]);
    },

    saturatedValue: (y) => riskSetsOf(y).tiedLoss(y, weights) / y.length,
  };
}

/** The risk sets of each target, made at its first call, and again when it has changed in place since. */
function riskSetsByTarget(isEfron: boolean, columns: RiskSetColumns): (y: Float64Array) => RiskSets {
  const known = new WeakMap<Float64Array, RiskSets>();
  return (y) => {
    const before = known.get(y);
    if (before?.fits(y)) return before;
    const sets = new RiskSets(y, isEfron, columns);
    known.set(y, sets);
    return sets;
  };
}
