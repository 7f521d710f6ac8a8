/** Measures of predictions against `assess.glmnet`, pROC, survival and their definitions. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { cox, logistic, multinomial, poisson, squaredError } from "../../../src/datafits";
import { type Evaluation, evaluate, SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import type { AnyFit } from "../../../src/estimators/results/fit-of";
import { assertAllClose, assertClose } from "../../support/assert-close";

type Assessed = Partial<Record<"deviance" | "class" | "auc" | "mse" | "mae" | "C", number>>;

interface GoldenCase {
  readonly family: "gaussian" | "binomial" | "poisson" | "multinomial" | "mgaussian" | "cox";
  readonly lambda: number;
  readonly plain: Assessed;
  readonly weighted: Assessed;
  readonly r2?: number;
  readonly log_loss?: number;
  readonly confusion?: readonly (readonly number[])[];
}

interface BinomialCase extends GoldenCase {
  readonly auc_interval: readonly number[];
  readonly auc_variance: number;
  readonly brier: number;
  readonly brier_weighted: number;
  readonly roc: { readonly specificities: readonly number[]; readonly sensitivities: readonly number[] };
  readonly calibration: { readonly predicted: readonly number[]; readonly observed: readonly number[] };
}

const read = (name: string): ReturnType<typeof JSON.parse> =>
  JSON.parse(readFileSync(path.resolve(__dirname, `../../../../test/golden/${name}.json`), "utf8"));
const { X, responses, weights } = read("cv-measures") as {
  X: number[][];
  responses: Record<string, number[]>;
  weights: number[];
};
const cases: readonly GoldenCase[] = read("evaluate").cases;
const caseOf = (family: string): GoldenCase => cases.find((each) => each.family === family)!;

const tol = 1e-13;
const models = {
  gaussian: new SmoothLasso({ tol }),
  binomial: new SmoothLasso({ datafit: logistic(), tol }),
  poisson: new SmoothLasso({ datafit: poisson(), tol }),
  multinomial: new SmoothLasso({ datafit: multinomial(), tol }),
  mgaussian: new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }), tol }),
  cox: new SmoothLasso({ datafit: cox(), tol }),
} as const;
const test = X.slice(80);

function fitOf({ family, lambda }: GoldenCase): AnyFit {
  const model = models[family] as (typeof models)["gaussian"];
  return model.withParams({ lambda }).fit(X.slice(0, 80), responses[family].slice(0, 80));
}

function judged(golden: GoldenCase, options = {}): Evaluation {
  return evaluate(fitOf(golden), test, responses[golden.family].slice(80), options);
}

describe("evaluate, beside R,", () => {
  for (const golden of cases) {
    const { family } = golden;
    it(`has the measures of assess.glmnet to 1e-6, of ${family}`, () => {
      // glmnet adds the errors of both classes, which of two are the same.
      const scale = family === "binomial" ? 2 : 1;
      for (const kind of ["plain", "weighted"] as const) {
        const sampleWeight = kind === "weighted" ? weights.slice(80) : undefined;
        const found = judged(golden, {
          sampleWeight,
          ...(family.endsWith("nomial") && { probabilityBound: 1e-5 }),
        });
        const { deviance, mse, mae, auc, C } = golden[kind];
        const y = responses[family].slice(80);
        const events = y.reduce((sum, time, i) => sum + (time > 0 ? (sampleWeight?.[i] ?? 1) : 0), 0);
        const total = (sampleWeight ?? y.map(() => 1)).reduce((sum, weight) => sum + weight, 0);
        // Of Cox's deviance glmnet gives the sum, with weights of mean one.
        const perEvent = family === "cox" ? total / (events * y.length) : 1;
        if (deviance !== undefined) assertClose("deviance", found.deviance, deviance * perEvent, 1e-6);
        if (family === "gaussian" || family === "mgaussian")
          assertClose("deviance", found.deviance, mse!, 1e-6);
        const squares = found.meanSquaredError ?? found.brier;
        if (mse !== undefined) assertClose("squares", scale * squares!, mse, 1e-6);
        if (mae !== undefined && found.meanAbsoluteError !== undefined)
          assertClose("errors", found.meanAbsoluteError, mae, 1e-6);
        if (golden[kind].class !== undefined)
          assertClose("accuracy", 1 - found.accuracy!, golden[kind].class!, 1e-12);
        if (auc !== undefined) assertClose("AUC", found.auc!, auc, 1e-12);
        if (C !== undefined) assertClose("concordance", found.concordance!, C, 1e-12);
      }
    });
  }

  it("has R², log loss and the table of confusion", () => {
    for (const golden of cases) {
      const found = judged(golden);
      // Of counts it is D², which is 1 less a ratio of deviances.
      if (golden.family === "gaussian") assertClose("R²", found.r2!, golden.r2!, 1e-6);
      if (golden.log_loss !== undefined) assertClose("log loss", found.logLoss!, golden.log_loss, 1e-6);
      if (golden.confusion !== undefined) assert.deepEqual(found.confusion, golden.confusion);
    }
  });

  it("has DeLong's interval and the ROC curve of pROC, the Brier score and calibration in tenths", () => {
    const golden = caseOf("binomial") as BinomialCase;
    const found = judged(golden);
    assertAllClose("interval", found.aucInterval!, golden.auc_interval, 1e-6);
    const [low] = found.aucInterval!;
    assertClose("standard error", ((found.auc! - low) / 1.959963984540054) ** 2, golden.auc_variance, 1e-6);
    assertClose("Brier", found.brier!, golden.brier, 1e-6);
    const weighted = judged(golden, { sampleWeight: weights.slice(80) });
    assertClose("weighted", weighted.brier!, golden.brier_weighted, 1e-6);
    assert.equal(weighted.aucInterval, undefined);
    const { specificities, sensitivities } = golden.roc;
    assertAllClose(
      "false",
      found.roc!.map((point) => point.falsePositiveRate),
      specificities.map((s) => 1 - s),
      1e-12,
    );
    assertAllClose(
      "true",
      found.roc!.map((point) => point.truePositiveRate),
      sensitivities,
      1e-12,
    );
    const groups = found.calibration();
    assertAllClose(
      "predicted",
      groups.map(({ predicted }) => predicted),
      golden.calibration.predicted,
      1e-6,
    );
    assertAllClose(
      "observed",
      groups.map(({ observed }) => observed),
      golden.calibration.observed,
      1e-12,
    );
  });
});
