import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import type { ProgressEvent } from "../../../src";
import {
  collapse,
  cosineDecay,
  sparsify,
  surrogatePenalty,
  type TrainingRecord,
  type TrainOptions,
  train,
} from "../../../src/nn";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { smallNetwork, teacherData } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";
import { warningsDuring } from "../../support/warnings";

type Tf = typeof TensorFlow;

const momentum = (tf: Tf): TensorFlow.Optimizer => tf.train.momentum(0.02, 0.9);

function twin(tf: Tf, optimizer = momentum(tf)): TensorFlow.LayersModel {
  const model = sparsify(smallNetwork(tf), { depth: 2, lambda: 0.3, structure: "input" });
  model.compile({ loss: "meanSquaredError", optimizer, metrics: ["mae"] });
  return model;
}

const weightsOf = (model: TensorFlow.LayersModel): number[][] =>
  model.getWeights().map((w) => [...w.dataSync()]);

describe("train", () => {
  let tf: Tf;
  let data: ReturnType<typeof teacherData>;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    data = teacherData(tf);
  });
  const run = (model: TensorFlow.LayersModel, options: TrainOptions) => train(model, data.x, data.y, options);
  const holed = (tensor: TensorFlow.Tensor, at: number, value: number): TensorFlow.Tensor => {
    const values = Float32Array.from(tensor.dataSync());
    values[at] = value;
    return tf.tensor(values, tensor.shape);
  };

  it("finds the inputs that matter, with exact zeros for the others, and records the way", async () => {
    const model = twin(tf);
    const { records, status } = await run(model, {
      epochs: 75,
      batchSize: 16,
      learningRate: cosineDecay(0.05, { epochs: 75 }),
      validationData: [data.x, data.y],
    });
    assert.equal(status, "completed");
    assert.deepEqual(
      records.map(({ epoch }) => epoch),
      Array.from({ length: 75 }, (_, i) => i + 1),
    );
    const last = records[74];
    assert.deepEqual(Object.keys(last), [
      "epoch",
      "loss",
      "mae",
      "valLoss",
      "valMae",
      "sparsity",
      "misalignment",
      "learningRate",
    ]);
    assert.equal(last.sparsity, 4 / 6);
    assert.ok(last.misalignment < 1e-3 * records[0].misalignment, `misalignment ${last.misalignment}`);
    assert.ok(last.loss < 0.5 * records[0].loss, `loss ${last.loss}`);
    const kernel = collapse(model).layers[0].getWeights()[0].arraySync() as number[][];
    assert.deepEqual(
      kernel.map((row) => row.some((value) => value !== 0)),
      [true, false, false, true, false, false],
    );
  });

  const optimizers: Readonly<Record<string, (tf: Tf) => TensorFlow.Optimizer>> = {
    "gradient descent": (tf) => tf.train.sgd(0.01),
    momentum,
    Adagrad: (tf) => tf.train.adagrad(0.01),
    Adadelta: (tf) => tf.train.adadelta(0.01),
    RMSProp: (tf) => tf.train.rmsprop(0.01, 0.9, 0.5),
    "centered RMSProp": (tf) => tf.train.rmsprop(0.01, 0.9, 0, 1e-7, true),
    Adam: (tf) => tf.train.adam(0.01, 0.87, 0.97),
    Adamax: (tf) => tf.train.adamax(0.01, 0.87, 0.97, 1e-7, 0.1),
  };
  for (const [name, optimizer] of Object.entries(optimizers))
    it(`goes on from a checkpoint under ${name} to the bits of a training without a break`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "a checkpoint "));
      try {
        const options = { batchSize: 8, learningRate: cosineDecay(0.02, { epochs: 6 }), seed: 3 };
        const whole = twin(tf, optimizer(tf));
        const expected = await run(whole, { ...options, epochs: 6 });
        await run(twin(tf, optimizer(tf)), { ...options, epochs: 2, checkpoint: folder });
        assert.deepEqual(readdirSync(folder).sort(), ["training.json", "weights-2.bin"]);
        const resumed = twin(tf, optimizer(tf));
        const actual = await run(resumed, { ...options, epochs: 6, checkpoint: folder });
        assert.deepEqual(weightsOf(resumed), weightsOf(whole));
        assert.deepEqual(actual.records, expected.records);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

  it("ends a training that diverges with the last good weights, and says which learning rate to try", async () => {
    const model = twin(tf, tf.train.sgd(0.02));
    await run(model, { epochs: 1 });
    const before = weightsOf(model);
    const warnings = await warningsDuring(async () => {
      const { status, advice, records } = await run(model, {
        epochs: 5,
        batchSize: 8,
        learningRate: () => 30000,
      });
      assert.equal(status, "diverged");
      assert.match(
        advice!,
        /^train: the loss must stay finite, got (NaN|Infinity) in epoch 1 at learning rate 30000; the weights are now those before training, try learning rate 10000$/,
      );
      assert.deepEqual(records, []);
    });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^DivergenceWarning: train: the loss must stay finite/);
    assert.deepEqual(weightsOf(model), before);
  });

  it("keeps the epochs before a divergence, and an optimizer that can go on", async () => {
    const model = twin(tf, tf.train.momentum(0.02, 0.9));
    let good: number[][] = [];
    await warningsDuring(async () => {
      const { status, records } = await run(model, {
        epochs: 5,
        learningRate: (epoch) => (epoch < 2 ? 0.02 : 1e6),
        onEpoch: () => {
          good = weightsOf(model);
        },
      });
      assert.equal(status, "diverged");
      assert.equal(records.length, 2);
    });
    assert.deepEqual(weightsOf(model), good);
    const { status, records } = await run(model, { epochs: 1, learningRate: () => 0.02 });
    assert.equal(status, "completed");
    assert.ok(Number.isFinite(records[0].loss));
  });

  it("trains at a number as it does at an optimizer of that rate", async () => {
    const given = twin(tf, tf.train.momentum(0.3, 0.9));
    const { records } = await run(given, { epochs: 2, learningRate: 0.02 });
    assert.deepEqual(
      records.map(({ learningRate }) => learningRate),
      [0.02, 0.02],
    );
    const own = twin(tf, tf.train.momentum(0.02, 0.9));
    await run(own, { epochs: 2 });
    assert.deepEqual(weightsOf(given), weightsOf(own));
  });

  it("raises lambda to its value over the warm-up and leaves it there", async () => {
    const model = twin(tf);
    const layer = model.layers[0] as unknown as { lambda: number };
    const seen: number[] = [];
    await run(model, {
      epochs: 4,
      lambdaWarmUp: 2,
      onEpoch: () => {
        seen.push(layer.lambda);
      },
    });
    assert.deepEqual(seen, [0.3 * (1 / 3), 0.3 * (2 / 3), 0.3, 0.3]);
    assert.equal(layer.lambda, 0.3);
  });

  it("raises lambda over a tenth of the epochs by default, where a product of three or more factors has a penalty", async () => {
    const sharesOf = async (depth: number, lambda: number, options: Partial<TrainOptions>) => {
      const model = sparsify(smallNetwork(tf), { depth, lambda, structure: "input" });
      model.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(1e-3) });
      const layer = model.layers[0] as unknown as { lambda: number };
      const seen: number[] = [];
      const onEpoch = () => {
        seen.push(layer.lambda / lambda);
      };
      await run(model, { epochs: 24, onEpoch, ...options });
      return seen;
    };
    const raised = [1 / 3, 2 / 3, ...Array(22).fill(1)];
    assertAllClose("depth 3", await sharesOf(3, 0.1, {}), raised, 1e-12);
    assertAllClose("depth 3.5", await sharesOf(3.5, 0.1, {}), raised, 1e-12);
    assert.deepEqual(await sharesOf(3, 0.1, { lambdaWarmUp: 0 }), Array(24).fill(1));
    assert.deepEqual(await sharesOf(2, 0.1, {}), Array(24).fill(1));
    assert.deepEqual(await sharesOf(3, 0.1, { epochs: 3 }), Array(3).fill(1));
  });

  it("leaves lambda at its value where a listener fails during the warm-up", async () => {
    const model = twin(tf);
    const failing = (): never => {
      throw new Error("no chart");
    };
    await assert.rejects(run(model, { epochs: 4, lambdaWarmUp: 2, onEpoch: failing }), /no chart/);
    assert.equal((model.layers[0] as unknown as { lambda: number }).lambda, 0.3);
  });

  it("stops at a signal, and tells its progress", async () => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    const { status, records } = await run(twin(tf), {
      epochs: 5,
      batchSize: 16,
      signal: controller.signal,
      onProgress: (event) => events.push(event),
      onEpoch: (done: readonly TrainingRecord[]) => {
        if (done.length === 2) controller.abort();
      },
    });
    assert.equal(status, "interrupted");
    assert.equal(records.length, 2);
    assert.equal(events[0].task, "train");
    assert.equal(events[0].done, 1);
    assert.equal(events[0].total, 20);
    assert.match(events[0].message, /^epoch 1 of 5, loss \d+(\.\d+)?, mae \d+(\.\d+)?$/);
  });

  it("ends at a timer, at a signal of the process, and while other work has its turn", async () => {
    const endings: ((end: () => void) => void)[] = [
      (end) => setTimeout(end, 1),
      (end) => setImmediate(end),
      (end) => {
        process.once("SIGUSR2", end);
        process.kill(process.pid, "SIGUSR2");
      },
    ];
    for (const ending of endings) {
      const controller = new AbortController();
      ending(() => controller.abort());
      // Undisturbed, that many epochs would take minutes, of which those of one turn are a small part.
      const endless = { epochs: 20000, batchSize: 8, signal: controller.signal };
      const atMost: TrainOptions["onEpoch"] = ({ length }) => {
        if (length >= 2000) throw new Error("nothing else had its turn in 2000 epochs");
      };
      const { status } = await run(twin(tf), { ...endless, onEpoch: atMost });
      assert.equal(status, "interrupted");
    }
  });

  it("gives other work its turn while validation data are evaluated", async () => {
    let turns = 0;
    let counting: NodeJS.Immediate | undefined;
    const count = (): void => {
      turns++;
      counting = setImmediate(count);
    };
    const model = twin(tf);
    const many = [tf.tile(data.x, [400, 1]), tf.tile(data.y, [400, 1])] as const;
    counting = setImmediate(count);
    await run(model, { epochs: 1, batchSize: 64, validationData: many });
    clearImmediate(counting);
    assert.ok(turns >= 1, "no turn");
  });

  it("evaluates validation data as TensorFlow.js does, whatever the size of the last batch", async () => {
    const model = twin(tf);
    const validationData = [data.x, data.y] as const;
    const { records } = await run(model, { epochs: 1, batchSize: 25, validationData });
    const [loss, mae] = (model.evaluate(data.x, data.y, { batchSize: 25 }) as TensorFlow.Scalar[]).map(
      (scalar) => scalar.dataSync()[0],
    );
    const penalty = surrogatePenalty(model).dataSync()[0];
    assertClose("loss", records[0].valLoss, loss + penalty, 1e-6);
    assertClose("mae", records[0].valMae, mae, 1e-6);
  });

  for (const [name, optimizer] of Object.entries(optimizers))
    it(`undoes a divergence of ${name} to the bits`, async () => {
      const trained = async (rate: (epoch: number) => number) => {
        const model = twin(tf, optimizer(tf));
        await warningsDuring(() => run(model, { epochs: 2, batchSize: 8, learningRate: rate }));
        await run(model, { epochs: 1, batchSize: 8, learningRate: 0.01 });
        return weightsOf(model);
      };
      const broken = await trained((epoch) => (epoch === 0 ? 0.01 : 1e30));
      const model = twin(tf, optimizer(tf));
      await run(model, { epochs: 1, batchSize: 8, learningRate: 0.01 });
      await run(model, { epochs: 1, batchSize: 8, learningRate: 0.01 });
      assert.deepEqual(broken, weightsOf(model));
    });

  it("refuses an optimizer that does not say its state", async () => {
    const silent = tf.train.sgd(0.01);
    silent.getWeights = async () => {
      throw new Error("getWeights() is not implemented for this optimizer yet.");
    };
    await assert.rejects(run(twin(tf, silent), { epochs: 1 }), {
      name: "InputError",
      message:
        'train: optimizer must be one whose state can be saved by getWeights, got "SGD"; a divergence could not be undone; take tf.train.adam or tf.train.momentum',
    });
  });

  it("leaves no tensor behind", async () => {
    const model = twin(tf);
    await run(model, { epochs: 1 });
    const before = tf.memory().numTensors;
    await run(model, { epochs: 3, validationData: [data.x, data.y] });
    assert.equal(tf.memory().numTensors, before);
  });

  it("leaves targets that are missing to a loss of one's own, those of validation too", async () => {
    const model = twin(tf);
    const loss = (target: TensorFlow.Tensor, prediction: TensorFlow.Tensor) => {
      const known = tf.where(tf.isNaN(target), prediction, target);
      return tf.losses.meanSquaredError(known, prediction);
    };
    model.compile({ loss, optimizer: momentum(tf) });
    const y = holed(data.y, 5, Number.NaN);
    const { records, status } = await train(model, data.x, y, { epochs: 1, validationData: [data.x, y] });
    assert.equal(status, "completed");
    assert.ok(Number.isFinite(records[0].valLoss));
  });

  it("refuses options that it does not have and data that do not fit together", async () => {
    const model = twin(tf);
    await assert.rejects(run(model, { epochs: 0 }), {
      message: "train: epochs must be an integer >= 1, got 0",
    });
    await assert.rejects(run(model, { epochs: 1, batchSize: 1.5 }), {
      message: "train: batchSize must be an integer >= 1, got 1.5",
    });
    for (const [learningRate, got] of [
      [0, "0"],
      [Number.NaN, "NaN"],
      ["0.1", '"0.1"'],
    ])
      await assert.rejects(run(model, { epochs: 1, learningRate: learningRate as never }), {
        message: `train: learningRate must be a positive finite number or a function of the epoch such as cosineDecay(rate, { epochs }), got ${got}`,
      });
    await assert.rejects(train(model, data.x, tf.ones([3, 1]), { epochs: 1 }), {
      message: "train: y must be of 64 samples as x is, got 3",
    });
    const none = [tf.zeros([0, 6]), tf.zeros([0, 1])] as const;
    await assert.rejects(train(model, ...none, { epochs: 1 }), {
      message: "train: x must be of at least one sample, got 0",
    });
    await assert.rejects(run(model, { epochs: 1, validationData: none }), {
      message: "train: validationData[0] must be of at least one sample, got 0",
    });
    await assert.rejects(train(model, [[1, 2]] as never, data.y, { epochs: 1 }), {
      message: "train: x must be a tensor, got an array of 1; tf.tensor makes one of numbers",
    });
    await assert.rejects(train(model, data.x, undefined as never, { epochs: 1 }), {
      message: "train: y must be a tensor, got undefined",
    });
    await assert.rejects(train(model, holed(data.x, 13, Number.NaN), data.y, { epochs: 1 }), {
      message: "train: x must be finite, got NaN in sample 2, counted from 0",
    });
    await assert.rejects(train(model, data.x, holed(data.y, 5, Number.NEGATIVE_INFINITY), { epochs: 1 }), {
      message: "train: y must be finite, got -Infinity in sample 5, counted from 0",
    });
    await assert.rejects(run(model, { epochs: 1, validationData: 0.2 as never }), {
      message: "train: validationData must be a pair [x, y] of tensors, got 0.2",
    });
    await assert.rejects(run(model, { epochs: 1, validationData: [data.x, [1]] as never }), {
      message: "train: validationData[1] must be a tensor, got an array of 1; tf.tensor makes one of numbers",
    });
    await assert.rejects(run(model, { epochs: 1, validationData: [data.x, tf.ones([3, 1])] }), {
      message: "train: validationData[1] must be of 64 samples as validationData[0] is, got 3",
    });
    await assert.rejects(run(model, { epochs: 1, validationData: [holed(data.x, 13, Number.NaN), data.y] }), {
      message: "train: validationData[0] must be finite, got NaN in sample 2, counted from 0",
    });
    const endless = holed(data.y, 5, Number.POSITIVE_INFINITY);
    await assert.rejects(run(model, { epochs: 1, validationData: [data.x, endless] }), {
      message: "train: validationData[1] must be finite, got Infinity in sample 5, counted from 0",
    });
    await assert.rejects(train(smallNetwork(tf), data.x, data.y, { epochs: 1 }), {
      message:
        "train: model must be compiled, got one without an optimizer; call model.compile({ optimizer, loss })",
    });
  });
});
