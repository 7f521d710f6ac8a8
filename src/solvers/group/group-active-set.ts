import { columnDots } from "../../design/design-matrix";
import { mustBe } from "../../errors";
import { areEqualToRounding, norm } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { type GroupPenalty, isGroupwise } from "../../penalties";
import { normsOf } from "../../penalties/groups";
import { apartFromSteps } from "../../problem/certificate";
import { curvatureOfProfile, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { better, type Candidate, candidateAt, type Point, traceRow } from "../candidate";
import { isGain, type LowerPoint, localSearch, localSearchCycles } from "../coordinate/local-search";
import { type GroupCurvatures, pruneGroupWarmStart } from "../coordinate/prune-warm-start";
import type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "../solver";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { joinedColumns, type ModelGap } from "./block";
import {
  activeGroupsOf,
  distanceToSubdifferentialAtZero,
  GroupCandidates,
  groupsLeavingZero,
  smallestCurvature,
} from "./candidates";
import { GroupWorkingSet } from "./working-set";

/** Change of the loss's curvature, as a share of it, up to which its Hessian is kept, as long as steps gain by it. */
const tolerableDrift = 0.1;

/** What a step must bring the gap, or the violation, down to with a Hessian that is not of where it begins. */
const expectedGain = 0.1;

/** Curvature that a model has at least, as a share of its largest, where the loss has none. */
const leastFloor = 1e-6;

/** Share of a step down to which cutting it says nothing against the model. */
const goodLength = 0.25;

/** Newton steps without a better certificate after which rounding is all that is left. */
const patience = 3;

/** Options of {@link activeGroups}. */
export interface ActiveGroupsOptions {
  /**
   * How many of the smallest groups are left out in turn at the end, to see whether the way from there leads lower: for
   * penalties that are not convex and squared errors. Default: 0.
   */
  readonly exchanges?: number;
}

/**
 * A working set of groups: the datafit is replaced by a quadratic model, whose Hessian is kept for the groups that may be other than
 * zero, once it pays, from one lambda to the next, and there block descent and Newton's method minimise it with the penalty.
 *
 * Groups enter by the sequential strong rule and by their violation, `||gradient_g|| > lambda w_g` for a group lasso, which is the
 * surrogate's strict saddle; where the penalty is not convex, where alone they would not stay at zero. Each group of a group
 * lasso is minimised exactly, in the eigenbasis of its Hessian, if none has more than 32 columns; else all of them, as those
 * of other penalties, by proximal steps. Each lambda costs about one pass over the design.
 *
 * For penalties that are sums over groups with a known proximal step: group lasso and sparse group lasso, group bridge, SCAD
 * and MCP. 20 iterations suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso (2013); Tibshirani
 * and others, Strong rules for discarding predictors in lasso-type problems (2012)
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
      const { groups, exchanged } = state;
      return localSearchOverGroups(task, penalty, groups, exchanged, solution, exchanges, (beta) =>
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

/** What one lambda leaves to the next. */
interface ActiveState extends GroupCurvatures, GroupState {
  /** Where the last one ended. */
  last: (Point & { readonly lambda: number }) | undefined;
  /** Ends that no exchange lowers. */
  readonly exchanged: WeakSet<Float64Array>;
}

function activeState(problem: SparseProblem, penalty: GroupPenalty): ActiveState {
  const groups = new GroupWorkingSet(problem, penalty);
  const candidates = new GroupCandidates(problem, penalty, groups);
  return { groups, candidates, last: undefined, exchanged: new WeakSet() };
}

function solve(task: SolverTask, penalty: GroupPenalty, state: ActiveState): Solution {
  const { lambda, isOptimal, maxIter, signal } = task;
  const { groups, candidates, last } = state;
  // The sequential strong rule: who stays below this as lambda falls from the last one hardly ever enters.
  const strong = Math.max(0, Math.min(lambda, 2 * lambda - (last?.lambda ?? lambda)));
  const goesOn = last !== undefined && areEqualToRounding(last.beta, task.beta);
  let current = goesOn
    ? candidates.again(task, last, lambda)
    : candidates.begin(pruneGroupWarmStart(task, penalty, state));
  let best = current;
  const isDone = (candidate: Candidate): boolean =>
    isOptimal(candidate.certificate) &&
    (penalty.convex || groupsLeavingZero(task, penalty, groups, candidate).length === 0);
  let status: FitStatus = isDone(best) ? "converged" : "max-iter";
  const trace: TraceRow[] = [];
  const record = (iteration: number): void => {
    trace.push(traceRow("activeGroups", iteration, current, best.certificate.dualityGap));
  };
  if (status !== "converged") record(0);
  let [nIter, idle] = [0, 0];
  let drift = tolerableDrift;
  const least = isFlatInPart(task, current) ? leastFloor : 0;
  let floor = least;
  while (status === "max-iter" && nIter < maxIter) {
    nIter++;
    const model = groups.modelAt(current.profile.eta, drift, floor);
    const target = groupModelMinimum(task, penalty, state, model, strong, current);
    const { next, length } = descend(task, candidates, current, target);
    task.onIteration?.(nIter);
    // A step that had to be cut comes of a model which knows too little of what bends elsewhere.
    if (length < goodLength) floor = Math.min(1, 10 * Math.max(floor, leastFloor));
    else if (floor > least) floor = Math.max(least, floor / 10);
    drift = shortfallOf(next) <= expectedGain * shortfallOf(current) ? tolerableDrift : 0;
    const [before, fall] = [best, current.certificate.objective - next.certificate.objective];
    current = next;
    best = better(best, current);
    const gains = best !== before || fall > 1e-13 * Math.abs(current.certificate.objective);
    idle = gains ? 0 : idle + 1;
    record(nIter);
    if (isDone(best)) status = "converged";
    else if (signal?.aborted) status = "interrupted";
    else if (idle >= patience) status = "stalled";
  }
  state.last = { beta: best.beta, profile: best.profile, lambda };
  const found = candidates.exact(task.problem, best);
  // A quadratic loss is its model, whose descent ended here.
  const mayBeSaddle = !penalty.convex && hasConstantHessian(task.problem) && nIter > 0 && best === current;
  const isStrict = mayBeSaddle && groups.isStrict(best.beta, lambda);
  return { ...found, ...(isStrict && { isStrict }), status, nIter, trace };
}

/** Whether a loss has no curvature in some samples, as Huber's far out, so that a model of it need not have a minimum. */
function isFlatInPart({ problem: { datafit, target } }: SolverTask, { profile }: Candidate): boolean {
  if (datafit.quadratic || datafit.hessianProduct) return false;
  const curvature = new Float64Array(target.length);
  datafit.curvature(target, profile.eta, curvature);
  return curvature.includes(0);
}

/** The gap, or where there is none the violation. */
function shortfallOf({ certificate: { dualityGap, violation } }: Candidate): number {
  return dualityGap ?? violation;
}

/** The point at the end of the step, or on the way there where the quadratic model promised too much. */
function descend(
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
    // Where objectives are the same to rounding, what is left of the gap tells.
    if (rise <= 1e-14 || (rise <= 1e-10 && shortfallOf(next) < shortfallOf(from))) {
      return { next, length };
    }
  }
}

