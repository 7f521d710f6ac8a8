/** Paths of glmnet and skglm that are not the lasso's: elastic nets, signs and groups, also with other losses. */
import assert from "node:assert/strict";
import { type Datafit, logistic, squaredError } from "../../src/datafits";
import {
  type ModelOptions,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
} from "../../src/estimators";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import type { Estimator } from "../support/estimators";
import { type GoldenPath, readGolden } from "../support/golden";
import { readGroupFile } from "../support/group-golden";

const tol = 1e-12;

/** Fails unless the path has the reference's solutions, certified. */
function assertAgrees(
  golden: GoldenPath,
  estimator: Estimator,
  lambdas: readonly number[],
  datafit: Datafit = squaredError(),
): void {
  const path = estimator.path(golden.X, golden.y, { lambdas });
  const nullModel = estimator.path(golden.X, golden.y, { nLambdas: 1 });
  const deviance =
    nullModel.fits[0].certificate.objective - datafit.saturatedValue(Float64Array.from(golden.y));
  // The first lambda of glmnet's and skglm's grids is the smallest of the null model.
  assertClose("largest lambda", nullModel.lambdas[0] / lambdas[0], 1, 1e-8);
  path.fits.forEach((fit, k) => {
    const label = `lambda ${k}`;
    assert.equal(fit.status, "converged", label);
    assertAllClose(`coefficients, ${label}`, fit.coef, golden.coefficients[k], 1e-6);
    assertClose(`intercept, ${label}`, fit.intercept, golden.intercepts[k], 1e-6);
    assertAtMost(`gap, ${label}`, fit.certificate.dualityGap ?? Infinity, tol * deviance);
    const support = golden.coefficients[k].flatMap((b, j) => (b === 0 ? [] : [j]));
    if (k > 0) assert.deepEqual([...fit.support], support, `support, ${label}`);
  });
}

const ways: Readonly<Record<string, ModelOptions>> = {
  "its surrogate": {},
  // Without Newton's last steps a gap leaves coefficients that are nearly free its square root.
  "coordinate descent": { solver: coordinateDescent(), tol: 1e-14 },
};

for (const [way, options] of Object.entries(ways)) {
  describe(`by ${way}, the estimators have the paths`, () => {
    for (const [name, alpha] of [
      ["enet-raw", 0.3],
      ["enet-std-intercept", 0.5],
      ["wide-enet-std-intercept", 0.5],
    ] as const) {
      it(`of glmnet's elastic net, ${name}, whose ridge part is divided by the deviation of y`, () => {
        const golden = readGolden(name);
        const estimator = new SmoothElasticNet({ ...golden.options, tol, ...options, l1Ratio: alpha });
        assertAgrees(golden, estimator, golden.lambdas);
      });
    }

    it("of glmnet's logistic elastic net, whose parts are as printed", () => {
      const golden = readGolden("logistic-enet");
      const datafit = logistic();
      const estimator = new SmoothElasticNet({ ...golden.options, tol, ...options, datafit, l1Ratio: 0.5 });
      assertAgrees(golden, estimator, golden.lambdas, datafit);
    });

    it("of glmnet's lasso without negative coefficients", () => {
      const golden = readGolden("lasso-nonneg");
      const estimator = new SmoothLasso({ ...golden.options, tol, ...options, nonNegative: true });
      assertAgrees(golden, estimator, golden.lambdas);
    });
  });
}

describe("the estimators of groups have the paths", () => {
  const settings = { standardize: false, fitIntercept: false, tol };

  it("of skglm's group lasso, weights 1 in place of the roots of the sizes", () => {
    const [golden, { group }] = [readGolden("group-raw"), readGroupFile("group-raw")];
    const penaltyFactors = new Array(6).fill(1);
    assertAgrees(
      golden,
      new SmoothGroupLasso({ ...settings, groups: group, penaltyFactors }),
      golden.lambdas,
    );
    // Groups of four have a root of 2, so that half the lambda does the same.
    const halves = golden.lambdas.map((lambda) => lambda / 2);
    assertAgrees(golden, new SmoothGroupLasso({ ...settings, groups: group }), halves);
  });

  it("of skglm's sparse group lasso", () => {
    const [golden, { group }] = [readGolden("sparse-group"), readGroupFile("sparse-group")];
    const penaltyFactors = new Array(6).fill(1);
    const estimator = new SmoothSparseGroupLasso({
      ...settings,
      groups: group,
      l1Ratio: 0.4,
      penaltyFactors,
    });
    const path = estimator.path(golden.X, golden.y, { lambdas: golden.lambdas });
    path.fits.forEach((fit, k) => {
      assert.equal(fit.status, "converged");
      assertAllClose(`lambda ${k}`, fit.coef, golden.coefficients[k], 1e-6);
      const support = golden.coefficients[k].flatMap((b, j) => (b === 0 ? [] : [j]));
      assert.deepEqual([...fit.support], support);
    });
  });
});
