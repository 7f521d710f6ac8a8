import { asDesignMatrix } from "../../src/design/as-design-matrix";
import { columnOf } from "../../src/design/column-of";
import type { DesignInput } from "../../src/design/design-input";

/** The entries of a table, row by row. */
export function rowsOf(X: DesignInput): number[][] {
  const design = asDesignMatrix("test", X);
  const columns = design.featureNames.map((_, j) => columnOf(design, j));
  return Array.from({ length: design.nSamples }, (_, i) => columns.map((column) => column[i]));
}
