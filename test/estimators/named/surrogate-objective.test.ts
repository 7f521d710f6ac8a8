import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../../src/datafits";
import { SmoothLasso } from "../../../src/estimators";
import { cosine, lbfgs, minimize, sgd } from "../../../src/optimizers";
import { groupHadamardProduct, hadamardProduct, lowRankProduct } from "../../../src/parametrizations";
import { nuclear } from "../../../src/penalties";
import { surrogateObjective } from "../../../src/surrogate";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { numericGradient } from "../../support/finite-differences";
import { linearData } from "../../support/problems";

const { X, y } = linearData(7, 40, 6);
const parametrization = hadamardProduct({ depth: 2 });

describe("surrogateObjective", () => {
  for (const fitIntercept of [false, true]) {
    it(`leads any optimizer to the lasso's coefficients, intercept ${fitIntercept}`, () => {
      const Q = surrogateObjective(X, y, { parametrization, lambda: 0.2, fitIntercept });
      const { x } = minimize(Q, lbfgs(), Q.startingPoint(), { tol: 1e-12, maxIter: 5000 });
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

  it("takes several responses, and by a low-rank product comes to the minimum of the nuclear norm", () => {
    const rows = X.map((row, i) => [y[i], row[0] - row[1], 0.5 * y[i] + row[3]]);
    const datafit = squaredError({ nResponses: 3 });
    const options = { datafit, lambda: 0.3, fitIntercept: true };
    const Q = surrogateObjective(X, rows, {
      ...options,
      parametrization: lowRankProduct({ nColumns: 3, rank: 3 }),
    });
    const run = minimize(Q, lbfgs(), Q.startingPoint(), { tol: 1e-11, maxIter: 5000 });
    const { coef, intercepts } = Q.coefficients(run.x);
    assert.deepEqual([coef.length, intercepts.length], [18, 3]);

    // By hand: the gradient of the loss in B, whose spectral norm is lambda, and which is -lambda U V' on B.
    const gradient = new Float64Array(18);
    let [loss, product] = [0, 0];
    for (let r = 0; r < 3; r++) {
      X.forEach((row, i) => {
        const error = row.reduce((sum, x, j) => sum + x * coef[6 * r + j], intercepts[r]) - rows[i][r];
        loss += error ** 2 / 80;
        row.forEach((x, j) => {
          gradient[6 * r + j] += (error * x) / 40;
        });
      });
    }
    coef.forEach((b, k) => {
      product += b * gradient[k];
    });
    const norm = nuclear({ nColumns: 3 });
    assertClose("spectral norm", norm.dualNorm!(gradient.map((g) => -g)), 0.3, 1e-6);
    assertClose("alignment", -product, norm.value(coef, 0.3), 1e-6);
    assertClose("value", run.value, loss + norm.value(coef, 0.3), 1e-8);
  });

  it("takes classes, and groups of one feature in all of them", () => {
    const classes = y.map((value) => (value > 1 ? 2 : value > -1 ? 1 : 0));
    const indicators = classes.map((label) => [0, 1, 2].map((k) => (k === label ? 1 : 0)));
    const groups = Array.from({ length: 18 }, (_, k) => k % 6);
    const Q = surrogateObjective(X, indicators, {
      datafit: multinomial({ nClasses: 3 }),
      parametrization: groupHadamardProduct(groups),
      lambda: 0.15,
      fitIntercept: true,
    });
    const { coef } = Q.coefficients(minimize(Q, lbfgs(), Q.startingPoint(), { tol: 1e-10, maxIter: 3000 }).x);
    const sizes = [0, 1, 2, 3, 4, 5].map((j) => Math.hypot(coef[j], coef[6 + j], coef[12 + j]));
    assert.ok(sizes[0] > 0.1, "the feature with the largest effect");
    assert.ok(sizes.filter((size) => size < 1e-6).length >= 2, "features without effect");
  });

  it("refuses bad input in one sentence", () => {
    assert.throws(
      () => surrogateObjective(X, X, { parametrization, lambda: 1, datafit: multinomial({ nClasses: 3 }) }),
      {
        message: "surrogateObjective: the number of columns of y must be the datafit's 3 responses, got 6",
      },
    );
    const options = { parametrization, lambda: 0.1 };
    assert.throws(() => surrogateObjective(X, X, { parametrization, lambda: 1, datafit: multinomial() }), {
      message: "surrogateObjective: the number of classes of the datafit must be given, got undefined",
    });
    assert.throws(() => surrogateObjective(X, y, { ...options, lambda: -1 }), {
      message: "surrogateObjective: lambda must be a finite number >= 0, got -1",
    });
    assert.throws(() => surrogateObjective(X, y.slice(1), options), {
      message: "surrogateObjective: X has 40 rows but y has 39",
    });
  });

  it("refuses what is no parametrization, datafit or flag, in one sentence", () => {
    for (const [options, message] of [
      [{ lambda: 1 }, "parametrization must be one such as hadamardProduct({ depth: 2 }), got undefined"],
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
