import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, loadModel, shrink, sparsify, toOnnx } from "../../../src/nn";
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

const KERAS = join(__dirname, "../../../../test/golden/keras_models");

/** Models that make use of every translation there is. */
const models: Readonly<Record<string, () => TensorFlow.LayersModel | Promise<TensorFlow.LayersModel>>> = {
  ...Object.fromEntries(
    ["mlp", "cnn", "mobilenet"].map((name) => [
      `${name} converted from Keras`,
      async () => (await loadModel(join(KERAS, name))) as TensorFlow.LayersModel,
    ]),
  ),
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
  "several inputs, branches, a shared layer and a model within": functional,
  "sums and joins of convolutions, along the channels and along another axis": () => {
    const input = tf.input({ shape: [5, 6, 2] });
    const same = { kernelSize: 3, padding: "same", inputShape: undefined } as const;
    const [first, second, third] = [3, 3, 3].map((filters) => convolution({ ...same, filters }).apply(input));
    const sum = layers.add().apply([first, second, third] as Anything);
    const joined = layers.concatenate().apply([sum, first, input] as Anything);
    const plane = layers.concatenate({ axis: 2 }).apply([sum, first] as Anything);
    const pooled = [joined, plane, layers.reLU().apply(joined)].map((tensor) =>
      layers.globalAveragePooling2d({} as Anything).apply(tensor),
    );
    const rows = layers.concatenate({ axis: 1 }).apply([sum, second] as Anything);
    const outputs = [layers.concatenate({ axis: 1 }).apply(pooled as Anything), rows, sum];
    const model = tf.model({ inputs: input, outputs: outputs as TensorFlow.SymbolicTensor[] });
    randomize(model, 7);
    return model;
  },
  "zeros around as a layer, before and behind a convolution": () =>
    chain(
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
        inputShape: [4, 4, 2],
      } as Anything),
      convolution({ inputShape: undefined }),
      layers.zeroPadding2d({ padding: 2 }),
    ),
  "a separable convolution": () =>
    chain(
      layers.separableConv2d({
        filters: 4,
        kernelSize: [3, 2],
        depthMultiplier: 2,
        padding: "same",
        strides: 2,
        activation: "relu",
        inputShape: [7, 6, 3],
      }),
      layers.separableConv2d({ filters: 2, kernelSize: 2, dilationRate: 2, useBias: false } as Anything),
    ),
  ...Object.fromEntries(
    [
      { kernelSize: 4, strides: 2, padding: "same" },
      { kernelSize: [3, 5], strides: [2, 2], padding: "same" },
      { kernelSize: [2, 3], strides: [3, 2], padding: "valid" },
      { kernelSize: 2, strides: 3, padding: "same" },
    ].map((options) => [
      `a transposed convolution of ${JSON.stringify(options)}`,
      () =>
        chain(
          layers.conv2dTranspose({
            filters: 3,
            inputShape: [3, 4, 2],
            activation: "elu",
            ...options,
          } as Anything),
        ),
    ]),
  ),
  "convolutions and pools along one axis": () =>
    chain(
      layers.conv1d({ filters: 4, kernelSize: 3, padding: "same", inputShape: [9, 2], activation: "tanh" }),
      layers.batchNormalization(),
      layers.averagePooling1d({ poolSize: 3, strides: 1, padding: "same" } as Anything),
      layers.conv1d({ filters: 3, kernelSize: 2, dilationRate: 2, useBias: false }),
      layers.maxPooling1d({ poolSize: 2, strides: 2 } as Anything),
      layers.dense({ units: 4 }),
      layers.globalMaxPooling1d(),
    ),
  "the mean along one axis of a convolution with strides": () =>
    chain(
      layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, inputShape: [9, 2] }),
      layers.globalAveragePooling1d(),
    ),
  "norms of layers, with all weights and with none": () =>
    chain(
      convolution({ kernelSize: 2 }),
      layers.layerNormalization({ epsilon: 0.2 }),
      layers.flatten(),
      layers.layerNormalization({ axis: 1, scale: false }),
      layers.dense({ units: 4 }),
      layers.layerNormalization({ center: false }),
      layers.layerNormalization({ center: false, scale: false }),
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
for path, inputs in json.load(open(sys.argv[1])):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {i.name: numpy.array(data, dtype=numpy.float32).reshape(shape)
             for i, (data, shape) in zip(session.get_inputs(), inputs)}
    outputs = session.run([o.name for o in session.get_outputs()], given)
    print(json.dumps([[list(out.shape), [float(v) for v in out.ravel()]] for out in outputs]))
`;

describe("toOnnx", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "onnx "));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("writes what onnxruntime computes the same from, for every kind of layer", async function () {
    const probe = spawnSync("python3", ["-c", "import onnxruntime"], { encoding: "utf8" });
    if (probe.status !== 0) {
      process.stdout.write("skipped: python3 has no onnxruntime (pip install onnxruntime)\n");
      this.skip();
    }
    const all = await Promise.all(Object.values(models).map((make) => make()));
    const made = all.map((model, k) => {
      const inputs = model.inputs.map(({ shape }, i) =>
        normals([3, ...(shape.slice(1) as number[])], 10 + k + 100 * i),
      );
      const path = join(folder, `${k}.onnx`);
      writeFileSync(path, toOnnx(model));
      return { model, inputs, task: [path, inputs.map((input) => [[...input.dataSync()], input.shape])] };
    });
    const tasks = join(folder, "tasks.json");
    writeFileSync(tasks, JSON.stringify(made.map(({ task }) => task)));
    const { status, stdout, stderr } = spawnSync("python3", ["-c", READER, tasks], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    made.forEach(({ model, inputs }, k) => {
      const outputs = [model.predict(inputs)].flat() as TensorFlow.Tensor[];
      assert.equal(answers[k].length, outputs.length, Object.keys(models)[k]);
      outputs.forEach((expected, i) => {
        const [shape, values] = answers[k][i];
        assert.deepEqual(shape, expected.shape, Object.keys(models)[k]);
        assertAllClose(Object.keys(models)[k], values, expected.dataSync(), 1e-5);
      });
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

  it("has the weights of a shared layer once", () => {
    const applied = (times: number): number => {
      const shared = layers.dense({ units: 100, name: "shared" });
      let tensor = tf.input({ shape: [100], name: "given" }) as Anything;
      const inputs = tensor;
      for (let k = 0; k < times; k++) tensor = shared.apply(tensor);
      return toOnnx(tf.model({ inputs, outputs: tensor })).length;
    };
    assert.ok(applied(3) - applied(1) < 1000, `${applied(3)} bytes, ${applied(1)} applied once`);
  });

  it("refuses in one sentence what is no plain model of layers it knows", () => {
    const [matrix, vector] = [tf.input({ shape: [2, 3] }), tf.input({ shape: [3] })];
    const severalRanks = tf.model({
      inputs: [matrix, vector],
      outputs: layers.add().apply([matrix, vector]) as TensorFlow.SymbolicTensor,
    });
    const norm = layers.batchNormalization({ axis: 1, inputShape: [4, 3] });
    const negativeAxis = tf.model({
      inputs: matrix,
      outputs: layers.concatenate({ axis: -2 }).apply([matrix, matrix]) as TensorFlow.SymbolicTensor,
    });
    for (const [model, message] of [
      [{}, /^toOnnx: model must be a model of layers of TensorFlow\.js, got an object$/],
      [
        sparsify(convolutional(), { lambda: 0.1 }),
        /^toOnnx: every layer must be plain, got "\w+", .+; collapse the model first$/,
      ],
      [
        severalRanks,
        /^toOnnx: layer "\w+" must be .+, Add of tensors of one rank, got "Add of tensors of several ranks"$/,
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
      [negativeAxis, /, axis -1, an axis counted from 0, got "Concatenate of axis -2"$/],
      [chain(norm), /got "BatchNormalization of axis 1"$/],
      [
        chain(layers.layerNormalization({ axis: [1, 2], inputShape: [4, 3] } as Anything)),
        /got "LayerNormalization of axis 1,2"$/,
      ],
      [chain(convolution({ dataFormat: "channelsFirst", padding: "same" })), /got "channels first"$/],
    ] as const) {
      assert.throws(() => toOnnx(model as Anything), { name: "InputError", message });
    }
  });
});
