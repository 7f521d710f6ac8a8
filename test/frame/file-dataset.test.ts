import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { InputError } from "../../src/errors";
import { type FileDataset, type FileDatasetOptions, fileDataset } from "../../src/frame";
import { HadamardDense, trainOnBatches } from "../../src/nn";
import type { Anything } from "../support/bad-input";
import { TEST_BACKEND, tensorFlowOn } from "../support/test-backend";

const N = 500;

describe("fileDataset", function () {
  this.timeout(120_000);
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "batches-"));
    file = join(folder, "rows.csv");
    const lines = Array.from(
      { length: N },
      (_, i) => `${i},${3 + 2 * Math.sin(i)},${["a", "b", "c"][i % 3]},${i % 2}`,
    );
    writeFileSync(file, ["id,x,kind,y", ...lines].join("\n"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const plain: FileDatasetOptions = { response: "y", features: ["id", "x"], standardize: false };

  /** The ids of the rows of an epoch, and the sizes of its batches. */
  const epochOf = async (dataset: FileDataset, epoch: number) => {
    const ids: number[] = [];
    const sizes: number[] = [];
    for await (const [x, y] of dataset.batches(epoch)) {
      const [n, p] = x.shape;
      assert.deepEqual(y.shape, [n, 1]);
      for (let i = 0; i < n; i++) {
        const id = x.values[i * p];
        ids.push(id);
        assert.equal(x.values[i * p + 1], Math.fround(3 + 2 * Math.sin(id)));
        assert.equal(y.values[i], id % 2);
      }
      sizes.push(n);
    }
    return { ids, sizes };
  };

  it("gives each row once an epoch, in an order that the seed and the epoch decide", async () => {
    for (const window of [1, 7, 100, 16_384]) {
      const dataset = await fileDataset(file, { ...plain, batchSize: 64, window, seed: 5 });
      const [first, second, again] = [
        await epochOf(dataset, 1),
        await epochOf(dataset, 2),
        await epochOf(await fileDataset(file, { ...plain, batchSize: 64, window, seed: 5 }), 1),
      ];
      assert.deepEqual(first.sizes, [64, 64, 64, 64, 64, 64, 64, 52]);
      assert.deepEqual(
        [...first.ids].sort((a, b) => a - b),
        Array.from({ length: N }, (_, i) => i),
      );
      assert.deepEqual(again.ids, first.ids);
      if (window === 1)
        assert.deepEqual(
          first.ids,
          [...first.ids].sort((a, b) => a - b),
        );
      else assert.notDeepEqual(second.ids, first.ids);
      // No row comes before the window has reached it.
      for (const [place, id] of first.ids.entries()) assert.ok(id <= place + window);
    }
  });

  it("mixes rows uniformly where the window holds all", async () => {
    // The mean place of an id over many orders has variance (N^2 - 1) / 12 / K; five deviations are beyond chance.
    const [K, sums] = [30, new Float64Array(N)];
    const dataset = await fileDataset(file, { ...plain, batchSize: N });
    for (let epoch = 1; epoch <= K; epoch++)
      (await epochOf(dataset, epoch)).ids.forEach((id, place) => {
        sums[id] += place / K;
      });
    const bound = 5 * Math.sqrt((N * N - 1) / 12 / K);
    for (const mean of sums) assert.ok(Math.abs(mean - (N - 1) / 2) < bound, `${mean}`);
  });

  it("standardizes features over all rows, and classes as indicators", async () => {
    const dataset = await fileDataset(file, { response: "kind", features: ["x", "y"], batchSize: N });
    assert.deepEqual(dataset.classes, ["a", "b", "c"]);
    const batches = [];
    for await (const batch of dataset.batches(1)) batches.push(batch);
    const [[x, y]] = batches;
    assert.deepEqual(
      [x.shape, y.shape],
      [
        [N, 2],
        [N, 3],
      ],
    );
    for (const j of [0, 1]) {
      const column = Array.from({ length: N }, (_, i) => x.values[2 * i + j]);
      const mean = column.reduce((sum, value) => sum + value / N, 0);
      const square = column.reduce((sum, value) => sum + value ** 2 / N, 0);
      assert.ok(Math.abs(mean) < 1e-6 && Math.abs(square - 1) < 1e-6);
    }
    const shares = [0, 1, 2].map((k) => Array.from({ length: N }, (_, i) => y.values[3 * i + k]));
    assert.deepEqual(
      shares.map((column) => column.reduce((sum, value) => sum + value, 0)),
      [167, 167, 166],
    );
    const { values, shape } = dataset.encode({ x: [3], y: [0.5] });
    assert.deepEqual(shape, [1, 2]);
    assert.ok(Math.abs(values[1]) < 1e-6);
  });

  it("trains as tensors of the same batches do", async () => {
    const tf: typeof TensorFlow = await tensorFlowOn(TEST_BACKEND);
    const dataset = await fileDataset(file, { response: "y", features: ["x", "kind"], batchSize: 50 });
    const trained = async (batches: Parameters<typeof trainOnBatches>[1]): Promise<number[][]> => {
      const layer = new HadamardDense({ units: 1, inputShape: [4], lambda: 0.01 });
      const model = tf.sequential({ layers: [layer] });
      model.setWeights(model.getWeights().map(({ shape }) => tf.fill(shape, 0.3)));
      model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(0.02, 0.9) });
      await trainOnBatches(model, batches, { epochs: 2 });
      return model.getWeights().map((weight) => [...weight.dataSync()]);
    };
    async function* tensors(epoch: number) {
      for await (const [x, y] of dataset.batches(epoch))
        yield [tf.tensor(x.values, x.shape), tf.tensor(y.values, y.shape)] as const;
    }
    assert.deepEqual(await trained(dataset.batches), await trained(tensors));
  });

  it("refuses in one sentence what it cannot read", async () => {
    const refused: readonly (readonly [Anything, RegExp])[] = [
      [{ ...plain, batchSize: 0 }, /^fileDataset: batchSize must be an integer >= 1, got 0$/],
      [{ ...plain, window: 2.5 }, /window must be an integer >= 1, got 2\.5/],
      [{ ...plain, seed: "one" }, /seed must be an integer, got "one"/],
      [{ ...plain, sampleWeight: "x" }, /got "sampleWeight"; networks take rows without it/],
      [{ response: "z" }, /response must be a column of the files, got "z"/],
    ];
    for (const [options, message] of refused)
      await assert.rejects(fileDataset(file, options), (error: Error) => {
        assert.ok(error instanceof InputError, error.stack);
        assert.match(error.message, message);
        return true;
      });
  });
});
