import assert from "node:assert/strict";
import fc from "fast-check";
import { pivotedCholesky } from "../../src/linalg/pivoted-cholesky";

/** `F'F` of random rows: of rank at most their number. */
function gramOf(rows: readonly (readonly number[])[], size: number): Float64Array {
  const gram = new Float64Array(size * size);
  for (const row of rows) {
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) gram[j * size + k] += row[j] * row[k];
  }
  return gram;
}

const entry = fc.double({ min: -10, max: 10, noNaN: true });
const problem = fc
  .record({ size: fc.integer({ min: 1, max: 8 }), rank: fc.integer({ min: 0, max: 10 }) })
  .chain(({ size, rank }) =>
    fc.record({
      size: fc.constant(size),
      rows: fc.array(fc.array(entry, { minLength: size, maxLength: size }), {
        minLength: rank,
        maxLength: rank,
      }),
    }),
  );

describe("the pivoted Cholesky factor", () => {
  it("gives the matrix back by its rows, of any rank", () => {
    fc.assert(
      fc.property(problem, ({ size, rows }) => {
        const gram = gramOf(rows, size);
        const scale = gram.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        const again = gramOf(
          pivotedCholesky(gram, size).map((row) => [...row]),
          size,
        );
        again.forEach((value, at) => {
          assert.ok(Math.abs(value - gram[at]) <= 1e-13 * scale, `${at}: ${value} is not ${gram[at]}`);
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("has as many rows as the matrix has rank", () => {
    const rows = [
      [1, 2, 3, 4],
      [0, 1, -1, 2],
    ];
    assert.equal(pivotedCholesky(gramOf(rows, 4), 4).length, 2);
    assert.equal(pivotedCholesky(new Float64Array(9), 3).length, 0);
  });

  it("leaves its argument as it is", () => {
    const matrix = Float64Array.of(4, 2, 2, 3);
    pivotedCholesky(matrix, 2);
    assert.deepEqual(matrix, Float64Array.of(4, 2, 2, 3));
  });
});
