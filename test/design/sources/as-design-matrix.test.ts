import assert from "node:assert/strict";
import vm from "node:vm";
import * as arrow from "apache-arrow";
import { DataFrame } from "danfojs-node";
import fc from "fast-check";
import type { DesignInput } from "../../../src/design/design-input";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { asDense } from "../../support/as-dense";

const AGE = [31, 45, 28];
const SMOKER = [1, 0, 1];
const COLUMNS = [...AGE, ...SMOKER];
const ROWS = AGE.map((age, i) => [age, SMOKER[i]]);

/** As a cell of a notebook makes it: with an `Object` and an `Array` that are not this file's. */
const fromCell = (code: string): DesignInput => vm.runInNewContext(code);

const NAMED: Record<string, DesignInput> = {
  "a danfojs frame": new DataFrame({ age: AGE, smoker: SMOKER }),
  "a danfojs frame in low-memory mode": new DataFrame(
    { age: AGE, smoker: SMOKER },
    { config: { lowMemoryMode: true } },
  ),
  "an Arrow table": arrow.tableFromArrays({ age: Int32Array.from(AGE), smoker: Float64Array.from(SMOKER) }),
  "plain columns": { age: AGE, smoker: SMOKER },
  "plain columns of typed arrays": { age: Int16Array.from(AGE), smoker: Float32Array.from(SMOKER) },
  "columns of truth values and bigints": { age: AGE.map(BigInt), smoker: [true, false, true] },
  records: AGE.map((age, i) => ({ age, smoker: SMOKER[i] })),
  "plain columns made in another realm": fromCell("({ age: [31, 45, 28], smoker: [1, 0, 1] })"),
  "records made in another realm": fromCell(
    "[{ age: 31, smoker: 1 }, { age: 45, smoker: 0 }, { age: 28, smoker: 1 }]",
  ),
};

const UNNAMED: Record<string, DesignInput> = {
  rows: ROWS,
  "rows of typed arrays": ROWS.map((row) => Float64Array.from(row)),
  "rows of truth values and bigints": ROWS.map(([age, smoker]) => [BigInt(age), smoker === 1]),
  "rows made in another realm": fromCell("[[31, 1], [45, 0], [28, 1]]"),
  "a matrix by rows": { data: Float64Array.from(ROWS.flat()), nSamples: 3, nFeatures: 2 },
};

describe("asDesignMatrix", () => {
  for (const [kind, X] of Object.entries(NAMED)) {
    it(`reads ${kind} with its column names`, () => {
      const design = asDense(asDesignMatrix("test", X));
      assert.deepEqual([...design.values], COLUMNS);
      assert.deepEqual(design.featureNames, ["age", "smoker"]);
      assert.deepEqual([design.nSamples, design.nFeatures], [3, 2]);
    });
  }

  for (const [kind, X] of Object.entries(UNNAMED)) {
    it(`reads ${kind} and calls the columns x0, x1`, () => {
      const design = asDense(asDesignMatrix("test", X));
      assert.deepEqual([...design.values], COLUMNS);
      assert.deepEqual(design.featureNames, ["x0", "x1"]);
    });
  }

  it("has the entries of rows of any number and length, and knows their sums", () => {
    const entry = (i: number, j: number): number => i - 3 * j + 0.5;
    for (const [nSamples, nFeatures] of [
      [1, 130],
      [15, 64],
      [16, 63],
      [33, 65],
    ]) {
      const rows = Array.from({ length: nSamples }, (_, i) =>
        Array.from({ length: nFeatures }, (_, j) => (j === 2 ? i % 2 === 0 : entry(i, j))),
      );
      const data = Float32Array.from(rows.flat(), Number);
      const expected = Array.from({ length: nFeatures }, (_, j) => rows.map((row) => Number(row[j]))).flat();
      for (const X of [rows, { data, nSamples, nFeatures }] as DesignInput[]) {
        const design = asDense(asDesignMatrix("test", X));
        assert.deepEqual([...design.values], expected);
        const low = Math.min(...rows.map((row) => Number(row[2])));
        assert.deepEqual(design.rangeOf(2), [low, 1]);
      }
    }
  });

  it("takes the names that a matrix brings", () => {
    const X = { data: [1, 2], nSamples: 1, nFeatures: 2, featureNames: ["a", "b"] };
    assert.deepEqual(asDesignMatrix("test", X).featureNames, ["a", "b"]);
  });

  it("reads a danfojs frame whose columns hide the frame's own shape, values, dtypes and columns", () => {
    const frame = new DataFrame({ shape: [1, 2], values: [3, 4], dtypes: [5, 6], columns: [7, 8] });
    const design = asDense(asDesignMatrix("test", frame));
    assert.deepEqual([...design.values], [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(design.featureNames, ["shape", "values", "dtypes", "columns"]);
  });

  it("takes columns called data, nSamples and nFeatures for columns", () => {
    const design = asDense(asDesignMatrix("test", { data: [1, 2], nSamples: [3, 4], nFeatures: [5, 6] }));
    assert.deepEqual([...design.values], [1, 2, 3, 4, 5, 6]);
  });

  it("reads a half float as its number, not as its bits", () => {
    const half = arrow.vectorFromArray([1, 1.5], new arrow.Float16());
    assert.deepEqual([...asDense(asDesignMatrix("test", new arrow.Table({ half }))).values], [1, 1.5]);
  });

  it("reads Arrow decimals as the nearest floats", () => {
    // The words of 0.30, -0.07 and -2^64 / 100, the lowest first, as two's complement.
    const words = [
      30,
      0,
      0,
      0,
      2 ** 32 - 7,
      ...[1, 1, 1].map(() => 2 ** 32 - 1),
      0,
      0,
      ...[1, 1].map(() => 2 ** 32 - 1),
    ];
    const of = (scale: number): Float64Array => {
      const parts = {
        type: new arrow.Decimal(scale, 20, 128),
        length: 3,
        nullCount: 0,
        data: Uint32Array.from(words),
      };
      return asDense(
        asDesignMatrix("test", new arrow.Table({ price: new arrow.Vector([arrow.makeData(parts)]) })),
      ).values;
    };
    assert.deepEqual([...of(2)], [0.3, -0.07, -(2 ** 64) / 100]);
    assert.deepEqual([...of(0)], [30, -7, -(2 ** 64)]);
  });

  it("copies: neither a later change of the table nor of the design reaches the other", () => {
    const age = Float64Array.from(AGE);
    const design = asDense(asDesignMatrix("test", { age }));
    age[0] = -1;
    design.values[1] = -2;
    assert.equal(design.values[0], 31);
    assert.equal(age[1], 45);
  });

  it("reads the same numbers from rows, from columns and from a matrix", () => {
    const table = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
      .chain(([n, p]) =>
        fc.array(
          fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: p, maxLength: p }),
          { minLength: n, maxLength: n },
        ),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const [nSamples, nFeatures] = [rows.length, rows[0].length];
        const columns = Object.fromEntries(rows[0].map((_, j) => [`x${j}`, rows.map((row) => row[j])]));
        const fromRows = asDense(asDesignMatrix("test", rows));
        assert.deepEqual(asDense(asDesignMatrix("test", columns)), fromRows);
        assert.deepEqual(
          asDense(asDesignMatrix("test", { data: rows.flat(), nSamples, nFeatures })),
          fromRows,
        );
        rows.forEach((row, i) => {
          row.forEach((value, j) => {
            assert.equal(fromRows.values[i + j * nSamples], value);
          });
        });
      }),
    );
  });
});
