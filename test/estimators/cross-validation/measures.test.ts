/** Measures of a cross-validation: a user's own, what is refused, and where the higher score is the better one. */
import assert from "node:assert/strict";
import { cox, logistic, multinomial, poisson, squaredHinge } from "../../../src/datafits";
import {
  type CrossValidationOptions,
  crossValidationFromJSON,
  type Measure,
  SmoothBridge,
  SmoothLasso,
} from "../../../src/estimators";
import { assertAllClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(8, 60, 4);
const labels = y.map((value, i) => (value + (i % 3) > 0.5 ? "yes" : "no"));
const options = { folds: 4, nLambdas: 6, lambdaMinRatio: 0.05 };
const classes = new SmoothLasso({ datafit: logistic() });

describe("the measure of a cross-validation", () => {
  it("may be one's own, which is given the response, its prediction and the weights of each fold", () => {
    const sampleWeight = y.map((_, i) => 1 + (i % 4));
    const absolute: Measure = {
      name: "absolute",
      higherIsBetter: false,
      score: (target, predicted, weights) =>
        target.reduce((sum, value, i) => sum + weights[i] * Math.abs(value - predicted[i]), 0) /
        weights.reduce((sum, weight) => sum + weight, 0),
    };
    const cases = [
      [new SmoothLasso(), y],
      [new SmoothLasso({ datafit: poisson() }), y.map((value) => Math.round(value * value))],
      [classes, labels],
    ] as const;
    for (const [model, target] of cases) {
      const own = model.crossValidate(X, target, { ...options, sampleWeight, measure: absolute });
      const named = model.crossValidate(X, target, { ...options, sampleWeight, measure: "absoluteError" });
      assertAllClose("meanScore", own.meanScore, named.meanScore, 1e-12);
      assertAllClose("standardError", own.standardError, named.standardError, 1e-12);
      assert.deepEqual([own.measure, own.higherIsBetter], ["absolute", false]);
    }
  });

  it("counts the pairs of both classes that the scores order, of the rows of each fold", () => {
    const cv = classes.crossValidate(X, labels, { ...options, measure: "auc", keep: true });
    cv.folds.forEach((id, f) => {
      const rows = labels.flatMap((_, i) => (cv.foldId[i] === id ? [i] : []));
      const [yes, no] = ["yes", "no"].map((label) => rows.filter((i) => labels[i] === label));
      const byPairs = cv.lambdas.map((_, k) => {
        const eta = cv.outOfFold![k] as Float64Array;
        let won = 0;
        for (const i of yes) for (const j of no) won += eta[i] > eta[j] ? 1 : eta[i] === eta[j] ? 0.5 : 0;
        return won / (yes.length * no.length);
      });
      assertAllClose(`fold ${id}`, cv.foldScores[f], byPairs, 1e-12);
    });
  });

  it("chooses the highest score where that is the better one, of depths too, and the largest lambda within one error", () => {
    const bridge = new SmoothBridge({ datafit: logistic() });
    const cv = bridge.crossValidate(X, labels, { ...options, measure: "auc", grid: { depth: [2, 3] } });
    const best = Math.max(...cv.meanScore);
    const k = cv.meanScore.indexOf(best);
    assert.equal(cv.lambdaMin, cv.lambdas[k]);
    const within = cv.lambdas.filter((_, m) => cv.meanScore[m] >= best - cv.standardError[k]);
    assert.equal(cv.lambda1se, Math.max(...within));
    assert.equal(best, Math.max(...cv.members.flatMap(({ meanScore }) => [...meanScore])));
    assert.match(String(cv), /AUC \(higher is better\)/);
    assert.match(String(classes.crossValidate(X, labels, options)), /deviance \(lower is better\)/);
    const again = crossValidationFromJSON(JSON.stringify(cv));
    assert.deepEqual(
      [again.measure, again.higherIsBetter, again.lambdaMin, again.params.depth],
      ["AUC", true, cv.lambdaMin, cv.params.depth],
    );
    assert.equal(String(again), String(cv));
  });

  it("is the same by other threads, a function of the caller's too", async () => {
    const spread: Measure = {
      name: "spread",
      higherIsBetter: true,
      score: (_, predicted) => Math.max(...predicted) - Math.min(...predicted),
    };
    const here = classes.crossValidate(X, labels, { ...options, measure: spread });
    const there = await classes.crossValidateAsync(X, labels, { ...options, measure: spread, workers: 2 });
    assert.deepEqual(there.meanScore, here.meanScore);
    assert.deepEqual([there.measure, there.higherIsBetter], ["spread", true]);
  });

  const signed = y.map((value, i) => (1 + value * value) * (i % 5 === 0 ? -1 : 1));
  const refusals: readonly (readonly [string, () => unknown, string])[] = [
    [
      "misclassification of numbers",
      () => new SmoothLasso().crossValidate(X, y, { measure: "misclassification" }),
      'measure must be "deviance", "squaredError" or "absoluteError" with squaredError, got "misclassification"; it is of classes, such as those of logistic()',
    ],
    [
      "an AUC of more classes",
      () => new SmoothLasso({ datafit: multinomial() }).crossValidate(X, labels, { measure: "auc" }),
      'measure must be "deviance", "squaredError", "absoluteError" or "misclassification" with multinomial, got "auc"; it is of two classes, such as those of logistic()',
    ],
    [
      "errors without probabilities",
      () =>
        new SmoothLasso({ datafit: squaredHinge() }).crossValidate(X, labels, { measure: "squaredError" }),
      'measure must be "deviance", "misclassification" or "auc" with squaredHinge, got "squaredError"; errors of classes are those of their probabilities',
    ],
    [
      "errors of censored times",
      () => new SmoothLasso({ datafit: cox() }).crossValidate(X, signed, { measure: "absoluteError" }),
      'measure must be "deviance" or "concordance" with cox, got "absoluteError"; a time until an event has no error where it is censored',
    ],
    [
      "concordance of counts",
      () => new SmoothLasso().crossValidate(X, y, { measure: "concordance" }),
      'measure must be "deviance", "squaredError" or "absoluteError" with squaredError, got "concordance"; it is of times until an event, as those of cox()',
    ],
    [
      "a measure by scikit-learn's name",
      () => new SmoothLasso({ datafit: cox() }).crossValidate(X, signed, { measure: "roc_auc" as Anything }),
      'measure must be "deviance", "squaredError", "absoluteError", "misclassification", "auc" or "concordance", got "roc_auc"; did you mean "auc"?',
    ],
    [
      "an AUC of a fold with one class",
      () =>
        classes.crossValidate(X, labels, {
          foldId: labels.map((label, i) => (label === "yes" && i > 20 ? 2 : i % 2)),
          measure: "auc",
        }),
      'the rows of fold 2 must be of both classes for measure "auc", got one class only; take fewer folds or another measure',
    ],
    [
      "a concordance of single times",
      () =>
        new SmoothLasso({ datafit: cox() }).crossValidate(X, signed, { folds: 60, measure: "concordance" }),
      'two rows of fold 0 must have times that compare for measure "concordance", got none; take fewer folds or another measure',
    ],
    [
      "a score that is none",
      () =>
        new SmoothLasso().crossValidate(X, y, {
          measure: { name: "mine", higherIsBetter: true, score: () => Number.NaN },
        }),
      'the score of "mine" in fold 0 must be a finite number, got NaN',
    ],
  ];
  for (const [what, call, message] of refusals) {
    it(`is refused in one sentence: ${what}`, () => {
      assert.throws(call, { name: "InputError", message: `SmoothLasso.crossValidate: ${message}` });
    });
  }

  it("is refused where it is none", () => {
    const refuses = (measure: Anything, message: RegExp): void =>
      assert.throws(
        () => new SmoothLasso().crossValidate(X, y, { ...options, measure } as CrossValidationOptions),
        { name: "InputError", message },
      );
    refuses("mse", /measure must be .*"squaredError".*got "mse"/);
    refuses({ name: "", higherIsBetter: true, score: () => 0 }, /measure\.name must be a text/);
    refuses({ name: "a", score: () => 0 }, /measure\.higherIsBetter must be true or false/);
    refuses({ name: "a", higherIsBetter: true }, /measure\.score must be a function/);
    refuses({ name: "a", higherIsBetter: true, score: () => 0, greater: 1 }, /greater/);
  });
});
