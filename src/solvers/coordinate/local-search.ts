/**
 * Local search for nonconvex penalties: an exchange leaves out a small coefficient, or a group, and descends again.
 * {@link localSearch} repeats exchanges as long as one lowers the objective.
 */
import { supportOf } from "../../linalg/vector";
import type { SeparablePenalty } from "../../penalties";
import type { Solution, SolverTask } from "../solver";
import type { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRows, blockOf, type GramBlock } from "../subproblem/gram-cache";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { type GramState, gradientInMembers, tryInclude } from "./gram-cd-state";

/** Maximum number of cycles for one exchange. */
export const localSearchCycles = 60;

/** Minimum relative decrease of the objective for which an exchange counts; less is rounding. */
const minRelativeGain = 1e-9;

/** The end of an exchange that lowers the objective. */
export interface LowerPoint {
  readonly beta: Float64Array;
  /** Whether the Hessian of the support is known to be positive definite there. */
  readonly isStrict: boolean;
}

/** Whether a decrease of the objective is more than rounding. */
export function isGain(fall: number, { certificate }: Pick<Solution, "certificate">): boolean {
  return fall > minRelativeGain * Math.abs(certificate.objective);
}

/**
 * Repeats exchanges, each from the end of the last one, as long as one lowers the objective. Returns the lowest solution.
 *
 * @param locallyOptimal the minima that no exchange lowers; new ones are added unless a signal is aborted.
 * @param lowerEnd returns the end of an exchange that lowers a solution, if there is one.
 * @param solveFrom solves on from given coefficients.
 */
export function localSearch(
  { signal }: Pick<SolverTask, "signal">,
  locallyOptimal: WeakSet<Float64Array>,
  solution: Solution,
  lowerEnd: (best: Solution) => LowerPoint | undefined,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  let best = solution;
  while (!locallyOptimal.has(best.beta)) {
    const lower = lowerEnd(best);
    if (signal?.aborted) return best;
    if (lower === undefined) {
      locallyOptimal.add(best.beta);
      return best;
    }
    const next = solveFrom(lower.beta);
    if (!(next.certificate.objective < best.certificate.objective) || next.status !== "converged")
      return best;
    // If the solution did not move from the end of the exchange, the Hessian of the model is its own.
    const isStrict = next.isStrict || (lower.isStrict && next.beta.every((b, j) => b === lower.beta[j]));
    best = { ...next, isStrict, nIter: best.nIter + next.nIter, trace: best.trace };
  }
  return best;
}

/** The task of a local search over coordinates, with the state of its solver. */
interface DropOneSearch {
  readonly task: SolverTask;
  readonly penalty: SeparablePenalty;
  readonly state: GramState;
  /** The number of coefficients that are left out in turn. */
  readonly count: number;
}

/**
 * Leaves out one of the smallest coefficients after the other, descends without it and then with it, and goes on from
 * the first lower end.
 *
 * The second descent is skipped if it would only return to the solution.
 *
 * @param solveFrom solves on from given coefficients.
 */
export function localSearchOverCoordinates(
  how: DropOneSearch,
  solution: Solution,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { task, state } = how;
  const { model } = state;
  if (!model) return solution;
  return localSearch(task, state.locallyOptimal, solution, (best) => lowerEnd(how, model, best), solveFrom);
}

/** Returns the first end of an exchange that is lower. */
function lowerEnd(
  { task, penalty, state, count }: DropOneSearch,
  model: QuadraticModel,
  best: Solution,
): LowerPoint | undefined {
  const { lambda, signal } = task;
  const { descent, factor } = state;
  const { beta } = best;
  if (!tryInclude(model, [supportOf(beta)], signal)) return undefined;
  const block = blockOf(model.gram);
  const { members, size, gram, stride } = block;
  const from = { beta, gradient: gradientInMembers(state, task, best) };
  const sizes = Float64Array.from({ length: size }, (_, k) => gram[k * stride + k] * beta[members[k]] ** 2);
  const rows = Array.from(sizes.keys()).filter((k) => beta[members[k]] !== 0);
  rows.sort((a, b) => sizes[a] - sizes[b]);
  const screening = new DropOneScreening(block, penalty, lambda, from, factor);
  for (const k of rows.slice(0, count)) {
    if (signal?.aborted) return undefined;
    if (screening.returnsWithout(k)) continue;
    const limits = { maxCycles: localSearchCycles, signal, onCycle: () => {} };
    descent.begin(block, penalty, lambda, from, 1);
    descent.run(limits, k);
    if (descent.wouldReturn(from, k)) continue;
    const { atRest, isStrict } = descent.run(limits);
    if (isGain(descent.fallFrom(from), best))
      return { beta: descent.endFrom(beta), isStrict: atRest && isStrict };
  }
  return undefined;
}

