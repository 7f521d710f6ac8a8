import assert from "node:assert/strict";
import { classNumbers } from "../../../src/estimators/options/model-data";

describe("the number of a class", () => {
  it("is that of two classes as it is, and of several the place of the indicator", () => {
    assert.deepEqual([...classNumbers(Float64Array.of(0, 1, 1), 3)], [0, 1, 1]);
    const indicators = [
      [0, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 1, 0, 1],
    ];
    assert.deepEqual([...classNumbers(Float64Array.from(indicators.flat()), 4)], [2, 3, 1, 3]);
  });
});
