import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { loadDigits } from "../../src/data";
import { collapse, cosineDecay, shrink, sparsify, sparsityReport, train } from "../../src/nn";
import { assertAllClose } from "../support/assert-close";
import { TEST_BACKEND, tensorFlowOn } from "../support/test-backend";

const EPOCHS = 15;
const RATE = 0.1;

describe("a convolutional network on the digits", () => {
  it("loses filters in training, and what is left after shrink predicts the same with fewer operations", async () => {
    const tf: typeof TensorFlow = await tensorFlowOn(TEST_BACKEND);
    const { columns, response } = loadDigits();
    const pixels = Object.values(columns);
    const images = Array.from({ length: 400 }, (_, i) => pixels.map((values) => Number(values[i]) / 16));
    const x = tf.tensor2d(images).reshape([400, 8, 8, 1]);
    const y = tf.oneHot(tf.tensor1d(Array.from(response.slice(0, 400), Number), "int32"), 10).toFloat();
    const conv = (seed: number, more: object = {}) =>
      tf.layers.conv2d({
        filters: 16,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: tf.initializers.heNormal({ seed }),
        ...more,
      });
    const output = tf.layers.dense({
      units: 10,
      activation: "softmax",
      kernelInitializer: tf.initializers.heNormal({ seed: 3 }),
    });
    const layers = [conv(1, { inputShape: [8, 8, 1] }), conv(2), tf.layers.maxPooling2d({ poolSize: 2 })];
    const model = tf.sequential({ layers: [...layers, tf.layers.flatten(), output] });
    const twin = sparsify(model, { structure: "filter", depth: 2, lambda: 0.07 });
    twin.compile({
      loss: "categoricalCrossentropy",
      optimizer: tf.train.momentum(RATE, 0.9),
      metrics: ["accuracy"],
    });
    const learningRate = cosineDecay(RATE, { epochs: EPOCHS });
    const { records } = await train(twin, x, y, { epochs: EPOCHS, batchSize: 16, learningRate });
    const plain = collapse(twin);
    const smaller = shrink(plain);
    const filters = (of: TensorFlow.LayersModel): number =>
      of.layers.slice(0, 2).reduce((sum, layer) => sum + (layer.outputShape as number[])[3], 0);
    assert.ok(filters(smaller) <= 16, `${filters(smaller)} of 32 filters are left`);
    assert.ok(records[EPOCHS - 1].accuracy > 0.9, `accuracy ${records[EPOCHS - 1].accuracy}`);
    assert.ok(sparsityReport(smaller).flops < 0.5 * sparsityReport(plain).flops);
    const [expected, actual] = [plain, smaller].map((each) => each.predict(x) as TensorFlow.Tensor);
    assertAllClose("predictions", actual.dataSync(), expected.dataSync(), 1e-5);
  });
});
