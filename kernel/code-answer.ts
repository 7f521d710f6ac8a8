/** Answers to questions about code: what it can go on with, what a name in it means, whether it is complete. */
import type { CellConverter, Completion } from "./cell-converter";
import { knownKeys } from "./known-keys";
import type { CodeJob } from "./thread-port";

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
  { kind, code, cursor, withDeclaration }: CodeJob,
  compiling: <T>(work: () => T) => T,
): object {
  const offset = [...code].slice(0, cursor).join("").length;
  if (kind === "is_complete") return compiling(() => converter.isComplete(code));
  if (kind === "complete") {
    const found = compiling(() => converter.complete(declarations, code, offset));
    return completed(found, variables, code, offset);
  }
  const text = compiling(() => converter.inspect(declarations, code, offset, withDeclaration));
  const data = text === undefined ? {} : { "text/plain": text };
  return { status: "ok", found: text !== undefined, data, metadata: {} };
}

/** Keys that values have, which no type tells, before what the compiler found. */
function completed(
  { start, end, matches }: Completion,
  variables: object,
  code: string,
  offset: number,
): object {
  const known = knownKeys(variables, code.slice(0, offset));
  const isKey = known !== undefined && known.keys.length > 0;
  const begun = isKey ? code.slice(known.start, offset) : "";
  const others = matches.filter(
    ({ text }) => !isKey || (text.startsWith(begun) && !known.keys.includes(text)),
  );
  const all = [...(known?.keys ?? []).map((text) => ({ text, kind: "property" })), ...others];
  const codePoints = (units: number): number => [...code.slice(0, units)].length;
  const [from, to] = [codePoints(isKey ? known.start : start), codePoints(isKey ? offset : end)];
  const types = all.map(({ text, kind }) => ({ text, type: kind, start: from, end: to }));
  return {
    status: "ok",
    matches: all.map(({ text }) => text),
    cursor_start: from,
    cursor_end: to,
    metadata: { _jupyter_types_experimental: types },
  };
}
