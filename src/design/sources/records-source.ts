import { isDate, mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import { isColumn } from "./plain-columns-source";
import { columnOfRows } from "./rows-source";

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads an array of records. The first one names the columns; a field that a later record lacks reads as `undefined`,
 * and one that the first record lacks is an error, for it would be dropped in silence.
 */
export function recordsSource(where: string, X: object): ColumnSource | undefined {
  if (!Array.isArray(X) || !isRecord(X[0])) return undefined;
  const names = Object.keys(X[0]);
  const known = new Set(names);
  for (let i = 0; i < X.length; i++) {
    const row: unknown = X[i];
    if (!isRecord(row)) throw mustBe(where, `row ${i}`, "a record like row 0", row);
    for (const name in row) {
      if (!known.has(name))
        throw mustBe(where, `row ${i}`, "a record with no field but those of row 0", name);
    }
  }
  return {
    names,
    nColumns: names.length,
    nRows: X.length,
    column: (j) => columnOfRows<string>(X, names[j]),
  };
}

function isRecord(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !isColumn(value) && !isDate(value);
}
