import assert from "node:assert/strict";
import { inspect } from "node:util";
import { bundleOf, checkedBundle, tensorflowText } from "../../../kernel/display/display";
import { tf } from "../../support/tensors";

const DISPLAY = Symbol.for("Jupyter.display");

describe("bundleOf", () => {
  it("takes the bundle that a value gives itself, also as a promise", async () => {
    const bundle = { "text/html": "<b>x</b>", "application/json": { a: 1 } };
    assert.deepEqual(bundleOf({ [DISPLAY]: () => bundle }), bundle);
    assert.deepEqual(await bundleOf({ [DISPLAY]: async () => bundle }), bundle);
  });

  it("calls the method on the value", () => {
    class Shown {
      readonly text = "mine";
      [DISPLAY](): object {
        return { "text/plain": this.text };
      }
    }
    assert.deepEqual(bundleOf(new Shown()), { "text/plain": "mine" });
  });

  it("refuses a bundle that is none, in one sentence", () => {
    const prefix =
      "display: a MIME bundle must be an object with MIME types as keys and strings or JSON objects as values, got ";
    assert.throws(() => bundleOf({ [DISPLAY]: () => 5 }), { message: `${prefix}5` });
    assert.throws(() => checkedBundle({ "text/plain": 5 }), { message: `${prefix}5 as text/plain` });
  });

  it("encodes bytes as base64", () => {
    assert.deepEqual(checkedBundle({ "image/png": Uint8Array.of(1, 2, 3) }), { "image/png": "AQID" });
    const many = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) % 256);
    assert.deepEqual(checkedBundle({ "image/png": many }), {
      "image/png": Buffer.from(many).toString("base64"),
    });
  });

  it("shows a value with a schema that is not of a chart as text", () => {
    assert.deepEqual(Object.keys(bundleOf({ toSpec: () => ({ mark: "bar" }) })), ["text/plain"]);
    const other = { $schema: "https://json-schema.org/draft/2020-12/schema" };
    assert.deepEqual(Object.keys(bundleOf(other)), ["text/plain"]);
    const broken = { toObject: () => assert.fail("it cannot be one"), a: 1 };
    assert.match(String((bundleOf(broken) as Record<string, unknown>)["text/plain"]), /a: 1/);
  });

  it("recognizes images by their first bytes", () => {
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUg==", "base64");
    assert.equal((bundleOf(png) as Record<string, unknown>)["image/png"], "iVBORw0KGgoAAAANSUhEUg==");
    assert.deepEqual(Object.keys(bundleOf(Buffer.from("text"))), ["text/plain"]);
  });

  it("shows elements and values that give HTML", () => {
    assert.equal((bundleOf({ outerHTML: "<p>x</p>" }) as Record<string, unknown>)["text/html"], "<p>x</p>");
    assert.ok("image/svg+xml" in bundleOf({ outerHTML: "<svg/>" }));
    assert.equal(
      (bundleOf({ toHtml: () => "<i>y</i>" }) as Record<string, unknown>)["text/html"],
      "<i>y</i>",
    );
  });

  it("waits for whatever can be waited for", async () => {
    // biome-ignore lint/suspicious/noThenProperty: this is what promises of other libraries look like
    const other = { then: (done: (bundle: object) => void) => done({ "text/plain": "later" }) };
    assert.deepEqual(await bundleOf({ [DISPLAY]: () => other }), { "text/plain": "later" });
    const failing = bundleOf({ [DISPLAY]: () => Promise.reject(new RangeError("no")) });
    await assert.rejects(async () => failing, RangeError);
  });

  it("shows values that refuse to be read as text", () => {
    const refusing = {
      get toSpec(): never {
        throw new Error("no");
      },
      get $columns(): never {
        throw new Error("no");
      },
      get outerHTML(): never {
        throw new Error("no");
      },
    };
    const text = "{ toSpec: [Getter], '$columns': [Getter], outerHTML: [Getter] }";
    assert.deepEqual(bundleOf(refusing), { "text/plain": text });
    const proxy = new Proxy({}, { get: () => assert.fail() });
    // Node 26 writes "Proxy({})", older ones "{}".
    assert.deepEqual(bundleOf(proxy), { "text/plain": inspect(proxy) });
  });

  it("shows everything else as the console does, without colours", () => {
    const circular: Record<string, unknown> = {};
    circular.me = circular;
    assert.deepEqual(bundleOf(circular), { "text/plain": "<ref *1> { me: [Circular *1] }" });
    assert.deepEqual(bundleOf("text"), { "text/plain": "'text'" });
    assert.deepEqual(bundleOf(null), { "text/plain": "null" });
    assert.deepEqual(bundleOf(Symbol("s")), { "text/plain": "Symbol(s)" });
    assert.deepEqual(bundleOf(5n), { "text/plain": "5n" });
  });
});

describe("what TensorFlow.js makes", () => {
  it("is shown as it prints itself: tensors by type, shape and values", () => {
    const tensor = tf.tensor2d([
      [1, 2.5],
      [3, 4],
    ]);
    const lines = (bundleOf(tensor) as { "text/plain": string })["text/plain"].split("\n");
    assert.deepEqual(lines.slice(0, 4), ["Tensor", "  dtype: float32", "  rank: 2", "  shape: [2,2]"]);
    assert.match(lines.slice(4).join(""), /\[1, 2\.5\],\s+\[3, 4 +\]/);
  });

  it("models by their layers", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2], name: "only" })] });
    const { "text/plain": text } = bundleOf(model) as { "text/plain": string };
    assert.match(text, /^only \(Dense\) .* 9 *$/m);
    assert.match(text, /^Total params: 9$/m);
  });

  it("leaves what is disposed of, and other values, alone", () => {
    const tensor = tf.scalar(1);
    tensor.dispose();
    for (const value of [tensor, { layers: [] }, { dtype: "x", rankType: "1" }, new Float32Array(2)])
      assert.equal(tensorflowText(value), undefined);
  });
});
