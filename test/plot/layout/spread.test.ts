import assert from "node:assert/strict";
import fc from "fast-check";
import { spread } from "../../../src/plot/layout/spread";

const positions = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 11 });

describe("spread", () => {
  it("keeps order and distance, and stays within the limits", () => {
    fc.assert(
      fc.property(positions, (given) => {
        const moved = spread(given, 10, 0, 100);
        const order = given.map((_, i) => i).sort((a, b) => moved[a] - moved[b]);
        for (const [k, i] of order.entries()) {
          assert.ok(moved[i] >= -1e-9 && moved[i] <= 100 + 1e-9);
          if (k === 0) continue;
          assert.ok(moved[i] - moved[order[k - 1]] >= 10 - 1e-9);
          assert.ok(given[i] >= given[order[k - 1]]);
        }
      }),
    );
  });

  it("moves nothing that is far enough apart", () => {
    assert.deepEqual(spread([90, 10, 50], 10, 0, 100), [90, 10, 50]);
  });

  it("parts two equal positions by half the gap each", () => {
    assert.deepEqual(spread([50, 50], 10, 0, 100), [45, 55]);
  });

  it("moves away from a border", () => {
    assert.deepEqual(spread([0, 1, 100], 10, 0, 100), [0, 10, 100]);
  });
});
