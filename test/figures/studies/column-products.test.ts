import assert from "node:assert/strict";
import { columnProducts } from "../../../figures/studies/column-products";

describe("the products of columns", () => {
  it("are those of every choice with repetition: of 2 and 3 up to cubes", () => {
    const products = columnProducts([Float64Array.of(2), Float64Array.of(3)], 3).map(([value]) => value);
    assert.deepEqual(products, [2, 3, 4, 6, 9, 8, 12, 18, 27]);
  });
});
