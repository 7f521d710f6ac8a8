/** Rows divided into those for fitting and those for judging. */
import assert from "node:assert/strict";
import { denseMatrix, sparseMatrix } from "../../../src";
import { SmoothLasso, trainTestSplit } from "../../../src/estimators";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(3, 41, 3);
const labels = y.map((_, i) => (i % 4 === 0 ? "rare" : "common"));
const all = (split: { train: { rows: Int32Array }; test: { rows: Int32Array } }): number[] =>
  [...split.train.rows, ...split.test.rows].sort((a, b) => a - b);

describe("trainTestSplit", () => {
  it("has every row in one part, a quarter of them rounded up for judging, and the rows with their responses", () => {
    const split = trainTestSplit(X, y);
    assert.deepEqual(all(split), [...y.keys()]);
    assert.equal(split.test.rows.length, 11);
    for (const part of [split.train, split.test]) {
      assert.deepEqual(
        part.X,
        Array.from(part.rows, (i) => X[i]),
      );
      assert.deepEqual(
        part.y,
        Array.from(part.rows, (i) => y[i]),
      );
    }
    const draws = [1, 2, 3].map((seed) => trainTestSplit(X, y, { seed }).test.rows.join());
    assert.equal(new Set(draws).size, 3);
    assert.equal(trainTestSplit(X, y, { seed: 1 }).test.rows.join(), split.test.rows.join());
    for (const testShare of [0.01, 0.1, 0.5, 0.9])
      assert.equal(trainTestSplit(X, y, { testShare }).test.rows.length, Math.ceil(testShare * 41));
  });

  it("has the share of every class in both parts where the response is of labels, or where asked for", () => {
    for (const seed of [1, 2, 3, 4]) {
      const rare = (part: { y: readonly unknown[] }): number =>
        part.y.filter((label) => label === "rare").length;
      const split = trainTestSplit(X, labels, { testShare: 0.3, seed });
      // Of 13 rows held out 11 of 41 are rare: 3.5.
      assert.ok([3, 4].includes(rare(split.test)) && rare(split.test) + rare(split.train) === 11);
      assert.equal(split.test.rows.length, 13);
    }
    const numbers = y.map((_, i) => (i % 4 === 0 ? 1 : 0));
    const ones = [1, 2, 3, 4, 5, 6].map((seed) => {
      const { test } = trainTestSplit(X, numbers, { testShare: 0.3, seed, stratified: true });
      return test.y.filter((one) => one === 1).length;
    });
    assert.ok(
      ones.every((count) => count === 3 || count === 4),
      `${ones}`,
    );
  });

  it("keeps groups of rows together, near the share that is asked for", () => {
    const sampleGroups = y.map((_, i) => `patient ${Math.floor(i / 3)}`);
    const split = trainTestSplit(X, y, { sampleGroups });
    const groupsOf = ({ rows }: { rows: Int32Array }): Set<string> =>
      new Set(Array.from(rows, (i) => sampleGroups[i]));
    const [train, test] = [groupsOf(split.train), groupsOf(split.test)];
    assert.ok([...test].every((group) => !train.has(group)));
    assert.ok(Math.abs(split.test.rows.length - 11) <= 2, `${split.test.rows.length}`);
    assert.deepEqual(all(split), [...y.keys()]);
    const two = trainTestSplit(X, y, { sampleGroups: y.map((_, i) => i % 2), testShare: 0.9 });
    assert.ok(two.train.rows.length > 0 && two.test.rows.length > 0);
  });

  it("holds out the last rows where they are in order of time", () => {
    const { train, test } = trainTestSplit(X, y, { timeOrdered: true, testShare: 0.2 });
    assert.deepEqual([train.rows.at(-1), test.rows[0], test.rows.length], [31, 32, 9]);
  });

  it("takes every table, with its names, texts and missing values, and responses of several columns", () => {
    const frame = { area: y.map((_, i) => i), city: labels };
    const named = trainTestSplit(frame, y);
    assert.deepEqual(
      named.test.X.city as unknown,
      Array.from(named.test.rows, (i) => labels[i]),
    );
    const records = y.map((_, i) => ({ area: i, city: labels[i] }));
    assert.deepEqual(
      trainTestSplit(records, y).test.X,
      Array.from(named.test.rows, (i) => records[i]),
    );
    const survival = { time: y.map((_, i) => i + 1), event: y.map((_, i) => i % 2 === 0) };
    const times = trainTestSplit(X, survival).train;
    assert.deepEqual(
      times.y.time,
      Array.from(times.rows, (i) => i + 1),
    );
    const typed = trainTestSplit(X, Float64Array.from(y)).test;
    assert.deepEqual(
      [...(typed.y as unknown as number[])],
      Array.from(typed.rows, (i) => y[i]),
    );
    const dense = denseMatrix({ nSamples: 41, nFeatures: 3 }, (values) => {
      X.forEach((row, i) => {
        row.forEach((value, j) => {
          values[j * 41 + i] = value;
        });
      });
    });
    const csc = sparseMatrix({
      rows: Array.from({ length: 123 }, (_, k) => k % 41),
      columns: Array.from({ length: 123 }, (_, k) => Math.floor(k / 41)),
      values: Array.from({ length: 123 }, (_, k) => X[k % 41][Math.floor(k / 41)]),
      nSamples: 41,
      nFeatures: 3,
    });
    const model = new SmoothLasso({ lambda: 0.1 });
    const plain = trainTestSplit(X, y);
    const expected = model.fit(plain.train.X, plain.train.y).coef;
    for (const matrix of [dense, csc, { data: X.flat(), nSamples: 41, nFeatures: 3 }]) {
      const { train, test } = trainTestSplit(matrix as typeof dense, y);
      const fit = model.fit(train.X, train.y);
      assert.deepEqual(
        [...fit.coef].map((b) => b.toFixed(9)),
        [...expected].map((b) => b.toFixed(9)),
      );
      assert.equal(fit.predict(test.X).length, 11);
    }
  });

  it("refuses what makes no sense, in one sentence", () => {
    const refuses = (options: Anything, message: string | RegExp, target: Anything = y): void =>
      assert.throws(() => trainTestSplit(X, target, options), { name: "InputError", message });
    refuses({ testShare: 1 }, "trainTestSplit: testShare must be a number strictly between 0 and 1, got 1");
    refuses(
      { testShare: 0.99 },
      "trainTestSplit: testShare must be one that leaves rows of 41 to fit, got 0.99",
    );
    refuses({ test_size: 0.2 }, /got "test_size"; did you mean "testShare"\?/);
    refuses({}, "trainTestSplit: X has 41 rows but y has 3", [1, 2, 3]);
    refuses(
      { sampleGroups: labels, stratified: true },
      "trainTestSplit: stratified must be false with sampleGroups, whose classes stay where they are, got true",
    );
    refuses(
      { sampleGroups: y.map(() => 1) },
      "trainTestSplit: the number of sampleGroups must be at least 2, got 1",
    );
    refuses({ seed: 0.5 }, "trainTestSplit: seed must be an integer, got 0.5");
  });
});
