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

/** Weights of at most such a norm `collapse` takes for zero. */
export const ZERO: number = 2 ** -23;
/** Norms to prune at. Of the two the second suits direct descent, which was seen before it was taken. */
export const PRUNED: readonly [number, number] = [1e-2, 1e-1];
/** Inputs whose weights have at most such a norm are taken for zero, at each in turn. */
export const INPUT_THRESHOLDS: readonly number[] = [0, ZERO, 1e-3, ...PRUNED];

/** Inputs that Friedman's function reads, the first ones. */
export const N_INFORMATIVE = 5;

const N_TEST = 2000;

/** Data, a network and its training, alike for all that is compared. */
export interface Scale {
  readonly nSamples: number;
  readonly nInputs: number;
  /** Units of the hidden layers, `"32-16"`: a parameter of a task is a scalar. */
  readonly hidden: string;
  readonly epochs: number;
  readonly batchSize: number;
  /** Of Adam, at the start of a cosine decay. */
  readonly rate: number;
  readonly seeds: readonly number[];
  readonly lambdas: readonly number[];
}

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

export const SMALL: Scale = {
  nSamples: 500,
  nInputs: 50,
  hidden: "32-16",
  epochs: 100,
  batchSize: 50,
  rate: 0.02,
  seeds: SEEDS,
  lambdas: [0.005, 0.01, 0.02, 0.05],
};

/** Layers, epochs and batches of D-Gating's networks, as many samples and inputs as its MADELON; data and rate ours, Adam in place of SGD. */
export const LARGE: Scale = {
  ...SMALL,
  nSamples: 2080,
  nInputs: 500,
  hidden: "300-100",
  batchSize: 256,
  rate: 0.005,
  lambdas: [0.002, ...SMALL.lambdas],
};

/** The small one at the large one's rate, by gates of depth 3 only. */
export const SLOWER: Scale = { ...SMALL, rate: LARGE.rate, seeds: SEEDS.slice(0, 10), lambdas: [0.01, 0.02] };

/** The large one for four times as many epochs, by gates of depth 3 only. */
export const LONGER: Scale = { ...LARGE, epochs: 400, seeds: SEEDS.slice(0, 3), lambdas: [0.01] };

/**
 * A network that selects its inputs, by gates of depth 2 to 4 on the weights that read each, and by descent on the group lasso itself, beside
 * one without penalty and one that is given the informative inputs alone.
 */
export const inputSelection: Study = {
  name: "input-selection",
  title:
    "Which inputs does a network need, and who finds them? (setting: after D-Gating's, data and scale ours)",
  tasks(setting: Setting): Task[] {
    if (setting === "quick") return penaltyTasks({ ...SMALL, seeds: [1], lambdas: [0.01] }).slice(-1);
    const isByThree = ({ parameters }: Task) => parameters.method === "gates" && parameters.depth === 3;
    return [
      ...[SMALL, LARGE].flatMap(penaltyTasks),
      ...[SLOWER, LONGER].flatMap(penaltyTasks).filter(isByThree),
    ];
  },
  async run({ parameters }: Task): Promise<Result> {
    const run = parameters as unknown as Run;
    const backend = await useBestBackend();
    const tf: typeof TensorFlow = require("@tensorflow/tfjs");
    const { train, validation, test, variance } = friedman(tf, run);
    const plain = network(tf, train.x.shape[1], run);
    const { method, depth, strength: lambda } = run;
    const isGated = method === "gates";
    const model = isGated ? sparsify(plain, { structure: "input", depth, lambda }) : plain;
    const width = Number(run.hidden.split("-")[0]);
    const penalty =
      method === "direct group lasso" ? directGroupLasso(tf, plain.layers[0], width, lambda) : undefined;
    await trainRegression(tf, model, train, run, penalty);
    const norms = groupNorms(collapse(model, { threshold: 0 }).layers[0], width);
    const looks = INPUT_THRESHOLDS.map((zero) => {
      const isKept = norms.map((norm) => norm > zero);
      const error = ({ x, y }: Samples): number =>
        tf.tidy(
          () => variance * meanSquaredError(tf, model, { x: tf.mul(x, tf.tensor1d(isKept).toFloat()), y }),
        );
      return { isKept, validation: error(validation), test: error(test) };
    });
    // A process computes hundreds of tasks, and has four gigabytes for tensors.
    for (const { x, y } of [train, validation, test]) tf.dispose([x, y]);
    return {
      backend,
      hits: looks.map(({ isKept }) => isKept.slice(0, N_INFORMATIVE).filter(Boolean).length),
      falsePositives: looks.map(({ isKept }) => isKept.slice(N_INFORMATIVE).filter(Boolean).length),
      validation: looks.map((look) => look.validation),
      test: looks.map((look) => look.test),
    };
  },
};

interface Run extends Omit<Scale, "seeds" | "lambdas">, PenaltyRun {}

/**
 * `y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + eps` with `x` uniform on `[0, 1]`, of which the network sees
 * inputs and responses of mean 0 and variance 1.
 *
 * @see Friedman (1991), Multivariate adaptive regression splines, Annals of Statistics 19, equation 61
 */
function friedman(
  tf: typeof TensorFlow,
  { nSamples, nInputs, method, seed }: Run,
): { train: Samples; validation: Samples; test: Samples; variance: number } {
  const random = seededRandom(seed);
  const nSeen = method === "oracle" ? N_INFORMATIVE : nInputs;
  const rows = Array.from({ length: 2 * nSamples + N_TEST }, () => {
    const x = Array.from({ length: nInputs }, () => random.uniform());
    const [a, b, c, d, e] = x;
    const y = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.normal();
    return { x, y };
  });
  const seen = rows.slice(0, nSamples).map(({ y }) => y);
  const mean = seen.reduce((sum, y) => sum + y, 0) / nSamples;
  const variance = seen.reduce((sum, y) => sum + (y - mean) ** 2, 0) / nSamples;
  const samples = (from: number, to: number): Samples => ({
    x: tf.tensor2d(
      rows.slice(from, to).map(({ x }) => x.slice(0, nSeen).map((u) => Math.sqrt(12) * (u - 0.5))),
    ),
    y: tf.tensor2d(rows.slice(from, to).map(({ y }) => [(y - mean) / Math.sqrt(variance)])),
  });
  return {
    train: samples(0, nSamples),
    validation: samples(nSamples, 2 * nSamples),
    test: samples(2 * nSamples, rows.length),
    variance,
  };
}

function network(tf: typeof TensorFlow, nInputs: number, { hidden, seed }: Run): TensorFlow.Sequential {
  const heNormal = (k: number) => tf.initializers.heNormal({ seed: 10 * seed + k });
  const widths = hidden.split("-").map(Number);
  const model = tf.sequential();
  widths.forEach((units, k) => {
    model.add(
      tf.layers.dense({
        units,
        ...(k === 0 ? { inputShape: [nInputs] } : {}),
        activation: "relu",
        kernelInitializer: heNormal(k),
      }),
    );
  });
  model.add(tf.layers.dense({ units: 1, kernelInitializer: heNormal(widths.length) }));
  return model;
}
