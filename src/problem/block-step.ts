/**
 * The largest decrease of the objective by a step in one coordinate or group ({@link steepestBlockStep}), as
 * certificates state it.
 */
import type { GroupPenalty, Penalty, SeparablePenalty } from "../penalties";
import type { Profile, SparseProblem } from "./problem";

/** One coordinate or group, and the minimiser of its term and a quadratic. */
interface Block {
  readonly columns: Int32Array;
  /** `out = argmin_b 1/2 ||b - point||^2 + step * term(b)` */
  prox(point: Float64Array, step: number, lambda: number, out: Float64Array): void;
}

/** A step and the decrease of `P` by it. */
export interface BlockStep {
  /** At least 0. */
  readonly decrease: number;
  /** The coefficients after the step; those before it where no step is known to lower `P`. */
  readonly beta: Float64Array;
}

/**
 * The step of one coordinate or group by which `P` falls most, as it falls with a loss that is not quadratic.
 *
 * The quadratic model at `beta` promises decreases that the loss need not keep, since its curvature may grow on the way:
 * so each minimiser of the model, with its curvature and with twice and four times that, is tried, until the tangent of the
 * loss shows that no other can lead lower.
 *
 * @param curvature second derivative of the datafit in each coordinate.
 * @returns the decrease that the model promises, and no step, for a penalty whose blocks are not known.
 */
export function steepestBlockStep(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
  curvature: Float64Array,
): BlockStep {
  const { design, datafit, target, penalty } = problem;
  const promised = penalty.decrease(beta, profile.gradient, curvature, lambda);
  const blocks = blocksOf(penalty, beta);
  if (promised === 0 || blocks === undefined) return { decrease: promised, beta };

  const termChange = termChangeOf(penalty, lambda, beta);
  const attempts: Attempt[] = [];
  const consider = (columns: Int32Array, next: Float64Array): void => {
    if (columns.every((j, k) => next[k] === beta[j])) return;
    const term = termChange(columns, next);
    const slope = columns.reduce((sum, j, k) => sum + profile.gradient[j] * (next[k] - beta[j]), 0);
    if (-slope - term > 0) attempts.push({ columns, next, term, bound: -slope - term });
  };
  for (const { columns, prox } of blocks) {
    const bend = columns.reduce((sum, j) => sum + curvature[j], 0);
    consider(columns, new Float64Array(columns.length));
    for (const factor of bend > 0 ? [1, 2, 4] : []) {
      const step = 1 / (factor * bend);
      const point = Float64Array.from(columns, (j) => beta[j] - step * profile.gradient[j]);
      const next = new Float64Array(columns.length);
      prox(point, step, lambda, next);
      consider(columns, next);
    }
  }
  attempts.sort((a, b) => b.bound - a.bound);

  const eta = new Float64Array(profile.eta.length);
  const slope = new Float64Array(eta.length);
  let [decrease, best] = [0, undefined as Attempt | undefined];
  for (const attempt of attempts) {
    if (attempt.bound <= decrease) break;
    const { columns, next, term } = attempt;
    eta.set(profile.eta);
    columns.forEach((j, k) => {
      design.addColumn(j, next[k] - beta[j], eta);
    });
    const fall = profile.loss - datafit.valueAndGradient(target, eta, slope) - term;
    if (fall > decrease) [decrease, best] = [fall, attempt];
  }
  if (best === undefined) return { decrease: 0, beta };
  const lower = beta.slice();
  best.columns.forEach((j, k) => {
    lower[j] = best.next[k];
  });
  return { decrease, beta: lower };
}

/** A step of one block that is tried. */
interface Attempt {
  readonly columns: Int32Array;
  readonly next: Float64Array;
  /** The change of the penalty. */
  readonly term: number;
  /** The decrease of `P` with the tangent of the convex loss in its place: an upper bound on the true decrease. */
  readonly bound: number;
}

/** Returns a function that gives the change of the penalty with some entries of `beta`. */
function termChangeOf(
  penalty: Penalty,
  lambda: number,
  beta: Float64Array,
): (columns: Int32Array, next: Float64Array) => number {
  if (penalty.structure === "separable") {
    const separable = penalty as SeparablePenalty;
    const at = (j: number, b: number): number => separable.coordinateValue(j, b, lambda);
    return (columns, next) => columns.reduce((sum, j, k) => sum + at(j, next[k]) - at(j, beta[j]), 0);
  }
  const before = penalty.value(beta, lambda);
  const trial = beta.slice();
  return (columns, next) => {
    columns.forEach((j, k) => {
      trial[j] = next[k];
    });
    const after = penalty.value(trial, lambda);
    for (const j of columns) trial[j] = beta[j];
    return after - before;
  };
}

/** The coordinates of a penalty, or its groups and, where they are zero, their coordinates; undefined for a joint one. */
function blocksOf(penalty: Penalty, beta: Float64Array): readonly Block[] | undefined {
  if (penalty.structure === "separable") {
    const separable = penalty as SeparablePenalty;
    return Array.from({ length: beta.length }, (_, j) => ({
      columns: Int32Array.of(j),
      prox(point, step, lambda, out) {
        out[0] = separable.coordinateProx(j, point[0], step, lambda);
      },
    }));
  }
  if (penalty.structure !== "groupwise") return undefined;
  const grouped = penalty as GroupPenalty;
  const { groupProx, groupDescent, groups } = grouped;
  if (groupDescent) {
    return groups.members.flatMap((features, g) => {
      const b = Float64Array.from(features, (j) => beta[j]);
      const places = Array.from(features, (_, i) => i);
      return [...places.map((i) => [i]), places].map((free) => ({
        columns: Int32Array.from(free, (i) => features[i]),
        prox: (point: Float64Array, step: number, lambda: number, out: Float64Array) =>
          groupDescent.call(grouped, g, free, b, point, step, lambda, out),
      }));
    });
  }
  if (!groupProx) return undefined;
  return groups.members.flatMap((columns, g) => {
    const whole: Block = {
      columns,
      prox: (point, step, lambda, out) => groupProx.call(grouped, g, point, step, lambda, out),
    };
    if (columns.some((j) => beta[j] !== 0)) return [whole];
    // From zero one coefficient may lead lower where all together, with a curvature that holds in every direction, do not.
    const alone = Array.from(columns, (j, i): Block => {
      const [from, to] = [new Float64Array(columns.length), new Float64Array(columns.length)];
      return {
        columns: Int32Array.of(j),
        prox(point, step, lambda, out) {
          from[i] = point[0];
          groupProx.call(grouped, g, from, step, lambda, to);
          out[0] = to[i];
        },
      };
    });
    return [whole, ...alone];
  });
}
