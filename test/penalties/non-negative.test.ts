import assert from "node:assert/strict";
import { elasticNet, l1, mcp, nonNegative } from "../../src/penalties";

describe("nonNegative", () => {
  const R = nonNegative(l1({ weights: [1, 2] }));

  it("is infinite where a coefficient is negative, and the penalty itself elsewhere", () => {
    assert.equal(R.value(Float64Array.of(3, -1e-300), 0.5), Number.POSITIVE_INFINITY);
    assert.equal(R.value(Float64Array.of(3, 1), 0.5), 2.5);
    assert.equal(nonNegative(mcp()).value(Float64Array.of(9, 0), 1), 1.5);
  });

  it("calls a negative coefficient infinitely far from stationary, sets it to zero, and calls its removal an infinite gain", () => {
    const [beta, gradient, curvature] = [
      Float64Array.of(-1, 2),
      Float64Array.of(0, -1),
      Float64Array.of(1, 1),
    ];
    assert.equal(R.violation(beta, gradient, 0.5), Number.POSITIVE_INFINITY);
    assert.equal(R.decrease(beta, gradient, curvature, 0.5), Number.POSITIVE_INFINITY);
    const out = new Float64Array(2);
    R.exactZeros(beta, gradient, curvature, 0.5, out);
    assert.deepEqual(out, Float64Array.of(0, 2));
  });

  it("lets a gradient push down on zero as hard as it likes", () => {
    assert.equal(R.violation(new Float64Array(2), Float64Array.of(100, 1e9), 0.5), 0);
    assert.equal(R.violation(new Float64Array(2), Float64Array.of(-0.7, -1.1), 0.5), 0.7 - 0.5);
  });

  it("measures a dual point, and the gradient at the null model, on the side that raises coefficients", () => {
    assert.equal(R.dualNorm!(Float64Array.of(-100, 3)), 1.5);
    assert.equal(R.dualNorm!(Float64Array.of(-100, -3)), 0);
    assert.equal(R.lambdaMax(Float64Array.of(100, -3), Float64Array.of(1, 1)), 1.5);
    assert.equal(R.lambdaMax(Float64Array.of(100, 3), Float64Array.of(1, 1)), 0);
  });

  it("has a Fenchel-Young difference for dual points of any negative size", () => {
    const difference = R.fenchelYoung!(Float64Array.of(2, 0), Float64Array.of(-100, -1e9), 0.5);
    assert.equal(difference, 0.5 * 2 + 100 * 2);
  });

  it("has the parts of the penalty that it is made of", () => {
    assert.equal(nonNegative(elasticNet()).dualNorm, undefined);
    assert.ok(nonNegative(elasticNet()).fenchelYoung);
    assert.equal(nonNegative(mcp()).fenchelYoung, undefined);
    assert.equal(nonNegative(mcp()).convex, false);
    assert.equal(nonNegative(mcp()).name, "nonNegative(mcp(3))");
  });
});
