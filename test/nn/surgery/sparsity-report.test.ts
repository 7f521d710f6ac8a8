import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { DISPLAY } from "../../../src/display/mime-bundle";
import { collapse, HadamardDense, shrink, sparsify, sparsityReport } from "../../../src/nn";
import { convolutional, functional } from "../../support/networks";
import { tf } from "../../support/tensors";

/** 3 inputs, 4 hidden neurons of which 2 are dead and 1 is not read, 2 outputs. */
function small(): TensorFlow.Sequential {
  const { dense } = tf.layers;
  const model = tf.sequential({
    layers: [
      dense({ units: 4, inputShape: [3], activation: "relu", name: "hidden", biasInitializer: "ones" }),
      dense({ units: 2, name: "output" }),
    ],
  });
  model.getLayer("hidden").weights[0].write(
    tf.tensor2d([
      [1, 0, 0, 2],
      [0, 0, 0, 0],
      [3, 0, 0, 0],
    ]),
  );
  model.getLayer("output").weights[0].write(
    tf.tensor2d([
      [1, 1],
      [2, 2],
      [0, 1],
      [0, 0],
    ]),
  );
  return model;
}

/** Two neurons that read nothing. */
function dead(more: object): TensorFlow.layers.Layer {
  return tf.layers.dense({ units: 2, kernelInitializer: "zeros", ...more });
}

/** Two neurons that read everything. */
function live(more: object): TensorFlow.layers.Layer {
  return tf.layers.dense({ units: 2, kernelInitializer: "ones", ...more });
}

/** A norm whose scales are zero. */
function deadNorm(): TensorFlow.layers.Layer {
  return tf.layers.batchNormalization({ name: "n", gammaInitializer: "zeros" });
}

