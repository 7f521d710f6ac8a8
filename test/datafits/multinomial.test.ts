import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { logistic, multinomial } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { gradientAt, hessianTimes, lossAt } from "../support/datafit-cases";
import { normals } from "../support/problems";

describe("multinomial", () => {
  it("with two classes is the logistic loss of the difference of their predictors", () => {
    const random = seededRandom(1);
    const n = 6;
    const labels = Float64Array.of(0, 1, 1, 0, 1, 0);
    const y = Float64Array.of(...labels.map((label) => 1 - label), ...labels);
    for (let trial = 0; trial < 20; trial++) {
      const [eta, v] = [normals(random, 2 * n), normals(random, 2 * n)];
      const difference = (w: Float64Array) => Float64Array.from(labels, (_, i) => w[n + i] - w[i]);
      const both = (w: Float64Array) => Float64Array.of(...w.map((entry) => -entry), ...w);
      const two = multinomial({ nClasses: 2 });
      assertClose("loss", lossAt(two, y, eta), lossAt(logistic(), labels, difference(eta)), 1e-15);
      assertAllClose(
        "gradient",
        gradientAt(two, y, eta),
        both(gradientAt(logistic(), labels, difference(eta))),
        1e-15,
      );
      assertAllClose(
        "Hessian times v",
        hessianTimes(two, y, eta, v),
        both(hessianTimes(logistic(), labels, difference(eta), difference(v))),
        1e-15,
      );
    }
  });

  it("does not see a constant that all predictors of a sample share", () => {
    const random = seededRandom(2);
    const y = Float64Array.of(1, 0, 0, 1, 0, 0);
    const [eta, shift] = [normals(random, 6), normals(random, 2)];
    const shifts = Float64Array.from(y, (_, k) => shift[k % 2]);
    const shifted = eta.map((entry, k) => entry + shifts[k]);
    assertClose(
      "loss",
      lossAt(multinomial({ nClasses: 3 }), y, shifted),
      lossAt(multinomial({ nClasses: 3 }), y, eta),
      1e-15,
    );
    assertAllClose(
      "Hessian",
      hessianTimes(multinomial({ nClasses: 3 }), y, eta, shifts),
      new Float64Array(6),
      1e-16,
    );
  });

  it("keeps its digits where the class is all but certain", () => {
    const y = Float64Array.of(1, 0, 0);
    const eta = Float64Array.of(40, 0, 0);
    const relative = (value: number): number => value / Math.exp(-40);
    const gradient = gradientAt(multinomial({ nClasses: 3 }), y, eta);
    assertClose("loss", relative(lossAt(multinomial({ nClasses: 3 }), y, eta)), 2, 1e-15);
    assertAllClose("gradient", gradient.map(relative), [-2, 1, 1], 1e-15);
    const times = hessianTimes(multinomial({ nClasses: 3 }), y, eta, Float64Array.of(1, 0, 0));
    assertAllClose("Hessian", times.map(relative), [2, -1, -1], 1e-15);
  });

  it("has as many classes as an estimator finds, and no values before", () => {
    const open = multinomial();
    const [two, y] = [open.forResponses!(2), Float64Array.of(1, 0, 0, 1)];
    const eta = Float64Array.of(0.3, -1, 0, 2);
    assert.equal(two.nResponses, 2);
    assert.equal(lossAt(two, y, eta), lossAt(multinomial({ nClasses: 2 }), y, eta));
    assert.throws(() => lossAt(open, y, eta), {
      name: "InputError",
      message: "multinomial: nClasses must be given where no labels tell it, got undefined",
    });
  });

  it("predicts the softmax", () => {
    const out = new Float64Array(3);
    multinomial({ nClasses: 3 }).inverseLink(Float64Array.of(1000, 1000 + Math.log(2), 1000), out);
    assertAllClose("softmax", out, [0.25, 0.5, 0.25], 1e-13);
  });

  it("says in a sentence which target or number of classes it cannot take", () => {
    const check =
      (...y: number[]) =>
      () =>
        multinomial({ nClasses: 3 }).checkTarget("fit", Float64Array.from(y));
    check(1, 0, 0, 0, 0, 1)();
    assert.throws(
      check(1, 0),
      new InputError("fit: the length of y must be a multiple of the 3 responses, got 2"),
    );
    assert.throws(check(1, 0.5, 0), new InputError("fit: y, row 0, class 1 must be 0 or 1, got 0.5"));
    assert.throws(
      check(1, 0, 0, 0, 0, 0),
      new InputError("fit: y, row 1 must be 1 in exactly one class, got 0"),
    );
    assert.throws(check(1, 1, 0), new InputError("fit: y, row 0 must be 1 in exactly one class, got 2"));
    assert.throws(
      () => multinomial({ nClasses: 1 }),
      new InputError("multinomial: nClasses must be an integer >= 2, got 1"),
    );
  });
});
