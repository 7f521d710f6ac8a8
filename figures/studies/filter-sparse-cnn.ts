import type * as TensorFlow from "@tensorflow/tfjs";
import {
  collapse,
  cosineDecay,
  shrink,
  sparsify,
  sparsityReport,
  train,
  useBestBackend,
} from "smooth-edges/nn";
import { accuracy } from "./accuracy";
import { disposeSplit, type ImageSplit, imageSplit } from "./image-split";
import { grid, type Result, type Setting, type Study, type Task } from "./study";

/** Filters of at most such a norm are taken for zero; the second is the threshold of `collapse`. */
export const FILTER_THRESHOLDS: readonly number[] = [0, 2 ** -23, 1e-3, 1e-2, 1e-1];

const COLLAPSED = FILTER_THRESHOLDS.indexOf(2 ** -23);
const MOMENTUM = 0.9;

/** What is trained on what, for how long. */
interface Scale {
  readonly data: "digits" | "fashion-mnist";
  readonly images: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Filters of the first two convolutions; the last two have twice as many. */
  readonly width: number;
  /** Where the cosine decay of the learning rate begins. */
  readonly rate: number;
  readonly seeds: readonly number[];
  readonly lambdas: readonly number[];
}

/** Epochs that come first, in which the rate rises; none in half of the tasks. */
const WARM_UP = 5;

const DIGITS: Scale = {
  data: "digits",
  images: 960,
  batchSize: 32,
  epochs: 30,
  width: 8,
  rate: 0.1,
  seeds: [1, 2, 3],
  lambdas: [0.01, 0.02, 0.03],
};

/** A small one, images at full size. */
const FULL: Scale = {
  data: "fashion-mnist",
  images: 55_000,
  batchSize: 128,
  epochs: 30,
  width: 32,
  rate: 0.1,
  seeds: [1, 2, 3],
  lambdas: [0.001, 0.003, 0.01, 0.03, 0.1],
};

const QUICK: Scale = { ...DIGITS, seeds: [1], lambdas: [0.02] };

/**
 * A convolutional network in the manner of VGG that loses filters: by descent on the group lasso itself and by gates of depth 2 to 4,
 * beside one without penalty; each from the full rate at once, and after epochs in which it rises.
 */
export const filterSparseCnn: Study = {
  name: "filter-sparse-cnn",
  title:
    "How many filters does a convolutional network need, and who finds them? (setting: after D-Gating's, scale ours)",
  tasks(setting: Setting): Task[] {
    if (setting === "quick")
      return tasksOf(QUICK).filter(({ parameters: { depth, warmUp } }) => depth === (warmUp ? 3 : 2));
    return tasksOf(setting === "desk" ? DIGITS : FULL);
  },
  async run({ parameters }: Task): Promise<Result> {
    const run = parameters as unknown as Run;
    const backend = await useBestBackend();
    const tf: typeof TensorFlow = require("@tensorflow/tfjs");
    const split = imageSplit(tf, run.data, run.images, run.seed);
    const plain = smallVgg(tf, run);
    const { depth, strength } = run;
    const model =
      run.method === "gates" ? sparsify(plain, { structure: "filter", depth, lambda: strength }) : plain;
    await trained(tf, model, split, run);
    const result = assessed(tf, collapse(model, { threshold: 0 }), split);
    disposeSplit(tf, split);
    return { backend, ...result };
  },
};

interface Run extends Pick<Scale, "data" | "images" | "batchSize" | "epochs" | "width"> {
  readonly method: "no penalty" | "direct group lasso" | "gates";
  /** 1 for plain weights. */
  readonly depth: number;
  readonly rate: number;
  /** Among the epochs; none where it is not given. */
  readonly warmUp?: number;
  /** Lambda. */
  readonly strength: number;
  readonly seed: number;
}

/** What is compared, for each seed in turn. */
function tasksOf({ seeds, lambdas, rate, ...scale }: Scale): Task[] {
  const constant = Object.fromEntries(Object.entries(scale).map(([key, value]) => [key, [value]]));
  return seeds.flatMap((seed) =>
    [0, WARM_UP].flatMap((warmUp) => {
      const of = (method: Run["method"], depth: number, strength: readonly number[]): Task[] =>
        grid({
          ...constant,
          epochs: [scale.epochs + warmUp],
          method: [method],
          depth: [depth],
          rate: [rate],
          ...(warmUp > 0 ? { warmUp: [warmUp] } : {}),
          strength,
          seed: [seed],
        });
      return [
        ...of("no penalty", 1, [0]),
        ...of("direct group lasso", 1, lambdas),
        ...[2, 3, 4].flatMap((depth) => of("gates", depth, lambdas)),
      ];
    }),
  );
}

