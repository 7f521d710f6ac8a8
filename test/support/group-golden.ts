import { readFileSync } from "node:fs";
import path from "node:path";

/** A reference path with groups; the format is described in `test/golden/README.md`. */
export interface GroupFile {
  readonly n: number;
  readonly p: number;
  readonly intercept: boolean;
  readonly group: readonly number[];
  readonly lambdas: readonly number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
  readonly y: readonly number[];
  /** Column major. */
  readonly X: readonly number[];
}

/** Reads `test/golden/<name>.json`. */
export function readGroupFile(name: string): GroupFile {
  return JSON.parse(readFileSync(path.resolve(__dirname, `../../../test/golden/${name}.json`), "utf8"));
}
