/**
 * Searches the objective itself, and no model of it, for a lower point in one coordinate or group ({@link searchBlocks}): what
 * certificates of fits with penalties that are not convex state at the end.
 */
import { ROUNDING } from "../linalg/rounding";
import { norm, squaredNorm } from "../linalg/vector";
import type { GroupPenalty, SeparablePenalty } from "../penalties";
import type { BlockStep } from "./block-step";
import {
  type LossAlongRays,
  type LossAndSlope,
  type LossOnRay,
  lossAlongRays,
  type Ray,
} from "./loss-along-rays";
import { isModelOfLoss, type Profile, profileAt, type SparseProblem, saturatedLoss } from "./problem";

/** Maximum number of values of the loss along one ray. */
const maxValues = 60;

/** Maximum number of tangents of the loss that may show that no point on a ray is lower. */
const maxTangents = 6;

/** Minimum relative change of the slope of a line below the loss for which another one is tried. */
const minProgress = 1e-3;

/** Number of times that an interval on a ray is halved to find where a tangent falls as much as the penalty rises. */
const maxBisections = 30;

/** Decrease that counts as none, as a share of the loss above that of the saturated model. */
const resolution = 1e-8;

/** Width of an interval beside the present coefficients, relative to them, in which a violation would show what they could gain. */
const nearby = 1 / 8;

/** A ray with the penalty on it. */
interface PenalizedRay extends Ray {
  /** The penalty of these coefficients, nowhere finite beyond `end`. */
  term(t: number): number;
  readonly end: number;
  /** Where on the ray the present coefficients are, if they are on it. */
  readonly present: number | undefined;
}

/** A point on a ray. */
interface RayPoint extends LossAndSlope {
  readonly t: number;
  readonly term: number;
}

const searched = new WeakMap<Profile, { readonly lambda: number; readonly step: BlockStep }>();

/**
 * Returns the step of one coordinate, or along rays of one group, by which the objective falls most; no step where it falls by
 * less than a share of 1e-8 of the loss.
 *
 * The loss is convex along a ray, and penalties are concave in the distance from zero. So between two points the tangents of the
 * loss and the chord of the penalty bound the objective from below, and intervals are divided until none can hold a lower
 * point. The rays of a coordinate are the two from zero; those of a group go through its present coefficients, down the gradient
 * at zero and along its single coefficients. The unpenalized part is at its minimum everywhere. Rays on which bounds of the loss
 * exclude a lower point are not searched, and points within an eighth of a nonzero coefficient may be left out.
 * Single coefficients with a quadratic loss are left out where an intercept is all that is not penalized: there the model is
 * the loss, and certificates state what it says.
 *
 * @param signal ends the search with the best step so far.
 */
export function searchBlocks(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
  signal?: { readonly aborted: boolean },
): BlockStep {
  const { penalty } = problem;
  if (penalty.structure === "separable" && isModelOfLoss(problem)) {
    return { decrease: 0, beta };
  }
  const known = searched.get(profile);
  if (known?.lambda === lambda) return known.step;
  const step = new BlockSearch(problem, lambda, beta, profile, signal).step();
  if (!signal?.aborted) searched.set(profile, { lambda, step });
  return step;
}

class BlockSearch {
  readonly #problem: SparseProblem;
  readonly #lambda: number;
  readonly #beta: Float64Array;
  readonly #profile: Profile;
  readonly #lossAlongRays: LossAlongRays;
  /** The loss above that of the saturated model. */
  readonly #excess: number;
  readonly #slack: number;
  readonly #signal: { readonly aborted: boolean } | undefined;
  #best: { readonly decrease: number; readonly ray: PenalizedRay; readonly t: number } | undefined;

  constructor(
    problem: SparseProblem,
    lambda: number,
    beta: Float64Array,
    profile: Profile,
    signal: { readonly aborted: boolean } | undefined,
  ) {
    this.#problem = problem;
    this.#signal = signal;
    this.#lambda = lambda;
    this.#beta = beta;
    this.#profile = profile;
    this.#lossAlongRays = lossAlongRays(problem, beta, profile);
    this.#excess = Math.max(0, profile.loss - saturatedLoss(problem));
    this.#slack = resolution * this.#excess;
  }

