/** Reads the names of the columns of a CSV file of any length, and counts its rows, as `readCsv` would. */

import { counted } from "../../display/formatting";
import { InputError, mustBe } from "../../errors";
import { type CsvLine, checkDelimiter, delimiterOf, ROW_NAMES_REMEDY, valuesOf } from "./read-csv";
import { checkColumnNames } from "./table-columns";

/** The first line of a CSV file. */
export interface CsvHead {
  readonly names: readonly string[];
  /** The number of the line, from 1. */
  readonly line: number;
  readonly delimiter: string;
}

/** Largest number of characters of the names. */
const MOST_OF_NAMES = 2 ** 24;

/**
 * Reads the names of the columns.
 *
 * @param pieces the bytes of the file, of which no more are taken than hold the names.
 * @param given the delimiter; by default that of `readCsv`.
 * @throws InputError as `readCsv`, and where there are no names.
 */
export async function readCsvHead(
  where: string,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  given?: string,
): Promise<CsvHead> {
  const delimiter = delimiterOf(where, path, given);
  if (delimiter.charCodeAt(0) > LAST_OF_ASCII)
    throw mustBe(where, "delimiter", "one character of ASCII", delimiter, "read the file with readCsv");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let lines: CsvLine[] = [];
  try {
    for await (const bytes of pieces) {
      text += decoder.decode(bytes, { stream: true });
      try {
        lines = valuesOf(where, text, delimiter, 2);
      } catch {
        continue; // Quotes that are open here may be closed by the next piece.
      }
      if (lines.length === 2 || text.length > MOST_OF_NAMES) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    throw new InputError(`${where}: ${path} must be text in utf-8, got other bytes; write it as UTF-8 first`);
  }
  if (lines.length < 2) lines = valuesOf(where, text, delimiter, 2);
  if (lines.length === 0) throw new InputError(`${where}: ${path} must have at least one line, got none`);
  if (lines.length === 1)
    throw new InputError(
      `${where}: ${path} must have at least one line below its names, got the names alone`,
    );
  const [first] = lines;
  if (given === undefined) checkDelimiter(where, first, delimiter);
  const names = first.values.map((name) => name.trim());
  checkColumnNames(where, names);
  return { names, line: first.line, delimiter };
}

const LAST_OF_ASCII = 127;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const [QUOTE, LINE_FEED, CARRIAGE_RETURN, SPACE] = ['"', "\n", "\r", " "].map((each) => each.charCodeAt(0));

/**
 * Counts the rows below the names, without blank lines; line breaks in quotes are parts of values.
 *
 * @param pieces the bytes of the file.
 * @param onPiece is told after each piece how many rows were counted, and ends the work where it throws.
 * @throws InputError naming the first row (from 0) with more or fewer values than names, and where quotes are not closed.
 */
export async function countCsvRows(
  where: string,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { names, line, delimiter }: CsvHead,
  onPiece: (nRows: number) => void = () => {},
): Promise<number> {
  const separator = delimiter.charCodeAt(0);
  const width = names.length;
  let row = -1;
  /** Number of bytes of a byte order mark that may begin the file; all of them once other bytes have come. */
  let nMarks = 0;
  let nValues = 1;
  let isQuoted = false;
  /** Whether the last byte was a quote in quotes, which closes them unless another one follows. */
  let closes = false;
  let beginsValue = true;
  let isBlank = true;
  const endLine = (): void => {
    if (!isBlank || nValues > 1) {
      if (nValues !== width) {
        const rule = `of ${counted(width, "value")} as the names are`;
        const place = row < 0 ? `the names in line ${line}` : `row ${row}`;
        throw mustBe(
          where,
          `${place} of ${path}`,
          rule,
          nValues,
          row === 0 && nValues === width + 1 ? ROW_NAMES_REMEDY : undefined,
        );
      }
      row++;
    }
    nValues = 1;
    beginsValue = true;
    isBlank = true;
  };
  for await (const bytes of pieces) {
    for (let at = 0; at < bytes.length; at++) {
      if (isQuoted && !closes) {
        at = bytes.indexOf(QUOTE, at);
        if (at < 0) break;
        closes = true;
        continue;
      }
      const byte = bytes[at];
      if (byte === BYTE_ORDER_MARK[nMarks]) {
        nMarks++;
        continue;
      }
      nMarks = BYTE_ORDER_MARK.length;
      if (closes) {
        closes = false;
        if (byte === QUOTE) continue;
        isQuoted = false;
      }
      if (byte === separator) {
        nValues++;
        beginsValue = true;
      } else if (byte > SPACE) {
        if (byte === QUOTE && beginsValue) isQuoted = true;
        beginsValue = false;
        isBlank = false;
      } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) endLine();
    }
    onPiece(Math.max(row, 0));
  }
  if (isQuoted && !closes)
    throw new InputError(
      `${where}: the quotes that row ${row} of ${path} opens must be closed, got the end of the file`,
    );
  endLine();
  return row;
}
