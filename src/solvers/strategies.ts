/**
 * Solvers that run other solvers one after the other: {@link withFallback} and, in rounds, {@link newtonPolished}.
 *
 * Each solver that they run has the loop of `loop.ts` and its stopping rule; here iterations are counted on, traces joined
 * and solutions compared.
 */
import { serializable } from "../recipe";
import {
  better,
  type Candidate,
  candidateAt,
  checkSolver,
  type Solution,
  type Solver,
  type SolverTask,
  type TraceRow,
} from "./solver";
import { supportDescent, supportNewton } from "./subproblem/support-newton";

/** The number of iterations of the first round of {@link newtonPolished}; each later one has twice as many. */
const firstRound = 50;

/**
 * Solves by the first solver, and continues from its solution by the second where it misses the goal.
 *
 * A surrogate's descent, which ends in a local minimum, can so be followed by a method that moves single coordinates to
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
      const after = second.solve(continued(task, before, nIter));
      return {
        // A solution that meets the goal is returned, even if another one is better by another measure.
        ...(after.status === "converged" ? after : better(before, after)),
        status: after.status,
        nIter: nIter + after.nIter,
        trace: [...trace, ...countedOn(after.trace, nIter)],
      };
    },
  };
  return serializable("withFallback", [first, second], solver);
}

/** Returns the task of a solver that continues after `nIter` iterations from a point. */
function continued(task: SolverTask, { beta, profile }: Candidate, nIter: number): SolverTask {
  return {
    ...task,
    beta,
    psi: profile.psi,
    maxIter: task.maxIter - nIter,
    onIteration: (iteration) => task.onIteration?.(nIter + iteration),
  };
}

/** Returns the rows of a trace that begins after `nIter` iterations. */
function countedOn(trace: readonly TraceRow[], nIter: number): TraceRow[] {
  return trace.map((row) => ({ ...row, iteration: nIter + row.iteration }));
}

/**
 * Runs a solver in rounds and tries Newton's method on the support after each.
 *
 * A method of single coordinates finds the support, and the coefficients at a bound, in few iterations, but needs very many
 * for its last digits where columns are nearly dependent.
 */
export function newtonPolished(inner: Solver): Solver {
  checkSolver("newtonPolished", "inner", inner);
  const solver: Solver = {
    name: `newtonPolished(${inner.name})`,
    solve(task): Solution {
      const { isOptimal, maxIter } = task;
      const { penalty } = task.problem;
      let best = candidateAt(task, task.beta.slice(), task.psi, 0);
      let nIter = 0;
      let trace: readonly TraceRow[] = [];
      const done = (status: Solution["status"]): Solution => ({ ...best, status, nIter, trace });
      if (isOptimal(best.certificate)) return done("converged");
      for (let length = firstRound; nIter < maxIter; ) {
        const before = nIter;
        const round = inner.solve({
          ...continued(task, best, before),
          maxIter: Math.min(length, maxIter - before),
        });
        nIter += round.nIter;
        const rows = before === 0 ? round.trace : round.trace.slice(1); // a round starts from the last row of the one before
        trace = [...trace, ...countedOn(rows, before)];
        best = better(best, round);
        if (round.status === "converged" || round.status === "interrupted") return done(round.status);
        const polished = penalty.convex ? supportNewton(task, round, true) : supportDescent(task, round);
        if (polished) best = better(best, polished);
        // Where Newton's method moved to another support, single coordinates soon have the next one.
        if (penalty.convex || best !== polished) length *= 2;
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
