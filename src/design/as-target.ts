import { emptyTable, isDate, severalResponses } from "../errors";
import { columnSource } from "./column-source";
import type { TargetInput } from "./design-input";
import { copyFiniteColumn } from "./finite-column";
import { arrowVectorValues, isArrowVector } from "./sources/arrow-source";
import { danfojsSeriesValues } from "./sources/danfojs-source";
import { isColumn } from "./sources/plain-columns-source";
import { polarsSeriesValues } from "./sources/polars-source";

/**
 * The response as 64-bit floats of its own: from numbers, a series, a vector, or a table of one column.
 *
 * @param where the caller's name, which opens every error message.
 * @throws InputError naming the first row, counted from 0, that holds no finite number, or if there are several columns.
 */
export function asTarget(where: string, y: TargetInput): Float64Array {
  const values = targetValues(where, y);
  if (values.length === 0) throw emptyTable(where, "y", 0, 1);
  const out = new Float64Array(values.length);
  copyFiniteColumn(where, "y", values, out);
  return out;
}

function targetValues(where: string, y: TargetInput): ArrayLike<unknown> {
  if (typeof y === "object" && y !== null) {
    const frameValues = danfojsSeriesValues(y) ?? polarsSeriesValues(y);
    if (frameValues) return frameValues;
    if (isArrowVector(y)) return arrowVectorValues(where, "y", y);
    if (isColumn(y) && (typeof y[0] !== "object" || y[0] === null || isDate(y[0]))) return y;
  }
  const source = columnSource(where, "y", y);
  if (source.nColumns > 1) throw severalResponses(where, source.nColumns);
  return source.nColumns === 0 ? [] : source.column(0);
}
