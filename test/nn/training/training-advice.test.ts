import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, HadamardDense, train } from "../../../src/nn";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

describe("the advice after a training", () => {
  let tf: typeof TensorFlow;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
  });

  /** Two weights that begin at 1; the data hold the first, and say nothing of the second. */
  const twoWeights = (lambda: number, optimizer: TensorFlow.Optimizer): TensorFlow.LayersModel => {
    const options = { units: 1, inputShape: [2], name: "only", useBias: false } as const;
    const layer = new HadamardDense({ ...options, depth: 2, lambda, kernelInitializer: "ones" });
    const model = tf.sequential({ layers: [layer as never] });
    model.compile({ loss: "meanSquaredError", optimizer });
    return model;
  };
  const run = (model: TensorFlow.LayersModel, epochs: number) => {
    const x = tf.tensor2d(Array.from({ length: 40 }, (_, i) => [(-1) ** i, 0]));
    return train(model, x, tf.slice(x, [0, 0], [40, 1]), { epochs, batchSize: 10 });
  };

  it("names the epochs after which what the data do not hold is zero", async () => {
    const [lambda, rate, momentum, steps] = [0.5, 0.05, 0.5, 4];
    // The weight falls as exp(-2 lambda t), from 1 to 2^-23; the advice is for cosine decay of twice this constant rate.
    const needed = Math.ceil((23 * Math.LN2 * (1 - momentum)) / (2 * lambda * rate * steps));
    const short = twoWeights(lambda, tf.train.momentum(rate, momentum));
    const { advice } = await run(short, 25);
    assert.equal(
      advice,
      `train: 0 of 2 weights are zero after 25 epochs at lambda 0.5; adviseEpochs says ${needed} at the mean rate of this training, so train longer or raise lambda`,
    );
    const long = twoWeights(lambda, tf.train.momentum(rate, momentum));
    assert.equal((await run(long, Math.ceil(1.1 * needed))).advice, undefined);
    assert.equal(collapse(long).getWeights()[0].dataSync()[1], 0);
  });

  it("names a layer of which nothing is left", async () => {
    const { advice, status } = await run(twoWeights(5, tf.train.sgd(0.05)), 40);
    assert.equal(status, "completed");
    assert.equal(
      advice,
      'train: layer "only" is dead, all its 2 weights are zero at lambda 5; from zero nothing comes back, so train anew with a smaller lambda or a longer lambdaWarmUp',
    );
  });

  it("has no number of epochs for optimizers that normalize gradients, and nothing to say without a penalty", async () => {
    const adam = await run(twoWeights(0.1, tf.train.adam(0.001)), 2);
    assert.match(
      adam.advice!,
      /0 of 2 weights are zero after 2 epochs at lambda 0\.1; train longer, with a larger lambda/,
    );
    assert.equal((await run(twoWeights(0, tf.train.sgd(0.01)), 2)).advice, undefined);
  });
});
