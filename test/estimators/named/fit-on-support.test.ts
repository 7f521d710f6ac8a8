import assert from "node:assert/strict";
import { type FitOnSupportOptions, fitOnSupport, logistic, SmoothLasso, sparseMatrix } from "../../../src";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";
import { leastSquares } from "../../support/written-out";

const { X, y } = linearData(7, 40, 6);
const chosen = X.map((row) => [row[4], row[1]]);

describe("fitOnSupport", () => {
  it("solves the normal equations of the features given, in whatever order, and leaves the others at zero", () => {
    const [intercept, b4, b1] = leastSquares({ X: chosen, y });
    const fit = fitOnSupport(X, y, [4, 1]);
    assertAllClose("coef", fit.coef, Float64Array.of(0, b1, 0, 0, b4, 0), 1e-13);
    assertClose("intercept", fit.intercept, intercept, 1e-13);
    assert.deepEqual([...fit.support], [1, 4]);
    assert.deepEqual([fit.estimator, fit.lambda, fit.status], ["fitOnSupport", 0, "converged"]);
    assert.deepEqual(fitOnSupport(X, y, ["x4", "x1"]).coef, fit.coef);
    assert.deepEqual(fitOnSupport(X, y, new SmoothLasso({ lambda: 1 }).fit(X, y).support).support.length, 2);
  });

  it("goes through the origin without an intercept, and is the mean without features", () => {
    const fit = fitOnSupport(X, y, [4, 1], { fitIntercept: false });
    const residual = y.map((value, i) => value - chosen[i][0] * fit.coef[4] - chosen[i][1] * fit.coef[1]);
    for (const k of [0, 1]) {
      assertClose(
        "slope",
        chosen.reduce((sum, row, i) => sum + row[k] * residual[i], 0),
        0,
        1e-12,
      );
    }
    const none = fitOnSupport(X, y, []);
    assertClose("mean", none.intercept, y.reduce((a, b) => a + b) / 40, 1e-14);
    assert.equal(none.support.length, 0);
  });

  it("meets the normal equations of weights and an offset, of a loss that is not quadratic and a sparse matrix", () => {
    const sampleWeight = X.map((_, i) => [0, 1, 2.5][i % 3]);
    const offset = X.map((row) => 0.3 * row[5]);
    const classes = y.map((value) => (value > 0 ? 1 : 0));
    const entries = X.flatMap((row, i) => row.map((value, j) => ({ row: i, column: j, value })));
    const sparse = sparseMatrix({
      rows: entries.map(({ row }) => row),
      columns: entries.map(({ column }) => column),
      values: entries.map(({ value }) => value),
      nSamples: 40,
      nFeatures: 6,
    });
    for (const table of [X, sparse]) {
      const fit = fitOnSupport(table, classes, [1, 2], { datafit: logistic(), sampleWeight, offset });
      assert.equal(fit.status, "converged");
      const eta = fit.decisionFunction(table, { offset });
      for (const column of [X.map(() => 1), X.map((row) => row[1]), X.map((row) => row[2])]) {
        const slope = column.reduce(
          (sum, x, i) => sum + x * sampleWeight[i] * (1 / (1 + Math.exp(-eta[i])) - classes[i]),
          0,
        );
        assertClose("slope", slope, 0, 1e-9);
      }
    }
  });

  it("says where a column depends on the others, and where no finite coefficients are best", () => {
    const twice = fitOnSupport(
      X.map((row) => [row[0], row[0]]),
      y,
      [0, 1],
    );
    assert.deepEqual(twice.notes, [
      'unpenalized column "x1" depends on the others, so its coefficient is set to 0',
    ]);
    const warnings = warningsOf(() => {
      const separable = fitOnSupport([[1], [2], [3], [4]], [0, 0, 1, 1], [0], { datafit: logistic() });
      assert.equal(separable.status, "stalled");
    });
    assert.equal(warnings.length, 1);
  });

  it("names the feature that a misspelt one may mean", () => {
    assert.throws(() => fitOnSupport({ weight: [1, 2, 4], height: [3, 1, 2] }, [1, 2, 3], ["wieght"]), {
      message:
        'fitOnSupport: support[0] must be a feature, by name or an index below 2, got "wieght"; did you mean "weight"?',
    });
  });

  it("refuses features that are not there and options of other estimators, in one sentence", () => {
    const refusals: readonly (readonly [unknown, FitOnSupportOptions, string])[] = [
      [[6], {}, "support[0] must be a feature, by name or an index below 6, got 6"],
      [[0, "x9"], {}, 'support[1] must be a feature, by name or an index below 6, got "x9"'],
      ["x1", {}, 'support must be a list of features, by index or name, got "x1"'],
      [undefined, {}, "support must be a list of features, by index or name, got undefined"],
      [
        [0],
        { lambda: 1 } as object,
        'every option must be one of datafit, fitIntercept, sampleWeight, offset, got "lambda"',
      ],
    ];
    for (const [support, options, message] of refusals) {
      assert.throws(() => fitOnSupport(X, y, support as number[], options), {
        name: "InputError",
        message: `fitOnSupport: ${message}`,
      });
    }
  });
});
