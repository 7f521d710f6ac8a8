/** The last step of a fit, from a {@link CertifiedSolution} to the {@link FitOutcome} that is told of it. */
import type { Note } from "../notes";
import type { FitOutcome } from "./build-fit";
import type { CertifiedSolution } from "./certify";
import { notesOnSolution } from "./solution-notes";

/** What is said of a solution beside what is noticed of it. */
export interface Description {
  /** Makes further notes that a reader of the fit should see, from its coefficients. */
  readonly notesOn?: (coefs: readonly Float64Array[]) => readonly Note[];
  /** Whether it is a fit without penalty on the support of another one. */
  readonly isRefit?: boolean;
}

export function describe(
  certified: CertifiedSolution,
  { notesOn, isRefit = false }: Description = {},
): FitOutcome {
  const { working, lambda, solution, coefs, intercepts, isLossUnbounded, isUnboundedWhereFlat } = certified;
  const { objective, dualityGap, violation, singleCoordinateGain, misalignment } = solution.certificate;
  const notes = [...notesOnSolution(certified, isRefit), ...(notesOn?.(coefs) ?? [])];
  return {
    coefs,
    intercepts,
    lambda,
    nIter: solution.nIter,
    status: statusOf(certified, notes),
    // Plain numbers, where those of a solution may be computed when they are asked for.
    certificate: { objective, dualityGap, violation, singleCoordinateGain, misalignment },
    nullDeviance: working.nullDeviance,
    trace: solution.trace,
    starts: solution.starts ?? [],
    notes,
    hasNoMinimizer: isLossUnbounded || isUnboundedWhereFlat,
  };
}

/** Returns the status of a fit: one that meets its tolerance has not converged where that is no minimum. */
function statusOf(
  { solution: { status }, isLossUnbounded, hasFiniteValues }: CertifiedSolution,
  notes: readonly Note[],
): FitOutcome["status"] {
  if (status !== "interrupted" && isLossUnbounded) return "stalled";
  const isUnsettled = !hasFiniteValues || notes.some(({ code }) => code === "unsettled-rescaling");
  return status === "converged" && isUnsettled ? "stalled" : status;
}
