import { supportOf } from "../../linalg/vector";
import type { SeparablePenalty } from "../../penalties";
import type { Solution, SolverTask } from "../solver";
import type { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRows, blockOf, type GramBlock } from "../subproblem/gram-cache";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { type GramState, gradientInMembers, tryInclude } from "./gram-cd-state";

/** Cycles of an exchange. */
export const localSearchCycles = 60;

/** Share of the objective that an exchange must gain. */
const smallestGain = 1e-9;

/** Where an exchange ended that gained. */
export interface LowerPoint {
  readonly beta: Float64Array;
  /** Whether the second derivatives in what is not zero are known to be positive definite there. */
  readonly isStrict: boolean;
}

/** Whether what an exchange lowers the objective of a solution by is more than rounding. */
export function isGain(fall: number, { certificate }: Pick<Solution, "certificate">): boolean {
  return fall > smallestGain * Math.abs(certificate.objective);
}

/**
 * Goes on from the lower end of an exchange as long as there is one that leads to a lower solution.
 *
 * @param locallyOptimal ends that no exchange lowers, added to unless a signal is aborted.
 * @param lowerEnd of an exchange at a solution.
 * @param solveFrom goes on to a solution.
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
    // Where it stayed at once nobody has looked at second derivatives since.
    const isStrict = next.isStrict || (lower.isStrict && next.beta.every((b, j) => b === lower.beta[j]));
    best = { ...next, isStrict, nIter: best.nIter + next.nIter, trace: best.trace };
  }
  return best;
}

/** What an exchange needs. */
interface Exchanges {
  readonly task: SolverTask;
  readonly penalty: SeparablePenalty;
  readonly state: GramState;
  /** How many coefficients are left out in turn. */
  readonly count: number;
}

/**
 * Leaves out one of the smallest coefficients after the other, goes down without it and then, unless that leads straight
 * back, with it again, and goes on from the first end that is lower.
 *
 * @param solveFrom goes on to a solution.
 */
export function localSearchOverCoordinates(
  how: Exchanges,
  solution: Solution,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { task, state } = how;
  const { model } = state;
  if (!model) return solution;
  return localSearch(task, state.locallyOptimal, solution, (best) => lowerEnd(how, model, best), solveFrom);
}

/** The first end of an exchange that is lower. */
function lowerEnd(
  { task, penalty, state, count }: Exchanges,
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
  const returns = new DropOneScreening(block, penalty, lambda, from, factor);
  for (const k of rows.slice(0, count)) {
    if (signal?.aborted) return undefined;
    if (returns.without(k)) continue;
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

/** How wrong a forecast may be of slopes, relative to what balances them. */
const mostUnforeseen = 0.1;

/** How many times as wrong a forecast may be of where coordinates go as it is of slopes. */
const caution = 4;

/** What is left at least between where a coordinate would go and where it would leave zero or turn to it, relative to the former. */
const smallestMargin = 1e-3;

/** A minimum among the members of a Gram matrix, and the gradient of the datafit there. */
interface Minimum {
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * Foresees, by one solve, that a descent from a minimum without one of its coefficients leads straight back once that may move again.
 *
 * With `H` the second derivatives in what is not zero, the others move by about `-beta_k H^-1_.k / H^-1_kk` where coefficient `k`
 * becomes zero. If that takes none of them far, lets no other enter and would let `k` enter again, there is nothing to find. All of it
 * must hold by a margin of what the second derivatives leave out of the slopes of the penalty.
 */
export class DropOneScreening {
  readonly #block: GramBlock;
  readonly #penalty: SeparablePenalty;
  readonly #lambda: number;
  readonly #from: Minimum;
  readonly #kept: CachedCholesky;
  readonly #isFactored: boolean;

  /** @param kept overwritten by the factor of the second derivatives. */
  constructor(
    block: GramBlock,
    penalty: SeparablePenalty,
    lambda: number,
    from: Minimum,
    kept: CachedCholesky,
  ) {
    this.#block = block;
    this.#penalty = penalty;
    this.#lambda = lambda;
    this.#from = from;
    this.#kept = kept;
    const { members, size } = block;
    const bends = new Float64Array(size);
    const rows: number[] = [];
    for (let k = 0; k < size; k++) {
      const b = from.beta[members[k]];
      if (b === 0) continue;
      rows.push(k);
      bends[k] = penalty.coordinateCurvature(members[k], b, lambda);
    }
    this.#isFactored = kept.keep(block, 1, rows, bends);
  }

  /** Whether leaving out a row leads back; the slopes of the block are overwritten. */
  without(row: number): boolean {
    if (!this.#isFactored) return false;
    const { members, slopes, size } = this.#block;
    const { beta, gradient } = this.#from;
    const { rows } = this.#kept;
    const own = rows.indexOf(row);
    const change = new Float64Array(rows.length);
    change[own] = 1;
    this.#kept.solve(change);
    const scale = beta[members[row]] / change[own];
    let unforeseen = 0;
    for (let a = 0; a < rows.length; a++) {
      change[a] *= scale;
      if (a !== own) unforeseen = Math.max(unforeseen, this.#unforeseen(rows[a], change[a]));
    }
    if (!(unforeseen <= mostUnforeseen)) return false;
    const margin = smallestMargin + caution * unforeseen;
    for (let k = 0; k < size; k++) slopes[k] = -gradient[members[k]];
    addRows(this.#block, rows, change);
    const isZero = new Uint8Array(size).fill(1);
    for (let a = 0; a < rows.length; a++) {
      isZero[rows[a]] = 0;
      const b = beta[members[rows[a]]];
      if (this.#alone(rows[a], a === own ? 0 : b - change[a], 1 - margin) * b <= 0) return false;
    }
    for (let k = 0; k < size; k++) if (isZero[k] === 1 && this.#alone(k, 0, 1 + margin) !== 0) return false;
    return true;
  }

  /** What second derivatives leave out of the slope of a penalty where a coefficient falls, relative to what balances it. */
  #unforeseen(k: number, fall: number): number {
    const { gram, stride, members } = this.#block;
    const j = members[k];
    const b = this.#from.beta[j];
    if (!((b - fall) * b > 0)) return Number.POSITIVE_INFINITY;
    const slope = (at: number): number => this.#penalty.coordinateSlope(j, at, this.#lambda);
    const bend = this.#penalty.coordinateCurvature(j, b, this.#lambda);
    return Math.abs((slope(b - fall) - slope(b) + bend * fall) / (gram[k * stride + k] * b));
  }

  /** Where a coordinate would go from `b`, were it to go there from a point that is as many times what it is. */
  #alone(k: number, b: number, times: number): number {
    const { gram, stride, slopes, members } = this.#block;
    const curvature = gram[k * stride + k];
    if (!(curvature > 0)) return 0;
    const point = times * (b + slopes[k] / curvature);
    return this.#penalty.coordinateProx(members[k], point, 1 / curvature, this.#lambda);
  }
}
