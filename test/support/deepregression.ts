/** The data of the unit tests of deepregression, the R package of the authors, and the exact answers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { choleskyFactor, choleskySolve } from "../../src/linalg/cholesky";

interface Answer {
  readonly penalty: number;
  readonly coefficients: readonly number[];
}

interface GoldenFile {
  readonly p: number;
  readonly gram_lower: readonly (readonly number[])[];
  readonly moment: readonly number[];
  readonly product: Answer;
  readonly difference: Answer;
}

const file = path.resolve(__dirname, "../../../test/golden/deepregression.json");
export const golden: GoldenFile = JSON.parse(readFileSync(file, "utf8")) as GoldenFile;
export const p: number = golden.p;

/**
 * `p` rows with the same `X'X/n` and `X'y/n` as the thousand of the file: with `G = L L'`, `X = sqrt(p) L'` and
 * `y = sqrt(p) L^-1 m`, so that `X'X/p = G` and `X'y/p = m`.
 */
export function sameMoments(): { X: number[][]; y: Float64Array } {
  const lower = Float64Array.from(
    { length: p * p },
    (_, k) => golden.gram_lower[Math.floor(k / p)][k % p] ?? 0,
  );
  assert.ok(choleskyFactor(lower, p));
  const scale = Math.sqrt(p);
  const X = Array.from({ length: p }, (_, i) =>
    Array.from({ length: p }, (_, j) => (j < i ? 0 : scale * lower[j * p + i])),
  );
  // L' (G^-1 m) = L^-1 m
  const solution = Float64Array.from(golden.moment);
  choleskySolve(lower, p, solution);
  const y = Float64Array.from(X, (row) => row.reduce((sum, x, j) => sum + x * solution[j], 0));
  return { X, y };
}
