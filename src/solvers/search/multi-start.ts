/** Searches for the lowest of many local minima: {@link multiStart} of one problem, {@link multiStartOnPath} of one along a path. */
import { dot } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { isGroupwise } from "../../penalties";
import { columnCurvature, curvatureAt, hasConstantHessian, profileAt } from "../../problem/problem";
import { serializable } from "../../recipe";
import {
  better,
  checkSolver,
  isLower,
  type Solution,
  type Solver,
  type SolverTask,
  type StartRow,
  withinDomain,
} from "../solver";
import { convexStart, type Start } from "./convex-relative";
import { escapeFrom, startRow } from "./saddle-escape";

/** Options of {@link multiStart}: which solvers descend from the starts, and from the best solution. */
export interface MultiStartOptions {
  /**
   * A faster solver, for any penalty of the kind, for all starts but the null model and the given coefficients. Default:
   * `inner`, and for the lasso the surrogate of depth 2.
   */
  readonly direct?: Solver;
  /** The solver that continues from the best solution, to a lower one if it can. Default: `inner`, where that is a saddle. */
  readonly last?: Solver;
  /**
   * The solver that starts from zero, and from whose solution `last` continues, where the best solution has at least half as
   * many coefficients as there are samples. Default: none.
   */
  readonly dense?: Solver;
}

/**
 * Solves a nonconvex problem from several starts and returns the best solution with its trace. Its `starts` tell how each run
 * ended, and its iterations are those of all runs, up to `maxIter` for each.
 *
 * The starts are the null model; the solution of the lasso, or group lasso, whose slope is that of the penalty at a typical
 * coefficient; the minimum of each coordinate alone without a penalty, scaled down for losses without a constant Hessian to
 * where their model at zero is lowest; and the solutions with a tenth and with three times the penalty. Coefficients that the
 * task starts from, say of a neighbour on a path, take the place of the last two. Where the best solution is a saddle, or a
 * step of one coordinate or group leads lower, the solver continues from there.
 *
 * With next to no penalty all of these are dense, and no step of a few coefficients leads lower. A fit with fewer than half as
 * many coefficients as samples is, of columns in general position, the only one so sparse with its fitted values.
 *
 * @throws InputError when `inner` or an option is no solver.
 * @see Donoho and Elad, Optimally sparse representation in general dictionaries via l1 minimization (2003), for the half
 */
export function multiStart(inner: Solver, options: MultiStartOptions = {}): Solver {
  checkSolver("multiStart", "inner", inner);
  checkKeys("multiStart", options, ["direct", "last", "dense"]);
  for (const name of ["direct", "last", "dense"] as const) {
    if (options[name] !== undefined) checkSolver("multiStart", name, options[name]);
  }
  const { direct, last = inner, dense } = options;
  const others = direct ?? inner;
  const solver: Solver = {
    name: `multiStart(${inner.name})`,
    solve(task) {
      if (task.problem.penalty.convex || task.lambda === 0) return inner.solve(task);
      const runs: PlannedRun[] = [
        ["null model", inner, () => nullStart(task)],
        [convexName(task), others, () => convexStart(task, direct)],
        ["each coordinate alone", others, () => marginalStart(task)],
      ];
      if (task.beta.some((entry) => entry !== 0)) runs.unshift(["coefficients given", inner, () => task]);
      else {
        // From the dense solution at a smaller penalty coefficients become zero; from the sparser one new coefficients enter.
        runs.push(["a tenth of lambda", others, () => solutionAt(others, task, task.lambda / 10)]);
        runs.push(["three times lambda", others, () => solutionAt(others, task, 3 * task.lambda)]);
      }
      let best = bestOfRuns(task, runs);
      if (last !== inner && best.status === "converged") {
        const { beta, profile } = best;
        const lower = last.solve({ ...task, beta, psi: profile.psi });
        if (lower.certificate.objective < best.certificate.objective)
          best = bestSettled(best, withStart("the best without a coefficient", lower));
      }
      if (dense && best.status !== "interrupted" && isDense(task, best.beta)) {
        best = bestSettled(best, withStart(dense.name, fromZero(task, dense, last)));
      }
      return escapeFrom(task, best, last);
    },
  };
  return serializable("multiStart", [inner, options], solver);
}

/**
 * Solves a nonconvex problem of a path, whose solutions are tried for each other later, from fewer starts: the given
 * coefficients, the solution of the convex relative of the problem, and the null model where that is a local minimum at
 * every lambda, as it is of a bridge.
 */
