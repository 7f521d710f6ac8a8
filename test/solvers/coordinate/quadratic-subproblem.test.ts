/** The cache of predictors against predictors made afresh. */
import assert from "node:assert/strict";
import { predictedAt } from "../../../src/problem/problem";
import { PredictorCache } from "../../../src/solvers/coordinate/quadratic-subproblem";
import { linearData, problemOf } from "../../support/problems";

describe("the last prediction", () => {
  const problem = problemOf(linearData(3, 20, 5));
  const psi = new Float64Array(problem.free.size);

  it("is that of the coefficients asked for, whoever changes them afterwards", () => {
    const predictions = new PredictorCache(problem);
    const beta = Float64Array.of(1, 0, -2, 0, 0);
    for (const b of [0, 0.5, 0.5, 0]) {
      beta[1] = b;
      assert.deepEqual(predictions.at(beta, psi), predictedAt(problem, beta, psi));
    }
  });

  it("is made once", () => {
    const predictions = new PredictorCache(problem);
    const first = predictions.at(Float64Array.of(1, 0, 0, 0, 3), psi);
    assert.equal(predictions.at(Float64Array.of(1, 0, 0, 0, 3), psi), first);
  });
});
