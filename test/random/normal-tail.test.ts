import assert from "node:assert/strict";
import { normalTail } from "../../src/random/distributions";

/** `erfc(x / sqrt 2) / 2` by mpmath 1.3.0 in 40 digits, rounded to the nearest number. */
const reference: readonly (readonly [number, number])[] = [
  [-3, 0.9986501019683699],
  [-0.5, 0.6914624612740131],
  [0, 0.5],
  [0.1, 0.460172162722971],
  [0.7, 0.24196365222307303],
  [1, 0.15865525393145705],
  [1.5, 0.06680720126885807],
  [1.99, 0.023295467750211823],
  [2, 0.02275013194817921],
  [2.01, 0.022215594429431485],
  [2.5, 0.006209665325776135],
  [3, 0.0013498980316300946],
  [4, 3.1671241833119924e-5],
  [5, 2.866515718791939e-7],
  [8, 6.220960574271784e-16],
  [12, 1.776482112077679e-33],
  [20, 2.7536241186062337e-89],
  [37, 5.725571222524577e-300],
];

describe("the normal tail", () => {
  it("has the relative error it says, from the middle to the smallest numbers", () => {
    for (const [x, expected] of reference) {
      const error = Math.abs(normalTail(x) / expected - 1);
      const bound = (10 + x * x) * 2 ** -52;
      assert.ok(error <= bound, `at ${x}: relative error ${error} > ${bound}`);
    }
  });

  it("goes to its ends and passes on what is no number", () => {
    assert.equal(normalTail(Infinity), 0);
    assert.equal(normalTail(40), 0);
    assert.equal(normalTail(-Infinity), 1);
    assert.ok(Number.isNaN(normalTail(Number.NaN)));
  });
});
