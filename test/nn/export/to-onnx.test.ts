import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, shrink, sparsify, toOnnx } from "../../../src/nn";
import { assertAllClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { convolutional, functional, sequence } from "../../support/networks";
import { normals, randomize, tf } from "../../support/tensors";

const { layers } = tf;

/** A chain with weights drawn at random. */
function chain(...parts: TensorFlow.layers.Layer[]): TensorFlow.Sequential {
  const model = tf.sequential({ layers: parts });
  randomize(model, 4);
  return model;
}

const convolution = (options: object) =>
  layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [7, 6, 2], ...options } as Anything);

/** Models that make use of every translation there is. */
const models: Readonly<Record<string, () => TensorFlow.LayersModel>> = {
  "convolutions, a norm, pooling and dense layers": convolutional,
  "the same, sparsified, collapsed and shrunken": () =>
    shrink(collapse(sparsify(convolutional(), { lambda: 0.1, structure: "filter", layers: ["first"] }))),
  "zeros around, with strides, and pools of parts": () =>
    chain(
      convolution({ padding: "same", strides: [2, 1], activation: "relu6" }),
      layers.averagePooling2d({ poolSize: [2, 3], strides: [1, 2], padding: "same" }),
      layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, padding: "same", activation: "tanh" }),
      layers.maxPooling2d({ poolSize: 2, padding: "same" }),
    ),
  "holes, and the mean over places": () =>
    chain(
      convolution({ dilationRate: 2, useBias: false, activation: "softmax" }),
      layers.globalAveragePooling2d({} as Anything),
      layers.dense({ units: 3, activation: "softmax" }),
    ),
  "the largest over places, and a norm of channels last": () =>
    chain(
      layers.batchNormalization({ inputShape: [4, 4, 3], scale: false, epsilon: 0.1 }),
      layers.globalMaxPooling2d({} as Anything),
      layers.softmax({ axis: -1 }),
    ),
  "a dense layer along the last axis": () =>
    chain(
      layers.dense({ units: 4, inputShape: [5, 3], activation: "elu" }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
    ),
  "a functional chain": () => {
    const input = tf.input({ shape: [3] });
    const hidden = layers.dense({ units: 4 }).apply(input) as TensorFlow.SymbolicTensor;
    const model = tf.model({
      inputs: input,
      outputs: layers.reLU().apply(hidden) as TensorFlow.SymbolicTensor,
    });
    randomize(model, 6);
    return model;
  },
  ...Object.fromEntries(
    ["relu", "selu", "sigmoid", "hardSigmoid", "softplus", "softsign"].map((activation) => [
      activation,
      () => chain(layers.dense({ units: 5, inputShape: [4], activation: activation as Anything })),
    ]),
  ),
};

/** Reads the models and what goes in, and prints what comes out. */
const READER = `
import json, sys, numpy, onnxruntime
for path, data, shape in json.load(open(sys.argv[1])):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = numpy.array(data, dtype=numpy.float32).reshape(shape)
    out = session.run(["output"], {"input": given})[0]
    print(json.dumps([list(out.shape), [float(v) for v in out.ravel()]]))
`;

describe("toOnnx", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "onnx "));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("writes what onnxruntime computes the same from, for every kind of layer", function () {
    const probe = spawnSync("python3", ["-c", "import onnxruntime"], { encoding: "utf8" });
    if (probe.status !== 0) {
      process.stdout.write("skipped: python3 has no onnxruntime (pip install onnxruntime)\n");
      this.skip();
    }
    const made = Object.values(models).map((make, k) => {
      const model = make();
      const shape = [3, ...(model.inputs[0].shape.slice(1) as number[])];
      const input = normals(shape, 10 + k);
      const path = join(folder, `${k}.onnx`);
      writeFileSync(path, toOnnx(model));
      return { model, input, task: [path, [...input.dataSync()], shape] };
    });
    const tasks = join(folder, "tasks.json");
    writeFileSync(tasks, JSON.stringify(made.map(({ task }) => task)));
    const { status, stdout, stderr } = spawnSync("python3", ["-c", READER, tasks], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    made.forEach(({ model, input }, k) => {
      const expected = model.predict(input) as TensorFlow.Tensor;
      const [shape, values] = answers[k];
      assert.deepEqual(shape, expected.shape, Object.keys(models)[k]);
      assertAllClose(Object.keys(models)[k], values, expected.dataSync(), 1e-5);
    });
  });

  it("is the same bytes each time, and leaves the model alone", () => {
    const model = convolutional();
    const before = model.getWeights().map((weight) => [...weight.dataSync()]);
    assert.deepEqual(toOnnx(model), toOnnx(model));
    assert.deepEqual(
      model.getWeights().map((weight) => [...weight.dataSync()]),
      before,
    );
  });

  it("refuses in one sentence what is no plain chain of layers it knows", () => {
    const norm = layers.batchNormalization({ axis: 1, inputShape: [4, 3] });
    for (const [model, message] of [
      [{}, /^toOnnx: model must be a model of layers of TensorFlow\.js, got an object$/],
      [
        sparsify(convolutional(), { lambda: 0.1 }),
        /^toOnnx: every layer must be plain, got "\w+", .+; collapse the model first$/,
      ],
      [
        functional(),
        /^toOnnx: the model must be a chain of layers with one input and one output, got "\w+", which branches or is a model within$/,
      ],
      [
        sequence(),
        /^toOnnx: layer "words" must be one that has a form in ONNX here, Dense, .+, got "Embedding"$/,
      ],
      [
        chain(layers.dense({ units: 1, inputShape: [2], activation: "swish" })),
        /^toOnnx: layer "\w+" must be .+, relu, .+, got "activation swish"$/,
      ],
      [chain(layers.reLU({ maxValue: 3, inputShape: [2] } as Anything)), /got "activation relu up to 3"$/],
      [chain(norm), /got "BatchNormalization of axis 1"$/],
      [chain(convolution({ dataFormat: "channelsFirst", padding: "same" })), /got "channels first"$/],
    ] as const) {
      assert.throws(() => toOnnx(model as Anything), { name: "InputError", message });
    }
  });
});
