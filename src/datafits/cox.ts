import { mustBe, noEvent } from "../errors";
import { checkChoice, checkKeys } from "../options";
import { serializable } from "../recipe";
import { checkLength, sampleWeights } from "./checks";
import type { Datafit } from "./datafit";

/** Options of {@link cox}. */
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
 * Each call takes time in proportion to `n`; a target is sorted when it is first seen.
 *
 * @param options `ties`: `"breslow"` or `"efron"`.
 * @throws InputError when `ties` is neither.
 * @see Cox, Regression models and life-tables (1972); Breslow's discussion of it
 * @see Efron, The efficiency of Cox's likelihood function for censored data (1977)
 * @see Simon, Friedman, Hastie and Tibshirani, Regularization paths for Cox's proportional hazards model (2011)
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
  return serializable("cox", options.ties === undefined ? [] : [options], coxWith(ties, undefined));
}

function coxWith(ties: "breslow" | "efron", weights: Float64Array | undefined): Datafit {
  const riskSetsOf = riskSetsByTarget(ties === "efron");

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
      sets.update(y, eta, weights, v);
      for (let i = 0; i < y.length; i++) {
        out[i] = (sets.share[i] * (sets.hazard[i] * v[i] - sets.means[i])) / y.length;
      }
    },

    weighted: (given) => coxWith(ties, sampleWeights("cox.weighted", given)),

    inverseLink(eta, out) {
      for (let i = 0; i < eta.length; i++) out[i] = Math.exp(eta[i]);
    },

    saturatedValue: (y) => riskSetsOf(y).tiedLoss(y, weights) / y.length,
  };
}

/** The risk sets of each target, made at its first call, and again when it has changed in place since. */
function riskSetsByTarget(isEfron: boolean): (y: Float64Array) => RiskSets {
  const known = new WeakMap<Float64Array, RiskSets>();
  return (y) => {
    const before = known.get(y);
    if (before?.fits(y)) return before;
    const sets = new RiskSets(y, isEfron);
    known.set(y, sets);
    return sets;
  };
}

/** What events of one time add to the sums over event times. */
interface TiedSums {
  /** Beside `D_t log S_t` and minus their predictors. */
  readonly loss: number;
  readonly ofAll: Increments;
  /** The part of it that those who have their event then do not see; undefined for none. */
  readonly takenOff: Increments | undefined;
}

type Increments = Readonly<Record<"hazard" | "squares" | "means", number>>;

/**
 * Sums over the risk sets of a survival target: `S_t = sum of weights_j exp(eta_j)` over the samples `j` whose time is
 * at least `t`, an event time at which events of total weight `D_t` happen.
 *
 * Everything is kept relative to the latest `S_t`, so that no `exp` overflows.
 */
class RiskSets {
  /** `weights_i exp(eta_i) / S_t` by sample, `t` the last event time up to its own; 0 before the first event. */
  readonly share: Float64Array;
  /** `S_t sum_s D_s / S_s` over the event times `s <= t`. */
  readonly hazard: Float64Array;
  /** `S_t^2 sum_s D_s / S_s^2` */
  readonly squares: Float64Array;
  /** `S_t sum_s (D_s / S_s) mean_s`, the weighted mean of a vector in the risk set of `s`. */
  readonly means: Float64Array;
  /** Samples by time, ascending. */
  readonly #order: Int32Array;
  /** `log S_t` and `mean_t` at the place in that order where `t` begins. */
  readonly #logSum: Float64Array;
  readonly #mean: Float64Array;
  readonly #isEfron: boolean;

  /** @param y times, negative for censored samples. */
  constructor(y: Float64Array, isEfron: boolean) {
    const n = y.length;
    this.#isEfron = isEfron;
    this.share = new Float64Array(n);
    this.hazard = new Float64Array(n);
    this.squares = new Float64Array(n);
    this.means = new Float64Array(n);
    this.#order = Int32Array.from(y.keys()).sort((a, b) => Math.abs(y[a]) - Math.abs(y[b]));
    this.#logSum = new Float64Array(n);
    this.#mean = new Float64Array(n);
  }

  /** Whether `y` has the order of the target that this was made for. */
  fits(y: Float64Array): boolean {
    const order = this.#order;
    for (let k = 1; k < order.length; k++) {
      if (Math.abs(y[order[k]]) < Math.abs(y[order[k - 1]])) return false;
    }
    return true;
  }

