import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { huber, logCosh, squaredError } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { gradientAt, lossAt } from "../support/datafit-cases";
import { normals } from "../support/problems";

const zero = Float64Array.of(0);

/** Relative to what is expected. */
function assertNear(what: string, found: number, expected: number, tolerance: number): void {
  assertClose(what, found / expected, 1, tolerance);
}

describe("logCosh", () => {
  it("has the value, the slope and the curvature that mpmath gives with 40 digits, near zero and far out", () => {
    // delta, r, delta^2 log cosh(r / delta), delta tanh(r / delta), 1 / cosh(r / delta)^2.
    for (const [delta, r, value, slope, curvature] of [
      [1.205, 1e-9, 5e-19, 1e-9, 1],
      [1.205, 1e-3, 4.999999426088959e-7, 0.0009999997704356045, 0.9999993113069398],
      [1.205, 0.7, 0.2323458579162913, 0.6306109642045206, 0.7261271753757993],
      [1.205, 5, 5.018894222323896, 1.2044004776089448, 0.0009948103754039315],
      [0.01, 3, 0.029930685281944005, 0.01, 1.0601586212017375e-260],
      [2, 40.5, 78.22741127776023, 2, 1.0307028436619924e-17],
    ]) {
      const [loss, out] = [logCosh({ delta }), new Float64Array(1)];
      loss.curvature(zero, Float64Array.of(r), out);
      assertNear(`value at ${r}`, lossAt(loss, zero, Float64Array.of(r)), value, 1e-14);
      assertNear(`value at -${r}`, lossAt(loss, Float64Array.of(r), zero), value, 1e-14);
      assertNear(`slope at ${r}`, gradientAt(loss, zero, Float64Array.of(r))[0], slope, 1e-14);
      assertNear(`curvature at ${r}`, out[0], curvature, 1e-12);
    }
  });

  it("has 95 % efficiency for normal errors where delta is 1.205 of their standard deviation", () => {
    // (E psi')^2 / E psi^2, psi the slope of the loss, by the trapezoidal rule.
    const efficiency = (delta: number): number => {
      const [loss, out, step] = [logCosh({ delta }), new Float64Array(1), 1e-2];
      let [bend, squares] = [0, 0];
      for (let r = -12; r <= 12; r += step) {
        const density = (step * Math.exp(-(r ** 2) / 2)) / Math.sqrt(2 * Math.PI);
        loss.curvature(zero, Float64Array.of(r), out);
        bend += density * out[0];
        squares += density * gradientAt(loss, zero, Float64Array.of(r))[0] ** 2;
      }
      return bend ** 2 / squares;
    };
    assertClose("1.205", efficiency(1.205), 0.95, 5e-5);
    assert.ok(efficiency(1.204) < 0.95 && efficiency(2) > 0.98);
  });

  it("is the squared error for a large delta, and delta times the absolute error for a small one", () => {
    const random = seededRandom(1);
    const [y, eta] = [normals(random, 20), normals(random, 20)];
    const size = y.reduce((sum, value, i) => sum + Math.abs(value - eta[i]) / 20, 0);
    for (const delta of [1e8, 1e200]) {
      const wide = logCosh({ delta });
      assertNear(`${delta}`, lossAt(wide, y, eta), lossAt(squaredError(), y, eta), 1e-14);
      assertAllClose(`${delta}`, gradientAt(wide, y, eta), gradientAt(squaredError(), y, eta), 1e-15);
    }
    for (const delta of [1e-14, 1e-200])
      assertNear(`${delta}`, lossAt(logCosh({ delta }), y, eta), delta * size, 1e-12);
  });

  it("has the gap of the squared error where delta is so large that shares of the residual are below rounding", () => {
    for (const delta of [1e7, 1e9, 1e150, 1e300]) {
      const gap = logCosh({ delta }).fenchelYoung!(zero, Float64Array.of(2), Float64Array.of(0.5));
      assertNear(`${delta}`, gap, 1.5 ** 2 / 2, 1e-7);
    }
  });

  it("lies between Huber's loss and that less delta^2 (log 2 - 1/2)", () => {
    const delta = 0.8;
    for (let r = -9; r < 9; r += 0.07) {
      const [own, hubers] = [logCosh({ delta }), huber({ delta })].map((f) =>
        lossAt(f, zero, Float64Array.of(r)),
      );
      assert.ok(own <= hubers && own >= hubers - delta ** 2 * (Math.LN2 - 0.5) - 1e-15, `${r}`);
    }
  });

  it("has the normalizer that mpmath gives, for a dispersion of any size", () => {
    for (const [delta, dispersion, expected] of [
      [1.205, 1, 1.0813845557605146],
      [3, 1e-14, -15.199157117753646],
      [0.1, 50, 6.907893891971312],
    ])
      assertNear(`${dispersion}`, logCosh({ delta }).logNormalizer!(dispersion), expected, 1e-14);
  });

  it("predicts the predictor", () => {
    const out = new Float64Array(2);
    logCosh().inverseLink(Float64Array.of(-3, 2), out);
    assertAllClose("prediction", out, [-3, 2], 0);
  });

  it("takes 1.205 times the scale of a response where delta is left open, and 1.205 by itself", () => {
    const y = Float64Array.of(3000, 1000, 2000, 4000, 1e6); // quartiles 2000 and 4000
    const [open, eta] = [logCosh(), Float64Array.of(2990, 1100, 0, 4001, 0)];
    const [own, alone] = [logCosh({ delta: (1.205 * 2000) / 1.34 }), logCosh({ delta: 1.205 })];
    assertNear("of y", lossAt(open.forTarget!(y), y, eta), lossAt(own, y, eta), 1e-12);
    assert.equal(lossAt(open, y, eta), lossAt(alone, y, eta));
    assert.equal(alone.forTarget, undefined);
    assert.deepEqual([open.name, own.name], ["logCosh", "logCosh(1798.51)"]);
  });

  it("refuses a delta outside its domain", () => {
    for (const delta of [0, -1, Number.NaN, Infinity]) {
      assert.throws(
        () => logCosh({ delta }),
        new InputError(`logCosh: delta must be a positive finite number, got ${delta}`),
      );
    }
  });
});
