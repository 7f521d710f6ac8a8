import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { cosineDecay, type SparsifyOptions, sparsify, type TrainOptions, train } from "../../../src/nn";
import { failEachWrite } from "../../support/failing-writes";
import { teacherData } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

type Tf = typeof TensorFlow;

/** What one training may have otherwise than another. */
interface Setting extends Partial<TrainOptions> {
  readonly penalty?: Partial<SparsifyOptions>;
  readonly activation?: "relu" | "tanh";
  readonly optimizer?: TensorFlow.Optimizer;
  readonly metrics?: string[];
  readonly loss?: string | ((target: TensorFlow.Tensor, prediction: TensorFlow.Tensor) => TensorFlow.Tensor);
  readonly x?: TensorFlow.Tensor;
  readonly y?: TensorFlow.Tensor;
}

describe("train with a checkpoint", () => {
  let tf: Tf;
  let data: ReturnType<typeof teacherData>;
  let folder: string;
  let end: string;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    data = teacherData(tf);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
    end = `in ${folder}; name another folder, or remove it to begin anew`;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A training of a model that is built anew, as a notebook does that is run again. */
  async function run(setting: Setting) {
    const { penalty, activation = "relu", optimizer, metrics, x, y, ...others } = setting;
    const { loss = "meanSquaredError", ...options } = others;
    const from = (seed: number) => tf.initializers.heNormal({ seed });
    const input = tf.input({ shape: [6] });
    const hidden = tf.layers.dense({ units: 8, activation, kernelInitializer: from(1) }).apply(input);
    const both = tf.layers.add().apply([hidden, hidden] as TensorFlow.SymbolicTensor[]);
    const outputs = tf.layers.dense({ units: 1, kernelInitializer: from(2) }).apply(both);
    const plain = tf.model({ inputs: input, outputs: outputs as TensorFlow.SymbolicTensor });
    const model = sparsify(plain, { lambda: 0.01, depth: 3, structure: "input", ...penalty });
    model.compile({ loss, optimizer: optimizer ?? tf.train.momentum(0.02, 0.9), metrics });
    const whole = { epochs: 2, batchSize: 16, checkpoint: folder, ...options };
    return { model, ...(await train(model, x ?? data.x, y ?? data.y, whole)) };
  }

  it("refuses that of another training, and says what differs", async () => {
    await run({});
    const one = tf.scalar(1);
    const otherRate = ", as of a schedule of other epochs or another optimizer,";
    const settings: [Setting, string][] = [
      [{ seed: 2 }, "seed 1"],
      [{ batchSize: 32 }, "batchSize 16"],
      [{ lambdaWarmUp: 1 }, "lambdaWarmUp 0"],
      [{ loss: "meanAbsoluteError" }, "loss meanSquaredError"],
      [{ optimizer: tf.train.adam(0.02) }, "optimizer Momentum"],
      [{ optimizer: tf.train.momentum(0.02, 0.8) }, "momentum 0.9"],
      [{ optimizer: tf.train.momentum(0.03, 0.9) }, `learning rate 0.02 in epoch 1, now 0.03${otherRate}`],
      [
        { learningRate: (epoch) => (epoch === 0 ? 0.02 : 0.01) },
        `learning rate 0.02 in epoch 2, now 0.01${otherRate}`,
      ],
      [{ penalty: { lambda: 0.5 } }, "lambda 0.01"],
      [{ penalty: { groupWeights: "sqrt" } }, "groupWeights ones"],
      [{ penalty: { depth: 4 } }, "weights of other shapes"],
      [{ activation: "tanh" }, "activation relu"],
      [{ x: tf.add(data.x, one) }, "different x"],
      [{ y: tf.mul(data.y, one.add(one)) }, "different y"],
    ];
    for (const [setting, difference] of settings) {
      await assert.rejects(run({ epochs: 3, ...setting }), {
        name: "InputError",
        message: `train: the checkpoint must be of the same training, got one with ${difference} ${end}`,
      });
    }
  });

  it("refuses that of a training with other metrics or validation data, whose records would be of two kinds", async () => {
    const pair = [data.x, data.y] as const;
    await run({ metrics: ["mae"], validationData: pair });
    assert.equal((await run({ metrics: ["mae"], validationData: pair })).records.length, 2);
    const other = [data.x, tf.add(data.y, tf.scalar(1))] as const;
    const settings: [Setting, string][] = [
      [{ metrics: ["mae"] }, "different validationData"],
      [{ metrics: ["mae"], validationData: other }, "different validationData"],
      [{ validationData: pair }, "different metrics"],
      [{ metrics: ["mse"], validationData: pair }, "metrics mae"],
    ];
    for (const [setting, difference] of settings) {
      await assert.rejects(run({ epochs: 3, ...setting }), {
        name: "InputError",
        message: `train: the checkpoint must be of the same training, got one with ${difference} ${end}`,
      });
    }
    rmSync(folder, { recursive: true });
    await run({});
    await assert.rejects(run({ epochs: 3, validationData: pair }), /got one with no validationData in /);
  });

  it("goes on from one that does not say of which metrics and validation data it is", async () => {
    await run({});
    const path = join(folder, "training.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    const { metrics: _, validationData: __, ...identity } = manifest.identity;
    writeFileSync(path, JSON.stringify({ ...manifest, identity }));
    assert.equal((await run({ epochs: 3, validationData: [data.x, data.y] })).records.length, 3);
  });

  it("goes on from the last epoch or the one before after every failure of a write, and ends with the same weights", async () => {
    const before = join(folder, "before");
    const path = join(folder, "failing");
    await run({ epochs: 1, checkpoint: before });
    const weights = ({ model }: Awaited<ReturnType<typeof run>>) =>
      model.getWeights().map((w) => w.dataSync());
    const whole = weights(await run({ epochs: 3, checkpoint: join(folder, "whole") }));
    const begun = new Set<number>();
    const calls = await failEachWrite(
      () => {
        rmSync(path, { recursive: true, force: true });
        cpSync(before, path, { recursive: true });
      },
      () => run({ epochs: 2, checkpoint: path }),
      async (failure, at, thrown) => {
        const { epoch } = JSON.parse(readFileSync(join(path, "training.json"), "utf8"));
        assert.ok(epoch === 1 || epoch === 2, `${failure} at call ${at}: epoch ${epoch}`);
        begun.add(epoch);
        if (failure === "EIO")
          assert.equal(
            (thrown as Error).message,
            `train: ${path} must be a folder that can be written to, got EIO`,
          );
        const again = await run({ epochs: 3, checkpoint: path });
        assert.equal(again.records.length, 3);
        assert.deepEqual(weights(again), whole, `${failure} at call ${at}`);
      },
    );
    assert.ok(calls >= 7, `${calls} calls`);
    assert.deepEqual([...begun].sort(), [1, 2]);
  });

  it("refuses one whose files are cut short or gone", async () => {
    await run({});
    const damaged = (file: string) => ({
      name: "InputError",
      message: `train: the checkpoint must be whole, got one whose ${file} is missing or damaged ${end}`,
    });
    const weights = join(folder, "weights-2.bin");
    for (const left of [8, 7, 0]) {
      writeFileSync(weights, readFileSync(weights).subarray(0, left));
      await assert.rejects(run({ epochs: 3 }), damaged("weights-2.bin"));
    }
    rmSync(weights);
    await assert.rejects(run({ epochs: 3 }), damaged("weights-2.bin"));
    const path = join(folder, "training.json");
    const said = readFileSync(path, "utf8");
    for (const field of ["identity", "records", "specs", "slots"]) {
      writeFileSync(path, JSON.stringify({ ...JSON.parse(said), [field]: undefined }));
      await assert.rejects(run({ epochs: 3 }), damaged("training.json"));
    }
    writeFileSync(path, said.slice(0, -100));
    await assert.rejects(run({ epochs: 3 }), damaged("training.json"));
  });

  it("refuses one of which a bit has changed, and goes on from one that does not say what its bits were", async () => {
    await run({});
    const weights = join(folder, "weights-2.bin");
    const whole = readFileSync(weights);
    for (const at of [0, 101, whole.length - 1]) {
      const changed = Uint8Array.from(whole);
      changed[at] ^= 0x40;
      writeFileSync(weights, changed);
      await assert.rejects(run({ epochs: 3 }), {
        name: "InputError",
        message: `train: the checkpoint must be whole, got one whose weights-2.bin is missing or damaged ${end}`,
      });
    }
    writeFileSync(weights, whole);
    const path = join(folder, "training.json");
    const { sha256: _, ...older } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(older));
    assert.equal((await run({ epochs: 3 })).records.length, 3);
  });

  it("refuses that of a model whose layers are joined otherwise", async () => {
    const of = async (chain: boolean) => {
      const input = tf.input({ shape: [6] });
      const layers = [1, 2].map((seed) =>
        tf.layers.dense({ units: 6, kernelInitializer: tf.initializers.heNormal({ seed }) }),
      );
      const first = layers[0].apply(input) as TensorFlow.SymbolicTensor;
      const second = layers[1].apply(chain ? first : input) as TensorFlow.SymbolicTensor;
      const sum = tf.layers.add().apply([first, second]) as TensorFlow.SymbolicTensor;
      const model = tf.model({ inputs: input, outputs: sum });
      model.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(0.01) });
      return train(model, data.x, tf.zeros([64, 6]), { epochs: 1, checkpoint: folder });
    };
    await of(true);
    assert.equal((await of(true)).status, "completed");
    await assert.rejects(of(false), {
      message: `train: the checkpoint must be of the same training, got one with inboundNodes layer 2 ${end}`,
    });
  });

  it("refuses other text of a loss of one's own", async () => {
    const loss = (target: TensorFlow.Tensor, prediction: TensorFlow.Tensor) =>
      tf.losses.meanSquaredError(target, prediction);
    await run({ loss });
    assert.equal((await run({ loss })).records.length, 2);
    await assert.rejects(
      run({ loss: (target, prediction) => tf.losses.huberLoss(target, prediction) }),
      /got one with loss \(target, prediction\) => .*meanSquaredError/,
    );
  });

  it("refuses a file in the place of a folder", async () => {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "mine");
    await assert.rejects(run({ checkpoint: file }), {
      name: "InputError",
      message: `train: checkpoint must be a folder, got the file ${file}`,
    });
    assert.equal(readFileSync(file, "utf8"), "mine");
  });

  it("refuses fewer epochs than are kept", async () => {
    await run({});
    await assert.rejects(run({ epochs: 1 }), {
      name: "InputError",
      message: `train: epochs must be at least the 2 of the checkpoint in ${folder}, got 1; name another folder, or remove it to begin anew`,
    });
  });

  it("goes on with more epochs of a schedule that agrees where they are done", async () => {
    const learningRate = cosineDecay(0.02, { epochs: 4 });
    await run({ epochs: 2, learningRate });
    const { records } = await run({ epochs: 4, learningRate });
    assert.equal(records.length, 4);
    await assert.rejects(run({ epochs: 6, learningRate: cosineDecay(0.02, { epochs: 6 }) }), {
      // The rates of epoch 2 are 0.01 (1 + cos(pi t)) with t a quarter and a sixth.
      message: `train: the checkpoint must be of the same training, got one with learning rate 0.0171 in epoch 2, now 0.0187, as of a schedule of other epochs or another optimizer, ${end}`,
    });
  });

  it("goes on with the warm-up that it began with, also where more epochs would have another by default", async () => {
    const weights = ({ model }: Awaited<ReturnType<typeof run>>) =>
      model.getWeights().map((w) => w.dataSync());
    const whole = await run({ epochs: 26, lambdaWarmUp: 1, checkpoint: join(folder, "whole") });
    await run({ epochs: 6 }); // A tenth of these is one epoch, of 26 it is three.
    assert.deepEqual(weights(await run({ epochs: 26 })), weights(whole));
    await assert.rejects(run({ epochs: 27, lambdaWarmUp: 3 }), /got one with lambdaWarmUp 1 in /);
  });

  it("tells a listener of the epochs that are kept, once and before others", async () => {
    const heard: number[][] = [];
    const onEpoch: TrainOptions["onEpoch"] = (records) => {
      heard.push(records.map(({ epoch }) => epoch));
    };
    await run({ onEpoch });
    assert.deepEqual(heard.splice(0), [[1], [1, 2]]);
    await run({ onEpoch });
    assert.deepEqual(heard.splice(0), [[1, 2]]);
    await run({ epochs: 3, onEpoch });
    assert.deepEqual(heard, [
      [1, 2],
      [1, 2, 3],
    ]);
  });

  it("refuses the format before this one", async () => {
    await run({});
    const path = join(folder, "training.json");
    const { identity: _, ...manifest } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...manifest, version: 1, seed: 1, optimizer: "Momentum" }));
    await assert.rejects(run({}), {
      message: `train: the checkpoint must be of the same training, got one with format 1, which does not say of which model and data it is ${end}`,
    });
  });
});
