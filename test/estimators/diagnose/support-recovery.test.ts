import assert from "node:assert/strict";
import { SmoothLasso, supportRecovery, type Truth } from "../../../src";
import { assertClose } from "../../support/assert-close";

/** Two orthogonal columns, soft thresholding of 2 and -1 at 1/2, and a column that explains nothing. */
const X = [
  [1, 1, 1],
  [1, -1, -1],
  [-1, 1, -1],
  [-1, -1, 1],
];
const fit = new SmoothLasso({ lambda: 0.5, tol: 1e-14 }).fit(
  X,
  X.map(([a, b]) => 2 * a - b),
);

describe("supportRecovery", () => {
  it("counts hits among the selected and among those that matter", () => {
    assert.deepEqual([...fit.support], [0, 1]);
    const { precision, recall, f1 } = supportRecovery(fit, [0, 2]);
    assert.deepEqual([precision, recall, f1], [1 / 2, 1 / 2, 1 / 2]);
    assert.deepEqual(supportRecovery(fit, ["x0", "x0", "x1"]).f1, 1);
    assert.deepEqual(supportRecovery(fit, [2]).f1, 0);
  });

  it("compares signs and sizes with coefficients", () => {
    const { wrongSigns, l2Error, f1 } = supportRecovery(fit, { coef: [1.5, 0.5, 0] });
    assert.deepEqual([wrongSigns, f1], [1, 1]);
    assertClose("distance", l2Error!, 1, 1e-12);
    assert.deepEqual(supportRecovery(fit, fit), {
      precision: 1,
      recall: 1,
      f1: 1,
      wrongSigns: 0,
      l2Error: 0,
    });
  });

  it("finds nothing missing or wrong where there is nothing", () => {
    const none = new SmoothLasso({ lambda: 9 }).fit(X, [1, 2, 1, 3]);
    assert.deepEqual(supportRecovery(none, []), {
      precision: 1,
      recall: 1,
      f1: 1,
      wrongSigns: undefined,
      l2Error: undefined,
    });
    assert.equal(supportRecovery(none, [1]).recall, 0);
  });

  it("refuses a truth of other features, in one sentence", () => {
    const refusals: readonly (readonly [unknown, string])[] = [
      [["x3"], 'truth[0] must be a feature, by name or an index below 3, got "x3"'],
      [[0, 3], "truth[1] must be a feature, by name or an index below 3, got 3"],
      [{ coef: [1, 2] }, "truth.coef must be 3 numbers, one a feature, got an array of 2"],
      [{ coef: [1, 2, Number.NaN] }, "truth.coef[2] must be a finite number, got NaN"],
      ["x0", 'truth must be features by index or name, or { coef } with one number a feature, got "x0"'],
    ];
    for (const [truth, message] of refusals) {
      assert.throws(() => supportRecovery(fit, truth as Truth), {
        name: "InputError",
        message: `supportRecovery: ${message}`,
      });
    }
  });
});
