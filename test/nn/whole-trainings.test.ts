import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { type BackendName, sparsify, train } from "../../src/nn";
import { assertClose } from "../support/assert-close";
import { convolutional, sequence } from "../support/networks";
import { normals, tf } from "../support/tensors";
import { restoreBackend, TEST_BACKEND, tensorFlowOn } from "../support/test-backend";

/** Roundings of 2^-24 in some thousand terms, grown by a dozen steps of momentum. */
const TOLERANCE = 1e-3;

const words = () => {
  const random = seededRandom(5);
  const ids = Array.from({ length: 24 * 6 }, () => Math.floor(5 * random.uniform()));
  return tf.tensor2d(ids, [24, 6]);
};

const CASES = [
  [
    "of convolutions, a norm, depthwise filters, pooling and dense layers",
    convolutional,
    () => normals([24, 8, 8, 2], 5),
  ],
  ["of an embedding and a convolution over words", sequence, words],
] as const;

describe("a whole training", () => {
  restoreBackend();

  for (const [name, make, inputs] of CASES) {
    it(`ends with the weights that it has on plain JavaScript, for a network ${name} of three factors`, async () => {
      const run = async (backend: BackendName): Promise<{ losses: number[]; weights: Float32Array[] }> => {
        await tensorFlowOn(backend);
        const model = sparsify(make(), { depth: 3, lambda: 1e-3 });
        model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(0.01, 0.9) });
        const y = normals([24, 2], 6);
        const { records, status } = await train(model, inputs(), y, { epochs: 4, batchSize: 8, seed: 3 });
        assert.equal(status, "completed");
        const weights = model.getWeights().map((weight) => weight.dataSync() as Float32Array);
        return { losses: records.map(({ loss }) => loss), weights };
      };
      const expected = await run("cpu");
      const actual = await run(TEST_BACKEND);
      assert.ok(expected.losses[3] < expected.losses[0], "it learned");
      expected.losses.forEach((loss, epoch) => {
        assertClose(`loss of epoch ${epoch + 1}`, actual.losses[epoch], loss, TOLERANCE);
      });
      expected.weights.forEach((weight, k) => {
        const largest = weight.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        weight.forEach((value, i) => {
          const apart = Math.abs(actual.weights[k][i] - value);
          assert.ok(apart <= TOLERANCE * largest, `weight ${k}, entry ${i}: ${apart} apart of ${largest}`);
        });
      });
    });
  }
});
