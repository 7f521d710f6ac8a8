import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, cosineDecay, sparsify, train, useBestBackend } from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { digitNetwork } from "./digit-network";
import { imageSplit } from "./image-split";
import { grid, type Result, replicates, type Study, type Task } from "./study";

/** Factors of the weights of the three layers, from the pixels to the classes: two or four in each, and three in all. */
export const LAYER_DEPTHS: readonly string[] = [
  "2-2-2",
  "2-2-4",
  "2-4-2",
  "2-4-4",
  "4-2-2",
  "4-2-4",
  "4-4-2",
  "4-4-4",
  "3-3-3",
];

const N_TRAIN = 960;
const HIDDEN = [64, 32];
const BATCH_SIZE = 32;
const EPOCHS = 40;
const RATE = 0.01;
const LAMBDAS = [2e-3, 4e-3, 8e-3];
/** Weights of at most such a magnitude are taken for zero: in so few epochs not all that vanish have come to rest. */
const ZERO = 1e-3;

/** A trained network, collapsed. */
export interface LayeredNetwork {
  readonly backend: string;
  /** Weights that are left in each layer. */
  readonly layers: readonly number[];
  readonly validation: number;
  readonly test: number;
}

/** A network of the digits, 64-64-32-10, whose layers have numbers of factors of their own, by Adam. */
export const layerDepths: Study = {
  name: "layer-depths",
  title: "Should all layers of a network have the same number of factors? (setting: ours)",
  tasks: (setting) =>
    setting === "quick" ? tasksOf(["2-4-4"], [8e-3], 1) : tasksOf(LAYER_DEPTHS, LAMBDAS, 20),
  run: ({ parameters }: Task) => trained(parameters as unknown as Run),
  tolerance: 1e-4,
};

function tasksOf(depths: readonly string[], lambdas: readonly number[], seeds: number): Task[] {
  return replicates(seeds).flatMap((seed) => grid({ depths, lambda: lambdas, seed: [seed] }));
}

interface Run {
  readonly depths: string;
  readonly lambda: number;
  readonly seed: number;
}

async function trained({ depths, lambda, seed }: Run): Promise<Result> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const { train: images, validation, test } = imageSplit(tf, "digits", N_TRAIN, seed);
  let model: TensorFlow.LayersModel = digitNetwork(tf, HIDDEN, seed);
  for (const [k, depth] of depths.split("-").entries()) {
    model = sparsify(model, { depth: Number(depth), lambda, layers: [model.layers[k].name] });
  }
  model.compile({ loss: "categoricalCrossentropy", optimizer: tf.train.adam(RATE) });
  await train(model, images.x, images.y, {
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    seed,
    learningRate: cosineDecay(RATE, { epochs: EPOCHS }),
    lambdaWarmUp: 0,
  });
  const plain = collapse(model, { threshold: ZERO });
  const network: LayeredNetwork = {
    backend,
    layers: plain
      .getWeights()
      .filter(({ rank }) => rank > 1)
      .map((kernel) => kernel.dataSync().filter((weight) => weight !== 0).length),
    validation: accuracy(tf, plain, validation),
    test: accuracy(tf, plain, test),
  };
  return { ...network };
}
