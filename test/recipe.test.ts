import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { seededRandom } from "../src";
import * as datafits from "../src/datafits";
import { fromPlain, recipeOf, serializable, toPlain } from "../src/recipe";
import { datafitCases, gradientAt, lossAt } from "./support/datafit-cases";
import { normals } from "./support/problems";

/** A factory of something that nothing but its recipe tells about. */
const pair = (...args: unknown[]): { readonly args: readonly unknown[] } =>
  serializable("pair", args, { args: Object.freeze(args) });
const factories = { pair };

const asText = (value: unknown): string => JSON.stringify(toPlain("send", "value", value));
const fromText = (text: string): unknown => fromPlain("read", "value", JSON.parse(text), factories);

describe("a recipe", () => {
  it("is known of what a factory made, and of nothing else", () => {
    assert.deepEqual(recipeOf(pair(1, "a")), { factory: "pair", args: [1, "a"] });
    assert.equal(recipeOf({ args: [] }), undefined);
    assert.equal(recipeOf(datafits.logistic().weighted(Float64Array.of(1, 1))), undefined);
  });

  for (const [what, args] of [
    ["numbers that JSON has no word for", [Infinity, -Infinity, Number.NaN, -0, 0, 5e-324, 0.1 + 0.2]],
    ["texts, truth values, null and arguments left out", ["raw", "", true, false, null, undefined, 2]],
    ["arrays in arrays", [[1, ["a", [-0]]], []]],
    [
      "typed arrays",
      [Float64Array.of(1, Infinity, -0), Int32Array.of(-3, 4), Float32Array.of(0.5), new Uint8Array(0)],
    ],
    [
      "options in options",
      [{ weights: Float64Array.of(1, 2), groups: ["a", "b"], inner: { q: 0.5, on: true } }],
    ],
  ] as const) {
    it(`comes through JSON with ${what}`, () => {
      assert.deepEqual((fromText(asText(pair(...args))) as ReturnType<typeof pair>).args, args);
    });
  }

  it("comes through JSON with values that have recipes of their own", () => {
    const made = fromText(asText(pair({ penalty: pair(2) }, [pair(pair())]))) as ReturnType<typeof pair>;
    assert.deepEqual(recipeOf(made), { factory: "pair", args: [{ penalty: pair(2) }, [pair(pair())]] });
    const [{ penalty }] = made.args as [{ penalty: object }];
    assert.deepEqual(recipeOf(penalty), { factory: "pair", args: [2] });
  });

  it("reads what a notebook cell made, whose arrays and objects are of another realm", () => {
    const foreign = runInNewContext("({ list: [1, 2], numbers: Float64Array.of(3, Infinity) })");
    const [read] = (fromText(asText(pair(foreign))) as ReturnType<typeof pair>).args;
    assert.deepEqual(read, { list: [1, 2], numbers: Float64Array.of(3, Infinity) });
  });

  it("stays as it was when the caller's arrays and options change afterwards", () => {
    const [list, numbers, options] = [["a"], Float64Array.of(1), { depth: 2 }];
    const made = pair(list, numbers, options);
    list.push("b");
    numbers[0] = 5;
    options.depth = 3;
    assert.deepEqual(recipeOf(made)?.args, [["a"], Float64Array.of(1), { depth: 2 }]);
  });

  it("takes an object that holds itself, as long as nobody sends it", () => {
    const own: Record<string, unknown> = { forward: () => {} };
    own.self = own;
    assert.equal(recipeOf(pair(own))?.args[0], own);
  });

  it("cannot be sent with a function or an object of a class, and says where that is", () => {
    const rule = "must be plain data or made by a factory of this library, got";
    assert.throws(() => asText(pair({ schedule: Math.exp })), {
      name: "InputError",
      message: `send: value, argument 0 of pair.schedule ${rule} a function exp`,
    });
    assert.throws(() => asText([1, new Date(0)]), {
      name: "InputError",
      message: `send: value[1] ${rule} a Date`,
    });
    assert.throws(() => asText(1n), { name: "InputError", message: `send: value ${rule} 1n` });
  });

  it("is refused in one sentence where it was not written by this library", () => {
    for (const [text, message] of [
      ['{"$made":"exec","args":[]}', 'the factory of value must be one of this library, got "exec"'],
      ['{"$made":"toString","args":[]}', 'the factory of value must be one of this library, got "toString"'],
      ['{"$made":7,"args":[]}', "the factory of value must be one of this library, got 7"],
      ['{"$made":"pair"}', "the arguments of value must be an array, got undefined"],
      ['[{"$number":"1"}]', 'value[0] must be a number, got "1"'],
      ['{"a":{"$array":"Map","of":[]}}', 'the kind of value.a must be a typed array of numbers, got "Map"'],
      ['{"$array":"Float64Array","of":3}', "value must be an array of numbers, got 3"],
      [
        '{"$made":"pair","args":[{"$array":"Int32Array","of":[1,null]}]}',
        "value, argument 0 of pair[1] must be a number, got null",
      ],
    ]) {
      assert.throws(() => fromText(text), { name: "InputError", message: `read: ${message}` });
    }
  });
});

describe("the recipe of every datafit", () => {
  for (const { factory, datafit, draw } of datafitCases) {
    it(`makes ${datafit.name} again, from JSON`, () => {
      assert.equal(recipeOf(datafit)?.factory, factory);
      const again = fromPlain("read", "datafit", JSON.parse(asText(datafit)), datafits) as datafits.Datafit;
      const y = draw(6, 1);
      const eta = normals(seededRandom(2), y.length);
      assert.deepEqual(
        [again.name, again.response, again.nResponses],
        [datafit.name, datafit.response, datafit.nResponses],
      );
      assert.equal(lossAt(again, y, eta), lossAt(datafit, y, eta));
      assert.deepEqual(gradientAt(again, y, eta), gradientAt(datafit, y, eta));
      assert.equal(again.saturatedValue(y), datafit.saturatedValue(y));
    });
  }
});
