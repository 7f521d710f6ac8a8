import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs";
import { loadModel, saveModel, sparsify, surrogatePenalty } from "../../../src/nn";
import { failEachWrite } from "../../support/failing-writes";
import { convolutional, functional, sequence } from "../../support/networks";
import { normals, randomize, tf } from "../../support/tensors";

type Tensor = TensorFlow.Tensor;

describe("a saved model", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "saved model "));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const cases: readonly (readonly [string, () => TensorFlow.LayersModel, () => Tensor | Tensor[]])[] = [
    ["convolutional", convolutional, () => normals([2, 8, 8, 2], 5)],
    ["with a shared and a nested layer", functional, () => [normals([3, 3], 5), normals([3, 3], 6)]],
    ["of words", sequence, () => tf.zeros([1, 6])],
  ];
  for (const [name, make, input] of cases) {
    it(`${name} predicts the same when it is read again, plain or factorized, into a new folder or an old one`, async () => {
      const path = join(folder, "new", "model");
      for (const model of [make(), sparsify(make(), { lambda: 0.2, depth: 2.5 })]) {
        randomize(model, 9);
        await saveModel(model, path);
        const again = await loadModel(path);
        const [expected, actual] = [model, again].map((m) => (m.predict(input()) as Tensor).dataSync());
        assert.deepEqual(actual, expected);
        assert.deepEqual(surrogatePenalty(again).dataSync(), surrogatePenalty(model).dataSync());
        assert.deepEqual(readdirSync(path).sort(), ["model.json", "weights.bin"]);
      }
    });
  }

  it("has TensorFlow.js's layout: a manifest of one group, and all floats in its order", async () => {
    const model = convolutional();
    await saveModel(model, folder);
    const saved = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    assert.equal(saved.format, "layers-model");
    assert.equal(saved.modelTopology.class_name, "Sequential");
    assert.equal(saved.weightsManifest.length, 1);
    const [{ paths, weights }] = saved.weightsManifest;
    assert.deepEqual(paths, ["weights.bin"]);
    assert.deepEqual(
      weights,
      model.weights.map(({ originalName, shape }) => ({ name: originalName, shape, dtype: "float32" })),
    );
    const bytes = readFileSync(join(folder, "weights.bin"));
    const floats = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
    assert.deepEqual(
      floats,
      model.getWeights().flatMap((weight) => Array.from(weight.dataSync())),
    );
  });

  it("is read from several files of weights, as the converter writes them", async () => {
    const model = sequence();
    await saveModel(model, folder);
    const bytes = readFileSync(join(folder, "weights.bin"));
    writeFileSync(join(folder, "shard1"), bytes.subarray(0, 30));
    writeFileSync(join(folder, "shard2"), bytes.subarray(30));
    const saved = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    saved.weightsManifest[0].paths = ["shard1", "shard2"];
    writeFileSync(join(folder, "model.json"), JSON.stringify(saved));
    const again = await loadModel(folder);
    assert.deepEqual(
      again.getWeights().map((weight) => weight.dataSync()),
      model.getWeights().map((weight) => weight.dataSync()),
    );
  });

  it("is the old one or the new one after every failure, also where they have other shapes", async () => {
    const [old, fresh] = [sequence(), convolutional()];
    const same = (one: TensorFlow.LayersModel, other: TensorFlow.LayersModel): boolean =>
      isDeepStrictEqual(
        ...([one, other].map((m) => m.getWeights().map((w) => w.dataSync())) as [unknown, unknown]),
      );
    const before = join(folder, "before");
    const path = join(folder, "model");
    await saveModel(old, before);
    const outcomes = new Set<string>();
    const calls = await failEachWrite(
      () => {
        rmSync(path, { recursive: true, force: true });
        cpSync(before, path, { recursive: true });
      },
      () => saveModel(fresh, path),
      async (failure, at, thrown) => {
        const found = await loadModel(path);
        const outcome = same(found, old) ? "old" : same(found, fresh) ? "new" : "neither";
        assert.notEqual(outcome, "neither", `${failure} at call ${at}`);
        outcomes.add(outcome);
        if (failure === "ENOSPC") {
          const remedy = "free space on its disk, or name another place";
          const message = `saveModel: ${path} must be a folder that can be written to, got ENOSPC; ${remedy}`;
          assert.deepEqual(
            { ...(thrown as Error), message: (thrown as Error).message },
            { name: "InputError", message },
          );
        }
        await saveModel(fresh, path);
        assert.ok(same(await loadModel(path), fresh));
        assert.deepEqual(
          readdirSync(path).filter((name) => !name.endsWith(".tmp")),
          ["model.json", "weights.bin"],
        );
      },
    );
    assert.ok(calls >= 12, `${calls} calls`);
    assert.deepEqual([...outcomes].sort(), ["new", "old"]);
  });

  it("that is missing, cut off or of another kind is refused", async () => {
    const at = JSON.stringify(folder.length > 40 ? `${folder.slice(0, 37)}...` : folder);
    const refused = (message: string): Promise<void> =>
      assert.rejects(loadModel(folder), { name: "InputError", message: `loadModel: ${message}` });
    await refused(`folder must have a file model.json, got none in ${at}`);
    await saveModel(sequence(), folder);
    const bytes = readFileSync(join(folder, "weights.bin")).length;
    truncateSync(join(folder, "weights.bin"), bytes - 4);
    await refused(`the weights in ${at} must have ${bytes} bytes as model.json says, got ${bytes - 4}`);
    rmSync(join(folder, "weights.bin"));
    await refused(`folder must have a file weights.bin, got none in ${at}`);
    writeFileSync(join(folder, "model.json"), '{"format": "graph-model", "modelTopology": {"node": []}}');
    await refused(`model.json in ${JSON.stringify(folder)} must be of a model of layers, got "graph-model"`);
    writeFileSync(join(folder, "model.json"), "cut");
    await refused(`model.json in ${JSON.stringify(folder)} must be of a model of layers, got "cut"`);
    await assert.rejects(saveModel(sequence(), ""), {
      name: "InputError",
      message: 'saveModel: folder must be a path, got ""',
    });
  });
});
