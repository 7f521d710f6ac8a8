import type * as TensorFlow from "@tensorflow/tfjs";
import { seededRandom } from "../../src";

type Tf = typeof TensorFlow;

/** Samples of a teacher that reads 2 of 6 inputs, and targets with a little noise. */
export function teacherData(tf: Tf, nSamples = 64): { x: TensorFlow.Tensor2D; y: TensorFlow.Tensor2D } {
  const random = seededRandom(7);
  const rows = Array.from({ length: nSamples }, () => Array.from({ length: 6 }, () => random.normal()));
  const targets = rows.map((row) => [2 * row[0] - row[3] + 0.1 * random.normal()]);
  return { x: tf.tensor2d(rows), y: tf.tensor2d(targets) };
}

/** A network of 6-8-1 units with the same weights each time. */
export function smallNetwork(tf: Tf): TensorFlow.Sequential {
  const dense = (units: number, seed: number, inputShape?: number[]) =>
    tf.layers.dense({
      units,
      activation: units === 1 ? "linear" : "relu",
      kernelInitializer: tf.initializers.heNormal({ seed }),
      ...(inputShape && { inputShape }),
    });
  return tf.sequential({ layers: [dense(8, 1, [6]), dense(1, 2)] });
}
