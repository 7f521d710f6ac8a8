/**
 * Stores the cells of all sessions in a file, and answers `history_request`, by which consoles implement arrow keys and searches.
 */
import { appendFile, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder, writeFileAtomically } from "../../src/file-writing";
import { userDataFolder } from "../kernelspec/kernelspec";
import type { JsonObject } from "../transport/wire";

/** One cell that was run. */
export interface HistoryEntry {
  /** Number of the session, from 1, in the order in which their first cells were stored. */
  readonly session: number;
  /** The execution count of the cell. */
  readonly line: number;
  readonly code: string;
  /** `text/plain` of the result, where there was one. */
  readonly output: string | null;
}

/** An entry as a line of the file; a session has a unique name, because two kernels may write at once. */
interface StoredEntry {
  readonly session: string;
  readonly line: number;
  readonly code: string;
  readonly output: string | null;
}

/** Size of the file above which a kernel drops the older half when it starts. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Returns the path of the history: `SMOOTH_EDGES_HISTORY` where set, else a file in Jupyter's data folder; undefined where
 * the variable is empty, which keeps the history for this session only.
 */
export function historyPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const path = env.SMOOTH_EDGES_HISTORY ?? join(userDataFolder(env), "smooth-edges", "history.jsonl");
  return path === "" ? undefined : path;
}

/** Appends cells to the file and reads it. */
export class HistoryStore {
  readonly #path: string | undefined;
  readonly #session: string;
  readonly #onFailure: (error: Error) => void;
  /** This session's entries, which are also available where the disk is full. */
  readonly #own: StoredEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  /** @param onFailure called once where entries cannot be stored beyond this session */
  constructor(path: string | undefined, session: string, onFailure: (error: Error) => void) {
    this.#path = path;
    this.#session = session;
    this.#onFailure = onFailure;
    this.#prepare();
  }

  add(line: number, code: string, output: string | null): void {
    const entry: StoredEntry = { session: this.#session, line, code, output };
    this.#own.push(entry);
    const path = this.#path;
    if (path === undefined || this.#failed) return;
    this.#writing = this.#writing.then(
      () =>
        new Promise((resolve) => {
          appendFile(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 }, (error) => {
            if (error) this.#fail(error);
            resolve();
          });
        }),
    );
  }

  /** Waits until the added entries are in the file. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  /** Returns the entries of all sessions, oldest first, and the number of this session. */
  read(): { readonly entries: readonly HistoryEntry[]; readonly session: number } {
    const others = this.#readFile().filter(({ session }) => session !== this.#session);
    const numbers = new Map<string, number>();
    const entries = [...others, ...this.#own].map(({ session, ...entry }) => {
      if (!numbers.has(session)) numbers.set(session, numbers.size + 1);
      return { session: numbers.get(session) as number, ...entry };
    });
    return { entries, session: numbers.get(this.#session) ?? numbers.size + 1 };
  }

  #prepare(): void {
    if (this.#path === undefined) return;
    try {
      makeFolder(dirname(this.#path));
      const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (size <= MAX_BYTES) return;
      const text = textOf(this.#path);
      writeFileAtomically(this.#path, text.slice(text.indexOf("\n", text.length / 2) + 1));
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #readFile(): StoredEntry[] {
    if (this.#path === undefined) return [];
    try {
      return textOf(this.#path).split("\n").flatMap(parseEntry);
    } catch {
      return [];
    }
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#onFailure(error);
  }
}

/** Reads a regular file; other files, such as /dev/full, may have no end. */
function textOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? readFileSync(path, "utf8") : "";
}

/** Parses a line; lines that were cut off by a full disk or written by other programs are skipped. */
function parseEntry(line: string): StoredEntry[] {
  try {
    const { session, line: number, code, output } = JSON.parse(line) as Record<string, unknown>;
    if (typeof session !== "string" || typeof number !== "number" || typeof code !== "string") return [];
    return [{ session, line: number, code, output: typeof output === "string" ? output : null }];
  } catch {
    return [];
  }
}

/** An item of a `history_reply`: session, line, and the code, with the result where it was requested. */
type HistoryItem = readonly [number, number, string | readonly [string, string | null]];

/**
 * Answers a request for the end of the history, for a range of one session, or for a search.
 *
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
    const pattern = typeof request.pattern === "string" ? request.pattern : "*";
    const matching = entries.filter(({ code }) => matches(pattern, code));
    return lastOf(request.unique === true ? withoutRepeats(matching) : matching, n);
  }
  if (access !== "range") return [];
  const asked = typeof request.session === "number" ? request.session : 0;
  // Session 0 is the current one, and -1 the one before.
  const wanted = asked > 0 ? asked : session + asked;
  const from = typeof start === "number" ? start : 1;
  const to = typeof stop === "number" ? stop : Infinity;
  return entries.filter(({ session: of, line }) => of === wanted && line >= from && line < to);
}

function lastOf<T>(list: readonly T[], n: unknown): readonly T[] {
  if (typeof n !== "number") return list;
  return n > 0 ? list.slice(-n) : [];
}

/** Keeps only the last of the cells with the same code. */
function withoutRepeats(entries: readonly HistoryEntry[]): HistoryEntry[] {
  return [...new Map(entries.map((entry) => [entry.code, entry])).values()];
}

/**
 * Whether a text matches a pattern, in which `*` stands for any text and `?` for any character.
 *
 * The parts between the stars are searched one after the other. One regular expression for the whole could take the cube of a text's
 * length and more, and would block all channels.
 */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...parts] = pattern.split("*").map(asExpression);
  const last = parts.pop();
  if (last === undefined) return new RegExp(`^${first}$`, "su").test(text);
  const start = new RegExp(`^${first}`, "su").exec(text);
  if (!start) return false;
  let rest = text.slice(start[0].length);
  for (const part of parts) {
    const found = new RegExp(part, "su").exec(rest);
    if (!found) return false;
    rest = rest.slice(found.index + found[0].length);
  }
  return new RegExp(`${last}$`, "su").test(rest);
}

/** Writes a part of a pattern without stars as a regular expression. */
function asExpression(part: string): string {
  return part.replace(/[\\^$.*+()[\]{}|/]/g, "\\$&").replaceAll("?", ".");
}
