/** What a reader of a fit without a finite answer should know, where what is not penalized has none. */
export const endlessNote =
  "no finite coefficients are best, since the loss falls without end along those that are not penalized, as with separable classes or counts that are all 0; penalize them, and read nothing into their size";

/** The same where the penalty is flat, as SCAD and MCP, of coefficients or of groups, are beyond `gamma lambda`. */
export const flatNote =
  "no finite coefficients are best, since the loss falls without end where the penalty is flat, as where large coefficients separate the classes; take a larger lambda, an elastic net or a bridge, and read nothing into their size";

/** Those sentences among the notes of a fit. */
export function endlessNotesIn(notes: readonly string[]): string[] {
  return notes.filter((note) => note === endlessNote || note === flatNote);
}
