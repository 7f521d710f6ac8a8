/** Summaries of the columns of a table ({@link summarizeColumns}): types, missing values, levels and moments. */
import type { DesignInput } from "../design/design-input";
import { columnSource } from "../design/sources/read-table";
import { counted, formatNumber } from "../display/formatting";
import { Table, TableResult } from "../display/table";
import { emptyTable, isDate, show, standsForMissing } from "../errors";
import { isMissing, middleOf } from "./column-encoder";

/** The type of the values of a column; `"mixed"` for values of several types, `"empty"` where all are missing. */
export type ColumnType = "number" | "text" | "truth value" | "date" | "mixed" | "empty";

/** One level of a column, and how many rows have it. */
export interface LevelCount {
  /** The value; a date as a text. */
  readonly level: string | number | boolean;
  /** Number of rows. */
  readonly count: number;
}

/** The summary of one column. */
export interface ColumnSummary {
  /** Name of the column. */
  readonly name: string;
  /** The type of its values. */
  readonly type: ColumnType;
  /** Number of rows. */
  readonly nRows: number;
  /** Number of missing values: null, undefined, NaN and empty texts. */
  readonly nMissing: number;
  /** Number of different values that are not missing. */
  readonly nLevels: number;
  /** The most frequent values of a column that is not of numbers, at most ten; of equal ones the first seen. */
  readonly levels: readonly LevelCount[];
  /** Texts in it that people write for a missing value, such as `NA`; here they are levels. */
  readonly missingTexts: readonly string[];
  /** Of numbers and truth values; undefined otherwise, as are the others. */
  readonly mean: number | undefined;
  /** Divisor n - 1; NaN of one value. */
  readonly standardDeviation: number | undefined;
  /** The smallest number. */
  readonly min: number | undefined;
  /** The middle number, or the mean of the two in the middle. */
  readonly median: number | undefined;
  /** The largest number. */
  readonly max: number | undefined;
}

/** Summaries of the columns of a table; an immutable value. */
export class ColumnSummaries extends TableResult {
  /** One a column, in the order of the table. */
  readonly columns: readonly ColumnSummary[];

  constructor(columns: readonly ColumnSummary[]) {
    super();
    this.columns = columns;
  }

  /** The summary of a column; undefined where there is none of that name. */
  get(name: string): ColumnSummary | undefined {
    return this.columns.find((column) => column.name === name);
  }

  /** One row a column, and a line for each in which texts may stand for missing values. */
  summary(): Table {
    const suspects = this.columns.filter(({ missingTexts }) => missingTexts.length > 0);
    return new Table({
      title: `${counted(this.columns.length, "column")} of ${counted(this.columns[0].nRows, "row")}`,
      columns: [
        "column",
        "type",
        "missing",
        "different",
        "mean",
        "deviation",
        "min",
        "median",
        "max",
        "most frequent",
      ],
      rows: this.columns.map((column) => [
        column.name,
        column.type,
        column.nMissing,
        column.nLevels,
        ...[column.mean, column.standardDeviation, column.min, column.median, column.max].map((value) =>
          value === undefined || Number.isNaN(value) ? null : value,
        ),
        column.levels
          .slice(0, 3)
          .map(({ level, count }) => `${level} (${formatNumber(count)})`)
          .join(", "),
      ]),
      notes: suspects.map(
        ({ name, missingTexts }) =>
          `Column ${JSON.stringify(name)} has texts that may stand for missing values: ${missingTexts.map(show).join(", ")}.`,
      ),
    });
  }
}

/** Most levels that a summary has. */
const MOST_LEVELS = 10;

/**
 * Summarizes every column of a table before anything is fitted: its type, missing values and different values, moments of numbers, levels of
 * others, and texts that may stand for missing values.
 *
 * @param frame any table that `fromFrame` or a model takes.
 * @returns one summary a column, which shows itself as a table.
 * @throws InputError when it is no table, or has no row or column.
 * @example
 * ```ts
 * const summaries = summarizeColumns({ age: [30, null, 50], city: ["Ulm", "NA", "Ulm"] });
 * summaries.get("age").median; // 40
 * summaries.get("city").missingTexts; // ["NA"]
 * ```
 */
export function summarizeColumns(frame: DesignInput): ColumnSummaries {
  const where = "summarizeColumns";
  const { names, nRows, nColumns, column } = columnSource(where, "frame", frame);
  if (nRows === 0 || nColumns === 0) throw emptyTable(where, "frame", nRows, nColumns);
  return new ColumnSummaries(
    Array.from({ length: nColumns }, (_, j) => summaryOf(names?.[j] ?? `x${j}`, column(j), nRows)),
  );
}

function summaryOf(name: string, values: ArrayLike<unknown>, nRows: number): ColumnSummary {
  const present = Array.from({ length: nRows }, (_, i) => values[i]).filter((value) => !isMissing(value));
  const types = new Set(present.map(typeOf));
  const type = types.size === 0 ? "empty" : types.size === 1 ? [...types][0] : "mixed";
  const counts = new Map<string | number | boolean, number>();
  for (const value of present) {
    const level = levelOf(value);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const isNumeric = type === "number" || type === "truth value";
  const levels = [...counts]
    .map(([level, count]) => ({ level, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, type === "number" ? 0 : MOST_LEVELS);
  return {
    name,
    type,
    nRows,
    nMissing: nRows - present.length,
    nLevels: counts.size,
    levels,
    missingTexts: [...counts.keys()].filter((level): level is string => standsForMissing(level)),
    ...(isNumeric ? momentsOf(Float64Array.from(present, Number)) : noMoments),
  };
}

const noMoments = {
  mean: undefined,
  standardDeviation: undefined,
  min: undefined,
  median: undefined,
  max: undefined,
};

function momentsOf(numbers: Float64Array): { readonly [Name in keyof typeof noMoments]: number } {
  const n = numbers.length;
  const mean = numbers.reduce((sum, value) => sum + value / n, 0);
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const ascending = numbers.slice().sort();
  return {
    mean,
    standardDeviation: Math.sqrt(squares / (n - 1)),
    min: ascending[0],
    median: middleOf(ascending),
    max: ascending[n - 1],
  };
}

function typeOf(value: unknown): Exclude<ColumnType, "mixed" | "empty"> {
  if (typeof value === "number" || typeof value === "bigint") return "number";
  if (typeof value === "boolean") return "truth value";
  return isDate(value) ? "date" : "text";
}

function levelOf(value: unknown): string | number | boolean {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number(value);
  return isDate(value) ? value.toISOString() : String(value);
}
