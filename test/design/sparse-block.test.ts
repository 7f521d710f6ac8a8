import assert from "node:assert/strict";
import fc from "fast-check";
import { countingSort } from "../../src/design/sparse-block";

describe("countingSort", () => {
  it("orders places by key and, for the same key, as they stood", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 6 })), (keys) => {
        const { starts, order } = countingSort(keys, 7);
        const sorted = [...keys.keys()].sort((a, b) => keys[a] - keys[b] || a - b);
        assert.deepEqual([...order], sorted);
        for (let key = 0; key < 7; key++) {
          const run = [...order.subarray(starts[key], starts[key + 1])];
          assert.ok(run.every((place) => keys[place] === key));
          assert.equal(run.length, keys.filter((each) => each === key).length);
        }
      }),
    );
  });
});
