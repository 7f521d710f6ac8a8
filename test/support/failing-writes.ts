/**
 * Fails each call of `node:fs` that changes files, one after the other, as SQLite's tests do: with a full or broken disk, with the end
 * of the process, or with a power cut, which also undoes what is not on the disk yet.
 *
 * @see https://www.sqlite.org/testing.html ("Anomaly Testing")
 */
import fs from "node:fs";
import { dirname } from "node:path";

export const FAILURES = ["ENOSPC", "EIO", "killed", "power cut"] as const;
export type Failure = (typeof FAILURES)[number];

/** The calls that change files, or put them on the disk; that which opens folders never fails. */
const CALLS = [
  "openSync",
  "appendFileSync",
  "fsyncSync",
  "linkSync",
  "mkdirSync",
  "mkdtempSync",
  "renameSync",
  "rmSync",
  "writeFileSync",
] as const;

type Call = (...args: unknown[]) => unknown;

/**
 * Does work once for each failure and each of its calls that change files, at which it fails.
 *
 * @param prepare makes the state before the work.
 * @param check is told of the failure, the number of the failed call from 1, and what the work threw, if anything.
 * @returns the number of calls of the work.
 */
export async function failEachWrite(
  prepare: () => void,
  work: () => unknown,
  check: (failure: Failure, at: number, thrown: unknown) => unknown,
): Promise<number> {
  let calls = 0;
  for (const failure of FAILURES) {
    for (let at = 1; ; at++) {
      prepare();
      const disk = new FailingDisk(failure, at);
      let thrown: unknown;
      try {
        await work();
      } catch (error) {
        thrown = error;
      } finally {
        disk.restore();
      }
      if (!disk.hasFailed) break;
      calls = at;
      await check(failure, at, thrown);
    }
  }
  return calls;
}

/** `node:fs` of a process whose calls fail from one on, or only that one where the process goes on. */
class FailingDisk {
  hasFailed = false;
  readonly #failure: Failure;
  readonly #at: number;
  readonly #originals: ReadonlyMap<string, Call>;
  /** Paths by their handles. */
  readonly #opened = new Map<number, string>();
  /** Paths whose content is not on the disk. */
  readonly #unflushed = new Set<string>();
  /** Undoes what is not on the disk, the last first; each with the folder whose synchronization makes it last. */
  #undo: { readonly folder: string; readonly run: () => void }[] = [];
  #count = 0;
  #depth = 0;

  constructor(failure: Failure, at: number) {
    [this.#failure, this.#at] = [failure, at];
    const patched = fs as unknown as Record<string, Call>;
    this.#originals = new Map(CALLS.map((name) => [name, patched[name]]));
    for (const [name, original] of this.#originals) {
      patched[name] = (...args) => {
        // Node's own calls within a call belong to it.
        if (this.#depth > 0) return original(...args);
        if (name === "openSync") {
          const handle = original(...args);
          this.#opened.set(handle as number, String(args[0]));
          return handle;
        }
        this.#depth++;
        try {
          return this.#call(name, original, args);
        } finally {
          this.#depth--;
        }
      };
    }
  }

  restore(): void {
    Object.assign(fs, Object.fromEntries(this.#originals));
    if (!this.hasFailed || this.#failure !== "power cut") return;
    for (const path of this.#unflushed) if (fs.existsSync(path)) fs.truncateSync(path);
    for (const { run } of this.#undo.reverse()) run();
  }

  #call(name: string, original: Call, args: unknown[]): unknown {
    const isDead = this.hasFailed && (this.#failure === "killed" || this.#failure === "power cut");
    if (isDead) throw new Error(`the process ended: ${this.#failure}`);
    if (++this.#count === this.#at) {
      this.hasFailed = true;
      if (name === "writeFileSync" || name === "appendFileSync") this.#writeHalf(name, original, args);
      throw Object.assign(new Error(`${this.#failure}: ${name}`), { code: this.#failure });
    }
    const undo = this.#undoOf(name, args);
    const result = original(...args);
    this.#followContent(name, args);
    if (undo) this.#undo.push(undo);
    if (name === "fsyncSync") {
      const synced = this.#opened.get(args[0] as number);
      this.#undo = this.#undo.filter(({ folder }) => folder !== synced);
    }
    return result;
  }

  /** Notes which files have content that is not on the disk, also under a new name. */
  #followContent(name: string, [path, other, options]: unknown[]): void {
    if (name === "renameSync" && this.#unflushed.delete(String(path))) this.#unflushed.add(String(other));
    if (name !== "writeFileSync" && name !== "appendFileSync") return;
    if ((options as { readonly flush?: boolean } | undefined)?.flush) this.#unflushed.delete(String(path));
    else this.#unflushed.add(String(path));
  }

  /** Writes the first half of a content, as a disk does that becomes full. */
  #writeHalf(name: string, original: Call, [path, content, options]: unknown[]): void {
    const bytes = Buffer.from(content as string);
    const undo = this.#undoOf(name, [path, content, {}]);
    original(path, bytes.subarray(0, bytes.length / 2), options);
    if (undo) this.#undo.push(undo);
  }

  /** Returns what a power cut makes of the names of a call that are not on the disk: deletions last, others may be lost. */
  #undoOf(name: string, args: unknown[]): { folder: string; run: () => void } | undefined {
    const original = (call: string): Call => this.#originals.get(call) as Call;
    const contentOf = (path: string): Buffer | undefined =>
      fs.existsSync(path) ? fs.readFileSync(path) : undefined;
    const restore = (path: string, content: Buffer | undefined): void => {
      if (content === undefined) original("rmSync")(path, { force: true });
      else original("writeFileSync")(path, content);
    };
    if (name === "renameSync") {
      const [from, to] = args as [string, string];
      const [moved, replaced] = [contentOf(from), contentOf(to)];
      return {
        folder: dirname(to),
        run: () => {
          restore(from, moved);
          restore(to, replaced);
        },
      };
    }
    if (name !== "writeFileSync" && name !== "appendFileSync") return undefined;
    const path = String(args[0]);
    // The name of a new file lasts once its folder is on the disk.
    return fs.existsSync(path) ? undefined : { folder: dirname(path), run: () => restore(path, undefined) };
  }
}
