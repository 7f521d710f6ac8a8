import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, freezeZeros, HadamardDense, sparsify, surrogatePenalty } from "../../../src/nn";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { normals, randomize, tf } from "../../support/tensors";

type Model = TensorFlow.LayersModel;

const [L1, L2] = [0.03, 0.2];
const regularizer = () => tf.regularizers.l1l2({ l1: L1, l2: L2 });

/** Each with regularizers on weights that become products, and on a bias, which does not. */
const MODELS: Readonly<Record<string, readonly [make: () => Model, x: TensorFlow.Tensor]>> = {
  images: [
    () =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({
            filters: 3,
            kernelSize: 2,
            inputShape: [4, 4, 2],
            kernelRegularizer: regularizer(),
          }),
          tf.layers.depthwiseConv2d({ kernelSize: 2, depthwiseRegularizer: regularizer() }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 2, kernelRegularizer: regularizer(), biasRegularizer: regularizer() }),
        ],
      }),
    normals([6, 4, 4, 2], 3),
  ],
  words: [
    () =>
      tf.sequential({
        layers: [
          tf.layers.embedding({
            inputDim: 5,
            outputDim: 3,
            inputLength: 4,
            embeddingsRegularizer: regularizer() as never,
          }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 2 }),
        ],
      }),
    tf.tensor2d([
      [0, 1, 2, 3],
      [4, 4, 1, 0],
    ]),
  ],
};

/** Returns `l1 sum |w| + l2 sum w^2` over the weights of these names, from their numbers alone. */
function penaltyOf(model: Model, names: RegExp): number {
  let total = 0;
  for (const weight of model.weights) {
    if (!names.test(weight.originalName)) continue;
    for (const value of weight.read().dataSync()) total += L1 * Math.abs(value) + L2 * value ** 2;
  }
  return total;
}

function lossesOf(model: Model): number {
  if (!model.built) model.build(undefined as never);
  return model.calculateLosses().reduce((sum, loss) => sum + loss.dataSync()[0], 0);
}

describe("a regularizer of a layer's own", () => {
  for (const [name, [make, x]] of Object.entries(MODELS)) {
    const regularized = name === "words" ? /embeddings/ : /kernel|dense.*bias/;

    for (const depth of [2, 3, 2.5])
      it(`is that of the product of the factors in a twin of depth ${depth}, beside the penalty: ${name}`, () => {
        const twin = sparsify(make(), { lambda: 0.1, depth });
        randomize(twin, 4);
        const expected = penaltyOf(collapse(twin), regularized) + surrogatePenalty(twin).dataSync()[0];
        assertClose("losses", lossesOf(twin), expected, 1e-5);
      });

    it(`is taken over by collapse and freezeZeros: ${name}`, () => {
      const twin = sparsify(make(), { lambda: 0.1 });
      randomize(twin, 4);
      const plain = collapse(twin);
      const expected = penaltyOf(plain, regularized);
      assertClose("collapsed", lossesOf(plain), expected, 1e-5);
      assertClose("frozen", lossesOf(freezeZeros(collapse(twin, { threshold: 1e6 }))), 0, 1);
      assertClose("collapsed again", lossesOf(collapse(sparsify(plain, { lambda: 1 }))), expected, 1e-5);
    });

    it(`has in the first step the gradient that it has in the model, all gates being 1: ${name}`, async () => {
      const model = make();
      randomize(model, 5);
      const twin = sparsify(model, { lambda: 0 });
      const y = normals([x.shape[0], 2], 6);
      for (const trained of [model, twin]) {
        trained.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(0.1) });
        await trained.fit(x, y, { epochs: 1, batchSize: 32, verbose: 0 });
      }
      const firstFactors = twin.weights.filter(({ originalName }) => !/gate/.test(originalName));
      for (const [i, weight] of model.weights.entries()) {
        const [expected, actual] = [weight, firstFactors[i]].map((one) => one.read().dataSync());
        assertAllClose(weight.originalName, actual, expected, 1e-5);
      }
    });
  }

  it("is that of the product in a layer that users make", () => {
    const dense = new HadamardDense({ units: 2, inputShape: [3], kernelRegularizer: regularizer() });
    const model = tf.sequential({ layers: [dense] });
    randomize(model, 4);
    assertClose("losses", lossesOf(model), penaltyOf(collapse(model), /kernel/), 1e-5);
  });
});
