import assert from "node:assert/strict";
import { isOrAre } from "../../src/display/is-or-are";

describe("isOrAre", () => {
  it("is singular for one only", () => {
    assert.deepEqual([0, 1, 2].map(isOrAre), ["are", "is", "are"]);
  });
});
