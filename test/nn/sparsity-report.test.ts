import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { DISPLAY } from "../../src/display/mime-bundle";
import { HadamardDense, shrink, sparsify, sparsityReport } from "../../src/nn";
import { convolutional, functional } from "../support/networks";
import { tf } from "../support/tensors";

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

  it("shows itself as a table", () => {
    const layer = new HadamardDense({ units: 2, inputShape: [2], kernelInitializer: "identity", name: "d" });
    const report = sparsityReport(tf.sequential({ layers: [layer] }));
    const bundle = (report as unknown as Record<symbol, () => Record<string, string>>)[DISPLAY]();
    assert.match(bundle["text/plain"], /^2 of 6 parameters are not zero: compression 3\n/);
    assert.match(bundle["text/plain"], /d +Dense +4 +2 +2 +2 +2 +2 +8 +8/);
  });
});
