import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, type SparsifyOptions, sparsify, surrogatePenalty } from "../../../src/nn";
import { assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { convolutional, functional, sequence } from "../../support/networks";
import { normals, tf, weightOf } from "../../support/tensors";

type Tensor = TensorFlow.Tensor;

const WORDS = tf.tensor2d([
  [0, 1, 2, 3, 4, 0],
  [4, 4, 1, 0, 2, 3],
]);
const cases: readonly (readonly [string, () => TensorFlow.LayersModel, Tensor | Tensor[]])[] = [
  ["convolutional", convolutional, normals([2, 8, 8, 2], 5)],
  ["with two inputs, a shared and a nested layer", functional, [normals([3, 3], 5), normals([3, 3], 6)]],
  ["of words", sequence, WORDS],
];

const kinds = (model: TensorFlow.LayersModel): string[] =>
  model.layers.map((layer) => layer.getClassName()).filter((name) => /Hadamard|Gated/.test(name));

function factorizedNames(model: TensorFlow.LayersModel): string[] {
  return model.layers.flatMap((layer) => {
    const { layers } = layer as Partial<TensorFlow.LayersModel>;
    if (layers) return factorizedNames(layer as unknown as TensorFlow.LayersModel);
    return /Hadamard|Gated/.test(layer.getClassName()) ? [layer.name] : [];
  });
}

const recurrent = (): TensorFlow.RNN => tf.layers.lstm({ units: 3, returnSequences: true }) as TensorFlow.RNN;

describe("sparsify", () => {
  for (const [name, make, X] of cases) {
    for (const depth of [2, 3.5]) {
      it(`takes over the trained weights of a model ${name}, at depth ${depth}, and leaves it as it is`, () => {
        const model = make();
        const expected = (model.predict(X) as Tensor).dataSync();
        const twin = sparsify(model, { depth, lambda: 0.1 });
        assert.deepEqual((twin.predict(X) as Tensor).dataSync(), expected);
        assert.equal(kinds(model).length, 0);
        twin.weights[0].write(twin.weights[0].read().zerosLike());
        assert.deepEqual((model.predict(X) as Tensor).dataSync(), expected);
      });
    }
  }

  it("factorizes dense, convolutional, depthwise and embedding layers by default, and no norm", () => {
    assert.deepEqual(factorizedNames(sparsify(convolutional(), { lambda: 1 })), [
      "first",
      "depthwise",
      "hidden",
      "output",
    ]);
    assert.deepEqual(factorizedNames(sparsify(functional(), { lambda: 1 })), ["both", "nested", "output"]);
    assert.deepEqual(factorizedNames(sparsify(sequence(), { lambda: 1 })), ["words", "conv", "output"]);
  });

  for (const [name, between] of [
    ["lstm", () => tf.layers.lstm({ units: 3, returnSequences: true })],
    ["bidirectional", () => tf.layers.bidirectional({ layer: recurrent(), mergeMode: "concat" })],
    ["timeDistributed", () => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }) })],
    ["convLstm2d", () => tf.layers.convLstm2d({ filters: 1, kernelSize: 1, returnSequences: true })],
  ] as const)
    it(`takes units behind ${name} for no inputs and units before it for no outputs`, () => {
      const inputShape = name === "convLstm2d" ? [4, 2, 2, 2] : [4, 2];
      const layers = [
        tf.layers.dense({ units: 5, inputShape, name: "first" }),
        tf.layers.dropout({ rate: 0.5 }),
        between(),
        tf.layers.dense({ units: 2, name: "last" }),
      ];
      const model = tf.sequential({ layers });
      assert.deepEqual(factorizedNames(sparsify(model, { lambda: 1, structure: "input" })), ["first"]);
      const open = tf.sequential({
        layers: [tf.layers.dense({ units: 5, inputShape, name: "first" }), between()],
      });
      assert.deepEqual(factorizedNames(sparsify(open, { lambda: 1, structure: "neuron" })), ["first"]);
      const behind = tf.sequential({
        layers: [tf.layers.dropout({ rate: 0, inputShape }), between(), tf.layers.dense({ units: 2 })],
      });
      assert.throws(
        () => sparsify(behind, { lambda: 1, structure: "input" }),
        /must have a layer with a input/,
      );
    });

  it("sees inputs behind norms", () => {
    for (const norm of [tf.layers.batchNormalization, tf.layers.layerNormalization]) {
      const layers = [norm({ inputShape: [4] }), tf.layers.dense({ units: 5, name: "first" })];
      const model = tf.sequential({ layers });
      assert.deepEqual(factorizedNames(sparsify(model, { lambda: 1, structure: "input" })), ["first"]);
    }
  });

  it("spares the outputs where neurons or filters go, and takes the first layers where inputs do", () => {
    const names = (structure: SparsifyOptions["structure"], model = convolutional()): string[] =>
      factorizedNames(sparsify(model, { lambda: 1, structure }));
    assert.deepEqual(names("neuron"), ["hidden"]);
    assert.deepEqual(names("filter"), ["first", "depthwise"]);
    assert.deepEqual(names("input"), ["first"]);
    assert.deepEqual(names("neuron", functional() as Anything), ["both", "nested"]);
    assert.deepEqual(names("input", functional() as Anything), ["both"]);
    assert.deepEqual(names("input", sequence()), ["words"]);
  });

  it("gives each group one gate", () => {
    const shapeOf = (layer: string, structure: SparsifyOptions["structure"]): number[] =>
      weightOf(sparsify(convolutional(), { lambda: 1, structure, layers: [layer] }), layer, "gate_1").shape;
    assert.deepEqual(shapeOf("first", "weight"), [3, 3, 2, 3]);
    assert.deepEqual(shapeOf("first", "filter"), [1, 1, 1, 3]);
    assert.deepEqual(shapeOf("first", "input"), [1, 1, 2, 1]);
    assert.deepEqual(shapeOf("depthwise", "filter"), [1, 1, 3, 2]);
    assert.deepEqual(shapeOf("depthwise", "input"), [1, 1, 3, 1]);
    assert.deepEqual(shapeOf("hidden", "neuron"), [1, 4]);
    assert.deepEqual(shapeOf("hidden", { heads: 2 }), [2]);
    assert.deepEqual(shapeOf("norm", "filter"), [3]);
  });

  it("has structures of several kinds in one model, one call each", () => {
    const filters = sparsify(convolutional(), { lambda: 1, structure: "filter" });
    const both = sparsify(filters, { lambda: 2, depth: 3, structure: "neuron", layers: ["hidden"] });
    assert.deepEqual(factorizedNames(both), ["first", "depthwise", "hidden"]);
    const X = cases[0][2];
    assert.deepEqual((both.predict(X) as Tensor).dataSync(), (filters.predict(X) as Tensor).dataSync());
  });

  it("counts the penalty of a shared layer once, in fit as in a loop", () => {
    const twin = sparsify(functional(), { lambda: 0.3 });
    let expected = 0;
    for (const layer of ["both", "output"]) {
      for (const factor of ["kernel", "gate_1"]) {
        expected += (0.3 / 2) * weightOf(twin, layer, factor).square().sum().dataSync()[0];
      }
    }
    const nested = twin.getLayer("inner") as unknown as TensorFlow.LayersModel;
    for (const factor of ["kernel", "gate_1"]) {
      expected += (0.3 / 2) * weightOf(nested, "nested", factor).square().sum().dataSync()[0];
    }
    assertClose("surrogatePenalty", surrogatePenalty(twin).dataSync()[0], expected, 1e-6);
    assertClose("losses of fit", tf.addN(twin.calculateLosses()).dataSync()[0], expected, 1e-6);
  });

  it("keeps what is not trained, and says of moments what it said", () => {
    const model = convolutional();
    model.getLayer("first").trainable = false;
    const twin = sparsify(model, { lambda: 1 });
    assert.equal(twin.getLayer("first").trainable, false);
    assert.equal(collapse(twin).getLayer("first").trainable, false);
    const [before, after] = [model, twin].map((m) => weightOf(m, "norm", "moving_variance").dataSync());
    assert.deepEqual(after, before);
  });

  it("draws a variance-matched start: truncated factors whose product has the deviation that the weights had", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 80, inputShape: [60], name: "d" })] });
    const sigma = tf
      .moments(weightOf(model, "d", "kernel"))
      .variance.sqrt()
      .dataSync()[0];
    for (const depth of [2, 3, 4, 2.5]) {
      const twin = sparsify(model, { depth, lambda: 1, init: "variance-matched" });
      for (const factor of ["kernel", "gate_1"]) {
        const sizes = weightOf(twin, "d", factor).abs();
        assert.ok(sizes.min().dataSync()[0] >= (sigma / 100) ** (1 / depth) * (1 - 1e-6));
        assert.ok(sizes.max().dataSync()[0] <= (2 * sigma) ** (1 / depth) * (1 + 1e-6));
      }
      const product = weightOf(collapse(twin), "d", "kernel");
      const deviation = tf.moments(product).variance.sqrt().dataSync()[0];
      // The truncation takes a part of the variance away, the more the larger the depth.
      assert.ok(deviation > 0.25 * sigma && deviation < 1.2 * sigma, `depth ${depth}: ${deviation / sigma}`);
    }
    const draw = (seed: number): Tensor =>
      weightOf(sparsify(model, { lambda: 1, init: "variance-matched", seed }), "d", "kernel");
    assert.deepEqual(draw(3).dataSync(), draw(3).dataSync());
    assert.notDeepEqual(draw(3).dataSync(), draw(4).dataSync());
  });

  it("leaves no tensor behind but the twin's variables", () => {
    const model = convolutional();
    const before = tf.memory().numTensors;
    const twin = sparsify(model, { lambda: 1, depth: 3 });
    const plain = collapse(twin);
    assert.equal(tf.memory().numTensors, before + twin.weights.length + plain.weights.length);
    twin.dispose();
    plain.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
