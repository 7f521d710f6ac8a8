import { emptyTable, mustBe } from "../errors";
import { columnSource } from "./column-source";
import type { DesignInput, TargetInput } from "./design-input";
import { checkFeatureNames } from "./feature-names";
import { copyFiniteColumn } from "./finite-column";
import { isColumn } from "./sources/plain-columns-source";

/** Several responses a sample. */
export interface ResponseMatrix {
  /** One response after the other. */
  readonly values: Float64Array;
  /** Those of the table's columns; for arrays `y0`, `y1`, ... */
  readonly names: readonly string[];
}

/**
 * Several responses a sample, from rows, a matrix or a data frame: all 64-bit floats of its own.
 *
 * @param where the caller's name, which opens every error message.
 * @param what its name there; other columns that go with the rows are read in the same way.
 * @throws InputError if there are not `nResponses` columns, or naming the first value that is no finite number.
 */
export function asResponseMatrix(
  where: string,
  y: TargetInput,
  nResponses: number,
  what = "y",
): ResponseMatrix {
  if (isColumn(y) && y.length > 0 && !(typeof y[0] === "object" && y[0] !== null)) {
    throw mustBe(where, what, `rows of ${nResponses} numbers, a matrix or a data frame`, y);
  }
  const source = columnSource(where, what, y as DesignInput);
  const { nRows, nColumns } = source;
  if (nColumns !== nResponses) {
    const rule = `the datafit's ${nResponses} responses`;
    throw mustBe(where, `the number of columns of ${what}`, rule, nColumns);
  }
  if (nRows === 0) throw emptyTable(where, what, 0, nColumns);
  const names = source.names ?? Array.from({ length: nResponses }, (_, r) => `${what}${r}`);
  checkFeatureNames(where, names);
  const values = new Float64Array(nRows * nResponses);
  for (let r = 0; r < nResponses; r++) {
    const named = `${what}, column ${JSON.stringify(names[r])}`;
    copyFiniteColumn(where, named, source.column(r), values.subarray(r * nRows, (r + 1) * nRows));
  }
  return { values, names };
}
