import { dot } from "../linalg/vector";
import { lbfgs } from "../optimizers";
import { groupHadamardProduct, hadamardProduct } from "../parametrizations";
import { isGroupwise } from "../penalties";
import {
  columnCurvature,
  curvatureAt,
  hasConstantHessian,
  profileAt,
  type SparseProblem,
} from "../problem/problem";
import { serializable } from "../recipe";
import { better } from "./candidate";
import { checkSolver } from "./check-solver";
import { activeSet, hasActiveSet } from "./coordinate/active-set";
import { workingSet } from "./coordinate/working-set";
import { withFallback } from "./fallback";
import { onFrom, startRow } from "./saddle-escape";
import type { Solution, Solver, SolverTask, StartRow } from "./solver";
import { surrogateDescent } from "./surrogate/surrogate-descent";

/** Where a run begins. */
type Start = Pick<SolverTask, "beta" | "psi">;

/**
 * Solves a problem that is not convex from several starts and keeps the best end, whose trace it gives; `starts` tells
 * where each way ended, and the iterations are those of all, up to `maxIter` from each start.
 *
 * The null model; the solution of the lasso, or group lasso, whose slope is that of the penalty at a typical coefficient;
 * what each coordinate alone would be without a penalty, with a loss that bends all of them times the share at which its
 * model at zero is lowest; and the ends of the same problem with a tenth and with three times the penalty, or in their
 * place the coefficients given, say of a neighbour on a path. Where the best of these is a saddle, which columns that come
 * twice make it, or a step of one coordinate or group leads lower, it is left that way.
 *
 * With next to no penalty these end dense, where nothing that moves a few coefficients leads on. A fit with fewer than half as
 * many coefficients as samples is, of columns in general position, the only one so sparse with its fitted values.
 *
 * @param direct a method quicker than `inner`, for any penalty of the kind, that goes from the other starts than the null
 * model and the coefficients given. Default: `inner`, and for the lasso the surrogate of depth 2.
 * @param last goes on from the best end, to a lower one if it can. Default: `inner`, where that is a saddle.
 * @param dense goes from zero, and `last` on from there, where the best end has at least half as many coefficients as there
 * are samples. Default: nothing does.
 * @see Donoho and Elad, Optimally sparse representation in general dictionaries via l1 minimization (2003), for the half
 */
export function multiStart(inner: Solver, direct?: Solver, last: Solver = inner, dense?: Solver): Solver {
  checkSolver("multiStart", "inner", inner);
  checkSolver("multiStart", "last", last);
  if (direct !== undefined) checkSolver("multiStart", "direct", direct);
  if (dense !== undefined) checkSolver("multiStart", "dense", dense);
  const others = direct ?? inner;
  const solver: Solver = {
    name: `multiStart(${inner.name})`,
    solve(task) {
      if (task.problem.penalty.convex || task.lambda === 0) return inner.solve(task);
      const warm = task.beta.some((entry) => entry !== 0);
      const ways: Way[] = [
        ["null model", inner, () => nullStart(task)],
        [convexName(task), others, () => convexStart(task, direct)],
        ["each coordinate alone", others, () => marginalStart(task)],
      ];
      if (warm) ways.unshift(["coefficients given", inner, () => task]);
      else {
        // Where the fit with less penalty is dense the penalty prunes it; the sparser one grows.
        ways.push(["a tenth of lambda", others, () => endOf(others, task, task.lambda / 10)]);
        ways.push(["three times lambda", others, () => endOf(others, task, 3 * task.lambda)]);
      }
      let best = bestOfWays(task, ways);
      if (last !== inner && best.status === "converged") {
        const { beta, profile } = best;
        const lower = last.solve({ ...task, beta, psi: profile.psi });
        if (lower.certificate.objective < best.certificate.objective)
          best = bestSettled(best, withStart("the best without a coefficient", lower));
      }
      if (dense && best.status !== "interrupted" && isDense(task, best.beta)) {
        best = bestSettled(best, withStart(dense.name, fromZero(task, dense, last)));
      }
      return onFrom(task, best, last);
    },
  };
  const all = [inner, direct, last, dense];
  const args = dense ? all : last !== inner ? all.slice(0, 3) : direct ? [inner, direct] : [inner];
  return serializable("multiStart", args, solver);
}

/**
 * The same for the lambdas of a path, whose ends are tried for each other later: from the coefficients given, from the
 * solution of the convex relative of the problem, and from the null model where that is a minimum at every lambda, as it is
 * of a bridge.
 */
export function multiStartOnPath(inner: Solver): Solver {
  checkSolver("multiStartOnPath", "inner", inner);
  return serializable("multiStartOnPath", [inner], {
    name: `multiStartOnPath(${inner.name})`,
    solve(task) {
      const ways: Way[] = [
        ["coefficients given", inner, () => task],
        [convexName(task), inner, () => convexStart(task, inner)],
      ];
      if (task.problem.penalty.zeroIsAlwaysLocalMinimum && task.beta.some((entry) => entry !== 0)) {
        ways.push(["null model", inner, () => nullStart(task)]);
      }
      return onFrom(task, bestOfWays(task, ways), inner);
    },
  });
}

/** Where a way begins and by what it goes. */
type Way = readonly [name: string, solver: Solver, startOf: () => Start];

