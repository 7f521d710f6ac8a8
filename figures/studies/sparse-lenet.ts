import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, cosineDecay, freezeZeros, sparsify, train, useBestBackend } from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { disposeSplit, type ImageName, type ImageSplit, imageSplit } from "./image-split";
import { leNet } from "./le-net";
import { grid, type Result, type Setting, type Study, type Task } from "./study";

/** Weights of at most such a magnitude are taken for zero; the third is the threshold of `collapse`. */
export const THRESHOLDS: readonly number[] = [0, 1e-12, 2 ** -23, 1e-5, 1e-4, 1e-3, 1e-2];

const COLLAPSED = THRESHOLDS.indexOf(2 ** -23);
const MOMENTUM = 0.9;

/** What is trained on what, for how long. */
interface Scale {
  readonly data: ImageName;
  readonly images: number;
  readonly batchSize: number;
  readonly epochs: number;
  /**
   * Where the cosine decay of the learning rate begins, for the plain network and for two, three and four factors. The larger,
   * the sooner there are zeros, until nothing is learned: of 0.05, 0.1, 0.2 and 0.4 one with which a run of seed 1 still did;
   * for three and four factors on the digits, and for all networks on Fashion-MNIST, one step below that: half the rate with twice
   * the lambda leaves as many weights, and these are right more often.
   */
  readonly rates: readonly number[];
  readonly seeds: readonly number[];
  readonly lambdas: readonly number[];
  /** How many weights there are for each that magnitude pruning leaves. */
  readonly ratios: readonly number[];
}

const DIGITS: Scale = {
  data: "digits",
  images: 960,
  batchSize: 32,
  epochs: 120,
  rates: [0.2, 0.2, 0.05, 0.05],
  seeds: [1, 2, 3],
  lambdas: [2e-3, 4e-3, 8e-3],
  ratios: [10, 50, 200],
};

/** A third of the images in small batches, for many steps in little time: without these no weight ends at zero. */
const REDUCED: Scale = {
  data: "fashion-mnist",
  images: 20_000,
  batchSize: 32,
  epochs: 16,
  rates: [0.05, 0.1, 0.1, 0.1],
  seeds: [1, 2],
  lambdas: [1e-3, 2e-3, 4e-3, 8e-3],
  ratios: [20, 100],
};

/** Four a decade, written out: the records are named by them, and Node 24 rounds powers of ten otherwise than Node 22. */
const LAMBDAS: readonly number[] = [
  1e-6, 1.778279410038923e-6, 3.162277660168379e-6, 5.62341325190349e-6, 9.999999999999999e-6,
  1.778279410038923e-5, 3.1622776601683795e-5, 5.623413251903491e-5, 9.999999999999999e-5,
  1.778279410038923e-4, 3.1622776601683794e-4, 5.623413251903491e-4, 1e-3,
];

/** After D-Gating's appendix C.2; 5000 images are kept back to choose by. The rates are those of runs on 10 000 images. */
const FULL: Scale = {
  data: "fashion-mnist",
  images: 55_000,
  batchSize: 256,
  epochs: 100,
  rates: [0.05, 0.2, 0.1, 0.1],
  seeds: [1, 2, 3],
  lambdas: LAMBDAS,
  ratios: [10, 20, 50, 100, 200, 500],
};

/** Of that, what two cores do in an hour or two. */
const FULL_ONCE: Scale = {
  ...FULL,
  seeds: [1],
  lambdas: [6, 8, 10, 12].map((k) => LAMBDAS[k]),
  ratios: [20, 100, 500],
};

const SCALES: Readonly<Record<Setting, readonly Scale[]>> = {
  quick: [{ ...DIGITS, seeds: [1], lambdas: [4e-3], ratios: [] }],
  desk: [DIGITS, REDUCED, FULL_ONCE],
  paper: [FULL],
};

/**
 * LeNet-300-100 with weights that become zero: by descent on the l1 penalty itself, on two to four factors, and by magnitude
 * pruning, in as many epochs each.
 */
export const sparseLeNet: Study = {
  name: "sparse-lenet",
  title:
    "How many weights does a network need, and who finds them in ordinary training? (setting: after D-Gating's, scale ours)",
  tasks: (setting) => SCALES[setting].flatMap(tasksOf),
  async run({ parameters }: Task): Promise<Result> {
    const run = parameters as unknown as Run;
    const backend = await useBestBackend();
    const tf: typeof TensorFlow = require("@tensorflow/tfjs");
    const split = imageSplit(tf, run.data, run.images, run.seed);
    const isDirect = run.method === "direct l1";
    const penalty = isDirect ? { kernelRegularizer: tf.regularizers.l1({ l1: run.strength }) } : {};
    const plain = leNet(tf, split.nPixels, run.seed, penalty);
    const model =
      run.method === "magnitude pruning"
        ? await pruned(tf, plain, split, run)
        : await fitted(tf, plain, split, run);
    const result = assessed(tf, model, split);
    disposeSplit(tf, split);
    // Another backend rounds otherwise, and a thousand steps later weights differ: the comparison is to say so.
    return { backend, ...result };
  },
};

