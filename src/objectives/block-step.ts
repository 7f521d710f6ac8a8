import type { GroupPenalty, Penalty, SeparablePenalty } from "../penalties";
import type { Profile, SparseProblem } from "./sparse-problem";

/** One coordinate or group, and the minimiser of its term and a quadratic. */
interface Block {
  readonly columns: Int32Array;
  /** `out = argmin_b 1/2 ||b - point||^2 + step * term(b)` */
  prox(point: Float64Array, step: number, lambda: number, out: Float64Array): void;
}

/** A step and how far `P` falls by it. */
export interface BlockStep {
  /** At least 0. */
  readonly decrease: number;
  /** Where it leads; where it starts, if no step is known to lower `P`. */
  readonly beta: Float64Array;
}

/**
 * The step of one coordinate or group by which `P` falls most, as it falls with a loss that is not quadratic.
 *
 * The quadratic model at `beta` promises decreases that the loss need not keep, since its curvature may grow on the way:
 * so each minimiser of the model, with its curvature and with twice and four times that, is tried.
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

  const trial = beta.slice();
  const eta = new Float64Array(profile.eta.length);
  const slope = new Float64Array(eta.length);
  const before = profile.loss + penalty.value(beta, lambda);
  let best: BlockStep = { decrease: 0, beta };
  const attempt = (columns: Int32Array, next: Float64Array): void => {
    if (columns.every((j, k) => next[k] === beta[j])) return;
    eta.set(profile.eta);
    columns.forEach((j, k) => {
      trial[j] = next[k];
      design.addColumn(j, next[k] - beta[j], eta);
    });
    const after = datafit.valueAndGradient(target, eta, slope) + penalty.value(trial, lambda);
    if (before - after > best.decrease) best = { decrease: before - after, beta: trial.slice() };
    for (const j of columns) trial[j] = beta[j];
  };
  for (const { columns, prox } of blocks) {
    const bend = columns.reduce((sum, j) => sum + curvature[j], 0);
    const next = new Float64Array(columns.length);
    attempt(columns, next);
    for (const factor of bend > 0 ? [1, 2, 4] : []) {
      const step = 1 / (factor * bend);
      const point = Float64Array.from(columns, (j) => beta[j] - step * profile.gradient[j]);
      prox(point, step, lambda, next);
      attempt(columns, next);
    }
  }
  return best;
}

/** Told apart by what they can do, since this layer knows penalties by their types only. */
function blocksOf(
  penalty: Penalty & Partial<SeparablePenalty & GroupPenalty>,
  beta: Float64Array,
): readonly Block[] | undefined {
  const { coordinateProx, groupProx, groupDescent, groups } = penalty;
  if (coordinateProx) {
    return Array.from({ length: beta.length }, (_, j) => ({
      columns: Int32Array.of(j),
      prox(point, step, lambda, out) {
        out[0] = coordinateProx.call(penalty, j, point[0], step, lambda);
      },
    }));
  }
  if (groupDescent && groups) {
    return groups.members.flatMap((features, g) => {
      const b = Float64Array.from(features, (j) => beta[j]);
      const places = Array.from(features, (_, i) => i);
      return [...places.map((i) => [i]), places].map((free) => ({
        columns: Int32Array.from(free, (i) => features[i]),
        prox: (point: Float64Array, step: number, lambda: number, out: Float64Array) =>
          groupDescent.call(penalty, g, free, b, point, step, lambda, out),
      }));
    });
  }
  if (!groupProx || !groups) return undefined;
  return groups.members.flatMap((columns, g) => {
    const whole: Block = {
      columns,
      prox: (point, step, lambda, out) => groupProx.call(penalty, g, point, step, lambda, out),
    };
    if (columns.some((j) => beta[j] !== 0)) return [whole];
    // From zero one coefficient may lead lower where all together, with a curvature that holds in every direction, do not.
    const alone = Array.from(columns, (j, i): Block => {
      const [from, to] = [new Float64Array(columns.length), new Float64Array(columns.length)];
      return {
        columns: Int32Array.of(j),
        prox(point, step, lambda, out) {
          from[i] = point[0];
          groupProx.call(penalty, g, from, step, lambda, to);
          out[0] = to[i];
        },
      };
    });
    return [whole, ...alone];
  });
}
