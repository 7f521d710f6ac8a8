/**
 * The journal of a running study: a line a finished task, on the disk before the next one is written, and a lock that keeps a
 * second process away from it.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { UsageError } from "../../kernel/errors";
import { makeFolder, syncFolder } from "../../src/file-writing";
import type { Result } from "../studies/study";

/** A line of a journal: a task that is finished, what it cost and which code computed it. */
export interface Entry {
  readonly task: string;
  readonly result: Result;
  readonly seconds: number;
  readonly commit: string;
}

/**
 * Writes a finished task at the end of a journal, on the disk before this returns.
 *
 * @throws UsageError where the journal cannot be written to; the lines that it has stay.
 */
export function addEntry(path: string, { task, result, seconds, commit }: Entry): void {
  const text = JSON.stringify({ task, result, seconds, commit } satisfies Entry);
  const line = `${text.slice(0, -1)},"sha256":"${checksumOf(text)}"}\n`;
  try {
    makeFolder(dirname(path));
    const isNew = !existsSync(path);
    // A line that a killed run left unfinished must not swallow this one.
    appendFileSync(path, endsInMidLine(path) ? `\n${line}` : line, { flush: true });
    if (isNew) syncFolder(dirname(path));
  } catch (error) {
    throw unwritableJournal(path, error);
  }
}

function unwritableJournal(path: string, error: unknown): UsageError {
  const { code } = error as NodeJS.ErrnoException;
  return new UsageError(
    `the journal ${path} must be a file that can be written, got ${code}; it keeps the tasks that it has, and the same command goes on after them`,
  );
}

/** The entries of a journal, and its faults. */
export interface Journal {
  readonly entries: readonly Entry[];
  /** A sentence on each line that is not what was written; its task counts as not computed. */
  readonly damages: readonly string[];
}

/**
 * Reads a journal, which has no entries where there is no such file. Lines of older versions, without a checksum, are read too.
 *
 * @throws UsageError where the file cannot be read.
 */
export function readJournal(path: string): Journal {
  if (!existsSync(path)) return { entries: [], damages: [] };
  const entries: Entry[] = [];
  const damages: string[] = [];
  for (const [index, line] of textOf(path).split("\n").entries()) {
    if (line === "") continue;
    const read = readLine(line);
    if (typeof read === "string")
      damages.push(
        `${path}: line ${index + 1} must be a finished task, got ${read}; its task is computed again`,
      );
    else entries.push(read);
  }
  return { entries, damages };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`the journal ${path} must be a file that can be read, got ${code}`);
  }
}

/** The fields of an entry, and what each must be. */
const FIELDS: Readonly<Record<keyof Entry, (value: unknown) => boolean>> = {
  task: (value) => typeof value === "string",
  result: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  seconds: (value) => typeof value === "number" && value >= 0,
  commit: (value) => typeof value === "string",
};

/** Returns the entry of a line, or what it has in place of one. */
function readLine(line: string): Entry | string {
  let values: Record<string, unknown>;
  try {
    values = Object(JSON.parse(line));
  } catch {
    return "an unfinished or damaged line";
  }
  const { sha256, ...entry } = values;
  const names = Object.keys(FIELDS) as (keyof Entry)[];
  const wrong = names.find((name) => !FIELDS[name](entry[name]));
  if (wrong) return `${entry[wrong] === undefined ? "no" : "another kind of"} ${wrong}`;
  const unknown = Object.keys(entry).find((name) => !Object.hasOwn(FIELDS, name));
  if (unknown) return `the unknown field ${JSON.stringify(unknown)}`;
  if ("sha256" in values && checksumOf(line.replace(/,"sha256":"[0-9a-f]{64}"\}$/, "}")) !== sha256)
    return "another checksum than that of the line";
  return entry as unknown as Entry;
}

function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function endsInMidLine(path: string): boolean {
  if (!existsSync(path)) return false;
  const handle = openSync(path, "r");
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
  } finally {
    closeSync(handle);
  }
}

/** Milliseconds after which the owner of a lock touches it again. */
const HEARTBEAT = 15_000;

/** Age in milliseconds from which a lock of another machine is that of a dead process; shared folders tell ages a minute late. */
const DEAD_AFTER = 180_000;

/** The process that computes what a journal lacks. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** It tells the locks of one process apart. */
  readonly id: string;
}

/**
 * Takes the lock of a journal. That of a process which was killed is taken over, on another machine after three minutes.
 *
 * @returns what gives the lock back.
 * @throws UsageError that names the process which has it.
 */
export function lockJournal(journal: string): () => void {
  const path = lockOf(journal);
  const own: Owner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    id: randomUUID(),
  };
  const draft = `${path}.${own.id}`;
  try {
    makeFolder(dirname(path));
    // A link makes the lock with its content in one step, and fails where there is one.
    writeFileSync(draft, JSON.stringify(own), { flag: "wx" });
    while (!isLinked(draft, path)) {
      const owner = readOwner(path);
      if (owner && isAtWork(owner, path)) {
        throw new UsageError(
          `${journal} must be of one process at a time, got process ${owner.pid} on ${owner.host} at work on it since ${owner.since}; wait for its end, or remove ${path} where there is no such process`,
        );
      }
      removeLock(path, owner);
    }
  } catch (error) {
    throw error instanceof UsageError ? error : unwritableJournal(journal, error);
  } finally {
    rmSync(draft, { force: true });
  }
  held.add(own.id);
  const beat = setInterval(() => touch(path), HEARTBEAT);
  beat.unref();
  return () => {
    clearInterval(beat);
    held.delete(own.id);
    if (readOwner(path)?.id === own.id) rmSync(path, { force: true });
  };
}

/** The locks that this process has: one with its number that is not among them is of an earlier process of that number. */
const held = new Set<string>();

/** Whether a living process computes what a journal lacks. */
export function isLocked(journal: string): boolean {
  const path = lockOf(journal);
  const owner = readOwner(path);
  return owner !== undefined && isAtWork(owner, path);
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // A lock that is gone, or on a broken disk, is not worth an end: the journal itself says what cannot be written.
  }
}

function lockOf(journal: string): string {
  return `${journal}.lock`;
}

function isLinked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Removes the lock of a process that has ended, unless another process has just taken it over. */
function removeLock(path: string, owner: Owner | undefined): void {
  const removed = `${path}.${randomUUID()}`;
  try {
    renameSync(path, removed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readOwner(removed)?.id !== owner?.id) isLinked(removed, path);
  rmSync(removed, { force: true });
}

/** Returns the owner of a lock; undefined where there is no lock, or one that a full disk or a power cut left without content. */
function readOwner(path: string): Owner | undefined {
  try {
    const { pid, host, since, id } = JSON.parse(readFileSync(path, "utf8")) as Owner;
    return typeof pid === "number" && typeof host === "string" ? { pid, host, since, id } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the owner of a lock runs: that of another machine is known by how long ago it touched the lock. */
function isAtWork({ pid, host, id }: Owner, path: string): boolean {
  if (host !== hostname()) {
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - touched < DEAD_AFTER;
  }
  if (pid === process.pid) return held.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
