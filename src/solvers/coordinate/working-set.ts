import { supportOf } from "../../linalg/vector";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { candidateAt } from "../candidate";
import { checkSolver } from "../check-solver";
import type { Solution, Solver, SolverTask, TraceRow } from "../solver";
import { WarmStart } from "../warm-start";

/** Smallest number of coordinates that a round adds. */
const smallestBatch = 10;

/**
 * Solves on a growing set of coordinates: the support and those whose zero is not stationary.
 *
 * At depth 2 a zero coordinate violates its stationarity condition `|gradient| <= lambda` exactly when it is a strict
 * saddle of the surrogate, so the classical test for admission is the surrogate's second-order
 * test. A penalty that is not convex has no such test, and one that is no sum over coordinates cannot be restricted to
 * some: both are solved on all coordinates, as is one that weighs coordinates differently.
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
    const admitted = admit(penalty, lambda, current.beta, current.profile.gradient, members);
    const grown = admitted.length > members.length;
    members = admitted;
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
    // The gap of a part of the features is none of the whole.
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

/** Whether all coordinates have the same weight and bounds, so that the penalty is the same on any set of them. */
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

/** The members, the support and the worst violators, which at most double the set. */
function admit(
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
  for (const j of violators.slice(0, Math.max(smallestBatch, set.size))) set.add(j);
  return Int32Array.from(set).sort();
}

function restrict(problem: SparseProblem, columns: Int32Array): SparseProblem {
  const zeros = new Float64Array(columns.length);
  const ones = new Float64Array(columns.length).fill(1);
  return { ...problem, design: problem.design.standardizedColumns(columns, zeros, ones) };
}
