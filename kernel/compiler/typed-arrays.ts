/**
 * The declarations of typed arrays apart from the rest of the language's, of which they are two fifths.
 *
 * What is left names none of them, so a cell that names none either has the same types without them.
 */

const NAMES = "(?:(?:Big)?(?:Ui|I)nt\\d+|Uint8Clamped|Float\\d+)Array(?:Constructor)?|Atomics";
/** Declarations begin and end at the start of a line, where nothing else does. */
const DECLARATIONS = new RegExp(
  `^(?:interface (?:${NAMES})\\b[^{]*\\{[\\s\\S]*?^\\}|declare var (?:${NAMES}): .*;)$`,
  "gm",
);

/** @param text of declarations of the language */
export function withoutTypedArrays(text: string): string {
  return text.replace(DECLARATIONS, "");
}

export function typedArraysOf(text: string): string {
  return (text.match(DECLARATIONS) ?? []).join("\n");
}
