import type * as TensorFlow from "@tensorflow/tfjs";

/** Of the digits of scikit-learn, 8 x 8. */
const N_PIXELS = 64;

/** Pixels of a digit, one hidden layer of rectified units and its ten classes: the plain network that studies factorize. */
export function digitNetwork(tf: typeof TensorFlow, hidden: number, seed: number): TensorFlow.Sequential {
  const from = (k: number) => tf.initializers.heNormal({ seed: 10 * seed + k });
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: hidden,
        activation: "relu",
        inputShape: [N_PIXELS],
        kernelInitializer: from(1),
      }),
      tf.layers.dense({ units: 10, activation: "softmax", kernelInitializer: from(2) }),
    ],
  });
}
