/**
 * An active-set method for penalties that are sums over groups. The main export is the solver {@link activeGroups}.
 */
import { columnDots } from "../../design/design-matrix";
import { mustBe } from "../../errors";
import { areEqualToRounding, norm } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { type GroupPenalty, isGroupwise } from "../../penalties";
import { normsOf } from "../../penalties/groups";
import { apartFromSteps } from "../../problem/certificate";
import { curvatureOfProfile, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { isGain, type LowerPoint, localSearch, localSearchCycles } from "../coordinate/local-search";
import { type GroupCurvatures, pruneGroupWarmStart } from "../coordinate/prune-warm-start";
import { groupNewtonStopping, type Method, runSolver, type Step, type StoppingRule } from "../loop";
import type { Solution, Solver, SolverTask } from "../solver";
import { type Candidate, candidateAt, type Point } from "../solver";
import {
  distanceToSubdifferentialAtZero,
  joinedColumns,
  type ModelGap,
  smallestCurvature,
} from "../subproblem/group-block";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { activeGroupsOf, GroupCandidates, groupsLeavingZero } from "./candidates";
import { GroupWorkingSet } from "./working-set";

/** Maximum relative change of the loss's Hessian for which it is reused, as long as steps make progress with it. */
const maxHessianChange = 0.1;

/**
 * Maximum ratio by which a step with a reused Hessian must reduce the gap, or the violation, for it to be reused
 * again.
 */
const maxShortfallRatio = 0.1;

/**
 * Minimum curvature of a model, as a share of its largest, where the loss has samples without curvature or a step was
 * cut.
 */
const minFloor = 1e-6;

/** Minimum length of a step for which the line search counts as no sign of a bad model. */
const acceptedLength = 0.25;

/** Minimum for the number of groups that may enter at once; else the working set at most doubles. */
const minBatch = 10;

/**
 * Factor by which the estimated gap of a working set is multiplied, so that the certified gap hardly ever misses the
 * goal.
 */
const gapMargin = 10;

/**
 * Share of its initial gap to which a model of a loss without a constant Hessian is solved; the next model does the
 * rest.
 */
const modelGapShare = 0.01;

/** Options of {@link activeGroups}: how many exchanges of two groups it tries where it has ended. */
export interface ActiveGroupsOptions {
  /**
   * Number of the smallest groups that a local search at the end leaves out in turn, to find a lower minimum.
   *
   * It applies to nonconvex penalties with a squared error. Default: 0.
   */
  readonly exchanges?: number;
}

/**
 * An active-set method for groups: it minimises a quadratic model of the datafit plus the penalty over a working set,
 * by block descent and Newton's method. The Hessian of the working set is kept from one lambda to the next.
 *
 * Groups enter by the sequential strong rule and by their violation, which is `||gradient_g|| > lambda w_g` for a
 * group lasso, the strict saddle of the surrogate. Under a nonconvex penalty a group enters if a proximal step moves
 * it from zero. Groups of a group lasso are minimised exactly, in the eigenbases of their Hessians, if none has more
 * than 32 columns; all others by proximal steps. Each lambda costs about one pass over the design.
 *
 * It takes penalties that are sums over groups with a known proximal step: group lasso and sparse group lasso, group
 * bridge, SCAD and MCP. 20 iterations suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso (2013);
 * Tibshirani and others, Strong rules for discarding predictors in lasso-type problems (2012)
 */
export function activeGroups(options: ActiveGroupsOptions = {}): Solver {
  checkKeys("activeGroups", options, ["exchanges"]);
  const { exchanges = 0 } = options;
  if (!(Number.isInteger(exchanges) && exchanges >= 0)) {
    throw mustBe("activeGroups", "exchanges", "an integer of at least 0", exchanges);
  }
  const solver: Solver = {
    name: "activeGroups",
    solve(task) {
      const { problem } = task;
      const { penalty } = problem;
      if (!isGroupwise(penalty) || !hasActiveGroups(problem)) {
        throw mustBe("activeGroups", "penalty", "a sum over groups with a known proximal step", penalty.name);
      }
      const state = task.warmStart.stateOf(solver, problem, () => activeState(problem, penalty));
      const solution = solve(task, penalty, state);
      const mayExchange = exchanges > 0 && hasConstantHessian(problem) && !penalty.convex;
      if (!mayExchange || solution.status !== "converged") return solution;
      const { groups, locallyOptimal } = state;
      return localSearchOverGroups(task, penalty, groups, locallyOptimal, solution, exchanges, (beta) =>
        solve({ ...task, beta }, penalty, state),
      );
    },
  };
  return serializable("activeGroups", [options], solver);
}

/** Whether {@link activeGroups} takes a problem. */
export function hasActiveGroups({ penalty }: Pick<SparseProblem, "penalty">): boolean {
  return isGroupwise(penalty) && penalty.groupProx !== undefined;
}

/** The state that one lambda leaves to the next. */
interface ActiveState extends GroupCurvatures, GroupState {
  /** The last solution and its lambda. */
  last: (Point & { readonly lambda: number }) | undefined;
  /** The minima that the local search does not improve. */
  readonly locallyOptimal: WeakSet<Float64Array>;
}

function activeState(problem: SparseProblem, penalty: GroupPenalty): ActiveState {
  const groups = new GroupWorkingSet(problem, penalty);
  const candidates = new GroupCandidates(problem, penalty, groups);
  return { groups, candidates, last: undefined, locallyOptimal: new WeakSet() };
}

function solve(task: SolverTask, penalty: GroupPenalty, state: ActiveState): Solution {
  const { groups, candidates } = state;
  const method = new ActiveGroupsMethod(task, penalty, state);
  const { status, nIter, trace, ...best } = runSolver(task, method);
  state.last = { beta: best.beta, profile: best.profile, lambda: task.lambda };
  const found = candidates.withExactGradient(task.problem, best);
  // A quadratic loss equals its model, and the descent on it ended at this point.
  const isModelMinimum =
    hasConstantHessian(task.problem) && nIter > 0 && best.beta === method.candidate().beta;
  const isStrict = !penalty.convex && isModelMinimum && groups.isStrict(best.beta, task.lambda);
  return { ...found, ...(isStrict && { isStrict }), status, nIter, trace };
}

/** The Newton steps of {@link activeGroups}: each goes to the minimum of a model, or as far there as the objective falls. */
class ActiveGroupsMethod implements Method {
  readonly name = "activeGroups";
  readonly start: Candidate;
  readonly stopping: StoppingRule = groupNewtonStopping;
  readonly #task: SolverTask;
  readonly #penalty: GroupPenalty;
  readonly #state: ActiveState;
  /**
   * The level of the sequential strong rule: a group whose gradient is below it at the last lambda hardly ever enters at
   * the next one.
   */
  readonly #strongLambda: number;
  /** The minimum curvature of the next model, as a share of its largest, and the least that this may fall to. */
  #floor: number;
  readonly #leastFloor: number;
  #maxChange = maxHessianChange;
  #current: Candidate;

  constructor(task: SolverTask, penalty: GroupPenalty, state: ActiveState) {
    const { lambda } = task;
    const { candidates, last } = state;
    const continuesPath = last !== undefined && areEqualToRounding(last.beta, task.beta);
    this.#strongLambda = Math.max(0, Math.min(lambda, 2 * lambda - (last?.lambda ?? lambda)));
    this.start = continuesPath
      ? candidates.recertified(task, last, lambda)
      : candidates.startFrom(pruneGroupWarmStart(task, penalty, state));
    this.#leastFloor = hasZeroCurvature(task, this.start) ? minFloor : 0;
    this.#floor = this.#leastFloor;
    this.#task = task;
    this.#penalty = penalty;
    this.#state = state;
    this.#current = this.start;
  }

  candidate(): Candidate {
    return this.#current;
  }

  /** Tells whether no group at zero could lower the objective, which the certificate of a nonconvex problem does not see. */
  isEnd(candidate: Candidate): boolean {
    if (this.#penalty.convex) return true;
    return groupsLeavingZero(this.#task, this.#penalty, this.#state.groups, candidate).length === 0;
  }

  iterate(): Step {
    const [task, penalty, state, current] = [this.#task, this.#penalty, this.#state, this.#current];
    const model = state.groups.modelAt(current.profile.eta, this.#maxChange, this.#floor);
    const target = groupModelMinimum(task, penalty, state, model, this.#strongLambda, current);
    const { next, length } = lineSearch(task, state.candidates, current, target);
    // A step had to be cut because the model knows too little of the curvature elsewhere, so its minimum curvature is raised.
    if (length < acceptedLength) this.#floor = Math.min(1, 10 * Math.max(this.#floor, minFloor));
    else if (this.#floor > this.#leastFloor) this.#floor = Math.max(this.#leastFloor, this.#floor / 10);
    this.#maxChange = shortfallOf(next) <= maxShortfallRatio * shortfallOf(current) ? maxHessianChange : 0;
    this.#current = next;
    return "moved";
  }
}

/**
 * Whether a loss has no curvature in some samples, as Huber's far out, so that its quadratic model need not have a
 * minimum.
 */
function hasZeroCurvature({ problem: { datafit, target } }: SolverTask, { profile }: Candidate): boolean {
  if (datafit.quadratic || !datafit.hasDiagonalHessian) return false;
  const curvature = new Float64Array(target.length);
  datafit.curvature(target, profile.eta, curvature);
  return curvature.includes(0);
}

/** Returns the duality gap, or the violation where there is no gap. */
function shortfallOf({ certificate: { dualityGap, violation } }: Candidate): number {
  return dualityGap ?? violation;
}

/** Halves a step until the objective falls, since the quadratic model may promise too much. */
function lineSearch(
  task: SolverTask,
  candidates: GroupCandidates,
  from: Candidate,
  target: Float64Array,
): { next: Candidate; length: number } {
  const { objective } = from.certificate;
  for (let length = 1; ; length /= 2) {
    const beta = length === 1 ? target : from.beta.map((b, j) => b + length * (target[j] - b));
    const next = candidates.at(task, beta, from.profile.psi);
    if (task.problem.datafit.quadratic || length < 1e-8) return { next, length };
    const rise = (next.certificate.objective - objective) / Math.abs(objective);
    // Where objectives agree to rounding, the gap decides.
    if (rise <= 1e-14 || (rise <= 1e-10 && shortfallOf(next) < shortfallOf(from))) {
      return { next, length };
    }
  }
}

/** The working set and the candidates of one problem. */
interface GroupState {
  readonly groups: GroupWorkingSet;
  readonly candidates: GroupCandidates;
}

/**
 * Minimises the model's objective over the working set and the groups that enter it, and returns the coefficients.
 *
 * @param strongLambda the lambda whose violators are candidates, at most that of the task.
 * @param from the point at which the model was made.
 */
function groupModelMinimum(
  task: SolverTask,
  penalty: GroupPenalty,
  { groups: working, candidates: known }: GroupState,
  model: QuadraticModel,
  strongLambda: number,
  { beta: from, profile, certificate }: Candidate,
): Float64Array {
  const { problem, lambda, signal, isOptimal } = task;
  const { design, datafit } = problem;
  const { members } = penalty.groups;
  const beta = from.slice();
  const gradient = known.gradientCopy(profile);
  let norms = normsOf(penalty.groups, gradient);
  const slopes = new Map<number, Float64Array>();
  const curvature = penalty.convex ? undefined : curvatureOfProfile(problem, profile);
  const curvatures = curvature && members.map((own) => smallestCurvature(curvature, own));
  const excessOf = (g: number, level: number): number => {
    const own = members[g];
    if (penalty.normSlope) return Math.max(norms[g] - penalty.normSlope(g, level), 0);
    const slope = slopes.get(own.length) ?? new Float64Array(own.length);
    slopes.set(own.length, slope);
    for (let i = 0; i < slope.length; i++) slope[i] = gradient[own[i]];
    return distanceToSubdifferentialAtZero(penalty, g, slope, curvatures ? curvatures[g] : 0, level);
  };

  const candidates: number[] = [];
  const inside: number[] = [];
  const isActive = activeGroupsOf(penalty, beta);
  for (let g = 0; g < members.length; g++) {
    if (working.has(g)) continue;
    if (isActive[g]) inside.push(g);
    else if (excessOf(g, strongLambda) > 0) candidates.push(g);
  }
  working.add(inside, signal);
  let buffers: CandidateBuffers | undefined;
  const before = certificate.dualityGap;
  const isEnough = ({ gap, violation }: ModelGap): boolean =>
    (!datafit.quadratic && before !== undefined && gap <= modelGapShare * before) ||
    isOptimal({
      ...apartFromSteps(certificate),
      dualityGap: before === undefined ? undefined : gapMargin * gap,
      violation,
    });

  const scalingCost = model.scalingCost(profile.residual);
  // Along a path few groups enter late, and the certificate of a quadratic loss, which equals its model, detects them.
  const seesAll = strongLambda < lambda && datafit.quadratic && penalty.normSlope !== undefined;
  let outside = candidates;
  for (let round = 0; round === 0 || !signal?.aborted; round++) {
    const violators = outside
      .map((g) => ({ g, excess: excessOf(g, lambda) }))
      .filter(({ excess }) => excess > 0);
    const first = violators
      .sort((a, b) => b.excess - a.excess)
      .slice(0, Math.max(minBatch, working.nGroups))
      .map(({ g }) => g);
    if (working.add(first, signal) === 0 && round > 0) break;
    outside = outside.filter((g) => !working.has(g));
    working.moveTo(beta, gradient, buffers?.residual ?? profile.residual);
    working.minimise(lambda, scalingCost, isEnough, signal);
    working.read(beta, gradient);
    if (outside.length === 0 || (seesAll && first.length === violators.length)) break;
    // The gradient of the model outside the working set is brought up to date.
    buffers ??= candidateBuffers(penalty, candidates, problem);
    const { columns, dots, change, residual } = buffers;
    for (let j = 0; j < beta.length; j++) change[j] = beta[j] - from[j];
    design.matvec(change, residual);
    model.residualChange(residual);
    for (let i = 0; i < residual.length; i++) residual[i] += profile.residual[i];
    columnDots(design, columns, residual, dots);
    for (let k = 0; k < columns.length; k++) {
      const j = columns[k];
      if (!working.has(penalty.groups.groupOf[j])) gradient[j] = dots[k];
    }
    norms = normsOf(penalty.groups, gradient);
  }
  return beta;
}

/** The columns of the candidate groups, and buffers for the model's gradient in them. */
interface CandidateBuffers {
  readonly columns: Int32Array;
  readonly dots: Float64Array;
  readonly change: Float64Array;
  readonly residual: Float64Array;
}

/** @param candidates the groups that may enter the working set. */
function candidateBuffers(
  { groups: { members } }: GroupPenalty,
  candidates: readonly number[],
  { design, target }: SparseProblem,
): CandidateBuffers {
  const columns = joinedColumns(members, candidates);
  return {
    columns,
    dots: new Float64Array(columns.length),
    change: new Float64Array(design.nFeatures),
    residual: new Float64Array(target.length),
  };
}

/**
 * Leaves out one of the smallest groups after the other, descends without it and then with it, and goes on from the
 * first lower end.
 *
 * @param working contains all nonzero groups of the solution.
 * @param locallyOptimal the minima that no such exchange lowers; new ones are added.
 * @param solveFrom solves on from given coefficients.
 */
function localSearchOverGroups(
  task: SolverTask,
  penalty: GroupPenalty,
  working: GroupWorkingSet,
  locallyOptimal: WeakSet<Float64Array>,
  solution: Solution,
  exchanges: number,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { members } = penalty.groups;
  const { lambda, signal } = task;
  const isEnough = (): boolean => false;
  const lowerEnd = (best: Solution): LowerPoint | undefined => {
    const { beta, profile, certificate } = best;
    const slopes = new Float64Array(beta.length);
    const sizes = members.map((own) => norm(Float64Array.from(own, (j) => beta[j])));
    const smallest = members.flatMap((_, g) => (sizes[g] > 0 && working.has(g) ? [g] : []));
    smallest.sort((a, b) => sizes[a] - sizes[b]);
    for (const g of smallest.slice(0, exchanges)) {
      if (signal?.aborted) return undefined;
      working.moveTo(beta, profile.gradient);
      working.drop(g);
      working.minimise(lambda, 0, isEnough, signal, { without: g, cycles: localSearchCycles });
      working.minimise(lambda, 0, isEnough, signal, { cycles: localSearchCycles });
      const end = beta.slice();
      working.read(end, slopes);
      const fall = certificate.objective - candidateAt(task, end, profile.psi, 0).certificate.objective;
      if (isGain(fall, best)) return { beta: end, isStrict: false };
    }
    return undefined;
  };
  return localSearch(task, locallyOptimal, solution, lowerEnd, solveFrom);
}
