import assert from "node:assert/strict";
import { l1, scad } from "../../src/penalties";
import { assertAllClose, assertClose } from "../support/assert-close";

/** The slope of Fan and Li (2001), equation 2.5. */
function slope(t: number, lambda: number, a: number): number {
  return t <= lambda ? lambda : Math.max(a * lambda - t, 0) / (a - 1);
}

describe("scad", () => {
  it("refuses a gamma that is not above 2 and finite, in one sentence", () => {
    for (const [gamma, shown] of [
      [2, "2"],
      [-3, "-3"],
      [Number.NaN, "NaN"],
      [Number.POSITIVE_INFINITY, "Infinity"],
    ] as const) {
      assert.throws(() => scad({ gamma }), {
        name: "InputError",
        message: `scad: gamma must be a finite number above 2, got ${shown}`,
      });
    }
  });

  it("has the slope of its authors and the value that integrating it gives", () => {
    const R = scad();
    const [lambda, parts] = [0.8, 40_000];
    for (const b of [0.3, 0.8, 1.7, 2.96, 7]) {
      assertClose("slope", R.coordinateSlope(0, b, lambda), slope(b, lambda, 3.7), 1e-15);
      // The midpoint rule is exact on linear pieces, and off by the square of its step at the knots.
      let integral = 0;
      for (let i = 0; i < parts; i++) integral += (slope((b * (i + 0.5)) / parts, lambda, 3.7) * b) / parts;
      assertClose(`at ${b}`, R.coordinateValue(0, b, lambda), integral, 1e-8);
    }
  });

  it("has the prox of its authors at step 1", () => {
    const R = scad();
    const lambda = 0.5;
    const published = (z: number): number => {
      const size = Math.abs(z);
      if (size <= 2 * lambda) return Math.sign(z) * Math.max(size - lambda, 0);
      if (size <= 3.7 * lambda) return (2.7 * z - Math.sign(z) * 3.7 * lambda) / 1.7;
      return z;
    };
    for (const z of [-2, -1.2, -0.4, 0, 0.3, 0.51, 1, 1.3, 1.84, 1.86, 4]) {
      assertClose(`at ${z}`, R.coordinateProx(0, z, 1, lambda), published(z), 1e-15);
    }
  });

  it("jumps at long steps, from its linear piece or from zero to the flat one", () => {
    const R = scad({ gamma: 3 });
    // Step 3 lies between gamma - 1 and gamma + 1: the jump at 0.5 (gamma + 1 + step) / 2 = 1.75 is from 1.75 - 1.5.
    assertClose("before", R.coordinateProx(0, 1.75 - 1e-9, 3, 0.5), 0.25, 1e-8);
    assert.equal(R.coordinateProx(0, 1.75 + 1e-9, 3, 0.5), 1.75 + 1e-9);
    // At step 9 the flat part overtakes zero at 0.5 sqrt(9 (gamma + 1)) = 3.
    assert.equal(R.coordinateProx(0, 3 - 1e-9, 9, 0.5), 0);
    assert.equal(R.coordinateProx(0, 3 + 1e-9, 9, 0.5), 3 + 1e-9);
  });

  it("is the lasso in the limit of a large gamma", () => {
    const [near, limit] = [scad({ gamma: 1e12, weights: [1, 2] }), l1({ weights: [1, 2] })];
    const z = Float64Array.of(1.5, -0.7);
    const [out, expected] = [new Float64Array(2), new Float64Array(2)];
    near.prox(z, 0.4, 0.6, out);
    limit.prox(z, 0.4, 0.6, expected);
    assertAllClose("prox", out, expected, 1e-11);
    assertClose("value", near.value(z, 0.6), limit.value(z, 0.6), 1e-11);
  });
});
