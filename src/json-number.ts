/** A 64-bit float in JSON: as it is, or by name where JSON has no number for it (it writes -0 as 0). */
export type JsonNumber = number | "Infinity" | "-Infinity" | "NaN" | "-0";

const named: ReadonlyMap<unknown, number> = new Map([
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["NaN", Number.NaN],
  ["-0", -0],
]);

/** JSON writes the shortest decimal that reads back as the same float, so that nothing is lost. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return (Object.is(value, -0) ? "-0" : String(value)) as JsonNumber;
}

/** The float that was written, or undefined where `value` is none. */
export function fromJsonNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : named.get(value);
}
