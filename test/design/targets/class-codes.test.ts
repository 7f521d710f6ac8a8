import assert from "node:assert/strict";
import * as arrow from "apache-arrow";
import { DataFrame, Series } from "danfojs-node";
import type { TargetInput } from "../../../src/design/design-input";
import { type ClassLabel, classCodes, encodeClasses } from "../../../src/design/targets/class-codes";

const rule = "must be a label: a text, a finite number, true or false, got";

const LABELS: Record<string, [y: TargetInput, classes: ClassLabel[], codes: number[]]> = {
  "texts, by their characters": [
    ["b", "B", "b", "a"],
    ["B", "a", "b"],
    [2, 0, 2, 1],
  ],
  "a single class": [["only", "only"], ["only"], [0, 0]],
  "numbers, not by their digits": [
    [10, 9, -1, 10],
    [-1, 9, 10],
    [2, 1, 0, 2],
  ],
  "a zero of either sign": [
    [0, -0, 1],
    [0, 1],
    [0, 0, 1],
  ],
  "truth values, false first": [
    [true, false, true],
    [false, true],
    [1, 0, 1],
  ],
  "64-bit integers": [BigInt64Array.of(7n, 3n) as unknown as TargetInput, [3, 7], [1, 0]],
  "a typed array": [Int8Array.of(1, -1), [-1, 1], [1, 0]],
  "a danfojs series": [new Series(["no", "yes", "no"]), ["no", "yes"], [0, 1, 0]],
  "a danfojs frame of one column": [new DataFrame({ y: ["no", "yes"] }), ["no", "yes"], [0, 1]],
  "an Arrow dictionary": [arrow.vectorFromArray(["u", "t", "u"]), ["t", "u"], [1, 0, 1]],
  "records of one field": [
    [{ y: "no" }, { y: "yes" }],
    ["no", "yes"],
    [0, 1],
  ],
};

const BAD: Record<string, [y: unknown, message: string]> = {
  "a missing label": [["a", undefined], `y, row 1 ${rule} undefined; drop missing labels first`],
  "a NaN": [[1, Number.NaN], `y, row 1 ${rule} NaN; drop missing labels first`],
  "an empty text": [["a", "", "a"], `y, row 1 ${rule} ""; name it, or leave the row out`],
  "a text of blanks": [[" ", "a"], `y, row 0 ${rule} " "; name it, or leave the row out`],
  "a null of an Arrow vector": [
    arrow.vectorFromArray(["a", null]),
    `y, row 1 ${rule} null; drop missing labels first`,
  ],
  "an infinite number": [[Infinity], `y, row 0 ${rule} Infinity`],
  "a date": [[new Date(0)], `y, row 0 ${rule} a Date; write dates as texts`],
  "a number among texts": [["a", 1], "y, row 1 must be a text like row 0, got 1"],
  "a text among numbers": [[1, "1"], 'y, row 1 must be a number like row 0, got "1"'],
  "a number among truth values": [[true, 0], "y, row 1 must be true or false like row 0, got 0"],
  "no labels": [[], "y must have at least one value, got none"],
  "several columns": [
    { a: ["x"], b: ["y"] },
    "y must be one column, got 2; fit one response at a time, or all with squaredError({ nResponses: 2 })",
  ],
};

describe("the classes of a response", () => {
  for (const [what, [y, classes, codes]] of Object.entries(LABELS)) {
    it(`are encoded in ascending order: ${what}`, () => {
      const encoded = encodeClasses("fit", y);
      assert.deepEqual([encoded.classes, [...encoded.codes]], [classes, codes]);
      assert.deepEqual(classCodes("score", y, classes), encoded.codes);
    });
  }

  for (const [what, [y, message]] of Object.entries(BAD)) {
    it(`are refused in one sentence: ${what}`, () => {
      assert.throws(() => encodeClasses("fit", y as TargetInput), {
        name: "InputError",
        message: `fit: ${message}`,
      });
    });
  }

  it("are those of the fit where there was one", () => {
    assert.deepEqual([...classCodes("score", ["b", "b"], ["a", "b", "c"])], [1, 1]);
    for (const [label, classes, message] of [
      ["d", ["a", "b"], 'a class of the fit, "a" or "b", got "d"'],
      ["1", [1, 2], 'a class of the fit, 1 or 2, got "1"'],
      [9, [1, 2, 3, 4, 5, 6, 7], "a class of the fit, 1, 2, 3, 4, 5 or 2 more, got 9"],
    ] as const) {
      assert.throws(() => classCodes("score", [label] as TargetInput, classes), {
        name: "InputError",
        message: `score: y, row 0 must be ${message}`,
      });
    }
  });
});