export function multiStartOnPath(inner: Solver): Solver {
  checkSolver("multiStartOnPath", "inner", inner);
  return serializable("multiStartOnPath", [inner], {
    name: `multiStartOnPath(${inner.name})`,
    solve(task) {
      const runs: PlannedRun[] = [
        ["coefficients given", inner, () => task],
        [convexName(task), inner, () => convexStart(task, inner)],
      ];
      if (task.problem.penalty.zeroIsAlwaysLocalMinimum && task.beta.some((entry) => entry !== 0)) {
        runs.push(["null model", inner, () => nullStart(task)]);
      }
      return escapeFrom(task, bestOfRuns(task, runs), inner);
    },
  });
}

/** A start by its name, and the solver that runs from it. */
type PlannedRun = readonly [name: string, solver: Solver, startOf: () => Start];

/** Runs solvers one after the other, until one is interrupted, and returns the best solution. */
function bestOfRuns(task: SolverTask, runs: readonly PlannedRun[]): Solution {
  let best: Solution | undefined;
  for (const [name, solver, startOf] of runs) {
    const nIter = best?.nIter ?? 0;
    const { beta, psi } = startOf();
    const next = solver.solve({
      ...task,
      beta: withinDomain(task.problem, beta),
      psi,
      onIteration: (iteration) => task.onIteration?.(nIter + iteration),
    });
    best = bestOf(best, withStart(name, next));
    if (next.status === "interrupted") return { ...best, status: "interrupted" };
  }
  return best!;
}

const convexName = ({ problem }: SolverTask): string =>
  isGroupwise(problem.penalty) ? "group lasso" : "lasso";

/** Returns a solution as that of a single start. */
export function withStart(start: string, solution: Solution): Solution {
  return { ...solution, starts: [startRow(start, solution)] };
}

/** Returns the better of two solutions, with the starts and iterations of both. */
function bestOf(before: Solution | undefined, next: Solution): Solution {
  if (before === undefined) return next;
  const starts: StartRow[] = [...(before.starts ?? []), ...(next.starts ?? [])];
  const best = better(before, next);
  // A run that started from the solution before and stayed there has no trace; the trace that leads there is kept.
  const { objective } = before.certificate;
  const isKnown = !isLower(best, objective) && !isLower(before, best.certificate.objective);
  const trace = best.trace.length === 0 && isKnown ? before.trace : best.trace;
  return { ...best, trace, nIter: before.nIter + next.nIter, starts };
}

/** Returns the better of two solutions, but a converged one rather than a lower one that has not converged. */
export function bestSettled(before: Solution | undefined, next: Solution): Solution {
  const best = bestOf(before, next);
  if (before?.status !== "converged" || best.status === "converged") return best;
  return { ...before, nIter: best.nIter, starts: best.starts };
}

/** Whether there are at least half as many coefficients as samples. */
function isDense({ problem }: SolverTask, beta: Float64Array): boolean {
  return 2 * beta.filter((entry) => entry !== 0).length >= problem.design.nSamples;
}

/** Solves from zero by one solver, for at most 1000 iterations, and continues by another. */
function fromZero(task: SolverTask, first: Solver, second: Solver): Solution {
  const { beta, profile, nIter } = first.solve({
    ...task,
    ...nullStart(task),
    maxIter: Math.min(task.maxIter, 1000),
    onIteration: undefined,
  });
  const solution = second.solve({ ...task, beta, psi: profile.psi });
  return { ...solution, nIter: nIter + solution.nIter };
}

function nullStart({ beta, psi }: SolverTask): Start {
  return { beta: new Float64Array(beta.length), psi };
}

/** Returns the solution of the same problem at another lambda, after at most 200 iterations. */
function solutionAt(solver: Solver, task: SolverTask, lambda: number): Start {
  const start = marginalStart(task);
  const { beta, profile } = solver.solve({
    ...task,
    beta: withinDomain(task.problem, start.beta),
    psi: start.psi,
    lambda,
    maxIter: Math.min(task.maxIter, 200),
    onIteration: undefined,
  });
  return { beta, psi: profile.psi };
}

/** Returns the minimum of each coordinate alone without a penalty, scaled down where the loss has no constant Hessian. */
function marginalStart({ problem, psi }: SolverTask): Start {
  const profile = profileAt(problem, new Float64Array(problem.design.nFeatures), psi);
  const curvature = columnCurvature(problem, profile.eta);
  const beta = profile.gradient.map((g, j) => (curvature[j] > 0 ? -g / curvature[j] : 0));
  if (hasConstantHessian(problem)) return { beta, psi: profile.psi };
  // The minima of equal columns add up, and may reach predictors at which a logistic loss is flat. So all are scaled down to the minimum of
  // the quadratic model at zero.
  const eta = new Float64Array(profile.eta.length);
  problem.design.matvec(beta, eta);
  const weights = curvatureAt(problem, profile.eta);
  const square = eta.reduce((sum, e, i) => sum + weights[i] * e * e, 0);
  const share = Math.min(1, -dot(profile.gradient, beta) / square || 0);
  return { beta: beta.map((b) => share * b), psi: profile.psi };
}
