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

/** Zeros that are not stationary up to which a lambda is aimed at without stations. */
const fewViolators = 100;

/** Share of the next station's lambda that a zero must pull with, as last seen, to be looked at: what else enters is seen at the end. */
const candidatePull = 0.6;

/**
 * Share of a station's lambda that a zero must pull with to be watched: few others enter, and the next one sees them. More than
 * {@link candidatePull}, so that no step takes a gradient that was not looked at: at each station the ones left as they were pull
 * with less than that share of its lambda.
 */
const watchedPull = 1.25 * candidatePull;

/** Share of the zeros above which stations look at all of them. */
const mostCandidates = 0.5;

/** Newton steps without a better certificate after which rounding is all that is left. */
const patience = 3;

/**
 * Newton's method of the surrogate on the coordinates that are not zero, with one Cholesky factor that is kept up to date
 * as coordinates come and go, from one lambda to the next.
 *
 * On the support of a solution the surrogate's Newton matrix is `4 D H_AA D` with `D = diag(sqrt|beta|)`, so a step of
 * the surrogate is one with the factor of `H_AA`, the Hessian of the loss. A coordinate that would cross zero leaves; one
 * whose zero is a strict saddle of the surrogate, which is the classical violation `|gradient| > lambda`, enters. What is
 * left of the surrogate is its justification: this is a classical active set. Each lambda costs about one pass over the
 * design.
 *
 * For convex penalties that are sums over coordinates and quadratic on each orthant, and losses of one predictor a
 * sample. 20 iterations suffice, on the problems that {@link Solver} names.
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
        factor: new QuadraticSubproblem(problem, task.nullProfile),
        last: undefined,
      }));
      return solve(task, problem.penalty as SeparablePenalty, state);
    },
  };
  return serializable("activeSet", [], solver);
}

/** Whether {@link activeSet} takes a problem. */
export function hasActiveSet({ penalty, datafit }: Pick<SparseProblem, "penalty" | "datafit">): boolean {
  return penalty.convex && penalty.quadraticOnOrthants && isSeparable(penalty) && !datafit.hessianProduct;
}

/** What one lambda leaves to the next. */
interface ActiveState {
  readonly factor: QuadraticSubproblem;
  /** Where the last one ended, and the lambda that it was solved for: a larger one where this one was met without a step. */
  last: (Point & { readonly lambda: number }) | undefined;
}

function solve(task: SolverTask, penalty: SeparablePenalty, state: ActiveState): Solution {
  const { lambda, isOptimal, maxIter, signal } = task;
  const { factor, last } = state;
  const goesOn = last !== undefined && areEqualToRounding(last.beta, task.beta);
  if (goesOn) factor.followPath();
  const start = goesOn ? last : nullPoint(task);
  let current = certified(task, start ?? factor.pointAt(task.beta.slice(), task.psi, lambda));
  const isFar =
    goesOn &&
    !hasConstantHessian(task.problem) &&
    !isOptimalWith(task, current, leastGap(task.problem, lambda, current.beta, current.profile));
  if (factor.isVague(current.profile, lambda, !isFar && isOptimal(current.certificate)))
    current = certified(task, { ...current, profile: factor.exact(current.profile) });
  let best = current;
  let status: FitStatus = !isFar && isOptimal(best.certificate) ? "converged" : "max-iter";
  const trace: TraceRow[] = [];
  const from = goesOn ? last.lambda : startingLambda(task, current);
  const term = new PenaltyTerm(penalty, lambda);
  const nViolators = candidateCoordinates(term, current).length - supportOf(current.beta).length;
  const stations = [from, ...(nViolators > fewViolators ? lambdaContinuation(lambda, from) : [from, lambda])];
  const looksAtCandidates = stations.length > 3 && fewAreCandidates(task, penalty, current);
  const isNext = goesOn && stations.length === 3 && hasConstantHessian(task.problem);
  const record = (iteration: number): void => {
    const dualityGap = isFar && iteration === 0 ? undefined : best.certificate.dualityGap;
    trace.push(traceRow("activeSet", iteration, current, dualityGap));
  };
  if (status !== "converged") record(0);
  let nIter = 0;
  let idle = 0;
  let drift = tolerableDrift;
  while (status === "max-iter" && nIter < maxIter) {
    nIter++;
    for (let isKnown = false; !isKnown; ) {
      if (stations.length > 2) stations.shift();
      const [before, aim] = stations;
      // The sequential strong rule: who stays below this as lambda falls from the last one hardly ever enters.
      const least = aim === lambda ? (looksAtCandidates && nIter === 1 ? candidatePull : 0) : watchedPull;
      const strong = Math.max(least * aim, Math.min(aim, 2 * aim - before));
      const watched = candidateCoordinates(new PenaltyTerm(penalty, strong), current);
      isKnown = aim === lambda || !looksAtCandidates || signal?.aborted === true;
      const to = aim === lambda ? task : { ...task, lambda: aim };
      if (isKnown) {
        const solved = isNext && nIter === 1 ? last.lambda : undefined;
        current = certified(task, descend(factor, to, penalty, current, watched, lambda, drift, solved));
      } else {
        const candidates = candidateCoordinates(
          new PenaltyTerm(penalty, candidatePull * stations[2]),
          current,
        );
        current = { ...current, ...stopOver(factor, to, penalty, current, watched, candidates) };
      }
    }
    task.onIteration?.(nIter);
    const former = best;
    best = isOptimal(current.certificate) ? current : better(best, current);
    idle = stations[1] === lambda && best === former ? idle + 1 : 0;
    const isSlow = best.certificate.violation > former.certificate.violation / 2;
    drift = stations[1] === lambda && isSlow ? 0 : tolerableDrift;
    record(nIter);
    if (isOptimal(best.certificate)) status = "converged";
    else if (signal?.aborted) status = "interrupted";
    else if (idle >= patience) status = "stalled";
  }
  if (factor.isVague(best.profile, lambda, true))
    best = certified(task, { ...best, profile: factor.exact(best.profile) });
  state.last = { beta: best.beta, profile: best.profile, lambda: nIter === 0 ? from : lambda };
  const { beta, certificate } = best;
  return { beta, profile: factor.exact(best.profile), certificate, status, nIter, trace };
}

