/** One fold of a cross-validation, and the fits behind it. */
import assert from "node:assert/strict";
import { squaredError } from "../../../src/datafits";
import { type ModelOptions, SmoothBridge, SparseLinearModel } from "../../../src/estimators";
import { fitFold } from "../../../src/estimators/cross-validation/fit-folds";
import type { Fitter } from "../../../src/estimators/fit/fitter";
import { type Estimator, runnerOf } from "../../../src/estimators/named/estimator";
import { type ModelData, readData } from "../../../src/estimators/options/model-data";
import type { AnyFit } from "../../../src/estimators/results/fit-of";
import { groupMcp, mcp } from "../../../src/penalties";
import { linearData } from "../../support/problems";

const [nSamples, nFeatures] = [300, 834];
const triples = Array.from({ length: nFeatures }, (_, j) => Math.floor(j / 3));

describe("a fold of a design of more than 250 000 rows times columns", () => {
  const { X, y } = linearData(5, nSamples, nFeatures, 1.5);
  X.forEach((row, i) => {
    row[nFeatures - 1] = i === 0 ? 1 : 0; // constant where row 0 is held out, so of 300 rows 249 900 entries would be left
  });
  const data = readData("test", X, y, squaredError(), {});
  const heldOut = Int32Array.from({ length: 60 }, (_, i) => i);

  function fitsOf(estimator: Estimator<ModelOptions>, lambdas: Float64Array): AnyFit[] {
    const runner = runnerOf(estimator);
    const fits: AnyFit[] = [];
    const fitted = Int32Array.from({ length: 240 }, (_, i) => 60 + i);
    const task = { data, heldOut, fitted, lambdas, bySample: false };
    const prepare = (where: string, rows: ModelData): Fitter<AnyFit> => runner.prepare(where, rows);
    fitFold("test", task, runner.datafit, prepare, { onFit: (fit) => void fits.push(fit) });
    return fits;
  }

  for (const [name, estimator] of [
    ["mcp", new SparseLinearModel({ penalty: mcp() })],
    ["a bridge", new SmoothBridge({ q: 0.5 })],
    ["group mcp", new SparseLinearModel({ penalty: groupMcp(triples), standardize: false })],
  ] as const) {
    it(`goes the one way of its path to each fit, by ${name}, though it is smaller`, () => {
      const { fits, lambdas } = estimator.path(X, y, { nLambdas: 6, lambdaMinRatio: 0.1 });
      const inFold = fitsOf(estimator, lambdas);
      assert.deepEqual(
        [...fits, ...inFold].map(({ starts }) => starts),
        Array.from([...lambdas, ...lambdas], () => []),
      );
    });
  }
});
