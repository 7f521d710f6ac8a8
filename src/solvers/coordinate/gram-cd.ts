import { mustBe } from "../../errors";
import { supportOf } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import { curvatureOfProfile, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { better, type Candidate, traceRow } from "../candidate";
import type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "../solver";
import { blockOf, type GramBlock } from "../subproblem/gram-cache";
import { QuadraticModel } from "../subproblem/quadratic-model";
import { slack } from "../subproblem/screening";
import { supportNewton } from "../subproblem/support-newton";
import { isOnRecessionDirection, isOnRecessionRay } from "../unboundedness";
import {
  candidateIn,
  exactProfile,
  type GramState,
  gradientAt,
  gradientInMembers,
  type HeldGradient,
  newGramState,
  startOf,
  tryInclude,
} from "./gram-cd-state";
import { localSearchOverCoordinates } from "./local-search";

/**
 * Change of the loss's curvature, as a share of it, up to which the Gram matrix is kept: little, since a penalty that is not
 * convex takes most of the curvature away.
 */
const tolerableDrift = 0.01;

/** Cycles on one model of a loss that bends, far from whose start it may be all wrong. */
const cyclesPerModel = 50;

/** Rounds without a better point after which rounding is all that is left. */
const patience = 3;

/**
 * Cycles within which the violation of a convex problem with a loss that bends has to halve. It can fall by a percent in as many as a
 * model has, for thousands of them, where classes nearly separate or columns depend on each other.
 */
const halving = 1000;

/** The same where it is not convex, after which it is seen whether the loss falls without end in part of the rows. */
const halvingOrEndless = 100;

/** By how much the curvature of a model is raised at most, until the loss falls as the model does. */
const largestInflation = 2 ** 20;

/** Options of {@link gramDescent}. */
export interface GramDescentOptions {
  /**
   * How many of the smallest coefficients are left out in turn at the end, to see whether the way from there leads lower: for
   * penalties that are not convex and squared errors. Default: 0.
   */
  readonly exchanges?: number;
}

/**
 * Coordinate descent on the Gram matrix of those coordinates that ever left zero, for penalties that are not convex: SCAD, MCP
 * and bridges above all. One pass over the design for each lambda says who else must enter; those who nearly must enter at
 * once, by the strong rule. The Gram matrix grows along a path and is never computed again, and Newton's method on what
 * is not zero supplies the last digits.
 *
 * For any penalty that is a sum over coordinates and any loss, of several responses or of samples that hang together too; a loss
 * that bends is minimised by quadratic models, whose curvature is doubled where the objective would rise. With such a loss and a convex
 * penalty the descent ends as `"stalled"` where 1000 cycles have not halved the violation. An iteration is a cycle. 100 suffice, on the
 * problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011); Tibshirani and others,
 * Strong rules for discarding predictors in lasso-type problems (2012)
 * @example
 * ```ts
 * new SparseLinearModel({ penalty: mcp(), lambda: 0.1, solver: gramDescent() });
 * ```
 */
export function gramDescent(options: GramDescentOptions = {}): Solver {
  checkKeys("gramDescent", options, ["exchanges"]);
  const { exchanges = 0 } = options;
  if (!(Number.isInteger(exchanges) && exchanges >= 0)) {
    throw mustBe("gramDescent", "exchanges", "an integer of at least 0", exchanges);
  }
  return serializable("gramDescent", [options], {
    name: "gramDescent",
    solve(task) {
      const { problem } = task;
      if (!hasGramDescent(problem)) {
        throw mustBe("gramDescent", "penalty", "a sum over coordinates", problem.penalty.name);
      }
      const memory = task.warmStart.stateOfData(gramDescent, problem, () => newGramState(problem));
      const penalty = problem.penalty as SeparablePenalty;
      const solution = solve(task, penalty, memory);
      const mayExchange = exchanges > 0 && hasConstantHessian(problem) && !penalty.convex;
      if (!mayExchange || solution.status !== "converged") return solution;
      return localSearchOverCoordinates({ task, penalty, memory, count: exchanges }, solution, (beta) =>
        solve({ ...task, beta }, penalty, memory),
      );
    },
  });
}

/** Whether {@link gramDescent} takes a problem. */
export function hasGramDescent({ penalty }: Pick<SparseProblem, "penalty">): boolean {
  return isSeparable(penalty);
}

function solve(task: SolverTask, penalty: SeparablePenalty, memory: GramState): Solution {
  const { problem, lambda, isOptimal, maxIter, signal } = task;
  const quadratic = hasConstantHessian(problem);
  const ends = memory.ends.get(penalty) ?? new Map<number, Candidate>();
  memory.ends.set(penalty, ends);
  let current = startOf(task, memory, ends);
  let best = current;
  const trace: TraceRow[] = [];
  let nIter = 0;
  const done = (given: FitStatus): Solution => {
    let status = given;
    // Where objectives are the same to rounding, slopes still tell: the last digits are those of Newton's own steps.
    const polished = status === "stalled" && !quadratic ? supportNewton(task, best) : undefined;
    if (polished) best = better(best, polished);
    if (polished && isOptimal(best.certificate)) status = "converged";
    // What is left to the next task may be asked for another penalty, which other gradients at zero concern.
    const end = { ...best, profile: exactProfile(task, best) };
    memory.last = { ...end, lambda };
    const known = ends.get(lambda);
    if (!known || end.certificate.objective < known.certificate.objective) ends.set(lambda, end);
    return { ...end, status, nIter, trace };
  };
  const record = (): void => {
    trace.push(traceRow("gramDescent", nIter, current, best.certificate.dualityGap));
  };
  if (isOptimal(current.certificate)) return done("converged");
  record();
  if (!quadratic && isOnRecessionRay(problem, lambda, current)) return done("stalled");

  // The sequential strong rule: who would stay at zero below this hardly ever enters.
  let watched = Math.max(0, Math.min(lambda, 2 * lambda - (memory.last?.lambda ?? lambda)));
  let inflation = 1;
  let idle = 0;
  let half = { violation: current.certificate.violation, nIter };
  for (;;) {
    if (nIter >= maxIter) return done("max-iter");
    if (!memory.model || memory.model.drift(current.profile.eta) > tolerableDrift) {
      memory.model = new QuadraticModel(problem, current.profile.eta);
    }
    const { model } = memory;
    const entering = violators(task, penalty, current, gradientAt(memory, task, current, watched), watched);
    watched = lambda;
    if (!tryInclude(model, [supportOf(current.beta), entering], signal)) {
      return done(signal?.aborted ? "interrupted" : "stalled");
    }
    const block = blockOf(model.gram);
    const from = { beta: current.beta, gradient: gradientInMembers(memory, task, current) };
    const gone = nIter;
    memory.descent.begin(block, penalty, lambda, from, inflation);
    const end = memory.descent.run({
      maxCycles: Math.min(maxIter - nIter, quadratic ? Number.POSITIVE_INFINITY : cyclesPerModel),
      signal,
      onCycle: (cycle) => task.onIteration?.(gone + cycle),
    });
    nIter += end.cycles;
    const beta = memory.descent.endFrom(current.beta);
    const known = ends.get(lambda);
    if (quadratic && end.atRest && known && isSameEnd(block, known.beta, beta)) {
      current = known;
      best = better(best, known);
      record();
      return done(isOptimal(best.certificate) ? "converged" : "stalled");
    }
    const found = candidateIn(memory, task, beta, current.profile.psi);
    const next = quadratic && end.isStrict && end.atRest ? { ...found, isStrict: true } : found;
    const fall = current.certificate.objective - next.certificate.objective;
    const rounding = 1e-14 * Math.abs(current.certificate.objective);
    if (!quadratic && !(fall >= -rounding)) {
      if (model.drift(current.profile.eta) > 0) memory.model = undefined;
      else inflation *= 2;
      if (signal?.aborted) return done("interrupted");
      if (inflation > largestInflation) return done("stalled");
      continue;
    }
    if (inflation > 1) inflation /= 2;
    current = next;
    const before = best;
    best = better(best, current);
    record();
    if (isOptimal(best.certificate)) return done("converged");
    if (signal?.aborted) return done("interrupted");
    if (!quadratic && isOnRecessionRay(problem, lambda, current)) return done("stalled");
    idle = best === before ? idle + 1 : 0;
    const isLast =
      quadratic &&
      end.atRest &&
      violators(task, penalty, current, current.profile, lambda, model).length === 0;
    if (best.certificate.violation <= half.violation / 2)
      half = { violation: best.certificate.violation, nIter };
    const unhalved = quadratic ? 0 : nIter - half.nIter;
    const creeps = penalty.convex
      ? unhalved >= halving
      : unhalved >= halvingOrEndless && isOnRecessionDirection(problem, lambda, current);
    if (isLast || creeps || idle >= patience) return done("stalled");
  }
}

/** Coordinates at zero that alone would not stay there. */
function violators(
  { problem, lambda: asked }: SolverTask,
  penalty: SeparablePenalty,
  { beta, profile }: Candidate,
  { gradient, heldUpTo }: HeldGradient,
  lambda: number,
  model?: QuadraticModel,
): number[] {
  const curvature = curvatureOfProfile(problem, profile);
  // What a penalty holds does not fall faster than lambda.
  const share = (1 - slack) * (lambda / asked);
  const found: number[] = [];
  for (let j = 0; j < beta.length; j++) {
    if (heldUpTo !== undefined && Math.abs(gradient[j]) < share * heldUpTo[j]) continue;
    const h = curvature[j];
    if (beta[j] !== 0 || !(h > 0) || (model?.gram.slotOf(j) ?? -1) >= 0) continue;
    if (penalty.coordinateProx(j, -gradient[j] / h, 1 / h, lambda) !== 0) found.push(j);
  }
  return found;
}

/** Whether two ends of descents are the same minimum. */
function isSameEnd({ gram, stride, members }: GramBlock, a: Float64Array, b: Float64Array): boolean {
  let difference = 0;
  let size = 0;
  for (let k = 0; k < members.length; k++) {
    const j = members[k];
    const h = gram[k * stride + k];
    difference = Math.max(difference, h * (a[j] - b[j]) ** 2);
    size += h * b[j] ** 2;
  }
  if (difference > 1e-14 * size) return false;
  for (let j = 0; j < a.length; j++) if ((a[j] === 0) !== (b[j] === 0)) return false;
  return true;
}
