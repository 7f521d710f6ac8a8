import type * as TensorFlow from "@tensorflow/tfjs";
import { Table } from "smooth-edges";
import { type SparsifyOptions, shrink, sparsify, useBestBackend } from "smooth-edges/nn";
import { median } from "./interleaved";

/** What is timed beside the plain network. */
const TWINS: readonly (readonly [name: string, options: SparsifyOptions])[] = [
  ["weights, depth 2", { lambda: 1e-5, depth: 2 }],
  ["weights, depth 3", { lambda: 1e-5, depth: 3 }],
  ["weights, depth 4", { lambda: 1e-5, depth: 4 }],
  ["inputs, depth 3", { lambda: 1e-5, depth: 3, structure: "input" }],
  ["neurons, depth 3", { lambda: 1e-5, depth: 3, structure: "neuron" }],
];

/**
 * An epoch of LeNet-300-100 by `fit`, with momentum, on random images: factorized against plain, on the best backend, in rounds in
 * which all take turns.
 */
export async function benchNetworks(nSamples: number, batchSize: number, rounds: number): Promise<Table> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const x = tf.randomUniform([nSamples, 784], 0, 1, "float32", 1);
  const y = tf.oneHot(tf.randomUniform([nSamples], 0, 10, "int32", 2), 10).toFloat();
  const contenders = [
    { name: "plain", model: leNet(tf) as TensorFlow.LayersModel },
    ...TWINS.map(([name, options]) => ({ name, model: sparsify(leNet(tf), options) })),
  ].map((contender) => ({ ...contender, seconds: [] as number[] }));
  for (const { model } of contenders) {
    model.compile({ loss: "categoricalCrossentropy", optimizer: tf.train.momentum(0.05, 0.9) });
  }
  for (let round = -1; round < rounds; round++) {
    for (const { model, seconds } of contenders) {
      const start = performance.now();
      await model.fit(x, y, { epochs: 1, batchSize, verbose: 0 });
      if (round >= 0) seconds.push((performance.now() - start) / 1000);
    }
  }
  const plain = median(contenders[0].seconds);
  return new Table({
    title: `an epoch of ${nSamples} images, batches of ${batchSize}, backend ${backend}, median of ${rounds} interleaved rounds`,
    columns: ["LeNet-300-100", "seconds", "ratio to plain"],
    rows: contenders.map(({ name, seconds }) => [name, median(seconds), median(seconds) / plain]),
  });
}

/**
 * A prediction by a convolutional network in the manner of VGG, 32-32-64-64 filters, with three of four filters at zero: as it
 * is, and shrunken.
 */
export async function benchShrunken(nImages: number, rounds: number): Promise<Table> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const model = smallVgg(tf);
  for (const layer of model.layers.filter((each) => each.getClassName() === "Conv2D")) {
    const [kernel, bias] = layer.getWeights();
    const live = tf.tensor1d(Array.from({ length: bias.size }, (_, filter) => (filter % 4 === 0 ? 1 : 0)));
    layer.setWeights([kernel.mul(live), bias]);
  }
  const x = tf.randomUniform([nImages, 28, 28, 1], 0, 1, "float32", 1);
  const [whole, shrunken] = [model, shrink(model)].map((each) => ({ model: each, seconds: [] as number[] }));
  for (let round = -1; round < rounds; round++) {
    for (const { model: each, seconds } of [whole, shrunken]) {
      const start = performance.now();
      tf.tidy(() => (each.predict(x) as TensorFlow.Tensor).dataSync());
      if (round >= 0) seconds.push((performance.now() - start) / 1000);
    }
  }
  const reference = median(whole.seconds);
  return new Table({
    title: `a prediction of ${nImages} images, backend ${backend}, median of ${rounds} interleaved rounds`,
    columns: ["32-32-64-64 filters, three of four at zero", "seconds", "times as fast"],
    rows: [
      ["as collapsed", reference, 1],
      ["shrunken", median(shrunken.seconds), reference / median(shrunken.seconds)],
    ],
  });
}

function smallVgg(tf: typeof TensorFlow): TensorFlow.Sequential {
  const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
  const conv = (filters: number, more: object = {}) =>
    conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu", ...more });
  return tf.sequential({
    layers: [
      conv(32, { inputShape: [28, 28, 1] }),
      conv(32),
      maxPooling2d({ poolSize: 2 }),
      conv(64),
      conv(64),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 10, activation: "softmax" }),
    ],
  });
}

function leNet(tf: typeof TensorFlow): TensorFlow.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 300, activation: "relu", inputShape: [784] }),
      tf.layers.dense({ units: 100, activation: "relu" }),
      tf.layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
}
