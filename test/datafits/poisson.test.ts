import assert from "node:assert/strict";
import { poisson } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose } from "../support/assert-close";
import { gradientAt, lossAt } from "../support/datafit-cases";
import { assertStationary } from "../support/stationarity";

describe("poisson", () => {
  for (const name of ["poisson-intercept", "poisson-std-intercept", "wide-poisson-intercept"]) {
    it(`has glmnet's solutions of ${name} as stationary points`, () => {
      assertStationary(poisson(), name);
    });
  }

  it("is infinite, and its gradient with it, where the mean overflows", () => {
    for (const y of [0, 3]) {
      const [target, eta] = [Float64Array.of(y), Float64Array.of(1000)];
      assert.equal(lossAt(poisson(), target, eta), Infinity);
      assert.deepEqual(gradientAt(poisson(), target, eta), Float64Array.of(Infinity));
    }
  });

  it("does not look at a sample without weight, whatever its predictor", () => {
    const [y, eta] = [Float64Array.of(1, 3), Float64Array.of(0, 1000)];
    const weighted = poisson().weighted(Float64Array.of(2, 0));
    assert.equal(lossAt(weighted, y, eta), 1);
    assert.deepEqual(gradientAt(weighted, y, eta), Float64Array.of(0, 0));
  });

  it("predicts the mean", () => {
    const out = new Float64Array(2);
    poisson().inverseLink(Float64Array.of(0, Math.log(7)), out);
    assertAllClose("mean", out, [1, 7], 1e-15);
  });

  it("refuses negative counts in a sentence, and takes numbers that are no integers as glmnet does", () => {
    poisson().checkTarget("fit", Float64Array.of(0, 0.5, 3));
    assert.throws(
      () => poisson().checkTarget("fit", Float64Array.of(0, 0.5, -3)),
      new InputError("fit: y, row 2 must be a number >= 0, got -3"),
    );
  });
});
