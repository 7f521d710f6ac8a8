import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { readCrossValidation } from "../../support/cross-validation-golden";
import { cscOf } from "../../support/csc";

describe("cross-validation of glmnet", () => {
  for (const name of ["cv-lasso", "wide-cv-lasso"]) {
    const golden = readCrossValidation(name);
    const estimator = new SmoothLasso({ ...golden.options, tol: 1e-12 });
    const options = { lambdas: golden.lambdas, foldId: golden.fold };

    for (const [kind, X] of Object.entries({ dense: golden.X, sparse: cscOf(golden.X) })) {
      it(`agrees with ${name} to 1e-8, in scores, their standard errors and both lambdas, ${kind}`, () => {
        const cv = estimator.crossValidate(X, golden.y, options);
        assertAllClose("meanScore", cv.meanScore, golden.cvm, 1e-8);
        assertAllClose("standardError", cv.standardError, golden.cvsd, 1e-8);
        assertClose("lambdaMin", cv.lambdaMin / golden.lambdaMin, 1, 1e-12);
        assertClose("lambda1se", cv.lambda1se / golden.lambda1se, 1, 1e-12);
        const k = golden.lambdas.indexOf(golden.lambda1se);
        assertAllClose("oneStandardError", cv.oneStandardError.coef, golden.coefficients[k], 1e-6);
        assert.equal(cv.measure, "mean squared error");
      });
    }
  }
});
