import { mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import type { RowMajorMatrix } from "../design-input";
import { isTyped } from "../is-typed";
import { isColumn } from "./plain-columns-source";

/** Reads `{ data, nSamples, nFeatures }`; plain columns that happen to have these names are arrays, not counts. */
export function matrixSource(where: string, X: object): ColumnSource | undefined {
  const { data, nSamples, nFeatures, featureNames } = X as Partial<RowMajorMatrix>;
  if (typeof nSamples !== "number" || typeof nFeatures !== "number") return undefined;
  checkShape(where, nSamples, nFeatures, featureNames);
  if (!isColumn(data) || data.length !== nSamples * nFeatures) {
    const rule = `nSamples * nFeatures = ${nSamples * nFeatures} numbers by rows`;
    throw mustBe(where, "X.data", rule, data);
  }
  return {
    names: featureNames,
    nColumns: nFeatures,
    nRows: nSamples,
    column: (j) => {
      const column = isTyped(data, "Float64Array")
        ? new Float64Array(nSamples)
        : new Array<unknown>(nSamples);
      for (let i = 0; i < nSamples; i++) column[i] = data[i * nFeatures + j];
      return column;
    },
  };
}

/** @throws InputError unless a matrix has whole numbers of rows and columns, and as many names, if any. */
export function checkShape(
  where: string,
  nSamples: unknown,
  nFeatures: unknown,
  featureNames: readonly string[] | undefined,
): void {
  if (!isCount(nSamples)) throw mustBe(where, "X.nSamples", "a whole number >= 0", nSamples);
  if (!isCount(nFeatures)) throw mustBe(where, "X.nFeatures", "a whole number >= 0", nFeatures);
  if (featureNames !== undefined && featureNames.length !== nFeatures) {
    throw mustBe(where, "X.featureNames", `nFeatures = ${nFeatures} names`, featureNames);
  }
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
