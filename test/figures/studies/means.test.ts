import assert from "node:assert/strict";
import { meanOf, medianOf, quartilesOf, withError } from "../../../figures/studies/means";

describe("the mean of replicates", () => {
  it("has the standard error of the sample's standard deviation", () => {
    // Deviations -3, -1, 1, 3: variance 20/3, over four values 5/3.
    assert.deepEqual(meanOf([2, 4, 6, 8]), { mean: 5, error: Math.sqrt(5 / 3) });
  });

  it("has no standard error where there is one value", () => {
    assert.deepEqual(meanOf([3]), { mean: 3, error: Number.NaN });
  });

  it("takes splits that share rows for less than they are", () => {
    // The variance of the mean is 20/3 (1/4 + 1/3) in place of 20/3 / 4.
    assert.ok(Math.abs(meanOf([2, 4, 6, 8], 1 / 3).error ** 2 - 35 / 9) < 1e-12);
  });

  it("is spelled with its standard error in brackets", () => {
    assert.equal(withError([2, 4, 6, 8], 2), "5.00 (1.29)");
    assert.equal(withError([5], 2), "5.00");
  });
});

describe("the median of replicates", () => {
  it("is the middle value, or the mean of two, in numeric order", () => {
    assert.equal(medianOf([10, 9, 100]), 10);
    assert.equal(medianOf([10, 1, 3, 2]), 2.5);
    assert.equal(medianOf([4]), 4);
  });

  it("is infinite where half of the values are", () => {
    assert.equal(medianOf([1, Number.POSITIVE_INFINITY]), Number.POSITIVE_INFINITY);
    assert.equal(medianOf(Array(2).fill(Number.POSITIVE_INFINITY)), Number.POSITIVE_INFINITY);
  });
});

describe("the quartiles of replicates", () => {
  it("are the values a quarter of the way from either end in numeric order, or the outer ones next to it", () => {
    assert.deepEqual(quartilesOf([10, 9, 100, 1, 2]), [2, 10]);
    assert.deepEqual(quartilesOf([4, 1, 3, 2]), [1, 4]);
  });
});
