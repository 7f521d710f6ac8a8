import assert from "node:assert/strict";
import { DataFrame } from "danfojs-node";
import { knownKeys } from "../../../kernel/completion/code-answer";

const fail = (): never => assert.fail("ran the notebook's code");
const traps = { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail };
class Below {
  field = 1;
  method(): void {}
  get guarded(): object {
    return fail();
  }
}
class Above extends Below {
  static made(): void {}
  _internal = 2;
  #hidden = 3;
  other(): number {
    return this.#hidden;
  }
}
const variables = {
  bag: { alpha: 1, beta: { gamma: 2 }, "not a name": 3, text: "a" },
  rows: [{ id: 1, name: "x" }],
  frame: new DataFrame({ age: [1], weight: [2], "a b": [3] }),
  guarded: Object.defineProperty({}, "trap", { get: fail }),
  proxy: new Proxy({}, traps),
  above: Object.create(new Proxy({}, traps)),
  made: new Above(),
  key: "beta",
  counts: new Float64Array(1e6),
  map: new Map(),
  Above,
  empty: undefined,
};

describe("knownKeys", () => {
  for (const [before, keys] of [
    ["1 + bag.", ["alpha", "beta", "text"]],
    ['bag["', ["alpha", "beta", "not a name", "text"]],
    ["bag[ 'al", ["alpha"]],
    ["bag.beta.", ["gamma"]],
    ['bag["beta"].', ["gamma"]],
    ["bag[key].", ["gamma"]],
    ["bag?.beta!.", ["gamma"]],
    ["(bag as any).beta.", ["gamma"]],
    ["`${bag.al", ["alpha"]],
    ["rows[0].", ["id", "name"]],
    ["const row = rows[0].", ["id", "name"]],
    ['frame["a', ["age", "a b"]],
    ["frame.a", ["age"]],
    ["() => { frame.a", ["age"]],
  ] as const) {
    it(`goes on after ${before}`, () => {
      const known = knownKeys(variables, before);
      assert.deepEqual(known?.keys, keys);
      assert.equal(known?.start, before.search(/[a-z]*$/));
    });
  }

  it("knows the keys of the environment", () => {
    for (const before of ["process.env.PAT", 'process.env["PAT', "globalThis.process.env.PAT"])
      assert.ok(knownKeys(variables, before)?.keys.includes("PATH"), before);
  });

  for (const [before, members] of [
    ["made.", ["field", "guarded", "method", "other", "_internal"]],
    ["made.o", ["other"]],
    ["Above.m", ["made"]],
    ["map.s", ["set", "size"]],
    ["counts.fin", ["find", "findIndex", "findLast", "findLastIndex"]],
    ["counts[0].toF", ["toFixed"]],
    ["bag.text.toUpp", ["toUpperCase"]],
    ["rows.fl", ["flat", "flatMap"]],
    ["frame.desc", ["describe"]],
    ['frame["age"].val', ["valueCounts", "values"]],
    ["frame.age.values.fl", ["flat", "flatMap"]],
  ] as const) {
    it(`knows the members ${members.join(", ")} after ${before}`, () => {
      const known = knownKeys(variables, before);
      assert.deepEqual(
        known?.members.map(({ text }) => text),
        members,
      );
    });
  }

  it("tells kinds in the words of TypeScript, and what is internal last", () => {
    const kinds = new Map(knownKeys(variables, "made.")?.members.map(({ text, kind }) => [text, kind]));
    assert.deepEqual(
      [kinds.get("field"), kinds.get("other"), kinds.get("guarded")],
      ["property", "method", "property"],
    );
    const texts = knownKeys(variables, "frame.")?.members.map(({ text }) => text) ?? [];
    const first = texts.findIndex((text) => text.startsWith("$"));
    assert.ok(first > 50 && texts.slice(first).every((text) => text.startsWith("$")));
  });

  it("knows none where nothing is begun, of what is no variable, and where code of the notebook would run", () => {
    for (const before of [
      "bag",
      "",
      "1.",
      "other.",
      "f().bag.",
      "bag.beta().",
      "guarded.trap.",
      "made.guarded.",
      "proxy.",
      "proxy.a.",
      'proxy["',
      "above.",
      "empty.",
      "bag.missing.",
      "'bag.",
      "`bag.",
      "// bag.",
      "bag. // a",
      "/* bag.",
      "(bag) => bag.",
      "for (const bag of []) bag.",
      "function f({ bag }) { return bag.",
      "try {} catch (bag) { bag.",
      "let x: bag.",
    ]) {
      const known = knownKeys(variables, before);
      assert.deepEqual([known?.keys ?? [], known?.members ?? []], [[], []], before);
    }
  });
});
