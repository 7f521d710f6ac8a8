/** Extrapolated gradients against those of a path in closed form. */
import assert from "node:assert/strict";
import { GradientExtrapolation } from "../../../src/solvers/block/gradient-extrapolation";
import { assertAtMost } from "../../support/assert-close";

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
