import assert from "node:assert/strict";
import { paired, pairedPercent } from "../../../figures/comparisons/paired";

const draws = (...values: number[]): Map<string, number> =>
  new Map(values.map((value, draw) => [String(draw), value]));

describe("paired", () => {
  it("compares draw by draw, whatever the draws differ in", () => {
    const { n, mean, error, verdict } = paired(draws(11, 102, 1003), draws(10, 100, 1000));
    // Differences of 1, 2 and 3, of standard deviation 1; 2 sqrt(3) is below 4.303.
    assert.deepEqual({ n, mean, verdict }, { n: 3, mean: 2, verdict: "level" });
    assert.ok(Math.abs(error - 1 / Math.sqrt(3)) < 1e-12);
  });

  it("is beyond chance from Student's t on", () => {
    assert.equal(paired(draws(4, 5, 6), draws(0, 0, 0)).verdict, "more");
    assert.equal(paired(draws(-4, -5, -6), draws(0, 0, 0)).verdict, "less");
  });

  it("leaves out draws that one of the two has not", () => {
    assert.equal(paired(draws(1, 2, 3, 50), draws(0, 0, 1)).n, 3);
    assert.throws(() => paired(draws(1), draws(0)), /1 draws in common/);
  });

  it("takes splits that share rows for less than they are", () => {
    const [one, other] = [draws(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), draws(...new Array(10).fill(0))];
    const [plain, corrected] = [paired(one, other), paired(one, other, 1 / 4)];
    // The variance of the mean is s^2 (1/10 + 1/4) in place of s^2 / 10.
    assert.ok(Math.abs((corrected.error / plain.error) ** 2 - 3.5) < 1e-12);
  });
});

describe("pairedPercent", () => {
  it("is of the mean of the other way over the draws in common", () => {
    const { mean, error } = pairedPercent(draws(3, 5), draws(4, 8, 1000));
    assert.ok(Math.abs(mean - (100 * -2) / 6) < 1e-12);
    assert.ok(Math.abs(error - 100 / 6) < 1e-12);
  });
});
