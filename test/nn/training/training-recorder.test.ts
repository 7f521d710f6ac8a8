import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { cosineDecay, recordTraining, sparsify, type TrainingRecord } from "../../../src/nn";
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
      records.map(({ loss, valLoss, mse, valMse }) => [loss, valLoss, mse, valMse]),
      [0, 1, 2].map((i) => ["loss", "val_loss", "mse", "val_mse"].map((name) => history.history[name][i])),
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
