import type { RowMajorMatrix } from "../design/design-input";
import { finiteValue } from "../design/finite-values";
import { mustBe, placeOf } from "../errors";
import { checkLabels } from "./check-words";
import type { FrameColumn } from "./column-encoder";
import { isMissing } from "./missing-value";

/** Numbers, or the labels of classes; of several columns a table. */
export type FrameResponse = Float64Array | string[] | boolean[] | RowMajorMatrix;

/** The response as models take it. @throws InputError naming the first row whose value is missing or of another kind. */
export function responseOf(where: string, columns: readonly FrameColumn[]): FrameResponse {
  if (columns.length === 1) return oneResponse(where, columns[0]);
  const nSamples = columns[0].rows.length;
  const nFeatures = columns.length;
  const data = new Float64Array(nSamples * nFeatures);
  columns.forEach(({ name, values, rows }, r) => {
    rows.forEach((i, k) => {
      data[k * nFeatures + r] = numberOf(where, name, i, values[i]);
    });
  });
  return { data, nSamples, nFeatures, featureNames: columns.map(({ name }) => name) };
}

function oneResponse(where: string, { name, values, rows }: FrameColumn): FrameResponse {
  const kind = typeof values[rows[0]];
  if (kind !== "string" && kind !== "boolean")
    return Float64Array.from(rows, (i) => numberOf(where, name, i, values[i]));
  const labels = Array.from(rows, (i) => {
    const value = values[i];
    if (isMissing(value)) throw responseNeeded(where, name, i, value);
    const rule = `${kind === "string" ? "a text" : "true or false"} like row ${rows[0]}`;
    if (typeof value !== kind) throw mustBe(where, placeOf(name, i), rule, value);
    return value;
  }) as string[] | boolean[];
  if (kind === "string") checkLabels(where, { name, values, rows });
  return labels;
}

function numberOf(where: string, name: string, row: number, value: unknown): number {
  if (isMissing(value)) throw responseNeeded(where, name, row, value);
  if (typeof value === "string")
    throw mustBe(where, placeOf(name, row), "a number, as others of the column are", value);
  return finiteValue(where, `column ${JSON.stringify(name)}`, row, value);
}

function responseNeeded(where: string, name: string, row: number, value: unknown): Error {
  return mustBe(where, placeOf(name, row), "a value of the response", value, 'missing: "drop" drops the row');
}
