/** How models of several responses are cross-validated. */
import assert from "node:assert/strict";
import { type ProgressEvent, seededRandom } from "../../src";
import { logistic, multinomial, squaredError } from "../../src/datafits";
import {
  type CrossValidation,
  MultiResponseFit,
  MultiResponsePath,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
} from "../../src/estimators";
import { crossValidationPlot } from "../../src/plot";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import type { Anything } from "../support/bad-input";
import { columnOf, severalResponses } from "../support/multi-response";

const { X, Y, labels } = severalResponses(4, 48, 5);
const random = seededRandom(6);
const foldId = labels.map((_, i) => [2, 5, 9][i % 3]);
const sampleWeight = labels.map((_, i) => [1, 2.5, 0.5, 0][i % 4]);
const offset = labels.map(() => [0.3 * random.normal(), 0, 0.2 * random.normal()]);
const lambdas = [0.3, 0.1, 0.02];
const tasks = squaredError({ nResponses: 3 });

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const pick = <T>(values: readonly T[], rows: readonly number[]): T[] => rows.map((i) => values[i]);

/** The model, its target, and the deviance of a row written out. */
const cases = {
  "the squared error, summed over tasks": {
    model: new SmoothGroupLasso({ groups: "rows", datafit: tasks, tol: 1e-12 }),
    y: Y as Anything[],
    deviance: (i: number, eta: ArrayLike<number>) => sum(Y[i].map((entry, r) => (entry - eta[r]) ** 2)),
  },
  "the deviance of classes": {
    model: new SmoothLasso({ datafit: multinomial(), tol: 1e-12 }),
    y: labels as Anything[],
    deviance: (i: number, eta: ArrayLike<number>) => {
      const total = sum(Array.from(eta, Math.exp));
      return 2 * (Math.log(total) - eta[["ant", "bee", "cat"].indexOf(labels[i])]);
    },
  },
};

