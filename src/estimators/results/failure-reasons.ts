/** What a reader of a fit without a finite answer should know, where what is not penalized has none. */
export const unboundedNote =
  "no finite coefficients are best, since the loss falls without end along those that are not penalized, as with separable classes or counts that are all 0; penalize them, and read nothing into their size";

/** The same where the penalty is flat, as SCAD and MCP, of coefficients or of groups, are beyond `gamma lambda`. */
export const flatNote =
  "no finite coefficients are best, since the loss falls without end where the penalty is flat, as where large coefficients separate the classes; take a larger lambda, an elastic net or a bridge, and read nothing into their size";

/** What one should know where no 64-bit floats are as near to the solution as `tol` asks, as of a tiny `lambda`. */
export const roundingNote =
  "what tol asks at this lambda is below the rounding of the data, so more iterations do not help; raise tol, or where lambda is tiny take 0 or a larger one";

const reasons: readonly string[] = [unboundedNote, flatNote, roundingNote];

/** Those among the notes of a fit that tell why it did not converge. */
export function failureReasonsIn(notes: readonly string[]): string[] {
  return notes.filter((note) => reasons.includes(note));
}

/** Whether they tell that a fit has no finite optimum. */
export function haveNoMinimizer(notes: readonly string[]): boolean {
  return notes.includes(unboundedNote) || notes.includes(flatNote);
}
