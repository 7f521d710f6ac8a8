/**
 * The lower bound of a node, and the convex relaxation that makes it high.
 *
 * With `d >= 0` such that `Q = G - diag(d)` is positive semidefinite, `g_j(t) = p_j(|t|) + d_j t^2 / 2`, and `S_j` the values that the node
 * allows coefficient `j`, every `b` in the node has, for any `w` whatever,
 *
 *     h(b) + sum_j p_j(|b_j|) >= h(0) - w'Q w / 2 + sum_j min over t in S_j of [ g_j(t) + v_j t ],   v = Q w - c,
 *
 * since `b'Q b / 2 >= w'Q b - w'Q w / 2`. Nothing has to be feasible or optimal. The best `w` minimizes the relaxation
 * `h(0) - c'w + w'Q w / 2 + sum_j env_j(w_j)` with the convex envelopes of `g_j` on the hull of `S_j`, whose dual the bound is; coordinate
 * descent nears it.
 *
 * Rounding: `v` is computed afresh at `w`, with at most `(n + s + 8) u ||a_j|| (||y|| + sum_k |w_k| ||a_k||)` of error with `s` nonzero
 * `w_k` (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), and each minimum is taken for the least `v_j` of that interval where
 * `t > 0` and for the largest where `t < 0`.
 *
 * @see Atamtürk and Gómez, Rank-one convexification for sparse regression (2019); Guyard and others, El0ps (2024)
 */
import type { PenaltyTerms } from "./envelopes";
import { type Loss, UNIT_ROUNDING } from "./loss";

/** The part of the loss that is given to the terms of the penalty. */
export interface Convexity {
  /** `G - diag(d)` is positive semidefinite on the columns that are open. */
  readonly d: Float64Array;
  /** Number of open columns for which it was chosen. */
  readonly nOpen: number;
  /** Lower bounds on `g_j(t) / t` in the boxes it was chosen for, those of positive values first. */
  readonly floors: Float64Array;
}

/** The least relative margin by which a minimum at zero is certain. */
const CERTAIN = 1e-10;

/** What evaluating `g(t) + v t` may be off by, relative to its terms. */
const EVALUATION = 16 * Number.EPSILON;

/** Columns that join the working set in one round. */
const MOST_ENTERING = 60;

/** Sweeps of coordinate descent over the working set between two bounds. */
const MOST_SWEEPS = 40;

/** How often a step of the descent is halved until the relaxation falls, of a loss that is not its own model. */
const MOST_HALVINGS = 30;

/** One node's boxes, its relaxation and its bound. Arrays of two numbers a column have those of positive values first. */
export class Relaxation {
  readonly loss: Loss;
  readonly terms: PenaltyTerms;
  /** The ends of the boxes; a coefficient that is zero has `low = high = 0`. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Where a box holds zero, the least nonzero magnitudes: what is between is not allowed. */
  readonly least: Float64Array;
  /** The point at which the bound was made. */
  readonly w: Float64Array;
  /** `Q w - c` there. */
  readonly v: Float64Array;
  /** The error bound of `v` for each column, and the minima of the terms and where they are. */
  readonly errors: Float64Array;
  readonly minima: Float64Array;
  readonly minimizers: Float64Array;
  /** Columns that are open, of which the first `nOpen` count. */
  readonly open: Int32Array;
  nOpen = 0;
  convexity: Convexity;
  bound: number = Number.NEGATIVE_INFINITY;
  /** The value of the relaxation at `w`, which is at least the best bound. */
  relaxed: number = Number.POSITIVE_INFINITY;
  /** Where {@link Relaxation.sideMinimum} found its minimum last. */
  place = 0;
  /** Updates of a coefficient and columns read, by which effort is measured without a clock. */
  effort = 0;

  readonly #floors: Float64Array;
  readonly #sigma: Float64Array;
  readonly #tau: Float64Array;
  readonly #slope: Float64Array;
  /** 0: not known, 1: a line, 2: convex. */
  readonly #shape: Uint8Array;
  readonly #working: Int32Array;
  readonly #local: Float64Array;

  constructor(loss: Loss, terms: PenaltyTerms, low: Float64Array, high: Float64Array, least: Float64Array) {
    const p = loss.size;
    this.loss = loss;
    this.terms = terms;
    this.low = low.slice();
    this.high = high.slice();
    this.least = least;
    this.w = new Float64Array(p);
    this.v = new Float64Array(p);
    this.errors = new Float64Array(p);
    this.minima = new Float64Array(p);
    this.minimizers = new Float64Array(p);
    this.open = new Int32Array(p);
    this.#floors = new Float64Array(2 * p);
    this.#sigma = new Float64Array(2 * p);
    this.#tau = new Float64Array(2 * p);
    this.#slope = new Float64Array(2 * p);
    this.#shape = new Uint8Array(2 * p);
    this.#working = new Int32Array(p);
    this.#local = new Float64Array(p);
    this.convexity = { d: new Float64Array(p), nOpen: p, floors: new Float64Array(2 * p) };
    this.restart(this.convexity);
  }

