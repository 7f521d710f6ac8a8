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
import { BoxedTerms, type Convexity } from "./boxed-terms";
import type { PenaltyTerms } from "./envelopes";
import { type Loss, type Tangent, UNIT_ROUNDING } from "./loss";

/** Columns that join the working set in one round. */
const MOST_ENTERING = 60;

/** Sweeps of coordinate descent over the working set between two bounds. */
const MOST_SWEEPS = 40;

/** How often a step of the descent is halved until the relaxation falls, of a loss that is not its own model. */
const MOST_HALVINGS = 30;

/**
 * One node's boxes, its relaxation and its bound.
 *
 * What is written of a coefficient holds for the norm of a group in `GroupRelaxation`, whose columns are several.
 */
export class Relaxation extends BoxedTerms {
  readonly loss: Loss;
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
  bound: number = Number.NEGATIVE_INFINITY;
  /** The value of the relaxation at `w`, which is at least the best bound. */
  relaxed: number = Number.POSITIVE_INFINITY;
  /** Updates of a coefficient and columns read, by which effort is measured without a clock. */
  effort = 0;

  readonly #working: Int32Array;
  readonly #local: Float64Array;

  constructor(loss: Loss, terms: PenaltyTerms, low: Float64Array, high: Float64Array, least: Float64Array) {
    super(terms, low, high, least);
    const p = low.length;
    this.loss = loss;
    this.w = new Float64Array(p);
    this.v = new Float64Array(p);
    this.errors = new Float64Array(p);
    this.minima = new Float64Array(p);
    this.minimizers = new Float64Array(p);
    this.open = new Int32Array(p);
    this.#working = new Int32Array(p);
    this.#local = new Float64Array(p);
    this.#listOpen();
  }

  /** The coefficients at which the bound was made. */
  get point(): Float64Array {
    return this.w;
  }

  /** The columns of coefficients that have a term each. */
  columnsOf(terms: Int32Array): Int32Array {
    return terms;
  }

  /** The term that a column belongs to. */
  termOf(column: number): number {
    return column;
  }

  /** The minimizers of the terms, as a point. */
  get candidate(): Float64Array {
    const candidate = new Float64Array(this.w.length);
    for (let k = 0; k < this.nOpen; k++) candidate[this.open[k]] = this.minimizers[this.open[k]];
    return candidate;
  }

  /** The square of the distance of the minimizer of a term from the point. */
  squaredMove(j: number): number {
    return (this.minimizers[j] - this.w[j]) ** 2;
  }

  /** Computes what is kept of the point beside it, after it was moved. */
  protected settle(): void {}

  /** Begins anew with the boxes as they are and this share of the loss. */
  restart(convexity: Convexity): void {
    this.share(convexity);
    this.#listOpen();
    this.clip();
    this.bound = Number.NEGATIVE_INFINITY;
    this.relaxed = Number.POSITIVE_INFINITY;
  }

  #listOpen(): void {
    this.nOpen = 0;
    for (let j = 0; j < this.low.length; j++) {
      if (this.low[j] < 0 || this.high[j] > 0) this.open[this.nOpen++] = j;
    }
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

  /** Moves the point into the boxes. */
  clip(): void {
    const { w, low, high } = this;
    for (let j = 0; j < w.length; j++) w[j] = Math.min(Math.max(w[j], low[j]), high[j]);
  }

  /** A share of the loss for these boxes, with floors of its own. */
  convexityOf(d: Float64Array): Convexity {
    const p = this.low.length;
    const floors = new Float64Array(2 * p);
    for (let k = 0; k < this.nOpen; k++) {
      const j = this.open[k];
      if (this.low[j] > 0 || this.high[j] < 0) continue;
      if (this.high[j] > 0) floors[j] = this.ratio(j, d[j], this.high[j]);
      if (this.low[j] < 0) floors[p + j] = this.ratio(j, d[j], -this.low[j]);
    }
    return { d, nOpen: this.nOpen, floors };
  }

  /** The distance of `g` from its envelope at `w_j`, and how far from the ends of the line it is. */
  gapAt(j: number): { readonly gap: number; readonly distance: number } {
    return this.gapOf(j, this.w[j]);
  }

