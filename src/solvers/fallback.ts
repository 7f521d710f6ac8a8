import { serializable } from "../recipe";
import { better } from "./candidate";
import { checkSolver } from "./check-solver";
import type { Solution, Solver } from "./solver";

/**
 * Solves by the first solver, and where its answer is not good enough goes on from there by the second.
 *
 * So a surrogate's way down, which ends in a local minimum, is followed by a method that moves single coordinates to
 * their global minimum.
 */
export function withFallback(first: Solver, second: Solver): Solver {
  checkSolver("withFallback", "first", first);
  checkSolver("withFallback", "second", second);
  const solver: Solver = {
    name: `withFallback(${first.name}, ${second.name})`,
    solve(task): Solution {
      const before = first.solve(task);
      const { nIter, trace } = before;
      if (before.status === "converged" || before.status === "interrupted" || nIter >= task.maxIter) {
        return before;
      }
      const after = second.solve({
        ...task,
        beta: before.beta,
        psi: before.profile.psi,
        maxIter: task.maxIter - nIter,
        onIteration: (iteration) => task.onIteration?.(nIter + iteration),
      });
      return {
        // A goal that is met is met at the point where it ended.
        ...(after.status === "converged" ? after : better(before, after)),
        status: after.status,
        nIter: nIter + after.nIter,
        trace: [...trace, ...after.trace.map((row) => ({ ...row, iteration: nIter + row.iteration }))],
      };
    },
  };
  return serializable("withFallback", [first, second], solver);
}
