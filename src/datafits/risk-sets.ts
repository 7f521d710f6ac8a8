/** Sums over the risk sets of survival times, with strata and times of entry: what {@link RiskSets} gives `cox`. */

import { areEqual } from "../linalg/vector";
import type { RiskSetColumns } from "./datafit";
import { type Increments, ScaledSums } from "./scaled-sums";

/** The terms that events of one time add to the sums over event times. */
interface TiedSums {
  /** Beside `D_t log S_t` and minus their predictors. */
  readonly loss: number;
  readonly ofAll: Increments;
  /** The part of it that those who have their event then do not see; undefined for none. */
  readonly takenOff: Increments | undefined;
}

/** Where samples are at risk: at the distinct times of their stratum from `first[i]` to `last[i]`, both included. */
interface Entries {
  readonly y: Float64Array;
  /** Where each time begins in the order of the samples, and their number. */
  readonly places: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly risks: ScaledSums;
  readonly events: ScaledSums;
}

/** The target and the predictor of an update, and its sums that no vector changes, by place in the order of the samples. */
interface LastUpdate {
  readonly y: Float64Array;
  readonly eta: Float64Array;
  /** `weights_i exp(eta_i)` over the largest of the samples from the last to `i`, and what a larger one multiplies the sums by. */
  readonly risk: Float64Array;
  readonly shrink: Float64Array;
  readonly sum: Float64Array;
  /** Where a time begins: the weight of its events, and what they multiply earlier sums by. */
  readonly events: Float64Array;
  readonly eventShrink: Float64Array;
}

/** No predictor is equal to NaN. */
function newLastUpdate(n: number): LastUpdate {
  const [y, eta, risk, shrink, sum, events, eventShrink] = Array.from({ length: 7 }, () =>
    new Float64Array(n).fill(Number.NaN),
  );
  return { y, eta, risk, shrink, sum, events, eventShrink };
}

/**
 * Sums over the risk sets of a survival target: `S_t = sum of weights_j exp(eta_j)` over the samples `j` of one stratum that are under
 * observation before `t`, an event time at which events of total weight `D_t` happen, and whose own time is at least `t`.
 *
 * Everything is kept relative to one `S_t`, so that no `exp` overflows. Without times of entry that is the latest, and one pass over the
 * samples from the last to the first, another from the first to the last, fill all sums. With them each sample is at risk in an interval of
 * places, of which {@link ScaledSums} are taken; nothing is subtracted, so that nothing cancels.
 */
export class RiskSets {
  /** `weights_i exp(eta_i) / S_t` by sample, `t` the event time of its interval with the least `S_t`; 0 where there is none. */
  readonly share: Float64Array;
  /** `S_t sum_s D_s / S_s` over the event times `s` of its interval. */
  readonly hazard: Float64Array;
  /** `S_t^2 sum_s D_s / S_s^2` */
  readonly squares: Float64Array;
  /** `S_t sum_s (D_s / S_s) mean_s`, the weighted mean of a vector in the risk set of `s`. */
  readonly means: Float64Array;
  /** Samples by stratum and time, ascending. */
  readonly #order: Int32Array;
  /** `log S_t` and `mean_t` at the place in that order where `t` begins. */
  readonly #logSum: Float64Array;
  readonly #mean: Float64Array;
  /** The sums of the last {@link update} that {@link updateMeans} needs; undefined with Efron's ties or times of entry. */
  readonly #last: LastUpdate | undefined;
  readonly #isEfron: boolean;
  readonly #strata: Float64Array | undefined;
  readonly #entries: Entries | undefined;

