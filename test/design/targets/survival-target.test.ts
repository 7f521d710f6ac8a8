import assert from "node:assert/strict";
import * as arrow from "apache-arrow";
import { DataFrame, Series } from "danfojs-node";
import type { TargetInput } from "../../../src/design/design-input";
import { survivalTarget } from "../../../src/design/targets/numeric-target";

const TARGETS: Record<string, TargetInput> = {
  "signed times": [3, -5, 2],
  "a series of signed times": new Series([3, -5, 2]),
  "rows of time and event": [
    [3, 1],
    [5, 0],
    [2, 1],
  ],
  "a matrix": { data: Float64Array.of(3, 1, 5, 0, 2, 1), nSamples: 3, nFeatures: 2 },
  columns: { event: [true, false, true], time: [3, 5, 2] },
  "columns beside others": { id: ["a", "b", "c"], time: [3, 5, 2], event: [1, 0, 1] },
  records: [
    { time: 3, event: true },
    { time: 5, event: false },
    { time: 2, event: true },
  ],
  "a danfojs frame": new DataFrame({ time: [3, 5, 2], event: [1, 0, 1] }),
  "an Arrow table": arrow.tableFromArrays({
    event: BigInt64Array.of(1n, 0n, 1n),
    time: Float64Array.of(3, 5, 2),
  }),
};

const names = (missing: string): string =>
  `y must have the columns "time" and "event", or be one column of signed times, got none called ${missing}; give yours these names, such as { time: table.months, event: table.died }`;
const BAD: Record<string, [y: unknown, message: string]> = {
  "a negative time beside an event": [
    [
      [1, 1],
      [-2, 0],
    ],
    "the time of y, row 1 must be positive, got -2",
  ],
  "a time of zero": [[[0, 1]], "the time of y, row 0 must be positive, got 0; start the clock earlier"],
  "a missing time": [
    { time: [1, Number.NaN], event: [1, 1] },
    "the time of y, row 1 must be a finite number, got NaN; drop or impute missing values first",
  ],
  "a number that is no event": [[[1, 2]], "the event of y, row 0 must be true or false, 1 or 0, got 2"],
  "a text as an event": [
    { time: [1], event: ["dead"] },
    'the event of y, row 0 must be true or false, 1 or 0, got "dead"',
  ],
  "four columns without names": [
    [[1, 1, 1, 1]],
    "y must be one column, two (time and event) or three (start, time and event), got 4",
  ],
  "columns of other names": [{ t: [1], event: [1] }, names('"time"')],
  "columns of quite other names": [{ t: [1], status: [1] }, names('"time" and "event"')],
  "an entry at the time": [
    { start: [0, 2], time: [1, 2], event: [1, 1] },
    "the start of y, row 1 must be at least 0 and below its time 2, got 2",
  ],
  "an entry before the clock starts": [
    [
      [0, 1, 1],
      [-1, 2, 1],
    ],
    "the start of y, row 1 must be at least 0 and below its time 2, got -1",
  ],
  "strata by another name": [
    { time: [1, 2], event: [1, 1], stratum: [0, 1] },
    'a column of y must be named "strata" if it is meant, got "stratum"; leave it out otherwise',
  ],
  "entry by another name": [
    { tstart: [0, 1], time: [1, 2], event: [1, 1] },
    'a column of y must be named "start" if it is meant, got "tstart"; leave it out otherwise',
  ],
  "no entry": [
    { start: [0, null], time: [1, 2], event: [1, 1] },
    "the start of y, row 1 must be a finite number, got null; drop or impute missing values first",
  ],
};

describe("a target of times until an event", () => {
  for (const [what, y] of Object.entries(TARGETS)) {
    it(`is read from ${what}`, () => {
      assert.deepEqual([...survivalTarget("fit", y).times], [3, -5, 2]);
    });
  }

  it("has times of entry and strata where there are such columns", () => {
    const named = { strata: ["b", "a"], start: [0, 1], time: [3, 5], event: [1, 0] };
    const read = survivalTarget("fit", named);
    assert.deepEqual([...read.times, ...read.start!], [3, -5, 0, 1]);
    assert.deepEqual(read.strata, ["b", "a"]);
    const { times, start, strata } = survivalTarget("fit", [
      [0, 3, 1],
      [1, 5, 0],
    ]);
    assert.deepEqual([...times, ...start!], [3, -5, 0, 1]);
    assert.equal(strata, undefined);
    assert.equal(survivalTarget("fit", [3, -5]).start, undefined);
  });

  for (const [what, [y, message]] of Object.entries(BAD)) {
    it(`is refused in one sentence: ${what}`, () => {
      assert.throws(() => survivalTarget("fit", y as TargetInput), {
        name: "InputError",
        message: `fit: ${message}`,
      });
    });
  }
});
