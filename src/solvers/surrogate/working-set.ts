/**
 * A working-set strategy for other solvers: {@link workingSet} runs one of them on a growing subset of the
 * coordinates.
 */
import { supportOf } from "../../linalg/vector";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import {
  candidateAt,
  checkSolver,
  type Solution,
  type Solver,
  type SolverTask,
  type TraceRow,
  WarmStart,
} from "../solver";

/** Minimum number of coordinates that a round adds. */
const minBatch = 10;

/**
 * Solves on a growing working set: the support and the coordinates whose zero is not stationary.
 *
 * At depth 2 a zero violates its stationarity condition `|gradient| <= lambda` exactly where it is a strict saddle of
 * the surrogate, so the classical test for entering is the surrogate's second-order test. Problems without such a
 * test are solved on all coordinates: those with a nonconvex penalty, one that is no sum over coordinates, or one
 * with different weights.
 *
 * 100 iterations of a surrogate's descent suffice, on the problems that {@link Solver} names.
 */
export function workingSet(inner: Solver): Solver {
  checkSolver("workingSet", "inner", inner);
  const solver: Solver = {
    name: `workingSet(${inner.name})`,
    solve(task) {
      const { penalty } = task.problem;
      const { nFeatures } = task.problem.design;
      return penalty.convex && isSeparable(penalty) && isUniform(penalty, nFeatures)
        ? solve(task, penalty, inner)
        : inner.solve(task);
    },
  };
  return serializable("workingSet", [inner], solver);
}

function solve(task: SolverTask, penalty: SeparablePenalty, inner: Solver): Solution {
  const { problem, lambda, isOptimal, maxIter } = task;
  const nFeatures = problem.design.nFeatures;
  let current = candidateAt(task, task.beta.slice(), task.psi, 0);
  let trace: TraceRow[] = [];
  let nIter = 0;
  let members: Int32Array = Int32Array.of();
  if (isOptimal(current.certificate)) return { ...current, status: "converged", nIter, trace };

  for (;;) {
    const next = grow(penalty, lambda, current.beta, current.profile.gradient, members);
    const grown = next.length > members.length;
    members = next;
    const solution = inner.solve({
      ...task,
      problem: restrict(problem, members),
      nullProfile: undefined, // of all columns
      warmStart: new WarmStart(),
      beta: Float64Array.from(members, (j) => current.beta[j]),
      psi: current.profile.psi,
      maxIter: maxIter - nIter,
      onIteration: (iteration) => task.onIteration?.(nIter + iteration),
    });
    // The duality gap of a subset of the features is not that of the problem.
    const rows = solution.trace.map(({ dualityGap: _, ...row }) => ({
      ...row,
      iteration: nIter + row.iteration,
    }));
    nIter += solution.nIter;

    const beta = new Float64Array(nFeatures);
    members.forEach((j, k) => {
      beta[j] = solution.beta[k];
    });
    current = candidateAt(task, beta, solution.profile.psi, solution.certificate.misalignment);
    const { dualityGap } = current.certificate;
    const last = rows.pop();
    trace = [...trace, ...rows];
    if (last) trace.push(dualityGap === undefined ? last : { ...last, dualityGap });
    const done = (status: Solution["status"]): Solution => ({ ...current, status, nIter, trace });
    if (isOptimal(current.certificate)) return done("converged");
    if (solution.status !== "converged") return done(solution.status);
    if (nIter >= maxIter) return done("max-iter");
    if (!grown) return done("stalled");
  }
}

/** Whether all coordinates have the same weight and bounds, so that the penalty of any subset is the same function. */
function isUniform(penalty: SeparablePenalty, nFeatures: number): boolean {
  const boundsOf = (j: number): readonly [number, number] => penalty.domain?.(j) ?? [-Infinity, Infinity];
  const [low, high] = boundsOf(0);
  const inside = high > 0 ? Math.min(1, high) : Math.max(-1, low);
  const weight = penalty.coordinateValue(0, inside, 1);
  for (let j = 1; j < nFeatures; j++) {
    const bounds = boundsOf(j);
    if (bounds[0] !== low || bounds[1] !== high) return false;
    if (penalty.coordinateValue(j, inside, 1) !== weight) return false;
  }
  return true;
}

/** Adds the support and the worst violators to the working set, at most as many as it has, or {@link minBatch}. */
function grow(
  penalty: SeparablePenalty,
  lambda: number,
  beta: Float64Array,
  gradient: Float64Array,
  members: Int32Array,
): Int32Array {
  const set = new Set([...members, ...supportOf(beta)]);
  const violators: number[] = [];
  for (let j = 0; j < beta.length; j++) {
    if (!set.has(j) && penalty.violationAtZero(j, gradient[j], lambda) > 0) violators.push(j);
  }
  violators.sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a]));
  for (const j of violators.slice(0, Math.max(minBatch, set.size))) set.add(j);
  return Int32Array.from(set).sort();
}

function restrict(problem: SparseProblem, columns: Int32Array): SparseProblem {
  const zeros = new Float64Array(columns.length);
  const ones = new Float64Array(columns.length).fill(1);
  return { ...problem, design: problem.design.standardizedColumns(columns, zeros, ones) };
}
