/** Nested cross-validation against cross-validations of the rows outside each fold. */
import assert from "node:assert/strict";
import { cox, logistic, squaredError } from "../../../src/datafits";
import {
  nestedCrossValidate,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
} from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(21, 48, 4);
const some = { nLambdas: 5, lambdaMinRatio: 0.05, folds: 3 };
const outer = { foldId: y.map((_, i) => i % 4) };
const without = <T>(list: readonly T[], id: number): T[] => list.filter((_, i) => i % 4 !== id);
const within = <T>(list: readonly T[], id: number): T[] => list.filter((_, i) => i % 4 === id);

describe("nestedCrossValidate", () => {
  it("predicts each outer fold by what a cross-validation of the other rows chose", () => {
    const model = new SmoothElasticNet();
    const options = { ...some, grid: { l1Ratio: [0.3, 1] }, relax: [0, 1] };
    for (const choose of ["lambdaMin", "lambda1se"] as const) {
      const nested = nestedCrossValidate(model, X, y, { ...options, outer, choose });
      nested.choices.forEach(({ fold, lambda, params, df, score }) => {
        const cv = model.crossValidate(without(X, fold), without(y, fold), options);
        const fit = choose === "lambdaMin" ? cv.best : cv.oneStandardError;
        const chosen = choose === "lambdaMin" ? cv.params : cv.params1se;
        assert.deepEqual([lambda, params, df], [fit.lambda, chosen, fit.support.length]);
        const predicted = fit.predict(within(X, fold));
        const squares = within(y, fold).map((value, i) => (value - predicted[i]) ** 2);
        assertClose("score", score, squares.reduce((sum, square) => sum + square, 0) / 12, 1e-12);
        assertAllClose("predictors", within([...(nested.outOfFold as Float64Array)], fold), predicted, 1e-12);
      });
      const scores = nested.choices.map(({ score }) => score);
      const mean = scores.reduce((sum, score) => sum + score, 0) / 4;
      assertClose("mean", nested.meanScore, mean, 1e-12);
      const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
      assertClose("error", nested.standardError, Math.sqrt(squares / 4 / 3), 1e-12);
      assert.deepEqual(nested.summary().columns, [
        "fold",
        "l1Ratio",
        "relax",
        "lambda",
        "df",
        "mean squared error",
      ]);
      assert.match(String(nested), /in 4 folds: mean squared error .* \(lower is better\)/);
    }
  });

  it("takes measures, weights, offsets and groups of rows into the inner folds", () => {
    const labels = y.map((value, i) => (value + Math.sin(i) > 0 ? "yes" : "no"));
    const model = new SmoothLasso({ datafit: logistic() });
    const sampleWeight = y.map((_, i) => 1 + (i % 3));
    const offset = y.map((_, i) => Math.cos(i) / 4);
    const sampleGroups = y.map((_, i) => `patient ${i % 7}`);
    const options = { ...some, measure: "auc" } as const;
    const nested = nestedCrossValidate(model, X, labels, {
      ...options,
      sampleWeight,
      offset,
      sampleGroups,
      outer,
    });
    const cv = model.crossValidate(without(X, 2), without(labels, 2), {
      ...options,
      sampleWeight: without(sampleWeight, 2),
      offset: without(offset, 2),
      sampleGroups: without(sampleGroups, 2),
    });
    assert.deepEqual([nested.choices[2].lambda, nested.choices[2].params], [cv.lambdaMin, cv.params]);
    assert.deepEqual([nested.measure, nested.higherIsBetter], ["AUC", true]);
    const scores = cv.best.decisionFunction(within(X, 2), { offset: within(offset, 2) });
    assertAllClose("scores", within([...(nested.outOfFold as Float64Array)], 2), scores, 1e-12);
  });

  it("has outer folds that keep groups of rows together, or the order of time, as the inner ones do", () => {
    const model = new SmoothLasso();
    const sampleGroups = y.map((_, i) => `patient ${i % 12}`);
    const { foldId, choices } = nestedCrossValidate(model, X, y, { ...some, sampleGroups });
    foldId.forEach((fold, i) => {
      assert.equal(fold, foldId[i % 12]);
    });
    assert.equal(choices.length, 5);
    const inTime = nestedCrossValidate(model, X, y, { ...some, timeOrdered: true });
    assert.deepEqual(
      [...inTime.foldId],
      [...inTime.foldId].sort((a, b) => a - b),
    );
    assert.deepEqual(
      inTime.choices.map(({ fold }) => fold),
      [1, 2, 3, 4, 5],
    );
    const own = nestedCrossValidate(model, X, y, { ...some, sampleGroups, outer });
    assert.deepEqual([...own.foldId], outer.foldId);
  });

  it("is of several responses, and of times", () => {
    const tasks = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }) });
    const two = y.map((value, i) => [value, i % 3]);
    const { outOfFold, choices } = nestedCrossValidate(tasks, X, two, { ...some, outer: { folds: 3 } });
    assert.deepEqual([outOfFold.length, (outOfFold[0] as Float64Array).length, choices.length], [48, 2, 3]);
    const times = y.map((value, i) => (0.1 + Math.abs(value)) * (i % 4 === 1 ? -1 : 1));
    const survival = new SmoothLasso({ datafit: cox() });
    const nested = nestedCrossValidate(survival, X, times, { ...some, measure: "concordance" });
    assert.equal(nested.choices.length, 5);
    assert.ok(nested.meanScore > 0 && nested.meanScore < 1);
  });

  it("refuses what makes no sense, in one sentence", () => {
    const refuses = (options: Anything, message: string | RegExp): void =>
      assert.throws(() => nestedCrossValidate(new SmoothLasso(), X, y, options), {
        name: "InputError",
        message,
      });
    refuses({ choose: "best" }, 'nestedCrossValidate: choose must be "lambdaMin" or "lambda1se", got "best"');
    refuses(
      { outer: { repeats: 2 } },
      /^nestedCrossValidate, outer: every option must be one of .*, got "repeats"/,
    );
    refuses({ keep: true }, /^nestedCrossValidate: every option must be one of .*, got "keep"/);
    refuses(
      { ...some, signal: { aborted: true } },
      /^nestedCrossValidate, without fold 0: every cross-validation must end, got an interruption/,
    );
  });
});
