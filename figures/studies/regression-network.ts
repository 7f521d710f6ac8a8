import type * as TensorFlow from "@tensorflow/tfjs";
import { cosineDecay, train } from "smooth-edges/nn";

/** Inputs and responses, a row a sample. */
export interface Samples {
  readonly x: TensorFlow.Tensor2D;
  /** One column. */
  readonly y: TensorFlow.Tensor2D;
}

/** How a network is trained: by Adam, with a cosine decay from `rate`. */
export interface Schedule {
  readonly rate: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** Trains on the mean squared error, with a penalty that is descended itself where one is given. */
export async function trainRegression(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  { x, y }: Samples,
  { rate, epochs, batchSize, seed }: Schedule,
  penalty: () => TensorFlow.Tensor = () => tf.scalar(0),
): Promise<void> {
  model.compile({
    loss: (truth, guess) => tf.add(tf.metrics.meanSquaredError(truth, guess), penalty()),
    optimizer: tf.train.adam(rate),
  });
  const learningRate = cosineDecay(rate, { epochs });
  await train(model, x, y, { epochs, batchSize, seed, learningRate, lambdaWarmUp: 0 });
}

/** `lambda` times the sum of the norms of runs of `size` entries of a kernel; the gradient is finite at zero. */
export function directGroupLasso(
  tf: typeof TensorFlow,
  layer: TensorFlow.layers.Layer,
  size: number,
  lambda: number,
): () => TensorFlow.Tensor {
  const [kernel] = layer.weights;
  return () => {
    const squares = tf.sum(tf.square(tf.reshape(kernel.read(), [-1, size])), 1);
    return tf.mul(lambda, tf.sum(tf.sqrt(tf.add(squares, 1e-30))));
  };
}

/** The norms of runs of `size` entries of the kernel of a plain layer. */
export function groupNorms(layer: TensorFlow.layers.Layer, size: number): number[] {
  const values = layer.getWeights()[0].dataSync();
  return Array.from({ length: values.length / size }, (_, g) =>
    Math.hypot(...values.subarray(g * size, (g + 1) * size)),
  );
}

/** The squared error of a model on every sample. */
export function squaredErrors(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  { x, y }: Samples,
): Float32Array {
  return tf.tidy(() => {
    const guess = model.predict(x, { batchSize: 1000 }) as TensorFlow.Tensor;
    return tf.squaredDifference(guess, y).dataSync() as Float32Array;
  });
}

export function meanSquaredError(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  samples: Samples,
): number {
  const squares = squaredErrors(tf, model, samples);
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}
