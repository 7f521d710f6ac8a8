/** The terms of a penalty with a share of the loss, each in its box ({@link BoxedTerms}). */
import type { PenaltyTerms } from "./envelopes";

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

/**
 * The functions `g_j(t) = p_j(|t|) + d_j t^2 / 2` in their boxes, their envelopes, and the minima of them with a linear part. Arrays of two numbers
 * a column have those of positive values first.
 */
export class BoxedTerms {
  readonly terms: PenaltyTerms;
  /** The ends of the boxes; a coefficient that is zero has `low = high = 0`. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Where a box holds zero, the least nonzero magnitudes: what is between is not allowed. */
  readonly least: Float64Array;
  convexity: Convexity;
  /** Where {@link BoxedTerms.sideMinimum} found its minimum last. */
  place = 0;
  readonly #floors: Float64Array;
  readonly #sigma: Float64Array;
  readonly #tau: Float64Array;
  readonly #slope: Float64Array;
  /** 0: not known, 1: a line, 2: convex. */
  readonly #shape: Uint8Array;

  constructor(terms: PenaltyTerms, low: Float64Array, high: Float64Array, least: Float64Array) {
    const p = low.length;
    this.terms = terms;
    this.low = low.slice();
    this.high = high.slice();
    this.least = least;
    this.#floors = new Float64Array(2 * p);
    this.#sigma = new Float64Array(2 * p);
    this.#tau = new Float64Array(2 * p);
    this.#slope = new Float64Array(2 * p);
    this.#shape = new Uint8Array(2 * p);
    this.convexity = { d: new Float64Array(p), nOpen: p, floors: new Float64Array(2 * p) };
  }

  /** Goes on with another share of the loss, the boxes as they are. */
  share(convexity: Convexity): void {
    this.convexity = convexity;
    this.#floors.set(convexity.floors);
    this.#shape.fill(0);
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

  /** The least ratio `g(t) / t` on `(0, end]`. */
  protected ratio(j: number, d: number, end: number): number {
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

  /** The distance of `g` from its envelope at a value, and how far from the ends of the line it is. */
  gapOf(j: number, value: number): { readonly gap: number; readonly distance: number } {
    const t = Math.abs(value);
    if (t === 0) return { gap: 0, distance: 0 };
    const side = value > 0 ? j : this.low.length + j;
    this.#prepare(j, side);
    const [sigma, tau] = [this.#sigma[side], this.#tau[side]];
    if (this.#shape[side] === 2 || t <= sigma || t >= tau) return { gap: 0, distance: 0 };
    const d = this.convexity.d[j];
    const onLine = this.termAt(j, d, sigma) + this.#slope[side] * (t - sigma);
    return { gap: Math.max(this.termAt(j, d, t) - onLine, 0), distance: Math.min(t - sigma, tau - t) };
  }

  /** `g(t)` */
  protected termAt(j: number, d: number, t: number): number {
    return this.terms.value(j, t) + (d / 2) * t * t;
  }

  /** The envelope of `g` at `t`, of the side on which that is. */
  protected envelopeAt(j: number, t: number): number {
    const magnitude = Math.abs(t);
    if (magnitude === 0) return 0;
    const side = t > 0 ? j : this.low.length + j;
    this.#prepare(j, side);
    const d = this.convexity.d[j];
    if (this.#shape[side] === 2) return this.termAt(j, d, magnitude);
    const sigma = this.#sigma[side];
    if (magnitude <= sigma || magnitude >= this.#tau[side]) return this.termAt(j, d, magnitude);
    return this.termAt(j, d, sigma) + this.#slope[side] * (magnitude - sigma);
  }

  /** The first and the second derivative of the envelope of positive values at `t > 0`. */
  protected envelopeSlopes(j: number, t: number): readonly [slope: number, curvature: number] {
    this.#prepare(j, j);
    if (this.#shape[j] === 1 && t > this.#sigma[j] && t < this.#tau[j]) return [this.#slope[j], 0];
    const d = this.convexity.d[j];
    return [this.terms.slope(j, t) + d * t, this.terms.curvature(j, t) + d];
  }

  /** The minimum over `[a, b]`, magnitudes of one side, of `g(t) + s t`, less what rounding may add to it; its place is kept. */
  sideMinimum(j: number, a: number, b: number, s: number): number {
    const d = this.convexity.d[j];
    const [from, to] = this.terms.concaveRange(j, d);
    let [best, place] = [Number.POSITIVE_INFINITY, a];
    const tryAt = (t: number): void => {
      const value = this.termAt(j, d, t);
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

  /** Whether zero is certain to be the minimum of `g(t) - pull t` on a side that begins there. */
  protected isAboveLine(j: number, side: number, pull: number): boolean {
    if (pull <= this.#floors[side] * (1 - CERTAIN)) return true;
    if (this.#shape[side] !== 0) return false;
    this.#prepare(j, side);
    return pull <= this.#floors[side] * (1 - CERTAIN);
  }

  /** A lower bound on `g(t) / t` on one side. */
  protected floorOf(side: number): number {
    return this.#floors[side];
  }

  /** The minimizer of `env_j(t) + q t^2 / 2 - pull t` over the hull of the box. */
  protected step(j: number, q: number, pull: number): number {
    const [low, high] = [this.low[j], this.high[j]];
    if (low > 0 || (high > 0 && pull > 0)) return this.sideStep(j, j, Math.max(low, 0), high, q, pull);
    const p = this.low.length;
    if (high < 0 || (low < 0 && pull < 0))
      return -this.sideStep(j, p + j, Math.max(-high, 0), -low, q, -pull);
    return 0;
  }

  protected sideStep(j: number, side: number, a: number, b: number, q: number, pull: number): number {
    if (a === 0 && pull <= this.#floors[side]) return 0;
    this.#prepare(j, side);
    const c = this.convexity.d[j] + q;
    if (this.#shape[side] === 2) return this.terms.convexMinimizer(j, c, pull, a, b);
    const [sigma, tau, slope] = [this.#sigma[side], this.#tau[side], this.#slope[side]];
    if (pull - q * sigma <= slope) return this.terms.convexMinimizer(j, c, pull, a, sigma);
    if (pull - q * tau >= slope) return this.terms.convexMinimizer(j, c, pull, tau, b);
    return (pull - slope) / q;
  }
}
