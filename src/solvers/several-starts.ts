import { columnCurvature, profileAt } from "../objectives/sparse-problem";
import { lbfgs } from "../optimizers";
import { hadamardProduct } from "../parametrizations";
import { l1 } from "../penalties";
import { better } from "./candidate";
import type { Solver, SolverTask } from "./solver";
import { surrogateDescent } from "./surrogate-descent";
import { workingSet } from "./working-set";

/** Where a run begins. */
type Start = Pick<SolverTask, "beta" | "psi">;

/**
 * Solves a problem that is not convex from several starts and keeps the best end, whose trace it gives; the iterations
 * are those of all.
 *
 * The given start; the solution of the lasso whose slope is that of the penalty at a typical coefficient; and what each
 * coordinate alone would be without a penalty. The first is the null model or a neighbour on a path, the others lie in
 * the basins of denser models.
 */
export function severalStarts(inner: Solver): Solver {
  return {
    name: `severalStarts(${inner.name})`,
    solve(task) {
      let best = inner.solve(task);
      if (task.problem.penalty.convex || task.lambda === 0) return best;
      let { nIter } = best;
      for (const startOf of [lassoStart, marginalStart]) {
        if (best.status === "interrupted") break;
        const next = inner.solve({
          ...task,
          ...startOf(task),
          onIteration: (iteration) => task.onIteration?.(nIter + iteration),
        });
        nIter += next.nIter;
        best = better(best, next) === next ? next : best;
        if (next.status === "interrupted") best = { ...best, status: "interrupted" };
      }
      return { ...best, nIter };
    },
  };
}

function lassoStart(task: SolverTask): Start {
  const { problem, lambda, magnitude } = task;
  const typical = new Float64Array(task.beta.length).fill(magnitude);
  const slopes = new Float64Array(typical.length);
  problem.penalty.addGradient(typical, lambda, slopes);
  const slope = slopes.reduce((sum, entry) => sum + entry, 0) / slopes.length;
  const lasso = workingSet(surrogateDescent(hadamardProduct(2), lbfgs())).solve({
    ...task,
    problem: { ...problem, penalty: l1() },
    lambda: slope > 0 ? slope : lambda, // a folded penalty is flat at large coefficients
    isOptimal: ({ dualityGap, objective, violation }) =>
      dualityGap === undefined ? violation <= 1e-4 * lambda : dualityGap <= 1e-4 * Math.abs(objective),
    onIteration: undefined,
  });
  return { beta: lasso.beta, psi: lasso.profile.psi };
}

function marginalStart({ problem, psi }: SolverTask): Start {
  const profile = profileAt(problem, new Float64Array(problem.design.nFeatures), psi);
  const curvature = columnCurvature(problem, profile.eta);
  const beta = profile.gradient.map((g, j) => (curvature[j] > 0 ? -g / curvature[j] : 0));
  return { beta, psi: profile.psi };
}
