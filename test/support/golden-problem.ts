import { readFileSync } from "node:fs";
import path from "node:path";
import type { Penalty } from "../../src/penalties";
import type { SparseProblem } from "../../src/problem/problem";
import { problemOf } from "./problems";

/** The file format, described in `test/golden/README.md`. */
interface GoldenFile {
  readonly n: number;
  readonly p: number;
  readonly standardize: boolean;
  readonly intercept: boolean;
  readonly group?: readonly number[];
  readonly lambdas: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly X: readonly number[];
}

/** A reference path of squared error as solutions of our problem, on the scale that the penalty acts on. */
export interface GoldenProblem {
  readonly problem: SparseProblem;
  readonly lambdas: readonly number[];
  readonly solutions: readonly Float64Array[];
}

/** Reads `test/golden/<name>.json`. */
export function readGoldenProblem(
  name: string,
  penaltyOf: (groups: readonly number[]) => Penalty,
): GoldenProblem {
  const text = readFileSync(path.resolve(__dirname, `../../../test/golden/${name}.json`), "utf8");
  const file = JSON.parse(text) as GoldenFile;
  const { n, p, X, y, standardize, intercept, group = [] } = file;
  const scales = Array.from({ length: p }, (_, j) => {
    if (!standardize) return 1;
    const column = X.slice(j * n, (j + 1) * n);
    const mean = column.reduce((sum, x) => sum + x / n, 0);
    return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2 / n, 0));
  });
  const rows = Array.from({ length: n }, (_, i) => scales.map((scale, j) => X[j * n + i] / scale));
  const free = intercept ? [new Float64Array(n).fill(1)] : [];
  return {
    problem: problemOf({ X: rows, y: [...y] }, penaltyOf(group), free),
    lambdas: file.lambdas,
    solutions: file.coefficients.map((b) => Float64Array.from(b, (entry, j) => entry * scales[j])),
  };
}
