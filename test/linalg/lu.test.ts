import assert from "node:assert/strict";
import { luFactor, luSolve } from "../../src/linalg/lu";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { normals } from "../support/problems";

const product = (matrix: Float64Array, x: Float64Array): Float64Array =>
  x.map((_, i) => x.reduce((sum, xk, k) => sum + matrix[i * x.length + k] * xk, 0));

describe("luFactor", () => {
  it("solves systems of the matrix", () => {
    const random = seededRandom(1);
    for (const size of [1, 2, 5, 20]) {
      const matrix = normals(random, size * size);
      const x = normals(random, size);
      const factor = luFactor(matrix.slice(), size)!;
      assertAllClose("A x = b", luSolve(factor, product(matrix, x)), x, 1e-11);
    }
  });

  it("exchanges rows where a pivot is zero", () => {
    const factor = luFactor(Float64Array.of(0, 2, 3, 0), 2)!;
    assert.deepEqual(luSolve(factor, Float64Array.of(4, 9)), Float64Array.of(3, 2));
  });

  it("refuses a singular matrix, and leaves right-hand sides alone", () => {
    assert.equal(luFactor(Float64Array.of(1, 2, 2, 4), 2), undefined);
    assert.equal(luFactor(new Float64Array(1), 1), undefined);
    const b = Float64Array.of(1, 2);
    const factor = luFactor(Float64Array.of(2, 1, 1, 2), 2)!;
    luSolve(factor, b);
    assert.deepEqual(b, Float64Array.of(1, 2));
  });
});
