import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { huber, squaredError } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { gradientAt, lossAt } from "../support/datafit-cases";
import { normals } from "../support/problems";

describe("huber", () => {
  it("is the squared error within delta of the response", () => {
    const random = seededRandom(1);
    const [y, eta] = [normals(random, 20), normals(random, 20)];
    const wide = huber({ delta: 100 });
    assert.equal(lossAt(wide, y, eta), lossAt(squaredError(), y, eta));
    assert.deepEqual(gradientAt(wide, y, eta), gradientAt(squaredError(), y, eta));
  });

  it("is delta times the absolute error, short of delta^2 / 2, for an outlier", () => {
    const [y, eta] = [Float64Array.of(100, -100), new Float64Array(2)];
    assert.equal(lossAt(huber({ delta: 2 }), y, eta), 2 * 100 - 2);
    assert.deepEqual(gradientAt(huber({ delta: 2 }), y, eta), Float64Array.of(-1, 1));
  });

  it("is the smallest of 1/2 (r - s)^2 + delta |s| over s, the share of an outlier", () => {
    const delta = 0.7;
    for (const r of [-3, -0.7, -0.1, 0.4, 0.71, 5]) {
      const shares = Array.from({ length: 20001 }, (_, k) => (k - 10000) / 2000);
      const values = shares.map((s) => (r - s) ** 2 / 2 + delta * Math.abs(s));
      const loss = lossAt(huber({ delta }), Float64Array.of(r), new Float64Array(1));
      assertClose(`r = ${r}`, loss, Math.min(...values), 1e-7);
    }
  });

  it("predicts the predictor", () => {
    const out = new Float64Array(2);
    huber().inverseLink(Float64Array.of(-3, 2), out);
    assertAllClose("prediction", out, [-3, 2], 0);
  });

  it("takes 1.345 times the scale of a response where delta is left open, and 1.345 by itself", () => {
    const y = Float64Array.of(3000, 1000, 2000, 4000, 1e6); // quartiles 2000 and 4000
    const [open, eta] = [huber(), Float64Array.of(2990, 1100, 0, 4001, 0)];
    const [own, alone] = [huber({ delta: (1.345 * 2000) / 1.34 }), huber({ delta: 1.345 })];
    assertClose("of y", lossAt(open.forTarget!(y), y, eta) / lossAt(own, y, eta), 1, 1e-12);
    assert.equal(lossAt(open, y, eta), lossAt(alone, y, eta));
    assert.equal(alone.forTarget, undefined);
    assert.deepEqual([open.name, own.name], ["huber", "huber(2007.46)"]);
  });

  it("refuses a delta outside its domain", () => {
    for (const delta of [0, -1, Number.NaN, Infinity]) {
      assert.throws(
        () => huber({ delta }),
        new InputError(`huber: delta must be a positive finite number, got ${delta}`),
      );
    }
  });
});
