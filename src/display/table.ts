import { mustBe } from "../errors";
import type { BarValue } from "./bars";
import { DISPLAY, type Displayable, INSPECT, type MimeBundle, makeDisplayable } from "./mime-bundle";
import { type TableCell, type TableContents, tableHTML, tableText } from "./table-rendering";
import type { TrafficLight } from "./traffic-light";

/** Options of a {@link Table}. */
export interface TableOptions {
  /** One line above the table; none by default. */
  readonly title?: string;
  readonly columns: readonly string[];
  /** One array a row, with as many cells as there are columns. */
  readonly rows: readonly (readonly TableCell[])[];
  /** Number of rows of the whole table, where `rows` are only the first and the last of them, half from each end. */
  readonly nRows?: number;
  /** Number of columns of the whole table, where `columns` are only the first and the last of them, half from each end. */
  readonly nColumns?: number;
  /** Significant digits of numbers; defaults to 4. */
  readonly digits?: number;
  /** At most this many rows are shown, half from each end, and the gap is named; defaults to 40. */
  readonly maxRows?: number;
  /** At most this many columns are shown, half from each end, and the gap is named; defaults to 20. */
  readonly maxColumns?: number;
  /** One text a column, shown below its name, such as a type; none by default. */
  readonly subheads?: readonly string[];
  /** One number a row, drawn as a bar at its end, null for none; no bars by default. */
  readonly bars?: readonly BarValue[];
  /** Judgements between title and table; none by default. */
  readonly lights?: readonly TrafficLight[];
  /** Lines below the table; none by default. */
  readonly notes?: readonly string[];
}

/**
 * Rows and columns that show themselves as text and as HTML, with bars, judgements and notes where they are given.
 *
 * A column of numbers is rounded to significant digits and aligned at the decimal point. `rows` keeps every row
 * and every digit; only what is shown is rounded and shortened.
 *
 * @example
 * new Table({ title: "Two features", columns: ["feature", "coef"], rows: [["bmi", 24.9032], ["age", -0.51]] })
 */
export class Table implements Displayable, TableContents {
  /** One line above the table, if any. */
  readonly title: string | undefined;
  /** One name a column. */
  readonly columns: readonly string[];
  /** Every row that was given, with every digit. */
  readonly rows: readonly (readonly TableCell[])[];
  /** Number of rows, including omitted ones. */
  readonly nRows: number;
  /** Number of columns, including omitted ones. */
  readonly nColumns: number;
  /** Significant digits of numbers that are shown. */
  readonly digits: number;
  /** Maximum number of rows that are shown. */
  readonly maxRows: number;
  /** Maximum number of columns that are shown. */
  readonly maxColumns: number;
  /** One text a column, below its name, if any. */
  readonly subheads: readonly string[] | undefined;
  /** One number a row, drawn as a bar at its end, if any. */
  readonly bars: readonly BarValue[] | undefined;
  /** Judgements between title and table. */
  readonly lights: readonly TrafficLight[];
  /** Lines below the table. */
  readonly notes: readonly string[];

  /** @throws InputError when a row has not as many cells as there are columns, or an option is out of range or length. */
  constructor(options: TableOptions) {
    const { title, columns, rows, digits = 4, maxRows = 40, maxColumns = 20, subheads, bars } = options;
    if (!(Number.isInteger(digits) && digits >= 1 && digits <= 17))
      throw mustBe("Table", "digits", "an integer from 1 to 17", digits);
    for (const [name, most] of Object.entries({ maxRows, maxColumns }))
      if (!(Number.isInteger(most) && most >= 2)) throw mustBe("Table", name, "an integer >= 2", most);
    for (const [i, row] of rows.entries())
      if (row.length !== columns.length)
        throw mustBe("Table", `row ${i}`, `${columns.length} cells, one a column`, row);
    const { nRows = rows.length, nColumns = columns.length } = options;
    if (!(Number.isInteger(nRows) && nRows >= rows.length))
      throw mustBe("Table", "nRows", `an integer >= ${rows.length}, the rows that are given`, nRows);
    if (!(Number.isInteger(nColumns) && nColumns >= columns.length))
      throw mustBe(
        "Table",
        "nColumns",
        `an integer >= ${columns.length}, the columns that are given`,
        nColumns,
      );
    if (subheads && subheads.length !== columns.length)
      throw mustBe("Table", "subheads", `${columns.length} texts, one a column`, subheads);
    if (bars && bars.length !== rows.length)
      throw mustBe("Table", "bars", `${rows.length} numbers, one a row`, bars);
    this.title = title;
    this.columns = [...columns];
    this.rows = rows.map((row) => [...row]);
    this.nRows = nRows;
    this.nColumns = nColumns;
    this.digits = digits;
    this.maxRows = maxRows;
    this.maxColumns = maxColumns;
    this.subheads = subheads && [...subheads];
    this.bars = bars && [...bars];
    this.lights = [...(options.lights ?? [])];
    this.notes = [...(options.notes ?? [])];
  }

  /** The table in a fixed-width font. */
  toString(): string {
    return tableText(this);
  }

  /** `text/html` and `text/plain`. */
  toMimeBundle(): MimeBundle {
    return { "text/html": tableHTML(this), "text/plain": this.toString() };
  }
}

makeDisplayable(Table);

/** A value that shows itself as the table of its {@link TableResult.summary}. */
export abstract class TableResult implements Displayable {
  /** What it shows. */
  abstract summary(): Table;

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(TableResult);

/**
 * Makes one value show itself as a table, as {@link makeDisplayable} does for all of a class.
 *
 * For values that are plain records, with nothing listed but what they hold. A copy by `{ ...value }` shows its fields again.
 *
 * @returns the value.
 */
export function displayable<Value extends object>(value: Value, summary: (value: Value) => Table): Value {
  return Object.defineProperties(value, {
    [DISPLAY]: { value: (): MimeBundle => summary(value).toMimeBundle() },
    toString: { value: (): string => summary(value).toString() },
    [INSPECT]: { value: (): string => summary(value).toString() },
  });
}
