import type * as TensorFlow from "@tensorflow/tfjs";
import { cosineDecay, pruneTo, sparsifyTo, useBestBackend } from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { digitNetwork } from "./digit-network";
import { disposeSplit, imageSplit } from "./image-split";
import { grid, type Result, replicates, type Study, type Task } from "./study";

const N_TRAIN = 960;
/** Of the images that replicates draw, test images for each one that is learned from. */
export const OVERLAP: number = 500 / N_TRAIN;
const HIDDEN = 32;
const BATCH_SIZE = 32;
/** Where the cosine decay of the learning rate begins, of either method. */
const RATES = [0.05, 0.1, 0.2];
/** Epochs at each lambda of the path. */
const EPOCHS = [1, 3];
const REPLICATES = 8;

/** Shares that stay: of all weights, or of the pixels that the network reads. */
const KEPT: Readonly<Record<string, readonly number[]>> = { weight: [0.2, 0.05, 0.02], input: [0.25] };

/** A network made sparse by one method. */
interface Sparse {
  /** Weights or pixels that are left. */
  readonly groups: number;
  readonly validation: number;
  readonly test: number;
}

/** The same network made as sparse by both methods at one learning rate. */
export interface Pruned {
  readonly backend: string;
  /** Epochs that either method trained for, those of the path, of repeated trainings and of the refit together. */
  readonly epochs: number;
  readonly path: Sparse;
  readonly pruning: Sparse;
}

/**
 * `sparsifyTo` and `pruneTo` on a network of the digits, 64-32-10, by momentum: the same share of weights or pixels stays, after as
 * many epochs, at each of three learning rates, of which one is chosen for each method by validation images.
 */
export const gradualPruning: Study = {
  name: "gradual-pruning",
  title:
    "Which is right more often at the same sparsity after as many epochs, a path of penalties or gradual magnitude pruning? (setting: ours)",
  tasks: (setting) =>
    setting === "quick"
      ? tasksOf({ weight: [0.05] }, [1], [0.1], 1)
      : tasksOf(KEPT, EPOCHS, RATES, REPLICATES),
  run: ({ parameters }: Task) => compared(parameters as unknown as Run),
  tolerance: 1e-4,
};

function tasksOf(
  kept: typeof KEPT,
  epochs: readonly number[],
  rates: readonly number[],
  seeds: number,
): Task[] {
  return replicates(seeds).flatMap((seed) =>
    Object.entries(kept).flatMap(([structure, keep]) =>
      grid({ structure: [structure], keep, epochs, rate: rates, seed: [seed] }),
    ),
  );
}

interface Run {
  readonly structure: "weight" | "input";
  readonly keep: number;
  readonly epochs: number;
  readonly rate: number;
  readonly seed: number;
}

async function compared({ structure, keep, epochs, rate, seed }: Run): Promise<Result> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const split = imageSplit(tf, "digits", N_TRAIN, seed);
  const { x, y } = split.train;
  const model = digitNetwork(tf, [HIDDEN], seed);
  model.compile({ loss: "categoricalCrossentropy", optimizer: tf.train.momentum(rate, 0.9) });
  const options = { structure, keep, batchSize: BATCH_SIZE, seed };
  const assessed = (result: { model: TensorFlow.LayersModel; final: { groups: number } }): Sparse => ({
    groups: result.final.groups,
    validation: accuracy(tf, result.model, split.validation),
    test: accuracy(tf, result.model, split.test),
  });

  const decay = cosineDecay(rate, { epochs });
  let trained = 0;
  const learningRate = (epoch: number): number => {
    trained++; // The rate is asked for once an epoch.
    return decay(epoch);
  };
  const path = assessed(await sparsifyTo(model, x, y, { ...options, epochs, learningRate }));
  const pruning = assessed(await pruneTo(model, x, y, { ...options, epochs: trained }));
  disposeSplit(tf, split);
  const result: Pruned = { backend, epochs: trained, path, pruning };
  return { ...result };
}
