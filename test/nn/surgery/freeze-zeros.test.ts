import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, freezeZeros, sparsify } from "../../../src/nn";
import type { Anything } from "../../support/bad-input";
import { convolutional } from "../../support/networks";
import { normals, tf, weightOf } from "../../support/tensors";

type Tensor = TensorFlow.Tensor;

describe("freezeZeros", () => {
  it("keeps every zero in training and moves all else, and collapse gives a plain model back", async () => {
    const model = convolutional();
    const names = { first: "kernel", norm: "gamma", depthwise: "depthwise_kernel", hidden: "kernel" };
    for (const [layer, weight] of Object.entries(names)) {
      const values = weightOf(model, layer, weight);
      const zeroed = Float32Array.from(values.dataSync(), (value, i) => (i % 3 === 0 ? 0 : value));
      (values as TensorFlow.Variable).assign(tf.tensor(zeroed, values.shape));
    }
    const [X, Y] = [normals([6, 8, 8, 2], 1), normals([6, 2], 2)];
    const before = (model.predict(X) as Tensor).dataSync();
    const twin = freezeZeros(model);
    assert.deepEqual((twin.predict(X) as Tensor).dataSync(), before);
    assert.deepEqual(
      twin.layers.map((layer) => layer.getClassName()),
      ["FrozenZeros", "FrozenZeros", "FrozenZeros", "MaxPooling2D", "Flatten", "FrozenZeros", "Dense"],
    );
    twin.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    await twin.fit(X, Y, { epochs: 3, verbose: 0 });
    const plain = collapse(twin);
    for (const [layer, weight] of Object.entries(names)) {
      const [was, is] = [model, plain].map((m) => weightOf(m, layer, weight).dataSync());
      is.forEach((value, i) => {
        assert.equal(value === 0, was[i] === 0, `${layer} ${i}`);
      });
      // Where a unit is never active its weights have no gradient.
      const moved = is.filter((value, i) => value !== was[i]).length;
      assert.ok(moved > 0, `${layer}: ${moved} of ${is.length} moved`);
    }
    assert.deepEqual((plain.predict(X) as Tensor).dataSync(), (twin.predict(X) as Tensor).dataSync());
    twin.dispose();
    plain.dispose();
  });

  it("gives zeros without a sign, also of negative weights that were masked later", () => {
    const layer = tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer: "identity" });
    const twin = freezeZeros(tf.sequential({ layers: [layer] }));
    const mask = tf.tensor2d([
      [0, 1],
      [1, 0],
    ]);
    twin.setWeights([tf.fill([2, 2], -3), tf.zeros([2]), mask]);
    const [kernel] = collapse(twin).getWeights();
    assert.deepEqual([...kernel.dataSync()], [0, -3, -3, 0]);
  });

  it("is saved with its mask", async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [2], name: "d", kernelInitializer: "identity" })],
    });
    const json = JSON.parse(JSON.stringify(freezeZeros(model).toJSON(null, false)));
    const again = await tf.models.modelFromJSON(json);
    again.setWeights(freezeZeros(model).getWeights());
    assert.deepEqual(Array.from(weightOf(again, "d", "mask").dataSync()), [1, 0, 0, 1]);
  });

  it("reads a model that was saved when a layer had one mask", async () => {
    const layer = { className: "Dense", config: { name: "d", units: 2, batchInputShape: [null, 2] } };
    const saved = { className: "FrozenZeros", config: { name: "d", layer, weight: { name: "kernel" } } };
    freezeZeros(convolutional()); // registers the class
    const model = await tf.models.modelFromJSON({
      modelTopology: { class_name: "Sequential", config: { name: "s", layers: [saved] } },
    } as never);
    assert.deepEqual(weightOf(model, "d", "mask").shape, [2, 2]);
  });

  const { gru, lstm, simpleRNN, separableConv2d, conv2dTranspose, conv1d, convLstm2d, dense } = tf.layers;
  const gateable: readonly (readonly [TensorFlow.layers.Layer, readonly number[]])[] = [
    [simpleRNN({ units: 3, returnSequences: true }), [4, 2]],
    [gru({ units: 3, returnSequences: true }), [4, 2]],
    [lstm({ units: 3, returnSequences: true }), [4, 2]],
    [tf.layers.rnn({ cell: tf.layers.lstmCell({ units: 3 }), returnSequences: true }), [4, 2]],
    [convLstm2d({ filters: 2, kernelSize: 2, padding: "same" }), [2, 4, 4, 1]],
    [separableConv2d({ filters: 2, kernelSize: 2 }), [4, 4, 2]],
    [conv2dTranspose({ filters: 2, kernelSize: 2 }), [3, 3, 2]],
    [conv1d({ filters: 2, kernelSize: 2 }), [4, 2]],
    [tf.layers.timeDistributed({ layer: dense({ units: 2 }) }), [4, 2]],
    [
      tf.layers.bidirectional({
        layer: lstm({ units: 3, returnSequences: true }) as TensorFlow.RNN,
        mergeMode: "concat",
      }),
      [4, 2],
    ],
    [
      tf.layers.rnn({
        cell: tf.layers.stackedRNNCells({
          cells: [tf.layers.lstmCell({ units: 3 }), tf.layers.gruCell({ units: 2 })],
        }) as Anything,
        returnSequences: true,
      }),
      [4, 2],
    ],
  ];
  for (const [layer, inputShape] of gateable)
    it(`keeps the zeros of every weight that gate may make sparse in ${layer.getClassName()}`, async () => {
      const input = tf.input({ shape: [...inputShape] });
      const output = dense({ units: 1, name: "output" }).apply(tf.layers.flatten().apply(layer.apply(input)));
      const model = tf.model({ inputs: input, outputs: output as TensorFlow.SymbolicTensor });
      const zerosIn = (of: TensorFlow.LayersModel): boolean[][] =>
        of
          .getLayer(layer.name)
          .weights.filter(({ originalName }) => !/bias$/.test(originalName))
          .map((weight) => Array.from(weight.read().dataSync(), (value) => value === 0));
      for (const weight of model.getLayer(layer.name).weights) {
        const values = normals(weight.shape as number[], 1);
        weight.write(tf.mul(values, tf.greater(values, -0.3)));
      }
      const twin = freezeZeros(model);
      const [x, y] = [normals([6, ...inputShape], 2), normals([6, 1], 3)];
      twin.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
      await twin.fit(x, y, { epochs: 2, verbose: 0 });
      const plain = collapse(twin);
      assert.ok(zerosIn(model).every((zeros) => zeros.includes(true) && zeros.includes(false)));
      assert.deepEqual(zerosIn(plain), zerosIn(model));
      const [was, is] = [model, plain].map((m) =>
        m.getLayer(layer.name).weights.map((w) => w.read().dataSync()),
      );
      assert.ok(is.every((values, i) => values.some((value, k) => value !== was[i][k])));
    });

  it("refuses zeros that it cannot keep", () => {
    const inner = tf.sequential({
      layers: [dense({ units: 2, kernelInitializer: "zeros", inputShape: [2] })],
    });
    const both = tf.layers.timeDistributed({ layer: inner as Anything, inputShape: [4, 2], name: "both" });
    assert.throws(() => freezeZeros(tf.sequential({ layers: [both] })), {
      name: "InputError",
      message:
        /^freezeZeros: every weight with zeros must be of a layer or of its cell, got ".*kernel" further within "both"; /,
    });
  });

  it("refuses factorized layers", () => {
    assert.throws(() => freezeZeros(sparsify(convolutional(), { lambda: 1, layers: ["hidden"] })), {
      name: "InputError",
      message:
        'freezeZeros: the layers must not be factorized yet, got "hidden", which is; collapse the model first, or name other layers',
    });
  });
});
