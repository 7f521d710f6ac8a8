import assert from "node:assert/strict";
import { adviseEpochs, collapse, cosineDecay, HadamardDense, train } from "../../../src/nn";
import { tf } from "../../support/tensors";

describe("adviseEpochs", () => {
  const lambda = 0.5;
  const learningRate = 0.05;
  const momentum = 0.5;
  const stepsPerEpoch = 2;
  const advised = adviseEpochs(lambda, { learningRate, momentum, stepsPerEpoch });

  /** A layer of ones that sees zeros only. */
  async function collapsed(depth: number, epochs: number): Promise<number> {
    const layer = new HadamardDense({ units: 1, inputShape: [1], depth, lambda, kernelInitializer: "ones" });
    const model = tf.sequential({ layers: [layer] });
    model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(learningRate, momentum) });
    const schedule = cosineDecay(learningRate, { epochs });
    await train(model, tf.zeros([2, 1]), tf.zeros([2, 1]), {
      epochs,
      batchSize: 1,
      learningRate: schedule,
    });
    return collapse(model).getWeights()[0].dataSync()[0];
  }

  for (const depth of [2, 3]) {
    it(`brings a weight without a slope from one to zero at depth ${depth}, and a sixth less does not`, async () => {
      assert.equal(await collapsed(depth, advised), 0);
      assert.notEqual(await collapsed(depth, Math.floor((advised * 5) / 6)), 0);
    });
  }

  it("refuses numbers outside their domain", () => {
    const training = { learningRate, stepsPerEpoch };
    const message = (action: () => unknown, text: string): void => assert.throws(action, { message: text });
    message(() => adviseEpochs(0, training), "adviseEpochs: lambda must be a positive finite number, got 0");
    message(
      () => adviseEpochs(1, { ...training, momentum: 1 }),
      "adviseEpochs: momentum must be in [0, 1), got 1",
    );
    message(
      () => adviseEpochs(1, { ...training, stepsPerEpoch: 0.5 }),
      "adviseEpochs: stepsPerEpoch must be an integer >= 1, got 0.5",
    );
  });
});
