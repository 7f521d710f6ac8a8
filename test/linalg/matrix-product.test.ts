import assert from "node:assert/strict";
import {
  addOuterProducts,
  addProduct,
  addProductWithTransposed,
  addTransposedProduct,
} from "../../src/linalg/matrix-product";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { normals } from "../support/problems";

// A = [1 3 5; 2 4 6], B = [1 0; -1 2; 0.5 1], A B = [0.5 11; 1 14]
const a = Float64Array.of(1, 2, 3, 4, 5, 6);
const b = Float64Array.of(1, -1, 0.5, 0, 2, 1);
const product = [0.5, 1, 11, 14];

describe("products of matrices stored by columns", () => {
  it("add A B to what is there", () => {
    const out = Float64Array.of(1, 0, 0, -1);
    addProduct(a, b, 2, out);
    assertAllClose("A B", out, [1.5, 1, 11, 13], 0);
  });

  it("add A B' of B transposed, the same numbers", () => {
    const transposed = Float64Array.of(1, 0, -1, 2, 0.5, 1);
    const out = new Float64Array(4);
    addProductWithTransposed(a, transposed, 2, out);
    assertAllClose("A B'", out, product, 0);
  });

  it("add A' B of A transposed, the same numbers", () => {
    const transposed = Float64Array.of(1, 3, 5, 2, 4, 6);
    const out = new Float64Array(4);
    addTransposedProduct(transposed, b, 3, out);
    assertAllClose("A' B", out, product, 0);
  });
});

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