async function trained(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  { train: { x, y } }: ImageSplit,
  { method, strength, rate, warmUp = 0, epochs, batchSize, seed }: Run,
): Promise<void> {
  const penalty = method === "direct group lasso" ? groupLasso(tf, model, strength) : () => tf.scalar(0);
  model.compile({
    loss: (truth, guess) => tf.add(tf.metrics.categoricalCrossentropy(truth, guess), penalty()),
    optimizer: tf.train.momentum(rate, MOMENTUM),
  });
  const learningRate = cosineDecay(rate, { epochs, warmUp });
  await train(model, x, y, { epochs, batchSize, seed, learningRate, lambdaWarmUp: 0 });
}

/** `lambda` times the sum of the norms of all filters, whose gradient is finite at zero. */
function groupLasso(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  lambda: number,
): () => TensorFlow.Tensor {
  const kernels = convolutions(model).map((layer) => layer.weights[0]);
  return () => {
    const norms = kernels.map((kernel) =>
      tf.sum(tf.sqrt(tf.add(tf.sum(tf.square(kernel.read()), [0, 1, 2]), 1e-30))),
    );
    return tf.mul(lambda, tf.addN(norms));
  };
}

/** Filters, accuracies and operations that are left at each threshold; the network ends without the small filters. */
function assessed(tf: typeof TensorFlow, model: TensorFlow.LayersModel, split: ImageSplit): Result {
  const looks = FILTER_THRESHOLDS.map((threshold) => {
    const layers = convolutions(model).map((layer) => cut(tf, layer, threshold));
    const smaller = shrink(model);
    const { parameters, flops } = sparsityReport(smaller);
    const accuracies = {
      validation: accuracy(tf, smaller, split.validation),
      test: accuracy(tf, smaller, split.test),
    };
    smaller.dispose();
    return { layers, parameters, flops, ...accuracies };
  });
  const { parameters, flops } = sparsityReport(model);
  return {
    filters: convolutions(model).map(({ outputShape }) => outputShape.at(-1)),
    left: looks.map(({ layers }) => layers.reduce((sum, count) => sum + count, 0)),
    layers: looks[COLLAPSED].layers,
    parameters: [parameters, ...looks.map((look) => look.parameters)],
    flops: [flops, ...looks.map((look) => look.flops)],
    validation: looks.map(({ validation }) => validation),
    test: looks.map(({ test }) => test),
  };
}

/** Sets the filters of a layer to zero whose norm is at most the threshold, and counts the others. */
function cut(tf: typeof TensorFlow, layer: TensorFlow.layers.Layer, threshold: number): number {
  return tf.tidy(() => {
    const [kernel] = layer.getWeights();
    const filters = kernel.shape.at(-1)!;
    const values = kernel.dataSync();
    const squares = new Float64Array(filters);
    values.forEach((value, i) => {
      squares[i % filters] += value ** 2;
    });
    const isKept = Array.from(squares, (square) => Math.sqrt(square) > threshold);
    layer.setWeights([
      tf.tensor(
        values.map((value, i) => (isKept[i % filters] ? value : 0)),
        kernel.shape,
      ),
    ]);
    return isKept.filter(Boolean).length;
  });
}

function convolutions(model: TensorFlow.LayersModel): TensorFlow.layers.Layer[] {
  return model.layers.filter((layer) => layer.getClassName() === "Conv2D");
}

/** Two pairs of convolutions without biases, so that a filter of zeros gives zero, with pooling after each, and one dense layer. */
function smallVgg(tf: typeof TensorFlow, { data, width, seed }: Run): TensorFlow.Sequential {
  const side = data === "digits" ? 8 : 28;
  const heNormal = (k: number) => tf.initializers.heNormal({ seed: 10 * seed + k });
  const convolution = (filters: number, k: number) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      useBias: false,
      kernelInitializer: heNormal(k),
    });
  return tf.sequential({
    layers: [
      tf.layers.reshape({ targetShape: [side, side, 1], inputShape: [side ** 2] }),
      convolution(width, 1),
      convolution(width, 2),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      convolution(2 * width, 3),
      convolution(2 * width, 4),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10, activation: "softmax", kernelInitializer: heNormal(5) }),
    ],
  });
}
