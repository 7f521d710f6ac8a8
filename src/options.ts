import { InputError, listOf, mustBe, show } from "./errors";

/**
 * Refuses options that nobody reads: a misspelt one would leave its default in force, unseen.
 *
 * @param keys the names there are.
 * @param instead what to write where the options are something else altogether.
 * @param otherWords remedies by the names that other libraries have.
 * @throws InputError when `options` is no object, or naming its first key that is not among them.
 */
export function checkKeys(
  where: string,
  options: object,
  keys: readonly string[],
  instead?: string,
  otherWords: Readonly<Record<string, string>> = {},
): void {
  const isList = Array.isArray(options) || ArrayBuffer.isView(options);
  if (typeof options !== "object" || options === null || isList) {
    throw mustBe(where, "options", "an object", options, instead);
  }
  for (const key of Object.keys(options)) {
    if (keys.includes(key)) continue;
    const remedy = Object.hasOwn(otherWords, key) ? otherWords[key] : didYouMean(key, keys);
    const rule = `every option must be one of ${keys.join(", ")}, got ${show(key)}`;
    throw new InputError(`${where}: ${rule}${remedy ? `; ${remedy}` : ""}`);
  }
}

/** @throws InputError unless `value` is one of a few words or truth values. */
export function checkChoice(
  where: string,
  what: string,
  value: unknown,
  choices: readonly (string | boolean)[],
): void {
  if (choices.some((choice) => choice === value)) return;
  throw mustBe(where, what, listOf(choices, "or"), value, didYouMean(value, choices));
}

/** @throws InputError unless `value` is a positive finite number. */
export function checkPositive(where: string, what: string, value: unknown): void {
  if (!(typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, what, "a positive finite number", value);
  }
}

/** @throws InputError unless `value` is a finite number above `bound`. */
export function checkAbove(where: string, what: string, value: unknown, bound: number): void {
  if (!(typeof value === "number" && value > bound && value < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, what, `a finite number above ${bound}`, value);
  }
}

/** @throws InputError unless `value` has the methods of what the rule names. */
export function checkMethods(
  where: string,
  what: string,
  value: unknown,
  methods: readonly string[],
  rule: string,
): void {
  const record = Object(value) as Record<string, unknown>;
  if (methods.every((method) => typeof record[method] === "function")) return;
  const isClass = typeof value === "function" && /^class\b/.test(String(value));
  const remedy = isClass ? "make one by new" : typeof value === "function" ? "call it" : undefined;
  throw mustBe(where, what, rule, value, remedy);
}

/** Letters that tell a word well enough to look for it within others. */
const telling = 5;

/** A remedy: the nearest word, where at most a third of its letters are others, or else one that ends with the given word. */
export function didYouMean(given: unknown, words: readonly unknown[]): string | undefined {
  if (typeof given !== "string") return undefined;
  const texts = words.filter((word) => typeof word === "string");
  const part = given.toLowerCase().replace(/s$/, "");
  const whole = texts.find((word) => part.length >= telling && word.toLowerCase().endsWith(part));
  const near = texts
    .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(word.length, given.length) / 3)
    .sort((a, b) => a.distance - b.distance);
  const guess = near.length > 0 ? near[0].word : whole;
  return guess === undefined ? undefined : `did you mean ${show(guess)}?`;
}

/**
 * Returns the number of letters that must be inserted, left out, replaced or swapped with their neighbour to make one word of the other.
 *
 * @see Damerau, A technique for computer detection and correction of spelling errors (1964)
 */
function editDistance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwap = j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? before[j - 2] + 1 : Infinity;
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
