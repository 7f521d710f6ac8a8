import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, freezeZeros, loadModel, shrink, sparsify, sparsityReport, toOnnx } from "../../src/nn";
import { isFactorized, layersOf } from "../../src/nn/layers/model-layers";
import { assertAllClose } from "../support/assert-close";
import { tf, weightOf } from "../support/tensors";

const ROOT = join(__dirname, "../../../test/golden/keras_models");

/** Models that `test/golden/keras_models.py` made, and the channels of which one can be cut, by norm or layer. */
const MODELS: Readonly<Record<string, { norms: readonly string[]; isExported: boolean; flops: number }>> = {
  mlp: { norms: ["norm"], isExported: true, flops: 2 * (4 * 6 + 6 * 3) },
  cnn: {
    norms: ["first_norm", "second_norm"],
    isExported: true,
    flops: 2 * (36 * 9 * 2 * 4 + 9 * 4 * 5 + 45 * 3),
  },
  mobilenet: {
    // The first is followed by zeros around each channel.
    norms: ["block_1_expand_BN", "block_2_expand_BN"],
    isExported: true,
    flops:
      2 *
      (64 * 9 * 3 * 4 + // the first convolution
        (64 * 4 * 8 + 16 * 9 * 8 + 16 * 8 * 6) + // block 1
        (16 * 6 * 10 + 16 * 9 * 10 + 16 * 10 * 6) + // block 2
        6 * 3),
  },
  lstm: { norms: [], isExported: false, flops: 2 * (7 * (3 + 4) * 16 + 7 * (4 + 5) * 20 + 5 * 2) },
};

describe("a model converted from Keras", () => {
  for (const [name, { norms, isExported, flops }] of Object.entries(MODELS)) {
    const { inputs, outputs } = JSON.parse(readFileSync(join(ROOT, name, "predictions.json"), "utf8"));
    const x = tf.tensor(inputs);
    const predictionsOf = (model: TensorFlow.LayersModel): ArrayLike<number> =>
      (model.predict(x) as TensorFlow.Tensor).dataSync();
    const assertPredicts = (what: string, model: TensorFlow.LayersModel): void =>
      assertAllClose(what, predictionsOf(model), tf.tensor(outputs).dataSync(), 1e-5);

    it(`predicts as Keras does, also as a twin, collapsed, with frozen zeros and shrunken: ${name}`, async () => {
      const model = (await loadModel(join(ROOT, name))) as TensorFlow.LayersModel;
      assertPredicts("loaded", model);
      const twin = sparsify(model, { lambda: 0.1, depth: 3 });
      assertPredicts("twin", twin);
      const plain = collapse(twin);
      assertPredicts("collapsed", plain);
      assertPredicts("frozen", freezeZeros(plain));
      assertPredicts("shrunken", shrink(plain));
      assert.equal(sparsityReport(model).flops, flops);
    });

    for (const norm of norms)
      it(`has its norms factorized, and loses the channels that they cut off: ${name}, ${norm}`, async () => {
        const model = (await loadModel(join(ROOT, name))) as TensorFlow.LayersModel;
        const within = layersOf(model).find((layer) => layer.name === norm)!;
        const twin = sparsify(model, { lambda: 0.1, layers: [norm] });
        assert.equal(layersOf(twin).filter(isFactorized).length, 1);
        const [gamma, beta] = within.weights;
        const cutOff = (weight: TensorFlow.LayerVariable): void => {
          const values = Float32Array.from(weight.read().dataSync(), (value, c) => (c < 2 ? 0 : value));
          weight.write(tf.tensor1d(values));
        };
        cutOff(gamma); // The channels are constant, and not zero.
        assertAllClose("constants", predictionsOf(shrink(model)), predictionsOf(model), 1e-5);
        cutOff(beta);
        const smaller = shrink(model);
        assertAllClose("predictions", predictionsOf(smaller), predictionsOf(model), 1e-5);
        const { flops: fewer } = sparsityReport(smaller);
        assert.ok(fewer < flops, `${fewer} of ${flops}`);
        assert.equal(sparsityReport(model).shrunkenFlops, fewer);
      });

    if (isExported)
      it(`has an ONNX file: ${name}`, async () => {
        const model = await loadModel(join(ROOT, name));
        assert.ok(toOnnx(model).length > 0);
      });
  }

  it("has its channels in a norm with a list of axes", async () => {
    const model = (await loadModel(join(ROOT, "cnn"))) as TensorFlow.LayersModel;
    assert.deepEqual(model.getLayer("first_norm").getConfig().axis, [3]);
    assert.deepEqual(weightOf(model, "first_norm", "gamma").shape, [4]);
  });
});
