import assert from "node:assert/strict";
import { squaredHinge } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { gradientAt, lossAt } from "../support/datafit-cases";

describe("squaredHinge", () => {
  it("is the mean of max(0, 1 - margin)^2, without a factor 1/2", () => {
    const y = Float64Array.of(1, 1, 0, 0);
    const eta = Float64Array.of(3, -1, 0.5, -1);
    assert.equal(lossAt(squaredHinge(), y, eta), (0 + 4 + 2.25 + 0) / 4);
    assertAllClose("gradient", gradientAt(squaredHinge(), y, eta), [0, -4 / 4, 3 / 4, 0], 1e-16);
  });

  it("predicts the probability for which the predictor minimises the expected loss", () => {
    for (const probability of [0, 0.2, 0.5, 0.9, 1]) {
      const counts = Math.round(10 * probability);
      const y = Float64Array.from({ length: 10 }, (_, i) => (i < counts ? 1 : 0));
      const constant = (value: number) => new Float64Array(10).fill(value);
      const grid = Array.from({ length: 2001 }, (_, k) => (k - 1000) / 1000);
      const best = grid.reduce((a, b) =>
        lossAt(squaredHinge(), y, constant(b)) < lossAt(squaredHinge(), y, constant(a)) ? b : a,
      );
      const out = new Float64Array(1);
      squaredHinge().inverseLink(Float64Array.of(best), out);
      assertClose("probability", out[0], probability, 1e-3);
    }
  });

  it("predicts probabilities between 0 and 1 beyond the margin", () => {
    const out = new Float64Array(2);
    squaredHinge().inverseLink(Float64Array.of(-7, 3), out);
    assertAllClose("probabilities", out, [0, 1], 0);
  });

  it("says in a sentence which target it cannot take", () => {
    assert.throws(
      () => squaredHinge().checkTarget("fit", Float64Array.of(0, 2, 0)),
      new InputError("fit: y, row 1 must be 0 or 1, got 2; encode the two classes as 0 and 1"),
    );
  });
});