  /** @param y times, negative for censored samples. */
  constructor(y: Float64Array, isEfron: boolean, { start, strata }: RiskSetColumns) {
    const n = y.length;
    this.#isEfron = isEfron;
    this.#strata = strata;
    this.share = new Float64Array(n);
    this.hazard = new Float64Array(n);
    this.squares = new Float64Array(n);
    this.means = new Float64Array(n);
    const stratum = strata ?? new Float64Array(n);
    this.#order = Int32Array.from(y.keys()).sort(
      (a, b) => stratum[a] - stratum[b] || Math.abs(y[a]) - Math.abs(y[b]),
    );
    this.#logSum = new Float64Array(n);
    this.#mean = new Float64Array(n);
    if (start) this.#entries = this.#placesFrom(y, start);
    else if (!isEfron) this.#last = newLastUpdate(n);
  }

  /** Whether `y` has the order of the target that this was made for. */
  fits(y: Float64Array): boolean {
    const order = this.#order;
    if (this.#entries) return this.#entries.y.every((time, i) => time === y[i]);
    for (let k = 1; k < order.length; k++) {
      if (this.#isSameStratum(k) && Math.abs(y[order[k]]) < Math.abs(y[order[k - 1]])) return false;
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
    if (this.#entries) return this.#updateIntervals(this.#entries, y, eta, weights, v);
    const last = this.#last;
    last?.y.set(y);
    last?.eta.set(eta);
    this.#sumFromTheLast(y, eta, weights, v);
    let loss = 0;
    let logSum = 0;
    let hazard = 0;
    let squares = 0;
    let means = 0;
    for (let start = 0, end = 0; start < y.length; start = end) {
      if (!this.#isSameStratum(start)) logSum = hazard = squares = means = 0;
      end = this.#endOfTies(y, start);
      const events = this.#weightOfEvents(y, weights, start, end);
      let atEvents: TiedSums | undefined;
      if (last) last.events[start] = events;
      if (events > 0) {
        const shrunk = Math.exp(this.#logSum[start] - logSum);
        logSum = this.#logSum[start];
        if (last) last.eventShrink[start] = shrunk;
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
        // A part of the risk of those who have an event then is subtracted.
        const off = y[i] > 0 ? atEvents?.takenOff : undefined;
        this.hazard[i] = hazard - (off?.hazard ?? 0);
        this.squares[i] = squares - (off?.squares ?? 0);
        this.means[i] = means - (off?.means ?? 0);
        if (y[i] > 0 && weight > 0) loss += weight * (logSum - eta[i]);
      }
    }
    return loss;
  }

  /** Fills {@link means} for another vector; all other sums are kept where the predictor is that of the last update. */
  updateMeans(y: Float64Array, eta: Float64Array, weights: Float64Array | undefined, v: Float64Array): void {
    const last = this.#last;
    if (!last || !areEqual(eta, last.eta) || !areEqual(y, last.y)) {
      this.update(y, eta, weights, v);
      return;
    }
    const n = y.length;
    let moment = 0;
    for (let k = n - 1; k >= 0; k--) {
      if (k + 1 === n || !this.#isSameStratum(k + 1)) moment = 0;
      moment = moment * last.shrink[k] + last.risk[k] * v[this.#order[k]];
      this.#mean[k] = moment / last.sum[k];
    }
    let means = 0;
    for (let start = 0, end = 0; start < n; start = end) {
      if (!this.#isSameStratum(start)) means = 0;
      end = this.#endOfTies(y, start);
      const events = last.events[start];
      if (events > 0)
        means = events * this.#mean[start] + (means === 0 ? 0 : means * last.eventShrink[start]);
      for (let k = start; k < end; k++) this.means[this.#order[k]] = means;
    }
  }

  /** The distinct times, in the order of the samples, and for each sample those from which on and until which it is at risk. */
  #placesFrom(y: Float64Array, start: Float64Array): Entries {
    const n = y.length;
    const begins: number[] = [];
    const [first, last] = [new Int32Array(n), new Int32Array(n)];
    let ofStratum = 0;
    for (let from = 0, to = 0; from < n; from = to) {
      if (!this.#isSameStratum(from)) ofStratum = begins.length;
      to = this.#endOfTies(y, from);
      for (const i of this.#order.subarray(from, to)) {
        // The first place of the stratum whose time is after that of entry.
        let [low, high] = [ofStratum, begins.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (Math.abs(y[this.#order[begins[middle]]]) > start[i]) high = middle;
          else low = middle + 1;
        }
        first[i] = low;
        last[i] = begins.length;
      }
      begins.push(from);
    }
    const places = Int32Array.from([...begins, n]);
    const size = begins.length;
    return { y: y.slice(), places, first, last, risks: new ScaledSums(size), events: new ScaledSums(size) };
  }

  /** {@link update} with times of entry. */
  #updateIntervals(
    { places, first, last, risks, events: atEvents }: Entries,
    y: Float64Array,
    eta: Float64Array,
    weights: Float64Array | undefined,
    v: Float64Array | undefined,
  ): number {
    risks.clear();
    atEvents.clear();
    for (let i = 0; i < y.length; i++) {
      const weight = weights?.[i] ?? 1;
      if (weight > 0) risks.addTo(first[i], last[i], -eta[i], weight, weight * (v?.[i] ?? 0));
    }
    let loss = 0;
    const off: (Increments | undefined)[] = [];
    for (let place = 0; place + 1 < places.length; place++) {
      const [from, to] = [places[place], places[place + 1]];
      const events = this.#weightOfEvents(y, weights, from, to);
      if (events === 0) continue;
      const sum = risks.at(place);
      this.#logSum[from] = Math.log(sum.hazard) - sum.key;
      this.#mean[from] = sum.means / sum.hazard;
      const tied = this.#tiedSums(y, eta, weights, v, from, to, events);
      atEvents.setLeaf(place, this.#logSum[from], tied.ofAll);
      loss += tied.loss;
      off[place] = tied.takenOff;
      for (const i of this.#eventsAt(y, weights, from, to))
        loss += (weights?.[i] ?? 1) * (this.#logSum[from] - eta[i]);
    }
    atEvents.sumUp();
    for (let i = 0; i < y.length; i++) {
      const sum = atEvents.over(first[i], last[i]);
      const weight = weights?.[i] ?? 1;
      const taken = y[i] > 0 ? off[last[i]] : undefined;
      const scale = taken ? Math.exp(sum.key - this.#logSum[places[last[i]]]) : 0;
      this.share[i] = sum.hazard === 0 || weight === 0 ? 0 : weight * Math.exp(eta[i] - sum.key);
      this.hazard[i] = sum.hazard - scale * (taken?.hazard ?? 0);
      this.squares[i] = sum.squares - scale ** 2 * (taken?.squares ?? 0);
      this.means[i] = sum.means - scale * (taken?.means ?? 0);
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
    const last = this.#last;
    let peak = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let moment = 0;
    for (let k = y.length - 1; k >= 0; k--) {
      const i = this.#order[k];
      const weight = weights === undefined ? 1 : weights[i];
      if (k + 1 === y.length || !this.#isSameStratum(k + 1)) {
        peak = Number.NEGATIVE_INFINITY;
        sum = moment = 0;
      }
      let [shrunk, risk] = [1, 0];
      if (weight > 0) {
        if (eta[i] > peak) {
          shrunk = Math.exp(peak - eta[i]);
          sum *= shrunk;
          moment *= shrunk;
          peak = eta[i];
        }
        risk = weight * Math.exp(eta[i] - peak);
        sum += risk;
        if (v !== undefined) moment += risk * v[i];
      }
      this.#logSum[k] = peak + Math.log(sum);
      this.#mean[k] = moment / sum;
      if (last) [last.risk[k], last.shrink[k], last.sum[k]] = [risk, shrunk, sum];
    }
  }

  /** Whether the sample at a place of the order has the stratum of the one before. */
  #isSameStratum(k: number): boolean {
    return k > 0 && (!this.#strata || this.#strata[this.#order[k]] === this.#strata[this.#order[k - 1]]);
  }

  /** The place in the order at which the time of place `start` has passed. */
  #endOfTies(y: Float64Array, start: number): number {
    const time = Math.abs(y[this.#order[start]]);
    let end = start + 1;
    while (end < y.length && this.#isSameStratum(end) && Math.abs(y[this.#order[end]]) === time) end++;
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