interface Run extends Omit<Scale, "rates" | "seeds" | "lambdas" | "ratios"> {
  readonly method: "direct l1" | "factors" | "magnitude pruning";
  readonly depth: number;
  /** Lambda, or the ratio of pruning. */
  readonly strength: number;
  readonly seed: number;
}

function ratesOf(data: Scale["data"], images: number): readonly number[] {
  const scale = [DIGITS, REDUCED, FULL].find((known) => known.data === data && known.images === images);
  return scale!.rates;
}

function tasksOf({ seeds, lambdas, ratios, ...scale }: Scale): Task[] {
  const of = (method: Run["method"], depth: readonly number[], strength: readonly number[]): Task[] =>
    grid({
      data: [scale.data],
      images: [scale.images],
      batchSize: [scale.batchSize],
      epochs: [scale.epochs],
      method: [method],
      depth,
      strength,
      seed: seeds,
    });
  return [
    ...of("direct l1", [1], lambdas),
    ...of("factors", [2, 3, 4], lambdas),
    ...of("magnitude pruning", [1], ratios),
  ];
}

/** Trained under the penalty, as one plain network. */
async function fitted(
  tf: typeof TensorFlow,
  plain: TensorFlow.LayersModel,
  split: ImageSplit,
  run: Run,
): Promise<TensorFlow.LayersModel> {
  if (run.method === "direct l1") return trained(tf, plain, split, run);
  const twin = sparsify(plain, { depth: run.depth, lambda: run.strength });
  return collapse(await trained(tf, twin, split, run), { threshold: 0 });
}

/** Trained for half of the epochs, cut to the largest weights of all layers, and trained for the other half with these alone. */
async function pruned(
  tf: typeof TensorFlow,
  plain: TensorFlow.LayersModel,
  split: ImageSplit,
  run: Run,
): Promise<TensorFlow.LayersModel> {
  const half = { ...run, epochs: run.epochs / 2 };
  await trained(tf, plain, split, half);
  const sizes = kernelsOf(plain).flatMap((kernel) => Array.from(kernel, Math.abs));
  const sorted = Float32Array.from(sizes).sort();
  cut(tf, plain, sorted[sorted.length - Math.round(sorted.length / run.strength) - 1]);
  return collapse(await trained(tf, freezeZeros(plain), split, half));
}

async function trained(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  { train: { x, y } }: ImageSplit,
  { data, images, epochs, batchSize, depth, seed }: Run,
): Promise<TensorFlow.LayersModel> {
  const rate = ratesOf(data, images)[depth - 1];
  model.compile({ loss: "categoricalCrossentropy", optimizer: tf.train.momentum(rate, MOMENTUM) });
  const learningRate = cosineDecay(rate, { epochs });
  await train(model, x, y, { epochs, batchSize, seed, learningRate, lambdaWarmUp: 0 });
  return model;
}

/** How many weights, and what accuracies, are left at each threshold; the network ends without the smallest weights. */
function assessed(tf: typeof TensorFlow, model: TensorFlow.LayersModel, split: ImageSplit): Result {
  const looks = THRESHOLDS.map((threshold) => {
    cut(tf, model, threshold);
    return {
      layers: kernelsOf(model).map((kernel) => kernel.filter((weight) => weight !== 0).length),
      validation: accuracy(tf, model, split.validation),
      test: accuracy(tf, model, split.test),
    };
  });
  return {
    weights: kernelsOf(model).map(({ length }) => length),
    nonZero: looks.map(({ layers }) => layers.reduce((sum, count) => sum + count, 0)),
    layers: looks[COLLAPSED].layers,
    validation: looks.map(({ validation }) => validation),
    test: looks.map(({ test }) => test),
  };
}

/** Sets weights of at most that magnitude to zero, biases apart. */
function cut(tf: typeof TensorFlow, model: TensorFlow.LayersModel, threshold: number): void {
  tf.tidy(() => {
    model.setWeights(
      model.getWeights().map((weight) => {
        if (weight.rank < 2) return weight;
        const kept = weight.dataSync().map((value) => (Math.abs(value) <= threshold ? 0 : value));
        return tf.tensor(kept, weight.shape);
      }),
    );
  });
}

function kernelsOf(model: TensorFlow.LayersModel): Float32Array[] {
  return model
    .getWeights()
    .filter(({ rank }) => rank > 1)
    .map((kernel) => kernel.dataSync() as Float32Array);
}
