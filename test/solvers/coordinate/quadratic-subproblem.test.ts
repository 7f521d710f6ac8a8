/** The cache of predictors against predictors made afresh, and extrapolated gradients against a path in closed form. */
import assert from "node:assert/strict";
import { predictedAt } from "../../../src/problem/problem";
import { GradientExtrapolation, PredictorCache } from "../../../src/solvers/coordinate/quadratic-subproblem";
import { assertAtMost } from "../../support/assert-close";
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

/** Slopes foreseen along a path, against those of a path whose solution is known in closed form. */

/** Gradient of `||y - b||^2 / 2` at the minimum with `lambda ||b||_1` beside it: the soft threshold. */
const slopesAt = (lambda: number): Float64Array =>
  Float64Array.of(3, -2, 0.5).map((y) => -Math.sign(y) * Math.min(Math.abs(y), lambda));

describe("the trend of slopes", () => {
  it("is a line through those at the last two lambdas", () => {
    const trend = new GradientExtrapolation(3);
    assert.equal(trend.predict(slopesAt(1.9), 1.9, 1.5), undefined);
    for (const [from, to] of [
      [1.5, 1.4],
      [1.4, 0.8],
      [0.8, 0.7],
    ]) {
      const foreseen = trend.predict(slopesAt(from), from, to)!;
      slopesAt(to).forEach((slope, j) => {
        assertAtMost(`slope ${j} at ${to}`, Math.abs(foreseen[j] - slope), 1e-15);
      });
    }
  });

  it("keeps a copy of the slopes that it was told", () => {
    const trend = new GradientExtrapolation(1);
    const gradient = Float64Array.of(4);
    trend.predict(gradient, 3, 2);
    gradient[0] = 100;
    assert.deepEqual(trend.predict(Float64Array.of(3), 2, 1), Float64Array.of(2));
  });

  it("is unknown where lambda does not fall", () => {
    const trend = new GradientExtrapolation(1);
    trend.predict(Float64Array.of(1), 1, 0.5);
    assert.equal(trend.predict(Float64Array.of(1), 1, 0.5), undefined);
    assert.equal(trend.predict(Float64Array.of(2), 2, 1), undefined);
  });
});
