/** Completion and inspection over real sockets, where the compiler knows no more than `any` and the value tells. */
import assert from "node:assert/strict";
import { resultText, streamText, tracebackOf } from "../support/exchanges";
import { type Json, TestKernel } from "../support/test-kernel";

const SETUP: string = `import { DataFrame } from "danfojs-node";
const df = new DataFrame({ age: [1, 2, 3], weight: [50, 60, 70], "a b": [1, 2, 3] });
const loose: any = df;
let ran = 0;
class Own { field = 1; method() {} get guarded() { ran++; return { a: 1 }; } }
const own: any = new Own();
const proxy: any = new Proxy({ a: 1 }, { get() { return ran++; }, ownKeys() { ran++; return []; } });
const bag: any = { user: { name: "Ann", age: 3 }, get trap() { ran++; return { a: 1 }; }, map: new Map([["k", 1]]) };
/** Counts. */
function count(n: number): number { return n; }`;

describe("answers of a kernel from the live value", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
    const exchange = await kernel.execute(SETUP);
    assert.equal(exchange.reply.content.status, "ok", tracebackOf(exchange));
  });
  after(async () => {
    assert.equal(resultText(await kernel.execute("ran")), "0", "an answer ran code of the notebook");
    await kernel.stop();
  });

  async function ask(type: "complete" | "inspect", marked: string): Promise<Json> {
    const cursor_pos = marked.indexOf("|");
    const content = { code: marked.replace("|", ""), cursor_pos, detail_level: 0 };
    const exchange = await kernel.request("shell", `${type}_request`, content);
    assert.equal(streamText(exchange), "");
    return exchange.reply.content;
  }

  for (const [marked, first, more] of [
    ['df["age"].|', [], ["values", "mean", "describe"]],
    ["df.age.|", [], ["values", "mean", "unique"]],
    ["df.age.va|", ["valueCounts", "values", "var"], []],
    ['df["|', ["age", "weight", "a b"], []],
    ["df.|", ["age", "weight", "abs"], ["describe", "shape"]],
    ["loose.|", ["age", "weight"], ["describe", "head", "shape"]],
    ["loose.desc|", ["describe"], []],
    ['loose["age"].me|', ["mean", "median"], []],
    ["loose?.age.values[0].toF|", ["toFixed"], []],
    ["process.env.PAT|", ["PATH"], []],
    ["own.|", ["field", "guarded", "method"], []],
    ["bag.user.|", ["name", "age"], []],
    ['bag["user"]["|', ["name", "age"], []],
    ["bag.user.name.toUpp|", ["toUpperCase"], []],
    ["bag.map.|", ["clear", "delete", "entries"], ["size"]],
    ["bag.trap.|", [], []],
    ["proxy.|", [], []],
    ["own.guarded.|", [], []],
  ] as const) {
    it(`complete ${marked} by ${[...first, ...more].join(", ") || "nothing"}`, async () => {
      const matches = (await ask("complete", marked)).matches as string[];
      if (first.length === 0 && more.length === 0) assert.deepEqual(matches, []);
      assert.deepEqual(matches.slice(0, first.length), first);
      for (const name of more) assert.ok(matches.includes(name), name);
      const internal = matches.findIndex((name) => name.startsWith("$"));
      if (internal >= 0)
        assert.ok(
          matches.slice(internal).every((name) => /^[$_]/.test(name)),
          String(matches),
        );
    });
  }

  it("replace the whole name that the cursor stands in", async () => {
    const { cursor_start, cursor_end, metadata } = await ask("complete", "1 + loose.desc|ribe()");
    assert.deepEqual([cursor_start, cursor_end], [10, 18]);
    const [found] = (metadata as Json)._jupyter_types_experimental as Json[];
    assert.deepEqual([found?.text, found?.type], ["describe", "method"]);
  });

  for (const [marked, plain, markdown] of [
    [
      "d|f",
      /^const df: DataFrame\n\nDataFrame: 3 rows × 3 columns\nage {5}int32 {2}1, 2, 3\n/,
      /^```ts\nconst df: DataFrame\n```\n/,
    ],
    ["df.a|ge", /^Series: 3 values, int32\n1, 2, 3$/, /^```text\nSeries: 3 values/],
    ['loose["we|ight"]', /^Series: 3 values, int32\n50, 60, 70$/, /50, 60, 70\n```$/],
    ['df["age"]|', /^Series: 3 values, int32\n/, /^```text\nSeries: 3 values/],
    ["df.age.values[1]|", /^= 2$/, /= 2/],
    ["bag.us|er", /^Object: 2 keys\nname: 'Ann'\nage: 3$/, /^```text\n/],
    ["bag.user.ag|e", /^= 3$/, /^```text\n= 3\n```$/],
    ["bag.m|ap", /^Map: 1 entry\n'k' => 1$/, /'k' => 1/],
    ["loose.describ|e()", /^function describe\(\)$/, /^```text\n/],
    [
      "coun|t(1)",
      /^function count\(n: number\): number\n\nCounts\.$/,
      /^```ts\nfunction count\(n: number\): number\n```\n\nCounts\.$/,
    ],
    ["own", /^const own: any\n\nOwn: 1 field\nfield: 1$/, /```ts\nconst own: any\n```/],
  ] as const) {
    it(`explain ${marked}`, async () => {
      const { found, data } = await ask("inspect", marked.includes("|") ? marked : `${marked}|`);
      assert.equal(found, true);
      assert.match(String((data as Json)["text/plain"]), plain);
      assert.match(String((data as Json)["text/markdown"]), markdown);
    });
  }

  it("explain nothing behind a getter or a proxy, nor where there is no name", async () => {
    for (const marked of [
      "|",
      "  |  ",
      "1 + |",
      "// d|f",
      "bag.tra|p",
      "own.guarde|d",
      "proxy.a|",
      "bag.user.missin|g",
    ])
      assert.equal((await ask("inspect", marked)).found, false, marked);
  });
});
