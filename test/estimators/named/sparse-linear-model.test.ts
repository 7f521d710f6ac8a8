import assert from "node:assert/strict";
import { SmoothLasso, SparseLinearModel, type SparseLinearModelOptions } from "../../../src/estimators";
import { gradientDescent, lbfgs } from "../../../src/optimizers";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
} from "../../../src/parametrizations";
import {
  elasticNet,
  groupL2,
  groupMcp,
  groupScad,
  l1,
  lq,
  mcp,
  nuclear,
  type Penalty,
  scad,
} from "../../../src/penalties";
import { coordinateDescent, proximalGradient } from "../../../src/solvers/classical";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const { X, y } = linearData(7, 40, 6);
const tol = 1e-13;

describe("SparseLinearModel", () => {
  for (const parametrization of [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })]) {
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
    const fit = new SparseLinearModel({ ...options, parametrization: hadamardProduct({ depth: 2 }) }).fit(
      X,
      y,
    );
    assert.equal(fit.status, "converged");
    assertAllClose("coef", fit.coef, lasso.coef, 1e-9);
    assertClose("intercept", fit.intercept, lasso.intercept, 1e-9);
    assert.equal(fit.coef[2], 0);
  });

  it("takes the weights of its parametrization as the penalty factors of the features", () => {
    const weights = [1, 2, 3, 0.5, 0.1, 1];
    const lasso = new SmoothLasso({ penaltyFactors: weights, lambda: 0.2, tol }).fit(X, y);
    const parametrization = hadamardProduct({ depth: 2, weights });
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

  it("with a penalty that is not convex is stationary, and no single coordinate can improve it", () => {
    const groups = [0, 0, 1, 1, 2, 2];
    const penalties = [
      { parametrization: hadamardProduct({ depth: 3 }) },
      { parametrization: hadamardProduct({ depth: 4 }) },
      { parametrization: hadamardPower({ depth: 2.5 }) },
      { parametrization: groupHadamardProduct(groups, { depth: 3 }) },
      { penalty: scad() },
      { penalty: mcp() },
      { penalty: groupScad(groups) },
      { penalty: groupMcp(groups) },
    ];
    for (const options of penalties) {
      const path = new SparseLinearModel(options).path(X, y, { nLambdas: 20 });
      const name = options.penalty?.name ?? options.parametrization?.name;
      for (const [k, fit] of path.fits.entries()) {
        assert.equal(fit.status, "converged", `${name}, lambda ${fit.lambda}`);
        assert.ok(fit.certificate.violation <= 1e-7 * fit.lambda);
        assert.ok(fit.certificate.singleCoordinateGain <= 1e-7 * path.fits[0].certificate.objective);
        if (k > 0) assert.ok(fit.support.length >= 1);
      }
    }
  });

  it("takes the method that fits the penalty: by coordinates, by groups, or on all at once", () => {
    const groups = ["a", "a", "b", "b", "c", "c"];
    for (const [penalty, solver] of [
      [elasticNet(), coordinateDescent()],
      [groupL2(groups), coordinateDescent()],
      [nuclear({ nColumns: 1 }), proximalGradient({ accelerated: true })],
    ] as const) {
      const [auto, named] = (["auto", solver] as const).map((chosen) =>
        new SparseLinearModel({ penalty, solver: chosen, lambda: 0.2, tol: 1e-14 }).fit(X, y),
      );
      assert.equal(auto.status, "converged");
      assertAllClose(penalty.name, auto.coef, named.coef, 1e-6);
    }
  });

  it("leaves a local minimum of a surrogate of groups, by whole groups and by several starts", () => {
    const groups = Array.from({ length: 60 }, (_, j) => Math.floor(j / 3));
    const data = linearData(4, 20, 60);
    const options = { parametrization: groupHadamardProduct(groups, { depth: 6 }), lambda: 0.02 };
    const fit = new SparseLinearModel(options).fit(data.X, data.y);
    assert.equal(fit.status, "converged");
    warningsOf(() => {
      const local = new SparseLinearModel({ ...options, solver: lbfgs() }).fit(data.X, data.y);
      assert.equal(local.status, "stalled");
      assert.ok(fit.certificate.objective < local.certificate.objective - 0.01);
    });
  });

  it("says in its warning what a single step could still gain, where that is what is missing", () => {
    const options = {
      parametrization: hadamardProduct({ depth: 4 }),
      lambda: 0.05,
      solver: lbfgs(),
      maxIter: 60,
    };
    const [warning] = warningsOf(() => {
      const { certificate, status } = new SparseLinearModel(options).fit(X, y);
      assert.notEqual(status, "converged");
      assert.ok(certificate.singleCoordinateGain > 1e-6);
    });
    assert.match(
      warning,
      /stationarity violation \S+ of lambda, one step could gain \S+ of the null deviance; /,
    );
  });

  it("refuses what makes no model, in one sentence", () => {
    const entries = Object.entries(l1()).filter(([key]) => !/prox$/i.test(key));
    const withoutProx = { ...Object.fromEntries(entries), structure: "joint" } as unknown as Penalty;
    const refusals: readonly (readonly [SparseLinearModelOptions, string])[] = [
      [
        { lambda: 1 },
        "SparseLinearModel: one of parametrization and penalty must be given, got neither; try parametrization: hadamardProduct({ depth: 2 })",
      ],
      [
        { penalty: "lasso" as unknown as Penalty },
        'SparseLinearModel: penalty must be a penalty such as l1() or scad(), got "lasso"',
      ],
      [
        { penalty: scad as unknown as Penalty },
        "SparseLinearModel: penalty must be a penalty such as l1() or scad(), got a function scad; call it",
      ],
      [
        { penalty: lq({ q: 0.5 }), parametrization: hadamardProduct({ depth: 3 }) },
        "SparseLinearModel.fit: parametrization must induce lq(0.5), got hadamardProduct(3), which induces lq(0.6667)",
      ],
      [
        { penalty: l1(), solver: gradientDescent() },
        'SparseLinearModel: solver must be a solver such as coordinateDescent() for l1, which has no surrogate, got "gradientDescent"',
      ],
      [
        { penalty: groupL2([0, 0, 1, 1, 2, 2]), solver: gradientDescent() },
        'SparseLinearModel: solver must be a solver such as coordinateDescent() for groupL2, which has no surrogate, got "gradientDescent"',
      ],
      [
        { penalty: withoutProx },
        'SparseLinearModel: penalty must be one with a proximal step, or come with a parametrization, got "l1"',
      ],
      [
        { parametrization: hadamardProduct({ depth: 2 }), penaltyFactors: [1, 2, 1, 1, 1, 1] },
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
