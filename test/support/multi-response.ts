import { readFileSync } from "node:fs";
import path from "node:path";
import { seededRandom } from "../../src";
import { linearData } from "./problems";

/** Solutions of several responses along a grid of lambdas: `coefficients[k][j]` is the row of feature j. */
export interface GoldenRows {
  readonly lambdas: readonly number[];
  readonly intercepts: readonly (readonly number[])[];
  readonly coefficients: readonly (readonly (readonly number[])[])[];
}

interface GoldenFile {
  readonly n: number;
  readonly p: number;
  /** Column major. */
  readonly X: readonly number[];
}

/** Reads `test/golden/<name>.json` and its design as rows. */
export function readMultiResponse<Rest>(name: string): GoldenFile & Rest & { readonly rows: number[][] } {
  const folder = path.resolve(__dirname, "../../../test/golden");
  const file: GoldenFile & Rest = JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8"));
  return { ...file, rows: rowsOf(file.X, file.n) };
}

/** A column-major matrix as rows. */
export function rowsOf(values: readonly number[], nRows: number): number[][] {
  const nColumns = values.length / nRows;
  return Array.from({ length: nRows }, (_, i) =>
    Array.from({ length: nColumns }, (_, j) => values[i + j * nRows]),
  );
}

/** Column `j` of rows. */
export function columnOf(rows: readonly ArrayLike<number>[], j: number): number[] {
  return rows.map((row) => row[j]);
}

/** Columns of unequal scale and mean, three responses that depend on some of them, and three classes that do. */
export function severalResponses(
  seed: number,
  nSamples = 60,
  nFeatures = 6,
): { X: number[][]; Y: number[][]; labels: string[] } {
  const random = seededRandom(seed);
  const { X: plain, y } = linearData(seed, nSamples, nFeatures);
  const X = plain.map((row) => row.map((entry, j) => 1.5 ** (j - 3) * (entry + j)));
  const Y = plain.map((row, i) => [
    y[i] + 3,
    row[1] - 2 * row[2] + random.normal(),
    0.5 * row[3] + random.normal() - 8,
  ]);
  const labels = plain.map((row) => {
    const scores = [2 * row[0], -1.5 * row[1], row[2]].map((score) => score + 1.5 * random.normal());
    return ["ant", "bee", "cat"][scores.indexOf(Math.max(...scores))];
  });
  return { X, Y, labels };
}
