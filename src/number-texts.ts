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
  const sign = text.charCodeAt(0);
  const isSigned = sign === PLUS || sign === MINUS;
  if (text.charCodeAt(isSigned ? 1 : 0) === ZERO && /^[+-]?0[\dbox]/i.test(text)) return true;
  if (overflows(text, value)) return true;
  if (text.length < SAFE_DIGITS) return false;
  const digits = isSigned ? text.slice(1) : text;
  // A search for what is no digit takes no stack, as a repeated digit does of which a text has millions.
  return digits.length >= SAFE_DIGITS && !/\D/.test(digits) && String(Math.abs(value)) !== digits;
}

const [PLUS, MINUS, ZERO] = ["+", "-", "0"].map((each) => each.charCodeAt(0));

/** The least number of digits of an integer that a 64-bit float may not hold, 2^53 + 1. */
const SAFE_DIGITS = 16;

/** Whether a text is a finite number, which a 64-bit float keeps as it is written. */
export function isNumberText(text: string): boolean {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) && !isCode(text.trim(), value);
}

/** The 64-bit float next to the decimal number `unscaled * 10 ** -scale`. */
export function nearestDecimal(unscaled: bigint, scale: number): number {
  return Number(`${unscaled}e${-scale}`);
}
