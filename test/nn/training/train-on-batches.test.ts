/** Trainings on batches that come one after the other. */
import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { type ProgressEvent, seededRandom } from "../../../src";
import { type BatchesOfEpoch, sparsify, train, trainOnBatches } from "../../../src/nn";
import { smallNetwork, teacherData } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

type Tf = typeof TensorFlow;

function twin(tf: Tf): TensorFlow.LayersModel {
  const model = sparsify(smallNetwork(tf), { depth: 2, lambda: 0.3, structure: "input" });
  model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(0.02, 0.9), metrics: ["mae"] });
  return model;
}

const weightsOf = (model: TensorFlow.LayersModel): number[][] =>
  model.getWeights().map((w) => [...w.dataSync()]);

describe("trainOnBatches", () => {
  let tf: Tf;
  let data: ReturnType<typeof teacherData>;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    data = teacherData(tf);
  });

  /** Batches of rows of the data, in order. */
  function* inOrder(size: number, last = 64): Generator<readonly [TensorFlow.Tensor, TensorFlow.Tensor]> {
    for (let first = 0; first < last; first += size) {
      const n = Math.min(size, last - first);
      yield [tf.slice(data.x, first, n), tf.slice(data.y, first, n)];
    }
  }

  it("has the weights and the losses of train where the batches are those that train takes", async () => {
    const [seed, batchSize] = [3, 24];
    const [wanted, found] = [twin(tf), twin(tf)];
    async function* batches(epoch: number) {
      const order = seededRandom(seed + epoch - 1).permutation(64);
      for (let first = 0; first < 64; first += batchSize) {
        await new Promise(setImmediate); // as a file would be read
        const rows = [...order.slice(first, first + batchSize)];
        yield [tf.gather(data.x, rows), tf.gather(data.y, rows)] as const;
      }
    }
    const validationData = [data.x, data.y] as const;
    const expected = await train(wanted, data.x, data.y, { epochs: 4, batchSize, seed, validationData });
    const { records, status } = await trainOnBatches(found, batches, { epochs: 4, validationData });
    assert.equal(status, "completed");
    assert.deepEqual(weightsOf(found), weightsOf(wanted));
    for (const [k, { loss, valLoss }] of records.entries()) {
      const { loss: wantedLoss, valLoss: wantedValLoss } = expected.records[k];
      assert.ok(Math.abs(loss - wantedLoss) <= 1e-12 * wantedLoss);
      // Validation in batches of 32 and 24 rows adds up in another order.
      assert.ok(Math.abs(valLoss! - wantedValLoss!) <= 1e-6 * wantedValLoss!);
    }
  });

  it("asks for the batches of each epoch, which may be more or fewer, and leaves no tensor behind", async () => {
    const model = twin(tf);
    const asked: number[] = [];
    const batches: BatchesOfEpoch = (epoch) => {
      asked.push(epoch);
      return inOrder(16, epoch === 2 ? 64 : 40);
    };
    await trainOnBatches(model, batches, { epochs: 1 });
    const before = tf.memory().numTensors;
    await trainOnBatches(model, batches, { epochs: 3 });
    assert.deepEqual(asked, [1, 1, 2, 3]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("ends at a signal, closes the batches, and tells how much is done", async () => {
    const controller = new AbortController();
    const before = tf.memory().numTensors;
    const model = twin(tf);
    const ofModel = tf.memory().numTensors - before;
    let closed = 0;
    function* batches() {
      try {
        yield* inOrder(16);
      } finally {
        closed++;
      }
    }
    const events: ProgressEvent[] = [];
    const { status, records } = await trainOnBatches(model, batches, {
      epochs: 10,
      signal: controller.signal,
      onEpoch: (done) => {
        if (done.length === 3) controller.abort();
      },
      onProgress: (event) => events.push(event),
    });
    assert.deepEqual([status, records.length, closed], ["interrupted", 3, 4]);
    assert.ok(tf.memory().numTensors - before <= ofModel + model.getWeights().length);
    const [{ task, done, total, share }] = events;
    assert.deepEqual([task, done, total, share], ["trainOnBatches", 0, 10, 0]);
  });

  it("ends with all epochs done", async () => {
    const events: ProgressEvent[] = [];
    await trainOnBatches(twin(tf), () => inOrder(16), {
      epochs: 2,
      onProgress: (event) => events.push(event),
    });
    const { done, total } = events[events.length - 1];
    assert.deepEqual([done, total], [2, 2]);
  });

  it("keeps the weights of the steps before batches fail", async () => {
    const [model, wanted] = [twin(tf), twin(tf)];
    function* failing() {
      yield* inOrder(16, 32);
      throw new Error("the file is gone");
    }
    await assert.rejects(
      trainOnBatches(model, failing, { epochs: 1, lambdaWarmUp: 0 }),
      /^Error: the file is gone$/,
    );
    await trainOnBatches(wanted, () => inOrder(16, 32), { epochs: 1, lambdaWarmUp: 0 });
    assert.deepEqual(weightsOf(model), weightsOf(wanted));
  });

  it("refuses what are no batches in a sentence", async () => {
    const model = twin(tf);
    const [x, y] = [data.x, data.y];
    const kept = [tf.ones([4, x.shape[1]!]), tf.ones([4, 1])] as const;
    for (const [batches, message] of [
      [[], "batches must be a function that returns an iterable, such as a generator, got an array of 0"],
      [() => 5, "batches must be a function that returns an iterable, such as a generator, got 5"],
      [() => [], "the number of batches of epoch 1 must be at least 1, got 0"],
      [() => [x], "batch 0 of epoch 1 must be a pair [x, y] of tensors, got a Tensor"],
      [
        () => [[x, [1]]],
        "y of batch 0 of epoch 1 must be a tensor, got an array of 1; tf.tensor makes one of numbers",
      ],
      [
        () => [[x, tf.ones([3, 1])]],
        "y of batch 0 of epoch 1 must be of 64 samples as x of batch 0 of epoch 1 is, got 3",
      ],
      [
        () => [kept, kept],
        "batch 1 of epoch 1 must be of tensors that are there, got disposed ones; yield new ones, since those of a batch are disposed of after their step",
      ],
      [
        () => [
          [
            tf.tensor2d([Number.NaN, ...new Array(x.shape[1]! - 1).fill(1)], [1, x.shape[1]!]),
            tf.ones([1, 1]),
          ],
        ],
        "x of batch 0 of epoch 1 must be finite, got NaN in sample 0, counted from 0",
      ],
    ] as const) {
      await assert.rejects(trainOnBatches(model, batches as never, { epochs: 1 }), {
        name: "InputError",
        message: `trainOnBatches: ${message}`,
      });
    }
    await assert.rejects(
      trainOnBatches(model, () => inOrder(8), { epochs: 1, batchSize: 8 } as never),
      {
        message: /^trainOnBatches: every option must be one of epochs, .*, got "batchSize"/,
      },
    );
    await assert.rejects(
      trainOnBatches(model, () => inOrder(8), { epochs: 0 }),
      {
        message: "trainOnBatches: epochs must be an integer >= 1, got 0",
      },
    );
    y.dataSync(); // is still there: only batches that were used are disposed of
  });
});
