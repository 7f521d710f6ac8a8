/** The files that commands on models write: whether they may ({@link checkPlace}), and what becomes of a result that cannot be written. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { checkReplaceable } from "../../src/file-writing";
import { placeNotWritable, placeTaken, reportNameInvalid } from "../data-errors";
import { codeOf, resultElsewhere } from "../errors";
import { writeSomewhere } from "../result-files";
import { REPORT_MARK } from "./model-report";

/** @throws {UsageError} where a file could not be written, or something else is there, before an hour's work is lost. */
export function checkPlace(where: string, option: string, path: string, mark: string): void {
  checkIsOurs(where, option, path, mark);
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    checkReplaceable(path);
  } catch (error) {
    throw placeNotWritable(where, option, path, codeOf(error));
  }
}

/** Does the same for the page of a report. @throws {UsageError} where its name is not that of a page, too. */
export function checkReportPlace(where: string, path: string): void {
  if (!/\.html?$/i.test(path)) throw reportNameInvalid(where, path);
  checkPlace(where, "--report", path, REPORT_MARK);
}

/** @throws {UsageError} where a file is in the place that is none of this command's, so that it is not lost. */
function checkIsOurs(where: string, option: string, path: string, mark: string): void {
  if (!existsSync(path)) return;
  let start = "";
  try {
    start = readFileSync(path, "utf8").slice(0, 1000);
  } catch {
    // Writing says why.
    return;
  }
  if (start !== "" && !start.includes(mark)) throw placeTaken(where, option, path);
}

/** Writes a file to its place or, where that fails, to a folder for temporary files. @returns whether it is in its place. */
export function writeResult(path: string, text: string, err: (text: string) => void): boolean {
  const { place, refusal } = writeSomewhere(path, text);
  if (refusal !== undefined) err(`${resultElsewhere(path, refusal, place)}\n`);
  return refusal === undefined;
}
