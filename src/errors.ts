/**
 * Every error the library throws and the words it throws them with.
 *
 * Grammar: `Where: what must be rule, got value[; remedy]`, one sentence.
 */

/** The caller's input breaks a rule that the message names. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A result contradicts the mathematics: a defect of this library, never of the caller's data. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** `Where: what must be rule, got value[; remedy]` */
export function mustBe(
  where: string,
  what: string,
  rule: string,
  value: unknown,
  remedy?: string,
): InputError {
  return new InputError(
    `${where}: ${what} must be ${rule}, got ${show(value)}${remedy ? `; ${remedy}` : ""}`,
  );
}

export function rowCountMismatch(where: string, xRows: number, yRows: number): InputError {
  return new InputError(`${where}: X has ${xRows} rows but y has ${yRows}`);
}

/** A value as one would type it, cut to a length that fits a sentence. */
export function show(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value);
  if (typeof value === "function") return `a function${value.name ? ` ${value.name}` : ""}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${(value as Float64Array).length}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return name && name !== "Object" ? `a ${name}` : "an object";
}
