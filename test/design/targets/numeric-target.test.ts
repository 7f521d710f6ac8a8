import assert from "node:assert/strict";
import vm from "node:vm";
import * as arrow from "apache-arrow";
import { DataFrame, Series } from "danfojs-node";
import type { TargetInput } from "../../../src/design/design-input";
import { asTarget } from "../../../src/design/targets/numeric-target";
import { InputError } from "../../../src/errors";

const frame = new DataFrame({ age: [31, 45], progression: [151, 75] });

const RESPONSES: Record<string, TargetInput> = {
  "an array": [151, 75],
  "an array made in another realm": vm.runInNewContext("[151, 75]"),
  "a typed array": Int32Array.of(151, 75),
  "an array of bigints": [151n, 75n],
  "a danfojs series": new Series([151, 75]),
  "a column of a danfojs frame": frame.column("progression"),
  "a danfojs frame of one column": new DataFrame({ progression: [151, 75] }),
  "an Arrow vector": arrow.vectorFromArray([151, 75]),
  "an Arrow table of one column": arrow.tableFromArrays({ progression: Float64Array.of(151, 75) }),
  "rows of one number": [[151], [75]],
  "records of one field": [{ progression: 151 }, { progression: 75 }],
};

const NO_RESPONSE = "asTarget: y must be an array of numbers, a series or a table of one column, got ";
const row = (i: number, value: string) => `asTarget: y, row ${i} must be a finite number, got ${value}`;

const BAD: Record<string, [y: unknown, message: string]> = {
  "no values": [[], "asTarget: y must have at least one value, got none"],
  "a missing value": [[1, undefined], row(1, "undefined; drop or impute missing values first")],
  "a null of a danfojs series": [new Series([1, null]), row(1, "null; drop or impute missing values first")],
  "a null of an Arrow vector": [
    arrow.vectorFromArray([1, null]),
    row(1, "null; drop or impute missing values first"),
  ],
  "an infinite value": [Float32Array.of(1, Number.POSITIVE_INFINITY), row(1, "Infinity")],
  "a text": [["yes", "no"], row(0, '"yes"; encode text as numbers first')],
  "a text with a decimal comma": [
    ["1,5", "2"],
    row(0, '"1,5"; write numbers with a decimal point, or read them by readCsv with decimal: ","'),
  ],
  "a date": [[new Date(0)], row(0, "a Date; convert dates to numbers first")],
  "a frame of several columns": [
    frame,
    "asTarget: y must be one column, got 2; fit one response at a time, or all with squaredError({ nResponses: 2 })",
  ],
  "several numbers a row": [
    [[1, 2, 3]],
    "asTarget: y must be one column, got 3; fit one response at a time, or all with squaredError({ nResponses: 3 })",
  ],
  "a frame that is still being read": [Promise.resolve([1]), `${NO_RESPONSE}a Promise; await it first`],
  "a single number": [5, `${NO_RESPONSE}5`],
  undefined: [
    undefined,
    `${NO_RESPONSE}undefined; a table gives undefined for a name that no column of it has`,
  ],
};

describe("asTarget", () => {
  for (const [kind, y] of Object.entries(RESPONSES)) {
    it(`reads ${kind}`, () => assert.deepEqual([...asTarget("test", y)], [151, 75]));
  }

  it("takes truth values as 1 and 0", () => {
    assert.deepEqual([...asTarget("test", [true, false])], [1, 0]);
  });

  it("copies", () => {
    const y = Float64Array.of(1, 2);
    assert.notEqual(asTarget("test", y), y);
  });

  for (const [kind, [y, message]] of Object.entries(BAD)) {
    it(`refuses ${kind} in one sentence`, () => {
      assert.throws(() => asTarget("asTarget", y as TargetInput), new InputError(message));
    });
  }
});