  step(): BlockStep {
    const { penalty } = this.#problem;
    if (penalty.structure === "separable") this.#searchCoordinates(penalty as SeparablePenalty);
    else if (penalty.structure === "groupwise") this.#searchGroups(penalty as GroupPenalty);
    if (this.#best === undefined) return { decrease: 0, beta: this.#beta };
    const { ray, t } = this.#best;
    const beta = this.#beta.slice();
    for (let k = 0; k < ray.direction.length; k++) {
      beta[ray.columns[k]] = ray.origin[k] + t * ray.direction[k];
    }
    const { loss } = profileAt(this.#problem, beta, this.#profile.psi);
    const before = this.#profile.loss + penalty.value(this.#beta, this.#lambda);
    const decrease = before - loss - penalty.value(beta, this.#lambda);
    return decrease > ROUNDING * Math.abs(before) ? { decrease, beta } : { decrease: 0, beta: this.#beta };
  }

  #searchCoordinates(penalty: SeparablePenalty): void {
    const { gradient } = this.#profile;
    const lambda = this.#lambda;
    this.#beta.forEach((b, j) => {
      if (this.#signal?.aborted) return;
      if (b !== 0 && !this.#mayGainFromNonzero(penalty, j, b)) return;
      const [low, high] = penalty.domain?.(j) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const sign of b < 0 ? [-1, 1] : [1, -1]) {
        if (b === 0 && !(sign * gradient[j] < 0)) continue;
        const end = sign > 0 ? high : -low;
        if (!(end > 0)) continue;
        const term = (t: number): number => penalty.coordinateValue(j, sign * t, lambda);
        if (b === 0 && !this.#mayGain(-sign * gradient[j], term, end)) continue;
        const present = b === 0 ? 0 : sign * b > 0 ? sign * b : undefined;
        const [origin, direction] = [new Float64Array(1), Float64Array.of(sign)];
        const ray = { columns: Int32Array.of(j), origin, direction, term, end, present };
        const slopeAtZero = this.#search(ray, penalty.coordinateValue(j, b, lambda));
        // The loss rises on the other side.
        if (b !== 0 && slopeAtZero < 0) break;
      }
    });
  }

  /** Whether another value of a coefficient that is not zero may be lower, as far as bounds tell that cost no value of the loss. */
  #mayGainFromNonzero(penalty: SeparablePenalty, j: number, b: number): boolean {
    const lambda = this.#lambda;
    const before = penalty.coordinateValue(j, b, lambda);
    const [low, high] = penalty.domain?.(j) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return [-1, 1].some((sign) => {
      const isTowardsZero = sign * b < 0;
      const [columns, origin, direction] = [Int32Array.of(j), Float64Array.of(b), Float64Array.of(sign)];
      const line = this.#lossAlongRays.on({ columns, origin, direction });
      // Beyond zero the penalty rises again, and where the mean slope is at least 0 from there on the loss does too.
      if (isTowardsZero && !(line.leastMeanSlope(Math.abs(b)) >= 0)) return true;
      const end = isTowardsZero ? Math.abs(b) : sign > 0 ? high - b : b - low;
      const term = (t: number): number => penalty.coordinateValue(j, b + sign * t, lambda);
      const ray = { columns, origin, direction, term, end, present: 0 };
      return end > 0 && !this.#boundsExclude(line, ray, before, Math.min(nearby * Math.abs(b), end));
    });
  }

  #searchGroups(penalty: GroupPenalty): void {
    const lambda = this.#lambda;
    penalty.groups.members.forEach((columns, g) => {
      if (this.#signal?.aborted) return;
      const isZero = columns.every((j) => this.#beta[j] === 0);
      if (isZero && penalty.isRadial && !this.#mayLeaveZero(penalty, g, columns)) return;
      const b = new Float64Array(columns.length);
      for (let k = 0; k < b.length; k++) b[k] = this.#beta[columns[k]];
      const before = penalty.groupValue(g, b, lambda);
      const at = new Float64Array(b.length);
      const termOn = (origin: Float64Array, direction: Float64Array) => (t: number) => {
        for (let k = 0; k < at.length; k++) at[k] = origin[k] + t * direction[k];
        return penalty.groupValue(g, at, lambda);
      };
      const along = (origin: Float64Array, direction: Float64Array, present: number | undefined): void => {
        const term = termOn(origin, direction);
        this.#search({ columns, origin, direction, term, end: Number.POSITIVE_INFINITY, present }, before);
      };
      const zero = new Float64Array(b.length);
      const mayGain = (direction: Float64Array, slope: number): boolean =>
        this.#mayGain(slope, termOn(zero, direction), Number.POSITIVE_INFINITY);
      if (!isZero) along(zero, b, 1);
      const slopes = isZero
        ? b.map((_, k) => this.#profile.gradient[columns[k]])
        : this.#lossAlongRays.slopesAtZero(columns);
      const steepest = slopes.map((slope) => -slope);
      const squaredSlope = squaredNorm(slopes);
      if (squaredSlope > 0 && !(isZero && !mayGain(steepest, squaredSlope))) {
        along(zero, steepest, isZero ? 0 : undefined);
      }
      if (b.length === 1) return;
      // A coefficient can gain alone in a sum within a group, and in a norm where the others are zero.
      if (!isZero && penalty.isRadial) return;
      for (let k = 0; k < b.length; k++) {
        for (const sign of [1, -1]) {
          if (isZero && !(sign * slopes[k] < 0)) continue;
          const direction = zero.with(k, sign);
          if (isZero && !mayGain(direction, -sign * slopes[k])) continue;
          const present = b[k] === 0 ? 0 : sign * b[k] > 0 ? sign * b[k] : undefined;
          along(b.with(k, 0), direction, present);
        }
      }
    });
  }

  /** Whether a step from zero of a group may gain where the penalty is one of its norm: along no ray is the slope larger than the gradient's norm. */
  #mayLeaveZero(penalty: GroupPenalty, g: number, columns: Int32Array): boolean {
    const slopes = new Float64Array(columns.length);
    for (let k = 0; k < slopes.length; k++) slopes[k] = this.#profile.gradient[columns[k]];
    const along = new Float64Array(columns.length);
    const term = (t: number): number => {
      along[0] = t;
      return penalty.groupValue(g, along, this.#lambda);
    };
    const curvature = this.#lossAlongRays.leastEigenvalue(columns);
    return this.#mayGain(norm(slopes), term, Number.POSITIVE_INFINITY, curvature);
  }

  /**
   * Whether a step from zero may gain more than rounding: it lowers the loss by at most its slope times the way, and by at most
   * what it is above the saturated model, or above the minimum of a quadratic loss.
   *
   * @param curvature of a quadratic loss along the step. Default: not known.
   */
  #mayGain(slope: number, term: (t: number) => number, end: number, curvature = 0): boolean {
    const way = Math.min(this.#excess / slope, end, slope / (2 * curvature));
    return slope * way - (term(way) - term(0)) > this.#slack;
  }

  /**
   * Searches a ray.
   *
   * @param before the penalty of the present coefficients of the ray's columns.
   * @returns the slope of the loss at the ray's origin.
   */
  #search(ray: PenalizedRay, before: number): number {
    const line = this.#lossAlongRays.on(ray);
    if (ray.present === 0 && !this.#mayGainFarther(line, ray, before)) return line.at(0).slope;
    const at = (t: number): RayPoint => ({ t, ...line.at(t), term: ray.term(t) - before });
    const origin = at(0);
    const present = this.#profile.loss;
    const consider = ({ t, loss, term }: RayPoint): void => {
      const decrease = present - loss - term;
      if (decrease > Math.max(this.#slack, this.#best?.decrease ?? 0)) this.#best = { decrease, ray, t };
    };
    consider(origin);
    if (!(origin.slope < 0)) return origin.slope;
    const points = [origin];
    if (ray.present) points.push(this.#presentPoint(ray, ray.present));
    // Beyond the minimum of the loss both rise.
    for (let t = line.firstWay(); points.length < maxValues; t = 2 * points[points.length - 1].t) {
      const last = points[points.length - 1];
      if (last.slope >= 0 || last.t >= ray.end) break;
      const next = this.#finitePoint(at, last.t, Math.min(t > last.t ? t : 2 * last.t, ray.end));
      if (next === undefined) break;
      points.push(next);
      consider(next);
      if (next.term - this.#excess >= -(this.#best?.decrease ?? 0)) break;
    }
    this.#divide(ray, points, at, consider);
    return origin.slope;
  }

  #presentPoint({ columns, direction }: PenalizedRay, t: number): RayPoint {
    const { loss, gradient } = this.#profile;
    let slope = 0;
    for (let k = 0; k < columns.length; k++) slope += direction[k] * gradient[columns[k]];
    return { t, loss, slope, term: 0 };
  }

  /**
   * Whether a point on a ray from the present coefficients may be lower, as far as lines below the loss tell: up to where a line
   * falls as much as the penalty rises none is lower, and the next line begins there. First they are bounds that cost no value of the
   * loss, then its tangents.
   */
  #mayGainFarther(line: LossOnRay, ray: PenalizedRay, before: number): boolean {
    if (this.#boundsExclude(line, ray, before, 0)) return false;
    let t = 0;
    for (let k = 0; k < maxTangents; k++) {
      const next = this.#lowerAlong(ray, before, { t, ...line.at(t) });
      if (next === undefined) return false;
      if (next === t) return true;
      t = next;
    }
    return true;
  }

  /** Whether bounds of the mean slope from the present coefficients exclude a lower point on a ray from `t` on. */
  #boundsExclude(line: LossOnRay, ray: PenalizedRay, before: number, t: number): boolean {
    const { loss, slope } = line.at(0);
    let [from, meanSlope] = [t, t > 0 ? line.leastMeanSlope(t) : slope];
    for (;;) {
      const next = this.#lowerAlong(ray, before, {
        t: from,
        loss: loss + from * meanSlope,
        slope: meanSlope,
      });
      if (next === undefined) return true;
      const steeper = next > from ? line.leastMeanSlope(next) : meanSlope;
      if (!(steeper > meanSlope + minProgress * Math.abs(meanSlope))) return false;
      [from, meanSlope] = [next, steeper];
    }
  }

  /**
   * Returns where on a ray, from a point of a line below the loss on, the first point may be that is lower, by that line; undefined
   * where none may.
   */
  #lowerAlong(
    ray: PenalizedRay,
    before: number,
    { t, loss, slope }: LossAndSlope & { readonly t: number },
  ): number | undefined {
    const { loss: present } = this.#profile;
    const least = Math.max(this.#slack, this.#best?.decrease ?? 0);
    const gainAt = (next: number): number => present - loss - slope * (next - t) - (ray.term(next) - before);
    if (gainAt(t) > least) return t;
    // There the line is at the loss of the saturated model, and no loss is below it; towards zero the penalty still falls beyond.
    let high = slope < 0 ? t + (loss - present + this.#excess) / -slope : Infinity;
    if (high > ray.end || ray.term(ray.end) < ray.term(t)) high = ray.end;
    if (high === Infinity || gainAt(high) <= least) return undefined;
    let low = t;
    for (let bisections = 0; bisections < maxBisections; bisections++) {
      const middle = (low + high) / 2;
      if (gainAt(middle) > least) high = middle;
      else low = middle;
    }
    return low;
  }

  /** Divides the intervals between points until none can hold a lower one. */
  #divide(
    { present }: PenalizedRay,
    points: readonly RayPoint[],
    at: (t: number) => RayPoint,
    consider: (point: RayPoint) => void,
  ): void {
    const isNearby = ({ left, right }: Interval): boolean =>
      present !== undefined &&
      (left.t === present || right.t === present) &&
      right.t - left.t < nearby * present;
    let intervals = points.slice(1).map((right, k) => intervalOf(points[k], right));
    for (let nValues = points.length; nValues < maxValues; nValues++) {
      const enough = this.#profile.loss - (this.#best?.decrease ?? 0) - this.#slack;
      intervals = intervals.filter((interval) => interval.bound < enough && !isNearby(interval));
      if (intervals.length === 0) return;
      const lowest = intervals.reduce((a, b) => (b.bound < a.bound ? b : a));
      const { left, right, crossing } = lowest;
      const middle = at(crossing);
      consider(middle);
      intervals = intervals.filter((interval) => interval !== lowest);
      intervals.push(intervalOf(left, middle), intervalOf(middle, right));
    }
  }

  /** Returns a point between `from` and `to`, or there, at which the loss is finite; undefined where {@link maxValues} halvings find none. */
  #finitePoint(at: (t: number) => RayPoint, from: number, to: number): RayPoint | undefined {
    let t = to;
    for (let nValues = 0; nValues < maxValues && t > from * (1 + 1e-3); nValues++, t = (from + t) / 2) {
      const point = at(t);
      if (Number.isFinite(point.loss) && Number.isFinite(point.term)) return point;
    }
    return undefined;
  }
}

/** Two points of a ray, and a lower bound of the objective between them. */
interface Interval {
  readonly left: RayPoint;
  readonly right: RayPoint;
  readonly bound: number;
  /** Where the tangents of the loss cross, away from the ends. */
  readonly crossing: number;
}

function intervalOf(left: RayPoint, right: RayPoint): Interval {
  const width = right.t - left.t;
  const middle = left.t + width / 2;
  const bend = right.slope - left.slope;
  // left.loss + left.slope (t - left.t) = right.loss + right.slope (t - right.t)
  const crossing = bend > 0 ? left.t + (left.loss - right.loss + right.slope * width) / bend : middle;
  const inside = Math.min(Math.max(crossing, left.t), right.t);
  const chord = left.term + ((right.term - left.term) * (inside - left.t)) / width;
  const bound = Math.min(
    left.loss + left.slope * (inside - left.t) + chord,
    left.loss + left.term,
    right.loss + right.term,
  );
  const [low, high] = [left.t + width / 10, right.t - width / 10];
  return { left, right, bound, crossing: Math.min(Math.max(inside, low), high) };
}
