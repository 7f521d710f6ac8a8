import type * as TensorFlow from "@tensorflow/tfjs";
import { simulateGroups } from "smooth-edges/data";
import { collapse, cosineDecay, sparsify, train, useBestBackend } from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { gateDescents, STEP } from "./gate-descent";
import { activeGroups, rootMeanSquare, trueGroups } from "./group-measures";
import { GROUP_LAMBDAS } from "./groups-by-gates";
import { imageSplit } from "./image-split";
import { leNet } from "./le-net";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** How many factors a group has. */
export const DEPTHS: readonly number[] = [2, 3, 4, 6, 8, 12, 20];
/** Steps of the descents of the regression, the source's first. */
export const STEPS: readonly number[] = [STEP, 2e-2, 1e-2, 5e-3];
/** A descent that went astray has this error: JSON has no infinity. */
const ASTRAY = 1e6;

const EPOCHS = 30;
const BATCH_SIZE = 32;
const MOMENTUM = 0.9;
const N_TRAIN = 960;
const N_PIXELS = 64;

/** What a descent of the regression gives, an entry a lambda of {@link GROUP_LAMBDAS}. */
export interface RegressionAtDepth {
  readonly rmse: readonly number[];
  readonly groups: readonly number[];
  readonly hits: readonly number[];
}

/** A trained network, collapsed. */
export interface NetworkAtDepth {
  readonly backend: string;
  readonly inputs: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * What more gates than three or four give: the group-sparse regression of D-Gating (its figures 15 and 16 ask so), and the
 * choice of the pixels that a LeNet-300-100 of the digits reads.
 */
export const depthAblation: Study = {
  name: "depth-ablation",
  title:
    "Do more than four factors gain anything? (setting: D-Gating's for the regression, ours for the network)",
  tasks: (setting) => [...regressions(setting), ...networks(setting)],
  run: ({ parameters }: Task) =>
    parameters.of === "regression"
      ? ({ ...regression(parameters as unknown as Regression) } as Result)
      : network(parameters as unknown as Network),
  tolerance: 1e-4,
};

interface Regression {
  readonly depth: number;
  readonly step: number;
  readonly replicate: number;
}

interface Network {
  readonly depth: number;
  readonly rate: number;
  readonly lambda: number;
  readonly seed: number;
}

const REPLICATES: Readonly<Record<Setting, number>> = { quick: 1, desk: 20, paper: 20 };

function regressions(setting: Setting): Task[] {
  const quick = setting === "quick";
  return grid({
    of: ["regression"],
    depth: quick ? [3, 6] : DEPTHS,
    step: quick ? [1e-2] : STEPS,
    replicate: replicates(REPLICATES[setting]),
  });
}

function networks(setting: Setting): Task[] {
  const quick = setting === "quick";
  return grid({
    of: ["network"],
    depth: quick ? [6] : DEPTHS,
    rate: quick ? [0.05] : [0.2, 0.1, 0.05],
    lambda: quick ? [0.02] : [0.01, 0.02, 0.04, 0.08],
    seed: quick ? [1] : [1, 2, 3],
  });
}

function regression({ depth, step, replicate }: Regression): RegressionAtDepth {
  const data = simulateGroups({ nTest: 2000, seed: replicate });
  const found = gateDescents(data, depth, GROUP_LAMBDAS, replicate, undefined, step).map(({ beta }) => {
    const active = activeGroups(beta, data.groups);
    const rmse = rootMeanSquare(data.test, beta);
    return {
      rmse: Math.min(Number.isNaN(rmse) ? ASTRAY : rmse, ASTRAY),
      groups: active.length,
      hits: trueGroups(active, data).length,
    };
  });
  return {
    rmse: found.map(({ rmse }) => rmse),
    groups: found.map(({ groups }) => groups),
    hits: found.map(({ hits }) => hits),
  };
}

async function network({ depth, rate, lambda, seed }: Network): Promise<Result> {
  const backend = await useBestBackend();
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  const { train: images, validation, test } = imageSplit(tf, "digits", N_TRAIN, seed);
  const twin = sparsify(leNet(tf, N_PIXELS, seed), { structure: "input", depth, lambda });
  twin.compile({ loss: "categoricalCrossentropy", optimizer: tf.train.momentum(rate, MOMENTUM) });
  const learningRate = cosineDecay(rate, { epochs: EPOCHS });
  const options = { epochs: EPOCHS, batchSize: BATCH_SIZE, seed, learningRate, lambdaWarmUp: 0 };
  await train(twin, images.x, images.y, options);
  const model = collapse(twin);
  const [kernel] = model.layers[0].getWeights();
  const rows = tf.tidy(() => Array.from(tf.any(tf.notEqual(kernel, 0), 1).dataSync()));
  return {
    backend,
    inputs: rows.filter((isRead) => isRead).length,
    validation: accuracy(tf, model, validation),
    test: accuracy(tf, model, test),
  };
}
