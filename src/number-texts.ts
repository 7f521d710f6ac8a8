/** Tells which texts are numbers that a 64-bit float keeps as they are written ({@link isNumberText}), and reads decimals ({@link nearestDecimal}). */

/** Whether the number that a text stands for, such as `1e400`, is too large for a 64-bit float; `Infinity` is not. */
export function overflows(text: string, value: number): boolean {
  return Math.abs(value) === Number.POSITIVE_INFINITY && !text.includes("Infinity");
}

/**
 * Whether a text is one that its number does not keep: a code such as `01067` or `0x10`, an integer with more digits than a 64-bit float
 * holds, or a number that overflows.
 *
 * @param value the number.
 */
export function isCode(text: string, value: number): boolean {
  if (/^[+-]?0[\dbox]/i.test(text) || overflows(text, value)) return true;
  const digits = text.replace(/^[+-]/, "");
  // A search for what is no digit takes no stack, as a repeated digit does of which a text has millions.
  return digits.length >= 16 && !/\D/.test(digits) && String(Math.abs(value)) !== digits;
}

/** Whether a text is a finite number, which a 64-bit float keeps as it is written. */
export function isNumberText(text: string): boolean {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) && !isCode(text.trim(), value);
}

/** The 64-bit float next to the decimal number `unscaled * 10 ** -scale`. */
export function nearestDecimal(unscaled: bigint, scale: number): number {
  return Number(`${unscaled}e${-scale}`);
}
