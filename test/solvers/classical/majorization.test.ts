import assert from "node:assert/strict";
import { isMajorized } from "../../../src/solvers/classical/majorization";

describe("isMajorized", () => {
  const unasked = (): number => assert.fail("the values alone decide");

  it("compares the values where their difference has digits", () => {
    // f(x) = x^2 from 1 by -0.5: slope -1, f falls by 0.75; its curvature is 2.
    assert.equal(isMajorized(1, 0.25, -1, 2 * 0.25, unasked), true);
    assert.equal(isMajorized(1, 0.25, -1, 1.9 * 0.25, unasked), false);
  });

  it("takes a model that touches for one that majorizes, whatever the rounding", () => {
    const before = 1 / 3;
    const after = before - 0.1 + 0.05 + Number.EPSILON * before;
    assert.equal(isMajorized(before, after, -0.1, 0.1, unasked), true);
  });

  it("compares slopes where the values agree to rounding", () => {
    const step = 1e-12;
    for (const [curvature, expected] of [
      [1, true],
      [2, false],
    ] as const) {
      // The values are the same: all of the change was rounded away.
      const change = (): number => curvature * step * step;
      assert.equal(isMajorized(1, 1, -step, step * step, change), expected);
    }
  });

  it("takes no overflow for a decrease", () => {
    assert.equal(isMajorized(1, Number.POSITIVE_INFINITY, -1, 1, unasked), false);
    assert.equal(isMajorized(1, Number.NaN, -1, 1, unasked), false);
  });
});
