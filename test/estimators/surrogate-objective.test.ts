import assert from "node:assert/strict";
import { SmoothLasso, surrogateObjective } from "../../src/estimators";
import { cosine, lbfgs, minimize, sgd } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import { assertAllClose, assertClose } from "../support/assert-close";
import type { Anything } from "../support/bad-input";
import { numericGradient } from "../support/finite-differences";
import { linearData } from "../support/problems";

const { X, y } = linearData(7, 40, 6);
const parametrization = hadamardProduct(2);

describe("surrogateObjective", () => {
  for (const fitIntercept of [false, true]) {
    it(`leads any optimizer to the lasso's coefficients, intercept ${fitIntercept}`, () => {
      const Q = surrogateObjective(X, y, { parametrization, lambda: 0.2, fitIntercept });
      const { x } = minimize(Q, lbfgs(), Q.startingPoint(), { gradientTolerance: 1e-12, maxIter: 5000 });
      const lasso = new SmoothLasso({ lambda: 0.2, fitIntercept, standardize: false, tol: 1e-13 }).fit(X, y);
      const { coef, intercept } = Q.coefficients(x);
      assertAllClose("coef", coef, lasso.coef, 1e-7);
      assertClose("intercept", intercept, lasso.intercept, 1e-7);
      assertClose("value", Q.valueAndGradient(x, x.slice()), lasso.certificate.objective, 1e-12);
    });
  }

  it("has batches, by which stochastic descent comes near the lasso's coefficients", () => {
    const Q = surrogateObjective(X, y, { parametrization, lambda: 0.2, fitIntercept: true });
    const optimizer = sgd({ step: 0.05, batchSize: 8, schedule: cosine({ steps: 500 }) });
    const { x } = minimize(Q, optimizer, Q.startingPoint(), { maxIter: 500 });
    const lasso = new SmoothLasso({ lambda: 0.2, standardize: false, tol: 1e-13 }).fit(X, y);
    assert.equal(Q.nSamples, 40);
    assertAllClose("coef", Q.coefficients(x).coef, lasso.coef, 0.02);
  });

  it("has the gradient that finite differences give, at its start", () => {
    const Q = surrogateObjective(X, y, { parametrization, lambda: 0.2, fitIntercept: true });
    const at = Q.startingPoint();
    const gradient = new Float64Array(Q.size);
    Q.valueAndGradient(at, gradient);
    const numeric = numericGradient((x) => Q.valueAndGradient(x, new Float64Array(Q.size)), at);
    assertAllClose("gradient", gradient, numeric, 1e-7);
    assert.equal(Q.size, 13);
  });

  it("refuses bad input in one sentence", () => {
    const options = { parametrization, lambda: 0.1 };
    assert.throws(() => surrogateObjective(X, y, { ...options, lambda: -1 }), {
      message: "surrogateObjective: lambda must be a finite number >= 0, got -1",
    });
    assert.throws(() => surrogateObjective(X, y.slice(1), options), {
      message: "surrogateObjective: X has 40 rows but y has 39",
    });
  });

  it("refuses what is no parametrization, datafit or flag, in one sentence", () => {
    for (const [options, message] of [
      [{ lambda: 1 }, "parametrization must be one such as hadamardProduct(2), got undefined"],
      [{ parametrization, lambda: 1, datafit: 3 }, "datafit must be one such as squaredError(), got 3"],
      [{ parametrization, lambda: 1, fitIntercept: 1 }, "fitIntercept must be true or false, got 1"],
      [{ parametrization, lambda: "1" }, 'lambda must be a finite number >= 0, got "1"'],
    ] as const) {
      assert.throws(() => surrogateObjective(X, y, options as Anything), {
        name: "InputError",
        message: `surrogateObjective: ${message}`,
      });
    }
  });
});
