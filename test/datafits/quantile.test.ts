import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { huber, quantile } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAtMost, assertClose } from "../support/assert-close";
import { gradientAt, lossAt } from "../support/datafit-cases";
import { normals } from "../support/problems";

const pinball = (tau: number, r: number): number => Math.max(tau * r, (tau - 1) * r);

describe("quantile", () => {
  it("is the pinball loss outside the window, and between it and a quarter of the window above it inside", () => {
    for (const tau of [0.05, 0.5, 0.8]) {
      for (const smoothing of [1e-6, 0.1, 2]) {
        const f = quantile({ tau, smoothing });
        const excess = (r: number): number =>
          lossAt(f, Float64Array.of(r), new Float64Array(1)) - pinball(tau, r);
        for (let k = -40; k <= 40; k++) {
          const r = (smoothing * k) / 20;
          const rounding = 1e-15 * smoothing;
          if (Math.abs(k) >= 20) assertClose("outside", excess(r), 0, rounding);
          assertAtMost("below", -excess(r), 0, rounding);
          assertAtMost("above", excess(r), smoothing / 4, rounding);
        }
        assertClose("at the kink", excess(0), smoothing / 4, 1e-16);
      }
    }
  });

  it("is the mean of the pinball loss over the window", () => {
    const [tau, smoothing, cells] = [0.3, 0.8, 4000];
    for (const r of [-0.6, -0.1, 0.25, 1.3]) {
      let sum = 0;
      for (let k = 0; k < cells; k++) sum += pinball(tau, r + smoothing * ((2 * k + 1) / cells - 1));
      const loss = lossAt(quantile({ tau, smoothing }), Float64Array.of(r), new Float64Array(1));
      assertClose(`r = ${r}`, loss, sum / cells, 1e-7);
    }
  });

  it("at the median is a Huber loss over twice its kink, and a quarter of the window", () => {
    const random = seededRandom(1);
    const [y, eta] = [normals(random, 20), normals(random, 20)];
    const [half, delta] = [quantile({ smoothing: 0.4 }), 0.4];
    assertClose(
      "loss",
      lossAt(half, y, eta),
      lossAt(huber({ delta }), y, eta) / (2 * delta) + delta / 4,
      1e-15,
    );
  });

  it("has a constant predictor stationary that leaves the share tau below, but for the window", () => {
    const y = Float64Array.from({ length: 1000 }, (_, i) => i);
    const eta = new Float64Array(1000).fill(899.5);
    const sum = gradientAt(quantile({ tau: 0.9, smoothing: 0.4 }), y, eta).reduce((a, b) => a + b, 0);
    assertClose("slope", sum, 0, 1e-12);
  });

  it("takes a tenth of the scale of a response where the smoothing is left open, and 0.1 by itself", () => {
    const y = Float64Array.of(3000, 1000, 2000, 4000, 1e6); // quartiles 2000 and 4000
    const [open, eta] = [quantile({ tau: 0.9 }), Float64Array.of(2990, 1100, 0, 4001, 0)];
    const [own, alone] = [
      quantile({ tau: 0.9, smoothing: 200 / 1.34 }),
      quantile({ tau: 0.9, smoothing: 0.1 }),
    ];
    assertClose("of y", lossAt(open.forTarget!(y), y, eta), lossAt(own, y, eta), 1e-9);
    assert.equal(lossAt(open, y, eta), lossAt(alone, y, eta));
    assert.equal(alone.forTarget, undefined);
    assert.deepEqual([open.name, own.name], ["quantile(0.9)", "quantile(0.9, 149.254)"]);
  });

  it("refuses a tau or a smoothing outside its domain", () => {
    for (const tau of [0, 1, -0.1, Number.NaN]) {
      assert.throws(
        () => quantile({ tau }),
        new InputError(`quantile: tau must be a number strictly between 0 and 1, got ${tau}`),
      );
    }
    for (const smoothing of [0, -1, Infinity]) {
      assert.throws(
        () => quantile({ smoothing }),
        new InputError(`quantile: smoothing must be a positive finite number, got ${smoothing}`),
      );
    }
  });
});