/** The best end of ways gone one after the other, until one is interrupted. */
function bestOfWays(task: SolverTask, ways: readonly Way[]): Solution {
  let best: Solution | undefined;
  for (const [name, way, startOf] of ways) {
    const gone = best?.nIter ?? 0;
    const next = way.solve({
      ...task,
      ...startOf(),
      onIteration: (iteration) => task.onIteration?.(gone + iteration),
    });
    best = bestOf(best, withStart(name, next));
    if (next.status === "interrupted") return { ...best, status: "interrupted" };
  }
  return best!;
}

const convexName = ({ problem }: SolverTask): string =>
  isGroupwise(problem.penalty) ? "group lasso" : "lasso";

/** The solution, as the end of a single way. */
export function withStart(start: string, solution: Solution): Solution {
  return { ...solution, starts: [startRow(start, solution)] };
}

/** The better of two ends, with the ways and iterations of both. */
function bestOf(before: Solution | undefined, next: Solution): Solution {
  if (before === undefined) return next;
  const starts: StartRow[] = [...(before.starts ?? []), ...(next.starts ?? [])];
  const best = better(before, next);
  // An end that was known when its way began is the one before's, as is the trace that leads there.
  const { objective } = before.certificate;
  const isKnown = Math.abs(best.certificate.objective - objective) <= 1e-12 * Math.abs(objective);
  const trace = best.trace.length === 0 && isKnown ? before.trace : best.trace;
  return { ...best, trace, nIter: before.nIter + next.nIter, starts };
}

/** The same, but an end that is lower and not converged does not displace one that is. */
export function bestSettled(before: Solution | undefined, next: Solution): Solution {
  const best = bestOf(before, next);
  if (before?.status !== "converged" || best.status === "converged") return best;
  return { ...before, nIter: best.nIter, starts: best.starts };
}

/** Whether there are at least half as many coefficients as samples. */
function isDense({ problem }: SolverTask, beta: Float64Array): boolean {
  return 2 * beta.filter((entry) => entry !== 0).length >= problem.design.nSamples;
}

/** From zero by one solver, not taken far, and on by another. */
function fromZero(task: SolverTask, first: Solver, second: Solver): Solution {
  const { beta, profile, nIter } = first.solve({
    ...task,
    ...nullStart(task),
    maxIter: Math.min(task.maxIter, 1000),
    onIteration: undefined,
  });
  const end = second.solve({ ...task, beta, psi: profile.psi });
  return { ...end, nIter: nIter + end.nIter };
}

function nullStart({ beta, psi }: SolverTask): Start {
  return { beta: new Float64Array(beta.length), psi };
}

/** The end of the same problem with another penalty, not taken far. */
function endOf(solver: Solver, task: SolverTask, lambda: number): Start {
  const { beta, profile } = solver.solve({
    ...task,
    ...marginalStart(task),
    lambda,
    maxIter: Math.min(task.maxIter, 200),
    onIteration: undefined,
  });
  return { beta, psi: profile.psi };
}

/** The convex relative of a problem, and where it was solved last. */
interface Relative {
  readonly problem: SparseProblem;
  readonly solver: Solver;
  beta: Float64Array;
}

/** The convex relative of the penalty, lasso or group lasso, with its slope at a typical coefficient. */
function convexStart(task: SolverTask, direct: Solver | undefined): Start {
  const { problem, lambda, magnitude } = task;
  const { penalty } = problem;
  const typical = new Float64Array(task.beta.length).fill(magnitude);
  const slopes = new Float64Array(typical.length);
  penalty.addGradient(typical, lambda, slopes);
  const slope = slopes.reduce((sum, entry) => sum + entry, 0) / slopes.length;
  const relative = task.warmStart.stateOf(convexStart, problem, () => relativeOf(task, direct));
  const convex = relative.solver.solve({
    ...task,
    problem: relative.problem,
    beta: relative.beta,
    lambda: slope > 0 ? slope : lambda, // a folded penalty is flat at large coefficients
    isOptimal: ({ dualityGap, objective, violation }) =>
      dualityGap === undefined ? violation <= 1e-2 * lambda : dualityGap <= 1e-2 * Math.abs(objective),
    onIteration: undefined,
  });
  relative.beta = convex.beta;
  return { beta: convex.beta, psi: convex.profile.psi };
}

function relativeOf({ problem, beta }: SolverTask, direct: Solver | undefined): Relative {
  const { penalty } = problem;
  const parametrization = isGroupwise(penalty)
    ? groupHadamardProduct(penalty.groups.groupOf)
    : hadamardProduct({ depth: 2 });
  const relative = { ...problem, penalty: parametrization.inducedPenalty };
  const other = direct ?? workingSet(surrogateDescent(parametrization, lbfgs()));
  const solver = hasActiveSet(relative) ? withFallback(activeSet(), other) : other;
  return { problem: relative, solver, beta };
}

function marginalStart({ problem, psi }: SolverTask): Start {
  const profile = profileAt(problem, new Float64Array(problem.design.nFeatures), psi);
  const curvature = columnCurvature(problem, profile.eta);
  const beta = profile.gradient.map((g, j) => (curvature[j] > 0 ? -g / curvature[j] : 0));
  if (hasConstantHessian(problem)) return { beta, psi: profile.psi };
  // Columns that say the same add up to where a logistic loss is flat: all go no farther than its model at zero falls.
  const eta = new Float64Array(profile.eta.length);
  problem.design.matvec(beta, eta);
  const weights = curvatureAt(problem, profile.eta);
  const square = eta.reduce((sum, e, i) => sum + weights[i] * e * e, 0);
  const share = Math.min(1, -dot(profile.gradient, beta) / square || 0);
  return { beta: beta.map((b) => share * b), psi: profile.psi };
}
