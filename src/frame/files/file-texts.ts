/** Finds texts in files, for errors that name the first one with its row and its file as `fromFrame` names it ({@link firstText}). */
import { mustBe, placeOf } from "../../errors";
import type { PassOptions } from "../../estimators/out-of-core/passes";
import type { ColumnTexts } from "../check-texts";
import { isNoNumber } from "./csv-values";

/** Rows of files, and the condition of those that are read. */
export interface FileValues {
  /** Answers queries of the files. */
  readonly inputs: { ask(sql: string, signal?: PassOptions["signal"]): Promise<unknown[][]> };
  /** Each with its columns, in SQL. */
  readonly files: readonly { readonly path: string; readonly table: string }[];
  /** In SQL. Default: all rows are read. */
  readonly condition?: string | undefined;
}

/** A text in a file. */
export interface PlacedText {
  readonly text: string;
  /** From 0. */
  readonly row: number;
  readonly file: string;
}

/** Maximum number of texts of a column that are compared; columns of more are refused for that. */
const MOST_TEXTS = 10_000;

/** The rows of a file with their numbers, which are counted before any are left out. */
function numbered(table: string, value: string, condition = "true"): string {
  return `(SELECT ${value} AS value, row FROM (SELECT *, row_number() OVER () - 1 AS row FROM ${table}) WHERE ${condition})`;
}

/** What a value must be in place of a text: one that is a number in all but its digits is no float as it is written. */
export function ruleOfNumbers(text: string): string {
  return Number.isNaN(Number(text)) ? "a number" : "a number that a 64-bit float keeps as it is written";
}

/** The first text of a column that is no number; the first text where all are numbers, and undefined where there is none. */
export async function firstText(
  { inputs, files, condition }: FileValues,
  value: string,
): Promise<PlacedText | undefined> {
  for (const rule of [isNoNumber("value"), "value IS NOT NULL"])
    for (const { path, table } of files) {
      const [[row, text]] = await inputs.ask(
        `SELECT min(row), arg_min(value, row) FROM ${numbered(table, value, condition)} WHERE ${rule}`,
      );
      if (row !== null) return { text: String(text), row: Number(row), file: path };
    }
  return undefined;
}

/** The texts of a column in the order of their first rows. */
export async function textsOfFiles(
  { inputs, files, condition }: FileValues,
  name: string,
  value: string,
): Promise<ColumnTexts> {
  const counts = new Map<string, number>();
  const places = new Map<unknown, { readonly row: number; readonly file: string }>();
  for (const { path, table } of files) {
    const found = await inputs.ask(
      `SELECT value, count(*), min(row) AS first FROM ${numbered(table, value, condition)} WHERE value IS NOT NULL GROUP BY value ORDER BY first LIMIT ${MOST_TEXTS}`,
    );
    for (const [text, count, row] of found) {
      counts.set(String(text), (counts.get(String(text)) ?? 0) + Number(count));
      if (!places.has(text)) places.set(text, { row: Number(row), file: path });
    }
  }
  return {
    name,
    counts,
    rowOf: (text) => places.get(text)?.row,
    fileOf: (text) => places.get(text)?.file,
    isOfFrame: false,
  };
}

/**
 * @param columns that must not have texts, with their values in SQL.
 * @throws InputError naming the first text of a column.
 */
export async function refuseTexts(
  where: string,
  rows: FileValues,
  columns: readonly { readonly name: string; readonly sql: string }[],
  remedyOf: (name: string) => string | undefined,
): Promise<void> {
  for (const { name, sql } of columns) {
    const found = await firstText(rows, sql);
    if (found === undefined) continue;
    const place = placeOf(name, found.row, found.file);
    throw mustBe(where, place, ruleOfNumbers(found.text), found.text, remedyOf(name));
  }
}
