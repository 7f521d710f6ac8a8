import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs";
import type { ProgressEvent } from "../../../src";
import {
  cosineDecay,
  freezeZeros,
  type PruneToOptions,
  pruneTo,
  saveModel,
  shrink,
  sparsify,
  sparsityReport,
  train,
} from "../../../src/nn";
import { trainingPlot } from "../../../src/plot";
import { abortedAfter } from "../../support/aborted-after";
import { convolutional } from "../../support/networks";
import { smallNetwork, teacherData } from "../../support/small-network";
import { normals } from "../../support/tensors";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";
import { ROOT } from "../../support/tracked-files";
import { warningsDuring } from "../../support/warnings";

type Tf = typeof TensorFlow;
type Model = TensorFlow.LayersModel;

/** Of the network of 6-8-1 units, without biases. */
const N_WEIGHTS = 56;

describe("pruneTo", () => {
  let tf: Tf;
  let data: ReturnType<typeof teacherData>;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    data = teacherData(tf);
  });
  const compiled = (model: Model, optimizer: TensorFlow.Optimizer = tf.train.momentum(0.02, 0.9)) => {
    model.compile({ loss: "meanSquaredError", optimizer, metrics: ["mae"] });
    return model;
  };
  const run = (model: Model, options: Partial<PruneToOptions> = {}) =>
    pruneTo(model, data.x, data.y, { keep: 0.25, epochs: 12, batchSize: 16, ...options });
  const weightsOf = (model: Model): number[][] => model.getWeights().map((weight) => [...weight.dataSync()]);
  const kernelsOf = (model: Model): number[] =>
    model.getWeights().flatMap((weight) => (weight.rank > 1 ? [...weight.dataSync()] : []));

  /** Sparsity after `t` epochs in the form of Zhu and Gupta: from 0 at the start to `final` after `last` epochs. */
  const sparsityOfPaper = (final: number, t: number, last: number): number =>
    final + (0 - final) * (1 - Math.min(t, last) / last) ** 3;

  /** Runs it, and returns the masks that each epoch was trained with, those of all layers in a row. */
  const masksOfEpochs = async (options: Partial<PruneToOptions>): Promise<number[][]> => {
    const seen: number[][] = [];
    const { prototype } = tf.LayersModel;
    const { trainOnBatch } = prototype;
    prototype.trainOnBatch = function (...batch) {
      const masks = this.weights.filter(({ name }) => name.includes("mask"));
      seen.push(masks.flatMap((mask) => [...mask.read().dataSync()]));
      return trainOnBatch.apply(this, batch);
    };
    try {
      await run(compiled(smallNetwork(tf)), options);
    } finally {
      prototype.trainOnBatch = trainOnBatch;
    }
    const steps = 64 / 16;
    for (const [i, masks] of seen.entries()) assert.deepEqual(masks, seen[i - (i % steps)]);
    return seen.filter((_, i) => i % steps === 0);
  };

  for (const [keep, epochs] of [
    [0.25, 12],
    [0.1, 13],
    [0.9, 5],
    [0.5, 2],
    [0.3, 1],
  ])
    it(`prunes by the published schedule, and never lets a weight come back: ${keep} in ${epochs} epochs`, async () => {
      const masks = await masksOfEpochs({ keep, epochs });
      const last = Math.max(Math.floor(epochs / 2), 1);
      const counts = masks.map((mask) => mask.reduce((sum, entry) => sum + entry));
      const expected = masks.map((_, t) => Math.round(N_WEIGHTS * (1 - sparsityOfPaper(1 - keep, t, last))));
      assert.deepEqual(counts, expected);
      masks.slice(1).forEach((mask, t) => {
        assert.ok(mask.every((entry, i) => entry <= masks[t][i]));
      });
      const { final, records, model } = await run(compiled(smallNetwork(tf)), { keep, epochs });
      const kept = Math.round(N_WEIGHTS * keep);
      assert.equal(final.groups, kept);
      assert.equal(kernelsOf(model).filter((weight) => weight !== 0).length, kept);
      assert.deepEqual(
        records.map(({ sparsity }) => Math.round(N_WEIGHTS * (1 - sparsity))),
        expected,
      );
    });

  it("takes the steps of momentum on the weights that are left, as computed by hand", async () => {
    const [n, p, epochs, rate, keep] = [32, 6, 20, 0.05, 1 / 3];
    const x = normals([n, p], 3) as TensorFlow.Tensor2D;
    const truth = tf.tensor2d([[0.3], [-2], [0.1], [1], [0.05], [-0.02]]);
    const y = tf.matMul(x, truth);
    const start = [0.5, 0.4, -0.3, 0.2, 0.9, -0.8];
    const layer = tf.layers.dense({ units: 1, inputShape: [p], useBias: false });
    const model = tf.sequential({ layers: [layer] });
    model.setWeights([tf.tensor2d(start, [p, 1])]);
    model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(rate, 0.9) });
    const options = { keep, epochs, batchSize: n, learningRate: rate };
    const { model: sparse } = await pruneTo(model, x, y, options);

    const [rows, targets] = [x.arraySync(), [...y.dataSync()]];
    const [w, velocity, mask] = [[...start], start.map(() => 0), start.map(() => 1)];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const residuals = rows.map((row, i) =>
        row.reduce((sum, v, j) => sum + v * w[j] * mask[j], -targets[i]),
      );
      for (let j = 0; j < p; j++) {
        const slope = (2 / n) * residuals.reduce((sum, r, i) => sum + r * rows[i][j], 0) * mask[j];
        velocity[j] = 0.9 * velocity[j] + slope;
        w[j] -= rate * velocity[j];
      }
      const count = Math.round(p * (1 - sparsityOfPaper(1 - keep, epoch, 10)));
      const order = [...w.keys()].filter((j) => mask[j] === 1);
      order.sort((a, b) => Math.abs(w[b]) - Math.abs(w[a]));
      for (const j of order.slice(count)) mask[j] = 0;
    }
    const expected = w.map((value, j) => value * mask[j]);
    assert.equal(mask.filter(Boolean).length, 2);
    const actual = weightsOf(sparse)[0];
    assert.deepEqual(
      actual.map((value) => value !== 0),
      mask.map((entry) => entry === 1),
    );
    for (const [j, value] of actual.entries()) assert.ok(Math.abs(value - expected[j]) < 1e-5, `${j}`);
  });

  it("trains as train does, to the bits, where everything stays", async () => {
    const model = compiled(smallNetwork(tf));
    const before = weightsOf(model);
    const { model: whole, records, status, advice } = await run(model, { keep: 1 });
    assert.deepEqual(weightsOf(model), before);
    const learningRate = cosineDecay(0.02, { epochs: 12 });
    const training = await train(model, data.x, data.y, { epochs: 12, batchSize: 16, learningRate });
    assert.deepEqual(weightsOf(whole), weightsOf(model));
    assert.deepEqual([status, advice], [training.status, training.advice]);
    assert.deepEqual(
      records,
      training.records.map((record) => ({ ...record, sparsity: 0 })),
    );
  });

  it("keeps whole inputs, and measures what is left", async () => {
    const validationData = [data.x.slice([0, 0], [20, 6]), data.y.slice([0, 0], [20, 1])] as const;
    const options = { structure: "input", keep: 1 / 3, epochs: 10, validationData } as const;
    const { model, final, nGroups, status, records } = await run(compiled(smallNetwork(tf)), options);
    assert.deepEqual([status, nGroups, final.groups, records.length], ["completed", 6, 2, 10]);
    const rows = model.getWeights()[0].arraySync() as number[][];
    const counts = rows.map((row) => row.filter((weight) => weight !== 0).length);
    assert.deepEqual(counts.sort(), [0, 0, 0, 0, 8, 8]);
    const [loss, mae] = (model.evaluate(...validationData, { batchSize: 16 }) as TensorFlow.Scalar[]).map(
      (scalar) => scalar.dataSync()[0],
    );
    assert.ok(Math.abs(loss - final.loss) < 1e-5 && Math.abs(mae - final.mae) < 1e-5);
    assert.equal(final.parameters, sparsityReport(shrink(model)).nonZeroParameters);
    assert.ok("valLoss" in records[0]);
    assert.match(JSON.stringify(trainingPlot(records).spec), /sparsity/);
  });

  it("removes the neurons and filters of layers of many classes, and of named ones alone", async () => {
    const [x, y] = [normals([8, 8, 8, 2], 1), normals([8, 2], 2)];
    for (const [structure, layers, nGroups, kept] of [
      ["filter", undefined, 9, 5],
      ["neuron", undefined, 4, 2],
      ["weight", ["norm", "hidden"], 3 + 4 * 24, 50],
    ] as const) {
      const model = compiled(convolutional());
      const options = { structure, layers, keep: 0.5, epochs: 2 };
      const { final, nGroups: count, model: sparse } = await pruneTo(model, x, y, options);
      assert.deepEqual([count, final.groups], [nGroups, kept]);
      const withZeros = sparse.layers.filter((layer) =>
        layer.getWeights().some((weight) => weight.dataSync().includes(0)),
      );
      const expected = { filter: ["first", "depthwise"], neuron: ["hidden"], weight: ["norm", "hidden"] };
      const names = withZeros.map(({ name }) => name);
      assert.ok(names.length > 0 && names.every((name) => expected[structure].includes(name)), `${names}`);
    }
  });

  it("makes any number of models whose layers have the same names", async () => {
    const [x, y] = [normals([8, 8, 8, 2], 1), normals([8, 2], 2)];
    const options = { structure: "weight", layers: ["norm"], keep: 0.5, epochs: 1 } as const;
    // TensorFlow.js calls the third variable of a name as its second mask was called.
    for (let k = 0; k < 4; k++) await pruneTo(compiled(convolutional()), x, y, options);
  });

  it("leaves frozen layers as they are, and takes no groups of them", async () => {
    const model = smallNetwork(tf);
    model.layers[0].trainable = false;
    const frozen = (of: Model) => of.layers[0].getWeights().map((weight) => [...weight.dataSync()]);
    const before = frozen(model);
    const { model: sparse, nGroups, final } = await run(compiled(model));
    assert.deepEqual(frozen(sparse), before);
    assert.deepEqual([nGroups, final.groups], [8, 2]);
  });

  it("keeps one group of each layer at least", async () => {
    const { model, final } = await run(compiled(smallNetwork(tf)), { keep: 1e-6 });
    const counts = weightsOf(model).map((weights) => weights.filter((weight) => weight !== 0).length);
    assert.deepEqual([counts[0], counts[2], final.groups], [1, 1, 2]);
  });

  it("ranks weights of any size, and has no negative zeros", async () => {
    for (const scale of [1e-30, 1e8]) {
      const model = smallNetwork(tf);
      model.setWeights(model.getWeights().map((weight) => tf.mul(weight, scale)));
      const sizes = kernelsOf(model).map(Math.abs);
      const bound = [...sizes].sort((a, b) => b - a)[13];
      // A rate at which no weight moves.
      const { model: sparse } = await run(compiled(model, tf.train.sgd(1e-40)), { epochs: 3 });
      const kernels = kernelsOf(sparse);
      assert.deepEqual(
        kernels.map((weight) => weight !== 0),
        sizes.map((size) => size >= bound),
      );
      assert.ok(kernels.every((weight) => !Object.is(weight, -0)));
    }
  });

  it("gives the same bits again, leaves no tensor behind, and shows a row an epoch", async () => {
    const model = compiled(smallNetwork(tf));
    const once = await run(model);
    const before = tf.memory().numTensors;
    const again = await run(model);
    assert.deepEqual(weightsOf(again.model), weightsOf(once.model));
    assert.deepEqual(again.records, once.records);
    again.model.optimizer.dispose();
    (again.model.optimizer as unknown as { c: TensorFlow.Scalar }).c.dispose();
    again.model.dispose();
    assert.equal(tf.memory().numTensors, before);
    const shown = inspect(again);
    assert.match(shown, /^14 of 56 groups stay: \d+ parameters, loss [\d.]+, mae [\d.]+/);
    assert.equal(shown.split("\n").filter((line) => /^ *\d+ {2}/.test(line)).length, 12);
  });

  it("has as few groups as wanted of the training so far when a signal comes", async () => {
    const model = compiled(smallNetwork(tf));
    const signal = () => abortedAfter(3) as unknown as AbortSignal;
    const { model: sparse, status, final, records } = await run(model, { signal: signal() });
    assert.deepEqual([status, records, final.groups], ["interrupted", [], 14]);
    const learningRate = cosineDecay(0.02, { epochs: 12 });
    const options = { epochs: 12, batchSize: 16, learningRate, signal: signal() };
    assert.equal((await train(model, data.x, data.y, options)).status, "interrupted");
    const dense = kernelsOf(model);
    const bound = dense.map(Math.abs).sort((a, b) => b - a)[13];
    assert.deepEqual(
      kernelsOf(sparse),
      dense.map((weight) => (Math.abs(weight) >= bound ? weight : 0)),
    );
  });

  it("tells its progress, and keeps the epochs before a signal", async () => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    const { status, records, final } = await run(compiled(smallNetwork(tf)), {
      signal: controller.signal,
      learningRate(epoch) {
        if (epoch >= 4) controller.abort();
        return 0.1;
      },
      onProgress: (event) => {
        events.push(event);
      },
    });
    assert.deepEqual([status, final.groups], ["interrupted", 14]);
    assert.ok(records.length >= 3 && records.length < 12, `${records.length} epochs`);
    assert.ok(
      events.length > 0 && events.every(({ task, done, total }) => task === "pruneTo" && done <= total),
    );
  });

  it("says that a learning rate is too large, with the last finite weights", async () => {
    const model = compiled(smallNetwork(tf), tf.train.sgd(1e8));
    await warningsDuring(async () => {
      const { status, advice, final, model: sparse } = await run(model);
      assert.equal(status, "diverged");
      assert.match(advice!, /^pruneTo: the loss must stay finite, got .* try learning rate/);
      assert.equal(final.groups, 14);
      assert.ok(kernelsOf(sparse).every(Number.isFinite));
    });
  });

  it("gives a model that TensorFlow.js loads without this library", async () => {
    const { model } = await run(compiled(smallNetwork(tf)));
    const folder = mkdtempSync(join(tmpdir(), "pruned model "));
    try {
      await saveModel(model, folder);
      const code = `
        const tf = require("@tensorflow/tfjs");
        const { readFileSync } = require("node:fs");
        const { modelTopology, weightsManifest } = JSON.parse(readFileSync(process.argv[1] + "/model.json", "utf8"));
        const weightData = new Uint8Array(readFileSync(process.argv[1] + "/weights.bin")).buffer;
        const weightSpecs = weightsManifest[0].weights;
        tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData })).then((model) =>
          console.log(JSON.stringify(model.getWeights().map((weight) => [...weight.dataSync()]))));`;
      const options = { cwd: ROOT, encoding: "utf8" } as const;
      const { stdout, stderr } = spawnSync(process.execPath, ["-e", code, folder], options);
      assert.match(stdout, /^\[/m, stderr);
      assert.deepEqual(JSON.parse(/^\[.*$/m.exec(stdout)![0]), weightsOf(model));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("refuses options outside their domains, and models that it cannot prune", async () => {
    const model = compiled(smallNetwork(tf));
    const refuses = async (of: Model, options: object, message: string): Promise<void> => {
      await assert.rejects(run(of, options), { name: "InputError", message: `pruneTo: ${message}` });
    };
    for (const keep of [0, 1.5, Number.NaN, -1])
      await refuses(model, { keep }, `keep must be in (0, 1], got ${keep}`);
    await assert.rejects(
      run(model, { keep: [0.5, 0.25] as never }),
      /^InputError: pruneTo: keep must be in \(0, 1\], got .*; call it once for each share, which has its own training$/,
    );
    await refuses(model, { epochs: 0 }, "epochs must be an integer >= 1, got 0");
    await refuses(model, { batchSize: 1.5 }, "batchSize must be an integer >= 1, got 1.5");
    await refuses(model, { seed: 0.5 }, "seed must be an integer, got 0.5");
    await assert.rejects(
      run(model, { learningRate: -1 }),
      /^InputError: pruneTo: learningRate must be a positive/,
    );
    await assert.rejects(run(model, { depth: 3 } as never), /^InputError: pruneTo.*depth/);
    await assert.rejects(
      run(model, { structure: "row" as never }),
      /^InputError: pruneTo: structure must be/,
    );
    await assert.rejects(run(smallNetwork(tf)), /^InputError: pruneTo: model must be compiled/);
    await assert.rejects(pruneTo(model, data.x, tf.ones([3, 1]), { keep: 0.5, epochs: 1 }), {
      message: "pruneTo: y must be of 64 samples as x is, got 3",
    });
    const twin = compiled(sparsify(smallNetwork(tf), { lambda: 1 }));
    await refuses(
      twin,
      {},
      `the layers must not be factorized yet, got "${twin.layers[0].name}", which is; collapse the model first, or name other layers`,
    );
    const dead = smallNetwork(tf);
    dead.setWeights(dead.getWeights().map((weight) => tf.zerosLike(weight)));
    await assert.rejects(
      run(compiled(freezeZeros(dead))),
      /^InputError: pruneTo: the layers must not be factorized/,
    );
    const [name] = model.layers.map((layer) => layer.name);
    await assert.rejects(
      run(model, { layers: [`${name}x`] }),
      /^InputError: pruneTo: every layer must be one of the model/,
    );
    const limited = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [6], name: "d", kernelConstraint: "nonNeg" })],
    });
    await refuses(
      compiled(limited),
      {},
      'kernelConstraint of layer "d" must be left out, got "NonNeg"; it would hold of other numbers than the weights that the layer computes with; build the layer without it',
    );
  });
});
