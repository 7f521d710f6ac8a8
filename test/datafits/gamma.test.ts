import assert from "node:assert/strict";
import { gamma } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { gradientAt, lossAt } from "../support/datafit-cases";

describe("gamma", () => {
  it("is infinite where the ratio of response and mean overflows", () => {
    const [y, eta] = [Float64Array.of(3), Float64Array.of(-1000)];
    assert.equal(lossAt(gamma(), y, eta), Infinity);
    assert.deepEqual(gradientAt(gamma(), y, eta), Float64Array.of(-Infinity));
  });

  it("is half the deviance above its infimum", () => {
    const [y, eta] = [Float64Array.of(2, 0.3), Float64Array.of(1, -0.5)];
    const half = y.map((value, i) => value / Math.exp(eta[i]) - 1 - Math.log(value) + eta[i]);
    const above = lossAt(gamma(), y, eta) - gamma().saturatedValue(y);
    assertClose("excess", above, (half[0] + half[1]) / 2, 1e-15);
  });

  it("predicts the mean", () => {
    const out = new Float64Array(2);
    gamma().inverseLink(Float64Array.of(0, Math.log(7)), out);
    assertAllClose("mean", out, [1, 7], 1e-15);
  });

  it("has the normalizer of the gamma density, by the trapezoidal rule in log y", () => {
    for (const shape of [0.3, 1, 2.5, 15.9, 16, 40]) {
      const step = 1e-3;
      let integral = 0;
      for (let t = -200; t < 8; t += step) integral += step * Math.exp(-shape * (Math.exp(t) - 1 - t));
      assertClose(`shape ${shape}`, gamma().logNormalizer!(1 / shape), Math.log(integral), 1e-10);
    }
  });

  it("has the normalizer of a small dispersion to full accuracy, log(2 pi / k) / 2 + 1 / (12 k) at a large shape k", () => {
    for (const shape of [1e6, 1e12, 1e300]) {
      const expected = Math.log((2 * Math.PI) / shape) / 2 + 1 / (12 * shape);
      assertClose(`shape ${shape}`, gamma().logNormalizer!(1 / shape), expected, 1e-12);
    }
  });

  it("refuses responses that are not positive, in a sentence", () => {
    gamma().checkTarget("fit", Float64Array.of(1e-300, 0.5, 3));
    for (const bad of [0, -3]) {
      assert.throws(
        () => gamma().checkTarget("fit", Float64Array.of(1, bad)),
        new InputError(`fit: y, row 1 must be a positive number, got ${bad}`),
      );
    }
  });
});
