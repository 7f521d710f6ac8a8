import assert from "node:assert/strict";
import { corners } from "../../src/display/corners";

describe("corners", () => {
  it("are all places where there are few, else the first and the last ones", () => {
    assert.deepEqual(corners(3, 4), [0, 1, 2]);
    assert.deepEqual(corners(4, 4), [0, 1, 2, 3]);
    assert.deepEqual(corners(100, 4), [0, 1, 98, 99]);
    assert.deepEqual(corners(100, 5), [0, 1, 2, 98, 99]);
    assert.deepEqual(corners(0, 4), []);
  });
});