/** The lambda at which the start is the answer, as far as that is known; else the one asked for. */
function startingLambda({ problem, lambda }: SolverTask, { beta, profile }: Candidate): number {
  if (beta.some((b) => b !== 0)) return lambda;
  return problem.penalty.lambdaMax(profile.gradient, curvatureOfProfile(problem, profile));
}

/**
 * Whether so few columns are candidates on the way to a lambda that stations look at these alone, which takes no pass over the
 * design. A loss that bends is certified at each.
 */
function fewAreCandidates(
  { problem, lambda }: SolverTask,
  penalty: SeparablePenalty,
  start: Candidate,
): boolean {
  if (!hasConstantHessian(problem)) return false;
  const candidates = candidateCoordinates(new PenaltyTerm(penalty, candidatePull * lambda), start);
  return candidates.length <= mostCandidates * start.beta.length;
}

/**
 * Change of the loss's curvature, as a share of it, up to which the factor of its Hessian is kept; none after a round
 * that did not halve the certificate, since few samples may have most of the curvature along a step.
 */
const tolerableDrift = 0.2;

/** Newton steps on the watched coordinates before all are looked at again. */
const mostSteps = 10;

/** The point after a step on the watched coordinates, its gradient brought up to date in the candidates alone. */
function stopOver(
  factor: QuadraticSubproblem,
  { lambda, signal }: SolverTask,
  penalty: SeparablePenalty,
  from: Candidate,
  watched: Int32Array,
  candidates: Int32Array,
): Point {
  const term = new PenaltyTerm(penalty, lambda);
  const beta = factor.minimise(term, watched, from, tolerableDrift, signal);
  return {
    beta,
    profile: factor.watchedProfileAt(beta, from.profile.psi, candidates, from.profile.gradient),
  };
}

/**
 * The point after a step of Newton's method on the watched coordinates. A loss that bends takes several of them, which
 * look at no other column, until as far as these can tell the goal is met.
 */
function descend(
  factor: QuadraticSubproblem,
  task: SolverTask,
  penalty: SeparablePenalty,
  from: Candidate,
  watched: Int32Array,
  certifiedAt: number,
  drift: number,
  solved?: number,
): Point {
  const { lambda, signal } = task;
  const toGoal = lambda === certifiedAt;
  const term = new PenaltyTerm(penalty, lambda);
  const step = (point: Point): Float64Array => factor.minimise(term, watched, point, drift, signal, solved);
  if (hasConstantHessian(task.problem)) return factor.pointAt(step(from), from.profile.psi, certifiedAt);
  let current: CandidateColumns = { ...from, objective: from.certificate.objective };
  for (let steps = 0; steps < (toGoal ? mostSteps : 1) && !signal?.aborted; steps++) {
    const before = current;
    current = lowered(factor, task, before, step(before), watched);
    factor.learn(before, current, watched);
    if (!(current.objective < before.objective) || mayBeOptimal(task, current)) break;
  }
  return { beta: current.beta, profile: factor.completed(current.profile) };
}

/** A point whose gradient is known in the watched coordinates. */
interface CandidateColumns extends Point {
  readonly objective: number;
}

/**
 * Whether the goal is met as far as a part of the certificate tells. Where any dual point serves, as for the elastic net, a gap is of
 * second order in the error of the coefficients, so that a hundredth of it is asked for, which is a step more.
 */
function mayBeOptimal(task: SolverTask, point: CandidateColumns): boolean {
  const { problem, lambda } = task;
  const gap = gapOfPenalty(problem, lambda, point.beta, point.profile);
  return isOptimalWith(task, point, gap && gap * (problem.penalty.dualNorm ? 1 : 100));
}

/** Whether the goal would be met with some gap. */
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
 * The point at the end of a step, or on the way there where the quadratic model promised too much; where it began if none is
 * known to be lower.
 */
function lowered(
  factor: QuadraticSubproblem,
  { problem: { penalty }, lambda }: SolverTask,
  from: CandidateColumns,
  target: Float64Array,
  watched: Int32Array,
): CandidateColumns {
  for (let length = 1; length > 1e-8; length /= 2) {
    const beta = length === 1 ? target : from.beta.map((b, j) => b + length * (target[j] - b));
    const profile = factor.watchedProfileAt(beta, from.profile.psi, watched);
    const objective = profile.loss + penalty.value(beta, lambda);
    if (objective <= from.objective + 1e-14 * Math.abs(from.objective)) return { beta, profile, objective };
  }
  return from;
}

/** Smallest ratio of one lambda to the one before on the way to a much smaller one than the last. */
const longestStep = 0.6;

/** Share of the first lambda below which nothing changes on the way to 0. */
const smallestShare = 1e-3;

/**
 * Where a way from one lambda down to another stops over, both included: from far away nearly every zero looks as if it
 * were to end, and only few of them do.
 */
function lambdaContinuation(lambda: number, from: number): number[] {
  if (!(from > lambda)) return [lambda, lambda];
  const ratio = Math.max(lambda, smallestShare * from) / from;
  const count = Math.max(1, Math.ceil(Math.log(ratio) / Math.log(longestStep)));
  return Array.from({ length: count + 1 }, (_, k) => (k < count ? from * ratio ** (k / count) : lambda));
}
