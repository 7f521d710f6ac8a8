/** Keys that values have while the notebook runs, which no type tells: columns of data frames, fields of records. */
import { columnArguments } from "./column-arguments";
import { frameOf } from "./frame-table";
import { type KnownKeys, objectAt, PATH } from "./live-value";

/** `bag.al`, `frame["a`, `rows[0].al` at the end of a text: the path, how the key is begun, and what there is of it. */
const BEGUN = new RegExp(String.raw`${PATH}(\.|\[\s*["'])([^"'\n]*)$`);
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const MAX_KEYS = 1000;

/**
 * Keys with which a key begun at the end of `before` can go on; undefined where none is begun.
 *
 * Nothing of the notebook's runs for it: a path leads over plain properties only.
 *
 * @param variables of the notebook
 * @param before the cell up to the cursor
 */
export function knownKeys(variables: object, before: string): KnownKeys | undefined {
  const columns = columnArguments(variables, before);
  if (columns) return columns;
  const [, path = "", opening = "", begun = ""] = BEGUN.exec(before) ?? [];
  const value = path === "" ? undefined : objectAt(variables, path);
  if (value === undefined) return undefined;
  const fits = (key: string): boolean => key.startsWith(begun) && (opening !== "." || IDENTIFIER.test(key));
  return { start: before.length - begun.length, keys: keysOf(value).filter(fits).slice(0, MAX_KEYS) };
}

function keysOf(value: object): readonly string[] {
  // Columns of an array of records are keys of its elements, not its own.
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return [];
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return Object.keys(value);
  return frameOf(value)?.names ?? [];
}
