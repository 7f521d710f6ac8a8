import assert from "node:assert/strict";
import { logistic } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { gradientAt, hessianTimes, lossAt } from "../support/datafit-cases";
import { assertStationary } from "../support/stationarity";

describe("logistic", () => {
  for (const name of ["logistic-raw", "logistic-std-intercept", "wide-logistic-std-intercept"]) {
    it(`has glmnet's solutions of ${name} as stationary points`, () => {
      assertStationary(logistic(), name);
    });
  }

  it("keeps its digits where the class is all but certain", () => {
    const one = Float64Array.of(1);
    const zero = Float64Array.of(0);
    // log(1 + exp(-40)) = exp(-40) to working precision, and so is the probability of the other class.
    for (const [y, eta] of [
      [one, 40],
      [zero, -40],
    ] as const) {
      const at = Float64Array.of(eta);
      const relative = (value: number): number => value / Math.exp(-40);
      assertClose("loss", relative(lossAt(logistic(), y, at)), 1, 1e-15);
      assertClose("slope", relative(gradientAt(logistic(), y, at)[0]), -Math.sign(eta), 1e-15);
      assertClose("curvature", relative(hessianTimes(logistic(), y, at, one)[0]), 1, 1e-15);
    }
    assert.equal(lossAt(logistic(), zero, Float64Array.of(1e4)), 1e4);
  });

  it("predicts probabilities", () => {
    const out = new Float64Array(3);
    logistic().inverseLink(Float64Array.of(0, Math.log(3), -1000), out);
    assertAllClose("probabilities", out, [0.5, 0.75, 0], 1e-15);
  });

  it("says in a sentence which target it cannot take", () => {
    const check =
      (...y: number[]) =>
      () =>
        logistic().checkTarget("SmoothLasso.fit", Float64Array.from(y));
    check(0, 1, 1)();
    assert.throws(
      check(0, 1, 2),
      new InputError(
        "SmoothLasso.fit: y must have two classes, 0 and 1, got 3 different values; for more classes use multinomial",
      ),
    );
    assert.throws(
      check(1, -1, 1),
      new InputError("SmoothLasso.fit: y, row 1 must be 0 or 1, got -1; encode the two classes as 0 and 1"),
    );
  });
});