/** Smallest number of groups that may enter at once; else as many as there are. */
const smallestBatch = 10;

/** What the estimated gap of a working set is multiplied by, so that the certified one hardly ever misses the goal. */
const margin = 10;

/** Share of its gap that a model of a loss that bends is solved to: what is left is the next model's. */
const share = 0.01;

/** The groups that may be other than zero, and the candidates of the same problem. */
interface GroupState {
  readonly groups: GroupWorkingSet;
  readonly candidates: GroupCandidates;
}

/**
 * The coefficients of least model objective over the working set and the groups that enter it.
 *
 * @param strong the lambda whose violators may enter, at most that of the task.
 * @param from where the model was made.
 */
function groupModelMinimum(
  task: SolverTask,
  penalty: GroupPenalty,
  { groups: working, candidates: known }: GroupState,
  model: QuadraticModel,
  strong: number,
  { beta: from, profile, certificate }: Candidate,
): Float64Array {
  const { problem, lambda, signal, isOptimal } = task;
  const { design, datafit } = problem;
  const { members } = penalty.groups;
  const beta = from.slice();
  const gradient = known.gradientToChange(profile);
  let norms = normsOf(penalty.groups, gradient);
  const slopes = new Map<number, Float64Array>();
  const curvature = penalty.convex ? undefined : curvatureOfProfile(problem, profile);
  const bends = curvature && members.map((own) => smallestCurvature(curvature, own));
  const pull = (g: number, level: number): number => {
    const own = members[g];
    if (penalty.normSlope) return Math.max(norms[g] - penalty.normSlope(g, level), 0);
    const slope = slopes.get(own.length) ?? new Float64Array(own.length);
    slopes.set(own.length, slope);
    for (let i = 0; i < slope.length; i++) slope[i] = gradient[own[i]];
    return distanceToSubdifferentialAtZero(penalty, g, slope, bends ? bends[g] : 0, level);
  };

  const candidates: number[] = [];
  const inside: number[] = [];
  const isActive = activeGroupsOf(penalty, beta);
  for (let g = 0; g < members.length; g++) {
    if (working.has(g)) continue;
    if (isActive[g]) inside.push(g);
    else if (pull(g, strong) > 0) candidates.push(g);
  }
  working.admit(inside, signal);
  let watched: CandidateColumns | undefined;
  const before = certificate.dualityGap;
  const isEnough = ({ gap, violation }: ModelGap): boolean =>
    (!datafit.quadratic && before !== undefined && gap <= share * before) ||
    isOptimal({
      ...apartFromSteps(certificate),
      dualityGap: before === undefined ? undefined : margin * gap,
      violation,
    });

  const scalingCost = model.scalingCost(profile.residual);
  // Few enter late along a path, and of a quadratic loss, which is its model, the certificate sees who does.
  const seesAll = strong < lambda && datafit.quadratic && penalty.normSlope !== undefined;
  let outside = candidates;
  for (let round = 0; round === 0 || !signal?.aborted; round++) {
    const violators = outside.map((g) => ({ g, excess: pull(g, lambda) })).filter(({ excess }) => excess > 0);
    const first = violators
      .sort((a, b) => b.excess - a.excess)
      .slice(0, Math.max(smallestBatch, working.nGroups))
      .map(({ g }) => g);
    if (working.admit(first, signal) === 0 && round > 0) break;
    outside = outside.filter((g) => !working.has(g));
    working.moveTo(beta, gradient, watched?.residual ?? profile.residual);
    working.minimise(lambda, scalingCost, isEnough, signal);
    working.read(beta, gradient);
    if (outside.length === 0 || (seesAll && first.length === violators.length)) break;
    // The model's gradient outside.
    watched ??= candidateColumnsOf(penalty, candidates, problem);
    const { columns, dots, change, residual } = watched;
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

/** The columns whose slopes are followed as a model is minimised, and room for what that takes. */
interface CandidateColumns {
  readonly columns: Int32Array;
  readonly dots: Float64Array;
  readonly change: Float64Array;
  readonly residual: Float64Array;
}

/** @param candidates groups that may enter the working set. */
function candidateColumnsOf(
  { groups: { members } }: GroupPenalty,
  candidates: readonly number[],
  { design, target }: SparseProblem,
): CandidateColumns {
  const columns = joinedColumns(members, candidates);
  return {
    columns,
    dots: new Float64Array(columns.length),
    change: new Float64Array(design.nFeatures),
    residual: new Float64Array(target.length),
  };
}

/**
 * Leaves out one of the smallest groups after the other, goes down without it and then with it again, and goes on from the
 * first end that is lower.
 *
 * @param working with all groups of the solution that are not zero.
 * @param exchanged ends that no exchange lowers, added to.
 * @param solveFrom goes on to a solution.
 */
function localSearchOverGroups(
  task: SolverTask,
  penalty: GroupPenalty,
  working: GroupWorkingSet,
  exchanged: WeakSet<Float64Array>,
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
  return localSearch(task, exchanged, solution, lowerEnd, solveFrom);
}
