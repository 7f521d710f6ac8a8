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
 * @param workers - Notebooks at a time.
 * @returns one entry a notebook, or undefined where the run was interrupted
 */
export async function reproduceNotebooks(
  folder: string,
  build: string,
  workers: number,
  signal: AbortSignal,
): Promise<Reproduced[] | undefined> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")) : [];
  mkdirSync(build, { recursive: true });
  names.sort();
  const entries: Reproduced[] = [];
  const waiting = [...names.keys()];
  let isInterrupted = false;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !isInterrupted; next = waiting.shift()) {
      const path = join(folder, names[next]);
      const result = join(build, names[next]);
      rmSync(result, { force: true });
      const exitCode = await runCommand(
        [relative(process.cwd(), path)],
        { output: relative(process.cwd(), build), timeout: CELL_TIMEOUT_SECONDS, signal },
        // They are written as files are: the one line that a terminal refreshes cannot show several notebooks.
        { out: plain(process.stdout), err: plain(process.stderr) },
      );
      isInterrupted ||= exitCode === 130;
      entries[next] =
        exitCode === 0
          ? { path: result, problem: difference(result, path) }
          : {
              path: result,
              problem: "a cell failed or its result could not be written, see above",
              hasFailed: true,
            };
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return isInterrupted ? undefined : entries;
}

/** The stream without what it knows of a terminal. */
function plain(stream: NodeJS.WriteStream): { write(text: string): unknown } {
  return { write: (text) => stream.write(text) };
}

function difference(result: string, committed: string): string | undefined {
  const found = compareNotebooks(readNotebook(result), readNotebook(committed));
  return found && `the outputs differ from the committed ones at ${describeDifference(found)}`;
}
