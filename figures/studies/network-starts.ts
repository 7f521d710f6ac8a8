import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, cosineDecay, sparsify, train, useBestBackend } from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { digitNetwork } from "./digit-network";
import { imageSplit } from "./image-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const N_TRAIN = 960;
const HIDDEN = 32;
const BATCH_SIZE = 32;
const EPOCHS = 30;
const LAMBDA = 2e-3;
/** Weights of at most such a magnitude are taken for zero: in so few epochs not all that vanish have come to rest. */
const ZERO = 1e-3;
/** A network that is right so often on validation images has learned. */
const LEARNED = 0.9;

/** Optimizers, each with the rate from which a cosine takes it down, the same at every depth. */
const OPTIMIZERS: Readonly<
  Record<string, { rate: number; make(tf: typeof TensorFlow, rate: number): TensorFlow.Optimizer }>
> = {
  momentum: { rate: 0.1, make: (tf, rate) => tf.train.momentum(rate, 0.9) },
  Adam: { rate: 0.01, make: (tf, rate) => tf.train.adam(rate) },
};

/** Values of the first factor and of the gates, from weights of a plain network and the depth. */
type Start = (weight: number, depth: number) => { first: number; gate: number };

/** Where factors start; of "all random" the library draws them. */
const STARTS: Readonly<Record<string, Start | undefined>> = {
  "balanced, all +": (weight, depth) => {
    const root = Math.abs(weight) ** (1 / depth);
    return { first: root, gate: root };
  },
  "balanced, random ±": (weight, depth) => {
    const root = Math.abs(weight) ** (1 / depth);
    return { first: Math.sign(weight) * root, gate: root };
  },
  "u = 0, others 1": () => ({ first: 0, gate: 1 }),
  "u random, others 1": (weight) => ({ first: weight, gate: 1 }),
  "all random": undefined,
};

/** A trained network, collapsed. */
export interface Started {
  readonly backend: string;
  /** The first epoch after which it had learned; null where it never had. */
  readonly learned: number | null;
  readonly validation: number;
  readonly test: number;
  /** The share of weights that are not taken for zero. */
  readonly density: number;
  /** Of those, the share that have the sign with which they started. */
  readonly signsKept: number;
}

/**
 * Factors of their own or shared, whole and real depths, and starts, of a network of the digits.
 *
 * Weights of a plain network, He's normal ones, are what starts are made of, but for "all random".
 */
export const networkStarts: Study = {
  name: "network-starts",
  title: "What do shared factors, real depth and the start do in a network? (setting: ours)",
  tasks: (setting) => {
    const of = (map: string, depth: readonly number[]): Task[] =>
      grid({
        map: [map],
        depth,
        start: Object.keys(STARTS),
        optimizer: Object.keys(OPTIMIZERS),
        seed: replicates(COUNTS[setting]),
      });
    return setting === "quick"
      ? of("shared", [2.5]).filter(
          ({ parameters: p }) => p.start === "balanced, random ±" && p.optimizer === "Adam",
        )
      : [...of("own factors", [2, 3]), ...of("shared", [2.5, 3])];
  },
  run: ({ parameters }: Task) => trained(parameters as unknown as Run),
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 20, paper: 20 };

interface Run {
  readonly map: "own factors" | "shared";
  readonly depth: number;
  readonly start: string;
  readonly optimizer: string;
  readonly seed: number;
}

async function trained({ map, depth, start, optimizer, seed }: Run): Promise<Result> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const { train: images, validation, test } = imageSplit(tf, "digits", N_TRAIN, seed);
  const startOf = STARTS[start];
  const model = sparsify(digitNetwork(tf, [HIDDEN], seed), {
    depth,
    lambda: LAMBDA,
    shared: map === "shared",
    ...(startOf ? {} : { init: "variance-matched", seed }),
  });
  if (startOf) for (const layer of model.layers) setFactors(tf, layer, depth, startOf);
  const before = kernelsOf(model);

  const { rate, make } = OPTIMIZERS[optimizer];
  model.compile({ loss: "categoricalCrossentropy", optimizer: make(tf, rate) });
  let learned: number | null = null;
  await train(model, images.x, images.y, {
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    seed,
    learningRate: cosineDecay(rate, { epochs: EPOCHS }),
    lambdaWarmUp: 0,
    onEpoch: (records) => {
      if (learned === null && accuracy(tf, model, validation) >= LEARNED) learned = records.length;
    },
  });
  const after = kernelsOf(model);
  const left = after.flatMap((weight, k) =>
    Math.abs(weight) <= ZERO ? [] : [Math.sign(weight) === Math.sign(before[k])],
  );
  const plain = collapse(model, { threshold: ZERO });
  const started: Started = {
    backend,
    learned,
    validation: accuracy(tf, plain, validation),
    test: accuracy(tf, plain, test),
    density: left.length / after.length,
    signsKept: left.filter(Boolean).length / Math.max(left.length, 1),
  };
  return { ...started };
}

/** Puts a start in the place of the factors of a layer, whose first is the weight of a plain network. */
function setFactors(
  tf: typeof TensorFlow,
  layer: TensorFlow.layers.Layer,
  depth: number,
  start: Start,
): void {
  tf.tidy(() => {
    const [kernel, ...others] = layer.getWeights();
    const of = (key: "first" | "gate"): TensorFlow.Tensor =>
      tf.tensor(
        kernel.dataSync().map((weight) => start(weight, depth)[key]),
        kernel.shape,
      );
    layer.setWeights([of("first"), ...others.map((other) => (other.rank > 1 ? of("gate") : other))]);
  });
}

/** All weights of the collapsed network, one after the other. */
function kernelsOf(model: TensorFlow.LayersModel): number[] {
  return collapse(model)
    .getWeights()
    .filter(({ rank }) => rank > 1)
    .flatMap((kernel) => Array.from(kernel.dataSync()));
}
