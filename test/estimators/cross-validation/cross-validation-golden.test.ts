import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../../src/datafits";
import {
  type CrossValidation,
  type MultiResponseFit,
  SmoothGroupLasso,
  SmoothLasso,
  type SparseLinearFit,
} from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import {
  type GoldenScores,
  readCrossValidation,
  readSeveralScores,
} from "../../support/cross-validation-golden";
import { cscOf } from "../../support/csc";
import { readMultiResponse, rowsOf } from "../../support/multi-response";

function assertScores(
  cv: CrossValidation<SparseLinearFit | MultiResponseFit>,
  golden: GoldenScores,
  measure: string,
): void {
  assertAllClose("meanScore", cv.meanScore, golden.cvm, 1e-8);
  assertAllClose("standardError", cv.standardError, golden.cvsd, 1e-8);
  assertClose("lambdaMin", cv.lambdaMin / golden.lambdaMin, 1, 1e-12);
  assertClose("lambda1se", cv.lambda1se / golden.lambda1se, 1, 1e-12);
  assert.equal(cv.measure, measure);
}

describe("cross-validation of glmnet", () => {
  for (const name of ["cv-lasso", "wide-cv-lasso"]) {
    const golden = readCrossValidation(name);
    const estimator = new SmoothLasso({ ...golden.options, tol: 1e-12 });
    const options = { lambdas: golden.lambdas, foldId: golden.fold };

    for (const [kind, X] of Object.entries({ dense: golden.X, sparse: cscOf(golden.X) })) {
      it(`agrees with ${name} to 1e-8, in scores, their standard errors and both lambdas, ${kind}`, () => {
        const cv = estimator.crossValidate(X, golden.y, options);
        assertScores(cv, golden, "mean squared error");
        const k = golden.lambdas.indexOf(golden.lambda1se);
        assertAllClose("oneStandardError", cv.oneStandardError.coef, golden.coefficients[k], 1e-6);
      });
    }
  }

  const byRows = { groups: "rows", tol: 1e-14 } as const;
  const cases = {
    multinomial: [new SmoothLasso({ datafit: multinomial(), tol: 1e-13 }), "deviance"],
    multinomial_by_rows: [new SmoothGroupLasso({ datafit: multinomial(), ...byRows }), "deviance"],
    tasks_by_rows: [
      new SmoothGroupLasso({ datafit: squaredError({ nResponses: 3 }), ...byRows }),
      "mean squared error",
    ],
  } as const;
  for (const [name, [estimator, measure]] of Object.entries(cases)) {
    it(`agrees with the ${name} of several responses to 1e-8, in scores, their standard errors and both lambdas`, () => {
      const golden = readSeveralScores(name);
      const { rows, n, y } = readMultiResponse<{ y: number[] | string[] }>(golden.data);
      const target = typeof y[0] === "string" ? y : rowsOf(y as number[], n);
      const { lambdas, fold: foldId } = golden;
      assertScores(estimator.crossValidate(rows, target, { lambdas, foldId }), golden, measure);
    });
  }
});
