/** Texts of numbers, counts and markup. */

/**
 * Formats a number with `digits` significant digits and no trailing zeros: `0.1235`, `12346`, `1.235e-7`.
 *
 * Digits before the point are never dropped below a million, integers are never rounded, and `-0` is `0`.
 *
 * @param digits - Significant digits, 1 to 17.
 */
export function formatNumber(value: number | bigint, digits: number = 4): string {
  if (typeof value === "bigint") return `${value}`;
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return String(value + 0);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, "e");
  const whole = Math.floor(Math.log10(size)) + 1;
  return String(Number(value.toPrecision(Math.max(digits, whole))));
}

/** Returns a count with its noun, as in `1 fold` and `5 folds`. @param noun forms its plural with an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Returns the verb of a count, as in `1 of 30 features is selected`. */
export function isOrAre(count: number): "is" | "are" {
  return count === 1 ? "is" : "are";
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for use between HTML tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A text of at most `length` characters, with an ellipsis in the middle, since names are told apart by their ends. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const nLast = Math.floor((length - 1) / 2);
  const first = characters.slice(0, length - 1 - nLast);
  return `${first.join("")}…${characters.slice(characters.length - nLast).join("")}`;
}

/** `gap 1.3e-12 of the null deviance`: as a share of a whole, or by itself where that is not known or is next to nothing. */
export function asShare(name: string, value: number, whole: number | undefined, nameOfWhole: string): string {
  if (value === 0) return `${name} 0`;
  const share = whole ? value / whole : Infinity;
  return Number.isFinite(share)
    ? `${name} ${share.toExponential(1)} of ${nameOfWhole}`
    : `${name} ${value.toExponential(1)}`;
}
