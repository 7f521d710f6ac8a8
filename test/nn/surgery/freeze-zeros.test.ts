import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, freezeZeros, sparsify } from "../../../src/nn";
import { convolutional } from "../../support/networks";
import { normals, tf, weightOf } from "../../support/tensors";

type Tensor = TensorFlow.Tensor;

describe("freezeZeros", () => {
  it("keeps every zero in training and moves all else, and collapse gives a plain model back", async () => {
    const model = convolutional();
    const names = { first: "kernel", norm: "gamma", depthwise: "depthwise_kernel", hidden: "kernel" };
    for (const [layer, weight] of Object.entries(names)) {
      const values = weightOf(model, layer, weight);
      const zeroed = Float32Array.from(values.dataSync(), (value, i) => (i % 3 === 0 ? 0 : value));
      (values as TensorFlow.Variable).assign(tf.tensor(zeroed, values.shape));
    }
    const [X, Y] = [normals([6, 8, 8, 2], 1), normals([6, 2], 2)];
    const before = (model.predict(X) as Tensor).dataSync();
    const twin = freezeZeros(model);
    assert.deepEqual((twin.predict(X) as Tensor).dataSync(), before);
    assert.deepEqual(
      twin.layers.map((layer) => layer.getClassName()),
      ["FrozenZeros", "FrozenZeros", "FrozenZeros", "MaxPooling2D", "Flatten", "FrozenZeros", "Dense"],
    );
    twin.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    await twin.fit(X, Y, { epochs: 3, verbose: 0 });
    const plain = collapse(twin);
    for (const [layer, weight] of Object.entries(names)) {
      const [was, is] = [model, plain].map((m) => weightOf(m, layer, weight).dataSync());
      is.forEach((value, i) => {
        assert.equal(value === 0, was[i] === 0, `${layer} ${i}`);
      });
      // Where a unit is never active its weights have no gradient.
      const moved = is.filter((value, i) => value !== was[i]).length;
      assert.ok(moved > 0, `${layer}: ${moved} of ${is.length} moved`);
    }
    assert.deepEqual((plain.predict(X) as Tensor).dataSync(), (twin.predict(X) as Tensor).dataSync());
    twin.dispose();
    plain.dispose();
  });

  it("is saved with its mask", async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [2], name: "d", kernelInitializer: "identity" })],
    });
    const json = JSON.parse(JSON.stringify(freezeZeros(model).toJSON(null, false)));
    const again = await tf.models.modelFromJSON(json);
    again.setWeights(freezeZeros(model).getWeights());
    assert.deepEqual(Array.from(weightOf(again, "d", "mask").dataSync()), [1, 0, 0, 1]);
  });

  it("refuses factorized layers", () => {
    assert.throws(() => freezeZeros(sparsify(convolutional(), { lambda: 1, layers: ["hidden"] })), {
      name: "InputError",
      message:
        'freezeZeros: the layers must not be factorized yet, got "hidden", which is; collapse the model first, or name other layers',
    });
  });
});