describe("cross-validation of several responses", () => {
  for (const [what, { model, y, deviance }] of Object.entries(cases)) {
    it(`is a loop over folds by hand, with weights and an offset, for ${what}`, () => {
      const cv = model.crossValidate(X, y, { lambdas, foldId, sampleWeight, offset, keep: true });
      const scores = [2, 5, 9].map((id, f) => {
        const rows = [...foldId.keys()];
        const [out, others] = [rows.filter((i) => foldId[i] === id), rows.filter((i) => foldId[i] !== id)];
        const path = model.path(pick(X, others), pick(y, others), {
          lambdas,
          sampleWeight: pick(sampleWeight, others),
          offset: pick(offset, others),
        });
        const weight = sum(pick(sampleWeight, out));
        const loss = path.fits.map((fit, k) => {
          const etas = fit.decisionFunction(pick(X, out), { offset: pick(offset, out) });
          out.forEach((i, o) => {
            assertAllClose(`kept ${id}`, cv.outOfFold![k][i], etas[o], 1e-7);
          });
          return sum(out.map((i, o) => sampleWeight[i] * deviance(i, etas[o]))) / weight;
        });
        assertAllClose(`fold ${id}`, cv.foldScores[f], loss, 1e-7);
        return { weight, loss };
      });
      const total = sum(scores.map(({ weight }) => weight));
      lambdas.forEach((_, k) => {
        const mean = sum(scores.map(({ loss, weight }) => weight * loss[k])) / total;
        const spread = sum(scores.map(({ loss, weight }) => weight * (loss[k] - mean) ** 2)) / total;
        assertClose("meanScore", cv.meanScore[k], mean, 1e-7);
        assertClose("standardError", cv.standardError[k], Math.sqrt(spread / 2), 1e-7);
      });
    });

    it(`takes standard errors over rows where a fold has fewer than three, for ${what}`, () => {
      const cv = model.crossValidate(X, y, { lambdas: [0.1], folds: 20, keep: true });
      const losses = Array.from(cv.outOfFold![0], (eta, i) => deviance(i, eta));
      const mean = sum(losses) / 48;
      assertClose("meanScore", cv.meanScore[0], mean, 1e-12);
      const spread = sum(losses.map((loss) => (loss - mean) ** 2)) / 48;
      assertClose("standardError", cv.standardError[0], Math.sqrt(spread / 47), 1e-12);
    });

    it(`gives the same to the last bit in other threads, for ${what}`, async () => {
      const options = { folds: 4, nLambdas: 3, lambdaMinRatio: 0.1, sampleWeight, keep: true };
      const here = model.crossValidate(X, y, options);
      assert.deepStrictEqual(model.crossValidate(X, y, { ...options, workers: 2 }), here);
      const there = await model.crossValidateAsync(X, y, { ...options, workers: 2 });
      assert.deepStrictEqual(there, here);
      const [later, now] = [there, here].map((cv) => cv.path.at(0.123).coefs);
      later.forEach((coef, r) => {
        assertAllClose(`between lambdas, response ${r}`, coef, now[r], 1e-9);
      });
    });
  }

  it("of one column is that of one response", () => {
    const options = { lambdas, foldId, sampleWeight, keep: true };
    const alone = new SmoothLasso({ tol: 1e-12 }).crossValidate(X, columnOf(Y, 0), options);
    const model = new SmoothLasso({ datafit: squaredError({ nResponses: 1 }), tol: 1e-12 });
    const one = Y.map(([entry]) => [entry]);
    const cv = model.crossValidate(X, one, options);
    assertAllClose("meanScore", cv.meanScore, alone.meanScore, 1e-9);
    assertAllClose("standardError", cv.standardError, alone.standardError, 1e-9);
    assert.deepEqual([cv.lambdaMin, cv.lambda1se], [alone.lambdaMin, alone.lambda1se]);
    assertAllClose("outOfFold", columnOf(cv.outOfFold![1], 0), alone.outOfFold![1], 1e-9);
  });

  it("of two classes is that of the logistic lasso", () => {
    const two = labels.map((label) => (label === "bee" ? "yes" : "no"));
    const options = { lambdas: [0.1, 0.03, 0.01], foldId };
    const expected = new SmoothLasso({ datafit: logistic(), tol: 1e-12 }).crossValidate(X, two, options);
    const cv = new SmoothLasso({ datafit: multinomial(), tol: 1e-12 }).crossValidate(X, two, options);
    assertAllClose("meanScore", cv.meanScore, expected.meanScore, 1e-7);
    assertAllClose("standardError", cv.standardError, expected.standardError, 1e-7);
  });

  it("of tasks is the sum over them where no penalty joins them", () => {
    const options = { lambdas, foldId };
    const cv = new SmoothLasso({ datafit: tasks, tol: 1e-12 }).crossValidate(X, Y, options);
    const alone = [0, 1, 2].map((r) =>
      new SmoothLasso({ tol: 1e-12 }).crossValidate(X, columnOf(Y, r), options),
    );
    lambdas.forEach((_, k) => {
      assertClose("meanScore", cv.meanScore[k], sum(alone.map(({ meanScore }) => meanScore[k])), 1e-8);
    });
  });

  it("does not depend on the order of the classes", () => {
    const names: Readonly<Record<string, string>> = { ant: "zebra", bee: "wolf", cat: "yak" };
    for (const model of [
      new SmoothLasso({ datafit: multinomial(), tol: 1e-12 }),
      new SmoothGroupLasso({ groups: "rows", datafit: multinomial(), tol: 1e-12 }),
    ]) {
      const options = { lambdas, foldId };
      const cv = model.crossValidate(X, labels, options);
      const renamed = labels.map((label) => names[label]);
      const other = model.crossValidate(X, renamed, options);
      assertAllClose("meanScore", other.meanScore, cv.meanScore, 1e-7);
      assertAllClose("standardError", other.standardError, cv.standardError, 1e-7);
      assert.deepEqual(other.df, cv.df);
    }
  });

  it("spreads every class evenly over the folds unless told not to", () => {
    const model = new SmoothLasso({ datafit: multinomial() });
    const countsOf = (cv: CrossValidation<MultiResponseFit<"classes">>, label: string): number[] =>
      [0, 1, 2, 3].map((id) => labels.filter((own, i) => own === label && cv.foldId[i] === id).length);
    const options = { folds: 4, nLambdas: 1 };
    const spreads = [{}, { stratified: false }].map((stratified) => {
      const cv = model.crossValidate(X, labels, { ...options, ...stratified });
      return ["ant", "bee", "cat"].map((label) => {
        const counts = countsOf(cv, label);
        return Math.max(...counts) - Math.min(...counts);
      });
    });
    for (const spread of spreads[0]) assertAtMost("spread", spread, 1);
    assert.ok(Math.max(...spreads[1]) > 1, "a draw that is not even");
    const rare = labels.map((_, i) => (i < 2 ? "dog" : labels[i]));
    const alone = rare.map((label, i) => (label === "dog" ? 0 : 1 + (i % 3)));
    assert.throws(() => model.crossValidate(X, rare, { foldId: alone }), {
      name: "InputError",
      message:
        "SmoothLasso.crossValidate: the rows outside fold 0 must have all 4 classes, got 3; every class needs rows in two folds",
    });
  });

  it("compares depths on the same folds", () => {
    const make = (depth: number) => new SmoothBridge({ depth, datafit: tasks });
    const options = { lambdas: [0.3, 0.1], folds: 2 };
    const cv = make(2).crossValidate(X, Y, { ...options, grid: { depth: [2, 3] } });
    [2, 3].forEach((depth, m) => {
      const alone = make(depth).crossValidate(X, Y, options);
      assert.deepEqual(cv.members[m].foldScores, alone.foldScores);
      assert.deepEqual(cv.members[m].path.coefs, alone.path.coefs);
    });
    const lowest = cv.members.map(({ meanScore }) => Math.min(...meanScore));
    assert.equal(cv.params.depth, [2, 3][lowest.indexOf(Math.min(...lowest))]);
  });

  it("has fits and a path of several responses, a table and a chart", () => {
    const model = new SmoothGroupLasso({ groups: "rows", datafit: multinomial() });
    const cv = model.crossValidate(X, labels, { folds: 3, nLambdas: 6 });
    assert.ok(cv.path instanceof MultiResponsePath && cv.best instanceof MultiResponseFit);
    assert.equal(cv.best, cv.path.at(cv.lambdaMin));
    assert.equal(cv.oneStandardError, cv.path.at(cv.lambda1se));
    assert.deepEqual(cv.best.classes, ["ant", "bee", "cat"]);
    const { title, columns, rows } = cv.summary();
    assert.equal(title, `SmoothGroupLasso, cross-validation in 3 folds over ${cv.lambdas.length} lambdas`);
    assert.deepEqual(columns, ["choice", "lambda", "deviance", "standard error", "df"]);
    const k = cv.lambdas.indexOf(cv.lambdaMin);
    const { support } = cv.best;
    assert.deepEqual(rows[0], [
      "lambdaMin",
      cv.lambdaMin,
      cv.meanScore[k],
      cv.standardError[k],
      support.length,
    ]);
    const { description } = crossValidationPlot(cv).spec as { description: string };
    assert.match(description, /^Line chart\. Lowest deviance .* cross-validation in 3 folds/);
    assert.match(description, new RegExp(`Lowest at lambda \\S+ with ${support.length} features not zero`));
  });

  it("tells of its progress, and keeps what was done when aborted", () => {
    const model = new SmoothLasso({ datafit: tasks });
    const options = { nLambdas: 5, lambdaMinRatio: 0.1, foldId };
    const whole = model.crossValidate(X, Y, options);
    let polls = 0;
    const counted = {
      get aborted() {
        polls++;
        return false;
      },
    };
    model.crossValidate(X, Y, { ...options, signal: counted });
    let left = Math.ceil((2 * polls) / 3);
    const signal = {
      get aborted() {
        return left-- <= 0;
      },
    };
    const events: ProgressEvent[] = [];
    const cv = model.crossValidate(X, Y, {
      ...options,
      signal,
      onProgress: (event) => void events.push(event),
    });
    assert.deepEqual([cv.status, events.at(-1)!.message], ["interrupted", "interrupted"]);
    assert.match(events[0].message, /^all rows, lambda \S+, \d features$/);
    assert.ok(cv.folds.length >= 1 && cv.folds.length < 3, `${cv.folds}`);
    assert.deepEqual(cv.foldScores, whole.foldScores.slice(0, cv.folds.length));
    assert.deepEqual(cv.path.coefs, whole.path.coefs);
  });
});
