import assert from "node:assert/strict";
import fc from "fast-check";
import { asDesignMatrix } from "../../src/design/as-design-matrix";
import { columnOf } from "../../src/design/column-of";
import type { CscMatrix } from "../../src/design/design-input";
import { type SparseEntries, sparseMatrix } from "../../src/design/sparse-matrix";
import { InputError } from "../../src/errors";
import { SmoothLasso } from "../../src/estimators";
import { kernelBackend } from "../../src/simd/kernel-module";
import { assertAllClose } from "../support/assert-close";
import { memoryOfKernels } from "../support/memory-of-kernels";
import { linearData } from "../support/problems";

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
