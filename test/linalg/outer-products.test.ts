import assert from "node:assert/strict";
import { addOuterProducts } from "../../src/linalg/outer-products";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { normals } from "../support/problems";

describe("addOuterProducts", () => {
  const random = seededRandom(1);
  const size = 5;

  it("adds each column's weighted outer product to the lower triangle, whatever their number", () => {
    for (let count = 0; count <= 9; count++) {
      const columns = Array.from({ length: count }, () => normals(random, size));
      const weights = normals(random, count);
      if (count > 2) weights[1] = 0;
      const matrix = new Float64Array(size * size).fill(1);
      addOuterProducts(columns, weights, matrix, size);
      const expected = matrix.map((_, at) => {
        const [i, k] = [Math.floor(at / size), at % size];
        return k > i ? 1 : columns.reduce((sum, x, j) => sum + weights[j] * x[i] * x[k], 1);
      });
      assertAllClose(`${count} columns`, matrix, expected, 1e-14);
    }
  });

  it("does not look at columns of weight 0", () => {
    const matrix = new Float64Array(1);
    addOuterProducts([Float64Array.of(Number.NaN), Float64Array.of(2)], Float64Array.of(0, 3), matrix, 1);
    assert.deepEqual(matrix, Float64Array.of(12));
  });
});