/** Maximum error of a predicted slope of the penalty, relative to the slope of the quadratic that balances it. */
const maxLinearizationError = 0.1;

/** Factor between the error of a predicted slope and that of the coefficients predicted from it. */
const errorFactor = 4;

/** Minimum relative distance of a predicted coordinate step from where it would enter, leave or change its sign. */
const minMargin = 1e-3;

/** A minimum of the penalized quadratic, and the gradient of the datafit there. */
interface Minimum {
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * Predicts with one solve whether a descent that leaves out one coefficient of a minimum returns to it once the
 * coefficient may move again.
 *
 * With `H` the Hessian of the support, the other coefficients change by about `-beta_k H^-1_.k / H^-1_kk` as
 * coefficient `k` becomes zero. If none of them changes much, no other one enters and `k` enters again, the descent
 * returns. Each condition must hold by a margin for what the Hessian does not see of the penalty's slopes.
 */
export class DropOneScreening {
  readonly #block: GramBlock;
  readonly #penalty: SeparablePenalty;
  readonly #lambda: number;
  readonly #from: Minimum;
  readonly #cholesky: CachedCholesky;
  readonly #isFactored: boolean;

  /** @param cholesky a buffer, overwritten by the factor of the Hessian. */
  constructor(
    block: GramBlock,
    penalty: SeparablePenalty,
    lambda: number,
    from: Minimum,
    cholesky: CachedCholesky,
  ) {
    this.#block = block;
    this.#penalty = penalty;
    this.#lambda = lambda;
    this.#from = from;
    this.#cholesky = cholesky;
    const { members, size } = block;
    const curvatures = new Float64Array(size);
    const rows: number[] = [];
    for (let k = 0; k < size; k++) {
      const b = from.beta[members[k]];
      if (b === 0) continue;
      rows.push(k);
      curvatures[k] = penalty.coordinateCurvature(members[k], b, lambda);
    }
    this.#isFactored = cholesky.update(block, 1, rows, curvatures);
  }

  /** Whether a descent that leaves out a row returns; it overwrites the slopes of the block. */
  returnsWithout(row: number): boolean {
    if (!this.#isFactored) return false;
    const { members, slopes, size } = this.#block;
    const { beta, gradient } = this.#from;
    const { rows } = this.#cholesky;
    const own = rows.indexOf(row);
    const change = new Float64Array(rows.length);
    change[own] = 1;
    this.#cholesky.solve(change);
    const scale = beta[members[row]] / change[own];
    let error = 0;
    for (let a = 0; a < rows.length; a++) {
      change[a] *= scale;
      if (a !== own) error = Math.max(error, this.#linearizationError(rows[a], change[a]));
    }
    if (!(error <= maxLinearizationError)) return false;
    const margin = minMargin + errorFactor * error;
    for (let k = 0; k < size; k++) slopes[k] = -gradient[members[k]];
    addRows(this.#block, rows, change);
    const isZero = new Uint8Array(size).fill(1);
    for (let a = 0; a < rows.length; a++) {
      isZero[rows[a]] = 0;
      const b = beta[members[rows[a]]];
      if (this.#proxOf(rows[a], a === own ? 0 : b - change[a], 1 - margin) * b <= 0) return false;
    }
    for (let k = 0; k < size; k++) if (isZero[k] === 1 && this.#proxOf(k, 0, 1 + margin) !== 0) return false;
    return true;
  }

  /**
   * Returns the error of the penalty's slope as its Hessian predicts it where a coefficient falls, relative to the
   * slope that balances it.
   */
  #linearizationError(k: number, fall: number): number {
    const { gram, stride, members } = this.#block;
    const j = members[k];
    const b = this.#from.beta[j];
    if (!((b - fall) * b > 0)) return Number.POSITIVE_INFINITY;
    const slope = (at: number): number => this.#penalty.coordinateSlope(j, at, this.#lambda);
    const curvature = this.#penalty.coordinateCurvature(j, b, this.#lambda);
    return Math.abs((slope(b - fall) - slope(b) + curvature * fall) / (gram[k * stride + k] * b));
  }

  /**
   * Returns where a step of coordinate descent leads from `b`, with the point that the penalty acts on multiplied by
   * a factor.
   */
  #proxOf(k: number, b: number, times: number): number {
    const { gram, stride, slopes, members } = this.#block;
    const curvature = gram[k * stride + k];
    if (!(curvature > 0)) return 0;
    const point = times * (b + slopes[k] / curvature);
    return this.#penalty.coordinateProx(members[k], point, 1 / curvature, this.#lambda);
  }
}
