import { readFileSync } from "node:fs";
import path from "node:path";
import { type GoldenPath, readGolden } from "./golden";

/** What `cv.glmnet` scores on the folds given. */
export interface GoldenScores {
  /** Fold of each row. */
  readonly fold: readonly number[];
  readonly lambdas: readonly number[];
  /** Mean loss at each lambda, and its standard error. */
  readonly cvm: readonly number[];
  readonly cvsd: readonly number[];
  readonly lambdaMin: number;
  readonly lambda1se: number;
}

/** Reads `test/golden/<name>.json`, scores of a path that comes with them. */
export function readCrossValidation(name: string): GoldenScores & GoldenPath {
  return { ...readGolden(name), ...scoresOf(parsed(name)) };
}

/** Reads a case of `test/golden/cv-several.json`, and the name of the file that its data are in. */
export function readSeveralScores(name: string): GoldenScores & { readonly data: string } {
  const file = parsed("cv-several")[name];
  return { ...scoresOf(file), data: file.data };
}

function parsed(name: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(path.resolve(__dirname, `../../../test/golden/${name}.json`), "utf8"));
}

function scoresOf(file: ReturnType<typeof JSON.parse>): GoldenScores {
  const { fold, lambdas, cvm, cvsd, lambda_min: lambdaMin, lambda_1se: lambda1se } = file;
  return { fold, lambdas, cvm, cvsd, lambdaMin, lambda1se };
}