describe("the sparsity report", () => {
  it("counts by hand: weights, inputs, units and operations", () => {
    const report = sparsityReport(small());
    assert.deepEqual(
      { ...report, layers: report.layers.map((layer) => ({ ...layer })) },
      {
        layers: [
          {
            name: "hidden",
            kind: "Dense",
            weights: 12,
            nonZeroWeights: 3,
            inputs: 3,
            liveInputs: 2,
            units: 4,
            liveUnits: 1,
            flops: 24,
            shrunkenFlops: 6,
          },
          {
            name: "output",
            kind: "Dense",
            weights: 8,
            nonZeroWeights: 5,
            inputs: 4,
            liveInputs: 3,
            units: 2,
            liveUnits: 2,
            flops: 16,
            shrunkenFlops: 4,
          },
        ],
        parameters: 26,
        nonZeroParameters: 12,
        compressionRatio: 26 / 12,
        flops: 40,
        shrunkenFlops: 10,
      },
    );
  });

  it("has of a factorized sequence of layers the units that shrink takes away once it is collapsed", () => {
    const twin = sparsify(small(), { lambda: 0.01, layers: ["hidden"], structure: "neuron" });
    const report = sparsityReport(twin);
    const smaller = sparsityReport(shrink(collapse(twin)));
    assert.ok(smaller.flops < report.flops);
    assert.equal(report.shrunkenFlops, smaller.flops);
    assert.deepEqual(
      report.layers.map(({ left }) => left),
      [undefined, undefined],
    );
  });

  it("says of a model what shrink makes of it, and of a factorized one what collapse does", () => {
    const model = small();
    const smaller = sparsityReport(shrink(model));
    assert.equal(smaller.flops, sparsityReport(model).shrunkenFlops);
    const [plain, twin] = [convolutional(), sparsify(convolutional(), { lambda: 1 })];
    const before = tf.memory().numTensors;
    assert.deepEqual(sparsityReport(twin).layers, sparsityReport(plain).layers);
    assert.equal(tf.memory().numTensors, before);
  });

  it("counts operations of convolutions by their places", () => {
    const { layers } = sparsityReport(convolutional());
    const flops = Object.fromEntries(layers.map((layer) => [layer.name, layer.flops]));
    // 6 x 6 places of 3 x 3 x 2 x 3 weights; 5 x 5 of 2 x 2 x 3 x 2; 2 x 2 x 6 inputs of 4 neurons; 4 of 2
    assert.deepEqual(flops, { first: 3888, norm: 0, depthwise: 1200, hidden: 192, output: 16 });
  });

  it("counts layers that are shared or nested", () => {
    const names = sparsityReport(functional()).layers.map(({ name }) => name);
    assert.deepEqual(names, ["both", "nested", "output"]);
  });

  it("says of each layer why shrink leaves units that are dead", () => {
    const { dense } = tf.layers;
    const input = tf.input({ shape: [3] });
    const apply = (layer: TensorFlow.layers.Layer, ...from: TensorFlow.SymbolicTensor[]) =>
      layer.apply(from.length > 1 ? from : from[0]) as TensorFlow.SymbolicTensor;
    const added = apply(dense({ units: 2, name: "added", kernelInitializer: "zeros" }), input);
    const other = apply(dense({ units: 2, name: "other", kernelInitializer: "ones" }), input);
    const sum = apply(tf.layers.add(), added, other);
    const reader = apply(dense({ units: 2, name: "reader", kernelInitializer: "ones" }), sum);
    const last = apply(dense({ units: 2, name: "last", kernelInitializer: "zeros" }), reader);
    const model = tf.model({ inputs: input, outputs: last });
    const left = sparsityReport(model).layers.find(({ name }) => name === "last")?.left;
    assert.equal(left, "last: dead units stay, 2 of them, since they are outputs of the model");
    model.getLayer("last").weights[0].write(tf.ones([2, 2]));
    const reasons = sparsityReport(model).layers.map((layer) => layer.left);
    assert.deepEqual(reasons.filter(Boolean), [
      'added: dead units stay, 2 of them, since they are added to units that layer "reader" reads',
    ]);
  });

  for (const [why, layers, sentence] of [
    [
      "a layer that is not known reads them",
      [dead({ name: "a", inputShape: [3] }), tf.layers.reshape({ targetShape: [2, 1], name: "r" })],
      'a: dead units stay, 2 of them, since layer "r", which shrink does not cut, reads them',
    ],
    [
      "they come from a layer that is not known",
      [tf.layers.reshape({ targetShape: [2], inputShape: [1, 2] }), deadNorm(), live({ name: "o" })],
      "n: dead units stay, 2 of them, since they come from a layer that shrink does not cut",
    ],
    [
      "softmax mixes them",
      [live({ name: "s", inputShape: [3], activation: "softmax" }), deadNorm(), live({ name: "o" })],
      'n: dead units stay, 2 of them, since the activation of layer "s" mixes units',
    ],
    [
      "the next layer pads with zeros",
      [
        dead({ name: "a", inputShape: [4, 3], biasInitializer: "ones" }),
        tf.layers.conv1d({ filters: 2, kernelSize: 3, padding: "same", name: "b" }),
        live({ name: "o" }),
      ],
      'a: dead units stay, 1 of them, since the zeros around the input of layer "b" need a constant',
    ],
    [
      "a depthwise convolution puts zeros around them",
      [
        tf.layers.conv2d({ filters: 2, kernelSize: 1, useBias: false, inputShape: [4, 4, 3], name: "c" }),
        tf.layers.batchNormalization({ name: "n", gammaInitializer: "zeros", betaInitializer: "ones" }),
        tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same", name: "d" }),
        tf.layers.conv2d({ filters: 2, kernelSize: 1, name: "o" }),
      ],
      'n: dead units stay, 2 of them, since layer "d" puts zeros around them, which layer "o" reads with them',
    ],
    [
      "a padding puts zeros around them",
      [
        tf.layers.conv2d({
          filters: 2,
          kernelSize: 1,
          kernelInitializer: "zeros",
          biasInitializer: "ones",
          inputShape: [4, 4, 3],
          name: "c",
        }),
        tf.layers.zeroPadding2d({ padding: 1, name: "p" }),
        tf.layers.conv2d({ filters: 2, kernelSize: 3, name: "o" }),
      ],
      'c: dead units stay, 2 of them, since layer "p" puts zeros around them, which layer "o" reads with them',
    ],
    [
      "one of a layer always stays",
      [dead({ name: "a", inputShape: [3] }), live({ name: "o" })],
      "a: dead units stay, 1 of them, since of each layer at least one stays",
    ],
  ] as const) {
    it(`says of dead units that stay that ${why}`, () => {
      const { left } = sparsityReport(tf.sequential({ layers: [...layers] })).layers.find(
        (layer) => layer.left,
      )!;
      assert.equal(left, sentence);
    });
  }

  it("says of dead units that stay that their layer is applied twice", () => {
    const twice = dead({ name: "d" });
    const inputs = [1, 2].map(() => tf.input({ shape: [3] }));
    const outputs = inputs.map((input) => twice.apply(input) as TensorFlow.SymbolicTensor);
    const [{ left }] = sparsityReport(tf.model({ inputs, outputs })).layers;
    assert.equal(
      left,
      "d: dead units stay, 2 of them, since it is of a class that shrink does not cut, or applied more than once",
    );
  });

  it("shows itself as a table", () => {
    const layer = new HadamardDense({ units: 2, inputShape: [2], kernelInitializer: "identity", name: "d" });
    const report = sparsityReport(tf.sequential({ layers: [layer] }));
    const bundle = (report as unknown as Record<symbol, () => Record<string, string>>)[DISPLAY]();
    assert.match(bundle["text/plain"], /^2 of 6 parameters are not zero: compression 3\n/);
    assert.match(bundle["text/plain"], /d +Dense +4 +2 +2 +2 +2 +2 +8 +8/);
  });
});
