import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs";
import {
  collapse,
  freezeZeros,
  loadModel,
  saveModel,
  shrink,
  sparsify,
  surrogatePenalty,
} from "../../../src/nn";
import { assertAllClose } from "../../support/assert-close";
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

  it("has the metadata of the user, also once it was made smaller", async () => {
    const model = convolutional();
    const metadata = { classes: ["cat", "dog"] };
    model.setUserDefinedMetadata(metadata);
    const plain = collapse(sparsify(model, { lambda: 1 }));
    await saveModel(shrink(collapse(freezeZeros(plain))), folder);
    const again = (await loadModel(folder)) as TensorFlow.LayersModel;
    assert.deepEqual(again.getUserDefinedMetadata(), metadata);
  });

  it("has quantized weights as it was read with, and whole ones where they have changed", async () => {
    const model = convolutional();
    await saveModel(model, folder);
    const saved = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    const kinds = { uint8: 1, uint16: 2, float16: 2 } as const;
    const bytes: Buffer[] = [];
    for (const [i, spec] of saved.weightsManifest[0].weights.entries()) {
      const dtype = (Object.keys(kinds) as (keyof typeof kinds)[])[i % 3];
      spec.quantization =
        dtype === "float16"
          ? { dtype, original_dtype: "float32" }
          : { dtype, scale: 0.0137, min: -0.71, original_dtype: "float32" };
      const size = spec.shape.reduce((count: number, length: number) => count * length, 1);
      for (let k = 0; k < size; k++) {
        const entry = Buffer.alloc(kinds[dtype]);
        entry.writeUIntLE(dtype === "uint8" ? (37 * k + i) % 256 : 10000 + 11 * k + i, 0, kinds[dtype]);
        bytes.push(entry);
      }
    }
    writeFileSync(join(folder, "weights.bin"), Buffer.concat(bytes));
    writeFileSync(join(folder, "model.json"), JSON.stringify(saved));
    const quantized = (await loadModel(folder)) as TensorFlow.LayersModel;
    const path = join(folder, "again");
    await saveModel(quantized, path);
    assert.deepEqual(readFileSync(join(path, "weights.bin")), Buffer.concat(bytes));
    const manifest = (): unknown =>
      JSON.parse(readFileSync(join(path, "model.json"), "utf8")).weightsManifest[0].weights;
    assert.deepEqual(manifest(), saved.weightsManifest[0].weights);

    const [changed] = quantized.weights;
    changed.write(tf.add(changed.read(), 1e-3));
    const values = quantized.getWeights().map((weight) => [...weight.dataSync()]);
    await saveModel(quantized, path);
    const again = (await loadModel(path)) as TensorFlow.LayersModel;
    assert.deepEqual(
      again.getWeights().map((weight) => [...weight.dataSync()]),
      values,
    );
    const { quantization: _, ...whole } = saved.weightsManifest[0].weights[0];
    assert.deepEqual(manifest(), [whole, ...saved.weightsManifest[0].weights.slice(1)]);
  });

  it("has the regularizers that Keras writes", async () => {
    await saveModel(sequence(), folder);
    const saved = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    const [embedding, convolution] = saved.modelTopology.config.layers;
    embedding.config.embeddings_regularizer = { module: "keras", class_name: "L1", config: { l1: 0.5 } };
    convolution.config.kernel_regularizer = { module: "keras", class_name: "L2", config: { l2: 0.25 } };
    writeFileSync(join(folder, "model.json"), JSON.stringify(saved));
    const model = (await loadModel(folder)) as TensorFlow.LayersModel;
    model.build(undefined as never);
    const [table, kernel] = [0, 1].map((i) => model.layers[i].getWeights()[0]);
    const expected = [0.5 * table.abs().sum().dataSync()[0], 0.25 * kernel.square().sum().dataSync()[0]];
    assertAllClose(
      "losses",
      model.calculateLosses().map((loss) => loss.dataSync()[0]),
      expected,
      1e-5,
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
