import assert from "node:assert/strict";
import { DualRidge } from "../../../figures/studies/dual-ridge";
import { seededRandom } from "../../../src";

const random = seededRandom(2);
const [n, p] = [4, 6];
const X = { data: Float64Array.from({ length: n * p }, () => random.normal()), nFeatures: p };
const y = Float64Array.from({ length: n }, () => random.normal());
const weights = Float64Array.from({ length: p }, () => random.uniform() + 0.1);
const dual = new DualRidge(X, y);
const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

describe("a ridge regression by its dual", () => {
  it("has the residual and the correlations of the entries that they are made of", () => {
    const beta = Float64Array.from({ length: p }, (_, j) => (j === 2 ? 0 : random.normal()));
    dual.residual(beta).forEach((r, i) => {
      assert.ok(Math.abs(r - y[i] + beta.reduce((sum, b, j) => sum + b * X.data[i * p + j], 0)) < 1e-12);
    });
    dual.correlations(y).forEach((slope, j) => {
      assert.ok(Math.abs(slope - y.reduce((sum, r, i) => sum + r * X.data[i * p + j], 0)) < 1e-12);
    });
  });

  it("meets the conditions of the minimum, whose value it gives", () => {
    const { alpha, images, value } = dual.solve(weights, () => 0.3);
    const beta = weights.map((weight, j) => weight * images[j]);
    const r = dual.residual(beta);
    r.forEach((entry, i) => {
      assert.ok(Math.abs(entry - 0.3 * alpha[i]) < 1e-12);
    });
    dual.correlations(r).forEach((slope, j) => {
      assert.ok(Math.abs(slope / 0.3 - beta[j] / weights[j]) < 1e-11);
    });
    const charged = beta.reduce((sum, b, j) => sum + (b * b) / weights[j], 0);
    assert.ok(Math.abs(squares(r) / 0.6 + charged / 2 - value) < 1e-12);
  });

  it("fulfils the equations without a ridge, which is given the trace", () => {
    let asked = 0;
    const { images } = dual.solve(weights, (trace) => {
      asked = trace;
      return 0;
    });
    const r = dual.residual(weights.map((weight, j) => weight * images[j]));
    assert.ok(Math.sqrt(squares(r)) < 1e-11);
    const trace = X.data.reduce((sum, x, k) => sum + weights[k % p] * x * x, 0);
    assert.ok(Math.abs(asked - trace) < 1e-12);
  });
});
