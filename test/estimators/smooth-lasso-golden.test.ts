import assert from "node:assert/strict";
import type { ModelOptions } from "../../src/estimators";
import { SmoothLasso } from "../../src/estimators";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { readGolden } from "../support/golden";

const cases = [
  "lasso-raw",
  "lasso-intercept",
  "lasso-std-intercept",
  "lasso-penalty-factor",
  "wide-lasso-raw",
  "wide-lasso-std-intercept",
  "wide-lasso-penalty-factor",
];

const methods: Readonly<Record<string, ModelOptions>> = {
  "hadamardProduct(2)": { parametrization: hadamardProduct({ depth: 2 }) },
  "hadamardDifference(2)": { parametrization: hadamardDifference({ depth: 2 }) },
  coordinateDescent: { solver: coordinateDescent() },
};

describe("lasso paths of glmnet", () => {
  for (const name of cases) {
    const golden = readGolden(name);

    for (const [method, options] of Object.entries(methods)) {
      it(`${method} agrees with ${name} to 1e-6, certified`, () => {
        const tol = 1e-12;
        const estimator = new SmoothLasso({ ...golden.options, ...options, tol });
        const path = estimator.path(golden.X, golden.y, { lambdas: golden.lambdas });
        const nullModel = estimator.path(golden.X, golden.y, { nLambdas: 1 }).fits[0];
        path.fits.forEach((fit, k) => {
          const label = `${name}, lambda ${golden.lambdas[k]}`;
          assertAllClose(`${label}, coefficients`, fit.coef, golden.coefficients[k], 1e-6);
          assertClose(`${label}, intercept`, fit.intercept, golden.intercepts[k], 1e-6);
          assert.equal(fit.status, "converged", label);
          assertAtMost(
            `${label}, gap`,
            fit.certificate.dualityGap ?? Infinity,
            tol * nullModel.certificate.objective,
          );
          const support = golden.coefficients[k].flatMap((b, j) => (b === 0 ? [] : [j]));
          // At the first lambda the reference is zero up to its own tolerance.
          if (k > 0) assert.deepEqual([...fit.support], support, `${label}, support`);
        });
      });
    }

    it(`our largest lambda is that of ${name}`, () => {
      const { lambdas } = new SmoothLasso(golden.options).path(golden.X, golden.y, { nLambdas: 1 });
      assertClose("lambdaMax", lambdas[0] / golden.lambdas[0], 1, 1e-9);
    });
  }
});
