import assert from "node:assert/strict";
import fc from "fast-check";
import { columnOf } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { SparseDesign } from "../../src/design/sparse-design";
import { cscOf, matrixOf } from "../support/csc";

/** Rows with many zeros, and some of their places. */
const problem = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 })).chain(([n, p]) =>
  fc.record({
    rows: fc.array(fc.array(fc.constantFrom(0, 0, 0, 2, -5), { minLength: p, maxLength: p }), {
      minLength: n,
      maxLength: n,
    }),
    kept: fc.subarray(
      Array.from({ length: n }, (_, i) => i),
      { minLength: 1 },
    ),
  }),
);

describe("selectRows", () => {
  it("gives the columns of the rows kept, by names as before, of dense and sparse designs alike", () => {
    fc.assert(
      fc.property(problem, ({ rows, kept }) => {
        for (const X of [matrixOf(rows), cscOf(matrixOf(rows))]) {
          const design = asDesignMatrix("test", X);
          const part = design.selectRows(Int32Array.from(kept));
          assert.equal(part.nSamples, kept.length);
          assert.deepEqual(part.featureNames, design.featureNames);
          for (let j = 0; j < part.nFeatures; j++)
            assert.deepEqual(
              [...columnOf(part, j)],
              kept.map((i) => rows[i][j]),
            );
        }
      }),
    );
  });

  it("stores of a sparse design what is not zero in the rows kept, rows ascending", () => {
    fc.assert(
      fc.property(problem, ({ rows, kept }) => {
        const part = asDesignMatrix("test", cscOf(matrixOf(rows))).selectRows(Int32Array.from(kept));
        assert.ok(part instanceof SparseDesign);
        const expected = rows[0].map((_, j) => [...kept.keys()].filter((k) => rows[kept[k]][j] !== 0));
        assert.deepEqual(
          expected.map((_, j) => [...part.columnEntries(j).rows]),
          expected,
        );
      }),
    );
  });
});
