/** The minimiser of a quadratic and the norm of a group. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { groupL2, sparseGroup } from "../../src/penalties";
import { scaledPenalty } from "../../src/penalties/scaled-penalty";
import { assertAllClose, assertAtMost } from "../support/assert-close";

const penalty = groupL2([0, 0, 0, 1], { weights: [1.5, 2] });
const entry = fc.double({ min: -5, max: 5, noNaN: true });
const bend = fc.double({ min: 0, max: 4, noNaN: true });

function minimumOf(curvature: readonly number[], z: readonly number[], lambda: number): Float64Array {
  const out = new Float64Array(3).fill(7);
  penalty.groupMinimum!(0, Float64Array.from(curvature), Float64Array.from(z), lambda, out);
  return out;
}

describe("the minimum of a group lasso's term and a quadratic", () => {
  it("is stationary: zero exactly where the slope is below that of the norm, else where they balance", () => {
    const vectors = fc.tuple(fc.tuple(bend, bend, bend), fc.tuple(entry, entry, entry));
    fc.assert(
      fc.property(vectors, fc.constantFrom(1e-3, 0.3, 2), ([curvature, z], lambda) => {
        // Without curvature there is a minimum only where the norm outweighs the slope.
        const given = z.map((entry, i) => (curvature[i] > 1e-3 ? entry : 0));
        const b = minimumOf(curvature, given, lambda);
        const slope = Float64Array.from(b, (entry, i) => curvature[i] * entry - given[i]);
        const size = Math.hypot(...given);
        assert.equal(
          b.some((entry) => entry !== 0),
          size > 1.5 * lambda,
        );
        assertAtMost("violation", penalty.groupViolation(0, b, slope, lambda), 1e-12 * size);
      }),
    );
  });

  it("is the prox where all curvatures are the same", () => {
    const z = Float64Array.of(1, -2, 0.5);
    for (const curvature of [0.2, 1, 30]) {
      const expected = new Float64Array(3);
      penalty.groupProx!(
        0,
        z.map((entry) => entry / curvature),
        1 / curvature,
        0.4,
        expected,
      );
      assertAllClose("b", minimumOf([curvature, curvature, curvature], [...z], 0.4), expected, 1e-14);
    }
  });

  it("is least squares without a penalty, zero where there is nothing to fit", () => {
    assertAllClose("b", minimumOf([2, 0, 4], [1, 0, -2], 0), Float64Array.of(0.5, 0, -0.5), 0);
  });

  it("goes along with a factor of the penalty", () => {
    const scaled = scaledPenalty(penalty, 3) as typeof penalty;
    const out = new Float64Array(3);
    scaled.groupMinimum!(0, Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6), 0.2, out);
    assertAllClose("b", out, minimumOf([1, 2, 3], [4, 5, 6], 0.6), 1e-14);
  });

  it("is not offered where directions within a group differ", () => {
    assert.ok(!("groupMinimum" in sparseGroup([0, 0, 1], { l1Ratio: 0.5 })));
  });
});
