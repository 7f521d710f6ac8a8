/**
 * An active-set Newton method for convex penalties that are sums over coordinates, along lambdas down to that of the
 * task. The main export is the solver {@link activeSet}.
 */
import { mustBe } from "../../errors";
import { areEqualToRounding, supportOf } from "../../linalg/vector";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import { gapOfPenalty, leastGap } from "../../problem/certificate";
import { curvatureOfProfile, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { type Method, newtonStopping, type Run, runSolver, type Step, type StoppingRule } from "../loop";
import type { Solution, Solver, SolverTask } from "../solver";
import { type Candidate, certified, nullPoint, type Point } from "../solver";
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
  const { lambda } = task;
  const { subproblem } = state;
  const method = new ActiveSetMethod(task, penalty, state);
  const { status, nIter, trace, ...found } = runSolver(task, method);
  const best = subproblem.mayBeInexact(found.profile, lambda, true)
    ? certified(task, { ...found, profile: subproblem.withExactGradient(found.profile) })
    : found;
  const { beta, profile, certificate } = best;
  state.last = { beta, profile, lambda: nIter === 0 ? method.startLambda : lambda };
  return { beta, profile: subproblem.withExactGradient(profile), certificate, status, nIter, trace };
}

/** The Newton steps of {@link activeSet}, over intermediate lambdas where many zeros violate stationarity at the start. */
class ActiveSetMethod implements Method {
  readonly name = "activeSet";
  readonly start: Candidate;
  readonly startMissesGoal: boolean;
  /** The lambda of the solution that the start is. */
  readonly startLambda: number;
  /** Candidates at intermediate lambdas are progress. */
  readonly stopping: StoppingRule = {
    ...newtonStopping,
    isProgress: (run) => !this.#isAtTarget || newtonStopping.isProgress(run),
  };
  readonly #task: SolverTask;
  readonly #penalty: SeparablePenalty;
  readonly #subproblem: QuadraticSubproblem;
  /** The last lambda, the next one and those after it. */
  readonly #lambdas: number[];
  readonly #followsCandidates: boolean;
  readonly #mayExtrapolate: boolean;
  #current: Candidate;

  constructor(task: SolverTask, penalty: SeparablePenalty, { subproblem, last }: ActiveState) {
    const { problem, lambda, isOptimal } = task;
    const continuesPath = last !== undefined && areEqualToRounding(last.beta, task.beta);
    if (continuesPath) subproblem.followPath();
    const point = continuesPath ? last : nullPoint(task);
    let start = certified(task, point ?? subproblem.pointAt(task.beta.slice(), task.psi, lambda));
    const missesGoal = continuesPath && !hasConstantHessian(problem) && isFarFromOptimal(task, start);
    if (subproblem.mayBeInexact(start.profile, lambda, !missesGoal && isOptimal(start.certificate)))
      start = certified(task, { ...start, profile: subproblem.withExactGradient(start.profile) });
    const from = continuesPath ? last.lambda : startingLambda(task, start);
    const nViolators =
      candidateCoordinates(new PenaltyTerm(penalty, lambda), start).length - supportOf(start.beta).length;
    this.start = start;
    this.startMissesGoal = missesGoal;
    this.startLambda = from;
    this.#task = task;
    this.#penalty = penalty;
    this.#subproblem = subproblem;
    this.#lambdas = [
      from,
      ...(nViolators > maxDirectViolators ? lambdaContinuation(lambda, from) : [from, lambda]),
    ];
    this.#followsCandidates = this.#lambdas.length > 3 && areCandidatesFew(task, penalty, start);
    this.#mayExtrapolate = continuesPath && this.#lambdas.length === 3 && hasConstantHessian(problem);
    this.#current = start;
  }

  get #isAtTarget(): boolean {
    return this.#lambdas[1] === this.#task.lambda;
  }

  candidate(): Candidate {
    return this.#current;
  }

  iterate({ nIter, best, previousBest }: Run): Step {
    const isSlow = nIter > 0 && best.certificate.violation > previousBest.certificate.violation / 2;
    const maxChange = this.#isAtTarget && isSlow ? 0 : maxHessianChange;
    while (!this.#stepToNextLambda(nIter === 0, maxChange));
    return "moved";
  }

  /** Takes a step at the next lambda, and tells whether the gradient is complete after it. */
  #stepToNextLambda(isFirst: boolean, maxChange: number): boolean {
    const { lambda, signal } = this.#task;
    const lambdas = this.#lambdas;
    const current = this.#current;
    if (lambdas.length > 2) lambdas.shift();
    const [before, next] = lambdas;
    // The sequential strong rule: a zero whose gradient is below this level at the last lambda hardly ever enters at the next one.
    const least =
      next === lambda ? (this.#followsCandidates && isFirst ? candidateLevel : 0) : strongSetLevel;
    const level = Math.max(least * next, Math.min(next, 2 * next - before));
    const strongSet = candidateCoordinates(new PenaltyTerm(this.#penalty, level), current);
    const isComplete = next === lambda || !this.#followsCandidates || signal?.aborted === true;
    const taskAtNext = next === lambda ? this.#task : { ...this.#task, lambda: next };
    if (isComplete) {
      const solvedLambda = this.#mayExtrapolate && isFirst ? this.startLambda : undefined;
      this.#current = certified(
        this.#task,
        newtonStep(
          this.#subproblem,
          taskAtNext,
          this.#penalty,
          current,
          strongSet,
          lambda,
          maxChange,
          solvedLambda,
        ),
      );
    } else {
      const term = new PenaltyTerm(this.#penalty, candidateLevel * lambdas[2]);
      const candidates = candidateCoordinates(term, current);
      this.#current = {
        ...current,
        ...intermediateStep(this.#subproblem, taskAtNext, this.#penalty, current, strongSet, candidates),
      };
    }
    return isComplete;
  }
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
    const { point, length } = lineSearch(subproblem, task, before, step(before), strongSet);
    current = point;
    const falls = current.objective < before.objective;
    const isFloorRaised = subproblem.adaptFloor(before.profile, falls ? length : 0);
    subproblem.rememberStep(before, current, strongSet);
    if ((!falls && !isFloorRaised) || mayBeOptimal(task, current)) break;
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

/** Whether a lower bound of the duality gap, the penalty's part or that and some of the loss, shows that a point misses the goal. */
function isFarFromOptimal(task: SolverTask, point: Point): boolean {
  const given = [task.problem, task.lambda, point.beta, point.profile] as const;
  return (
    !isOptimalWith(task, point, gapOfPenalty(...given)) || !isOptimalWith(task, point, leastGap(...given))
  );
}

/**
 * Halves a step until the objective falls, since the quadratic model may promise too much; returns the start and a
 * length of 0 if it never falls.
 */
function lineSearch(
  subproblem: QuadraticSubproblem,
  { problem: { penalty }, lambda }: SolverTask,
  from: PartialPoint,
  target: Float64Array,
  strongSet: Int32Array,
): { point: PartialPoint; length: number } {
  for (let length = 1; length > 1e-8; length /= 2) {
    const beta = length === 1 ? target : from.beta.map((b, j) => b + length * (target[j] - b));
    const profile = subproblem.profileOn(beta, from.profile.psi, strongSet);
    const objective = profile.loss + penalty.value(beta, lambda);
    if (objective <= from.objective + 1e-14 * Math.abs(from.objective))
      return { point: { beta, profile, objective }, length };
  }
  return { point: from, length: 0 };
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
