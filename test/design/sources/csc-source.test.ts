import assert from "node:assert/strict";
import { alignFeatures } from "../../../src/design/align-features";
import { asDesignMatrix } from "../../../src/design/as-design-matrix";
import { asTarget } from "../../../src/design/as-target";
import { columnOf } from "../../../src/design/column-of";
import type { CscMatrix, DesignInput } from "../../../src/design/design-input";
import type { DesignMatrix } from "../../../src/design/design-matrix";
import { InputError } from "../../../src/errors";
import { SmoothLasso } from "../../../src/estimators";
import { lq } from "../../../src/penalties";
import { localMinima } from "../../../src/theory";

/** Rows (1, 0), (0, 3) and (2, 0). */
const good: CscMatrix = {
  format: "csc",
  data: Float64Array.of(1, 2, 3),
  indices: Int32Array.of(0, 2, 1),
  indptr: Int32Array.of(0, 2, 3),
  nSamples: 3,
  nFeatures: 2,
};
const columnsOf = (design: DesignMatrix) => design.featureNames.map((_, j) => [...columnOf(design, j)]);

describe("a sparse matrix as X", () => {
  it("is read from typed arrays and plain ones", () => {
    const plain = { ...good, data: [1, 2, 3], indices: [0, 2, 1], indptr: [0, 2, 3] };
    for (const X of [good, plain]) {
      assert.deepEqual(columnsOf(asDesignMatrix("test", X)), [
        [1, 0, 2],
        [0, 3, 0],
      ]);
    }
    assert.deepEqual(asDesignMatrix("test", good).featureNames, ["x0", "x1"]);
  });

  it("may have its rows in any order, twice, where they are summed, and zeros stored", () => {
    const X = { ...good, data: [2, 5, 0, 1, 3], indices: [2, 0, 1, 2, 1], indptr: [0, 4, 5] };
    assert.deepEqual(columnsOf(asDesignMatrix("test", X)), [
      [5, 0, 3],
      [0, 3, 0],
    ]);
  });

  it("is the same from typed arrays, sound or not, as entry by entry", () => {
    const tables = [
      { data: [0, 5, 2, -0, 3], indices: [0, 1, 2, 0, 1], indptr: [0, 3, 5] }, // zeros stored
      { data: [2, 5, 0, 1, 3], indices: [2, 0, 1, 2, 1], indptr: [0, 4, 5] }, // unsorted, and twice
    ];
    for (const { data, indices, indptr } of tables) {
      const typed = {
        ...good,
        data: Float64Array.from(data),
        indices: Int32Array.from(indices),
        indptr: Int32Array.from(indptr),
      };
      const [one, other] = [typed, { ...good, data, indices, indptr }].map((X) => asDesignMatrix("test", X));
      assert.deepEqual(columnsOf(one), columnsOf(other));
      assert.deepEqual(one.columnEntries?.(0).rows, other.columnEntries?.(0).rows);
      const largest = [0, 1].map((j) => Math.max(...columnsOf(other)[j].map(Math.abs)));
      assert.deepEqual([one.largestEntry(0), one.largestEntry(1)], largest);
    }
    for (const data of [Float64Array.of(1, NaN, 3), Float64Array.of(1, 2, Infinity)]) {
      assert.throws(() => asDesignMatrix("test", { ...good, data }), InputError);
    }
    for (const indices of [Int32Array.of(0, 3, 1), Int32Array.of(-1, 2, 1)]) {
      assert.throws(() => asDesignMatrix("test", { ...good, indices }), InputError);
    }
  });

  it("is copied: the fit does not see later changes", () => {
    const data = Float64Array.of(1, 2, 3);
    const design = asDesignMatrix("test", { ...good, data });
    data.fill(9);
    assert.deepEqual(columnsOf(design)[0], [1, 0, 2]);
  });

  it("is aligned by name, or by position where it has none", () => {
    const named = { ...good, featureNames: ["a", "b"] };
    const swapped = alignFeatures("test", named, ["b", "a"]);
    assert.deepEqual(swapped.featureNames, ["b", "a"]);
    assert.deepEqual(columnsOf(swapped), [
      [0, 3, 0],
      [1, 0, 2],
    ]);
    assert.deepEqual(columnsOf(alignFeatures("test", named, ["b"])), [[0, 3, 0]]);
    assert.deepEqual(alignFeatures("test", good, ["b", "a"]).featureNames, ["b", "a"]);
    const message = "test: X must have 3 columns as in the fit, got 2";
    assert.throws(() => alignFeatures("test", good, ["a", "b", "c"]), new InputError(message));
  });

  it("of one column is a response too", () => {
    const y: CscMatrix = { ...good, data: [1, 2], indices: [2, 0], indptr: [0, 2], nFeatures: 1 };
    assert.deepEqual([...asTarget("test", y)], [2, 0, 1]);
  });

  it("is taken wherever tables are", () => {
    const options = { penalty: lq({ q: 0.5 }), lambda: 0.3 };
    const rows = [
      [1, 0],
      [0, 3],
      [2, 0],
    ];
    assert.deepEqual(localMinima(good, [1, 2, 3], options), localMinima(rows, [1, 2, 3], options));
  });

  const refused: readonly (readonly [string, Partial<Record<keyof CscMatrix, unknown>>, string])[] = [
    ["another format", { format: "csr" }, 'X.format must be "csc", got "csr"; store the matrix by columns'],
    [
      "no format",
      { format: undefined },
      'X.format must be "csc", got undefined; store the matrix by columns',
    ],
    ["no number of rows", { nSamples: undefined }, "X.nSamples must be a whole number >= 0, got undefined"],
    ["half a column", { nFeatures: 1.5 }, "X.nFeatures must be a whole number >= 0, got 1.5"],
    [
      "too few names",
      { featureNames: ["a"] },
      "X.featureNames must be nFeatures = 2 names, got an array of 1",
    ],
    [
      "the same name twice",
      { featureNames: ["a", "a"] },
      'column names must be distinct, got "a"; rename column 0 or column 1',
    ],
    ["no data", { data: undefined }, "X.data must be an array of numbers, got undefined"],
    [
      "rows for some entries only",
      { indices: [0] },
      "X.indices must be one row for each of the 3 entries of data, got an array of 1",
    ],
    [
      "a pointer too few",
      { indptr: [0, 3] },
      "X.indptr must be nFeatures + 1 = 3 numbers, got an array of 2",
    ],
    ["pointers that begin late", { indptr: [1, 2, 3] }, "X.indptr[0] must be 0, got 1"],
    ["pointers that fall", { indptr: [0, 3, 2] }, "X.indptr[2] must be a whole number from 3 to 3, got 2"],
    [
      "pointers beyond the entries",
      { indptr: [0, 2, 4] },
      "X.indptr[2] must be a whole number from 2 to 3, got 4",
    ],
    ["entries in no column", { indptr: [0, 1, 2] }, "X.indptr[2] must be the number of entries 3, got 2"],
    ["a row beyond the last", { indices: [0, 3, 1] }, "X.indices[1] must be a row from 0 to 2, got 3"],
    ["a row that is a bigint", { indices: [0n, 2n, 1n] }, "X.indices[0] must be a row from 0 to 2, got 0n"],
    [
      "a missing number",
      { data: [1, Number.NaN, 3] },
      'column "x0", row 2 must be a finite number, got NaN; drop or impute missing values first',
    ],
    [
      "text",
      { data: [1, 2, "3"] },
      'column "x1", row 1 must be a finite number, got "3"; convert texts of digits to numbers first',
    ],
    [
      "no rows",
      { nSamples: 0, data: [], indices: [], indptr: [0, 0, 0] },
      "X must have at least one row and one column, got 0 rows and 2 columns",
    ],
  ];
  for (const [title, change, message] of refused) {
    it(`is refused with ${title}`, () => {
      const X = { ...good, ...change } as DesignInput;
      assert.throws(
        () => new SmoothLasso({ lambda: 1 }).fit(X, [1, 2, 3]),
        new InputError(`SmoothLasso.fit: ${message}`),
      );
    });
  }
});
