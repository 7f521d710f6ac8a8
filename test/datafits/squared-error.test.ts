import assert from "node:assert/strict";
import { squaredError } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose } from "../support/assert-close";
import { gradientAt, hessianTimes, lossAt } from "../support/datafit-cases";

describe("squaredError", () => {
  it("is half the mean of squared errors", () => {
    assert.equal(lossAt(squaredError(), Float64Array.of(1, 3), Float64Array.of(0, 1)), (1 + 4) / 4);
  });

  it("divides by the number of samples, not of entries, when a sample has several responses", () => {
    const two = squaredError({ nResponses: 2 });
    const [y, eta] = [Float64Array.of(1, 3, 0, 5), Float64Array.of(0, 1, 0, 2)];
    assert.equal(lossAt(two, y, eta), (1 + 4 + 0 + 9) / (2 * 2));
    assertAllClose("gradient", gradientAt(two, y, eta), [-1 / 2, -2 / 2, 0, -3 / 2], 0);
    assertAllClose(
      "curvature",
      hessianTimes(
        two,
        y,
        eta,
        y.map(() => 1),
      ),
      [0.5, 0.5, 0.5, 0.5],
      0,
    );
  });

  it("is quadratic without weights only, since with them the curvature is not one number", () => {
    assert.equal(squaredError().quadratic, true);
    assert.equal(squaredError().weighted(Float64Array.of(1, 1)).quadratic, false);
  });

  it("refuses a number of responses that is none, and a target that it does not divide", () => {
    for (const nResponses of [0, 1.5, Number.NaN]) {
      assert.throws(
        () => squaredError({ nResponses }),
        new InputError(`squaredError: nResponses must be an integer >= 1 or "any", got ${nResponses}`),
      );
    }
    assert.throws(
      () => squaredError({ nResponses: 2 }).checkTarget("fit", new Float64Array(5)),
      new InputError("fit: the length of y must be a multiple of the 2 responses, got 5"),
    );
  });
});
