import assert from "node:assert/strict";
import { beyondChance } from "../../../figures/comparisons/student";

describe("beyondChance", () => {
  it("is the quantile of Student's t that tables have", () => {
    // Abramowitz and Stegun (1964), table 26.10.
    const table = { 1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 19: 2.093, 60: 2.0, 120: 1.98 };
    for (const [freedom, quantile] of Object.entries(table)) {
      assert.ok(Math.abs(beyondChance(Number(freedom)) - quantile) < 1e-3, `${freedom} degrees of freedom`);
    }
  });
});