  /** Begins anew with the boxes as they are and this share of the loss. */
  restart(convexity: Convexity): void {
    this.convexity = convexity;
    this.#floors.set(convexity.floors);
    this.#shape.fill(0);
    this.nOpen = 0;
    for (let j = 0; j < this.low.length; j++) {
      if (this.low[j] < 0 || this.high[j] > 0) this.open[this.nOpen++] = j;
    }
    this.clip();
    this.bound = Number.NEGATIVE_INFINITY;
    this.relaxed = Number.POSITIVE_INFINITY;
  }

  /** Goes on with another share of the loss, the boxes as they are. */
  share(convexity: Convexity): void {
    this.convexity = convexity;
    this.#floors.set(convexity.floors);
    this.#shape.fill(0);
  }

  /** Takes columns that have become zero off the list of open ones. */
  compact(): void {
    let count = 0;
    for (let k = 0; k < this.nOpen; k++) {
      const j = this.open[k];
      if (this.low[j] < 0 || this.high[j] > 0) this.open[count++] = j;
    }
    this.nOpen = count;
  }

  /** Moves `w` into the boxes. */
  clip(): void {
    const { w, low, high } = this;
    for (let j = 0; j < w.length; j++) w[j] = Math.min(Math.max(w[j], low[j]), high[j]);
  }

  /** Narrows the box of a column. */
  narrow(j: number, low: number, high: number): void {
    const p = this.low.length;
    if (high !== this.high[j]) this.#shape[j] = 0;
    if (low !== this.low[j]) this.#shape[p + j] = 0;
    // An end on the other side of zero moves the beginning of a side.
    if (low > 0) this.#shape[j] = 0;
    if (high < 0) this.#shape[p + j] = 0;
    this.low[j] = low;
    this.high[j] = high;
  }

  /** A share of the loss for these boxes, with floors of its own. */
  convexityOf(d: Float64Array): Convexity {
    const p = this.low.length;
    const floors = new Float64Array(2 * p);
    for (let k = 0; k < this.nOpen; k++) {
      const j = this.open[k];
      if (this.low[j] > 0 || this.high[j] < 0) continue;
      if (this.high[j] > 0) floors[j] = this.#ratio(j, d[j], this.high[j]);
      if (this.low[j] < 0) floors[p + j] = this.#ratio(j, d[j], -this.low[j]);
    }
    return { d, nOpen: this.nOpen, floors };
  }

