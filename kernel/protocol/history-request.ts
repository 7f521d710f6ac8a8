/** The three ways in which front ends ask for a history: the end of it, a range of one session, a search. */

import type { JsonObject } from "../transport/wire";
import type { HistoryEntry } from "./history-store";

/** What a `history_reply` lists: session, line, and the code, with the result where it was asked for. */
export type HistoryItem = readonly [number, number, string | readonly [string, string | null]];

/**
 * @param entries of all sessions, oldest first
 * @param session the number of the current one
 * @param request the content of a `history_request`
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#history
 */
export function answerHistory(
  entries: readonly HistoryEntry[],
  session: number,
  request: JsonObject,
): HistoryItem[] {
  const found = select(entries, session, request);
  return found.map(({ session: of, line, code, output }) => [
    of,
    line,
    request.output === true ? [code, output] : code,
  ]);
}

function select(
  entries: readonly HistoryEntry[],
  session: number,
  request: JsonObject,
): readonly HistoryEntry[] {
  const { hist_access_type: access, n, start, stop } = request;
  if (access === "tail") return lastOf(entries, n);
  if (access === "search") {
    const glob = globOf(typeof request.pattern === "string" ? request.pattern : "*");
    const matching = entries.filter(({ code }) => matches(glob, code));
    return lastOf(request.unique === true ? withoutRepeats(matching) : matching, n);
  }
  if (access !== "range") return [];
  const asked = typeof request.session === "number" ? request.session : 0;
  // Zero is the current session, and minus one the one before.
  const wanted = asked > 0 ? asked : session + asked;
  const from = typeof start === "number" ? start : 1;
  const to = typeof stop === "number" ? stop : Infinity;
  return entries.filter(({ session: of, line }) => of === wanted && line >= from && line < to);
}

function lastOf<T>(list: readonly T[], n: unknown): readonly T[] {
  if (typeof n !== "number") return list;
  return n > 0 ? list.slice(-n) : [];
}

/** The last of the cells with the same code. */
function withoutRepeats(entries: readonly HistoryEntry[]): HistoryEntry[] {
  return [...new Map(entries.map((entry) => [entry.code, entry])).values()];
}

/** Any text, or one character of some. */
type GlobPart = "any text" | ((character: string) => boolean);

/**
 * By the rules of SQLite's GLOB, which IPython uses: `*` for any text, `?` for any character, `[a-z]` for one of some and `[^a-z]` for
 * one of the others. A `]` that comes first is one of them; a bracket that nothing closes matches nothing.
 *
 * @see https://www.sqlite.org/lang_expr.html#glob
 */
function globOf(pattern: string): readonly GlobPart[] {
  const parts = pattern.matchAll(/\[(\^|(?!\^))(\][^\]]*|[^\]]+)\]|./gsu);
  return [...parts].map(([found, negation, set]): GlobPart => {
    if (found === "*") return "any text";
    if (found === "?") return () => true;
    if (found === "[") return () => false;
    if (set === undefined) return (character) => character === found;
    const isIn = isOneOf(set);
    return negation === "^" ? (character) => !isIn(character) : isIn;
  });
}

function isOneOf(set: string): (character: string) => boolean {
  const ranges = [...set.matchAll(/^\]|(.)-(.)|./gsu)].map(
    ([single, from = single, to = single]) => [from, to] as const,
  );
  return (character) => ranges.some(([from, to]) => from <= character && character <= to);
}

/** Not by a regular expression, which takes exponential time for some patterns, on the thread that all channels are on. */
function matches(glob: readonly GlobPart[], text: string): boolean {
  const characters = [...text];
  let part = 0;
  let at = 0;
  /** Where the last `*` is and the text that it may have to take more of. */
  let star: { readonly part: number; at: number } | undefined;
  while (at < characters.length) {
    const wanted = glob[part];
    if (wanted === "any text") star = { part: part++, at };
    else if (wanted?.(characters[at] as string)) {
      part++;
      at++;
    } else if (star) {
      part = star.part + 1;
      at = ++star.at;
    } else return false;
  }
  return glob.slice(part).every((rest) => rest === "any text");
}
