import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { runCommand } from "../kernel/cli/run-command";
import { readNotebook } from "../kernel/runner/notebook";
import { compareNotebooks, describeDifference } from "../notebooks/compare-notebooks";
import type { Reproduced } from "./reproduced";

/** Far above what a cell takes on a slow machine, and below what a continuous build waits. */
const CELL_TIMEOUT_SECONDS = 1200;

/**
 * Runs every notebook of a folder as `smooth-edges run` does, into a build folder, and compares the outputs with the
 * committed ones.
 *
 * @returns one entry a notebook, or undefined where the run was interrupted
 */
export async function reproduceNotebooks(
  folder: string,
  build: string,
  signal: AbortSignal,
): Promise<Reproduced[] | undefined> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")) : [];
  mkdirSync(build, { recursive: true });
  const entries: Reproduced[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    const result = join(build, name);
    rmSync(result, { force: true });
    const exitCode = await runCommand(
      [relative(process.cwd(), path)],
      { output: relative(process.cwd(), build), timeout: CELL_TIMEOUT_SECONDS, signal },
      { out: process.stdout, err: process.stderr },
    );
    if (exitCode === 130) return undefined;
    entries.push(
      exitCode === 0
        ? { path: result, problem: difference(result, path) }
        : { path: result, problem: "a cell failed", hasFailed: true },
    );
  }
  return entries;
}

function difference(result: string, committed: string): string | undefined {
  const found = compareNotebooks(readNotebook(result), readNotebook(committed));
  return found && `the outputs differ from the committed ones at ${describeDifference(found)}`;
}
