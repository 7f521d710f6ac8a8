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
 * @param what its name there; another column that goes with the rows is read in the same way.
 * @throws InputError naming the first row, counted from 0, that holds no finite number, or if there are several columns.
 */
export function asTarget(where: string, y: TargetInput, what = "y"): Float64Array {
  const values = targetValues(where, y, what);
  const out = new Float64Array(values.length);
  copyFiniteColumn(where, what, values, out);
  return out;
}

/**
 * The entries of a response as they are, not yet checked, perhaps the table's own memory.
 *
 * @throws InputError when there is none, or if there are several columns.
 */
export function targetValues(where: string, y: TargetInput, what = "y"): ArrayLike<unknown> {
  const values = oneColumn(where, y, what);
  if (values.length === 0) throw emptyTable(where, what, 0, 1);
  return values;
}

/** The values of what is one column by itself: an array, a series or a vector; undefined for a table. */
export function loneColumn(where: string, y: TargetInput, what: string): ArrayLike<unknown> | undefined {
  if (typeof y !== "object" || y === null) return undefined;
  const frameValues = danfojsSeriesValues(y) ?? polarsSeriesValues(y);
  if (frameValues) return frameValues;
  if (isArrowVector(y)) return arrowVectorValues(where, what, y);
  const flat = isColumn(y) && (typeof y[0] !== "object" || y[0] === null || isDate(y[0]));
  return flat ? y : undefined;
}

function oneColumn(where: string, y: TargetInput, what: string): ArrayLike<unknown> {
  const lone = loneColumn(where, y, what);
  if (lone) return lone;
  const source = columnSource(where, what, y);
  if (source.nColumns > 1) throw severalResponses(where, what, source.nColumns);
  return source.nColumns === 0 ? [] : source.column(0);
}
