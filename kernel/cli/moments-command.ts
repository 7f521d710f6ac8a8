/**
 * `smooth-edges moments` and `smooth-edges merge`: means and covariances of the files of a table, each computed where its file is, and
 * those of the whole table from them.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type MomentSummary,
  mergeMomentSummaries,
  momentSummaryFromJSON,
  type SummarizeOptions,
  summarizeFile,
} from "smooth-edges/frame";
import { writeFileAtomically } from "../../src/file-writing";
import { codeOf, partRefused, partTwice, summaryNotWritable, summaryUnreadable, UsageError } from "../errors";

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
  const distinct = new DistinctParts(where);
  for (const file of files) {
    try {
      const summary = await summarizeFile(file, options);
      distinct.add(file, summary);
      all = all ? mergeMomentSummaries([all, summary]) : summary;
      say(`${file}: ${rowsOf(summary)}`);
    } catch (error) {
      if (error instanceof UsageError) throw error;
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
  const distinct = new DistinctParts(where);
  for (const file of files) {
    try {
      const summary = momentSummaryFromJSON(readFileSync(file, "utf8"));
      distinct.add(file, summary);
      all = all ? mergeMomentSummaries([all, summary]) : summary;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const isSystems = (error as NodeJS.ErrnoException).code !== undefined;
      throw isSystems
        ? summaryUnreadable(where, file, error as NodeJS.ErrnoException)
        : partRefused(where, file, all === undefined, error as Error);
    }
  }
  return write(where, out, all!);
}

/** Notices a part that comes twice, of which the rows would be counted twice. Parts themselves may be too large to keep. */
class DistinctParts {
  readonly #files = new Map<string, string>();
  readonly #where: string;

  constructor(where: string) {
    this.#where = where;
  }

  /** @throws {UsageError} where an earlier file has the same moments, and distinct rows hardly have them. */
  add(file: string, { nSamples, means, covariance }: MomentSummary): void {
    // This is the rule of `mergeMomentSummaries`.
    if (nSamples <= means.length + 1 || covariance.every((value) => value === 0)) return;
    const key = createHash("sha256").update(`${nSamples} `).update(means).update(covariance).digest("hex");
    const other = this.#files.get(key);
    if (other !== undefined) throw partTwice(this.#where, file, other, nSamples);
    this.#files.set(key, file);
  }
}

function write(where: string, out: string, summary: MomentSummary): string {
  try {
    writeFileAtomically(out, `${JSON.stringify(summary)}\n`);
  } catch (error) {
    throw summaryNotWritable(where, out, codeOf(error));
  }
  const { featureNames, responseName } = summary;
  return `Wrote ${out}: ${rowsOf(summary)}, ${featureNames.length} features of ${responseName}\n`;
}

function rowsOf({ nSamples, nDropped }: MomentSummary): string {
  return nDropped > 0 ? `${nSamples} rows, ${nDropped} dropped for missing values` : `${nSamples} rows`;
}
