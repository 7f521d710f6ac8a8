import assert from "node:assert/strict";
import { knownKeys } from "../../kernel/known-keys";

const columns = { $columns: ["age", "weight", "a b"], $index: [0], $data: [[1, 2, 3]] };
class Frame {
  constructor() {
    Object.assign(this, columns);
  }
}
const variables = {
  bag: { alpha: 1, beta: { gamma: 2 }, "not a name": 3 },
  rows: [{ id: 1, name: "x" }],
  frame: new Frame(),
  guarded: Object.defineProperty({}, "trap", { get: () => assert.fail("ran the notebook's code") }),
};

describe("knownKeys", () => {
  for (const [before, keys] of [
    ["1 + bag.", ["alpha", "beta"]],
    ['bag["', ["alpha", "beta", "not a name"]],
    ["bag[ 'al", ["alpha"]],
    ["bag.beta.", ["gamma"]],
    ["rows[0].", ["id", "name"]],
    ['frame["a', ["age", "a b"]],
    ["frame.a", ["age"]],
  ] as const) {
    it(`goes on after ${before}`, () => {
      const known = knownKeys(variables, before);
      assert.deepEqual(known?.keys, keys);
      assert.equal(known?.start, before.search(/[a-z]*$/));
    });
  }

  it("knows none where nothing is begun, of what is no variable, and behind a getter", () => {
    for (const before of [
      "bag",
      "",
      "1.",
      "other.",
      "f().bag.",
      "guarded.trap.",
      "bag.alpha.",
      "constructor.",
    ]) {
      assert.deepEqual(knownKeys(variables, before)?.keys ?? [], []);
    }
  });
});
