import assert from "node:assert/strict";
import { holm, stouffer } from "../../../figures/comparisons/several-tests";
import { probability } from "../../../figures/comparisons/student";

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, not ${expected}`);

describe("holm", () => {
  it("multiplies the least by the number of tests, the next by one fewer, and none is below an earlier one", () => {
    // p.adjust(p, "holm") of R 4.2 gives the same.
    const adjusted = holm([0.04, 0.01, 0.03, 0.02]);
    [0.06, 0.04, 0.06, 0.06].forEach((expected, k) => {
      near(adjusted[k], expected, 1e-15);
    });
  });

  it("has no probability above 1, and leaves a single test as it is", () => {
    assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
    assert.deepEqual(holm([0.03]), [0.03]);
    assert.deepEqual(holm([]), []);
  });
});

describe("stouffer", () => {
  it("adds evidence up: the same normal number four times is twice as large", () => {
    const { z, p } = stouffer(new Array(4).fill({ t: 1.5, freedom: Number.POSITIVE_INFINITY }));
    near(z, 3, 1e-9);
    // Abramowitz and Stegun (1964), table 26.1: P(Z > 3) = 0.0013498980.
    near(p, 2 * 0.001349898, 1e-9);
  });

  it("makes a normal number of Student's t", () => {
    // Table 26.10: with 9 degrees of freedom 2.262 is exceeded as often as 1.960 by a normal number.
    near(stouffer([{ t: -2.262, freedom: 9 }]).z, -1.96, 1e-3);
  });

  it("lets differences in opposite directions cancel", () => {
    const { z, p } = stouffer([
      { t: 2, freedom: 20 },
      { t: -2, freedom: 20 },
    ]);
    assert.deepEqual({ z, p }, { z: 0, p: 1 });
  });
});

describe("probability", () => {
  it("is a twentieth at the quantiles that tables have", () => {
    for (const [freedom, quantile] of Object.entries({ 1: 12.706, 9: 2.262, 60: 2.0003 }))
      near(probability(-quantile, Number(freedom)), 0.05, 2e-5);
  });
});
