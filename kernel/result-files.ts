/** Writes results to their places, or elsewhere where that fails, so that an hour's work is not lost. */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeFileAtomically, writeInTemporaryFolder } from "../src/file-writing";
import { codeOf } from "./errors";

/** Where a file was written; the system's code of the reason where that is not its path, and no place where all are full. */
export interface WrittenFile {
  readonly place: string | undefined;
  readonly refusal?: string;
}

/** Writes a file in one step to its path or, where that fails, to a new folder for temporary files. */
export function writeSomewhere(path: string, text: string): WrittenFile {
  try {
    writeFileAtomically(path, text);
    return { place: path };
  } catch (error) {
    const refusal = codeOf(error);
    try {
      return writeInTemporaryFolder("smooth-edges-result-", (folder) => {
        const place = join(folder, basename(path));
        writeFileSync(place, text, { flush: true });
        return { place, refusal };
      });
    } catch {
      return { place: undefined, refusal };
    }
  }
}
