/** What kernels are told of a group lasso's term. */
import assert from "node:assert/strict";
import { groupL2, sparseGroup } from "../../src/penalties";
import { scaledPenalty } from "../../src/penalties/scaled-penalty";

const penalty = groupL2([0, 0, 0, 1], { weights: [1.5, 2] });

describe("the slope of a group lasso's term", () => {
  it("is that of its norm, and goes along with a factor of the penalty", () => {
    assert.equal(penalty.normSlope!(0, 0.4), 0.4 * 1.5);
    assert.equal(penalty.normSlope!(1, 0.4), 0.4 * 2);
    assert.equal(penalty.groupValue(0, Float64Array.of(2, -1, 2), 0.4), 3 * penalty.normSlope!(0, 0.4));
    const scaled = scaledPenalty(penalty, 4) as typeof penalty;
    assert.equal(scaled.normSlope!(1, 0.5), penalty.normSlope!(1, 2));
  });

  it("is not told where directions within a group differ", () => {
    assert.ok(!("normSlope" in sparseGroup([0, 0, 1], { l1Ratio: 0.5 })));
  });
});
