import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { linearPredictors } from "../../../src/estimators/results/fitted-model";
import { designOf, linearData } from "../../support/problems";

const design = designOf([
  [1, 2],
  [3, 4],
  [5, 6],
]);

describe("linear predictors", () => {
  it("are intercepts, products and offsets, one response after the other", () => {
    const coefs = [Float64Array.of(1, -1), Float64Array.of(0, 2)];
    const intercepts = Float64Array.of(10, 20);
    assert.deepEqual([...linearPredictors(design, coefs, intercepts, undefined)], [9, 9, 9, 24, 28, 32]);
    const offset = Float64Array.of(1, 2, 3, 4, 5, 6);
    assert.deepEqual([...linearPredictors(design, coefs, intercepts, offset)], [10, 11, 12, 28, 33, 38]);
  });

  it("have the same bits out of fold as by the fit that has not seen the rows, offsets too", () => {
    const { X, y } = linearData(4, 24, 3);
    const offset = y.map((value) => value / 7);
    const foldId = y.map((_, i) => i % 2);
    const lambdas = [0.1];
    const model = new SmoothLasso({ lambda: 0.1 });
    const { outOfFold } = model.crossValidate(X, y, { lambdas, foldId, keep: true, offset });
    const others = <T>(values: readonly T[]): T[] => values.filter((_, i) => foldId[i] === 0);
    const fit = model.path(others(X), others(y), { lambdas, offset: others(offset) }).fits[0];
    const expected = fit.decisionFunction(X, { offset });
    for (let i = 1; i < y.length; i += 2) assert.equal(outOfFold![0][i], expected[i], `row ${i}`);
  });
});
