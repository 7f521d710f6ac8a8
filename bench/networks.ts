import type * as TensorFlow from "@tensorflow/tfjs";
import { Table } from "smooth-edges";
import { type SparsifyOptions, sparsify, useBestBackend } from "smooth-edges/nn";
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

function leNet(tf: typeof TensorFlow): TensorFlow.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 300, activation: "relu", inputShape: [784] }),
      tf.layers.dense({ units: 100, activation: "relu" }),
      tf.layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
}
