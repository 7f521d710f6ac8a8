import { squaredError } from "../../src/datafits";
import { DenseBlock } from "../../src/design/dense-block";
import { DenseDesign } from "../../src/design/dense-design";
import { l1, type Penalty } from "../../src/penalties";
import type { SparseProblem } from "../../src/problem/problem";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { type SeededRandom, seededRandom } from "../../src/random/random";

/** Four orthogonal columns of mean 0 and mean square 1. */
export const orthogonalRows: readonly (readonly number[])[] = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
  [-1, 1, 1, -1],
  [-1, -1, 1, 1],
  [-1, 1, -1, 1],
  [-1, -1, -1, -1],
];

/** Rows and a response that depends on the first three columns. */
export interface LinearData {
  readonly X: number[][];
  readonly y: number[];
}

/** Standard normal columns, `y = 2 x0 - 1.5 x1 + x2 + noise` (as far as there are columns). */
export function linearData(seed: number, nSamples: number, nFeatures: number, noise = 0.5): LinearData {
  const random = seededRandom(seed);
  const X = Array.from({ length: nSamples }, () => Array.from({ length: nFeatures }, () => random.normal()));
  const truth = [2, -1.5, 1];
  const y = X.map((row) => {
    let eta = noise * random.normal();
    truth.slice(0, nFeatures).forEach((b, j) => {
      eta += b * row[j];
    });
    return eta;
  });
  return { X, y };
}

/** `X'(X beta - y) / n`, entry by entry. */
export function slopesOf({ X, y }: LinearData, beta: ArrayLike<number>): number[] {
  const residual = X.map((row, i) => row.reduce((sum, x, j) => sum + x * beta[j], -y[i]) / y.length);
  return X[0].map((_, j) => X.reduce((sum, row, i) => sum + row[j] * residual[i], 0));
}

/** A vector of standard normals. */
export function normals(random: SeededRandom, size: number): Float64Array {
  return Float64Array.from({ length: size }, () => random.normal());
}

/** A dense design with the given rows. */
export function designOf(rows: readonly (readonly number[])[]): DenseDesign {
  const [n, p] = [rows.length, rows[0]?.length ?? 0];
  const block = new DenseBlock(n, p);
  block.values.set(Float64Array.from({ length: n * p }, (_, k) => rows[k % n][Math.floor(k / n)]));
  return new DenseDesign(
    block,
    Array.from({ length: p }, (_, j) => `x${j}`),
  );
}

/** The squared-error problem of the data as they are, with unpenalized columns given apart. */
export function problemOf(
  { X, y }: LinearData,
  penalty: Penalty = l1(),
  freeColumns: readonly Float64Array[] = [],
): SparseProblem {
  return {
    design: designOf(X),
    free: new UnpenalizedColumns(y.length, freeColumns),
    target: Float64Array.from(y),
    datafit: squaredError(),
    penalty,
  };
}
