import type * as TensorFlow from "@tensorflow/tfjs";
import { misalignment, sparsify, train, useBestBackend } from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { digitNetwork } from "./digit-network";
import { imageSplit } from "./image-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const N_TRAIN = 960;
const HIDDEN = 64;
const BATCH_SIZE = 32;
const EPOCHS = 60;

/** Optimizers, each with its rate, which stays as it is. */
const RATES: Readonly<Record<string, number>> = { SGD: 0.1, Adam: 0.001 };

/** Steps times their size after each epoch, none first: the time of gradient flow. */
export function timesOf(rate: number, epochs: number = EPOCHS): number[] {
  return replicates(epochs + 1).map((epoch) => (epoch * N_TRAIN * rate) / BATCH_SIZE);
}

/** What is left of imbalance at a time by the law of gradient flow, of what there was at first. */
export function lawOfDecay(depth: number, lambda: number, time: number): number {
  return Math.exp((-4 * lambda * time) / depth);
}

/** A trained network, an entry an epoch from the start on, the start first. */
export interface Decay {
  readonly backend: string;
  /** Sum over gates of `|‖w‖² - g²|`, the difference of squared norms of the weights of a neuron and their gate. */
  readonly imbalance: readonly number[];
  /** What the smooth penalty is above the sparse one at `lambda = 1`. */
  readonly misalignment: readonly number[];
  readonly test: number;
}

/** How fast the factors of gated neurons of a network of the digits come into balance, by depth, lambda and optimizer. */
export const imbalanceDecay: Study = {
  name: "imbalance-decay",
  title:
    "Do factors of a network come into balance as gradient flow says? (setting: after D-Gating's, scale ours)",
  tasks: (setting) => {
    const quick = setting === "quick";
    return Object.entries(RATES).flatMap(([optimizer, rate]) =>
      quick && optimizer !== "SGD"
        ? []
        : grid({
            optimizer: [optimizer],
            rate: [rate],
            epochs: [EPOCHS],
            depth: quick ? [2] : [2, 3, 4],
            lambda: quick ? [0.008] : [0.004, 0.008],
            seed: replicates(COUNTS[setting]),
          }),
    );
  },
  run: ({ parameters }: Task) => decay(parameters as unknown as Run),
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 20, paper: 20 };

interface Run {
  readonly optimizer: string;
  readonly rate: number;
  readonly epochs: number;
  readonly depth: number;
  readonly lambda: number;
  readonly seed: number;
}

async function decay({ optimizer, rate, epochs, depth, lambda, seed }: Run): Promise<Result> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const { train: images, test } = imageSplit(tf, "digits", N_TRAIN, seed);
  // Gates of 1 beside weights of a squared norm of 2 in the mean: no neuron begins in balance.
  const model = sparsify(digitNetwork(tf, [HIDDEN], seed), { structure: "neuron", depth, lambda });
  const make = optimizer === "SGD" ? tf.train.sgd : tf.train.adam;
  model.compile({ loss: "categoricalCrossentropy", optimizer: make(rate) });
  const looks = [balanceOf(model)];
  await train(model, images.x, images.y, {
    epochs,
    batchSize: BATCH_SIZE,
    seed,
    lambdaWarmUp: 0, // The law is of a constant lambda.
    onEpoch: () => {
      looks.push(balanceOf(model));
    },
  });
  const decayed: Decay = {
    backend,
    imbalance: looks.map((look) => look.imbalance),
    misalignment: looks.map((look) => look.misalignment),
    test: accuracy(tf, model, test),
  };
  return { ...decayed };
}

/** Gates of a neuron are alike from their start at 1 to the end, so that one of them stands for all. */
function balanceOf(model: TensorFlow.LayersModel): { imbalance: number; misalignment: number } {
  const [kernel, , gate] = model.layers[0].getWeights().map((weight) => weight.dataSync());
  const squares = new Float64Array(HIDDEN);
  kernel.forEach((value, i) => {
    squares[i % HIDDEN] += value ** 2;
  });
  const imbalance = squares.reduce((sum, square, g) => sum + Math.abs(square - gate[g] ** 2), 0);
  return { imbalance: sixDigits(imbalance), misalignment: sixDigits(misalignment(model)) };
}

function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
