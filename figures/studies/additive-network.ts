import type * as TensorFlow from "@tensorflow/tfjs";
import { seededRandom } from "smooth-edges";
import { collapse, sparsify, useBestBackend } from "smooth-edges/nn";
import { type PenaltyRun, penaltyTasks } from "./penalty-comparison";
import {
  directGroupLasso,
  groupNorms,
  meanSquaredError,
  type Samples,
  trainRegression,
} from "./regression-network";
import type { Result, Setting, Study, Task } from "./study";

/** Subnetworks whose last weights have at most such a norm are taken for zero; the second is D-Gating's, the last ours to prune. */
export const SUBNETWORK_THRESHOLDS: readonly number[] = [2 ** -23, 1e-3, 1e-2, 1e-1];

/** What the informative features do, the first ones: each of mean 0 and variance 1 for a normal feature. */
export const SHAPES: readonly ((z: number) => number)[] = [
  (z) => (z * z - 1) / Math.SQRT2,
  (z) => Math.sin(2 * z) / Math.sqrt((1 - Math.exp(-8)) / 2),
  (z) => (Math.abs(z) - Math.sqrt(2 / Math.PI)) / Math.sqrt(1 - 2 / Math.PI),
  (z) => (Math.max(z, 0) - 1 / Math.sqrt(2 * Math.PI)) / Math.sqrt(1 / 2 - 1 / (2 * Math.PI)),
  (z) => (z > 0 ? 1 : -1),
];

/** Where shape functions are recorded, between the 2.5th and the 97.5th percentile. */
export const SHAPE_GRID: readonly number[] = Array.from({ length: 29 }, (_, i) => -1.96 + 0.14 * i);

const NOISE = 1;
const N_TEST = 2000;

/** Data, a network and its training, alike for all that is compared. */
export interface Scale {
  readonly nSamples: number;
  readonly nFeatures: number;
  /** Units of a subnetwork. */
  readonly units: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: number;
  readonly seeds: readonly number[];
  readonly lambdas: readonly number[];
}

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

export const SHORT: Scale = {
  nSamples: 600,
  nFeatures: 20,
  units: 16,
  epochs: 80,
  batchSize: 50,
  rate: 0.02,
  seeds: SEEDS,
  lambdas: [0.03, 0.1, 0.3],
};

/** D-Gating's samples, epochs, batches and rate, with half of the seeds. */
export const LONG: Scale = {
  ...SHORT,
  nSamples: 1000,
  epochs: 1000,
  batchSize: 32,
  rate: 0.001,
  seeds: SEEDS.slice(0, 10),
};

/**
 * An additive network, one small subnetwork a feature, that selects its features: by gates of depth 2 to 4 on the last weights of each
 * subnetwork, and by descent on the group lasso itself, beside one without penalty and one of the informative features alone.
 */
export const additiveNetwork: Study = {
  name: "additive-network",
  title:
    "Which features does an additive network keep, and in which shapes? (setting: after D-Gating's, functions and scale ours)",
  tasks(setting: Setting): Task[] {
    if (setting === "quick") return penaltyTasks({ ...SHORT, seeds: [1], lambdas: [0.3] }).slice(-1);
    return [SHORT, LONG].flatMap(penaltyTasks);
  },
  async run({ parameters }: Task): Promise<Result> {
    const run = parameters as unknown as Run;
    const backend = await useBestBackend();
    const tf: typeof TensorFlow = require("@tensorflow/tfjs");
    const { train, validation, test } = drawn(tf, run);
    const nSeen = train.x.shape[1];
    const { method, depth, strength: lambda, units } = run;
    const plain = network(tf, nSeen, run);
    const groups = Array.from({ length: nSeen * units }, (_, i) => Math.floor(i / units));
    const structure = { groups, axis: 0 };
    const model = method === "gates" ? sparsify(plain, { structure, layers: [LAST], depth, lambda }) : plain;
    const penalty =
      method === "direct group lasso" ? directGroupLasso(tf, plain.getLayer(LAST), units, lambda) : undefined;
    await trainRegression(tf, model, train, run, penalty);
    const norms = groupNorms(collapse(model, { threshold: 0 }).getLayer(LAST), units);
    const looks = SUBNETWORK_THRESHOLDS.map((zero) => norms.map((norm) => norm > zero));
    return {
      backend,
      hits: looks.map((isKept) => isKept.slice(0, SHAPES.length).filter(Boolean).length),
      falsePositives: looks.map((isKept) => isKept.slice(SHAPES.length).filter(Boolean).length),
      validation: meanSquaredError(tf, model, validation),
      test: meanSquaredError(tf, model, test),
      shapes: shapesOf(tf, model, nSeen),
    };
  },
};

interface Run extends Omit<Scale, "seeds" | "lambdas">, PenaltyRun {}

/** Independent normal features and the sum of the shapes of the first ones, with normal noise of variance 1. */
function drawn(
  tf: typeof TensorFlow,
  { nSamples, nFeatures, method, seed }: Run,
): Record<"train" | "validation" | "test", Samples> {
  const random = seededRandom(seed);
  const nSeen = method === "oracle" ? SHAPES.length : nFeatures;
  const samples = (count: number): Samples => {
    const rows = Array.from({ length: count }, () => {
      const x = Array.from({ length: nFeatures }, () => random.normal());
      const y = SHAPES.reduce((sum, shape, j) => sum + shape(x[j]), NOISE * random.normal());
      return { x: x.slice(0, nSeen), y: [y] };
    });
    return { x: tf.tensor2d(rows.map(({ x }) => x)), y: tf.tensor2d(rows.map(({ y }) => y)) };
  };
  return { train: samples(nSamples), validation: samples(nSamples), test: samples(N_TEST) };
}

const LAST = "last";

/**
 * A convolution by depth is a layer of units of their own for each feature. Its units lie between -1 and 1, so that the norm of a
 * subnetwork's last weights cannot be made small by making its first ones large.
 */
function network(tf: typeof TensorFlow, nSeen: number, { units, seed }: Run): TensorFlow.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.reshape({ targetShape: [1, 1, nSeen], inputShape: [nSeen] }),
      tf.layers.depthwiseConv2d({
        kernelSize: 1,
        depthMultiplier: units,
        activation: "tanh",
        depthwiseInitializer: tf.initializers.randomUniform({ minval: -2, maxval: 2, seed: 10 * seed }),
        biasInitializer: tf.initializers.randomUniform({ minval: -2, maxval: 2, seed: 10 * seed + 1 }),
      }),
      tf.layers.flatten(),
      tf.layers.dense({
        name: LAST,
        units: 1,
        kernelInitializer: tf.initializers.randomNormal({ stddev: 0.1, seed: 10 * seed + 2 }),
      }),
    ],
  });
}

/** The part of each informative feature in the prediction, to the fourth digit, all others being at 0. */
function shapesOf(tf: typeof TensorFlow, model: TensorFlow.LayersModel, nSeen: number): number[][] {
  return SHAPES.map((_, j) => {
    const rows = SHAPE_GRID.map((z) => Array.from({ length: nSeen }, (_, k) => (k === j ? z : 0)));
    const values = (model.predict(tf.tensor2d(rows)) as TensorFlow.Tensor).dataSync();
    return Array.from(values, (value) => Number(value.toFixed(4)));
  });
}
