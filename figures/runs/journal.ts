import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Result } from "../studies/study";

/** A line of a journal: a task that is finished, what it cost and which code computed it. */
export interface Entry {
  readonly task: string;
  readonly result: Result;
  readonly seconds: number;
  readonly commit: string;
}

/** Writes a finished task at the end of a journal, on the disk before this returns. */
export function addEntry(path: string, entry: Entry): void {
  mkdirSync(dirname(path), { recursive: true });
  // A line that a killed run left unfinished must not swallow this one.
  const start = endsInMidLine(path) ? "\n" : "";
  appendFileSync(path, `${start}${JSON.stringify(entry)}\n`, { flush: true });
}

/** The entries of a journal, none where there is no such file; lines that a killed run left unfinished are passed over. */
export function readEntries(path: string): Entry[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").flatMap(entryOf);
}

function entryOf(line: string): Entry[] {
  try {
    const entry = JSON.parse(line) as Entry;
    return typeof entry.task === "string" ? [entry] : [];
  } catch {
    return [];
  }
}

function endsInMidLine(path: string): boolean {
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return text !== "" && !text.endsWith("\n");
}
