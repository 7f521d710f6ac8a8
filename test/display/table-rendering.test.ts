import assert from "node:assert/strict";
import { firstAndLast } from "../../src/display/table-rendering";

describe("firstAndLast", () => {
  it("are all places where there are few, else the first and the last ones", () => {
    assert.deepEqual(firstAndLast(3, 4), [0, 1, 2]);
    assert.deepEqual(firstAndLast(4, 4), [0, 1, 2, 3]);
    assert.deepEqual(firstAndLast(100, 4), [0, 1, 98, 99]);
    assert.deepEqual(firstAndLast(100, 5), [0, 1, 2, 98, 99]);
    assert.deepEqual(firstAndLast(0, 4), []);
  });
});
