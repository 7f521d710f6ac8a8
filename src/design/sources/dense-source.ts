import { columnOf } from "../column-of";
import type { ColumnSource } from "../column-source";
import { StandardizedTable } from "../standardized-table";

/** Reads what `denseMatrix` made. */
export function denseSource(_where: string, X: object): ColumnSource | undefined {
  if (!(X instanceof StandardizedTable)) return undefined;
  return {
    names: X.isNamed ? X.featureNames : undefined,
    nColumns: X.nFeatures,
    nRows: X.nSamples,
    column: (j) => columnOf(X, j),
  };
}
