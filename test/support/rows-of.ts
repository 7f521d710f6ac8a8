import type { DesignInput } from "../../src/design/design-input";
import { columnOf } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";

/** The entries of a table, row by row. */
export function rowsOf(X: DesignInput): number[][] {
  const design = asDesignMatrix("test", X);
  const columns = design.featureNames.map((_, j) => columnOf(design, j));
  return Array.from({ length: design.nSamples }, (_, i) => columns.map((column) => column[i]));
}
