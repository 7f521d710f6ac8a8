import assert from "node:assert/strict";
import fc from "fast-check";
import type { CscMatrix, DesignInput } from "../../../src/design/design-input";
import { columnOf, type DesignMatrix } from "../../../src/design/design-matrix";
import { alignFeatures } from "../../../src/design/sources/align-features";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { type SparseEntries, sparseMatrix } from "../../../src/design/sources/sparse-matrix";
import { asTarget } from "../../../src/design/targets/numeric-target";
import { InputError } from "../../../src/errors";
import { SmoothLasso } from "../../../src/estimators";
import { lq } from "../../../src/penalties";
import { kernelBackend } from "../../../src/simd/kernel-module";
import { localMinima } from "../../../src/theory";
import { assertAllClose } from "../../support/assert-close";
import { memoryOfKernels } from "../../support/memory-of-kernels";
import { linearData } from "../../support/problems";

const place = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 3 }), fc.integer({ min: -9, max: 9 }));

describe("sparseMatrix", () => {
  it("has the sum of the values given for a place there, and zeros elsewhere", () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 30 }), (entries) => {
        const expected = Array.from({ length: 4 }, () => new Float64Array(6));
        for (const [i, j, value] of entries) expected[j][i] += value;
        const X = sparseMatrix({
          rows: entries.map(([i]) => i),
          columns: entries.map(([, j]) => j),
          values: entries.map(([, , value]) => value),
          nSamples: 6,
          nFeatures: 4,
        });
        const design = asDesignMatrix("test", X);
        const columns = Array.from({ length: 4 }, (_, j) => columnOf(design, j));
        assert.deepEqual(columns, expected);
      }),
    );
  });

  it("keeps names, and sorts by column and row", () => {
    const X = sparseMatrix({
      rows: [2, 0, 1],
      columns: [1, 1, 0],
      values: [5, 6, 7],
      nSamples: 3,
      nFeatures: 2,
      featureNames: ["a", "b"],
    });
    assert.deepEqual(
      [X.data, X.indices, X.indptr].map((list) => [...Array.from(list)]),
      [
        [7, 6, 5],
        [1, 0, 2],
        [0, 1, 3],
      ],
    );
    assert.deepEqual(asDesignMatrix("test", X).featureNames, ["a", "b"]);
  });

  it("drops entries that cancel when it is made, so that a fit leaves its lists as they are", () => {
    const entries = { rows: [0, 0, 1, 0, 2], columns: [0, 0, 0, 1, 1], values: [5, -5, 7, 2, 3] };
    const X = sparseMatrix({ ...entries, nSamples: 4, nFeatures: 2 });
    const lists = (): number[][] => [X.data, X.indices, X.indptr].map((list) => [...Array.from(list)]);
    const expected = [
      [7, 2, 3],
      [1, 0, 2],
      [0, 1, 3],
    ];
    assert.deepEqual(lists(), expected);
    const model = new SmoothLasso({ lambda: 0.1 });
    const fit = model.fit(X, [1, 0, 2, 4]);
    assert.deepEqual(lists(), expected);
    assert.deepStrictEqual(model.fit({ ...X }, [1, 0, 2, 4]), fit);
  });

  it("is copied once, by columns too, and fitted as any other table of its entries", function () {
    if (kernelBackend() === "typescript") {
      process.stdout.write("skipped: without WebAssembly there is no memory to count\n");
      return this.skip();
    }
    const { X: rows, y } = linearData(3, 60, 1000);
    const columns = Object.fromEntries(rows[0].map((_, j) => [`x${j}`, rows.map((row) => row[j])]));
    const entries = rows
      .flatMap((row, i) => row.map((value, j) => ({ i, j, value })))
      .filter(({ i, j }) => (i + j) % 3 === 0);
    for (const [j, column] of Object.values(columns).entries()) {
      for (let i = 0; i < column.length; i++) if ((i + j) % 3 !== 0) column[i] = 0;
    }
    const byEntries = sparseMatrix({
      rows: entries.map(({ i }) => i),
      columns: entries.map(({ j }) => j),
      values: entries.map(({ value }) => value),
      nSamples: 60,
      nFeatures: 1000,
    });
    const { data, indices, indptr } = byEntries;
    const lists = { data: [...Array.from(data)], indices: Array.from(indices), indptr: Array.from(indptr) };
    const plain: CscMatrix = { format: "csc", ...lists, nSamples: 60, nFeatures: 1000 };
    const model = new SmoothLasso({ lambda: 0.1, tol: 1e-12 });
    const expected = model.fit(columns, y);
    const [copied, ...kept] = [plain, byEntries, sparseMatrix(plain)].map((X) =>
      memoryOfKernels(() => assertAllClose("coefficients", model.fit(X, y).coef, expected.coef, 1e-10)),
    );
    for (const used of kept) assert.ok(used <= copied - 12 * data.length, `${used} of ${copied} bytes`);
    assertAllClose("predictions", expected.predict(byEntries), expected.predict(columns), 1e-10);
  });

  const good: SparseEntries = { rows: [0, 1], columns: [0, 1], values: [1, 2], nSamples: 2, nFeatures: 2 };
  const bad: readonly (readonly [string, Partial<Record<keyof SparseEntries, unknown>>, string])[] = [
    [
      "lists of other lengths",
      { rows: [0] },
      "rows must be one number for each of the 2 values, got an array of 1",
    ],
    ["a row beyond the last", { rows: [0, 2] }, "rows[1] must be a whole number from 0 to 1, got 2"],
    ["half a column", { columns: [0.5, 1] }, "columns[0] must be a whole number from 0 to 1, got 0.5"],
    [
      "what is no number",
      { values: [1, Number.NaN] },
      'column "x1", row 1 must be a finite number, got NaN; drop or impute missing values first',
    ],
    [
      "entries of one place whose sum overflows",
      { rows: [1, 1], columns: [1, 1], values: [1e308, 1e308] },
      'column "x1", row 1 must be a finite number as the sum of its entries, got Infinity',
    ],
    ["no number of rows", { nSamples: undefined }, "nSamples must be a whole number >= 0, got undefined"],
  ];
  it("refuses rows, and says what takes them", () => {
    const rows: unknown = [
      [0, 1],
      [1, 0],
    ];
    assert.throws(
      () => sparseMatrix(rows as SparseEntries),
      new InputError(
        "sparseMatrix: the matrix must be entries { rows, columns, values, nSamples, nFeatures }, or a matrix by columns, got an array of 2; denseMatrix takes an array of rows",
      ),
    );
  });

  for (const [title, change, message] of bad) {
    it(`refuses ${title}`, () => {
      const entries = { ...good, ...change } as SparseEntries;
      assert.throws(() => sparseMatrix(entries), new InputError(`sparseMatrix: ${message}`));
    });
  }
});

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
