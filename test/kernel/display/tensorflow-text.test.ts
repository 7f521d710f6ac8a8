import assert from "node:assert/strict";
import { bundleOf, tensorflowText } from "../../../kernel/display/display";
import { tf } from "../../support/tensors";

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
