import { steepestBlockStep } from "../objectives/block-step";
import { columnCurvature, profileAt } from "../objectives/sparse-problem";
import { lbfgs } from "../optimizers";
import { groupHadamardProduct, hadamardProduct } from "../parametrizations";
import { isGroupwise } from "../penalties";
import { belowSaddle } from "./below-saddle";
import { better, type Candidate, candidateAt } from "./candidate";
import type { Solution, Solver, SolverTask } from "./solver";
import { surrogateDescent } from "./surrogate-descent";
import { workingSet } from "./working-set";

/** Where a run begins. */
type Start = Pick<SolverTask, "beta" | "psi">;

/**
 * Solves a problem that is not convex from several starts and keeps the best end, whose trace it gives; the iterations
 * are those of all, up to `maxIter` from each start.
 *
 * The given start, say a neighbour on a path; the null model; the solution of the lasso, or group lasso, whose
 * slope is that of the penalty at a typical coefficient; what each coordinate alone would be without a penalty; and the
 * ends of the same problem with a smaller and a larger penalty. Where the best of these is a saddle, which columns that come
 * twice make it, or a step of one coordinate or group leads lower, it is left that way.
 *
 * @param others goes from the other starts: a method quicker than `inner` where there is one. Default: `inner`.
 */
export function severalStarts(inner: Solver, others: Solver = inner): Solver {
  return {
    name: `severalStarts(${inner.name})`,
    solve(task) {
      let best = inner.solve(task);
      if (task.problem.penalty.convex || task.lambda === 0) return best;
      let { nIter } = best;
      const warm = task.beta.some((entry) => entry !== 0);
      const starts = [convexStart, marginalStart, denserStart, sparserStart];
      for (const startOf of warm ? [nullStart, ...starts] : starts) {
        if (best.status === "interrupted") break;
        const next = (startOf === nullStart ? inner : others).solve({
          ...task,
          ...startOf(task, others),
          onIteration: (iteration) => task.onIteration?.(nIter + iteration),
        });
        nIter += next.nIter;
        best = better(best, next);
        if (next.status === "interrupted") best = { ...best, status: "interrupted" };
      }
      while (best.status === "converged" || best.status === "stalled") {
        const lower = belowSaddle(task, best) ?? belowBlock(task, best);
        if (lower === undefined) break;
        const next = inner.solve({ ...task, beta: lower.beta, psi: lower.profile.psi });
        nIter += next.nIter;
        const { objective } = best.certificate;
        best = better(best, next);
        if (!(objective - best.certificate.objective > 1e-12 * Math.abs(objective))) break;
      }
      return { ...best, nIter };
    },
  };
}

/**
 * A lower point after the steepest step of one coordinate or group, where a method stalled although there is one: its
 * models of the loss, which hold wherever a step may lead, let it take shorter ones only.
 */
function belowBlock(task: SolverTask, { beta, profile, status }: Solution): Candidate | undefined {
  if (status !== "stalled") return undefined;
  const { problem, lambda } = task;
  const curvature = columnCurvature(problem, profile.eta);
  const step = steepestBlockStep(problem, lambda, beta, profile, curvature);
  return step.beta === beta ? undefined : candidateAt(task, step.beta, profile.psi, 0);
}

/** The null model, so that a neighbour on a path never leads to a worse end than none would have. */
function nullStart({ beta, psi }: SolverTask): Start {
  return { beta: new Float64Array(beta.length), psi };
}

/** The end of the same problem with a tenth of the penalty: a denser model, from which the penalty then prunes. */
function denserStart(task: SolverTask, solver: Solver): Start {
  return endOf(solver, { ...task, ...marginalStart(task), lambda: task.lambda / 10 });
}

/** The end of the same problem with three times the penalty: a sparser model, which then grows. */
function sparserStart(task: SolverTask, solver: Solver): Start {
  return endOf(solver, { ...task, ...marginalStart(task), lambda: 3 * task.lambda });
}

function endOf(solver: Solver, task: SolverTask): Start {
  const { beta, profile } = solver.solve({
    ...task,
    maxIter: Math.min(task.maxIter, 200),
    onIteration: undefined,
  });
  return { beta, psi: profile.psi };
}

/** The convex relative of the penalty, lasso or group lasso, with its slope at a typical coefficient. */
function convexStart(task: SolverTask): Start {
  const { problem, lambda, magnitude } = task;
  const { penalty } = problem;
  const typical = new Float64Array(task.beta.length).fill(magnitude);
  const slopes = new Float64Array(typical.length);
  penalty.addGradient(typical, lambda, slopes);
  const slope = slopes.reduce((sum, entry) => sum + entry, 0) / slopes.length;
  const parametrization = isGroupwise(penalty)
    ? groupHadamardProduct(penalty.groups.groupOf)
    : hadamardProduct(2);
  const descent = surrogateDescent(parametrization, lbfgs());
  const convex = workingSet(descent).solve({
    ...task,
    problem: { ...problem, penalty: parametrization.inducedPenalty },
    lambda: slope > 0 ? slope : lambda, // a folded penalty is flat at large coefficients
    isOptimal: ({ dualityGap, objective, violation }) =>
      dualityGap === undefined ? violation <= 1e-4 * lambda : dualityGap <= 1e-4 * Math.abs(objective),
    onIteration: undefined,
  });
  return { beta: convex.beta, psi: convex.profile.psi };
}

function marginalStart({ problem, psi }: SolverTask): Start {
  const profile = profileAt(problem, new Float64Array(problem.design.nFeatures), psi);
  const curvature = columnCurvature(problem, profile.eta);
  const beta = profile.gradient.map((g, j) => (curvature[j] > 0 ? -g / curvature[j] : 0));
  return { beta, psi: profile.psi };
}
