import assert from "node:assert/strict";
import type { ProgressEvent } from "../../../src";
import { SmoothBridge, SmoothGroupBridge, SmoothLasso } from "../../../src/estimators";
import { lbfgs } from "../../../src/optimizers";
import { abortedAfter } from "../../support/aborted-after";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const { X, y } = linearData(3, 30, 5, 1.5);
const foldId = y.map((_, i) => i % 5);
const options = { nLambdas: 20, lambdaMinRatio: 0.01, foldId };
const lasso = new SmoothLasso();

describe("a cross-validation", () => {
  it("chooses the lambda of the smallest mean score, and the largest within one standard error of it", () => {
    const cv = lasso.crossValidate(X, y, options);
    const k = cv.meanScore.indexOf(Math.min(...cv.meanScore));
    assert.equal(cv.lambdaMin, cv.lambdas[k]);
    assert.equal(cv.best, cv.path.fits[k]);
    const limit = cv.meanScore[k] + cv.standardError[k];
    const within = [...cv.lambdas.keys()].filter((l) => cv.meanScore[l] <= limit);
    assert.equal(cv.lambda1se, cv.lambdas[within[0]]);
    assert.equal(cv.oneStandardError, cv.path.fits[within[0]]);
    assert.ok(cv.lambda1se > cv.lambdaMin && within[0] > 0, "a case in which they differ");
  });

  it("takes the largest of lambdas that score the same", () => {
    const [largest] = lasso.path(X, y, { nLambdas: 1 }).lambdas;
    // Above the largest of every fold all fits are the null model.
    const lambdas = [40 * largest, 30 * largest, 20 * largest];
    const cv = lasso.crossValidate(X, y, { lambdas, foldId });
    assert.deepEqual([cv.lambdaMin, cv.lambda1se], [lambdas[0], lambdas[0]]);
  });

  it("shows both choices as text and HTML", () => {
    const cv = lasso.crossValidate(X, y, options);
    const { title, columns, rows } = cv.summary();
    assert.equal(title, "SmoothLasso, cross-validation in 5 folds over 20 lambdas");
    assert.deepEqual(columns, ["choice", "lambda", "mean squared error", "standard error", "df"]);
    const at = (lambda: number): number[] => {
      const k = cv.lambdas.indexOf(lambda);
      return [lambda, cv.meanScore[k], cv.standardError[k], cv.path.df[k]];
    };
    assert.deepEqual(rows, [
      ["lambdaMin", ...at(cv.lambdaMin)],
      ["lambda1se", ...at(cv.lambda1se)],
    ]);
    assert.equal(String(cv), String(cv.summary()));
    assert.equal(cv.toMimeBundle()["text/plain"], String(cv));
    assert.match(cv.toMimeBundle()["text/html"] as string, /lambda1se/);
    // With no more lambdas than characters each has its own.
    const [strip] = /^[^a-z]* {2}\[lambdaMin\] \(lambda1se\) {2}mean squared error.*$/m.exec(String(cv))!;
    const place = (bracket: string): number => strip.replace(/(?![[(])\p{P}/gu, "").indexOf(bracket);
    assert.deepEqual(
      [place("("), place("[") - 1],
      [cv.lambda1se, cv.lambdaMin].map((lambda) => cv.lambdas.indexOf(lambda)),
    );
  });

  it("gives one record a lambda", () => {
    const cv = lasso.crossValidate(X, y, options);
    assert.deepEqual(
      cv.toRecords(),
      [...cv.lambdas].map((lambda, k) => ({
        lambda,
        meanScore: cv.meanScore[k],
        standardError: cv.standardError[k],
        df: cv.path.df[k],
      })),
    );
  });

  it("keeps what was held out only when told to", () => {
    assert.equal(lasso.crossValidate(X, y, options).outOfFold, undefined);
    const kept = lasso.crossValidate(X, y, { ...options, keep: true }).outOfFold!;
    assert.deepEqual([kept.length, kept[0].length], [20, 30]);
  });

  it("warns once of all fits that did not converge", () => {
    const warnings = warningsOf(() => {
      new SmoothLasso({ maxIter: 1, solver: lbfgs() }).crossValidate(X, y, options);
    });
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0],
      /^ConvergenceWarning: SmoothLasso\.crossValidate: \d+ of 120 fits, first at lambda \S+ did not converge, /,
    );
  });

  it("tells of its progress over all paths, and once at the end", () => {
    const events: ProgressEvent[] = [];
    const cv = lasso.crossValidate(X, y, { ...options, onProgress: (event) => void events.push(event) });
    for (const [k, { task, done, total }] of events.entries()) {
      assert.deepEqual([task, total], ["SmoothLasso.crossValidate", 120]);
      assert.ok(k === 0 || done > events[k - 1].done);
    }
    const last = events.at(-1)!;
    assert.equal(last.done, 120);
    assert.match(last.message, /^fold 5 of 5, lambda \S+, \d features$/);
    assert.match(events[0].message, /^all rows, lambda /);
    assert.equal(cv.status, "complete");
  });

  it("ends when aborted with the path and the folds that were done, and says so", () => {
    const whole = lasso.crossValidate(X, y, options);
    const asked = abortedAfter(Infinity);
    lasso.crossValidate(X, y, { ...options, signal: asked });
    const events: ProgressEvent[] = [];
    const signal = abortedAfter(asked.polls / 2);
    const cv = lasso.crossValidate(X, y, {
      ...options,
      signal,
      onProgress: (event) => void events.push(event),
    });
    assert.equal(cv.status, "interrupted");
    assert.ok(cv.folds.length >= 1 && cv.folds.length < 5, `${cv.folds}`);
    assert.deepEqual(cv.path.coefs, whole.path.coefs);
    assert.deepEqual(cv.foldScores, whole.foldScores.slice(0, cv.folds.length));
    const mean = cv.foldScores.reduce((sum, loss) => sum + loss[3], 0) / cv.folds.length;
    assert.ok(Math.abs(cv.meanScore[3] - mean) < 1e-12);
    assert.equal(cv.best, cv.path.at(cv.lambdaMin));
    assert.match(cv.summary().title!, new RegExp(`, interrupted after ${cv.folds.length}$`));
    assert.deepEqual(
      events
        .filter(({ done, total, interrupted }) => done === total || interrupted)
        .map(({ message }) => message),
      ["interrupted"],
    );
  });

  it("has no standard error after one fold, and says so instead of NaN", () => {
    const [all, ofPath] = [abortedAfter(Infinity), abortedAfter(Infinity)];
    const whole = lasso.crossValidate(X, y, { ...options, signal: all });
    lasso.path(X, y, { lambdas: whole.lambdas, signal: ofPath });
    const aFold = (all.polls - ofPath.polls) / whole.folds.length;
    const signal = abortedAfter(ofPath.polls + 1.5 * aFold);
    const cv = lasso.crossValidate(X, y, { ...options, signal });
    assert.deepEqual([...cv.folds], [0]);
    assert.ok(cv.standardError.every(Number.isNaN));
    const { rows, notes } = cv.summary();
    assert.deepEqual(
      rows.map((row) => row[3]),
      [null, null],
    );
    assert.equal(notes.at(-1), "One fold alone has no standard error, so lambda1se is lambdaMin.");
  });

  it("has only the path when aborted before the first fold, and no choice, which it says", () => {
    const controller = new AbortController();
    controller.abort();
    const cv = lasso.crossValidate(X, y, { ...options, signal: controller.signal, keep: true });
    assert.equal(cv.status, "interrupted");
    assert.equal(cv.path.fits.length, 1);
    assert.deepEqual([cv.folds, cv.foldScores], [[], []]);
    assert.deepEqual([cv.lambdaMin, cv.lambda1se, cv.meanScore[0]], [Number.NaN, Number.NaN, Number.NaN]);
    assert.ok(cv.outOfFold![0].every(Number.isNaN));
    assert.deepEqual(cv.summary().rows, []);
    assert.match(cv.summary().title!, / over 1 lambda, interrupted before the first of them was done, so /);
    assert.deepEqual(cv.toRecords(), []);
    for (const what of ["best", "oneStandardError"] as const)
      assert.throws(() => cv[what], {
        name: "InputError",
        message: `CrossValidation.${what}: at least one fold must be fitted, got none before the interruption; path has the fits of all rows`,
      });
  });

  it("refuses unknown options and flags that are none in one sentence", () => {
    const known =
      "lambdas, nLambdas, lambdaMinRatio, sampleWeight, offset, onProgress, signal, folds, foldId, sampleGroups, stratified, seed, repeats, timeOrdered, grid, relax, measure, keep, preprocess, workers";
    const refuses = (bad: Anything, message: string): void =>
      assert.throws(() => lasso.crossValidate(X, y, bad), { name: "InputError", message });
    const where = "SmoothLasso.crossValidate";
    refuses({ fold: 5 }, `${where}: every option must be one of ${known}, got "fold"; did you mean "folds"?`);
    for (const [words, key] of [
      [["threads", "n_jobs", "nJobs", "parallel"], "workers"],
      [["cv", "nfolds", "n_splits"], "folds"],
      [["random_state", "randomState"], "seed"],
      [["groups"], "sampleGroups"],
    ] as const)
      for (const word of words)
        refuses(
          { [word]: 2 },
          `${where}: every option must be one of ${known}, got "${word}"; did you mean "${key}"?`,
        );
    refuses(
      { scoring: "r2" },
      `${where}: every option must be one of ${known}, got "scoring"; did you mean "measure"?`,
    );
    refuses({ keep: "yes" }, `${where}: keep must be true or false, got "yes"`);
    assert.throws(() => lasso.crossValidate(X, y, { grid: { depth: [2, 3] } } as Anything), {
      name: "InputError",
      message: /^SmoothLasso: every option must be one of lambda, .*, got "depth"/,
    });
    refuses(
      { signal: new AbortController() },
      `${where}: signal must be an AbortSignal, got an AbortController`,
    );
  });
});

