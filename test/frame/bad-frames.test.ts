import assert from "node:assert/strict";
import { DataFrame } from "danfojs-node";
import type { DesignInput } from "../../src";
import { InputError } from "../../src/errors";
import { type FromFrameOptions, fromFrame } from "../../src/frame";
import type { Anything } from "../support/bad-input";
import { rowsOf } from "../support/rows-of";

const bad: readonly (readonly [string, Anything, Partial<FromFrameOptions> | Anything, string])[] = [
  [
    "texts among numbers",
    { a: [1, "x"], y: [1, 2] },
    {},
    'column "a", row 1 must be a number, as others of the column are, got "x"; write all as numbers, or list "a" in categorical',
  ],
  [
    "numbers among texts",
    { a: ["x", 1], y: [1, 2] },
    {},
    'column "a", row 1 must be a text, as others of the column are, got 1; write all levels in one way',
  ],
  [
    "numbers written as texts",
    { a: ["1", "2.5"], y: [1, 2] },
    {},
    'column "a" must be numbers or words, got "1"; convert it to numbers, or list "a" in categorical',
  ],
  [
    "numbers written as texts, with a text for what is missing",
    { a: ["N/A", "1", "2.5"], y: [1, 2, 3] },
    {},
    'column "a", row 0 must be a number, as all but 1 of 3 values of the column are, got "N/A"; write all as numbers, null where one is missing, or read them by readCsv with missing: ["N/A"], or list "a" in categorical',
  ],
  [
    "a text for what is missing before numbers",
    { a: ["<NA>", 1, 2], y: [1, 2, 3] },
    {},
    'column "a", row 0 must be a number, as others of the column are, got "<NA>"; write null where it stands for a missing value, and say missing: "drop", "mean", "median" or "level"',
  ],
  [
    "dates",
    { a: [new Date(0), new Date(1)], y: [1, 2] },
    {},
    'column "a", row 0 must be a finite number, got a Date; say which format dates have, as in dates: { "a": "YYYY-MM-DD" }, or leave "a" out by exclude or features',
  ],
  [
    "dates as texts",
    { a: ["2024-08-31", "", "2024-01-02T09:30:00.5Z", "2024-08-31"], y: [1, 2, 3, 4] },
    { missing: "drop" },
    'column "a", row 0 must be a finite number, got "2024-08-31"; convert dates to numbers first, such as days, or leave "a" out by exclude or features, or list "a" in categorical',
  ],
  ...[
    ["31.08.2024", "DD.MM.YYYY"],
    ["31.8.24", "D.M.YY"],
    ["08/31/2024 9:30 AM", "MM/DD/YYYY h:mm A"],
    ["31-08-2024", "DD-MM-YYYY"],
    ["2024/8/31", "YYYY/M/D"],
    ["1-Feb-10", "D-MMM-YY"],
  ].map(
    ([date, format]) =>
      [
        `dates as ${date}`,
        { a: [date, date], y: [1, 2] },
        {},
        `column "a", row 0 must be a finite number, got "${date}"; say which format dates have, as in dates: { "a": "${format}" }, or leave "a" out by exclude or features, or list "a" in categorical`,
      ] as const,
  ),
  [
    "columns left out that are not there",
    { a: [1, 2], y: [1, 2] },
    { exclude: ["b"] },
    'exclude must be a column of the frame that is no response, got "b"; there is "a"',
  ],
  [
    "a response that is left out",
    { a: [1, 2], y: [1, 2] },
    { exclude: ["y"] },
    'exclude must be a column of the frame that is no response, got "y"; there is "a"',
  ],
  [
    "all columns left out",
    { a: [1, 2], y: [1, 2] },
    { exclude: ["a"] },
    "exclude must be fewer than all columns that are no response, got an array of 1",
  ],
  [
    "columns chosen and left out",
    { a: [1, 2], b: [1, 2], y: [1, 2] },
    { features: ["a"], exclude: ["b"] },
    "exclude must come without features, got both",
  ],
  [
    "names of rows",
    { a: Array.from({ length: 20 }, (_, i) => `p${i % 11}`), y: new Float64Array(20) },
    {},
    'column "a" must have levels that recur, got 11 levels in 20 rows; leave "a" out by exclude or features, or list "a" in categorical',
  ],
  ...[";", "\t"].map(
    (between) =>
      [
        `a file read as one column, whose delimiter is ${JSON.stringify(between)}`,
        { [`a${between}y`]: [`1${between}2`] },
        {},
        `response must be a column of the frame, got "y"; there is only ${JSON.stringify(`a${between}y`)}, so name the delimiter of the file: readCsv(path, { delimiter: ${JSON.stringify(between)} })`,
      ] as const,
  ),
  [
    "a text among numbers written as texts",
    { a: ["7", "12;5", "3", "7"], y: [1, 2, 3, 4] },
    {},
    'column "a", row 1 must be a number, as all but 1 of 4 values of the column are, got "12;5"; write all as numbers, null where one is missing, or read them by readCsv with missing: ["12;5"], or list "a" in categorical',
  ],
  [
    "more texts among numbers written as texts than stand for missing values",
    { a: [..."1234567", "1 m", "2 m", "3 m", "4 m", "5 m", "6 m"], y: new Float64Array(13) },
    {},
    'column "a", row 7 must be a number, as all but 6 of 13 values of the column are, got "1 m"; write all as numbers, null where one is missing, or list "a" in categorical',
  ],
  [
    "dates as levels",
    { a: [new Date(0), new Date(1)], y: [1, 2] },
    { categorical: ["a"] },
    'column "a", row 0 must be a level: a text, a finite number, true or false, got a Date; write it as a text first',
  ],
  [
    "big integers that no 64-bit float holds",
    { a: [2n ** 53n + 1n, 1n], y: [1, 2] },
    {},
    'column "a", row 0 must be a finite number, got 9007199254740993n; a 64-bit float cannot hold it exactly',
  ],
  [
    "infinite numbers",
    { a: [1, Infinity], y: [1, 2] },
    {},
    'column "a", row 1 must be a finite number, got Infinity',
  ],
  [
    "columns of one name",
    { columnNames: () => ["a", "a"], array: () => [1, 2] },
    { response: "a" },
    'column names must be distinct, got "a"; rename column 0 or column 1',
  ],
  [
    "a column without a name",
    { "": [1, 2], y: [1, 2] },
    {},
    'the name of column 0 must be a text that is not empty, got ""; name it, or leave it out: fromFrame does by exclude: [""] and const { "": index, ...columns } = readCsv(path) by itself, R writes no row names with row.names = FALSE, and pandas no index with index=False',
  ],
  [
    "a column named as the indicator of a level",
    { a: ["u", "v", "w"], "a=u": [1, 2, 3], y: [1, 2, 3] },
    {},
    'column names must be distinct, got "a=u"; rename column 0 or column 3',
  ],
  [
    "no response",
    { a: [1], y: [1] },
    { response: undefined },
    "response must be the name of a column, or several, got undefined",
  ],
  [
    "a response that is no column",
    { a: [1], progression: [1] },
    { response: "progresion" },
    'response must be a column of the frame, got "progresion"; did you mean "progression"?',
  ],
  [
    "a response with two letters swapped",
    { area: [1], rent: [1] },
    { response: "rnet" },
    'response must be a column of the frame, got "rnet"; did you mean "rent"?',
  ],
  [
    "a response unlike all columns",
    { area: [1], rooms: [1], rent: [1] },
    { response: "price" },
    'response must be a column of the frame, got "price"; there are "area", "rooms" and "rent"',
  ],
  [
    "a text in a response of numbers",
    { a: [1, 2], y: [1, "x"] },
    {},
    'column "y", row 1 must be a number, as others of the column are, got "x"',
  ],
  [
    "the response by another library's word",
    { a: [1], y: [1] },
    { target: "y" },
    'every option must be one of response, features, exclude, categorical, dates, missing, drop, unknown, sparse, got "target"; did you mean "response"?',
  ],
  [
    "a response among the features",
    { a: [1], y: [1] },
    { features: ["a", "y"] },
    'features must be a column of the frame that is no response, got "y"; there is "a"',
  ],
  [
    "a feature twice",
    { a: [1], y: [1] },
    { features: ["a", "a"] },
    'features must be distinct names, got "a"',
  ],
  ["no features", { y: [1] }, {}, "features must be the name of at least one column, got an array of 0"],
  [
    "levels of a column that is no feature",
    { a: [1], y: [1] },
    { categorical: ["b"] },
    'categorical must be one of the features, got "b"; there is "a"',
  ],
  [
    "one level that is dropped",
    { a: ["u", "u"], y: [1, 2] },
    { drop: "first" },
    "there must be at least one feature, got none that varies",
  ],
  [
    "an unknown rule",
    { a: [1], y: [1] },
    { missing: "mode" },
    'missing must be "error", "drop", "mean", "median" or "level", got "mode"',
  ],
  [
    "labels of two kinds",
    { a: [1, 2], y: ["no", 1] },
    {},
    'column "y", row 1 must be a text like row 0, got 1',
  ],
  ["no rows", [], {}, "X must have at least one row and one column, got 0 rows and 0 columns"],
  [
    "half a result of DuckDB",
    { done: false, columnNames: () => ["y"], getColumnsJS: () => [] },
    {},
    "a result of DuckDB must be read to its end, got an object; use runAndReadAll",
  ],
  [
    "a misspelt option",
    { a: [1], y: [1] },
    { mising: "drop" },
    'every option must be one of response, features, exclude, categorical, dates, missing, drop, unknown, sparse, got "mising"; did you mean "missing"?',
  ],
];

