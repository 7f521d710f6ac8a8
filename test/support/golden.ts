import { readFileSync } from "node:fs";
import path from "node:path";
import type { RowMajorMatrix } from "../../src/design/design-input";
import type { ModelOptions } from "../../src/estimators";

/** A reference path of another package, in our conventions. */
export interface GoldenPath {
  readonly name: string;
  readonly X: RowMajorMatrix;
  readonly y: readonly number[];
  /** Options under which our problem is the reference's. */
  readonly options: ModelOptions;
  readonly lambdas: readonly number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
}

/** The file format, described in `test/golden/README.md`. */
interface GoldenFile {
  readonly name: string;
  readonly n: number;
  readonly p: number;
  readonly standardize: boolean;
  readonly intercept: boolean;
  readonly penalty_factor?: readonly number[];
  readonly lambdas: readonly number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly X: readonly number[];
}

/** The folder of the sources: compiled tests run in `dist/test/support`. */
const folder = path.resolve(__dirname, "../../../test/golden");

/** Reads `test/golden/<name>.json`; glmnet rescales penalty factors to sum to p, ours are used as given. */
export function readGolden(name: string): GoldenPath {
  const file = JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")) as GoldenFile;
  const { n, p, penalty_factor: factors } = file;
  const data = Float64Array.from({ length: n * p }, (_, k) => file.X[Math.floor(k / p) + (k % p) * n]);
  const sum = factors?.reduce((a, b) => a + b, 0) ?? p;
  return {
    name: file.name,
    X: { data, nSamples: n, nFeatures: p },
    y: file.y,
    options: {
      standardize: file.standardize,
      fitIntercept: file.intercept,
      ...(factors && { penaltyFactors: factors.map((factor) => (factor * p) / sum) }),
    },
    lambdas: file.lambdas,
    intercepts: file.intercepts,
    coefficients: file.coefficients,
  };
}

/** The sample weights of `test/golden/<name>.json`. */
export function readWeights(name: string): readonly number[] {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")).observation_weights;
}
