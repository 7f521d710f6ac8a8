/**
 * Convex envelopes of the terms of a penalty.
 *
 * The term `p(|t|)` of a coefficient with a share `d t^2 / 2` of the loss, `g(t) = p(t) + d t^2 / 2` for `t >= 0`, is concave on one stretch
 * `[k, l]`, for `l0` no more than its jump at zero, which the penalty states ({@link SeparablePenalty.concaveRange}), and convex before and
 * behind it. Its convex envelope on `[a, b]` is therefore `g` on `[a, sigma]`, a line on `[sigma, tau]` and `g` on `[tau, b]` with `sigma <= k` and `tau >= l`, as far as these are within
 * `[a, b]`. The slope `m` of the line is the fixed point of
 *
 *     sigma = argmin over [a, k] of g(t) - m t,   tau = argmin over [l, b] of g(t) - m t,   m = (g(tau) - g(sigma)) / (tau - sigma),
 *
 * which is Newton's method for the slope at which both minima are the same; from zero, where `sigma = 0`, it is that of Dinkelbach for the
 * least ratio `g(t) / t`.
 *
 * @see Horst and Tuy, Global Optimization (1996), chapter 4; Dinkelbach, On nonlinear fractional programming (1967)
 */
import type { SeparablePenalty } from "../penalties";

/** The envelope on one side: `g` up to `sigma`, a line of this slope up to `tau`, and `g` from there on. */
export interface Line {
  readonly sigma: number;
  readonly tau: number;
  readonly slope: number;
}

/** Rounds of Newton's method for the slope; it has its last digit after some five. */
const MOST_ROUNDS = 60;

/** Steps of Newton's method, or halvings where one leaves its bracket, for a stationary point. */
const MOST_STEPS = 200;

/** The terms of a penalty at one `lambda`, in magnitudes `t >= 0`. */
export class PenaltyTerms {
  readonly penalty: SeparablePenalty;
  readonly lambda: number;
  /** The coordinate of the penalty that each term is that of. */
  readonly coordinates: Int32Array;

  constructor(penalty: SeparablePenalty, lambda: number, coordinates: Int32Array) {
    this.penalty = penalty;
    this.lambda = lambda;
    this.coordinates = coordinates;
  }

  /** The terms of these columns alone. */
  restrictedTo(kept: Int32Array): PenaltyTerms {
    return new PenaltyTerms(
      this.penalty,
      this.lambda,
      kept.map((j) => this.coordinates[j]),
    );
  }

  /** The same terms at another lambda. */
  at(lambda: number): PenaltyTerms {
    return new PenaltyTerms(this.penalty, lambda, this.coordinates);
  }

  value(j: number, t: number): number {
    return t === 0 ? 0 : this.penalty.coordinateValue(this.coordinates[j], t, this.lambda);
  }

  slope(j: number, t: number): number {
    return this.penalty.coordinateSlope(this.coordinates[j], t, this.lambda);
  }

  curvature(j: number, t: number): number {
    return this.penalty.coordinateCurvature(this.coordinates[j], t, this.lambda);
  }

  /** The global minimizer of `p(|b|) + curvature (b - z)^2 / 2`. */
  prox(j: number, z: number, curvature: number): number {
    return this.penalty.coordinateProx(this.coordinates[j], z, 1 / curvature, this.lambda);
  }

  /** The height by which the term jumps at zero. */
  jumpAtZero(j: number): number {
    return this.penalty.jumpAtZero?.(this.coordinates[j], this.lambda) ?? 0;
  }

  /** The curvature of a term that is a jump and a parabola; 0 for any other. */
  ridge(j: number): number {
    return this.jumpAtZero(j) > 0 ? this.curvature(j, 1) : 0;
  }

