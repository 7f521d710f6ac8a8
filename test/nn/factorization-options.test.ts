import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { gate, HadamardConv2D, HadamardDense, type Structure } from "../../src/nn";
import type { Anything } from "../support/bad-input";
import { normals, tf } from "../support/tensors";

describe("the options of factorized layers", () => {
  const dense = { units: 2, inputShape: [3] };
  const refused: readonly (readonly [string, () => unknown, string])[] = [
    [
      "depth 1",
      () => new HadamardDense({ ...dense, depth: 1 }),
      "HadamardDense: depth must be a number >= 2, got 1; depth 1 is the penalty itself, which leaves no exact zeros under gradient steps: as a baseline give plain layers kernelRegularizer: tf.regularizers.l1({ l1: lambda })",
    ],
    [
      "a depth below 2",
      () => new HadamardDense({ ...dense, depth: 1.5 }),
      "HadamardDense: depth must be a finite number >= 2, got 1.5",
    ],
    [
      "a fractional depth with gates of their own",
      () => new HadamardDense({ ...dense, depth: 2.6, shared: false }),
      "HadamardDense: shared must be true with a fractional depth, got false; take depth 3",
    ],
    [
      "a negative lambda",
      () => new HadamardDense({ ...dense, lambda: -1 }),
      "HadamardDense: lambda must be a finite number >= 0, got -1",
    ],
    [
      "a constraint on the kernel",
      () => new HadamardDense({ ...dense, kernelConstraint: "nonNeg" } as Anything),
      'HadamardDense: kernelConstraint of layer "hadamard_dense_1" must be left out, got "NonNeg"; it would hold of other numbers than the weights that the layer computes with; build the layer without it',
    ],
    [
      "a misspelt option",
      () => new HadamardConv2D({ filters: 1, kernelSize: 1, lamda: 1 } as Anything),
      "lamda",
    ],
    [
      "a structure that is not known",
      () => new HadamardDense({ ...dense, structure: "row" as Structure }),
      'HadamardDense: structure must be "weight", "input", "neuron", "filter", { groups, axis } or { heads, axis }, got "row"',
    ],
    [
      "labels for another number of units",
      () => tf.sequential({ layers: [new HadamardDense({ ...dense, structure: { groups: [1] } })] }),
      "HadamardDense: groups must be one label for each of the 2 indices along axis 1, got an Int32Array of 1",
    ],
    [
      "heads that do not divide",
      () => tf.sequential({ layers: [new HadamardDense({ ...dense, structure: { heads: 3 } })] }),
      "HadamardDense: heads must be a divisor of the 2 along the axis, got 3",
    ],
    ["no layer", () => gate({} as Anything), "gate: layer must be a layer of TensorFlow.js, got an object"],
    [
      "a layer without weights",
      () => gate(tf.layers.flatten()),
      'gate: weight of a layer of class Flatten must be named, as weight: "kernel", got undefined',
    ],
    [
      "a weight that the layer has not",
      () => tf.sequential({ layers: [gate(tf.layers.dense({ ...dense, name: "d" }), { weight: "gamma" })] }),
      'Gated: weight of layer "d" must be one of kernel, bias, got "gamma"',
    ],
    [
      "a structure of a layer whose inputs are not known",
      () =>
        tf.sequential({
          layers: [
            gate(tf.layers.simpleRNN({ units: 2, inputShape: [3, 2] }), {
              weight: "kernel",
              structure: "input",
            }),
          ],
        }),
      'Gated: structure of a layer of class SimpleRNN must be "weight", { groups, axis } or { heads, axis }, got "input"',
    ],
  ];
  for (const [name, make, message] of refused) {
    it(`refuse ${name}`, () => {
      assert.throws(make, (error: Error) => {
        assert.equal(error.name, "InputError");
        if (message === "lamda")
          assert.match(error.message, /^HadamardConv2D: every option .* did you mean "lambda"\?$/);
        else assert.equal(error.message.replace(/hadamard_dense_\d+/, "hadamard_dense_1"), message);
        return true;
      });
    });
  }

  it("gate the input weights of a recurrent layer too", () => {
    const model = tf.sequential({
      layers: [gate(tf.layers.simpleRNN({ units: 2, inputShape: [4, 3] }), { weight: "kernel", lambda: 1 })],
    });
    const X = normals([2, 4, 3], 1);
    const before = (model.predict(X) as TensorFlow.Tensor).dataSync();
    model.weights.find(({ originalName }) => originalName.endsWith("gate_1"))!.write(tf.zeros([3, 2]));
    const after = (model.predict(X) as TensorFlow.Tensor).dataSync();
    assert.ok(before.some((value) => value !== 0));
    assert.ok(after.every((value) => value === 0));
  });
});
