import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { DataFrame } from "danfojs-node";
import { knownKeys } from "../../../kernel/completion/code-answer";

const variables = {
  frame: new DataFrame({ age: [1], weight: [2], "a b": [3] }),
  table: tableFromArrays({ age: [1], height: [2] }),
  rows: [{ id: 1, name: "x" }],
  columns: { age: [1, 2], sex: new Float64Array(2) },
  bag: { inner: { frame: new DataFrame({ within: [1] }) }, alpha: 1 },
};

describe("columns as arguments", () => {
  for (const [before, keys] of [
    ['frame.column("', ["age", "weight", "a b"]],
    ["frame.column('we", ["weight"]],
    ['const mean = 1 + frame.loc({ columns: ["age", "', ["age", "weight", "a b"]],
    ['table.getChild("h', ["height"]],
    ['fromFrame(frame, { response: "a', ["age", "a b"]],
    ['new Plot().of(rows, { x: "', ["id", "name"]],
    ['fit(columns, "', ["age", "sex"]],
    ['bag.inner.frame.drop(["', ["within"]],
    ['// frame.column("\nframe.column( /* " */ "w', ["weight"]],
    ['frame.query(frame.column("weight").gt("', ["age", "weight", "a b"]],
  ] as const) {
    it(`goes on after ${before}`, () => {
      const found = knownKeys(variables, before);
      assert.deepEqual(found?.keys, keys);
      assert.equal(found?.start, Math.max(before.lastIndexOf('"'), before.lastIndexOf("'")) + 1);
    });
  }

  it("knows none outside of strings and calls, of what is no frame, and for methods of arrays and records", () => {
    for (const before of [
      "frame.column(",
      'frame.column("age")',
      'print("',
      'rows.join("',
      'bag.alpha("',
      'columns.get("',
      'fit(bag, "',
      "frame.column(`",
    ]) {
      assert.deepEqual(knownKeys(variables, before)?.keys ?? [], [], before);
    }
  });
});
