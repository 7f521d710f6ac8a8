/** What kernels and certificates are told of a group lasso's term. */
import assert from "node:assert/strict";
import { groupL2, sparseGroup } from "../../src/penalties";
import { scaledPenalty } from "../../src/penalties/scaled-penalty";
import { seededRandom } from "../../src/random/random";
import { assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

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

describe("a group lasso's penalty", () => {
  it("is the one before where groups and weights are, and no other", () => {
    const weights = [1.5, 2];
    const before = groupL2([0, 0, 0, 1], { weights });
    assert.equal(groupL2(Int8Array.of(0, 0, 0, 1), { weights: [1.5, 2] }), before);
    weights[0] = 3;
    const beta = Float64Array.of(2, -1, 2, -4);
    assert.equal(groupL2([0, 0, 0, 1], { weights }).value(beta, 0.5), 0.5 * (3 * 3 + 2 * 4));
    assert.equal(groupL2([0, 1, 0, 1], { weights: [1, 1] }).value(beta, 1), Math.sqrt(8) + Math.sqrt(17));
    assert.equal(before.value(beta, 0.5), 0.5 * (1.5 * 3 + 2 * 4));
  });
});

describe("what certificates take of a group lasso", () => {
  it("is what it says one after the other, and the difference that its formula gives", () => {
    const random = seededRandom(19);
    for (let trial = 0; trial < 50; trial++) {
      const [beta, gradient] = [normals(random, 4), normals(random, 4)];
      if (trial % 3 > 0) beta.fill(0, 0, 3);
      if (trial % 3 > 1) beta[3] = 0;
      const { value, violation, dualNorm, fenchelYoung } = penalty.measures!(beta, gradient, 0.7);
      assert.equal(value, penalty.value(beta, 0.7));
      assert.equal(violation, penalty.violation(beta, gradient, 0.7));
      assert.equal(dualNorm, penalty.dualNorm!(gradient));
      const scale = (0.7 / dualNorm) * random.uniform();
      const difference = beta.reduce((sum, b, j) => sum + scale * gradient[j] * b, value);
      assert.ok(fenchelYoung(scale) >= 0);
      assertClose("difference", fenchelYoung(scale), difference, 1e-14);
    }
  });

  it("tells a group that zero holds from one that it does not, or that is not zero", () => {
    const gradient = Float64Array.of(0.6, 0, 0.8, 1.1);
    const movable = (beta: number[], lambda: number): readonly number[] =>
      penalty.movableGroups!(Float64Array.from(beta), gradient, lambda);
    // Their levels are 1.5 and 2 times lambda, their pulls 1 and 1.1.
    assert.deepEqual(movable([0, 0, 0, 0], 0.8), []);
    assert.deepEqual(movable([0, 0, 0, 0], 0.6), [0]);
    assert.deepEqual(movable([0, 0, 0, 0], 0.5), [0, 1]);
    assert.deepEqual(movable([0, 1e-300, 0, 0], 0.8), [0]);
    assert.deepEqual(movable([0, 0, 0, -3], 0.8), [1]);
  });
});
