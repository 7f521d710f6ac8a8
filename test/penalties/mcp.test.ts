import assert from "node:assert/strict";
import { l1, mcp } from "../../src/penalties";
import { assertAllClose, assertClose } from "../support/assert-close";

describe("mcp", () => {
  it("refuses a gamma that is not above 1 and finite, in one sentence", () => {
    for (const [gamma, shown] of [
      [1, "1"],
      [-3, "-3"],
      [Number.NaN, "NaN"],
      [Number.POSITIVE_INFINITY, "Infinity"],
    ] as const) {
      assert.throws(() => mcp({ gamma }), {
        name: "InputError",
        message: `mcp: gamma must be a finite number above 1, got ${shown}`,
      });
    }
  });

  it("has the value that integrating its slope gives", () => {
    const R = mcp({ gamma: 2.5 });
    const [lambda, parts] = [0.8, 40_000];
    for (const b of [0.3, 1.9, 2, 2.1, 7]) {
      // The midpoint rule is exact on linear pieces, and off by the square of its step at the knot.
      let integral = 0;
      for (let i = 0; i < parts; i++) {
        integral += (Math.max(lambda - (b * (i + 0.5)) / parts / 2.5, 0) * b) / parts;
      }
      assertClose(`at ${b}`, R.coordinateValue(0, b, lambda), integral, 1e-8);
    }
  });

  it("has the prox of ncvreg at step 1: firm thresholding", () => {
    const R = mcp({ gamma: 3 });
    const lambda = 0.5;
    const firm = (z: number): number => {
      const size = Math.abs(z);
      if (size > 3 * lambda) return z;
      return (Math.sign(z) * Math.max(size - lambda, 0)) / (1 - 1 / 3);
    };
    for (const z of [-2, -1.2, -0.4, 0, 0.3, 0.51, 1, 1.49, 1.51, 4]) {
      assertClose(`at ${z}`, R.coordinateProx(0, z, 1, lambda), firm(z), 1e-15);
    }
  });

  it("thresholds hard from step gamma on, where its flat part overtakes zero", () => {
    const R = mcp({ gamma: 3 });
    for (const step of [3, 12, 300]) {
      const threshold = 0.5 * Math.sqrt(3 * step);
      assert.equal(R.coordinateProx(0, threshold * (1 - 1e-12), step, 0.5), 0);
      const above = threshold * (1 + 1e-12);
      assert.equal(R.coordinateProx(0, above, step, 0.5), above);
    }
  });

  it("is the lasso in the limit of a large gamma", () => {
    const [near, limit] = [mcp({ gamma: 1e12, weights: [1, 2] }), l1({ weights: [1, 2] })];
    const z = Float64Array.of(1.5, -0.7);
    const [out, expected] = [new Float64Array(2), new Float64Array(2)];
    near.prox(z, 0.4, 0.6, out);
    limit.prox(z, 0.4, 0.6, expected);
    assertAllClose("prox", out, expected, 1e-11);
    assertClose("value", near.value(z, 0.6), limit.value(z, 0.6), 1e-11);
  });

  it("is not lambda times a function", () => {
    assert.notEqual(mcp().value(Float64Array.of(1), 2), 2 * mcp().value(Float64Array.of(1), 1));
  });
});
