/** Answers to questions about code: what it can go on with, what a name in it means, whether it is complete. */
import type { CellConverter, Completion } from "../compiler/cell-converter";
import { explanationBundle } from "../compiler/explanation";
import type { CodeJob } from "../transport/thread-port";
import { helpQuestion } from "./help-question";
import { internalLast, knownKeys } from "./known-keys";
import { valueAt } from "./live-value";
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
