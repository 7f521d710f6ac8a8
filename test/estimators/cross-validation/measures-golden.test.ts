/** Cross-validation by every measure, against `cv.glmnet(type.measure)`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { cox, logistic, multinomial, poisson, squaredError } from "../../../src/datafits";
import { type MeasureName, SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";

interface GoldenCase {
  readonly family: string;
  readonly measure: string;
  readonly weighted: boolean;
  readonly lambdas: readonly number[];
  readonly cvm: readonly number[];
  readonly cvsd: readonly number[];
  readonly lambda_min: number;
  readonly lambda_1se: number;
}

interface GoldenRelaxed {
  readonly family: "gaussian" | "binomial" | "poisson";
  readonly measure: string;
  /** At gamma 0, with refits by R's glm. */
  readonly refitted_deviance: readonly number[];
  /** Ascending, as are the lists of scores. */
  readonly gammas: readonly number[];
  readonly lambdas: readonly number[];
  readonly cvm: readonly (readonly number[])[];
  readonly cvsd: readonly (readonly number[])[];
}

interface GoldenFile {
  readonly relaxed: readonly GoldenRelaxed[];
  readonly X: number[][];
  readonly fold: readonly number[];
  readonly weights: readonly number[];
  readonly responses: Readonly<Record<string, never>>;
  readonly cases: readonly GoldenCase[];
}

const golden: GoldenFile = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../../test/golden/cv-measures.json"), "utf8"),
);
const { X, fold, weights, responses } = golden;

const names: Readonly<Record<string, readonly [MeasureName, string]>> = {
  deviance: ["deviance", "deviance"],
  mse: ["squaredError", "mean squared error"],
  mae: ["absoluteError", "mean absolute error"],
  class: ["misclassification", "misclassification error"],
  auc: ["auc", "AUC"],
  C: ["concordance", "concordance"],
};

const tol = 1e-12;
const models = {
  gaussian: new SmoothLasso({ tol }),
  binomial: new SmoothLasso({ datafit: logistic(), tol }),
  poisson: new SmoothLasso({ datafit: poisson(), tol }),
  multinomial: new SmoothLasso({ datafit: multinomial(), tol }),
  mgaussian: new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }), tol: 1e-14 }),
  cox: new SmoothLasso({ datafit: cox(), tol }),
} as const;

describe("cross-validation by every measure of glmnet", () => {
  for (const { family, measure: type, weighted, lambdas, ...scores } of golden.cases) {
    const what = `${type} of ${family}${weighted ? ", with weights" : ""}`;
    it(`agrees to 1e-6 with ${what}, in scores, their standard errors and both lambdas`, () => {
      const [measure, label] = names[type];
      const model = models[family as "gaussian"];
      const sampleWeight = weighted ? weights : undefined;
      const cv = model.crossValidate(X, responses[family], { lambdas, foldId: fold, measure, sampleWeight });
      // glmnet adds the errors of both classes, which of two are the same.
      const scale = family === "binomial" && (type === "mse" || type === "mae") ? 2 : 1;
      const scaled = (values: Float64Array): Float64Array => values.map((value) => scale * value);
      assertAllClose("meanScore", scaled(cv.meanScore), scores.cvm, 1e-6);
      assertAllClose("standardError", scaled(cv.standardError), scores.cvsd, 1e-6);
      assertClose("lambdaMin", cv.lambdaMin / scores.lambda_min, 1, 1e-12);
      assertClose("lambda1se", cv.lambda1se / scores.lambda_1se, 1, 1e-12);
      assert.deepEqual([cv.measure, cv.higherIsBetter], [label, type === "auc" || type === "C"]);
    });
  }
});

/** The accuracy of glmnet's refits: those of R's glm are compared more closely. */
const refitTolerance = 1e-5;

describe("cross-validation of the relaxed lasso of glmnet", () => {
  for (const { family, measure: type, gammas, lambdas, ...scores } of golden.relaxed) {
    it(`agrees with ${type} of ${family}, at every gamma, and chooses the same lambdas and gammas`, () => {
      const [measure, label] = names[type];
      const options = { lambdas, foldId: fold, measure, relax: true };
      const cv = models[family].crossValidate(X, responses[family], options);
      assert.deepEqual(
        cv.members.map(({ params }) => params.relax),
        [...gammas].reverse(),
      );
      gammas.forEach((gamma, g) => {
        const member = cv.members.find(({ params }) => params.relax === gamma)!;
        assertAllClose(`meanScore at ${gamma}`, member.meanScore, scores.cvm[g], refitTolerance);
        assertAllClose(`standardError at ${gamma}`, member.standardError, scores.cvsd[g], refitTolerance);
        if (gamma === 0 && measure !== "auc" && measure !== "absoluteError")
          assertAllClose("refits by glm", member.meanScore, scores.refitted_deviance, 1e-8);
      });
      // Equal scores of the same features at several lambdas are equal in glmnet up to rounding: the largest lambda is meant.
      const sign = cv.higherIsBetter ? -1 : 1;
      const all = gammas.flatMap((gamma, g) =>
        lambdas.map((lambda, k) => ({
          gamma,
          lambda,
          loss: sign * scores.cvm[g][k],
          error: scores.cvsd[g][k],
        })),
      );
      const lowest = all.reduce((a, b) => (b.loss < a.loss ? b : a));
      const first = (limit: number): (typeof all)[0] =>
        all
          .filter(({ loss }) => loss <= limit + refitTolerance * Math.abs(limit))
          .reduce((a, b) => (b.lambda > a.lambda || (b.lambda === a.lambda && b.gamma > a.gamma) ? b : a));
      const [best, sparser] = [first(lowest.loss), first(lowest.loss + lowest.error)];
      assert.deepEqual([cv.lambdaMin, cv.params.relax], [best.lambda, best.gamma]);
      assert.deepEqual([cv.lambda1se, cv.params1se.relax], [sparser.lambda, sparser.gamma]);
      assert.equal(cv.oneStandardError.lambda, cv.lambda1se);
      assert.equal(cv.measure, label);
    });
  }
});
