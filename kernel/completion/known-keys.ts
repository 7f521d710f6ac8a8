/**
 * What values have while the notebook runs and no type tells: columns of data frames, fields of records, and, where a type is
 * `any`, all members.
 */
import { isProxy } from "node:util/types";
import ts from "typescript";
import type { Completion } from "../compiler/cell-converter";
import { columnArguments } from "./column-arguments";
import { isDanfojs, lineage, parseCell, propertyOf, valueOfExpression } from "./live-value";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
};

/** What can go on from what is begun at the end of a text, and the offset at which that starts. */
export interface KnownKeys {
  readonly start: number;
  /** Data, which go before what a type tells. */
  readonly keys: readonly string[];
  /** What the value has beside them, for where no type tells anything. */
  readonly members: Completion["matches"];
  /** Whether it goes on after a dot or in a bracket. */
  readonly isMember: boolean;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const MAX_KEYS = 1000;

/**
 * Keys and members with which what is begun at the end of `before` can go on; undefined where nothing is.
 *
 * Nothing of the notebook's runs for it.
 *
 * @param variables of the notebook
 * @param before the cell up to the cursor
 */
export function knownKeys(variables: object, before: string): KnownKeys | undefined {
  const file = parseCell(before);
  const token = internals.findPrecedingToken(before.length, file);
  // In a comment nothing is begun.
  if (!token || before.slice(token.end).trim() !== "") return undefined;
  const { parent } = token;
  if (ts.isStringLiteral(token)) {
    if (!(token as { isUnterminated?: boolean }).isUnterminated) return undefined;
    const start = token.getStart(file) + 1;
    const begun = before.slice(start);
    const columns = columnArguments(variables, token);
    const owner = ts.isElementAccessExpression(parent)
      ? valueOfExpression(parent.expression, variables)
      : undefined;
    if (!columns && !owner) return undefined;
    const keys = columns ?? keysOf(owner?.value, "bracket");
    return { start, keys: beginning(keys, begun), members: [], isMember: owner !== undefined };
  }
  const access = ts.isPropertyAccessExpression(parent) ? parent : undefined;
  if (!access || token === access.expression) return undefined;
  const start = token === access.name ? token.getStart(file) : before.length;
  const begun = before.slice(start);
  const owner = valueOfExpression(access.expression, variables);
  const names = owner ? keysOf(owner.value, "dot") : [];
  const keys = beginning(
    names.filter((name) => IDENTIFIER.test(name)),
    begun,
  );
  const members = owner ? membersOf(owner.value).filter(({ text }) => text.startsWith(begun)) : [];
  return { start, keys, members: members.filter(({ text }) => !keys.includes(text)), isMember: true };
}

function beginning(keys: readonly string[], begun: string): readonly string[] {
  return keys.filter((key) => key.startsWith(begun)).slice(0, MAX_KEYS);
}

/** Names that are data. */
function keysOf(value: unknown, place: "dot" | "bracket"): readonly string[] {
  if (typeof value !== "object" || value === null || isProxy(value)) return [];
  // Columns of an array of records are keys of its elements, not its own.
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return [];
  if (isDanfojs(value)) {
    const columns = propertyOf(value, "$columns")?.value as unknown[];
    return columns.map(String).filter((name) => Object.hasOwn(value, name));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype || value === process.env;
  return isPlain || place === "bracket" ? Object.keys(value) : [];
}

/** All that can be written after a dot: fields in their order, what prototypes have in that of the alphabet, internal names last. */
function membersOf(value: unknown): Completion["matches"] {
  const found = new Map<string, string>();
  for (const each of lineage(value)) {
    if (each === Object.prototype && found.size > 0) break;
    // Elements of long arrays are not to be listed.
    const isIndexed = Array.isArray(each) || ArrayBuffer.isView(each) || typeof value === "string";
    const names = isIndexed && each === value ? ["length"] : Object.getOwnPropertyNames(each);
    for (const name of names) {
      if (found.has(name) || name === "constructor" || !IDENTIFIER.test(name)) continue;
      found.set(name, kindOf(each, name));
    }
  }
  const isField = ({ text }: { text: string }): boolean => Object.hasOwn(Object(value), text);
  const members = Array.from(found, ([text, kind]) => ({ text, kind }));
  const inherited = members.filter((each) => !isField(each));
  inherited.sort((a, b) => (a.text < b.text ? -1 : 1));
  return internalLast([...members.filter(isField), ...inherited]).slice(0, MAX_KEYS);
}

/** Moves names that begin with `$` or `_`, by which libraries mark what is internal, behind the others. */
export function internalLast(members: Completion["matches"]): Completion["matches"] {
  const isInternal = ({ text }: { text: string }): boolean => /^[$_]/.test(text);
  return [...members.filter((each) => !isInternal(each)), ...members.filter(isInternal)];
}

/** In the words of TypeScript. */
function kindOf(owner: object, name: string): string {
  const found = Object.getOwnPropertyDescriptor(owner, name);
  if (!found || !("value" in found)) return "property";
  const { value } = found;
  if (typeof value !== "function" || isProxy(value)) return "property";
  return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "method";
}