  /** The minimum of `g_j(t) + v_j t` over the values that are allowed, for the worst `v_j` within its error. */
  #minimize(j: number): void {
    const [low, high, v, error] = [this.low[j], this.high[j], this.v[j], this.errors[j]];
    let [best, place] = [Number.POSITIVE_INFINITY, 0];
    if (low <= 0 && high >= 0) best = 0;
    if (high > 0) {
      const s = v - error;
      if (low > 0 || !this.isAboveLine(j, j, -s)) {
        const value = this.sideMinimum(j, low > 0 ? low : Math.min(this.least[j], high), high, s);
        if (!(value >= best)) [best, place] = [value, this.place];
      }
    }
    if (low < 0) {
      const s = -v - error;
      if (high < 0 || !this.isAboveLine(j, this.low.length + j, -s)) {
        const value = this.sideMinimum(j, high < 0 ? -high : Math.min(this.least[j], -low), -low, s);
        if (!(value >= best)) [best, place] = [value, -this.place];
      }
    }
    this.minima[j] = best;
    this.minimizers[j] = place;
  }

  /** Sets `v` and its errors at the point, and returns the tangent of what is left of the loss. */
  protected tangent(): Tangent {
    const { loss, w, v, open, nOpen, errors } = this;
    const { d } = this.convexity;
    const tangent = loss.tangentAt(w, open, nOpen, v, errors);
    let taken = 0;
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      if (w[j] === 0) continue;
      taken += d[j] * w[j] * w[j];
      v[j] -= d[j] * w[j];
    }
    return { ...tangent, constant: tangent.constant + taken / 2 };
  }

  /** The linear part of the tangent in the coefficients of a term, at the point. */
  protected linearPart(j: number): number {
    return this.v[j] * this.w[j];
  }

  /** Computes `v`, the minima of all terms and the bound at the point afresh; returns the bound. */
  evaluate(): number {
    const { w, open, nOpen } = this;
    const tangent = this.tangent();
    this.effort += tangent.effort;
    let bound = tangent.constant;
    let [relaxed, total] = [bound, Math.abs(bound)];
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      this.#minimize(j);
      bound += this.minima[j];
      total += Math.abs(this.minima[j]);
      relaxed += this.envelopeAt(j, w[j]) + this.linearPart(j);
    }
    bound -= tangent.error + (nOpen + 8) * UNIT_ROUNDING * total;
    this.bound = bound;
    this.relaxed = relaxed;
    return bound;
  }

  /**
   * Lowers the relaxation by coordinate descent over the columns that are not zero and those whose step from zero is the longest.
   *
   * @param resolution changes of the relaxation by a sweep that are too small to go on for.
   */
  descend(resolution: number): void {
    const { loss, point } = this;
    const working = this.#working.subarray(0, this.#gather());
    const columns = this.columnsOf(working);
    const gram = loss.modelAt(point).gram(columns);
    if (loss.isQuadratic) {
      this.sweep(gram, working, resolution);
      return;
    }
    const start = Float64Array.from(columns, (j) => point[j]);
    this.sweep(gram, working, resolution);
    // The relaxation is convex, and falls at the beginning of the way.
    for (let halving = 0; halving < MOST_HALVINGS; halving++) {
      if (this.relaxedValue() <= this.relaxed) return;
      for (let k = 0; k < columns.length; k++) point[columns[k]] = (point[columns[k]] + start[k]) / 2;
      this.settle();
    }
    for (let k = 0; k < columns.length; k++) point[columns[k]] = start[k];
    this.settle();
  }

  /** The value of the relaxation at `w`. */
  protected relaxedValue(): number {
    const { loss, point, w, open, nOpen } = this;
    const { d } = this.convexity;
    let value = loss.value(point);
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      value += this.envelopeAt(j, w[j]) - (d[j] / 2) * w[j] * w[j];
    }
    return value;
  }

  /** Coordinate descent of a model of the loss and the envelopes. */
  protected sweep(gram: (j: number) => Float64Array, working: Int32Array, resolution: number): void {
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
        const next = this.step(j, q, q * w[j] - local[k]);
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

  /** Some second derivative of the loss in the coefficients of a term, by which steps are ranked. */
  protected typicalCurvature(j: number): number {
    return this.loss.typicalCurvature(j);
  }

  /** Lists the working set; returns how many they are. */
  #gather(): number {
    const { w, v, open, nOpen } = this;
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
      if (Math.abs(pull) <= this.floorOf(pull > 0 ? j : this.low.length + j)) continue;
      const q = Math.max(this.typicalCurvature(j) - d[j], 0);
      const step = Math.abs(this.step(j, q, pull));
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
