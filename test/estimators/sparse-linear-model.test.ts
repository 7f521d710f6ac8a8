import assert from "node:assert/strict";
import { SmoothLasso, SparseLinearModel, type SparseLinearModelOptions } from "../../src/estimators";
import { gradientDescent } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { l1, lq } from "../../src/penalties";
import { coordinateDescent } from "../../src/reference";
import { assertAllClose, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const { X, y } = linearData(7, 40, 6);
const tol = 1e-13;

describe("SparseLinearModel", () => {
  for (const parametrization of [hadamardProduct(2), hadamardDifference(2)]) {
    it(`with ${parametrization.name} is the lasso`, () => {
      for (const options of [{}, { fitIntercept: false }, { standardize: false }]) {
        const lasso = new SmoothLasso({ ...options, lambda: 0.2, tol }).fit(X, y);
        const fit = new SparseLinearModel({ ...options, parametrization, lambda: 0.2, tol }).fit(X, y);
        assert.equal(fit.status, "converged");
        assertAllClose("coef", fit.coef, lasso.coef, 1e-9);
        assertClose("intercept", fit.intercept, lasso.intercept, 1e-9);
      }
    });
  }

  it("keeps free and excluded features in their places", () => {
    const options = { penaltyFactors: [0, 1, Infinity, 1, 1, 0], lambda: 0.2, tol };
    const lasso = new SmoothLasso(options).fit(X, y);
    const fit = new SparseLinearModel({ ...options, parametrization: hadamardProduct(2) }).fit(X, y);
    assert.equal(fit.status, "converged");
    assertAllClose("coef", fit.coef, lasso.coef, 1e-9);
    assertClose("intercept", fit.intercept, lasso.intercept, 1e-9);
    assert.equal(fit.coef[2], 0);
  });

  it("takes the weights of its parametrization as the penalty factors of the features", () => {
    const weights = [1, 2, 3, 0.5, 0.1, 1];
    const lasso = new SmoothLasso({ penaltyFactors: weights, lambda: 0.2, tol }).fit(X, y);
    const parametrization = hadamardProduct(2, { weights });
    const fit = new SparseLinearModel({ parametrization, lambda: 0.2, tol }).fit(X, y);
    assertAllClose("coef", fit.coef, lasso.coef, 1e-9);
  });

  it("with a penalty of its own is minimised without a surrogate", () => {
    const lasso = new SmoothLasso({ lambda: 0.2, tol }).fit(X, y);
    for (const solver of ["auto", coordinateDescent()] as const) {
      const fit = new SparseLinearModel({ penalty: l1(), solver, lambda: 0.2, tol }).fit(X, y);
      assertAllClose("coef", fit.coef, lasso.coef, 1e-9);
    }
  });

  it("refuses what makes no model, in one sentence", () => {
    const refusals: readonly (readonly [SparseLinearModelOptions, string])[] = [
      [
        { lambda: 1 },
        "SparseLinearModel: one of parametrization and penalty must be given, got neither; try parametrization: hadamardProduct(2)",
      ],
      [
        { penalty: lq(0.5), parametrization: hadamardProduct(3) },
        'SparseLinearModel.fit: parametrization must be one that induces lq(0.5), got "hadamardProduct(3), which induces lq(..."',
      ],
      [
        { penalty: l1(), solver: gradientDescent() },
        'SparseLinearModel: solver must be a solver such as coordinateDescent() for l1, which has no surrogate, got "gradientDescent"',
      ],
      [
        { parametrization: hadamardProduct(2), penaltyFactors: [1, 2, 1, 1, 1, 1] },
        "SparseLinearModel.fit: penaltyFactors[1] must be 0, 1 or Infinity with l1, got 2; other weights belong to the penalty itself",
      ],
    ];
    for (const [options, message] of refusals) {
      assert.throws(() => new SparseLinearModel({ lambda: 1, ...options }).fit(X, y), {
        name: "InputError",
        message,
      });
    }
  });
});