describe("frames that cannot be read", () => {
  for (const [what, table, options, message] of bad) {
    it(`are refused in one sentence: ${what}`, () => {
      assert.throws(
        () => fromFrame(table, { response: "y", ...options }),
        new InputError(`fromFrame: ${message}`),
      );
    });
  }

  it("are not those whose texts are asked for as levels, or are words with digits", () => {
    const widthOf = (a: string[], options = {}): number =>
      fromFrame({ a, y: new Float64Array(a.length) }, { response: "y", ...options }).featureNames.length;
    const asked = { categorical: ["a"] };
    assert.equal(widthOf(["2024-08-31", "2024-09-30", "2024-10-31"], asked), 3);
    assert.equal(widthOf(["1.2.10", "1.2.11", "1.3.0"], asked), 3); // versions
    assert.equal(widthOf(["1,5", "2", "3"], asked), 3);
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`);
    assert.equal(widthOf(names, asked), 20);
    assert.equal(widthOf(names.slice(1)), 19); // too few rows to tell
    assert.equal(widthOf([...names.slice(0, 10), ...names.slice(0, 10)]), 10); // each level twice
    assert.equal(widthOf(["1", "2", "3a", "3b"]), 4); // as many words as numbers
    assert.equal(widthOf(["2024-08", "31.8.", "1.2.3", "w,x"]), 4);
  });

  it("are refused without options in one sentence", () => {
    for (const [given, got] of [
      [undefined, "undefined"],
      ["y", '"y"'],
    ] as Anything[]) {
      assert.throws(() => fromFrame({ a: [1], y: [1] }, given), {
        name: "InputError",
        message: `fromFrame: options must be an object, got ${got}; name the response, as in { response: "y" }`,
      });
    }
  });

  it("are not those with dots, brackets, digits or a frame's own words as names", () => {
    const table = {
      "2020": [1, 2],
      "a.b": [3, 4],
      "c[0]": ["u.v", "w[1]"],
      shape: [5, 6],
      values: [7, 8],
      y: [1, 2],
    };
    for (const given of [table, new DataFrame(table)] as DesignInput[]) {
      const { featureNames, X } = fromFrame(given, { response: "y" });
      assert.deepEqual(featureNames, ["2020", "a.b", "c[0]=w[1]", "shape", "values"]);
      assert.deepEqual(rowsOf(X)[1], [2, 4, 1, 6, 8]);
    }
  });
});
