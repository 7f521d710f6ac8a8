import assert from "node:assert/strict";
import { inspect } from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs";
import type { ProgressEvent } from "../../../src";
import { type SparsifyToOptions, shrink, sparsifyTo, sparsityReport, train } from "../../../src/nn";
import { smallNetwork, teacherData } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";
import { warningsDuring } from "../../support/warnings";

type Tf = typeof TensorFlow;

describe("sparsifyTo", () => {
  let tf: Tf;
  let data: ReturnType<typeof teacherData>;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
    data = teacherData(tf);
  });
  const compiled = (
    model: TensorFlow.LayersModel,
    optimizer: TensorFlow.Optimizer = tf.train.momentum(0.02, 0.9),
  ) => {
    model.compile({ loss: "meanSquaredError", optimizer, metrics: ["mae"] });
    return model;
  };
  const run = (model: TensorFlow.LayersModel, options: Partial<SparsifyToOptions> = {}) =>
    sparsifyTo(model, data.x, data.y, {
      structure: "input",
      keep: 1 / 3,
      epochs: 12,
      batchSize: 16,
      ...options,
    });
  const weightsOf = (model: TensorFlow.LayersModel): number[][] =>
    model.getWeights().map((weight) => [...weight.dataSync()]);
  const liveRows = (model: TensorFlow.LayersModel): number[] =>
    (model.getWeights()[0].arraySync() as number[][]).flatMap((row, i) =>
      row.some((w) => w !== 0) ? [i] : [],
    );

  for (const factors of [{ depth: 2 }, { depth: 3 }, { depth: 3, shared: true }, { depth: 2.5 }])
    it(`keeps the inputs that the teacher reads, without a lambda: ${JSON.stringify(factors)}`, async () => {
      const model = compiled(smallNetwork(tf));
      const before = weightsOf(model);
      const { model: sparse, path, final, nGroups, status, advice } = await run(model, factors);
      assert.deepEqual([status, advice, nGroups, final.groups], ["completed", undefined, 6, 2]);
      assert.deepEqual(liveRows(sparse), [0, 3]);
      assert.deepEqual(weightsOf(model), before);
      // The targets have variance 5, of which noise is 0.01.
      assert.ok(final.loss < 0.15, `loss ${final.loss}`);
      const [loss, mae] = (sparse.evaluate(data.x, data.y, { batchSize: 16 }) as TensorFlow.Scalar[]).map(
        (scalar) => scalar.dataSync()[0],
      );
      assert.ok(Math.abs(loss - final.loss) < 1e-5 && Math.abs(mae - final.mae) < 1e-5);
      assert.equal(final.parameters, sparsityReport(shrink(sparse)).nonZeroParameters);
      assert.equal(path[0].lambda, 0);
      assert.ok(path.slice(2).every(({ lambda }, i) => Math.abs(lambda / path[i + 1].lambda - 1.5) < 1e-12));
      assert.ok(path.slice(0, -1).every(({ groups }) => groups > 2) && path[path.length - 1].groups <= 2);
      const from = path.find(({ lambda }) => lambda === final.lambda)!;
      assert.equal(
        from.keptLoss,
        Math.min(...path.flatMap(({ groups, keptLoss }) => (groups >= 2 ? [keptLoss] : []))),
      );
      assert.ok(final.keptLoss <= from.keptLoss, "the refit raises the loss");
    });

  it("gives the same bits again, leaves no tensor behind, and shows a row a step", async () => {
    const model = compiled(smallNetwork(tf));
    const once = await run(model, { epochs: 5 });
    const before = tf.memory().numTensors;
    const again = await run(model, { epochs: 5 });
    assert.deepEqual(weightsOf(again.model), weightsOf(once.model));
    assert.deepEqual(again.path, once.path);
    again.model.optimizer.dispose();
    (again.model.optimizer as unknown as { c: TensorFlow.Scalar }).c.dispose();
    again.model.dispose();
    assert.equal(tf.memory().numTensors, before);
    const shown = inspect(again);
    assert.match(shown, /^2 of 6 groups stay: \d+ parameters/);
    assert.equal(
      shown.split("\n").filter((line) => /^(\d+ {2}|final )/.test(line)).length,
      again.path.length + 1,
    );
  });

  it("trains the groups that stay as long as it looked for them, at rates that fall once", async () => {
    const asked: number[] = [];
    const { path } = await run(compiled(smallNetwork(tf)), {
      epochs: 2,
      learningRate: (epoch) => {
        asked.push(epoch);
        return [0.02, 0.01][epoch];
      },
    });
    // No training was repeated, so the last epochs are those of the refit. A schedule counts whole epochs.
    const expected = Array.from({ length: 2 * path.length }, (_, i) => Math.floor(i / path.length));
    assert.deepEqual(asked.slice(-2 * path.length), expected);
  });

  for (const [what, rate, structure, keep] of [
    ["the path", 0.02, "input", [1 / 6, 1, 1 / 2, 1 / 3]],
    ["the path, weights being single", 0.02, "weight", [0.1, 0.5]],
    ["a path on which the learning rate becomes smaller", 0.5, "input", [1 / 6, 1 / 3, 1]],
  ] as const)
    it(`gives each of several shares the bits that it has alone: ${what}`, async () => {
      const make = () => compiled(smallNetwork(tf), tf.train.momentum(rate, 0.9));
      await warningsDuring(async () => {
        const common = { structure, epochs: 5, batchSize: 16 };
        const together = await sparsifyTo(make(), data.x, data.y, { ...common, keep });
        assert.equal(together.length, keep.length);
        for (const [i, share] of keep.entries()) {
          const alone = await run(make(), { ...common, keep: share });
          assert.deepEqual(weightsOf(together[i].model), weightsOf(alone.model));
          assert.deepEqual({ ...together[i], model: 0 }, { ...alone, model: 0 });
        }
        // The paths end at different steps, so the refits differ in length.
        assert.ok(new Set(together.map(({ path }) => path.length)).size > 1);
      });
    });

  it("leaves no tensor of several shares behind", async () => {
    const model = compiled(smallNetwork(tf));
    await run(model, { epochs: 3 });
    const before = tf.memory().numTensors;
    const results = await sparsifyTo(model, data.x, data.y, {
      structure: "input",
      keep: [0.5, 1, 1 / 3],
      epochs: 3,
      batchSize: 16,
    });
    for (const { model: sparse } of results) {
      sparse.optimizer.dispose();
      (sparse.optimizer as unknown as { c: TensorFlow.Scalar }).c.dispose();
      sparse.dispose();
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it("has whole results of the shares whose paths have ended when a signal comes", async () => {
    const controller = new AbortController();
    const options = { structure: "input", epochs: 5, batchSize: 16 } as const;
    const alone = await run(compiled(smallNetwork(tf)), { ...options, keep: 1 });
    const events: ProgressEvent[] = [];
    const [small, whole] = await sparsifyTo(compiled(smallNetwork(tf)), data.x, data.y, {
      ...options,
      keep: [1 / 3, 1],
      signal: controller.signal,
      onProgress: (event) => {
        events.push(event);
        if (event.message.startsWith("lambda") && !event.message.startsWith("lambda 0,")) controller.abort();
      },
    });
    assert.deepEqual([small.status, whole.status], ["interrupted", "completed"]);
    assert.deepEqual(weightsOf(whole.model), weightsOf(alone.model));
    assert.equal(small.final.groups, 2);
    assert.equal(events[events.length - 1].interrupted, true);
    assert.ok(events.every(({ done, total }, i) => done <= total && done >= (events[i - 1]?.done ?? 0)));
  });

  it("counts the epochs that had ended when a signal came, those of the training under way too", async () => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    let begun = 0;
    await sparsifyTo(compiled(smallNetwork(tf)), data.x, data.y, {
      structure: "input",
      keep: 1 / 3,
      epochs: 5,
      batchSize: 16,
      signal: controller.signal,
      learningRate: () => {
        if (++begun === 8) controller.abort();
        return 0.02;
      },
      onProgress: (event) => events.push(event),
    });
    const { done, interrupted } = events[events.length - 1];
    assert.deepEqual({ begun, done, interrupted }, { begun: 8, done: 7, interrupted: true });
  });

  it("refuses lists without a share, and shares out of domain by their place", async () => {
    const model = compiled(smallNetwork(tf));
    const message = (keep: unknown) =>
      sparsifyTo(model, data.x, data.y, { keep: keep as number[], epochs: 1 }).then(
        () => "nothing",
        (error: Error) => `${error.name}: ${error.message}`,
      );
    assert.match(
      await message([]),
      /^InputError: sparsifyTo: keep must be in \(0, 1\], or a list of at least one such number, got /,
    );
    for (const bad of [0, 1.5, Number.NaN, "0.1", undefined, [0.5]])
      assert.match(await message([0.5, bad]), /^InputError: sparsifyTo: keep\[1\] must be in \(0, 1\], got /);
  });

  it("keeps one group of each layer at least", async () => {
    const { model } = await run(compiled(smallNetwork(tf)), { structure: "weight", keep: 1e-6, epochs: 10 });
    const counts = weightsOf(model).map((weights) => weights.filter((weight) => weight !== 0).length);
    assert.deepEqual([counts[0], counts[2]], [1, 1]);
  });

  it("repeats a training that raises the loss at a smaller rate", async () => {
    const model = compiled(smallNetwork(tf), tf.train.momentum(0.5, 0.9));
    await warningsDuring(async () => {
      const { status, model: sparse, final } = await run(model);
      assert.equal(status, "completed");
      assert.deepEqual(liveRows(sparse), [0, 3]);
      assert.ok(final.loss < 0.5, `loss ${final.loss}`);
    });
  });

  it("says that a learning rate is too large", async () => {
    const model = compiled(smallNetwork(tf), tf.train.sgd(1e8));
    await warningsDuring(async () => {
      const { status, advice, model: sparse, path } = await run(model, { epochs: 2 });
      assert.equal(status, "diverged");
      assert.match(advice!, /^sparsifyTo: the loss must stay finite, got .* try learning rate/);
      assert.deepEqual(path, []);
      assert.equal(liveRows(sparse).length, 2);
    });
  });

  it("says how many epochs zeros take where none are there", async () => {
    const model = compiled(smallNetwork(tf));
    await train(model, data.x, data.y, { epochs: 10 });
    const { advice, final } = await run(compiled(model, tf.train.sgd(1e-3)), { epochs: 1 });
    assert.match(
      advice!,
      /^sparsifyTo: 0 of 6 inputs are zero .* adviseEpochs says \d+, so train longer at each lambda$/,
    );
    assert.equal(final.groups, 2);
  });

  it("ends the path at a dead layer and names it", async () => {
    const input = tf.input({ shape: [6] });
    const dense = (name: string, units: number, seed: number, trainable = true) =>
      tf.layers.dense({
        name,
        units,
        trainable,
        kernelInitializer: trainable ? tf.initializers.heNormal({ seed }) : "zeros",
      });
    const useful = dense("useful", 8, 1).apply(input);
    const idle = dense("mute", 8, 3, false).apply(dense("idle", 8, 2).apply(input));
    const sum = tf.layers.add().apply([useful, idle] as TensorFlow.SymbolicTensor[]);
    const output = dense("output", 1, 4).apply(sum) as TensorFlow.SymbolicTensor;
    const model = compiled(tf.model({ inputs: input, outputs: output }));
    const { advice, status, final } = await run(model, {
      structure: "weight",
      layers: ["useful", "idle"],
      keep: 0.02,
    });
    assert.equal(status, "completed");
    assert.equal(final.groups, 2);
    assert.match(
      advice!,
      /^sparsifyTo: the path ended with \d+ groups, since layer "idle" is dead at lambda .*, all its 48 weights being zero/,
    );
  });

  it("stops at a signal with what is there, and tells its progress", async () => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    const { status, final, model } = await run(compiled(smallNetwork(tf)), {
      signal: controller.signal,
      onProgress: (event) => {
        events.push(event);
        if (event.done >= 14) controller.abort();
      },
    });
    assert.equal(status, "interrupted");
    assert.equal(final.groups, 2);
    assert.equal(liveRows(model).length, 2);
    assert.ok(events.every(({ task, done, total }) => task === "sparsifyTo" && done <= total));
    assert.equal(events[events.length - 1].interrupted, true);
  });

  it("refuses options outside their domains and models that are not compiled", async () => {
    const model = compiled(smallNetwork(tf));
    for (const keep of [0, 1.5, Number.NaN, "0.1"])
      await assert.rejects(
        run(model, { keep: keep as never }),
        /^InputError: sparsifyTo: keep must be in \(0, 1\], got /,
      );
    for (const [name, value] of [
      ["epochs", 0],
      ["batchSize", 1.5],
    ] as const)
      await assert.rejects(run(model, { [name]: value }), {
        message: `sparsifyTo: ${name} must be an integer >= 1, got ${value}`,
      });
    await assert.rejects(
      run(model, { learningRate: -1 }),
      /sparsifyTo: learningRate must be a positive finite number/,
    );
    await assert.rejects(run(model, { seed: 0.5 }), {
      message: "sparsifyTo: seed must be an integer, got 0.5",
    });
    await assert.rejects(run(model, { lambda: 0.1 } as never), /sparsifyTo.*lambda/);
    await assert.rejects(run(smallNetwork(tf)), /^InputError: sparsifyTo: model must be compiled/);
    await assert.rejects(sparsifyTo(model, data.x, tf.ones([3, 1]), { keep: 0.5, epochs: 1 }), {
      message: "sparsifyTo: y must be of 64 samples as x is, got 3",
    });
  });

  it("refuses weights that gain nothing", async () => {
    const model = compiled(smallNetwork(tf));
    const y = tf.zerosLike(data.y);
    await assert.rejects(
      sparsifyTo(model, data.x, y, { structure: "input", keep: 0.5, epochs: 1 }),
      /^InputError: sparsifyTo: the factorized weights must lower the loss in the first training, got /,
    );
  });
});
