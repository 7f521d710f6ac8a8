import { addProduct, addProductWithTransposed, addTransposedProduct } from "../../src/linalg/matrix-product";
import { assertAllClose } from "../support/assert-close";

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