  /** The least ratio `g(t) / t` on `(0, end]`. */
  #ratio(j: number, d: number, end: number): number {
    const line = this.terms.line(j, d, 0, end);
    if (line && line.sigma === 0) return line.slope;
    return this.terms.slope(j, Number.MIN_VALUE);
  }

  /** Makes sure that the envelope of a side is known. */
  #prepare(j: number, side: number): void {
    if (this.#shape[side] !== 0) return;
    const isPositive = side === j;
    const a = isPositive ? Math.max(this.low[j], 0) : Math.max(-this.high[j], 0);
    const b = isPositive ? this.high[j] : -this.low[j];
    const line = this.terms.line(j, this.convexity.d[j], a, b);
    if (line === undefined) {
      this.#shape[side] = 2;
      if (a === 0) this.#floors[side] = this.terms.slope(j, Number.MIN_VALUE);
      return;
    }
    this.#shape[side] = 1;
    this.#sigma[side] = line.sigma;
    this.#tau[side] = line.tau;
    this.#slope[side] = line.slope;
    if (a === 0) this.#floors[side] = line.sigma === 0 ? line.slope : this.terms.slope(j, Number.MIN_VALUE);
  }

  /** The distance of `g` from its envelope at `w_j`, and how far from the ends of the line it is. */
  gapAt(j: number): { readonly gap: number; readonly distance: number } {
    const t = Math.abs(this.w[j]);
    if (t === 0) return { gap: 0, distance: 0 };
    const side = this.w[j] > 0 ? j : this.low.length + j;
    this.#prepare(j, side);
    const [sigma, tau] = [this.#sigma[side], this.#tau[side]];
    if (this.#shape[side] === 2 || t <= sigma || t >= tau) return { gap: 0, distance: 0 };
    const d = this.convexity.d[j];
    const onLine = this.#valueOf(j, d, sigma) + this.#slope[side] * (t - sigma);
    return { gap: Math.max(this.#valueOf(j, d, t) - onLine, 0), distance: Math.min(t - sigma, tau - t) };
  }

  /** `g(t)` */
  #valueOf(j: number, d: number, t: number): number {
    return this.terms.value(j, t) + (d / 2) * t * t;
  }

  /** The envelope of `g` at `t`, of the side on which that is. */
  #envelopeAt(j: number, t: number): number {
    const magnitude = Math.abs(t);
    if (magnitude === 0) return 0;
    const side = t > 0 ? j : this.low.length + j;
    this.#prepare(j, side);
    const d = this.convexity.d[j];
    if (this.#shape[side] === 2) return this.#valueOf(j, d, magnitude);
    const sigma = this.#sigma[side];
    if (magnitude <= sigma || magnitude >= this.#tau[side]) return this.#valueOf(j, d, magnitude);
    return this.#valueOf(j, d, sigma) + this.#slope[side] * (magnitude - sigma);
  }

  /** The minimum over `[a, b]`, magnitudes of one side, of `g(t) + s t`, less what rounding may add to it; its place is kept. */
  sideMinimum(j: number, a: number, b: number, s: number): number {
    const d = this.convexity.d[j];
    const [from, to] = this.terms.concaveRange(j, d);
    let [best, place] = [Number.POSITIVE_INFINITY, a];
    const tryAt = (t: number): void => {
      const value = this.#valueOf(j, d, t);
      const total = value + s * t - EVALUATION * (value + Math.abs(s * t));
      if (!(total >= best)) [best, place] = [total, t];
    };
    tryAt(a);
    if (b > a) tryAt(b);
    const left = Math.min(from, b);
    if (from < to && left > a) tryAt(this.terms.convexMinimizer(j, d, -s, a, left));
    const right = from < to ? Math.max(to, a) : a;
    if (right < b) tryAt(this.terms.convexMinimizer(j, d, -s, right, b));
    this.place = place;
    return best;
  }

  /** Whether `g(t) + s t` is certain to be above `room` from `begin` on, by the line of the envelope from zero. */
  isSteep(side: number, s: number, begin: number, room: number): boolean {
    const margin = this.#floors[side] * (1 - CERTAIN) + s;
    return margin > 0 && margin * begin > room;
  }

  /** The minimum of `g_j(t) + v_j t` over the values that are allowed, for the worst `v_j` within its error. */
  #minimize(j: number): void {
    const [low, high, v, error] = [this.low[j], this.high[j], this.v[j], this.errors[j]];
    let [best, place] = [Number.POSITIVE_INFINITY, 0];
    if (low <= 0 && high >= 0) best = 0;
    if (high > 0) {
      const s = v - error;
      if (low > 0 || !this.#isAboveLine(j, j, -s)) {
        const value = this.sideMinimum(j, low > 0 ? low : Math.min(this.least[j], high), high, s);
        if (!(value >= best)) [best, place] = [value, this.place];
      }
    }
    if (low < 0) {
      const s = -v - error;
      if (high < 0 || !this.#isAboveLine(j, this.low.length + j, -s)) {
        const value = this.sideMinimum(j, high < 0 ? -high : Math.min(this.least[j], -low), -low, s);
        if (!(value >= best)) [best, place] = [value, -this.place];
      }
    }
    this.minima[j] = best;
    this.minimizers[j] = place;
  }

  /** Whether zero is certain to be the minimum of `g(t) - pull t` on a side that begins there. */
  #isAboveLine(j: number, side: number, pull: number): boolean {
    if (pull <= this.#floors[side] * (1 - CERTAIN)) return true;
    if (this.#shape[side] !== 0) return false;
    this.#prepare(j, side);
    return pull <= this.#floors[side] * (1 - CERTAIN);
  }

  /** Computes `v`, the minima of all terms and the bound at `w` afresh; returns the bound. */
  evaluate(): number {
    const { loss, w, v, open, nOpen, errors } = this;
    const { d } = this.convexity;
    const tangent = loss.tangentAt(w, open, nOpen, v, errors);
    this.effort += tangent.effort;
    let taken = 0;
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      if (w[j] === 0) continue;
      taken += d[j] * w[j] * w[j];
      v[j] -= d[j] * w[j];
    }
    let bound = tangent.constant + taken / 2;
    let [relaxed, total] = [bound, Math.abs(bound)];
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      this.#minimize(j);
      bound += this.minima[j];
      total += Math.abs(this.minima[j]);
      if (w[j] !== 0) relaxed += this.#envelopeAt(j, w[j]) + v[j] * w[j];
    }
    bound -= tangent.error + (nOpen + 8) * UNIT_ROUNDING * total;
    this.bound = bound;
    this.relaxed = relaxed;
    return bound;
  }

  /** The minimizer of `env_j(t) + q t^2 / 2 - pull t` over the hull of the box. */
  #step(j: number, q: number, pull: number): number {
    const [low, high] = [this.low[j], this.high[j]];
    if (low > 0 || (high > 0 && pull > 0)) return this.#sideStep(j, j, Math.max(low, 0), high, q, pull);
    const p = this.low.length;
    if (high < 0 || (low < 0 && pull < 0))
      return -this.#sideStep(j, p + j, Math.max(-high, 0), -low, q, -pull);
    return 0;
  }

  #sideStep(j: number, side: number, a: number, b: number, q: number, pull: number): number {
    if (a === 0 && pull <= this.#floors[side]) return 0;
    this.#prepare(j, side);
    const c = this.convexity.d[j] + q;
    if (this.#shape[side] === 2) return this.terms.convexMinimizer(j, c, pull, a, b);
    const [sigma, tau, slope] = [this.#sigma[side], this.#tau[side], this.#slope[side]];
    if (pull - q * sigma <= slope) return this.terms.convexMinimizer(j, c, pull, a, sigma);
    if (pull - q * tau >= slope) return this.terms.convexMinimizer(j, c, pull, tau, b);
    return (pull - slope) / q;
  }

  /**
   * Lowers the relaxation by coordinate descent over the columns that are not zero and those whose step from zero is the longest.
   *
   * @param resolution changes of the relaxation by a sweep that are too small to go on for.
   */
  descend(resolution: number): void {
    const { loss, w } = this;
    const count = this.#gather();
    const working = this.#working.subarray(0, count);
    const gram = loss.modelAt(w).gram(working);
    if (loss.isQuadratic) {
      this.#sweep(gram, working, resolution);
      return;
    }
    const start = Float64Array.from(working, (j) => w[j]);
    this.#sweep(gram, working, resolution);
    // The relaxation is convex, and falls at the beginning of the way.
    for (let halving = 0; halving < MOST_HALVINGS; halving++) {
      if (this.#relaxedValue() <= this.relaxed) return;
      for (let k = 0; k < count; k++) w[working[k]] = (w[working[k]] + start[k]) / 2;
    }
    for (let k = 0; k < count; k++) w[working[k]] = start[k];
  }

  /** The value of the relaxation at `w`. */
  #relaxedValue(): number {
    const { loss, w, open, nOpen } = this;
    const { d } = this.convexity;
    let value = loss.value(w);
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      if (w[j] !== 0) value += this.#envelopeAt(j, w[j]) - (d[j] / 2) * w[j] * w[j];
    }
    return value;
  }

  /** Coordinate descent of a model of the loss and the envelopes. */
  #sweep(gram: (j: number) => Float64Array, working: Int32Array, resolution: number): void {
    const { w, v } = this;
    const { d } = this.convexity;
    const count = working.length;
    const local = this.#local;
    for (let k = 0; k < count; k++) local[k] = v[working[k]];
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let decrease = 0;
      for (let k = 0; k < count; k++) {
        const j = working[k];
        const column = gram(j);
        const q = Math.max(column[j] - d[j], 0);
        const next = this.#step(j, q, q * w[j] - local[k]);
        const change = next - w[j];
        if (change === 0) continue;
        w[j] = next;
        for (let i = 0; i < count; i++) local[i] += change * column[working[i]];
        local[k] -= d[j] * change;
        decrease += (q * change * change) / 2;
      }
      this.effort += count * count;
      if (!(decrease > resolution)) break;
    }
  }

  /** Lists the working set; returns how many they are. */
  #gather(): number {
    const { w, v, open, nOpen, loss } = this;
    const { d } = this.convexity;
    const working = this.#working;
    let count = 0;
    const entering: { readonly j: number; readonly gain: number }[] = [];
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      if (w[j] !== 0) {
        working[count++] = j;
        continue;
      }
      const pull = -v[j];
      if (pull > 0 ? this.high[j] <= 0 : this.low[j] >= 0) continue;
      if (Math.abs(pull) <= this.#floors[pull > 0 ? j : this.low.length + j]) continue;
      const q = Math.max(loss.typicalCurvature(j) - d[j], 0);
      const step = Math.abs(this.#step(j, q, pull));
      if (step > 0) entering.push({ j, gain: q * step * step });
    }
    if (entering.length > MOST_ENTERING) {
      entering.sort((a, b) => b.gain - a.gain || a.j - b.j);
      entering.length = MOST_ENTERING;
    }
    for (const { j } of entering) working[count++] = j;
    return count;
  }
}
