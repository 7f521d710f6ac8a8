/** The second step of a fit, from a {@link PreparedProblem} to the {@link SolverEnd} at one lambda. */
import { mustBe } from "../../errors";
import type { Certificate } from "../../problem/certificate";
import { predictedAt } from "../../problem/problem";
import type { Solution, WarmStart } from "../../solvers";
import { bestSettled, withStart } from "../../solvers/search";
import { withinDomain } from "../../solvers/solver";
import { isUnboundedWherePenaltyIsFlat } from "../../solvers/unboundedness";
import { excessOf, goalOf } from "./fit-goal";
import type { PreparedProblem } from "./prepare";
import type { WorkingProblem } from "./working-problem";

/** The problem that a fit is the answer to, as the solver saw it, and its answer. */
export interface SolvedProblem {
  readonly working: WorkingProblem;
  readonly lambda: number;
  readonly solution: Solution;
  readonly tol: number;
}

/** The best point that a solver found, not yet judged. */
export interface SolverEnd extends SolvedProblem {
  /** Whether the objective has no minimizer where the penalty is flat, as SCAD and MCP are of large coefficients. */
  readonly isUnboundedWhereFlat: boolean;
}

/** How one lambda is solved. */
export interface SolverRun {
  readonly signal?: { readonly aborted: boolean };
  /** Told the certificate that was made last, and how many times it is above what is asked for. */
  readonly onIteration?: (iteration: number, certificate: Certificate, excess: number) => void;
  /** The solution of a fit at the same lambda: the start is followed by the quick method only, and the better of the two ends is kept. */
  readonly incumbent?: Solution;
  /** Whether it is one of the lambdas of a path, whose fits will improve each other. */
  readonly onPath?: boolean;
  /** Whether the start is a fit of nearly the same problem, so that the quick method does. */
  readonly isNearby?: boolean;
}

/** @param beta the coefficients to start from, on the working scale. */
export function solve(
  { working, solvers, options }: PreparedProblem,
  lambda: number,
  beta: Float64Array,
  warmStart: WarmStart,
  { signal, onIteration, incumbent, onPath = false, isNearby = false }: SolverRun,
): SolverEnd {
  const { tol, maxIter } = options;
  const { problem, nullProfile, magnitude } = working;
  const isOptimal = goalOf(working, lambda, tol);
  const excess = onIteration && excessOf(working, lambda, tol);
  let latest: Certificate | undefined;
  const quick = incumbent || isNearby ? solvers.neighbour : undefined;
  const solver = quick ?? (onPath ? solvers.onPath : undefined) ?? solvers.solver;
  const end = solver.solve({
    problem,
    lambda,
    beta,
    psi: nullProfile.psi,
    nullProfile,
    warmStart,
    magnitude,
    maxIter,
    isOptimal: (certificate) => {
      latest = certificate;
      return isOptimal(certificate);
    },
    signal,
    onIteration: excess && ((iteration) => latest && onIteration(iteration, latest, excess(latest))),
  });
  // On the way to infinity tolerances are met somewhere, which is no minimum.
  const isFlatEnd = end.status !== "interrupted" && isUnboundedWherePenaltyIsFlat(problem, lambda, end);
  const ended: Solution = isFlatEnd ? { ...end, status: "stalled" } : end;
  const solution = incumbent ? bestSettled(incumbent, withStart("a neighbour on the path", ended)) : ended;
  const isFlat =
    solution.beta === end.beta ? isFlatEnd : isUnboundedWherePenaltyIsFlat(problem, lambda, solution);
  return { working, lambda, solution, tol, isUnboundedWhereFlat: isFlat };
}

/**
 * Largest excess of the objective at a start over that of the null model, in null deviances. Beyond it a start tells nothing, and where
 * the loss is all but flat or exponential no descent returns from it.
 */
const farthestStart = 1e3;

/**
 * Returns coefficients to start from on the working scale, each moved into the interval on which its penalty is finite; zeros where their
 * objective is far above that of zeros, or not finite, as where a mean overflows.
 *
 * @throws InputError when they are of other features or responses.
 */
export function startingPoint(
  where: string,
  { working, data, options }: PreparedProblem,
  coefs: readonly Float64Array[],
  lambda: number,
): Float64Array {
  const { nFeatures } = data.design;
  const { nResponses } = options.datafit;
  if (coefs.length !== nResponses) {
    throw mustBe(where, "init", `of ${nResponses} response${nResponses === 1 ? "" : "s"}`, coefs.length);
  }
  const other = coefs.find(({ length }) => length !== nFeatures);
  if (other) throw mustBe(where, "init", `of ${nFeatures} features`, other.length);
  const { problem, nullProfile, nullDeviance } = working;
  const beta = withinDomain(problem, working.toWorking(coefs));
  const { loss } = predictedAt(problem, beta, nullProfile.psi);
  const excess = loss + problem.penalty.value(beta, lambda) - nullProfile.loss;
  return excess <= farthestStart * nullDeviance ? beta : new Float64Array(beta.length);
}