  /**
   * Fills every sum and returns `sum_i weights_i (log S_i - eta_i)` over the events.
   *
   * @param weights one a sample, at least 0; undefined for 1 each.
   * @param v the vector of {@link means}; undefined where they are not needed.
   */
  update(
    y: Float64Array,
    eta: Float64Array,
    weights: Float64Array | undefined,
    v: Float64Array | undefined,
  ): number {
    this.#sumFromTheLast(y, eta, weights, v);
    let loss = 0;
    let logSum = 0;
    let hazard = 0;
    let squares = 0;
    let means = 0;
    for (let start = 0, end = 0; start < y.length; start = end) {
      end = this.#endOfTies(y, start);
      const events = this.#weightOfEvents(y, weights, start, end);
      let atEvents: TiedSums | undefined;
      if (events > 0) {
        const shrunk = Math.exp(this.#logSum[start] - logSum);
        logSum = this.#logSum[start];
        atEvents = this.#tiedSums(y, eta, weights, v, start, end, events);
        const { hazard: own, squares: ownSquares, means: ownMeans } = atEvents.ofAll;
        hazard = hazard === 0 ? own : hazard * shrunk + own;
        squares = squares === 0 ? ownSquares : squares * shrunk * shrunk + ownSquares;
        means = ownMeans + (means === 0 ? 0 : means * shrunk);
        loss += atEvents.loss;
      }
      for (let k = start; k < end; k++) {
        const i = this.#order[k];
        const weight = weights === undefined ? 1 : weights[i];
        this.share[i] = hazard === 0 || weight === 0 ? 0 : weight * Math.exp(eta[i] - logSum);
        // Of those who have an event then, a part of the risk is taken off.
        const off = y[i] > 0 ? atEvents?.takenOff : undefined;
        this.hazard[i] = hazard - (off?.hazard ?? 0);
        this.squares[i] = squares - (off?.squares ?? 0);
        this.means[i] = means - (off?.means ?? 0);
        if (y[i] > 0 && weight > 0) loss += weight * (logSum - eta[i]);
      }
    }
    return loss;
  }

  /**
   * What the events of one time add to the sums, in units of `S_t` as these: with Breslow's ties `D_t` each. With Efron's the `d` events
   * share their weight equally, and the `l`-th sees `S_t (1 - l e / d)`, `e` the share of the events in the risk.
   */
  #tiedSums(
    y: Float64Array,
    eta: Float64Array,
    weights: Float64Array | undefined,
    v: Float64Array | undefined,
    start: number,
    end: number,
    events: number,
  ): TiedSums {
    const mean = this.#mean[start];
    const ofAll = { hazard: events, squares: events, means: events * mean };
    const members = this.#isEfron ? this.#eventsAt(y, weights, start, end) : [];
    if (members.length < 2) return { loss: 0, ofAll, takenOff: undefined };
    let [risk, moment] = [0, 0];
    for (const i of members) {
      const own = (weights?.[i] ?? 1) * Math.exp(eta[i] - this.#logSum[start]);
      risk += own;
      if (v !== undefined) moment += own * v[i];
    }
    const each = events / members.length;
    const [all, off] = [
      { hazard: 0, squares: 0, means: 0 },
      { hazard: 0, squares: 0, means: 0 },
    ];
    let loss = 0;
    for (let l = 0; l < members.length; l++) {
      const part = l / members.length;
      const left = 1 - part * Math.min(risk, 1);
      const meanLeft = (mean - part * moment) / left;
      loss += each * Math.log(left);
      all.hazard += each / left;
      all.squares += each / left ** 2;
      all.means += (each / left) * meanLeft;
      off.hazard += (part * each) / left;
      off.squares += ((2 - part) * part * each) / left ** 2;
      off.means += ((part * each) / left) * meanLeft;
    }
    return { loss, ofAll: all, takenOff: off };
  }

  /** The samples of positive weight that have their event at the time of these places. */
  #eventsAt(y: Float64Array, weights: Float64Array | undefined, start: number, end: number): Int32Array {
    return this.#order.subarray(start, end).filter((i) => y[i] > 0 && weights?.[i] !== 0);
  }

  /**
   * `sum_t D_t log D_t`, what remains of the loss when each event precedes all others for certain; with Efron's ties `d` events share
   * `D_t log(d!) - D_t log(d^d)` over `d` beside it.
   */
  tiedLoss(y: Float64Array, weights: Float64Array | undefined): number {
    let sum = 0;
    for (let start = 0, end = 0; start < y.length; start = end) {
      end = this.#endOfTies(y, start);
      const events = this.#weightOfEvents(y, weights, start, end);
      if (events > 0) sum += events * Math.log(events);
      const nTied = this.#isEfron ? this.#eventsAt(y, weights, start, end).length : 0;
      for (let l = 1; l < nTied; l++) sum += (events / nTied) * Math.log(1 - l / nTied);
    }
    return sum;
  }

  #sumFromTheLast(
    y: Float64Array,
    eta: Float64Array,
    weights: Float64Array | undefined,
    v: Float64Array | undefined,
  ): void {
    let peak = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let moment = 0;
    for (let k = y.length - 1; k >= 0; k--) {
      const i = this.#order[k];
      const weight = weights === undefined ? 1 : weights[i];
      if (weight > 0) {
        if (eta[i] > peak) {
          const shrunk = Math.exp(peak - eta[i]);
          sum *= shrunk;
          moment *= shrunk;
          peak = eta[i];
        }
        const risk = weight * Math.exp(eta[i] - peak);
        sum += risk;
        if (v !== undefined) moment += risk * v[i];
      }
      this.#logSum[k] = peak + Math.log(sum);
      this.#mean[k] = moment / sum;
    }
  }

  /** The place in the order at which the time of place `start` has passed. */
  #endOfTies(y: Float64Array, start: number): number {
    const time = Math.abs(y[this.#order[start]]);
    let end = start + 1;
    while (end < y.length && Math.abs(y[this.#order[end]]) === time) end++;
    return end;
  }

  #weightOfEvents(y: Float64Array, weights: Float64Array | undefined, start: number, end: number): number {
    let sum = 0;
    for (let k = start; k < end; k++) {
      const i = this.#order[k];
      if (y[i] > 0) sum += weights === undefined ? 1 : weights[i];
    }
    return sum;
  }
}
