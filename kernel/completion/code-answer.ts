/** Answers to questions about code: what it can go on with, what a name in it means, whether it is complete. */

import { isProxy } from "node:util/types";
import ts from "typescript";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { explanationBundle } from "../compiler/explanation";
import type { CellConverter, Completion } from "../compiler/types";
import { frameOf } from "../display/frame-table";
import { CellError } from "../errors";
import type { CodeJob } from "../transport/thread-port";
import {
  constructorName,
  isDanfojs,
  lineage,
  parseCell,
  propertyOf,
  valueAt,
  valueOfExpression,
} from "./live-value";
import { valueSummary } from "./value-summary";

/** What cells have left so far. */
export interface NotebookState {
  readonly declarations: string;
  readonly variables: object;
}

/**
 * The content of the reply.
 *
 * @param compiling runs what must not be interrupted
 */
export function codeAnswer(
  converter: CellConverter,
  { declarations, variables }: NotebookState,
  { kind, job, code, cursor, withDeclaration }: CodeJob,
  compiling: <T>(work: () => T) => T,
): object {
  const offset = [...code].slice(0, cursor).join("").length;
  if (kind === "is_complete" && helpQuestion({ job, code })) return { status: "complete" };
  if (kind === "is_complete") return compiling(() => converter.isComplete(code));
  if (kind === "complete") {
    const found = compiling(() => converter.complete(declarations, code, offset));
    return completed(found, variables, code, offset);
  }
  const found = compiling(() => converter.inspect(declarations, code, offset));
  const live = valueAt(variables, code, offset);
  // A function's signature says more than its text, but for one of any type.
  const isExplained =
    typeof live?.value === "function" && found !== undefined && !/: any$/.test(found.signature);
  const summary = live && !isExplained ? valueSummary(live.value, live.name) : undefined;
  const isFound = found !== undefined || summary !== undefined;
  const data = isFound ? explanationBundle(found, summary, withDeclaration) : {};
  return { status: "ok", found: isFound, data, metadata: {} };
}

/**
 * Keys that values have, which no type tells, before what the compiler found; where that is nothing, as with `any`, all that
 * the value has.
 */
function completed(
  { start, end, matches }: Completion,
  variables: object,
  code: string,
  offset: number,
): object {
  const known = knownKeys(variables, code.slice(0, offset));
  const { keys = [], members = [], isMember = false } = known ?? {};
  const own = keys.map((text) => ({ text, kind: "property" }));
  const isLive = known !== undefined && (keys.length > 0 || (matches.length === 0 && members.length > 0));
  const begun = isLive ? code.slice(known.start, offset) : "";
  const others = (matches.length === 0 ? members : matches).filter(
    ({ text }) => !isLive || (text.startsWith(begun) && !keys.includes(text)),
  );
  const all = [...own, ...(isMember ? internalLast(others) : others)];
  const codePoints = (units: number): number => [...code.slice(0, units)].length;
  const restOfName = /^[\p{ID_Continue}$]*/u.exec(code.slice(offset))?.[0].length ?? 0;
  const [from, to] = isLive
    ? [known.start, offset + restOfName].map(codePoints)
    : [start, end].map(codePoints);
  const types = all.map(({ text, kind }) => ({ text, type: kind, start: from, end: to }));
  return {
    status: "ok",
    matches: all.map(({ text }) => text),
    cursor_start: from,
    cursor_end: to,
    metadata: { _jupyter_types_experimental: types },
  };
}

// `parseInt?`, `?parseInt` and `parseInt??`, which IPython answers with the documentation: no TypeScript, so no cell is lost.

const BEFORE = /^\s*(\?{1,2})\s*([\p{ID_Continue}$.]+)\s*$/u;
const AFTER = /^\s*([\p{ID_Continue}$.]+)(\?{1,2})\s*;?\s*$/u;

/** The question that a cell is, as if it was asked by Shift+Tab; undefined where the cell is code. */
export function helpQuestion({
  job,
  code,
}: {
  readonly job: number;
  readonly code: string;
}): CodeJob | undefined {
  const [, before, asked] = BEFORE.exec(code) ?? [];
  const [, name = asked, after = before] = AFTER.exec(code) ?? [];
  if (name === undefined) return undefined;
  return { kind: "inspect", job, code: name, cursor: name.length, withDeclaration: after === "??" };
}

/** What is shown for it. */
export function documentationIn(reply: object, { code: name }: CodeJob): MimeBundle {
  const { found, data } = reply as { readonly found?: boolean; readonly data?: MimeBundle };
  if (found && data) return data;
  throw new CellError(`help: the name must be one that the notebook or the language has, got "${name}"`);
}

/**
 * What values have while the notebook runs and no type tells: columns of data frames, fields of records, and, where a type is
 * `any`, all members.
 */

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
};

/** What can go on from what is begun at the end of a text, and the offset at which that starts. */
interface KnownKeys {
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
function internalLast(members: Completion["matches"]): Completion["matches"] {
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

// Names of columns as arguments: `frame.column("a`, `fromFrame(frame, { features: ["a`.

/**
 * Columns of the data frame of which a method is called, or that is the first argument, where a string is begun among
 * the arguments; undefined elsewhere.
 */
function columnArguments(variables: object, begun: ts.StringLiteral): readonly string[] | undefined {
  for (let at: ts.Node = begun; !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) continue;
    const { expression, arguments: given } = parent;
    const place = given?.indexOf(at as ts.Expression) ?? -1;
    if (place < 0) continue;
    const owner = ts.isPropertyAccessExpression(expression) ? expression.expression : undefined;
    const first = place > 0 ? given?.[0] : undefined;
    const names = columnsOf(variables, owner, false) ?? columnsOf(variables, first, true);
    if (names) return names;
  }
  return undefined;
}

/** @param isArgument whether arrays of records and records of columns count, whose own methods know no columns */
function columnsOf(
  variables: object,
  expression: ts.Expression | undefined,
  isArgument: boolean,
): readonly string[] | undefined {
  const value = expression && valueOfExpression(expression, variables)?.value;
  if (typeof value !== "object" || value === null || isProxy(value)) return undefined;
  if (Array.isArray(value)) return isArgument ? keysOfRecords(value) : undefined;
  const isTable = isDanfojs(value) || [...lineage(value)].some((each) => constructorName(each) === "Table");
  const names = isTable ? frameOf(value)?.names : undefined;
  if (names || !isArgument || Object.getPrototypeOf(value) !== Object.prototype) return names;
  const isColumn = (column: unknown): boolean => Array.isArray(column) || ArrayBuffer.isView(column);
  const columns = Object.keys(value);
  return columns.every((name) => isColumn(propertyOf(value, name)?.value)) ? columns : undefined;
}

/** The first of an array's elements tell, however long it is. */
const MOST_RECORDS = 100;

function keysOfRecords(values: readonly unknown[]): readonly string[] | undefined {
  const records = values.slice(0, MOST_RECORDS);
  const isRecord = (each: unknown): each is object => [...lineage(each)][1] === Object.prototype;
  return records.length > 0 && records.every(isRecord)
    ? [...new Set(records.flatMap(Object.keys))]
    : undefined;
}
