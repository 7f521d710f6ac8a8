/**
 * Answers the requests about code: completion, inspection, and whether a text is complete; also `name?`, which asks for help.
 *
 * The compiler knows the types. To its completions this file adds the keys that values have while the notebook runs and that no
 * type tells: columns of data frames, fields of records, and, where a type is `any`, all members. No code of the notebook runs
 * for that.
 */
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
  parseCell,
  propertyOf,
  prototypeChain,
  valueAt,
  valueOfExpression,
} from "./live-value";
import { valueSummary } from "./value-summary";

/** The declarations and variables that the cells have left so far. */
export interface NotebookState {
  readonly declarations: string;
  readonly variables: object;
}

/**
 * Returns the content of the reply to a request.
 *
 * @param compiling runs the compiler, which must not be interrupted
 */
export function answerCodeRequest(
  converter: CellConverter,
  { declarations, variables }: NotebookState,
  { kind, job, code, cursor, withDeclaration }: CodeJob,
  compiling: <T>(work: () => T) => T,
): object {
  const offset = [...code].slice(0, cursor).join("").length;
  if (kind === "is_complete" && helpRequest({ job, code })) return { status: "complete" };
  if (kind === "is_complete") return compiling(() => converter.isComplete(code));
  if (kind === "complete") {
    const found = compiling(() => converter.complete(declarations, code, offset));
    return completionReply(found, variables, code, offset);
  }
  const found = compiling(() => converter.inspect(declarations, code, offset));
  const live = valueAt(variables, code, offset);
  // A function's signature says more than its source text, unless its type is `any`.
  const isExplained =
    typeof live?.value === "function" && found !== undefined && !/: any$/.test(found.signature);
  const summary = live && !isExplained ? valueSummary(live.value, live.name) : undefined;
  const isFound = found !== undefined || summary !== undefined;
  const data = isFound ? explanationBundle(found, summary, withDeclaration) : {};
  return { status: "ok", found: isFound, data, metadata: {} };
}

/**
 * Makes the reply to a completion: keys of values first, then the compiler's matches, or, where it found none, as with `any`, all
 * members of the value.
 */
function completionReply(
  { start, end, matches }: Completion,
  variables: object,
  code: string,
  offset: number,
): object {
  const known = runtimeKeys(variables, code.slice(0, offset));
  const { keys = [], members = [], isMember = false } = known ?? {};
  const own = keys.map((text) => ({ text, kind: "property" }));
  const isLive = known !== undefined && (keys.length > 0 || (matches.length === 0 && members.length > 0));
  const prefix = isLive ? code.slice(known.start, offset) : "";
  const others = (matches.length === 0 ? members : matches).filter(
    ({ text }) => !isLive || (text.startsWith(prefix) && !keys.includes(text)),
  );
  const all = [...own, ...(isMember ? internalNamesLast(others) : others)];
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

/** Matches `?parseInt` and `??parseInt`, which IPython answers with the documentation; neither is TypeScript. */
const MARK_BEFORE = /^\s*(\?{1,2})\s*([\p{ID_Continue}$.]+)\s*$/u;
/** Matches `parseInt?` and `parseInt??`. */
const MARK_AFTER = /^\s*([\p{ID_Continue}$.]+)(\?{1,2})\s*;?\s*$/u;

/** Turns a cell such as `parseInt?` into the inspection that Shift+Tab asks for; returns undefined where the cell is code. */
export function helpRequest({
  job,
  code,
}: {
  readonly job: number;
  readonly code: string;
}): CodeJob | undefined {
  const [, before, asked] = MARK_BEFORE.exec(code) ?? [];
  const [, name = asked, after = before] = MARK_AFTER.exec(code) ?? [];
  if (name === undefined) return undefined;
  return { kind: "inspect", job, code: name, cursor: name.length, withDeclaration: after === "??" };
}

/** Returns the documentation to show for a help request from the reply to its inspection. */
export function documentationIn(reply: object, { code: name }: CodeJob): MimeBundle {
  const { found, data } = reply as { readonly found?: boolean; readonly data?: MimeBundle };
  if (found && data) return data;
  throw new CellError(`help: the name must be one that the notebook or the language has, got "${name}"`);
}

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
};

