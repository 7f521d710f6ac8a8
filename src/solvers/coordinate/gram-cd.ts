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
  newGramState,
  type ScreenedGradient,
  startOf,
  tryInclude,
} from "./gram-cd-state";
import { localSearchOverCoordinates } from "./local-search";

/**
 * Maximum relative change of the loss's Hessian for which the Gram matrix is reused.
 *
 * It is small, since a concave penalty cancels most of the curvature and the rest may change by a large factor.
 */
const maxHessianChange = 0.01;

/**
 * Maximum number of cycles on one quadratic model of a loss without a constant Hessian, since it may be wrong far
 * from its start.
 */
const maxCyclesPerModel = 50;

/** Maximum number of rounds without a better point; after that only rounding is left. */
const maxIdleRounds = 3;

/**
 * Maximum number of cycles in which the violation of a convex problem without a constant Hessian has to halve.
 *
 * The violation can fall by as little as one percent per model, for thousands of cycles, if classes are nearly
 * separable or columns nearly dependent.
 */
const maxCyclesToHalve = 1000;

/** The same number for a nonconvex penalty; after it the solver tests whether the loss has no minimizer. */
const maxCyclesToHalveNonconvex = 100;

/** Maximum factor by which the curvature of a model is raised until the loss decreases as the model does. */
const maxInflation = 2 ** 20;

/** Options of {@link gramDescent}. */
export interface GramDescentOptions {
  /**
   * Number of the smallest coefficients that a local search at the end leaves out in turn, to find a lower minimum.
   *
   * It applies to nonconvex penalties with a squared error. Default: 0.
   */
  readonly exchanges?: number;
}

/**
 * Coordinate descent on the Gram matrix of the columns that have ever left zero, for nonconvex penalties such as
 * SCAD, MCP and bridges.
 *
 * One pass over the design per lambda finds the columns that enter, by the strong rule. The Gram matrix grows along a
 * path and no entry is computed twice. Newton's method on the support supplies the last digits.
 *
 * It takes any penalty that is a sum over coordinates and any loss, also of several responses or of dependent
 * samples. A loss without a constant Hessian is minimised by quadratic models, whose curvature is doubled where the
 * objective would rise. With such a loss and a convex penalty the descent ends as `"stalled"` where 1000 cycles have
 * not halved the violation. An iteration is a cycle; 100 suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011); Tibshirani and
 * others, Strong rules for discarding predictors in lasso-type problems (2012)
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
      const state = task.warmStart.stateOfData(gramDescent, problem, () => newGramState(problem));
      const penalty = problem.penalty as SeparablePenalty;
      const solution = solve(task, penalty, state);
      const mayExchange = exchanges > 0 && hasConstantHessian(problem) && !penalty.convex;
      if (!mayExchange || solution.status !== "converged") return solution;
      return localSearchOverCoordinates({ task, penalty, state, count: exchanges }, solution, (beta) =>
        solve({ ...task, beta }, penalty, state),
      );
    },
  });
}

/** Whether {@link gramDescent} takes a problem. */
export function hasGramDescent({ penalty }: Pick<SparseProblem, "penalty">): boolean {
  return isSeparable(penalty);
}

