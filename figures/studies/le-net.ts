import type * as TensorFlow from "@tensorflow/tfjs";

/**
 * LeNet-300-100 from He's normal weights, drawn by the seed.
 *
 * @param more of every layer: a regularizer, say.
 */
export function leNet(
  tf: typeof TensorFlow,
  nPixels: number,
  seed: number,
  more: object = {},
): TensorFlow.Sequential {
  const layer = (units: number, k: number, own: object) =>
    tf.layers.dense({
      units,
      kernelInitializer: tf.initializers.heNormal({ seed: 10 * seed + k }),
      ...more,
      ...own,
    });
  return tf.sequential({
    layers: [
      layer(300, 1, { activation: "relu", inputShape: [nPixels] }),
      layer(100, 2, { activation: "relu" }),
      layer(10, 3, { activation: "softmax" }),
    ],
  });
}
