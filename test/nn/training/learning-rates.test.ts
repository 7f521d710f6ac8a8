import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import {
  adviseEpochs,
  adviseLearningRate,
  collapse,
  cosineDecay,
  HadamardDense,
  sparsify,
  train,
  withFactorRates,
} from "../../../src/nn";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { smallNetwork, teacherData } from "../../support/small-network";
import { tf } from "../../support/tensors";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

describe("cosineDecay", () => {
  it("starts at the rate, is half of it in the middle, ends at the end, and never rises", () => {
    const rates = Array.from({ length: 11 }, (_, epoch) => cosineDecay(0.4, { epochs: 10, end: 0.1 })(epoch));
    assert.equal(rates[0], 0.4);
    assertClose("middle", rates[5], 0.25, 1e-15);
    assertClose("end", rates[10], 0.1, 1e-15);
    for (const [i, rate] of rates.slice(1).entries()) assert.ok(rate < rates[i]);
  });

  it("warms up in equal steps and then falls from the rate", () => {
    const schedule = cosineDecay(1, { epochs: 8, warmUp: 3 });
    assert.deepEqual([0, 1, 2, 3].map(schedule), [0.25, 0.5, 0.75, 1]);
    assert.ok(schedule(4) < 1);
  });

  it("refuses numbers outside their domain", () => {
    const message = (action: () => unknown, text: string): void => assert.throws(action, { message: text });
    message(() => cosineDecay(0, { epochs: 2 }), "cosineDecay: rate must be a positive finite number, got 0");
    message(
      () => cosineDecay(0.1, undefined as never),
      "cosineDecay: options must be an object, got undefined; write { epochs: 20 } for 20 epochs",
    );
    message(() => cosineDecay(1, { epochs: 0 }), "cosineDecay: epochs must be an integer >= 1, got 0");
    message(
      () => cosineDecay(1, { epochs: 2, warmUp: 2 }),
      "cosineDecay: warmUp must be below the 2 epochs, got 2",
    );
    message(
      () => cosineDecay(1, { epochs: 2, end: -1 }),
      "cosineDecay: end must be a finite number >= 0, got -1",
    );
  });
});

describe("adviseLearningRate", () => {
  it("leaves depth 1 alone and grows with depth, within what was published", () => {
    assert.equal(adviseLearningRate(1, 0.1).learningRate, 0.1);
    let last = 0;
    for (const depth of [1, 1.5, 2, 2.5, 3, 4]) {
      const { learningRate, range } = adviseLearningRate(depth, 0.1);
      assert.ok(learningRate > last, `depth ${depth}`);
      assert.ok(range[0] <= learningRate && learningRate <= range[1]);
      last = learningRate;
    }
    assert.equal(adviseLearningRate(9, 0.1).learningRate, adviseLearningRate(4, 0.1).learningRate);
  });

  it("covers the rates that were tuned for VGG-16 on CIFAR-10", () => {
    for (const [depth, tuned] of [
      [2, 0.3],
      [3, 0.4],
      [4, 0.4],
    ]) {
      assertClose(`depth ${depth}`, adviseLearningRate(depth, 0.1).range[1], tuned, 1e-15);
    }
  });

  it("refuses numbers outside their domain", () => {
    assert.throws(() => adviseLearningRate(0.5, 0.1), {
      message: "adviseLearningRate: depth must be a finite number >= 1, got 0.5",
    });
    assert.throws(() => adviseLearningRate(2, 0), {
      message: "adviseLearningRate: plainRate must be a positive finite number, got 0",
    });
  });
});

describe("adviseEpochs", () => {
  const lambda = 0.5;
  const learningRate = 0.05;
  const momentum = 0.5;
  const stepsPerEpoch = 2;
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
    const advised = adviseEpochs(lambda, { learningRate, momentum, stepsPerEpoch, depth });
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
    message(
      () => adviseEpochs(1, { ...training, depth: 1 }),
      "adviseEpochs: depth must be a finite number >= 2, got 1",
    );
  });
});

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