describe("a cross-validation over depths", () => {
  const estimators = {
    SmoothBridge: (depth?: number) => new SmoothBridge({ depth }),
    SmoothGroupBridge: (depth?: number) => new SmoothGroupBridge({ depth, groups: [0, 0, 1, 1, 2] }),
  };
  const some = { nLambdas: 4, lambdaMinRatio: 0.1 };

  for (const [name, make] of Object.entries(estimators)) {
    it(`is one a depth on the same folds, and the best of them, for ${name}`, () => {
      const options = { ...some, folds: 3, seed: 3, grid: { depth: [2, 3, 4] } };
      const cv = make().crossValidate(X, y, options); // the depths are those given, whatever the estimator's own
      assert.deepEqual(cv.toRecords(), make(5).crossValidate(X, y, options).toRecords());
      assert.deepEqual(
        cv.members.map(({ params }) => params.depth),
        [2, 3, 4],
      );
      const scores = [2, 3, 4].map((depth, m) => {
        const alone = make(depth).crossValidate(X, y, { ...some, folds: 3, seed: 3 });
        const member = cv.members[m];
        assert.deepEqual([member.foldId, member.foldScores], [alone.foldId, alone.foldScores]);
        assert.deepEqual([member.params.depth, alone.params.depth], [depth, undefined]);
        assert.deepEqual(member.lambdas, alone.lambdas);
        return Math.min(...alone.meanScore);
      });
      const best = cv.members[scores.indexOf(Math.min(...scores))];
      assert.equal(cv.params.depth, best.params.depth);
      assert.equal(cv.best, best.best);
      assert.equal(cv.oneStandardError, best.oneStandardError);
      assert.deepEqual(cv.meanScore, best.meanScore);
      assert.equal(cv.status, "complete");
      assert.equal(cv.summary().rows.length, 6);
      assert.deepEqual(cv.summary().columns.slice(0, 2), ["depth", "choice"]);
      assert.match(cv.summary().title!, new RegExp(`, best at depth ${cv.params.depth}$`));
      assert.deepEqual(
        cv.toRecords().map(({ depth }) => depth),
        cv.members.flatMap(({ lambdas }, m) => Array.from(lambdas, () => [2, 3, 4][m])),
      );
    });
  }

  it("chooses among the depths whose folds are all done when aborted", () => {
    const model = new SmoothBridge({ depth: 2 });
    const asked = abortedAfter(Infinity);
    model.crossValidate(X, y, { ...some, foldId, grid: { depth: [2] }, signal: asked });
    const events: ProgressEvent[] = [];
    const cv = model.crossValidate(X, y, {
      ...some,
      foldId,
      grid: { depth: [2, 3, 4] },
      signal: abortedAfter(asked.polls + 50),
      onProgress: (event) => void events.push(event),
    });
    assert.deepEqual(
      cv.members.map(({ status }) => status),
      ["complete", "interrupted"],
    );
    assert.deepEqual([cv.params.depth, cv.status, cv.folds.length], [2, "interrupted", 5]);
    assert.deepEqual(events.at(-1)!.message, "interrupted");
  });

  it("refuses depths that are none in one sentence", () => {
    const model = new SmoothBridge({ q: 0.5 });
    const refuses = (depth: Anything, message: string): void =>
      assert.throws(() => model.crossValidate(X, y, { grid: { depth } }), { name: "InputError", message });
    const where = "SmoothBridge.crossValidate: grid.depth must be";
    refuses([], `${where} a list of at least one value, got an array of 0`);
    refuses(3, `${where} a list of at least one value, got 3`);
    refuses([3, 3], `${where} different values, got an array of 2`);
    refuses([1], "SmoothBridge: depth must be a finite number >= 2, got 1");
  });
});
