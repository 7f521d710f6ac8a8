import assert from "node:assert/strict";
import fc from "fast-check";
import { choleskyFactor, choleskySolve, pivotedCholesky } from "../../src/linalg/cholesky";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { normals } from "../support/problems";

/** `A = B B'` with `B` square and normal: positive definite. */
function randomGram(size: number, seed: number): Float64Array {
  const B = normals(seededRandom(seed), size * size);
  const A = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++) A[i * size + j] += B[i * size + k] * B[j * size + k];
  return A;
}

describe("choleskyFactor", () => {
  it("gives a lower triangle whose square is the matrix", () => {
    for (const size of [1, 2, 5, 12]) {
      const A = randomGram(size, size);
      const L = A.slice();
      assert.equal(choleskyFactor(L, size), true);
      const product = new Float64Array(size * size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++)
          for (let k = 0; k <= Math.min(i, j); k++)
            product[i * size + j] += L[i * size + k] * L[j * size + k];
      assertAllClose(`size ${size}`, product, A, 1e-14);
    }
  });

  it("reads the lower triangle only", () => {
    const full = randomGram(4, 1);
    const lower = full.map((entry, k) => (k % 4 > Math.floor(k / 4) ? Number.NaN : entry));
    choleskyFactor(full, 4);
    choleskyFactor(lower, 4);
    for (let i = 0; i < 4; i++) for (let j = 0; j <= i; j++) assert.equal(lower[i * 4 + j], full[i * 4 + j]);
  });

  it("refuses matrices that are not positive definite to working precision", () => {
    assert.equal(choleskyFactor(Float64Array.of(0), 1), false);
    assert.equal(choleskyFactor(Float64Array.of(-1), 1), false);
    assert.equal(choleskyFactor(Float64Array.of(Number.NaN), 1), false);
    assert.equal(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2), false);
    // Two columns that agree to 1e-9: the pivot is rounding.
    assert.equal(choleskyFactor(Float64Array.of(1, 1, 1, 1 + 1e-15), 2), false);
  });

  it("judges pivots by their own diagonal, so that scales may differ by 1e20", () => {
    assert.equal(choleskyFactor(Float64Array.of(1e20, 1e-1, 1e-1, 1e-20), 2), true);
  });
});

describe("choleskySolve", () => {
  it("solves the system in place", () => {
    for (const size of [1, 3, 10]) {
      const A = randomGram(size, 7 + size);
      const x = normals(seededRandom(3), size);
      const b = new Float64Array(size);
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) b[i] += A[i * size + j] * x[j];
      choleskyFactor(A, size);
      choleskySolve(A, size, b);
      assertAllClose(`size ${size}`, b, x, 1e-9);
    }
  });
});

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
