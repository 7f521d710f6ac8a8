import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, sparsify, withFactorRates } from "../../../src/nn";
import { assertAllClose } from "../../support/assert-close";
import { smallNetwork, teacherData } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

type Tf = typeof TensorFlow;

const OPTIMIZERS: readonly (readonly [name: string, make: (tf: Tf) => TensorFlow.Optimizer])[] = [
  ["gradient descent", (tf) => tf.train.sgd(0.02)],
  ["momentum", (tf) => tf.train.momentum(0.02, 0.9)],
  ["Adam", (tf) => tf.train.adam(0.01)],
];

describe("withFactorRates", () => {
  let tf: Tf;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
  });

  /** The weights of the first layer after 20 full-batch steps. */
  async function trained(
    make: (tf: Tf) => TensorFlow.Optimizer,
    shared: boolean,
    corrected: boolean,
  ): Promise<number[]> {
    const model = sparsify(smallNetwork(tf), { depth: 4, lambda: 0.05, structure: "input", shared });
    const optimizer = make(tf);
    model.compile({
      loss: "meanSquaredError",
      optimizer: corrected ? withFactorRates(model, optimizer) : optimizer,
    });
    const { x, y } = teacherData(tf);
    await model.fit(x, y, { epochs: 20, batchSize: 64, shuffle: false, verbose: 0 });
    return [...collapse(model).layers[0].getWeights()[0].dataSync()];
  }

  for (const [name, make] of OPTIMIZERS) {
    it(`makes a shared power take the steps of its gates under ${name}`, async () => {
      const gates = await trained(make, false, false);
      assertAllClose("weights", await trained(make, true, true), gates, 1e-4);
    });
  }

  it("is what makes them, where steps are proportional to gradients", async () => {
    for (const [, make] of OPTIMIZERS.slice(0, 2)) {
      const gates = await trained(make, false, false);
      const uncorrected = await trained(make, true, false);
      assert.ok(Math.max(...gates.map((gate, i) => Math.abs(gate - uncorrected[i]))) > 0.01);
    }
  });

  it("gives back the optimizer where nothing is shared", () => {
    const optimizer = tf.train.sgd(0.1);
    const model = sparsify(smallNetwork(tf), { depth: 3, lambda: 0.05 });
    assert.equal(withFactorRates(model, optimizer), optimizer);
  });
});
