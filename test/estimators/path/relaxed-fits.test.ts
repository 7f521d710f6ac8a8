import assert from "node:assert/strict";
import { loadDiabetes } from "../../../src/data";
import { logistic, multinomial, squaredError } from "../../../src/datafits";
import { SmoothElasticNet, SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { severalResponses } from "../../support/multi-response";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const { X, y } = linearData(7, 40, 6);

/** Columns of +-1 that are orthogonal to each other and to the intercept. */
const orthogonal = Array.from({ length: 8 }, (_, i) => [1, 2, 4].map((bit) => ((i & bit) === 0 ? 1 : -1)));
const response = orthogonal.map(([a, b, c], i) => 5 + 3 * a - 2 * b + 0.5 * c + [0.1, -0.1][i % 2]);

describe("a relaxed path", () => {
  it("on an orthogonal design is soft thresholding with a part of lambda given back", () => {
    const means = [0, 1, 2].map((j) =>
      orthogonal.reduce((sum, row, i) => sum + (row[j] * response[i]) / 8, 0),
    );
    const path = new SmoothLasso({ tol: 1e-14 }).path(orthogonal, response, { lambdas: [2.5, 1, 0.2] });
    for (const gamma of [0, 0.3, 0.9]) {
      path.relaxed(gamma).fits.forEach(({ coef, lambda, intercept }) => {
        const expected = means.map((m) => (Math.abs(m) > lambda ? m - gamma * lambda * Math.sign(m) : 0));
        assertAllClose(`gamma ${gamma}`, coef, expected, 1e-12);
        assertClose("intercept", intercept, 5, 1e-12);
      });
    }
  });

  it("of several tasks on an orthogonal design is that of each of them", () => {
    const both = response.map((value, i) => [value, orthogonal[i][2] - 0.5 * value]);
    const model = new SmoothLasso({ datafit: squaredError({ nResponses: 2 }), tol: 1e-14 });
    const path = model.path(orthogonal, both, { lambdas: [2.5, 1, 0.2] });
    for (const gamma of [0, 0.3, 0.9]) {
      const relaxed = path.relaxed(gamma);
      for (const r of [0, 1]) {
        const y = both.map((row) => row[r]);
        const alone = new SmoothLasso({ tol: 1e-14 })
          .path(orthogonal, y, { lambdas: [2.5, 1, 0.2] })
          .relaxed(gamma);
        relaxed.fits.forEach(({ coefs, intercepts }, k) => {
          assertAllClose(`gamma ${gamma}`, coefs[r], alone.coefs[k], 1e-12);
          assertClose("intercept", intercepts[r], alone.intercepts[k], 1e-12);
        });
      }
    }
  });

  it("of several classes blends linear predictors, and ends at the path and its refits", () => {
    const several = severalResponses(2);
    const offset = several.X.map((row) => [0.2 * row[4], 0, -0.1]);
    const sampleWeight = several.X.map((_, i) => 1 + (i % 3));
    const model = new SmoothLasso({ datafit: multinomial() });
    const path = model.path(several.X, several.labels, {
      nLambdas: 5,
      lambdaMinRatio: 0.1,
      offset,
      sampleWeight,
    });
    assert.equal(path.relaxed(1), path);
    const half = path.relaxed(0.5);
    const none = path.relaxed(0);
    path.fits.forEach((fit, k) => {
      const refit = fit.refit();
      const predictors = [fit, refit, half.fits[k]].map((each) =>
        each.decisionFunction(several.X, { offset }),
      );
      predictors[2].forEach((row, i) => {
        const blend = row.map((_, r) => (predictors[0][i][r] + predictors[1][i][r]) / 2);
        assertAllClose(`row ${i}`, row, blend, 1e-12);
      });
      none.coefs[k].forEach((coef, r) => {
        assertAllClose("refitted", coef, refit.coefs[r], 1e-13);
      });
      const shares = half.fits[k].predictProbability(several.X, { offset });
      const total = sampleWeight.reduce((a, b) => a + b);
      const loss = shares.reduce((sum, row, i) => {
        return (
          sum - (sampleWeight[i] / total) * Math.log(row[half.fits[k].classes.indexOf(several.labels[i])])
        );
      }, 0);
      assertClose("loss", half.fits[k].certificate.objective, loss, 1e-12);
      assertAtMost("refits explain more", path.devianceRatio[k], none.devianceRatio[k], 1e-12);
    });
    const between = Math.sqrt(path.lambdas[2] * path.lambdas[3]);
    const [penalized, free] = [path.at(between), path.at(between).refit()];
    half.at(between).coefs.forEach((coef, r) => {
      const blend = coef.map((_, j) => (penalized.coefs[r][j] + free.coefs[r][j]) / 2);
      assertAllClose("at", coef, blend, 1e-13);
    });
    assert.equal(none.best("aic"), none.fits[none.aic.indexOf(Math.min(...none.aic))]);
  });

  it("says in its notes and its summary what it is", () => {
    const half = new SmoothLasso().path(X, y, { nLambdas: 3 }).relaxed(0.5);
    const note = "relaxed: 0.5 times the fit with its penalty, the rest its refit without one";
    assert.deepEqual(half.fits[1].notes, [note]);
    assert.match(half.fits[1].toString(), /converged after .*\nNote: relaxed: 0.5 times[^\n]*\n✓ violation/);
    assert.match(half.toString(), /violation \/ lambda +status/);
    assertAllClose(
      "once more",
      half.relaxed(0.5).coefs[2],
      new SmoothLasso().path(X, y, { nLambdas: 3 }).relaxed(0.25).coefs[2],
      1e-13,
    );
  });

  it("keeps signs that must not be negative, where a refit without them has others", () => {
    // Alone the third column has a positive coefficient, beside the first two a negative one.
    const rows = X.map((row) => [row[0], row[1], row[0] + 0.3 * row[2]]);
    const target = X.map((row, i) => 2 * row[0] + 0.2 * row[1] - row[2] + 0.1 * Math.sin(9 * i));
    const plain = new SmoothLasso({ lambda: 0.1 }).fit(rows, target).refit();
    assert.ok(plain.coef[2] < -1);
    const fit = new SmoothLasso({ lambda: 0, nonNegative: true, init: undefined }).fit(rows, target);
    const path = new SmoothLasso({ nonNegative: true, tol: 1e-12 }).path(rows, target, { nLambdas: 6 });
    for (const each of [...path.fits, fit]) {
      const refit = each.refit();
      assert.equal(refit.status, "converged");
      assert.ok(refit.coef.every((b) => b >= 0));
      const residual = target.map((v, i) => v - refit.predict(rows)[i]);
      for (const j of each.support) {
        const slope = rows.reduce((sum, row, i) => sum + (row[j] * residual[i]) / 40, 0);
        if (refit.coef[j] > 0) assertAtMost("slope", Math.abs(slope), 1e-6);
        else assertAtMost("slope", slope, 1e-6);
      }
    }
  });

  it("refits more features than rows as far as they do not depend on each other, and says so", () => {
    const wide = linearData(8, 12, 30);
    const groups = wide.X[0].map((_, j) => j % 3);
    const fit = new SmoothGroupLasso({ groups, lambda: 0.01 }).fit(wide.X, wide.y);
    assert.equal(fit.support.length, 30);
    const refit = fit.refit();
    assertAtMost("residual", 1 - refit.score(wide.X, wide.y), 1e-20);
    assert.equal(refit.support.length, 11);
    assert.deepEqual(refit.notes, [
      "lambda is 0 and there are more coefficients than rows, so they are not unique; the fitted values are",
      'columns "x11", "x12", "x13", "x14", "x15" and 14 more depend on the others, so their coefficients are set to 0',
      "refitted without a penalty, on the 30 features of the fit at lambda 0.01",
    ]);
    const twice = new SmoothElasticNet({ l1Ratio: 0.5, lambda: 0.1 }).fit(
      X.map((row) => [...row, row[0]]),
      y,
    );
    assert.ok(twice.coef[0] !== 0 && twice.coef[6] !== 0);
    assert.deepEqual(twice.refit().notes, [
      'column "x6" depends on the others, so its coefficient is set to 0',
      "refitted without a penalty, on the 7 features of the fit at lambda 0.1",
    ]);
    // Columns that a group keeps a place for, without a coefficient, are not counted.
    const path = new SmoothGroupLasso({ groups: wide.X[0].map((_, j) => j) }).path(wide.X, wide.y, {
      nLambdas: 3,
    });
    assert.ok(path.df[1] > 0 && path.df[1] < 11);
    assert.equal(path.fits[1].refit().notes.length, 1);
  });

  it("warns once where classes come apart without the penalty", () => {
    const labels = X.map((row) => (row[0] + row[1] > 0 ? "b" : "a"));
    const path = new SmoothLasso({ datafit: logistic() }).path(X, labels, { lambdas: [0.1, 0.01, 0.001] });
    const warnings = warningsOf(() => path.relaxed(0.2));
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0],
      /SmoothLasso\.path\.relaxed: .* did not converge, .*no finite coefficients are best/,
    );
    const one = warningsOf(() => assert.equal(path.fits[2].refit().status, "stalled"));
    assert.match(one.join(), /SmoothLasso\.refit: the fit at lambda 0 did not converge/);
  });

  it("is refused in one sentence for a gamma that is no share", () => {
    const path = new SmoothLasso().path(X, y, { nLambdas: 2 });
    for (const [gamma, shown] of [
      [-0.1, "-0.1"],
      [1.5, "1.5"],
      [Number.NaN, "NaN"],
      ["1", '"1"'],
    ]) {
      assert.throws(() => path.relaxed(gamma as Anything), {
        name: "InputError",
        message: `SmoothLasso.path.relaxed: gamma must be a number from 0 to 1, got ${shown}`,
      });
    }
  });

  it("of no coefficients explains nothing, to the last digit", () => {
    const { columns, response: progression } = loadDiabetes();
    const relaxed = new SmoothLasso().path(columns, progression, { nLambdas: 3 }).relaxed(0);
    assert.deepEqual([relaxed.df[0], relaxed.devianceRatio[0]], [0, 0]);
  });
});
