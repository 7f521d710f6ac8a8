import type { CscMatrix, RowMajorMatrix } from "../../src/design/design-input";

/** The same matrix by columns, its zeros left out. */
export function cscOf({ data, nSamples, nFeatures, featureNames }: RowMajorMatrix): CscMatrix {
  const [values, indices, indptr]: [number[], number[], number[]] = [[], [], [0]];
  for (let j = 0; j < nFeatures; j++) {
    for (let i = 0; i < nSamples; i++) {
      const value = data[i * nFeatures + j];
      if (value === 0) continue;
      values.push(value);
      indices.push(i);
    }
    indptr.push(values.length);
  }
  const shape = { nSamples, nFeatures, ...(featureNames && { featureNames }) };
  return {
    format: "csc",
    data: Float64Array.from(values),
    indices: Int32Array.from(indices),
    indptr,
    ...shape,
  };
}

/** The matrix with the given rows. */
export function matrixOf(rows: readonly (readonly number[])[]): RowMajorMatrix {
  return { data: rows.flat(), nSamples: rows.length, nFeatures: rows[0].length };
}
