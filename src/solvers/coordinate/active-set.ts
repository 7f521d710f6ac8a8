import { mustBe } from "../../errors";
import { areEqualToRounding, supportOf } from "../../linalg/vector";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import { gapOfPenalty, leastGap } from "../../problem/certificate";
import { curvatureOfProfile, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { better, type Candidate, certified, nullPoint, type Point, traceRow } from "../candidate";
import type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "../solver";
import { candidateCoordinates, PenaltyTerm } from "./active-set-cholesky";
import { QuadraticSubproblem } from "./quadratic-subproblem";

/**
 * Maximum number of violating zeros for which a solve goes straight to its lambda; more of them need intermediate
 * lambdas.
 */
const maxDirectViolators = 100;

/**
 * Share of the lambda after the next one that a zero's gradient must exceed for it to stay up to date on the way.
 *
 * Columns below it enter so rarely that the complete gradient at the end finds them in time.
 */
const candidateLevel = 0.6;

/**
 * Share of the next lambda that a zero's gradient must exceed for its column to be in the strong set.
 *
 * It is larger than {@link candidateLevel}, so that no step reads a gradient entry that is out of date: at each
 * intermediate lambda the entries that are not updated are below that share of the lambda after it.
 */
const strongSetLevel = 1.25 * candidateLevel;

/** Maximum share of the columns that may be candidates; above it a pass over the whole design costs hardly more. */
const maxCandidateShare = 0.5;

/**
 * Maximum relative change of the loss's Hessian for which its factor is reused.
 *
 * After a step that does not halve the violation it is not reused at all, since a few samples may hold most of the
 * curvature along a step.
 */
const maxHessianChange = 0.2;

/** Maximum number of Newton steps on the strong set between two passes over the design. */
const maxInnerSteps = 10;

/** Minimum ratio of successive lambdas on the way to a lambda far below the last one. */
const minLambdaRatio = 0.6;

/** Share of the first lambda below which the way to a smaller lambda takes no further intermediate ones. */
const minLambdaShare = 1e-3;

/** Maximum number of Newton steps without a better certificate; after that only rounding is left. */
const maxIdleSteps = 3;

/**
 * An active-set Newton method for convex penalties: it keeps one Cholesky factor up to date as coordinates enter and
 * leave the support, from one lambda to the next.
 *
 * On the support `A` of a solution the Newton matrix of the surrogate is `4 D H_AA D` with `D = diag(sqrt|beta|)`, so
 * its step is a step with the factor of `H_AA`, the Hessian of the loss. A coordinate that would cross zero leaves. A
 * coordinate enters if its zero is a strict saddle of the surrogate, which is the classical violation `|gradient| >
 * lambda`. The surrogate justifies the method; what is computed is a classical active set. Each lambda costs about
 * one pass over the design.
 *
 * It takes convex penalties that are sums over coordinates and quadratic on each orthant, and losses of one predictor
 * per sample. 20 iterations suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty or loss.
 * @see Osborne, Presnell and Turlach, A new approach to variable selection in least squares problems (2000)
 */
export function activeSet(): Solver {
  const solver: Solver = {
    name: "activeSet",
    solve(task) {
      const { problem } = task;
      if (!hasActiveSet(problem)) {
        const rule = "convex and quadratic for each choice of signs, with a loss of one predictor a sample";
        throw mustBe("activeSet", "penalty", rule, `${problem.penalty.name} with ${problem.datafit.name}`);
      }
      const state = task.warmStart.stateOf<ActiveState>(solver, problem, () => ({
        subproblem: new QuadraticSubproblem(problem, task.nullProfile),
        last: undefined,
      }));
      return solve(task, problem.penalty as SeparablePenalty, state);
    },
  };
  return serializable("activeSet", [], solver);
}

/** Whether {@link activeSet} takes a problem. */
export function hasActiveSet({ penalty, datafit }: Pick<SparseProblem, "penalty" | "datafit">): boolean {
  return penalty.convex && penalty.quadraticOnOrthants && isSeparable(penalty) && datafit.hasDiagonalHessian;
}

/** The state that one lambda leaves to the next. */
interface ActiveState {
  readonly subproblem: QuadraticSubproblem;
  /** The last solution and its lambda; if that lambda took no step, the lambda of the solution that it began from. */
  last: (Point & { readonly lambda: number }) | undefined;
}

function solve(task: SolverTask, penalty: SeparablePenalty, state: ActiveState): Solution {
  const { lambda, isOptimal, maxIter, signal } = task;
  const { subproblem, last } = state;
  const continuesPath = last !== undefined && areEqualToRounding(last.beta, task.beta);
  if (continuesPath) subproblem.followPath();
  const start = continuesPath ? last : nullPoint(task);
  let current = certified(task, start ?? subproblem.pointAt(task.beta.slice(), task.psi, lambda));
  const isGapUnknown =
    continuesPath &&
    !hasConstantHessian(task.problem) &&
    !isOptimalWith(task, current, leastGap(task.problem, lambda, current.beta, current.profile));
  if (subproblem.mayBeInexact(current.profile, lambda, !isGapUnknown && isOptimal(current.certificate)))
    current = certified(task, { ...current, profile: subproblem.withExactGradient(current.profile) });
  let best = current;
  let status: FitStatus = !isGapUnknown && isOptimal(best.certificate) ? "converged" : "max-iter";
  const trace: TraceRow[] = [];
  const from = continuesPath ? last.lambda : startingLambda(task, current);
  const term = new PenaltyTerm(penalty, lambda);
  const nViolators = candidateCoordinates(term, current).length - supportOf(current.beta).length;
  const lambdas = [
    from,
    ...(nViolators > maxDirectViolators ? lambdaContinuation(lambda, from) : [from, lambda]),
  ];
  const followsCandidates = lambdas.length > 3 && areCandidatesFew(task, penalty, current);
  const mayExtrapolate = continuesPath && lambdas.length === 3 && hasConstantHessian(task.problem);
  const record = (iteration: number): void => {
    const dualityGap = isGapUnknown && iteration === 0 ? undefined : best.certificate.dualityGap;
    trace.push(traceRow("activeSet", iteration, current, dualityGap));
  };
  if (status !== "converged") record(0);
  let nIter = 0;
  let idle = 0;
  let maxChange = maxHessianChange;
  while (status === "max-iter" && nIter < maxIter) {
    nIter++;
    for (let isComplete = false; !isComplete; ) {
      if (lambdas.length > 2) lambdas.shift();
      const [before, next] = lambdas;
      // The sequential strong rule: a zero whose gradient is below this level at the last lambda hardly ever enters at the next one.
      const least =
        next === lambda ? (followsCandidates && nIter === 1 ? candidateLevel : 0) : strongSetLevel;
      const level = Math.max(least * next, Math.min(next, 2 * next - before));
      const strongSet = candidateCoordinates(new PenaltyTerm(penalty, level), current);
      isComplete = next === lambda || !followsCandidates || signal?.aborted === true;
      const taskAtNext = next === lambda ? task : { ...task, lambda: next };
      if (isComplete) {
        const solvedLambda = mayExtrapolate && nIter === 1 ? last.lambda : undefined;
        current = certified(
          task,
          newtonStep(subproblem, taskAtNext, penalty, current, strongSet, lambda, maxChange, solvedLambda),
        );
      } else {
        const candidates = candidateCoordinates(
          new PenaltyTerm(penalty, candidateLevel * lambdas[2]),
          current,
        );
        current = {
          ...current,
          ...intermediateStep(subproblem, taskAtNext, penalty, current, strongSet, candidates),
        };
      }
    }
    task.onIteration?.(nIter);
    const bestBefore = best;
    best = isOptimal(current.certificate) ? current : better(best, current);
    idle = lambdas[1] === lambda && best === bestBefore ? idle + 1 : 0;
    const isSlow = best.certificate.violation > bestBefore.certificate.violation / 2;
    maxChange = lambdas[1] === lambda && isSlow ? 0 : maxHessianChange;
    record(nIter);
    if (isOptimal(best.certificate)) status = "converged";
    else if (signal?.aborted) status = "interrupted";
    else if (idle >= maxIdleSteps) status = "stalled";
  }
  if (subproblem.mayBeInexact(best.profile, lambda, true))
    best = certified(task, { ...best, profile: subproblem.withExactGradient(best.profile) });
  state.last = { beta: best.beta, profile: best.profile, lambda: nIter === 0 ? from : lambda };
  const { beta, certificate } = best;
  return { beta, profile: subproblem.withExactGradient(best.profile), certificate, status, nIter, trace };
}

/** Returns the smallest lambda at which the start is known to be the solution, else the lambda of the task. */
function startingLambda({ problem, lambda }: SolverTask, { beta, profile }: Candidate): number {
  if (beta.some((b) => b !== 0)) return lambda;
  return problem.penalty.lambdaMax(profile.gradient, curvatureOfProfile(problem, profile));
}

/**
 * Whether so few columns are candidates that the way to a lambda updates the gradient in these alone, without a pass
 * over the design.
 *
 * A loss without a constant Hessian needs the complete gradient at each intermediate lambda.
 */
function areCandidatesFew(
  { problem, lambda }: SolverTask,
  penalty: SeparablePenalty,
  start: Candidate,
): boolean {
  if (!hasConstantHessian(problem)) return false;
  const candidates = candidateCoordinates(new PenaltyTerm(penalty, candidateLevel * lambda), start);
  return candidates.length <= maxCandidateShare * start.beta.length;
}

/** Takes a step on the strong set at an intermediate lambda and updates the gradient in the candidate columns only. */
function intermediateStep(
  subproblem: QuadraticSubproblem,
  { lambda, signal }: SolverTask,
  penalty: SeparablePenalty,
  from: Candidate,
  strongSet: Int32Array,
  candidates: Int32Array,
): Point {
  const term = new PenaltyTerm(penalty, lambda);
  const beta = subproblem.minimise(term, strongSet, from, maxHessianChange, signal);
  return {
    beta,
    profile: subproblem.profileOn(beta, from.profile.psi, candidates, from.profile.gradient),
  };
}

/**
 * Takes Newton steps on the strong set, and computes the complete gradient at the end.
 *
 * A loss without a constant Hessian takes several steps, until the strong set alone shows no violation of the goal.
 */
function newtonStep(
  subproblem: QuadraticSubproblem,
  task: SolverTask,
  penalty: SeparablePenalty,
  from: Candidate,
  strongSet: Int32Array,
  certifiedLambda: number,
  maxChange: number,
  solvedLambda?: number,
): Point {
  const { lambda, signal } = task;
  const isTarget = lambda === certifiedLambda;
  const term = new PenaltyTerm(penalty, lambda);
  const step = (point: Point): Float64Array =>
    subproblem.minimise(term, strongSet, point, maxChange, signal, solvedLambda);
  if (hasConstantHessian(task.problem))
    return subproblem.pointAt(step(from), from.profile.psi, certifiedLambda);
  let current: PartialPoint = { ...from, objective: from.certificate.objective };
  for (let steps = 0; steps < (isTarget ? maxInnerSteps : 1) && !signal?.aborted; steps++) {
    const before = current;
    current = lineSearch(subproblem, task, before, step(before), strongSet);
    subproblem.rememberStep(before, current, strongSet);
    if (!(current.objective < before.objective) || mayBeOptimal(task, current)) break;
  }
  return { beta: current.beta, profile: subproblem.withGradient(current.profile) };
}

/** A point whose gradient is up to date in the strong set only. */
interface PartialPoint extends Point {
  readonly objective: number;
}

/**
 * Whether a point meets the goal as far as its partial gradient shows.
 *
 * Where any dual point is feasible, as for the elastic net, the gap is of second order in the error of the
 * coefficients. One hundredth of the goal is then required, which takes one more step.
 */
function mayBeOptimal(task: SolverTask, point: PartialPoint): boolean {
  const { problem, lambda } = task;
  const gap = gapOfPenalty(problem, lambda, point.beta, point.profile);
  return isOptimalWith(task, point, gap && gap * (problem.penalty.dualNorm ? 1 : 100));
}

/** Whether a point meets the goal if its duality gap is as given. */
function isOptimalWith(
  { problem: { penalty }, lambda, isOptimal }: SolverTask,
  { beta, profile }: Point,
  dualityGap: number | undefined,
): boolean {
  return isOptimal({
    objective: profile.loss + penalty.value(beta, lambda),
    dualityGap,
    violation: penalty.violation(beta, profile.gradient, lambda),
    singleCoordinateGain: 0,
    misalignment: 0,
  });
}

/**
 * Halves a step until the objective falls, since the quadratic model may promise too much; returns the start if it
 * never falls.
 */
function lineSearch(
  subproblem: QuadraticSubproblem,
  { problem: { penalty }, lambda }: SolverTask,
  from: PartialPoint,
  target: Float64Array,
  strongSet: Int32Array,
): PartialPoint {
  for (let length = 1; length > 1e-8; length /= 2) {
    const beta = length === 1 ? target : from.beta.map((b, j) => b + length * (target[j] - b));
    const profile = subproblem.profileOn(beta, from.profile.psi, strongSet);
    const objective = profile.loss + penalty.value(beta, lambda);
    if (objective <= from.objective + 1e-14 * Math.abs(from.objective)) return { beta, profile, objective };
  }
  return from;
}

/**
 * Returns a geometric sequence of lambdas from one down to another, both included.
 *
 * Seen from far away nearly every zero violates stationarity at the smaller lambda, though only a few of them enter
 * on the way.
 */
function lambdaContinuation(lambda: number, from: number): number[] {
  if (!(from > lambda)) return [lambda, lambda];
  const ratio = Math.max(lambda, minLambdaShare * from) / from;
  const count = Math.max(1, Math.ceil(Math.log(ratio) / Math.log(minLambdaRatio)));
  return Array.from({ length: count + 1 }, (_, k) => (k < count ? from * ratio ** (k / count) : lambda));
}
