/** Laws of the measures of a fit, their table, and what is refused. */
import assert from "node:assert/strict";
import { cox, logistic, multinomial, poisson, squaredHinge } from "../../../src/datafits";
import { evaluate, MultiTaskLasso, QuantileLasso, SmoothLasso } from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(12, 90, 4);
const labels = y.map((value, i) => (value + Math.sin(i) > 0.2 ? "yes" : "no"));
const [rows, held] = [X.slice(0, 50), X.slice(50)];
const classifier = new SmoothLasso({ datafit: logistic(), lambda: 0.02 }).fit(rows, labels.slice(0, 50));
const heldLabels = labels.slice(50);

describe("evaluate", () => {
  it("agrees with score, of numbers, counts, classes and times", () => {
    const counts = y.map((value) => Math.round(Math.exp(value / 2)));
    const times = y.map((value, i) => (0.1 + Math.abs(value)) * (i % 4 === 0 ? -1 : 1));
    const sampleWeight = held.map((_, i) => i % 3);
    for (const options of [{}, { sampleWeight }]) {
      const least = new SmoothLasso({ lambda: 0.1 }).fit(rows, y.slice(0, 50));
      assertClose(
        "R²",
        evaluate(least, held, y.slice(50), options).r2!,
        least.score(held, y.slice(50), options),
        1e-12,
      );
      const ofCounts = new SmoothLasso({ datafit: poisson(), lambda: 0.1 }).fit(rows, counts.slice(0, 50));
      const d2 = evaluate(ofCounts, held, counts.slice(50), options).r2!;
      assertClose("D²", d2, ofCounts.score(held, counts.slice(50), options), 1e-12);
      const named = [
        evaluate(least, held, y.slice(50), options),
        evaluate(ofCounts, held, counts.slice(50), options),
      ];
      assert.deepEqual(
        named.map((evaluation) => evaluation.summary().rows[1]),
        [
          ["R²", named[0].r2, 0],
          ["D²", d2, 0],
        ],
      );
      const { accuracy, logLoss, deviance } = evaluate(classifier, held, heldLabels, options);
      assertClose("accuracy", accuracy!, classifier.score(held, heldLabels, options), 1e-12);
      assertClose("log loss", 2 * logLoss!, deviance, 1e-12);
      const survival = new SmoothLasso({ datafit: cox(), lambda: 0.05 }).fit(rows, times.slice(0, 50));
      const { concordance } = evaluate(survival, held, times.slice(50), options);
      assertClose("concordance", concordance!, survival.score(held, times.slice(50), options), 1e-12);
    }
  });

  it("judges linear predictors that are given, as those of rows held out, in place of the fit's", () => {
    const cv = new SmoothLasso().crossValidate(X, y, { folds: 5, nLambdas: 10, keep: true });
    const k = cv.lambdas.indexOf(cv.lambdaMin);
    // Folds of equal size: the mean squared error of all rows is the mean of theirs.
    const heldOut = evaluate(cv.best, X, y, { linearPredictor: cv.outOfFold![k] });
    assertClose("mean squared error", heldOut.meanSquaredError!, cv.meanScore[k], 1e-12);
    assert.ok(evaluate(cv.best, X, y).meanSquaredError! < heldOut.meanSquaredError!);
    const classes = X.map(([first], i) => (first > 0.5 ? "c" : i % 2 === 0 ? "a" : "b"));
    const several = new SmoothLasso({ datafit: multinomial(), lambda: 0.02 }).fit(X, classes);
    const linearPredictor = several.decisionFunction(X);
    assert.deepEqual(evaluate(several, X, classes, { linearPredictor }), evaluate(several, X, classes));
    const refusals: [Anything, RegExp][] = [
      [[1, 2], /evaluate: linearPredictor must be a list of 90, one a row, got 2$/],
      [
        y.map((_, i) => (i === 3 ? Number.NaN : 0)),
        /linearPredictor\[3\] must be finite, as where every fold was/,
      ],
    ];
    for (const [given, message] of refusals)
      assert.throws(() => evaluate(cv.best, X, y, { linearPredictor: given }), message);
    assert.throws(
      () => evaluate(several, X, classes, { linearPredictor: y }),
      /linearPredictor\[0\]\[0\] must be finite/,
    );
  });

  it("counts a row of weight two as two rows, and one of weight 0 as none", () => {
    const sampleWeight = held.map((_, i) => i % 3);
    const copies = held.flatMap((_, i) => Array.from({ length: i % 3 }, () => i));
    const weighted = evaluate(classifier, held, heldLabels, { sampleWeight });
    const copied = evaluate(
      classifier,
      copies.map((i) => held[i]),
      copies.map((i) => heldLabels[i]),
    );
    for (const key of ["deviance", "accuracy", "logLoss", "brier", "auc"] as const)
      assertClose(key, weighted[key]!, copied[key]!, 1e-12);
    const rates = ({ roc }: typeof copied): number[] => roc!.map((point) => point.truePositiveRate);
    const share = copied.nSamples / weighted.nSamples;
    assertAllClose(
      "confusion",
      weighted.confusion!.flat().map((count) => count * share),
      copied.confusion!.flat(),
      1e-12,
    );
    assert.deepEqual(
      [...new Set(rates(weighted).map((rate) => rate.toFixed(9)))],
      [...new Set(rates(copied).map((rate) => rate.toFixed(9)))],
    );
  });

  it("has the area below the ROC curve, by trapezoids", () => {
    const { roc, auc } = evaluate(classifier, held, heldLabels);
    let area = 0;
    for (let k = 1; k < roc!.length; k++) {
      const width = roc![k].falsePositiveRate - roc![k - 1].falsePositiveRate;
      area += (width * (roc![k].truePositiveRate + roc![k - 1].truePositiveRate)) / 2;
    }
    assertClose("area", area, auc!, 1e-12);
  });

  it("bounds probabilities on request, as those of a class held for impossible", () => {
    const sure = { datafit: logistic(), lambda: 0, fitIntercept: false };
    const fit = new SmoothLasso({ ...sure, tol: 0.01 }).fit([[1], [-1], [2], [-2], [-1]], [1, 0, 1, 0, 1]);
    const far = [[1e5 / fit.coef[0]]];
    assertClose("without", evaluate(fit, far, [0]).logLoss!, 1e5, 1e-6);
    assertClose("with", evaluate(fit, far, [0], { probabilityBound: 1e-5 }).logLoss!, Math.log(1e5), 1e-9);
  });

  it("groups rows of equal predictions together, all others as evenly as can be", () => {
    const evaluation = evaluate(classifier, held, heldLabels);
    const groups = evaluation.calibration(3);
    assert.deepEqual(
      groups.map(({ nSamples }) => nSamples),
      [13, 14, 13],
    );
    const none = new SmoothLasso({ datafit: logistic(), lambda: 1e3 }).fit(rows, labels.slice(0, 50));
    const [only, ...others] = evaluate(none, held, heldLabels).calibration(5);
    assert.deepEqual([only.nSamples, others.length], [40, 0]);
    assertClose("share", only.observed, heldLabels.filter((label) => label === "yes").length / 40, 1e-12);
  });

  it("shows one row a measure, and the table of confusion by itself", () => {
    const evaluation = evaluate(classifier, held, heldLabels);
    const { title, rows: shown, columns } = evaluation.summary();
    assert.equal(title, "SmoothLasso, lambda = 0.02, evaluated on 40 rows");
    assert.deepEqual(columns, ["measure", "value", "without features", "95 % from", "to"]);
    assert.deepEqual(
      shown.map(([name]) => name),
      ["deviance", "accuracy", "log loss", "Brier score", "AUC"],
    );
    assert.match(String(evaluation), /Right: of "no" \d+ of \d+, of "yes" \d+ of \d+\./);
    const table = evaluation.confusionTable();
    assert.deepEqual(table.columns, ["class", "predicted no", "predicted yes", "right"]);
    const counted = table.rows.flatMap((row) => row.slice(1, 3) as number[]);
    assert.equal(
      counted.reduce((sum, count) => sum + count, 0),
      40,
    );
  });

  it("gives a fit without features the measures that it says are those without features", () => {
    const counts = y.map((value) => Math.round(Math.exp(value / 2)));
    const three = y.map((value) => (value > 1 ? "high" : value > -1 ? "mid" : "low"));
    const times = y.map((value, i) => (0.1 + Math.abs(value)) * (i % 4 === 0 ? -1 : 1));
    const tasks = y.map((value, i) => [value, Math.sin(i)]);
    const sampleWeight = y.map((_, i) => 1 + (i % 3));
    const lambda = 1e3;
    for (const options of [{}, { sampleWeight }])
      for (const [model, response] of [
        [new SmoothLasso({ lambda }), y],
        [new SmoothLasso({ lambda, datafit: poisson() }), counts],
        [new SmoothLasso({ lambda, datafit: logistic() }), labels],
        [new SmoothLasso({ lambda, datafit: multinomial() }), three],
        [new SmoothLasso({ lambda, datafit: cox() }), times],
        [new MultiTaskLasso({ lambda }), tasks],
        [new QuantileLasso({ lambda, tau: 0.31 }), y],
      ] as const) {
        const fit = (model as Anything).fit(X, response, options);
        assert.equal(fit.support.length, 0);
        const { rows: shown, columns } = evaluate(fit, X, response as Anything, options).summary();
        assert.deepEqual(columns.slice(0, 3), ["measure", "value", "without features"]);
        for (const [name, value, constant] of shown)
          assertClose(`${name} of ${fit.datafit?.name}`, Number(value), Number(constant), 1e-6);
      }
    const offset = y.map((_, i) => i % 2);
    const ofRates = new SmoothLasso({ lambda: 0.1, datafit: poisson() }).fit(X, counts, { offset });
    assert.deepEqual(evaluate(ofRates, X, counts, { offset }).summary().columns, ["measure", "value"]);
  });

  it("leaves undefined what a response does not have", () => {
    const hinge = new SmoothLasso({ datafit: squaredHinge(), lambda: 0.02 }).fit(rows, labels.slice(0, 50));
    const { logLoss, brier, auc, roc, accuracy, r2 } = evaluate(hinge, held, heldLabels);
    assert.deepEqual([logLoss, brier, roc, r2], [undefined, undefined, undefined, undefined]);
    assert.ok(auc! > 0.5 && accuracy! > 0.5);
    const three = y.map((value) => (value > 1 ? "high" : value > -1 ? "mid" : "low"));
    const several = new SmoothLasso({ datafit: multinomial(), lambda: 0.02 }).fit(rows, three.slice(0, 50));
    const of = evaluate(several, held, three.slice(50));
    assert.deepEqual([of.auc, of.observed, of.confusion!.length], [undefined, undefined, 3]);
    assert.throws(() => of.calibration(), {
      name: "InputError",
      message: /^Evaluation\.calibration: the response must be/,
    });
    const one = evaluate(classifier, held.slice(0, 1), heldLabels.slice(0, 1));
    assert.ok(Number.isNaN(one.auc));
    assert.equal(one.roc, undefined);
    assert.equal(one.summary().rows.at(-1)![1], null);
  });

  it("refuses what makes no sense, in one sentence", () => {
    const refuses = (call: () => unknown, message: string | RegExp): void =>
      assert.throws(call, { name: "InputError", message });
    const model = new SmoothLasso() as Anything;
    refuses(
      () => evaluate(model, held, heldLabels),
      "evaluate: fit must be a fit of an estimator of this library, got a SmoothLasso; fit a model first, or take cv.best",
    );
    refuses(() => evaluate(classifier, held, labels), "evaluate: X has 40 rows but y has 90");
    refuses(
      () => evaluate(classifier, held, heldLabels, { probabilityBound: 0.5 }),
      "evaluate: probabilityBound must be a number of at least 0 and below 1/2, got 0.5",
    );
    refuses(
      () => evaluate(classifier, held, heldLabels, { weights: [1] } as Anything),
      /every option must be one of .*, got "weights"; did you mean "sampleWeight"\?/,
    );
    refuses(
      () =>
        evaluate(
          classifier,
          held,
          heldLabels.map(() => "perhaps"),
        ),
      /y, row 0 must be a class of the fit/,
    );
  });
});
