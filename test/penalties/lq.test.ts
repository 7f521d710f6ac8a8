import assert from "node:assert/strict";
import { l1, lq } from "../../src/penalties";
import { softThreshold } from "../../src/penalties/l1";
import { bridgeProx } from "../../src/penalties/lq";
import { assertAllClose, assertClose } from "../support/assert-close";

describe("lq", () => {
  it("refuses an exponent outside (0, 1) in one sentence", () => {
    for (const [q, shown] of [
      [0, "0"],
      [1, "1"],
      [-0.5, "-0.5"],
      [Number.NaN, "NaN"],
    ] as const) {
      assert.throws(() => lq({ q }), {
        name: "InputError",
        message: `lq: q must be a number strictly between 0 and 1, got ${shown}`,
      });
    }
  });

  it("is infinite at an infinite coefficient, as its formula is", () => {
    for (const q of [0.3, 0.5, 2 / 3, 0.9]) {
      assert.equal(lq({ q }).coordinateValue(0, -Infinity, 0.1), Infinity);
      assert.ok(lq({ q }).coordinateValue(0, Number.MAX_VALUE, 0.1) > 0);
    }
  });

  it("copies its weights, so that a later change of the array changes nothing", () => {
    const mine = [1, 2];
    const R = l1({ weights: mine });
    mine[0] = 100;
    assert.equal(R.value(Float64Array.of(1, 1), 1), 3);
  });
});

describe("bridgeProx", () => {
  it("jumps at the thresholds of the exact one-dimensional solution", () => {
    // By the closed form, tau = 0.3: the global minimiser leaves zero at these z.
    for (const [q, threshold] of [
      [2 / 3, 0.59814],
      [1 / 2, 0.67221],
    ]) {
      assert.equal(bridgeProx(threshold - 1e-5, 0.3, q), 0);
      assert.ok(bridgeProx(threshold + 1e-5, 0.3, q) > 0.29);
    }
  });

  it("jumps at the threshold of its formula whatever the unit, to the last digits", () => {
    for (const q of [0.3, 1 / 2, 2 / 3, 0.9]) {
      for (let exponent = -150; exponent <= 150; exponent += 10) {
        const tau = 3 * 10 ** exponent;
        const threshold = ((2 - q) / (2 * (1 - q))) * (2 * tau * (1 - q)) ** (1 / (2 - q));
        for (const share of [1e-3, 0.5, 0.9998, 1 - 1e-9]) {
          assert.equal(bridgeProx(-share * threshold, tau, q), 0, `q ${q}, tau ${tau}, ${share} of it`);
        }
        assert.ok(bridgeProx(-threshold * (1 + 1e-9), tau, q) < 0, `q ${q}, tau ${tau}`);
      }
    }
  });

  it("solves its stationarity condition just above the threshold too, where the root is nearly double", () => {
    for (const q of [0.05, 0.5, 2 / 3, 0.95, 0.999]) {
      const smallest = (2 * 0.3 * (1 - q)) ** (1 / (2 - q));
      const z = ((smallest * (2 - q)) / (2 * (1 - q))) * (1 + 1e-9);
      const b = bridgeProx(z, 0.3, q);
      assert.ok(b > 0.9 * smallest);
      assertClose(`q = ${q}`, b - z + 0.3 * q * b ** (q - 1), 0, 1e-14);
    }
  });

  it("is soft thresholding in the limit q = 1 and the identity without penalty", () => {
    for (const z of [-3, 0.2, 1.7]) {
      assertClose("q near 1", bridgeProx(z, 0.4, 1 - 1e-9), softThreshold(z, 0.4), 1e-7);
      assert.equal(bridgeProx(z, 0, 0.5), z);
    }
  });

  it("scales as the formula does, from 1e-100 to 1e100", () => {
    for (const scale of [1e-100, 1e-8, 1e8, 1e100]) {
      for (const q of [0.3, 0.5, 2 / 3, 0.9]) {
        // 1/2 (c b - c z)^2 + tau c^(2-q) |c b|^q is c^2 times the problem at scale one.
        const scaled = bridgeProx(2 * scale, 0.3 * scale ** (2 - q), q) / scale;
        assertAllClose(`q ${q}, scale ${scale}`, [scaled], [bridgeProx(2, 0.3, q)], 1e-12);
      }
    }
  });
});
