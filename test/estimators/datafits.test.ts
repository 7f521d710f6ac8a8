import assert from "node:assert/strict";
import { type Datafit, logistic, poisson } from "../../src/datafits";
import { SmoothLasso } from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { datafitCases } from "../support/datafit-cases";
import { readGolden } from "../support/golden";
import { linearData } from "../support/problems";

const references: readonly (readonly [string, Datafit])[] = [
  ["logistic-raw", logistic()],
  ["logistic-std-intercept", logistic()],
  ["wide-logistic-std-intercept", logistic()],
  ["poisson-intercept", poisson()],
  ["poisson-std-intercept", poisson()],
  ["wide-poisson-intercept", poisson()],
];

describe("generalized linear lasso paths of glmnet", () => {
  for (const [name, datafit] of references) {
    it(`agree with SmoothLasso's on ${name} to 1e-6, certified`, () => {
      const { X, y, options, lambdas, coefficients, intercepts } = readGolden(name);
      const estimator = new SmoothLasso({ ...options, datafit, tol: 1e-12 });
      const path = estimator.path(X, y, { lambdas });
      const nullObjective = estimator.path(X, y, { nLambdas: 1 }).fits[0].certificate.objective;
      const nullDeviance = nullObjective - datafit.saturatedValue(Float64Array.from(y));
      path.fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged", `lambda ${k}`);
        assertAllClose(`coefficients, lambda ${k}`, fit.coef, coefficients[k], 1e-6);
        assertClose(`intercept, lambda ${k}`, fit.intercept, intercepts[k], 1e-6);
        assertAtMost(`gap, lambda ${k}`, fit.certificate.dualityGap ?? Infinity, 1e-12 * nullDeviance);
      });
    });
  }
});

describe("a lasso of every loss", () => {
  const { X } = linearData(3, 40, 12);
  const oneResponse = datafitCases.filter(({ datafit }) => datafit.nResponses === 1);

  for (const { datafit, draw } of oneResponse) {
    it(`of ${datafit.name} is solved down the path, with and without an intercept`, () => {
      const y = draw(40, 5);
      for (const fitIntercept of [true, false]) {
        const path = new SmoothLasso({ datafit, fitIntercept }).path(X, y, {
          nLambdas: 8,
          lambdaMinRatio: 0.02,
        });
        assert.deepEqual(
          path.fits.map(({ status }) => status),
          path.fits.map(() => "converged"),
        );
        assert.ok(path.fits[7].support.length > 3, "a path that leads somewhere");
        for (const { certificate, lambda } of path.fits) {
          if (datafit.fenchelYoung) assertAtMost("gap", certificate.dualityGap ?? Infinity, 1e-6);
          assertAtMost("violation", certificate.violation, 1e-3 * lambda);
        }
      }
    });
  }
});
