import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { cosineDecay, recordTraining, sparsify, type TrainingRecord, train } from "../../../src/nn";
import { assertClose } from "../../support/assert-close";
import { smallNetwork, teacherData } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";
import { warningsDuring } from "../../support/warnings";

type Tf = typeof TensorFlow;

describe("recordTraining", () => {
  let tf: Tf;
  let data: ReturnType<typeof teacherData>;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    data = teacherData(tf);
  });

  it("records what fit logs, under names that are words", async () => {
    const model = sparsify(smallNetwork(tf), { lambda: 0.01 });
    model.compile({ loss: "meanSquaredError", optimizer: tf.train.adam(0.01), metrics: ["mse"] });
    const heard: TrainingRecord[][] = [];
    const callbacks = recordTraining(model, {
      learningRate: cosineDecay(0.01, { epochs: 3 }),
      onEpoch: (records) => {
        heard.push([...records]);
      },
    });
    const history = await model.fit(data.x, data.y, {
      epochs: 3,
      validationSplit: 0.25,
      callbacks,
      verbose: 0,
    });
    const { records } = callbacks;
    assert.deepEqual(
      records.map(({ loss, mse, valMse }) => [loss, mse, valMse]),
      [0, 1, 2].map((i) => ["loss", "mse", "val_mse"].map((name) => history.history[name][i])),
    );
    assert.deepEqual(
      records.map(({ learningRate }) => learningRate),
      [0, 1, 2].map(cosineDecay(0.01, { epochs: 3 })),
    );
    assert.deepEqual(
      heard.map(({ length }) => length),
      [1, 2, 3],
    );
  });

  it("counts the penalties in the loss on validation data as in that of training", async () => {
    const dense = (config: Parameters<typeof tf.layers.dense>[0]) =>
      tf.layers.dense({ ...config, kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) });
    const shared = dense({ units: 4, kernelRegularizer: "l1l2" });
    const input = tf.input({ shape: [6] });
    const both = dense({ units: 4, biasRegularizer: "l1l2", useBias: true }).apply(input);
    const outputs = dense({ units: 1 }).apply(shared.apply(shared.apply(both))) as TensorFlow.SymbolicTensor;
    const plain = tf.model({ inputs: input, outputs });
    const first = plain.layers.find((layer) => layer.name !== shared.name && layer.weights.length > 0)!;
    const twin = sparsify(plain, { lambda: 0.3, depth: 3, layers: [first.name] });
    // At a rate that moves nothing, both losses are the same mean over the same data.
    twin.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(1e-20) });
    const callbacks = recordTraining(twin, { lambdaWarmUp: 1 });
    const validationData: [TensorFlow.Tensor, TensorFlow.Tensor] = [data.x, data.y];
    await twin.fit(data.x, data.y, { epochs: 2, validationData, callbacks, verbose: 0 });
    const { records } = await train(twin, data.x, data.y, { epochs: 1, validationData });
    for (const { loss, valLoss } of [...callbacks.records, ...records])
      assertClose("loss", valLoss, loss, 1e-5);
    assert.ok(records[0].loss > 1.1 * callbacks.records[0].loss, "the penalty is a part that counts");
  });

  it("calls an accuracy by its name", async () => {
    const model = smallNetwork(tf);
    model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
    const callbacks = recordTraining(model);
    await callbacks.onTrainBegin();
    await callbacks.onEpochBegin(0);
    await callbacks.onEpochEnd(0, { loss: 1, acc: 0.5, val_acc: 0.4 });
    await callbacks.onTrainEnd();
    const { learningRate, ...record } = callbacks.records[0];
    assert.deepEqual(record, { epoch: 1, loss: 1, accuracy: 0.5, valAccuracy: 0.4 });
    assert.equal(learningRate, 0.01);
  });

  it("ends a fit that diverges, with the weights of the last good epoch", async () => {
    const model = smallNetwork(tf);
    model.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(0.01) });
    let good: number[][] = [];
    const values = () => model.getWeights().map((weight) => [...weight.dataSync()]);
    const callbacks = recordTraining(model, {
      learningRate: (epoch) => (epoch < 1 ? 0.01 : 1e8),
      onEpoch: () => {
        good = values();
      },
    });
    const warnings = await warningsDuring(async () => {
      const { epoch } = await model.fit(data.x, data.y, { epochs: 9, batchSize: 8, callbacks, verbose: 0 });
      assert.ok(epoch.length < 9);
    });
    assert.equal(callbacks.status, "diverged");
    assert.equal(warnings.length, 1);
    assert.match(
      callbacks.advice!,
      /^recordTraining: the loss must stay finite, got .* in epoch 2 at learning rate 1/,
    );
    assert.deepEqual(values(), good);
  });
});
