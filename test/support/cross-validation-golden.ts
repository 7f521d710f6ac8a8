import { readFileSync } from "node:fs";
import path from "node:path";
import { type GoldenPath, readGolden } from "./golden";

/** A path of `cv.glmnet` with what it scored on the folds given. */
export interface CrossValidationGolden extends GoldenPath {
  /** Fold of each row. */
  readonly fold: readonly number[];
  /** Mean loss at each lambda, and its standard error. */
  readonly cvm: readonly number[];
  readonly cvsd: readonly number[];
  readonly lambdaMin: number;
  readonly lambda1se: number;
}

/** Reads `test/golden/<name>.json`. */
export function readCrossValidation(name: string): CrossValidationGolden {
  const file = path.resolve(__dirname, `../../../test/golden/${name}.json`);
  const { fold, cvm, cvsd, lambda_min, lambda_1se } = JSON.parse(readFileSync(file, "utf8"));
  return { ...readGolden(name), fold, cvm, cvsd, lambdaMin: lambda_min, lambda1se: lambda_1se };
}
