import assert from "node:assert/strict";
import { knockoffThreshold } from "../../src/selection/knockoff-filter";

describe("the knockoff threshold", () => {
  const statistics = Float64Array.of(5, 4, 3.5, 3, -2.5, 2, 1, -1, 0.5, 0, -0.25);

  it("is the smallest at which the estimated share of false selections is small enough", () => {
    // In favour and against at each magnitude: 5: 1/0, 4: 2/0, 3.5: 3/0, 3: 4/0, 2.5: 4/1, 2: 5/1, 1: 6/2, 0.5: 7/2, 0.25: 7/3.
    assert.equal(knockoffThreshold(statistics, 0.25, 1), 3); // 1/4
    assert.equal(knockoffThreshold(statistics, 0.24, 1), Infinity);
    assert.equal(knockoffThreshold(statistics, 0.4, 1), 2); // 2/5
    assert.equal(knockoffThreshold(statistics, 3 / 7, 1), 0.5);
    assert.equal(knockoffThreshold(statistics, 0.1, 0), 3); // 0/4
    assert.equal(knockoffThreshold(statistics, 0.2, 0), 2); // 1/5
    assert.equal(knockoffThreshold(statistics, 0.3, 0), 0.5); // 2/7
  });

  it("is never zero, and infinite where nothing speaks for any feature", () => {
    assert.equal(knockoffThreshold(new Float64Array(5), 0.5, 0), Infinity);
    // Without the one, a threshold with nothing on either side passes: nothing is selected there.
    assert.equal(knockoffThreshold(Float64Array.of(-3, -1), 0.5, 0), Infinity);
  });
});
