/** Records how values were made by factories, so that they can be written as JSON and made again. */

import { InputError, mustBe } from "./errors";
import { fromJsonNumber, toJsonNumber } from "./json-record";

/** The exported factory that made a value, and its arguments. */
export interface Recipe {
  readonly factory: string;
  readonly args: readonly unknown[];
}

/** Factories that rebuild values, by the names under which they are exported. */
export type Factories = Readonly<Record<string, unknown>>;

const recipes = new WeakMap<object, Recipe>();

/**
 * Records how `made` was made, so that it can be made again where it cannot be sent: in another thread, or from a file.
 *
 * @param args copied, but for what is no array and no object of options.
 * @returns `made` itself.
 */
export function serializable<T extends object>(factory: string, args: readonly unknown[], made: T): T {
  recipes.set(made, { factory, args: args.map(copied) });
  return made;
}

/** Returns the recipe of a value that a factory of this library made; undefined for any other. */
export function recipeOf(value: object): Recipe | undefined {
  return recipes.get(value);
}

/**
 * A value as plain JSON: numbers, texts, arrays and options as they are, and under a key that begins with `$` what JSON
 * has no word for: typed arrays, infinite numbers, and values with a recipe, by that.
 *
 * @param what the value's name in the error message.
 * @throws InputError naming the part that has no recipe, such as a function or an object of a class.
 */
export function toPlain(where: string, what: string, value: unknown): unknown {
  if (value === undefined) return { $undefined: true };
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    const plain = toJsonNumber(value);
    return typeof plain === "number" ? plain : { $number: plain };
  }
  const recipe = recipes.get(Object(value));
  if (recipe) {
    return {
      $made: recipe.factory,
      args: recipe.args.map((arg, i) => toPlain(where, `${what}, argument ${i} of ${recipe.factory}`, arg)),
    };
  }
  if (Array.isArray(value)) return value.map((entry, i) => toPlain(where, `${what}[${i}]`, entry));
  if (isNumbers(value)) return { $array: value.constructor.name, of: Array.from(value, toJsonNumber) };
  if (isOptions(value)) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([key, entry]) => [key, toPlain(where, `${what}.${key}`, entry)]));
  }
  throw mustBe(where, what, "plain data or made by a factory of this library", value);
}

/** Maximum depth of values within values, several times that of any that {@link toPlain} writes. */
const DEEPEST = 100;

/**
 * The value that {@link toPlain} wrote, its recipes followed again.
 *
 * @param what the value's name in the error message.
 * @param depth the number of values that this one is within.
 * @throws InputError where `plain` was not written by that, is nested too deep, names a factory that is not among `factories`, or one
 * that does not take its arguments.
 */
export function fromPlain(
  where: string,
  what: string,
  plain: unknown,
  factories: Factories,
  depth: number = 0,
): unknown {
  if (typeof plain !== "object" || plain === null) return plain;
  if (depth > DEEPEST) {
    const [outermost] = /^\w*/.exec(what) as RegExpExecArray;
    throw new InputError(`${where}: ${outermost} must be nested at most ${DEEPEST} deep, got more`);
  }
  const inner = (name: string, entry: unknown): unknown =>
    fromPlain(where, name, entry, factories, depth + 1);
  if (Array.isArray(plain)) return plain.map((entry, i) => inner(`${what}[${i}]`, entry));
  const record = plain as Record<string, unknown>;
  // It would be taken for an array of so many, which no file has room for.
  if (Object.hasOwn(record, "length")) throw mustBe(where, what, "an array where it has a length", plain);
  if ("$undefined" in record) return undefined;
  if ("$number" in record) return numberFrom(where, what, record.$number);
  if ("$array" in record) return numbersFrom(where, what, record);
  if ("$made" in record) {
    const { $made: name, args } = record;
    const factory = typeof name === "string" && Object.hasOwn(factories, name) ? factories[name] : undefined;
    if (typeof factory !== "function")
      throw mustBe(where, `the factory of ${what}`, "one of this library", name);
    if (!Array.isArray(args)) throw mustBe(where, `the arguments of ${what}`, "an array", args);
    const made = args.map((arg, i) => inner(`${what}, argument ${i} of ${name}`, arg));
    try {
      return factory(...made);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw mustBe(where, `the arguments of ${what}`, `some that ${name} takes`, args);
    }
  }
  return Object.fromEntries(
    Object.entries(record).map(([key, entry]) => [key, inner(`${what}.${key}`, entry)]),
  );
}

const arrays: Readonly<Record<string, { from(numbers: readonly number[]): ArrayLike<number> }>> = {
  Float64Array,
  Float32Array,
  Int32Array,
  Int16Array,
  Int8Array,
  Uint32Array,
  Uint16Array,
  Uint8Array,
  Uint8ClampedArray,
};

function numbersFrom(where: string, what: string, { $array: name, of }: Record<string, unknown>): unknown {
  if (typeof name !== "string" || !Object.hasOwn(arrays, name)) {
    throw mustBe(where, `the kind of ${what}`, "a typed array of numbers", name);
  }
  if (!Array.isArray(of)) throw mustBe(where, what, "an array of numbers", of);
  return arrays[name].from(of.map((entry, i) => numberFrom(where, `${what}[${i}]`, entry)));
}

function numberFrom(where: string, what: string, plain: unknown): number {
  const value = fromJsonNumber(plain);
  if (value === undefined) throw mustBe(where, what, "a number", plain);
  return value;
}

/** Copies a value, so that later changes of the caller's arrays and options have no effect. */
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null || recipes.has(value)) return value;
  if (Array.isArray(value)) return value.map(copied);
  if (isNumbers(value)) return value.slice();
  // Neither what has methods, a parametrization of the caller's own say: it may hold itself.
  const isMethod = (entry: unknown): boolean => typeof entry === "function" && !recipes.has(entry);
  if (!isOptions(value) || Object.values(value).some(isMethod)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copied(entry)]));
}

/** Returns whether a value is a typed array, by its name, since those of notebook cells belong to another realm. */
function isNumbers(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && Object.hasOwn(arrays, value.constructor.name);
}

/** Returns whether a value is an object literal of any realm. */
function isOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
