/** Where the cells of all sessions are kept, for the arrow keys of a console and for searches. */
import { appendFile, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { userDataFolder } from "../kernelspec/kernelspec";
import { makeFolder } from "../make-folder";

/** One cell that was run. */
export interface HistoryEntry {
  /** Counts sessions from 1, in the order in which their first cells were kept. */
  readonly session: number;
  /** The execution count of the cell. */
  readonly line: number;
  readonly code: string;
  /** `text/plain` of the result, where there was one. */
  readonly output: string | null;
}

/** An entry as a line of the file; sessions are told apart by a name, as two kernels may write at once. */
interface StoredEntry {
  readonly session: string;
  readonly line: number;
  readonly code: string;
  readonly output: string | null;
}

/** At its start a kernel drops the older half of a file larger than this. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The file of the histories: `SMOOTH_EDGES_HISTORY` where set, else a file in Jupyter's data folder; undefined where
 * the variable is set to nothing, which keeps a history for the session alone.
 */
export function historyPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const path = env.SMOOTH_EDGES_HISTORY ?? join(userDataFolder(env), "smooth-edges", "history.jsonl");
  return path === "" ? undefined : path;
}

export class HistoryStore {
  readonly #path: string | undefined;
  readonly #session: string;
  readonly #onFailure: (error: Error) => void;
  /** This session's entries, which outlive a disk that takes nothing more. */
  readonly #own: StoredEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  /** @param onFailure told once where entries cannot be kept beyond this session */
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

  /** What was added is in the file. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  /** The entries of all sessions, oldest first, and the number of this one. */
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
      writeFileSync(this.#path, text.slice(text.indexOf("\n", text.length / 2) + 1));
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

/** Devices such as /dev/full have no end. */
function textOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? readFileSync(path, "utf8") : "";
}

/** Lines that were cut off by a full disk or written by something else are passed over. */
function parseEntry(line: string): StoredEntry[] {
  try {
    const { session, line: number, code, output } = JSON.parse(line) as Record<string, unknown>;
    if (typeof session !== "string" || typeof number !== "number" || typeof code !== "string") return [];
    return [{ session, line: number, code, output: typeof output === "string" ? output : null }];
  } catch {
    return [];
  }
}
