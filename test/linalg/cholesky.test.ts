import assert from "node:assert/strict";
import { choleskyFactor, choleskySolve } from "../../src/linalg/cholesky";
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
