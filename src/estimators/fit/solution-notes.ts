/** What is noticed of a solution once it is certified ({@link notesOnSolution}): a list of observations, each a note or nothing. */
import type { Note } from "../notes";
import type { CertifiedSolution } from "./certify";
import { dependentColumnNames, hasMoreCoefficientsThanRows } from "./identifiability";

/**
 * Returns what a reader of the fit should see; undefined where it is not so.
 *
 * @param isRefit whether it is a fit without penalty on a support, which says itself which of its columns depend on the others.
 */
type Observation = (certified: CertifiedSolution, isRefit: boolean) => Note | undefined;

/** Without a penalty coefficients may not be unique; where nothing is explained, all of them are 0. */
const isUndetermined = ({ lambda, working }: CertifiedSolution): boolean =>
  lambda === 0 && working.lambdaMax > 0;

const observations: readonly Observation[] = [
  (certified) =>
    isUndetermined(certified) && hasMoreCoefficientsThanRows(certified.working)
      ? { code: "more-coefficients-than-rows" }
      : undefined,

  (certified, isRefit) => {
    if (isRefit || !isUndetermined(certified) || hasMoreCoefficientsThanRows(certified.working))
      return undefined;
    const columns = dependentColumnNames(certified.working);
    return columns.length > 0 ? { code: "dependent-columns", columns } : undefined;
  },

  (certified, isRefit) =>
    !isRefit && isUndetermined(certified) && certified.working.problem.datafit.shiftInvariant
      ? { code: "class-differences-only" }
      : undefined,

  // The notes on the data say that the null model has no minimizer.
  ({ isLossUnbounded, working }) => (isLossUnbounded && !working.endless ? { code: "unbounded" } : undefined),

  ({ isUnboundedWhereFlat }) => (isUnboundedWhereFlat ? { code: "unbounded-where-flat" } : undefined),

  ({ isBelowRounding, isLossUnbounded }) =>
    isBelowRounding && !isLossUnbounded ? { code: "below-rounding" } : undefined,

  ({ hasFiniteValues }) => (hasFiniteValues ? undefined : { code: "not-finite" }),
];

/** Returns the notes on the data and those on the solution. */
export function notesOnSolution(certified: CertifiedSolution, isRefit: boolean): Note[] {
  // Without a penalty nothing jumps.
  const onData = certified.working.notes.filter(
    ({ code }) => certified.lambda > 0 || code !== "hard-thresholding",
  );
  return [...onData, ...observations.flatMap((observation) => observation(certified, isRefit) ?? [])];
}
