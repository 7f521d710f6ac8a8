/**
 * `smooth-edges moments` and `smooth-edges merge`: means and covariances of the files of a table, each computed where its file is, and
 * those of the whole table from them.
 */
import { readFileSync } from "node:fs";
import {
  type MomentSummary,
  mergeMomentSummaries,
  momentSummaryFromJSON,
  type SummarizeOptions,
  summarizeFile,
} from "smooth-edges/frame";
import { writeFileAtomically } from "../../src/file-writing";
import { partRefused, summaryNotWritable, summaryUnreadable } from "../errors";

/**
 * Summarizes files of a table, and writes one summary of all of them.
 *
 * @param say is told how far it is, a line a file.
 * @returns the text to print.
 * @throws {UsageError} when DuckDB is not installed, a file cannot be read, has a column that is no number or other columns than the
 * first, or when the output cannot be written
 */
export async function momentsCommand(
  files: readonly string[],
  out: string,
  options: SummarizeOptions,
  say: (line: string) => void,
): Promise<string> {
  const where = "smooth-edges moments";
  let all: MomentSummary | undefined;
  for (const file of files) {
    try {
      const summary = await summarizeFile(file, options);
      all = all ? mergeMomentSummaries([all, summary]) : summary;
      say(`${file}: ${rowsOf(summary)}`);
    } catch (error) {
      throw partRefused(where, file, all === undefined, error as Error);
    }
  }
  return write(where, out, all!);
}

/**
 * Merges summaries that `smooth-edges moments` or `smooth-edges merge` wrote.
 *
 * @returns the text to print.
 * @throws {UsageError} when a file cannot be read, is no summary, or has other columns than the first, or when the output cannot be
 * written
 */
export function mergeCommand(files: readonly string[], out: string): string {
  const where = "smooth-edges merge";
  let all: MomentSummary | undefined;
  for (const file of files) {
    try {
      const summary = momentSummaryFromJSON(readFileSync(file, "utf8"));
      all = all ? mergeMomentSummaries([all, summary]) : summary;
    } catch (error) {
      const isSystems = (error as NodeJS.ErrnoException).code !== undefined;
      throw isSystems
        ? summaryUnreadable(where, file, error as NodeJS.ErrnoException)
        : partRefused(where, file, all === undefined, error as Error);
    }
  }
  return write(where, out, all!);
}

function write(where: string, out: string, summary: MomentSummary): string {
  try {
    writeFileAtomically(out, `${JSON.stringify(summary)}\n`);
  } catch (error) {
    throw summaryNotWritable(where, out, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const { featureNames, responseName } = summary;
  return `Wrote ${out}: ${rowsOf(summary)}, ${featureNames.length} features of ${responseName}\n`;
}

function rowsOf({ nSamples, nDropped }: MomentSummary): string {
  return nDropped > 0 ? `${nSamples} rows, ${nDropped} dropped for missing values` : `${nSamples} rows`;
}
