import assert from "node:assert/strict";
import { normalTail, truncatedNormalMean, truncatedNormalTail } from "../../src/random/distributions";
import { assertAtMost, assertClose } from "../support/assert-close";

/** Value, limits, mean and the tail by mpmath 1.3.0 in 300 digits. */
const reference: readonly (readonly [
  value: number,
  low: number,
  high: number,
  mean: number,
  tail: number,
])[] = [
  [0.5, -1, 2, 0, 0.34911957866337284],
  [2, 1, Infinity, 0, 0.14339349869880655],
  [2, 1, Infinity, -40, 9.253918883929413e-19],
  [2.125, 2, 2.5, -1000, 3.991802455791664e-55],
  [2.125, 2, 2.5, 800, 1],
  [-3, -4, 5, 9, 1],
  [0.75, -Infinity, 1, 60, 0.9999996209038312],
  [0.75, -Infinity, 1, -7, 3.972531378351419e-15],
  [3, -Infinity, Infinity, 2.25, 0.2266273523768682],
  [7.5, 7.25, 7.75, 0, 0.1340307670001202],
  [7.5, 7.25, 7.75, 7.5, 0.5],
  [1.0009765625, 1, 1.001953125, 0, 0.49975562099530185],
  [40, 38, Infinity, 0, 1.2670193415676689e-34],
];

describe("the truncated normal", () => {
  it("has the tails of exact arithmetic, however far its mean and however near its limits", () => {
    for (const [value, low, high, mean, tail] of reference) {
      const found = truncatedNormalTail({ value, low, high }, mean);
      assertAtMost(
        `the relative error at ${value} of ${low} to ${high}, mean ${mean}`,
        Math.abs(found / tail - 1),
        1e-13,
      );
    }
  });

  it("without limits is the normal distribution", () => {
    const variable = { value: 1.5, low: -Infinity, high: Infinity };
    assertClose("the tail", truncatedNormalTail(variable, 0.5), normalTail(1), 1e-15);
    assertClose("the mean", truncatedNormalMean(variable, normalTail(2)), -0.5, 1e-13);
  });

  it("has a mean for every tail", () => {
    for (const [value, low, high] of reference) {
      for (const tail of [1e-6, 0.025, 0.4, 0.975]) {
        const mean = truncatedNormalMean({ value, low, high }, tail);
        const rounding =
          4 * Number.EPSILON * (1 + Math.abs(mean)) * Math.max(1, Math.min(value - low, high - value));
        assertClose(
          `the tail at ${value} of ${low} to ${high}`,
          truncatedNormalTail({ value, low, high }, mean),
          tail,
          Math.max(1e-12, rounding),
        );
      }
    }
  });

  it("has an infinite mean where the value is a limit", () => {
    assert.equal(truncatedNormalMean({ value: 1, low: 1, high: 2 }, 0.1), -Infinity);
    assert.equal(truncatedNormalMean({ value: 2, low: 1, high: 2 }, 0.1), Infinity);
    assert.equal(truncatedNormalTail({ value: 3, low: 1, high: 2 }, 0), 0);
  });
});
