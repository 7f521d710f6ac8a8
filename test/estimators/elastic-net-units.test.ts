/** Elastic nets whose ridge part is in the unit of the response, against glmnet. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { SmoothElasticNet, SmoothLasso, SparseLinearModel, squaredError } from "../../src";
import { elasticNet } from "../../src/penalties";
import { elasticNetProduct } from "../../src/surrogate";
import { assertAllClose, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

interface Golden {
  readonly X: number[][];
  readonly y: number[];
  readonly weight: number[];
  readonly offset: number[];
  readonly fold: number[];
  readonly cases: readonly {
    readonly alpha: number;
    readonly weighted: boolean;
    readonly shifted: boolean;
    readonly standardize?: boolean;
    readonly intercept?: boolean;
    readonly lambdas: readonly number[];
    readonly intercepts: readonly number[];
    readonly coefficients: readonly (readonly number[])[];
  }[];
  readonly cross_validations: readonly {
    readonly alpha: number;
    readonly lambda_min: number;
    readonly lambdas: readonly number[];
    readonly mean_score: readonly number[];
    readonly r2: number;
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../test/golden/elastic-net-units.json"), "utf8"),
);
const { X, y, weight, offset, fold } = golden;

describe("elastic nets of a response in thousands", () => {
  for (const { alpha, weighted, shifted, standardize, intercept, lambdas, ...expected } of golden.cases) {
    const options = { standardize: standardize ?? true, fitIntercept: intercept ?? true };
    it(`have the path of glmnet on its own grid, alpha ${alpha}, ${JSON.stringify({ weighted, shifted, ...options })}`, () => {
      for (const unit of [1, 1e-5]) {
        const given = {
          ...(weighted && { sampleWeight: weight }),
          ...(shifted && { offset: offset.map((value) => unit * value) }),
        };
        const model = new SmoothElasticNet({ ...options, l1Ratio: alpha, tol: 1e-14 });
        const { fits, lambdas: own } = model.path(
          X,
          y.map((value) => unit * value),
          { nLambdas: 12, ...given },
        );
        assertAllClose(
          "lambdas",
          own,
          lambdas.map((lambda) => unit * lambda),
          1e-12,
        );
        fits.forEach((fit, k) => {
          if (k === 0) return; // For glmnet the first lambda of a ridge is infinite.
          const coefficients = expected.coefficients[k].map((b) => unit * b);
          assertAllClose(`coefficients ${k}`, fit.coef, coefficients, 1e-10);
          assertClose(`intercept ${k}`, fit.intercept, unit * expected.intercepts[k], 1e-10);
        });
      }
    });
  }

  for (const { alpha, lambda_min: lambdaMin, lambdas, mean_score: scores, r2 } of golden.cross_validations) {
    it(`are cross-validated as by glmnet in any unit, alpha ${alpha}`, () => {
      for (const unit of [1, 1e-4]) {
        const response = y.map((value) => unit * value);
        const model = new SmoothElasticNet({ l1Ratio: alpha, tol: 1e-12 });
        const cv = model.crossValidate(X, response, { foldId: fold });
        assert.equal(cv.lambdas.length, lambdas.length);
        assertClose("lambdaMin", cv.lambdaMin / unit, lambdaMin, 1e-9);
        assertAllClose(
          "scores",
          cv.meanScore.map((score) => score / unit ** 2),
          scores,
          1e-8,
        );
        const mean = y.reduce((sum, value) => sum + value / y.length, 0);
        const variance = y.reduce((sum, value) => sum + (value - mean) ** 2 / y.length, 0);
        assertClose("R2", 1 - Math.min(...cv.meanScore) / (unit ** 2 * variance), r2, 1e-8);
      }
    });
  }

  it("of several responses are those of each alone, whatever its unit", () => {
    const Y = y.map((value, i) => [value, 1e-3 * value + X[i][1], 3]);
    const options = { lambda: 0.4, l1Ratio: 0.3, tol: 1e-14 };
    const { coefs } = new SmoothElasticNet({ ...options, datafit: squaredError({ nResponses: 3 }) }).fit(
      X,
      Y,
    );
    for (const r of [0, 1, 2]) {
      const alone = new SmoothElasticNet(options).fit(
        X,
        Y.map((row) => row[r]),
      );
      assertAllClose(`response ${r}`, coefs[r], alone.coef, 1e-7);
    }
  });

  it("with scikit-learn's alpha and l1_ratio converted meet its optimality conditions", () => {
    const [alpha, ratio] = [0.5, 0.6];
    const mean = y.reduce((sum, value) => sum + value / y.length, 0);
    const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2 / y.length, 0));
    const lambda = alpha * (ratio + (1 - ratio) * deviation);
    const options = { lambda, l1Ratio: (alpha * ratio) / lambda, standardize: false, tol: 1e-16 };
    const { coef, intercept } = new SmoothElasticNet(options).fit(X, y);
    const residual = X.map((row, i) => y[i] - intercept - row.reduce((sum, x, j) => sum + x * coef[j], 0));
    assert.ok(coef.every((b) => b !== 0));
    coef.forEach((b, j) => {
      const slope = residual.reduce((sum, value, i) => sum + (X[i][j] * value) / y.length, 0);
      assertClose(`slope ${j}`, slope, alpha * (ratio * Math.sign(b) + (1 - ratio) * b), 1e-7);
    });
    const plain = new SparseLinearModel({
      lambda: alpha,
      penalty: elasticNet({ l1Ratio: ratio }),
      standardize: false,
      tol: 1e-16,
    }).fit(X, y);
    assertAllClose("as printed", plain.coef, coef, 1e-7);
  });

  it("refuse a parametrization, whose penalty would not follow the response", () => {
    assert.throws(
      () => new SmoothElasticNet({ l1Ratio: 0.5, parametrization: elasticNetProduct({ l1Ratio: 0.5 }) }),
      {
        name: "InputError",
        message:
          'SmoothElasticNet: parametrization must be left out with squaredError, where the ridge part depends on the response, got "elasticNetProduct(0.5)"; SparseLinearModel takes it',
      },
    );
  });
});

describe("the notes of a cross-validation", () => {
  const [ridge] = golden.cross_validations;
  const beyond = "so that a smaller one may be better; extend the path by a smaller lambdaMinRatio";

  it("say that the best score is at the smallest lambda, as that of glmnet is", () => {
    assert.equal(ridge.lambda_min, ridge.lambdas.at(-1));
    const model = new SmoothElasticNet({ l1Ratio: 0 });
    const cv = model.crossValidate(X, y, { foldId: fold });
    assert.deepEqual(cv.notes, [`lambdaMin is the smallest lambda of the path, ${beyond}`]);
    assert.ok(cv.summary().notes.includes(cv.notes[0]));
    const lower = [...ridge.lambdas, 60, 20, 6, 2, 0.6];
    assert.deepEqual(model.crossValidate(X, y, { foldId: fold, lambdas: lower }).notes, []);
    const some = { foldId: fold, lambdas: [1e6, 1e5], grid: { l1Ratio: [0, 0.001] } };
    assert.deepEqual(model.crossValidate(X, y, some).notes, [
      `lambdaMin at l1Ratio 0; l1Ratio 0.001 is the smallest lambda of the path, ${beyond}`,
    ]);
  });

  it("do not name a smallest lambda of 0, below which there is none", () => {
    const { X: few, y: exact } = linearData(4, 40, 3, 0);
    assert.deepEqual(new SmoothLasso().crossValidate(few, exact, { lambdas: [1, 0] }).notes, []);
  });

  it("say that no feature helps, or that a larger lambda may be better", () => {
    const noise = y.map((_, i) => (i % 2 === 0 ? 1 : -1) * (1 + (i % 5)));
    const cv = new SmoothLasso().crossValidate(X, noise, { nLambdas: 10, folds: 4 });
    assert.equal(cv.meanScore.indexOf(Math.min(...cv.meanScore)), 0);
    assert.deepEqual(cv.notes, [
      "lambdaMin is the largest lambda of the path, at which all coefficients are 0, so that no feature helps to predict",
    ]);
    const low = new SmoothLasso().crossValidate(X, noise, { lambdas: [0.02, 0.01], folds: 4 });
    assert.deepEqual(low.notes, [
      "lambdaMin is the largest lambda of the path, so that a larger one may be better unless all penalized coefficients are 0 there",
    ]);
  });
});
