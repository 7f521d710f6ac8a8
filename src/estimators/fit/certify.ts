/** The third step of a fit, from a {@link SolverEnd} to a {@link CertifiedSolution}: what is known of the point that a solver ended in. */
import { searchBlocks } from "../../problem/block-search";
import { type Certificate, withGain } from "../../problem/certificate";
import { hasConstantHessian } from "../../problem/problem";
import type { Solution } from "../../solvers";
import { isLossUnbounded } from "../../solvers/unboundedness";
import { endsAtRounding, goalOf } from "./fit-goal";
import type { SolverEnd } from "./solve";

/** A solution whose status is that of its certificate, and why there may be no better one. */
export interface CertifiedSolution extends SolverEnd {
  /** The coefficients of each response, on the original scale. */
  readonly coefs: readonly Float64Array[];
  /** One a response. */
  readonly intercepts: Float64Array;
  /** Whether the loss has no minimizer along coefficients without penalty. */
  readonly isLossUnbounded: boolean;
  /** Whether no floats are as near to the solution as `tol` asks. */
  readonly isBelowRounding: boolean;
  /** Whether the objective and all coefficients are finite: then they are feasible too, since outside the bounds it is infinite. */
  readonly hasFiniteValues: boolean;
}

export function certify(end: SolverEnd, signal?: { readonly aborted: boolean }): CertifiedSolution {
  const { working, lambda, tol, isUnboundedWhereFlat } = end;
  const { problem, lambdaMax } = working;
  const { beta, profile, status, certificate: found } = end.solution;
  const certificate = lambdaMax > 0 ? searchedCertificate(end, signal) : found;
  const misses =
    status === "converged" && certificate !== found && !goalOf(working, lambda, tol)(certificate);
  const isRounded = !isUnboundedWhereFlat && lambda > 0 && endsAtRounding(working, lambda, tol, end.solution);
  const solution: Solution = {
    ...end.solution,
    certificate,
    status: isRounded || misses ? "stalled" : status,
  };
  const isUnbounded =
    working.endless ||
    (lambda === 0 && !hasConstantHessian(problem) && isLossUnbounded(problem, profile.eta, false));
  const { coefs, intercepts } = working.toOriginal(beta, profile.psi);
  return {
    ...end,
    solution,
    coefs,
    intercepts,
    isLossUnbounded: isUnbounded,
    isBelowRounding: isRounded,
    hasFiniteValues: [[certificate.objective], intercepts, ...coefs].every((values) =>
      values.every(Number.isFinite),
    ),
  };
}

/**
 * Returns the certificate of a solution whose gain of single coordinates was searched for on the loss itself, where a penalty
 * that is not convex leaves local minima; on the way there quadratic models have to do.
 */
function searchedCertificate(
  { working, lambda, solution }: SolverEnd,
  signal: { readonly aborted: boolean } | undefined,
): Certificate {
  const { problem } = working;
  const { beta, profile, certificate, status } = solution;
  if (problem.penalty.convex || lambda === 0 || status === "interrupted") return certificate;
  const { decrease } = searchBlocks(problem, lambda, beta, profile, signal);
  return withGain(certificate, Math.max(decrease, certificate.singleCoordinateGain));
}
