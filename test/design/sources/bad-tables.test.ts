import assert from "node:assert/strict";
import vm from "node:vm";
import * as arrow from "apache-arrow";
import { DataFrame, Series } from "danfojs-node";
import type { DesignInput } from "../../../src/design/design-input";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { InputError } from "../../../src/errors";

const NO_TABLE =
  "asDesignMatrix: X must be a data frame, an array of rows, columns by name or a matrix { data, nSamples, nFeatures }, got ";
const FINITE = "must be a finite number, got";
const MISSING = "drop or impute missing values first";
const missing = (row: number, value: string) =>
  `asDesignMatrix: column "age", row ${row} ${FINITE} ${value}; ${MISSING}`;

/** What is handed in, beside the whole sentence it is answered with. */
const CASES: Record<string, [X: unknown, message: string]> = {
  "a missing field of a record": [[{ age: 31 }, {}], missing(1, "undefined")],
  "a null of a danfojs frame": [new DataFrame({ age: [31, null] }), missing(1, "null")],
  "a null of an Arrow table": [
    new arrow.Table({ age: arrow.vectorFromArray([31, null, 28]) }),
    missing(1, "null"),
  ],
  "a NaN": [{ age: [31, 45, Number.NaN] }, missing(2, "NaN")],
  "a hole in a row": [
    [[31, 1], new Array(2)],
    `asDesignMatrix: column "x0", row 1 ${FINITE} undefined; ${MISSING}`,
  ],
  "an infinite value": [
    [[1], [Number.NEGATIVE_INFINITY]],
    `asDesignMatrix: column "x0", row 1 ${FINITE} -Infinity`,
  ],
  "a text column, even one of digits": [
    { age: ["31", "45"] },
    `asDesignMatrix: column "age", row 0 ${FINITE} "31"; convert texts of digits to numbers first`,
  ],
  "a number with a decimal comma": [
    { age: [31, "1,5"] },
    `asDesignMatrix: column "age", row 1 ${FINITE} "1,5"; write numbers with a decimal point, or read them by readCsv with decimal: ","`,
  ],
  "a percentage": [
    { age: ["-1,5 %", 45] },
    `asDesignMatrix: column "age", row 0 ${FINITE} "-1,5 %"; write numbers without %`,
  ],
  "a number with separators of thousands": [
    { age: [31, "1.234.567,8"] },
    `asDesignMatrix: column "age", row 1 ${FINITE} "1.234.567,8"; write numbers with a decimal point and no separators of thousands, or read them by readCsv with decimal: "," and thousands: "."`,
  ],
  "a text that stands for a missing value": [
    { age: [31, "n/a"] },
    `asDesignMatrix: column "age", row 1 ${FINITE} "n/a"; write null where it stands for a missing value`,
  ],
  "a text column of an Arrow table": [
    new arrow.Table({ age: arrow.vectorFromArray(["young", "old"]) }),
    `asDesignMatrix: column "age", row 0 ${FINITE} "young"; fromFrame of smooth-edges/frame makes numbers of texts`,
  ],
  "a matrix by columns": [
    { data: [1, 2, 3, 4], nSamples: 2, nFeatures: 2, order: "F" },
    'asDesignMatrix: a key of the matrix X must be one of data, nSamples, nFeatures, featureNames, got "order"; the numbers lie by rows, and denseMatrix makes a matrix of columns',
  ],
  "a date": [
    { born: [new Date(0)] },
    `asDesignMatrix: column "born", row 0 ${FINITE} a Date; convert dates to numbers first`,
  ],
  "a date made in another realm": [
    { born: vm.runInNewContext("[new Date(0)]") },
    `asDesignMatrix: column "born", row 0 ${FINITE} a Date; convert dates to numbers first`,
  ],
  "a column of Arrow timestamps": [
    new arrow.Table({ born: arrow.vectorFromArray([new Date(0)]) }),
    `asDesignMatrix: column "born", row 0 ${FINITE} a Date; convert dates to numbers first`,
  ],
  "a column of Arrow times of day": [
    new arrow.Table({ opens: arrow.vectorFromArray([1], new arrow.TimeSecond()) }),
    'asDesignMatrix: column "opens" must be a column of numbers, got "Time32<SECOND>"; convert it to numbers first',
  ],
  "a bigint beyond 2^53": [
    { id: [2n ** 53n + 1n] },
    `asDesignMatrix: column "id", row 0 ${FINITE} 9007199254740993n; a 64-bit float cannot hold it exactly`,
  ],
  "a column that is no array": [
    { age: 31 },
    'asDesignMatrix: column "age" must be an array of numbers, got 31; a row by itself is [{ ... }], a list of one',
  ],
  "a column that its table has not": [
    { age: [31], bmi: ({} as Record<string, number[]>).bmi },
    'asDesignMatrix: column "bmi" must be an array of numbers, got undefined; a table gives undefined for a name that no column of it has',
  ],
  "a column that is a text": [
    { age: "31" },
    'asDesignMatrix: column "age" must be an array of numbers, got "31"; a row by itself is [{ ... }], a list of one',
  ],
  "columns of different length": [
    { age: [31, 45], smoker: [1] },
    'asDesignMatrix: column "smoker" must be as long as column "age" (2), got 1',
  ],
  "a sparse matrix with the fields of scipy's": [
    { data: [1, 2], indices: [0, 1], indptr: [0, 1, 2], shape: [2, 2] },
    'asDesignMatrix: column "indptr" must be as long as column "data" (2), got 3; a sparse matrix by columns is { format: "csc", data, indices, indptr, nSamples, nFeatures }, and sparseMatrix makes one of entries',
  ],
  "rows of different length": [[[1, 2], [3]], "asDesignMatrix: row 1 must be as long as row 0 (2), got 1"],
  "a row that is none": [
    [[1], null],
    "asDesignMatrix: row 1 must be an array of numbers like row 0, got null",
  ],
  "a record that is none": [[{ age: 31 }, 45], "asDesignMatrix: row 1 must be a record like row 0, got 45"],
  "a record with a field of its own": [
    [{ age: 31 }, { age: 45, smoker: 1 }],
    'asDesignMatrix: row 1 must be a record with no field but those of row 0, got "smoker"',
  ],
  "no rows": [[], "asDesignMatrix: X must have at least one row and one column, got 0 rows and 0 columns"],
  "rows without columns": [
    [[]],
    "asDesignMatrix: X must have at least one row and one column, got 1 row and 0 columns",
  ],
  "an empty danfojs frame": [
    new DataFrame(),
    "asDesignMatrix: X must have at least one row and one column, got 0 rows and 0 columns",
  ],
  "a frame of empty columns": [
    { age: [] },
    "asDesignMatrix: X must have at least one row and one column, got 0 rows and 1 column",
  ],
  "a name that stands twice": [
    { data: [1, 2], nSamples: 1, nFeatures: 2, featureNames: ["a", "a"] },
    'asDesignMatrix: column names must be distinct, got "a"; rename column 0 or column 1',
  ],
  "an empty name": [
    { "": [1] },
    'asDesignMatrix: the name of column 0 must be a text that is not empty, got ""; name it, or leave it out: fromFrame does by exclude: [""] and const { "": index, ...columns } = readCsv(path) by itself, R writes no row names with row.names = FALSE, and pandas no index with index=False',
  ],
  "a matrix with too few numbers": [
    { data: new Float64Array(3), nSamples: 2, nFeatures: 2 },
    "asDesignMatrix: X.data must be nSamples * nFeatures = 4 numbers by rows, got a Float64Array of 3",
  ],
  "a matrix with half a row": [
    { data: [1], nSamples: 0.5, nFeatures: 2 },
    "asDesignMatrix: X.nSamples must be a whole number >= 0, got 0.5",
  ],
  "a matrix with a negative number of columns": [
    { data: [], nSamples: 1, nFeatures: -1 },
    "asDesignMatrix: X.nFeatures must be a whole number >= 0, got -1",
  ],
  "a matrix with too many names": [
    { data: [1], nSamples: 1, nFeatures: 1, featureNames: ["a", "b"] },
    "asDesignMatrix: X.featureNames must be nFeatures = 1 names, got an array of 2",
  ],
  "one column as a flat array": [
    [1, 2],
    `${NO_TABLE}an array of 2; write one row as [[1, 2, 3]], one column as [[1], [2], [3]]`,
  ],
  "one column as a typed array": [
    new Float64Array(2),
    `${NO_TABLE}a Float64Array of 2; write one row as [[1, 2, 3]], one column as [[1], [2], [3]]`,
  ],
  "a series": [new Series([1, 2]), `${NO_TABLE}a Series`],
  "a frame that is still being read": [Promise.resolve([[1]]), `${NO_TABLE}a Promise; await it first`],
  "a map": [new Map([["age", [1]]]), `${NO_TABLE}a Map`],
  undefined: [undefined, `${NO_TABLE}undefined`],
  null: [null, `${NO_TABLE}null`],
  "the name of a file": ["data.csv", `${NO_TABLE}"data.csv"`],
};

describe("asDesignMatrix, given a bad table", () => {
  for (const [kind, [X, message]] of Object.entries(CASES)) {
    it(`refuses ${kind} in one sentence`, () => {
      assert.throws(
        () => asDesignMatrix("asDesignMatrix", X as DesignInput),
        (error) => {
          assert.ok(error instanceof InputError);
          assert.equal(error.message, message);
          return true;
        },
      );
    });
  }
});
