/** What a fit predicts and is scored by, for each kind of response. */
import assert from "node:assert/strict";
import { DataFrame } from "danfojs-node";
import {
  cox,
  type Datafit,
  huber,
  logistic,
  multinomial,
  poisson,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import type { DesignInput, TargetInput } from "../../../src/design/design-input";
import { SmoothLasso } from "../../../src/estimators";
import { concordanceIndex } from "../../../src/estimators/results/score";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { type Anything, X as fourRows } from "../../support/bad-input";
import { datafitCases } from "../../support/datafit-cases";
import { linearData } from "../../support/problems";

const { X, y } = linearData(3, 40, 6);
const labels = X.map((row, i) => (row[0] + row[1] + Math.sin(7 * i) > 0 ? "yes" : "no"));
const sum = (terms: Iterable<number>): number => [...terms].reduce((total, term) => total + term, 0);
const weights = X.map((_, i) => [0, 1, 3][i % 3]);

describe("the score of a fit", () => {
  it("of numbers is R^2, weights included, and not changed by their scale", () => {
    for (const datafit of [squaredError(), huber()]) {
      const fit = new SmoothLasso({ lambda: 0.1, datafit }).fit(X, y);
      const predicted = fit.predict(X);
      const center = sum(y.map((v, i) => weights[i] * v)) / sum(weights);
      const ratio =
        sum(y.map((v, i) => weights[i] * (v - predicted[i]) ** 2)) /
        sum(y.map((v, i) => weights[i] * (v - center) ** 2));
      assertClose("R^2", fit.score(X, y, { sampleWeight: weights }), 1 - ratio, 1e-14);
      const scaled = fit.score(X, y, { sampleWeight: weights.map((w) => 7 * w) });
      assertClose("scaled", scaled, 1 - ratio, 1e-14);
    }
  });

  it("of classes is the share that is right", () => {
    for (const datafit of [logistic(), squaredHinge()]) {
      const fit = new SmoothLasso({ lambda: 0.05, datafit }).fit(X, labels);
      const right = fit.predictLabels(X).map((label, i) => (label === labels[i] ? 1 : 0));
      assert.ok(sum(right) > 25 && sum(right) < 40, "some are right and some are not");
      assert.equal(fit.score(X, labels), sum(right) / 40);
      const weighted = sum(right.map((hit, i) => hit * weights[i])) / sum(weights);
      assertClose("weighted", fit.score(X, labels, { sampleWeight: weights }), weighted, 1e-15);
      assert.equal(fit.score(X.slice(0, 1), [labels[0]]), right[0], "one class alone can be scored");
    }
  });

  it("of counts is the share of Poisson's deviance explained", () => {
    const counts = X.map((row, i) => Math.max(0, Math.round(Math.exp(row[0]) + Math.sin(5 * i))));
    const exposure = X.map((_, i) => 0.1 * (i % 4));
    const fit = new SmoothLasso({ lambda: 0.05, datafit: poisson() }).fit(X, counts, { offset: exposure });
    const means = fit.predict(X, { offset: exposure });
    const center = sum(counts) / 40;
    const deviance = (meanOf: (i: number) => number): number =>
      sum(counts.map((v, i) => 2 * (v * Math.log((v || 1) / (v ? meanOf(i) : 1)) - v + meanOf(i))));
    const expected = 1 - deviance((i) => means[i]) / deviance(() => center);
    assert.ok(expected > 0.3);
    assertClose("D^2", fit.score(X, counts, { offset: exposure }), expected, 1e-13);
    // Of the null model with an intercept it is the share that a path states.
    const path = new SmoothLasso({ datafit: poisson() }).path(X, counts, {
      nLambdas: 4,
      lambdaMinRatio: 0.05,
    });
    path.fits.forEach((each, k) => {
      assertClose(`lambda ${k}`, each.score(X, counts), path.devianceRatio[k], 1e-9);
    });
  });

  it("of times until an event is the concordance of their order with the predictors", () => {
    const times = datafitCases.find(({ factory }) => factory === "cox")!.draw(40, 5);
    const fit = new SmoothLasso({ lambda: 0.02, datafit: cox() }).fit(X, times);
    const eta = fit.decisionFunction(X);
    assert.ok(fit.support.length > 0);
    assert.equal(fit.score(X, times), concordanceIndex(times, eta, undefined));
    const rows = Array.from(times, (time) => [Math.abs(time), time > 0 ? 1 : 0]);
    assert.equal(fit.score(X, rows), fit.score(X, times));
    assertClose(
      "weighted",
      fit.score(X, times, { sampleWeight: weights }),
      concordanceIndex(times, eta, Float64Array.from(weights)),
      1e-14,
    );
  });

  it("is none where the response is constant", () => {
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    const tenths = X.map(() => 0.1);
    assert.ok(Number.isNaN(fit.score(X, tenths)));
    const counted = X.map((_, i) => (i < 2 ? 1 : 0));
    assert.ok(Number.isNaN(fit.score(X, [5, 5, ...y.slice(2)], { sampleWeight: counted })));
  });

  it("is refused in one sentence for a response that is none", () => {
    const refuses = (action: () => unknown, message: string): void =>
      assert.throws(action, { name: "InputError", message: `SmoothLasso.score: ${message}` });
    const pair = (datafit: Anything, target: Anything) =>
      new SmoothLasso({ lambda: 0.1, datafit }).fit(fourRows, target);
    refuses(
      () => pair(logistic(), ["a", "b", "a", "b"]).score(fourRows, ["a", "b", "c", "a"]),
      'y, row 2 must be a class of the fit, "a" or "b", got "c"',
    );
    refuses(
      () => pair(poisson(), [1, 0, 2, 3]).score(fourRows, [1, -1, 0, 0]),
      "y, row 1 must be a number >= 0, got -1",
    );
    refuses(
      () => pair(cox(), [1, -2, 3, 4]).score(fourRows, [1, 0, 1, 1]),
      "y, row 1 must be a finite time, negative if censored, and not 0, got 0; start the clock earlier",
    );
    refuses(
      () => pair(squaredError(), y.slice(0, 4)).score(fourRows, [1, 2, 3, 4], { weights: [1] } as Anything),
      'every option must be one of sampleWeight, offset, got "weights"; did you mean "sampleWeight"?',
    );
    refuses(
      () =>
        pair(squaredError(), y.slice(0, 4)).score(fourRows, [1, 2, 3, 4], { sampleWeight: [1, -1, 1, 1] }),
      "sampleWeight, row 1 must be a number >= 0, got -1",
    );
  });
});

describe("a fit of two classes", () => {
  const codes = labels.map((label) => (label === "yes" ? 1 : 0));
  const model = new SmoothLasso({ lambda: 0.05, datafit: logistic() });

  it("predicts labels in the order of scikit-learn, the second being the positive one", () => {
    for (const [what, target, classes, predicted] of [
      ["texts", labels, ["no", "yes"], undefined],
      ["0 and 1", codes, [0, 1], [0, 1]],
      ["-1 and 1", codes.map((code) => 2 * code - 1), [-1, 1], [-1, 1]],
      ["truth values", codes.map((code) => code === 1), [false, true], [0, 1]],
      ["a frame's column of texts", new DataFrame({ answer: labels }), ["no", "yes"], undefined],
      ["records of numbers", codes.map((code) => ({ code: 10 - 5 * (1 - code) })), [5, 10], [5, 10]],
    ] as const) {
      const fit = model.fit(X, target as TargetInput);
      assert.deepEqual(fit.classes, classes, what);
      assert.deepEqual(fit.coef, model.fit(X, codes).coef, what);
      const positive = [...fit.decisionFunction(X)].map((eta) => (eta > 0 ? 1 : 0));
      assert.deepEqual(
        fit.predictLabels(X),
        positive.map((code) => classes[code]),
      );
      if (predicted)
        assert.deepEqual(
          [...fit.predict(X)],
          positive.map((code) => predicted[code]),
        );
    }
  });

  it("gives the probability of each class, rows that sum to one", () => {
    const fit = model.fit(X, labels);
    const rows = fit.predictProbability(X);
    const eta = fit.decisionFunction(X);
    rows.forEach((row, i) => {
      assert.ok(row instanceof Float64Array && row.length === 2);
      assertAllClose(`row ${i}`, row, [1 / (1 + Math.exp(eta[i])), 1 / (1 + Math.exp(-eta[i]))], 1e-15);
      assert.equal(row[0] + row[1], 1);
    });
    // The intercept makes the mean probability the share of the class (the score equation).
    const share = sum(codes) / 40;
    assertClose("calibration", sum(rows.map(([, p]) => p)) / 40, share, 1e-6);
  });

  it("is refused in one sentence without two classes", () => {
    const refuses = (target: TargetInput, message: string, datafit = logistic()): void =>
      assert.throws(() => new SmoothLasso({ lambda: 1, datafit }).fit(fourRows, target), {
        name: "InputError",
        message: `SmoothLasso.fit: ${message}`,
      });
    refuses(["a", "a", "a", "a"], 'y must have two classes with logistic, got 1 class, "a"');
    refuses(
      [1, 2, 3, 1],
      "y must have two classes with squaredHinge, got 3 classes, 1, 2 and 3; for more classes use multinomial, for a response of numbers take squaredError() or another datafit of numbers",
      squaredHinge(),
    );
    refuses(["a", "b", "a"], "X has 4 rows but y has 3");
    const spelling = 'write numbers with a decimal point, or read them by readCsv with decimal: ","';
    refuses(
      ["1,5", "2", "0,5", "2"],
      `y must have two classes with logistic, got 3 classes, "0,5", "1,5" and "2"; if they are numbers, ${spelling}, and take another datafit`,
    );
    refuses(
      ["1,5", "2", "many", "2"],
      'y must have two classes with logistic, got 3 classes, "1,5", "2" and "many"; for more classes use multinomial',
    );
  });

  it("has a note where the labels are numbers to their reader", () => {
    const notesOf = (target: TargetInput, datafit: Datafit): readonly string[] =>
      new SmoothLasso({ lambda: 1, datafit }).fit(fourRows, target).notes;
    assert.deepEqual(notesOf(["7 %", "12%", "7 %", "12%"], logistic()), [
      'the classes of y are "12%" and "7 %"; if they are numbers, write numbers without %, and take another datafit',
    ]);
    assert.deepEqual(notesOf(["1,5", "2", "1,5", "3"], multinomial()), [
      'the classes of y are "1,5", "2" and "3"; if they are numbers, write numbers with a decimal point, or read them by readCsv with decimal: ",", and take another datafit',
    ]);
    assert.deepEqual(notesOf([1, 2, 3, 1], multinomial()), [
      "y has 3 classes in 4 rows; for a response of numbers take squaredError() or another datafit of numbers",
    ]);
    assert.deepEqual(notesOf(["ant", "bee", "cow", "ant"], multinomial()), []);
    for (const labels of [
      ["1", "2", "1", "2"],
      ["7 %", "few", "7 %", "few"],
      [1.5, 2, 1.5, 2],
    ])
      assert.deepEqual(notesOf(labels, logistic()), []);
  });

  it("says in one sentence what it cannot predict", () => {
    const refuses = (action: () => unknown, message: string): void =>
      assert.throws(action, { name: "InputError", message: `SmoothLasso.${message}` });
    const texts = model.fit(X, labels);
    refuses(
      () => texts.predict(X),
      'predict: the classes must be numbers or truth values, since it returns numbers, got "no" and "yes"; use predictLabels, which returns labels as they are in y',
    );
    const margins = new SmoothLasso({ lambda: 0.05, datafit: squaredHinge() }).fit(X, labels);
    refuses(
      () => margins.predictProbability(X),
      'predictProbability: datafit must be one with probabilities, such as logistic(), got "squaredHinge"',
    );
    const numbers = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    assert.equal(numbers.classes, undefined);
    for (const method of ["predictLabels", "predictProbability"] as const) {
      refuses(
        () => numbers[method](X),
        `${method}: datafit must be one of classes, such as logistic(), got "squaredError"`,
      );
    }
  });
});

describe("a fit of times until an event", () => {
  const signed = datafitCases.find(({ factory }) => factory === "cox")!.draw(40, 5);
  const time = [...signed.map(Math.abs)];
  const event = Array.from(signed, (entry) => entry > 0);

  it("is the same from signed times, rows, columns and frames", () => {
    const model = new SmoothLasso({ lambda: 0.02, datafit: cox() });
    const expected = model.fit(X, signed);
    for (const target of [
      time.map((t, i) => [t, event[i] ? 1 : 0]),
      { event, time },
      new DataFrame({ id: time, event: event.map(Number), time }),
    ]) {
      assert.deepEqual(model.fit(X, target as DesignInput).coef, expected.coef);
    }
  });

  it("has no intercept by default, and the coefficients do not depend on where columns have their origin", () => {
    const far = X.map((row) => row.map((x, j) => x + 10 ** (j + 2)));
    for (const standardize of [true, false]) {
      const model = new SmoothLasso({ lambda: 0.02, datafit: cox(), standardize, tol: 1e-12 });
      const [near, moved] = [model.fit(X, signed), model.fit(far, signed)];
      assert.ok(near.support.length > 1);
      assert.deepEqual([near.intercept, moved.intercept], [0, 0]);
      assertAllClose("coefficients", moved.coef, near.coef, 1e-8);
      assertAtMost("violation", moved.certificate.violation, 1e-12);
    }
    const given = new SmoothLasso({ lambda: 0.02, datafit: cox(), fitIntercept: true, tol: 1e-12 });
    assertAllClose(
      "with an intercept",
      given.fit(X, signed).coef,
      given.withParams({ fitIntercept: false }).fit(X, signed).coef,
      1e-10,
    );
  });

  it("leaves a constant column at 0, free or penalized", () => {
    const constant = X.map((row) => [3, ...row.slice(1)]);
    for (const factor of [0, 1]) {
      const penaltyFactors = [factor, 1, 1, 1, 1, 1];
      const fit = new SmoothLasso({ lambda: 0.02, datafit: cox(), penaltyFactors }).fit(constant, signed);
      assert.equal(fit.coef[0], 0);
      assert.deepEqual(fit.notes, ['column "x0" is constant (3), so its coefficient is set to 0']);
    }
  });
});
