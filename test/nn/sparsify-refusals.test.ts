import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { sparsify } from "../../src/nn";
import type { Anything } from "../support/bad-input";
import { convolutional } from "../support/networks";
import { tf } from "../support/tensors";
import { ROOT } from "../support/tracked-files";

describe("what sparsify refuses", () => {
  const refuses = (name: string, model: () => Anything, options: Anything, message: string): void => {
    it(`is ${name}`, () => {
      assert.throws(() => sparsify(model(), options), {
        name: "InputError",
        message: `sparsify: ${message}`,
      });
    });
  };
  const twin = (): TensorFlow.LayersModel => sparsify(convolutional(), { lambda: 1 });
  refuses(
    "what is no model",
    () => ({}),
    { lambda: 1 },
    "model must be a model of layers of TensorFlow.js, got an object",
  );
  refuses("no lambda", convolutional, {}, "lambda must be a finite number >= 0, got undefined");
  refuses("a negative lambda", convolutional, { lambda: -1 }, "lambda must be a finite number >= 0, got -1");
  refuses(
    "depth 1",
    convolutional,
    { lambda: 1, depth: 1 },
    "depth must be a number >= 2, got 1; depth 1 is the penalty itself, which leaves no exact zeros under gradient steps: as a baseline give plain layers kernelRegularizer: tf.regularizers.l1({ l1: lambda })",
  );
  refuses(
    "decay beside the step",
    convolutional,
    { lambda: 1, weightDecay: 0.01 },
    "weightDecay must be left out, got 0.01; decay beside the adaptive step has fixed points that are no minima of the penalized problem, so put the penalty into the objective",
  );
  refuses(
    "a model that is factorized already",
    twin,
    { lambda: 1 },
    'the layers must not be factorized yet, got "first", which is; collapse the model first, or name other layers',
  );
  refuses(
    "a layer that is factorized already",
    twin,
    { lambda: 1, layers: ["norm", "hidden"] },
    'the layers must not be factorized yet, got "hidden", which is; collapse the model first, or name other layers',
  );
  refuses(
    "a name that no layer has",
    convolutional,
    { lambda: 1, layers: ["hiden"] },
    'every layer must be one of the model, "first", "norm", "depthwise", "hidden" or "output", got "hiden"; did you mean "hidden"?',
  );
  refuses(
    "no name",
    convolutional,
    { lambda: 1, layers: [] },
    "layers must be an array of at least one name, got an array of 0",
  );
  refuses(
    "a layer without weights",
    convolutional,
    { lambda: 1, layers: ["flat"] },
    'layer "flat" must be of a class that is known, "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose" or 5 more, got "Flatten"; leave it out, or for sparsify put gate(layer, { weight }) around it where the model is built',
  );
  refuses(
    "groups without names of layers",
    convolutional,
    { lambda: 1, structure: { heads: 2 } },
    "layers must be names of layers, as groups and heads are of some only, got undefined",
  );
  refuses(
    "a structure that no layer has",
    () => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] }),
    { lambda: 1, structure: "filter" },
    "the model must have a layer with a filter to make sparse, got none; name layers",
  );
  refuses(
    "a constraint of the layer's own",
    () =>
      tf.sequential({
        layers: [tf.layers.dense({ units: 2, inputShape: [2], name: "d", kernelConstraint: "nonNeg" })],
      }),
    { lambda: 1 },
    'kernelConstraint of layer "d" must be left out, got "NonNeg"; it would hold of other numbers than the weights that the layer computes with; build the layer without it',
  );
  refuses(
    "a start that it does not know",
    convolutional,
    { lambda: 1, init: "balanced" },
    'init must be "unit-gates" or "variance-matched", got "balanced"',
  );
  refuses(
    "an option that it does not know",
    convolutional,
    { lambda: 1, lamda: 1 },
    'every option must be one of lambda, depth, structure, shared, groupWeights, layers, init, gateBeta, seed, got "lamda"; did you mean "lambda"?',
  );
  refuses(
    "weights that are all the same, for a variance-matched start",
    () =>
      tf.sequential({
        layers: [tf.layers.dense({ units: 2, inputShape: [2], name: "d", kernelInitializer: "zeros" })],
      }),
    { lambda: 1, init: "variance-matched" },
    'the standard deviation of the weights of layer "d" must be above 0 and at most 1 for a variance-matched start, got 0',
  );
  refuses(
    "a layer that two models share",
    () => {
      const shared = tf.layers.dense({ units: 2, name: "shared" });
      const input = tf.input({ shape: [2] });
      const encoder = tf.model({
        inputs: input,
        outputs: shared.apply(input) as TensorFlow.SymbolicTensor,
        name: "encoder",
      });
      const other = tf.input({ shape: [2] });
      const sum = tf.layers.add().apply([shared.apply(other), encoder.apply(other)] as Anything);
      return tf.model({ inputs: other, outputs: sum as TensorFlow.SymbolicTensor, name: "outer" });
    },
    { lambda: 1 },
    'a layer must belong to one model, got "shared" in "outer" and "encoder"; use the model that has it as a layer instead',
  );

  it("is a model of another copy of TensorFlow.js", () => {
    const code = `
      const tf = require("@tensorflow/tfjs");
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
      for (const file of Object.keys(require.cache)) if (/@tensorflow/.test(file)) delete require.cache[file];
      const { sparsify } = require(${JSON.stringify(join(ROOT, "dist/src/nn"))});
      try {
        sparsify(model, { lambda: 1 });
      } catch ({ name, message }) {
        process.stdout.write(name + ": " + message);
      }`;
    const { stdout } = spawnSync(process.execPath, ["-e", code], { cwd: ROOT, encoding: "utf8" });
    assert.equal(
      stdout.slice(stdout.indexOf("InputError")),
      "InputError: sparsify: the model must be made by the TensorFlow.js that smooth-edges loads, got one of another copy; npm links to a folder, which then loads its own, so install smooth-edges with install-links=true in .npmrc",
    );
  });
});
