/**
 * How the notes of a fit begin that tell how it was made: a reader should know of it, but it is nothing amiss about the data,
 * as other notes are.
 */
export const provenance = {
  adapted: "the penalty is adapted to",
  bounded: "bounds are of penalized coefficients",
  refitted: "refitted without a penalty",
  relaxed: "relaxed:",
} as const;

/** Whether a note tells how a fit was made. */
export function isProvenance(note: string): boolean {
  return Object.values(provenance).some((opening) => note.startsWith(opening));
}
