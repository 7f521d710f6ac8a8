import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { loadDigits } from "../../src/data";
import { adviseLearningRate, collapse, cosineDecay, sparsify, train } from "../../src/nn";
import { TEST_BACKEND, tensorFlowOn } from "../support/test-backend";

const EPOCHS = 30;
const PLAIN_RATE = 0.2;

describe("networks on the digits of 8 by 8 pixels", () => {
  let tf: typeof TensorFlow;
  let x: TensorFlow.Tensor;
  let y: TensorFlow.Tensor;

  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    const { columns, response } = loadDigits();
    const pixels = Object.values(columns);
    const rows = Array.from({ length: 600 }, (_, i) => pixels.map((values) => Number(values[i]) / 16));
    x = tf.tensor2d(rows);
    y = tf.oneHot(tf.tensor1d(Array.from(response.slice(0, 600), Number), "int32"), 10).toFloat();
  });

  function network(l1?: number): TensorFlow.Sequential {
    const dense = (units: number, seed: number, more: object) =>
      tf.layers.dense({
        units,
        kernelInitializer: tf.initializers.heNormal({ seed }),
        ...(l1 !== undefined && { kernelRegularizer: tf.regularizers.l1({ l1 }) }),
        ...more,
      });
    return tf.sequential({
      layers: [
        dense(32, 1, { activation: "relu", inputShape: [64] }),
        dense(10, 2, { activation: "softmax" }),
      ],
    });
  }

  async function trained(
    model: TensorFlow.LayersModel,
    rate: number,
  ): Promise<{ zeros: number; accuracy: number }> {
    model.compile({
      loss: "categoricalCrossentropy",
      optimizer: tf.train.momentum(rate, 0.9),
      metrics: ["accuracy"],
    });
    const learningRate = cosineDecay(rate, { epochs: EPOCHS });
    const { records } = await train(model, x, y, { epochs: EPOCHS, batchSize: 16, learningRate });
    const kernels = collapse(model)
      .getWeights()
      .filter(({ shape }) => shape.length === 2)
      .flatMap((kernel) => [...kernel.dataSync()]);
    return {
      zeros: kernels.filter((weight) => weight === 0).length / kernels.length,
      accuracy: records[EPOCHS - 1].accuracy,
    };
  }

  it("have no weight at zero under the direct penalty as it is trained, and many where factorized ones are collapsed", async () => {
    const lambda = 5e-3;
    const direct = await trained(network(lambda), PLAIN_RATE);
    assert.equal(direct.zeros, 0);
    assert.ok(direct.accuracy > 0.9, `accuracy ${direct.accuracy}`);
    const { learningRate } = adviseLearningRate(2, PLAIN_RATE);
    const { zeros, accuracy } = await trained(sparsify(network(), { lambda }), learningRate);
    assert.ok(zeros > 0.3, `${zeros} of the weights are zero`);
    assert.ok(accuracy > 0.9, `accuracy ${accuracy}`);
  });
});