/** The completions that the values of the notebook offer at the end of a text. */
interface RuntimeKeys {
  /** Offset of the first character that is completed. */
  readonly start: number;
  /** Keys that are data, which come before the compiler's matches. */
  readonly keys: readonly string[];
  /** The other members of the value, which are offered where the compiler found nothing. */
  readonly members: Completion["matches"];
  /** Whether a member is completed: after a dot or in a bracket. */
  readonly isMember: boolean;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Keys that are offered at most; a front end shows no more. */
const MAX_KEYS = 1000;

/**
 * Returns the keys and members that complete the end of `before`; undefined where no member or column is expected there.
 *
 * No code of the notebook runs.
 *
 * @param variables of the notebook
 * @param before the cell up to the cursor
 */
export function runtimeKeys(variables: object, before: string): RuntimeKeys | undefined {
  const file = parseCell(before);
  const token = internals.findPrecedingToken(before.length, file);
  // After a comment nothing is completed.
  if (!token || before.slice(token.end).trim() !== "") return undefined;
  const { parent } = token;
  if (ts.isStringLiteral(token)) {
    if (!(token as { isUnterminated?: boolean }).isUnterminated) return undefined;
    const start = token.getStart(file) + 1;
    const prefix = before.slice(start);
    const columns = columnArguments(variables, token);
    const owner = ts.isElementAccessExpression(parent)
      ? valueOfExpression(parent.expression, variables)
      : undefined;
    if (!columns && !owner) return undefined;
    const keys = columns ?? keysOf(owner?.value, "bracket");
    return { start, keys: startingWith(keys, prefix), members: [], isMember: owner !== undefined };
  }
  const access = ts.isPropertyAccessExpression(parent) ? parent : undefined;
  if (!access || token === access.expression) return undefined;
  const start = token === access.name ? token.getStart(file) : before.length;
  const prefix = before.slice(start);
  const owner = valueOfExpression(access.expression, variables);
  const names = owner ? keysOf(owner.value, "dot") : [];
  const keys = startingWith(
    names.filter((name) => IDENTIFIER.test(name)),
    prefix,
  );
  const members = owner ? membersOf(owner.value).filter(({ text }) => text.startsWith(prefix)) : [];
  return { start, keys, members: members.filter(({ text }) => !keys.includes(text)), isMember: true };
}

function startingWith(keys: readonly string[], prefix: string): readonly string[] {
  return keys.filter((key) => key.startsWith(prefix)).slice(0, MAX_KEYS);
}

/** Returns the keys of a value that are data. */
function keysOf(value: unknown, place: "dot" | "bracket"): readonly string[] {
  if (typeof value !== "object" || value === null || isProxy(value)) return [];
  // The columns of an array of records are keys of its elements, not of the array.
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return [];
  if (isDanfojs(value)) {
    const columns = propertyOf(value, "$columns")?.value as unknown[];
    return columns.map(String).filter((name) => Object.hasOwn(value, name));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype || value === process.env;
  return isPlain || place === "bracket" ? Object.keys(value) : [];
}

/** Returns all members of a value: fields in their order, then those of prototypes in alphabetical order, internal names last. */
function membersOf(value: unknown): Completion["matches"] {
  const found = new Map<string, string>();
  for (const each of prototypeChain(value)) {
    if (each === Object.prototype && found.size > 0) break;
    // The elements of arrays are not listed.
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
  return internalNamesLast([...members.filter(isField), ...inherited]).slice(0, MAX_KEYS);
}

/** Moves names that begin with `$` or `_`, by which libraries mark internal members, behind the others. */
function internalNamesLast(members: Completion["matches"]): Completion["matches"] {
  const isInternal = ({ text }: { text: string }): boolean => /^[$_]/.test(text);
  return [...members.filter((each) => !isInternal(each)), ...members.filter(isInternal)];
}

/** Returns the kind of a member in the words of TypeScript. */
function kindOf(owner: object, name: string): string {
  const found = Object.getOwnPropertyDescriptor(owner, name);
  if (!found || !("value" in found)) return "property";
  const { value } = found;
  if (typeof value !== "function" || isProxy(value)) return "property";
  return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "method";
}

/**
 * Returns the columns that a string among the arguments of a call may name, as in `frame.column("a` and
 * `fromFrame(frame, { features: ["a`; undefined elsewhere. The data frame is the owner of the method or the first argument.
 */
function columnArguments(variables: object, prefix: ts.StringLiteral): readonly string[] | undefined {
  for (let at: ts.Node = prefix; !ts.isSourceFile(at); at = at.parent) {
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

/**
 * Returns the columns of a data frame.
 *
 * @param isArgument whether arrays of records and records of columns count too; their own methods take no columns
 */
function columnsOf(
  variables: object,
  expression: ts.Expression | undefined,
  isArgument: boolean,
): readonly string[] | undefined {
  const value = expression && valueOfExpression(expression, variables)?.value;
  if (typeof value !== "object" || value === null || isProxy(value)) return undefined;
  if (Array.isArray(value)) return isArgument ? keysOfRecords(value) : undefined;
  const isTable =
    isDanfojs(value) || [...prototypeChain(value)].some((each) => constructorName(each) === "Table");
  const names = isTable ? frameOf(value)?.names : undefined;
  if (names || !isArgument || Object.getPrototypeOf(value) !== Object.prototype) return names;
  const isColumn = (column: unknown): boolean => Array.isArray(column) || ArrayBuffer.isView(column);
  const columns = Object.keys(value);
  return columns.every((name) => isColumn(propertyOf(value, name)?.value)) ? columns : undefined;
}

/** Number of elements of an array that are examined for their keys. */
const MAX_RECORDS = 100;

function keysOfRecords(values: readonly unknown[]): readonly string[] | undefined {
  const records = values.slice(0, MAX_RECORDS);
  const isRecord = (each: unknown): each is object => [...prototypeChain(each)][1] === Object.prototype;
  return records.length > 0 && records.every(isRecord)
    ? [...new Set(records.flatMap(Object.keys))]
    : undefined;
}
