import { InputError, mustBe, show } from "./errors";

/**
 * Refuses options that nobody reads: a misspelt one would leave its default in force, unseen.
 *
 * @param keys the names there are.
 * @throws InputError when `options` is no object, or naming its first key that is not among them.
 */
export function checkKeys(where: string, options: object, keys: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw mustBe(where, "options", "an object", options);
  }
  for (const key of Object.keys(options)) {
    if (keys.includes(key)) continue;
    throw new InputError(`${where}: every option must be one of ${keys.join(", ")}, got ${show(key)}`);
  }
}

/** @throws InputError unless `value` is a positive finite number. */
export function checkPositive(where: string, what: string, value: unknown): void {
  if (!(typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, what, "a positive finite number", value);
  }
}
