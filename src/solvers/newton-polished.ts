import { serializable } from "../recipe";
import { better, candidateAt } from "./candidate";
import { checkSolver } from "./check-solver";
import type { Solution, Solver, TraceRow } from "./solver";
import { supportNewton } from "./subproblem/support-newton";

/** Iterations of the first round; each later one has twice as many. */
const firstRound = 50;

/**
 * Goes by another method in rounds, and tries Newton's on the support after each: a method of single coordinates finds the
 * support, and what is at a bound, in few iterations, but where columns are nearly dependent its last digits in very many.
 */
export function newtonPolished(inner: Solver): Solver {
  checkSolver("newtonPolished", "inner", inner);
  const solver: Solver = {
    name: `newtonPolished(${inner.name})`,
    solve(task): Solution {
      const { isOptimal, maxIter } = task;
      let best = candidateAt(task, task.beta.slice(), task.psi, 0);
      let nIter = 0;
      let trace: readonly TraceRow[] = [];
      const done = (status: Solution["status"]): Solution => ({ ...best, status, nIter, trace });
      if (isOptimal(best.certificate)) return done("converged");
      for (let length = firstRound; nIter < maxIter; length *= 2) {
        const before = nIter;
        const round = inner.solve({
          ...task,
          beta: best.beta,
          psi: best.profile.psi,
          maxIter: Math.min(length, maxIter - before),
          onIteration: (iteration) => task.onIteration?.(before + iteration),
        });
        nIter += round.nIter;
        const rows = before === 0 ? round.trace : round.trace.slice(1); // a round begins where the last one ended
        trace = [...trace, ...rows.map((row) => ({ ...row, iteration: before + row.iteration }))];
        best = better(best, round);
        if (round.status === "converged" || round.status === "interrupted") return done(round.status);
        const polished = supportNewton(task, round, true);
        if (polished) best = better(best, polished);
        const { dualityGap } = best.certificate;
        const last = {
          ...trace[trace.length - 1],
          ...(dualityGap !== undefined && { dualityGap }),
          ...(best === polished && { method: "newtonPolished" }),
        };
        trace = [...trace.slice(0, -1), last];
        if (isOptimal(best.certificate)) return done("converged");
        if (round.status === "stalled") return done("stalled");
      }
      return done("max-iter");
    },
  };
  return serializable("newtonPolished", [inner], solver);
}
