/** Models of the gamma loss, against glum and scikit-learn, and through a path, a cross-validation and a file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gamma } from "../../src/datafits";
import { fitFromJSON, SmoothLasso, type SparseLinearFit } from "../../src/estimators";
import { assertAllClose, assertClose } from "../support/assert-close";

interface GoldenPath {
  readonly lambdas: readonly number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
}

const golden: {
  readonly X: number[][];
  readonly y: number[];
  readonly weight: number[];
  readonly offset: number[];
  readonly plain: GoldenPath;
  readonly weighted: GoldenPath;
  readonly free: {
    readonly intercept: number;
    readonly coefficients: number[];
    readonly d2: number;
    readonly predictions: number[];
  };
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../test/golden/gamma.json"), "utf8"));

const { X, y, weight, offset } = golden;
const raw = { datafit: gamma(), standardize: false, tol: 1e-12 } as const;

describe("a lasso of gamma responses", () => {
  for (const [name, expected, options] of [
    ["", golden.plain, {}],
    [", with sample weights and an offset", golden.weighted, { sampleWeight: weight, offset }],
  ] as const) {
    it(`has the coefficients of glum${name}`, () => {
      expected.lambdas.forEach((lambda, k) => {
        const fit = new SmoothLasso({ ...raw, lambda }).fit(X, y, options);
        assert.equal(fit.status, "converged");
        assertClose("intercept", fit.intercept, expected.intercepts[k], 1e-8);
        assertAllClose("coefficients", fit.coef, expected.coefficients[k], 1e-8);
      });
    });

    it(`follows glum along a path${name}`, () => {
      const lambdas = expected.lambdas.slice();
      const { coefs } = new SmoothLasso(raw).path(X, y, { ...options, lambdas });
      coefs.forEach((coef, k) => {
        assertAllClose(`lambda ${k}`, coef, expected.coefficients[k], 1e-7);
      });
    });
  }

  it("has the coefficients, predictions and score of scikit-learn without a penalty", () => {
    const { intercept, coefficients, d2, predictions } = golden.free;
    const fit = new SmoothLasso({ ...raw, lambda: 0 }).fit(X, y);
    assertClose("intercept", fit.intercept, intercept, 1e-7);
    assertAllClose("coefficients", fit.coef, coefficients, 1e-7);
    assertAllClose("predictions", fit.predict(X.slice(0, 3)), predictions, 1e-7);
    assertClose("D2", fit.score(X, y), d2, 1e-9);
  });

  it("is chosen by cross-validation and criteria, and comes back from a file", () => {
    const run = { sampleWeight: weight, offset };
    const cv = new SmoothLasso({ datafit: gamma() }).crossValidate(X, y, { ...run, nLambdas: 12 });
    assert.equal(cv.measure, "deviance");
    assert.ok(cv.best.support.includes(0));
    const { aic, bic } = new SmoothLasso({ datafit: gamma() }).path(X, y, { ...run, nLambdas: 12 });
    for (const values of [aic, bic]) assert.ok(values.every(Number.isFinite));
    const again = fitFromJSON<SparseLinearFit>(JSON.stringify(cv.best));
    assert.deepEqual(again.predict(X, { offset }), cv.best.predict(X, { offset }));
    assert.equal(again.score(X, y, run), cv.best.score(X, y, run));
  });

  it("keeps its coefficients in another unit of the response", () => {
    const fitOf = (unit: number) =>
      new SmoothLasso({ ...raw, lambda: 0.05 }).fit(
        X,
        y.map((value) => unit * value),
      );
    const [one, thousand] = [fitOf(1), fitOf(1000)];
    assertAllClose("coefficients", thousand.coef, one.coef, 1e-9);
    assertClose("intercept", thousand.intercept, one.intercept + Math.log(1000), 1e-9);
  });
});
