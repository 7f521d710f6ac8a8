import assert from "node:assert/strict";
import type { TargetInput } from "../../../src/design/design-input";
import { asResponseMatrix } from "../../../src/design/targets/numeric-target";

const values = [1, 2, 3, 10, 20, 30];

describe("asResponseMatrix", () => {
  const tables: readonly (readonly [string, TargetInput, readonly string[]])[] = [
    [
      "rows",
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      ["y0", "y1"],
    ],
    ["rows of typed arrays", [1, 2, 3].map((a) => Float32Array.of(a, 10 * a)), ["y0", "y1"]],
    ["a matrix", { data: [1, 10, 2, 20, 3, 30], nSamples: 3, nFeatures: 2 }, ["y0", "y1"]],
    ["columns by name", { a: [1, 2, 3], b: [10, 20, 30] }, ["a", "b"]],
    ["records", [1, 2, 3].map((a) => ({ a, b: 10 * a })), ["a", "b"]],
    [
      "a sparse matrix",
      {
        format: "csc",
        data: values,
        indices: [0, 1, 2, 0, 1, 2],
        indptr: [0, 3, 6],
        nSamples: 3,
        nFeatures: 2,
      },
      ["y0", "y1"],
    ],
  ];
  for (const [title, table, names] of tables) {
    it(`reads ${title} column after column, with names`, () => {
      const read = asResponseMatrix("fit", table, 2);
      assert.deepEqual([...read.values], values);
      assert.deepEqual(read.names, names);
    });
  }

  it("is a copy", () => {
    const a = [1, 2];
    const read = asResponseMatrix("fit", { a, b: [3, 4] }, 2);
    a[0] = 7;
    assert.deepEqual([...read.values], [1, 2, 3, 4]);
  });

  it("refuses another number of columns, values that are no numbers, and names that stand twice", () => {
    const named = { data: [1, 2], nSamples: 1, nFeatures: 2, featureNames: ["a", "a"] };
    for (const [table, message] of [
      [[[1, 2, 3]], "fit: the number of columns of offset must be the datafit's 2 responses, got 3"],
      [[], "fit: the number of columns of offset must be the datafit's 2 responses, got 0"],
      [
        [
          [1, 2],
          [3, "x"],
        ],
        'fit: offset, column "offset1", row 1 must be a finite number, got "x"; encode text as numbers first',
      ],
      [{ a: [], b: [] }, "fit: offset must have at least one value, got none"],
      [
        Float64Array.of(1),
        "fit: offset must be rows of 2 numbers, a matrix or a data frame, got a Float64Array of 1",
      ],
      [named, 'fit: column names must be distinct, got "a"; rename column 0 or column 1'],
    ] as const) {
      assert.throws(() => asResponseMatrix("fit", table as never, 2, "offset"), {
        name: "InputError",
        message,
      });
    }
  });
});