  /** Whether the term is concave at all magnitudes, by its curvature before and behind the stretch that its penalty states. */
  isConcave(j: number): boolean {
    const [from, to] = this.concaveRange(j, 0);
    const outside = [from / 1000, from / 2, to * (1 + 1e-9), 2 * to, 1000 * to, 1e6 * to].filter(
      (t) => (t < from || t > to) && t < Number.POSITIVE_INFINITY,
    );
    return outside.every((t) => this.curvature(j, t) <= 0);
  }

  /** A concave function that is nowhere above the term: the term as far as it is concave, and no more than its value there behind. */
  concaveMinorant(j: number): (t: number) => number {
    if (this.isConcave(j)) return (t) => this.value(j, t);
    const [from, to] = this.concaveRange(j, 0);
    return (t) => (from > 0 ? 0 : this.value(j, Math.min(t, to)));
  }

  /** The stretch of magnitudes on which `p(t) + convexity t^2 / 2` is concave. */
  concaveRange(j: number, convexity: number): readonly [number, number] {
    return this.penalty.concaveRange!(this.coordinates[j], this.lambda, convexity);
  }

  /** The sum over all coefficients, which may have any sign. */
  sum(b: Float64Array): number {
    let sum = 0;
    for (let j = 0; j < b.length; j++) if (b[j] !== 0) sum += this.value(j, Math.abs(b[j]));
    return sum;
  }

  /** The minimizer of `p(t) + c t^2 / 2 - pull t` over a stretch `[from, to]` on which that is convex. */
  convexMinimizer(j: number, c: number, pull: number, from: number, to: number): number {
    if (!(from < to)) return from;
    if (c > 0) {
      // The proximal step has closed forms; a stationary point in the stretch is the minimizer there.
      const t = this.prox(j, pull / c, c);
      if (t > from && t < to) return t;
    }
    const rise = (t: number): number => this.slope(j, t) + c * t - pull;
    // At zero itself the slope jumps, or is infinite.
    if (rise(Math.max(from, Number.MIN_VALUE)) >= 0) return from;
    if (rise(to) <= 0) return to;
    let [low, high] = [from, to];
    let t = to;
    for (let step = 0; step < MOST_STEPS; step++) {
      const slope = rise(t);
      if (slope > 0) high = t;
      else low = t;
      const curvature = this.curvature(j, t) + c;
      let next = curvature > 0 ? t - slope / curvature : Number.NaN;
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (Math.abs(next - t) <= 4e-16 * t || next === low || next === high) return next;
      t = next;
    }
    return t;
  }

  /** The line of the envelope of `p(t) + d t^2 / 2` on `[a, b]`; undefined where that is convex. */
  line(j: number, d: number, a: number, b: number): Line | undefined {
    const [from, to] = this.concaveRange(j, d);
    const k = Math.min(Math.max(from, a), b);
    const l = Math.min(Math.max(to, a), b);
    if (!(k < l)) return undefined;
    const g = (t: number): number => this.value(j, t) + (d / 2) * t * t;
    let [sigma, tau] = [k, l];
    let slope = (g(l) - g(k)) / (l - k);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (a < k) sigma = this.convexMinimizer(j, d, slope, a, k);
      if (l < b) tau = this.convexMinimizer(j, d, slope, l, b);
      const next = (g(tau) - g(sigma)) / (tau - sigma);
      const change = Math.abs(next - slope);
      slope = next;
      if (!(change > 1e-13 * Math.abs(slope))) break;
    }
    return { sigma, tau, slope };
  }

  /**
   * The least nonzero magnitude of a coefficient at which the objective is minimal in it alone, given the curvature `c` of the loss: where
   * `p(t) + c t^2 / 2` and its envelope from zero meet.
   */
  leastMagnitude(j: number, c: number): number {
    const [from, to] = this.concaveRange(j, c);
    if (from > 0 || !(to > 0)) return 0;
    let far = 2 * to;
    // The line ends where the mean slope is that at its end.
    while (far < 1e150 && this.value(j, far) + (c / 2) * far * far > far * (this.slope(j, far) + c * far))
      far *= 2;
    return this.line(j, c, 0, far)?.tau ?? 0;
  }
}
