import type * as TensorFlow from "@tensorflow/tfjs";
import { seededRandom } from "smooth-edges";
import { collapse, sparsify, useBestBackend } from "smooth-edges/nn";
import { SHAPES } from "./additive-network";
import { type Images, imageSplit } from "./image-split";
import { meanOf } from "./means";
import { type Samples, squaredErrors, trainRegression } from "./regression-network";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const N_PIXELS = 64;
const NOISE = 0.3;
/** Of all pixels of the digits, which are from 0 to 1. */
const PIXEL_MEAN = 0.305;
const PIXEL_SCALE = 0.376;
const UNITS = 32;

/** Terms of an additive predictor of normal numbers, each of mean 0 and variance 1. */
const TERMS: readonly ((z: number) => number)[] = [(z) => z, ...SHAPES];

const N_SEEDS = 20;
const N_SAMPLES = 960;
const BATCH_SIZE = 64;
const RATE = 0.02;

interface Training {
  readonly epochs: number;
  /** `lambda` times the mean weight of the groups: one grid for both ways of weighing. */
  readonly strengths: readonly number[];
}

/** Short ones, and others as long as the source's, which have time for smaller strengths. */
const TRAININGS: readonly Training[] = [
  { epochs: 40, strengths: [0.05, 0.1] },
  { epochs: 300, strengths: [0.01, 0.02, 0.05, 0.1] },
];

/** Square roots of the sizes of the groups, their weights in a group lasso. */
const ROOTS = [N_PIXELS, TERMS.length].map((inputs) => Math.sqrt(inputs * UNITS));

/**
 * A network that selects among two modalities of unequal size, the 64 pixels of a digit and 6 numbers, each a group of the weights that
 * read it, whose norms are weighed alike or by the roots of their sizes.
 */
export const modalitySelection: Study = {
  name: "modality-selection",
  title:
    "Does a network drop the modality that says nothing? (setting: after D-Gating's, data and scale ours)",
  tasks(setting: Setting): Task[] {
    if (setting === "quick") return tasksOf({ epochs: 40, strengths: [0.05] }, 1).slice(-1);
    return TRAININGS.flatMap((training) => tasksOf(training, N_SEEDS));
  },
  async run({ parameters }: Task): Promise<Result> {
    const run = parameters as unknown as Run;
    const backend = await useBestBackend();
    const tf: typeof TensorFlow = require("@tensorflow/tfjs");
    const { train, validation, test } = modalities(tf, run);
    const labels = Array.from({ length: N_PIXELS + TERMS.length }, (_, j) => (j < N_PIXELS ? 0 : 1));
    const model = sparsify(network(tf, run), {
      structure: { groups: labels, axis: 0 },
      layers: ["fused"],
      groupWeights: run.weights,
      depth: run.depth,
      lambda: run.weights === "ones" ? run.strength : run.strength / meanOf(ROOTS).mean,
    });
    await trainRegression(tf, model, train, run);
    const plain = collapse(model, { threshold: 0 });
    const kernel = plain.layers[0].getWeights()[0].dataSync();
    const start = N_PIXELS * UNITS;
    const norms = [kernel.subarray(0, start), kernel.subarray(start)].map((group) => Math.hypot(...group));
    const { mean, error } = meanOf(Array.from(squaredErrors(tf, model, validation)));
    return {
      backend,
      norms,
      validation: mean,
      validationError: error,
      test: meanOf(Array.from(squaredErrors(tf, model, test))).mean,
    };
  },
};

interface Run {
  readonly nSamples: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: number;
  /** The share of the response that the pixels tell. */
  readonly alpha: number;
  readonly weights: "ones" | "sqrt";
  readonly depth: number;
  readonly strength: number;
  readonly seed: number;
}

function tasksOf({ epochs, strengths }: Training, nSeeds: number): Task[] {
  return replicates(nSeeds).flatMap((k) =>
    grid({
      nSamples: [N_SAMPLES],
      epochs: [epochs],
      batchSize: [BATCH_SIZE],
      rate: [RATE],
      alpha: [0, 0.5, 1],
      weights: ["ones", "sqrt"],
      depth: [3],
      strength: strengths,
      seed: [k + 1],
    }),
  );
}

/** `y = alpha digit + (1 - alpha) additive + eps`, both of variance near 1, `eps` normal of standard deviation 0.3. */
function modalities(
  tf: typeof TensorFlow,
  { nSamples, alpha, seed }: Run,
): Record<"train" | "validation" | "test", Samples> {
  const random = seededRandom(1000 + seed);
  const split = imageSplit(tf, "digits", nSamples, seed);
  const samples = ({ x, y }: Images): Samples => {
    const digits = tf.argMax(y, 1).dataSync();
    const pixels = x.arraySync();
    const rows = pixels.map((image, i) => {
      const numbers = TERMS.map(() => random.normal());
      const additive = numbers.reduce((sum, z, k) => sum + TERMS[k](z), 0) / Math.sqrt(TERMS.length);
      const digit = (digits[i] - 4.5) / Math.sqrt(8.25);
      return {
        x: [...image.map((pixel) => (pixel - PIXEL_MEAN) / PIXEL_SCALE), ...numbers],
        y: [alpha * digit + (1 - alpha) * additive + NOISE * random.normal()],
      };
    });
    return { x: tf.tensor2d(rows.map((row) => row.x)), y: tf.tensor2d(rows.map((row) => row.y)) };
  };
  return { train: samples(split.train), validation: samples(split.validation), test: samples(split.test) };
}

function network(tf: typeof TensorFlow, { seed }: Run): TensorFlow.Sequential {
  const heNormal = (k: number) => tf.initializers.heNormal({ seed: 10 * seed + k });
  return tf.sequential({
    layers: [
      tf.layers.dense({
        name: "fused",
        units: UNITS,
        inputShape: [N_PIXELS + TERMS.length],
        activation: "relu",
        kernelInitializer: heNormal(0),
      }),
      tf.layers.dense({ units: 16, activation: "relu", kernelInitializer: heNormal(1) }),
      tf.layers.dense({ units: 1, kernelInitializer: heNormal(2) }),
    ],
  });
}
