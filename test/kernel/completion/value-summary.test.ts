import assert from "node:assert/strict";
import { runInThisContext } from "node:vm";
import { DataFrame, Series } from "danfojs-node";
import { valueSummary } from "../../../kernel/completion/value-summary";
import { SmoothLasso } from "../../../src";
import { Chart } from "../../../src/plot";

const fail = (): never => assert.fail("ran the notebook's code");
class Guarded {
  own = 1;
  get [Symbol.toStringTag](): string {
    return fail();
  }
  get got(): string {
    return fail();
  }
  toString(): string {
    return fail();
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return fail();
  }
}
const nameless: unknown = runInThisContext("(function (a) { return a; })");
const spec = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  mark: "bar",
  title: { text: "Ages" },
};

describe("valueSummary", () => {
  for (const [what, value, summary] of [
    ["a number", 3, "= 3"],
    ["nothing", undefined, "= undefined"],
    ["a text", "a\nb", "= 'a...'"],
    ["a long text", "x".repeat(100), `'${"x".repeat(60)}...', 100 characters`],
    ["an array", [1, "a", null, [1, 2], {}, 6], "Array: 6 elements\n1, 'a', null, Array(2), {}, ..."],
    ["a typed array", new Float64Array(1e6), "Float64Array: 1000000 elements\n0, 0, 0, 0, 0, ..."],
    ["a map", new Map([["k", { a: 1 }]]), "Map: 1 entry\n'k' => { a }"],
    ["a set", new Set([1, 2]), "Set: 2 values\n1, 2"],
    ["a plain object", { a: 1, b: { c: 2 } }, "Object: 2 keys\na: 1\nb: { c }"],
    [
      "an object with a getter",
      Object.defineProperty({ a: 1 }, "b", { get: fail, enumerable: true }),
      "Object: 2 keys\na: 1\nb: behind a getter",
    ],
    ["an object of a class", new Guarded(), "Guarded: 1 field\nown: 1"],
    ["a list of such", [new Guarded()], "Array: 1 element\nGuarded"],
    ["a proxy", new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail }), "a proxy"],
    ["an error", new RangeError("too far"), "RangeError: too far"],
    ["a date", new Date(0), "Date: 1970-01-01T00:00:00.000Z"],
    ["a promise", Promise.resolve(1), "Promise"],
    ["a class", Guarded, "class Guarded"],
    ["a function", (a: number, { b }: { b: number }) => a + b, "(a, { b }) =>"],
    ["a method", new Guarded().toString, "toString()"],
    ["a nameless function", nameless, "function given(a)"],
    ["one of the language's own", Math.max, "function max()"],
    [
      "a chart",
      new Chart({ description: "Ages of all", mark: "bar", data: { values: [] } }),
      "Chart: Ages of all, mark bar",
    ],
    ["a specification of Vega-Lite", spec, "Object: Ages, mark bar"],
    [
      "a data frame",
      new DataFrame({ age: [1, 2], name: ["a", "b"] }),
      "DataFrame: 2 rows × 2 columns\nage   int32  1, 2\nname  string  'a', 'b'",
    ],
    ["a series", new Series([1.5, 2]), "Series: 2 values, float32\n1.5, 2"],
  ] as const) {
    it(`says of ${what}: ${summary.split("\n")[0]}`, () =>
      assert.equal(valueSummary(value, "given"), summary));
  }

  it("takes the first line of a fit", () => {
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(
      [
        [1, 2],
        [3, 1],
        [2, 2],
        [5, 0],
      ],
      [1, 2, 3, 5],
    );
    assert.equal(valueSummary(fit, "fit"), `SparseLinearFit: ${fit.summary().title}`);
  });

  it("lists no more than twenty keys, and of the environment no values", () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`k${k}`, k]));
    const lines = valueSummary(many, "many").split("\n");
    assert.deepEqual([lines.length, lines.at(-1)], [22, "... 10 more"]);
    assert.deepEqual(valueSummary(process.env, "env").split("\n"), Object.keys(process.env));
  });
});
