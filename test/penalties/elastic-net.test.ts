import assert from "node:assert/strict";
import { elasticNet, l1 } from "../../src/penalties";
import { assertClose } from "../support/assert-close";

describe("elasticNet", () => {
  it("refuses a ratio outside [0, 1] in one sentence", () => {
    for (const [l1Ratio, shown] of [
      [1.5, "1.5"],
      [-0.5, "-0.5"],
      [Number.NaN, "NaN"],
    ] as const) {
      assert.throws(() => elasticNet({ l1Ratio }), {
        name: "InputError",
        message: `elasticNet: l1Ratio must be a number in [0, 1], got ${shown}`,
      });
    }
  });

  it("is its formula, weights on both parts", () => {
    const R = elasticNet({ l1Ratio: 0.3, weights: [1, 4] });
    const expected = 0.5 * (0.3 * 2 + (0.7 / 2) * 4 + 4 * (0.3 * 3 + (0.7 / 2) * 9));
    assertClose("value", R.value(Float64Array.of(2, -3), 0.5), expected, 1e-15);
  });

  it("divides squares by their scales, and refuses scales that are not positive or too few", () => {
    const R = elasticNet({ l1Ratio: 0.3, weights: [1, 4], scales: [10, 2] });
    const expected = 0.5 * (0.3 * 2 + (0.7 / 2) * (4 / 10) + 4 * (0.3 * 3 + (0.7 / 2) * (9 / 2)));
    assertClose("value", R.value(Float64Array.of(2, -3), 0.5), expected, 1e-15);
    for (const [scales, message] of [
      [0, "elasticNet: scales[0] must be a positive finite number, got 0"],
      [[1, -2], "elasticNet: scales[1] must be a positive finite number, got -2"],
    ] as const) {
      assert.throws(() => elasticNet({ scales }), { name: "InputError", message });
    }
    const short = elasticNet({ scales: [1] });
    const message = "elasticNet: the length of scales must be the number of coefficients, got 1";
    assert.throws(() => short.value(Float64Array.of(1, 1), 1), { name: "InputError", message });
  });

  it("is the lasso at ratio 1, gap and all", () => {
    const [R, lasso] = [elasticNet({ l1Ratio: 1, weights: [1, 4] }), l1({ weights: [1, 4] })];
    const [beta, dual] = [Float64Array.of(2, -3), Float64Array.of(0.4, -0.1)];
    assert.equal(R.value(beta, 0.5), lasso.value(beta, 0.5));
    assert.equal(R.dualNorm!(dual), lasso.dualNorm!(dual));
    assert.equal(R.fenchelYoung!(beta, dual, 0.5), lasso.fenchelYoung!(beta, dual, 0.5));
  });

  it("is a ridge at ratio 0, smooth at zero, where it leaves no coefficient", () => {
    const R = elasticNet({ l1Ratio: 0, weights: [1, 4] });
    const [beta, lambda] = [Float64Array.of(2, -3), 0.5];
    assertClose("value", R.value(beta, lambda), 0.5 * (4 / 2 + (4 * 9) / 2), 1e-15);
    assert.equal(R.elementwise, false);
    // (b - z) + step lambda w b = 0
    for (const z of [-2, 1e-9, 3]) {
      const b = R.coordinateProx(1, z, 0.7, lambda);
      assertClose(`prox of ${z}`, b - z + 0.7 * lambda * 4 * b, 0, 1e-15);
    }
    assert.equal(R.violation(Float64Array.of(0, 0), Float64Array.of(0.25, -1e-9), lambda), 0.25);
    // (lambda w b - u)^2 / (2 lambda w), summed
    const gap = R.fenchelYoung!(beta, Float64Array.of(2, -5), lambda);
    assertClose("Fenchel-Young", gap, (1 - 2) ** 2 / (2 * 0.5) + (-6 + 5) ** 2 / (2 * 2), 1e-15);
  });

  it("needs no dual norm where its conjugate is finite", () => {
    assert.equal(elasticNet({ l1Ratio: 0.99 }).dualNorm, undefined);
  });

  it("loses no digit of a Fenchel-Young difference near zero", () => {
    const R = elasticNet({ l1Ratio: 0.5 });
    // At b = 3 and lambda 2 the subgradient is 1 + 3; off it by d the difference is d^2 / 2 exactly.
    for (const d of [1e-4, 1e-8, -1e-8]) {
      const difference = R.fenchelYoung!(Float64Array.of(3), Float64Array.of(4 + d), 2);
      const moved = 4 + d - 4;
      assertClose(`off by ${d}`, difference / (moved ** 2 / 2), 1, 1e-12);
    }
  });
});