function solve(task: SolverTask, penalty: SeparablePenalty, state: GramState): Solution {
  const { problem, lambda, isOptimal, maxIter, signal } = task;
  const quadratic = hasConstantHessian(problem);
  const minima = state.minima.get(penalty) ?? new Map<number, Candidate>();
  state.minima.set(penalty, minima);
  let current = startOf(task, state, minima);
  let best = current;
  const trace: TraceRow[] = [];
  let nIter = 0;
  const done = (given: FitStatus): Solution => {
    let status = given;
    // Where objectives agree to rounding the gradient still differs, and Newton's method supplies the last digits.
    const polished = status === "stalled" && !quadratic ? supportNewton(task, best) : undefined;
    if (polished) best = better(best, polished);
    if (polished && isOptimal(best.certificate)) status = "converged";
    // The next task may have another penalty, which needs exact entries of the gradient at other zeros.
    const end = { ...best, profile: exactProfile(task, best) };
    state.last = { ...end, lambda };
    const known = minima.get(lambda);
    if (!known || end.certificate.objective < known.certificate.objective) minima.set(lambda, end);
    return { ...end, status, nIter, trace };
  };
  const record = (): void => {
    trace.push(traceRow("gramDescent", nIter, current, best.certificate.dualityGap));
  };
  if (isOptimal(current.certificate)) return done("converged");
  record();
  if (!quadratic && isOnRecessionRay(problem, lambda, current)) return done("stalled");

  // The sequential strong rule: a coordinate that stays at zero at this level hardly ever enters.
  let level = Math.max(0, Math.min(lambda, 2 * lambda - (state.last?.lambda ?? lambda)));
  let inflation = 1;
  let idle = 0;
  let halved = { violation: current.certificate.violation, nIter };
  for (;;) {
    if (nIter >= maxIter) return done("max-iter");
    if (!state.model || state.model.hessianChange(current.profile.eta) > maxHessianChange) {
      state.model = new QuadraticModel(problem, current.profile.eta);
    }
    const { model } = state;
    const entering = violators(task, penalty, current, gradientAt(state, task, current, level), level);
    level = lambda;
    if (!tryInclude(model, [supportOf(current.beta), entering], signal)) {
      return done(signal?.aborted ? "interrupted" : "stalled");
    }
    const block = blockOf(model.gram);
    const from = { beta: current.beta, gradient: gradientInMembers(state, task, current) };
    const cyclesBefore = nIter;
    state.descent.begin(block, penalty, lambda, from, inflation);
    const end = state.descent.run({
      maxCycles: Math.min(maxIter - nIter, quadratic ? Number.POSITIVE_INFINITY : maxCyclesPerModel),
      signal,
      onCycle: (cycle) => task.onIteration?.(cyclesBefore + cycle),
    });
    nIter += end.cycles;
    const beta = state.descent.endFrom(current.beta);
    const known = minima.get(lambda);
    if (quadratic && end.atRest && known && areSameMinimum(block, known.beta, beta)) {
      current = known;
      best = better(best, known);
      record();
      return done(isOptimal(best.certificate) ? "converged" : "stalled");
    }
    const found = candidateIn(state, task, beta, current.profile.psi);
    const next = quadratic && end.isStrict && end.atRest ? { ...found, isStrict: true } : found;
    const fall = current.certificate.objective - next.certificate.objective;
    const rounding = 1e-14 * Math.abs(current.certificate.objective);
    if (!quadratic && !(fall >= -rounding)) {
      if (model.hessianChange(current.profile.eta) > 0) state.model = undefined;
      else inflation *= 2;
      if (signal?.aborted) return done("interrupted");
      if (inflation > maxInflation) return done("stalled");
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
    if (best.certificate.violation <= halved.violation / 2)
      halved = { violation: best.certificate.violation, nIter };
    const cyclesSinceHalved = quadratic ? 0 : nIter - halved.nIter;
    const isSlow = penalty.convex
      ? cyclesSinceHalved >= maxCyclesToHalve
      : cyclesSinceHalved >= maxCyclesToHalveNonconvex && isOnRecessionDirection(problem, lambda, current);
    if (isLast || isSlow || idle >= maxIdleRounds) return done("stalled");
  }
}

/** Returns the coordinates at zero that a step of coordinate descent would move. */
function violators(
  { problem, lambda: taskLambda }: SolverTask,
  penalty: SeparablePenalty,
  { beta, profile }: Candidate,
  { gradient, zeroBounds }: ScreenedGradient,
  lambda: number,
  model?: QuadraticModel,
): number[] {
  const curvature = curvatureOfProfile(problem, profile);
  // The gradients that a penalty bounds at zero decrease at most in proportion to lambda.
  const share = (1 - slack) * (lambda / taskLambda);
  const found: number[] = [];
  for (let j = 0; j < beta.length; j++) {
    if (zeroBounds !== undefined && Math.abs(gradient[j]) < share * zeroBounds[j]) continue;
    const h = curvature[j];
    if (beta[j] !== 0 || !(h > 0) || (model?.gram.slotOf(j) ?? -1) >= 0) continue;
    if (penalty.coordinateProx(j, -gradient[j] / h, 1 / h, lambda) !== 0) found.push(j);
  }
  return found;
}

/** Whether two end points of descents are the same minimum up to rounding, with the same support. */
function areSameMinimum({ gram, stride, members }: GramBlock, a: Float64Array, b: Float64Array): boolean {
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
