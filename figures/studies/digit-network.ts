import type * as TensorFlow from "@tensorflow/tfjs";

/** Of the digits of scikit-learn, 8 x 8. */
const N_PIXELS = 64;

/** Pixels of a digit, hidden layers of so many rectified units and its ten classes: the plain network that studies factorize. */
export function digitNetwork(
  tf: typeof TensorFlow,
  hidden: readonly number[],
  seed: number,
): TensorFlow.Sequential {
  const from = (k: number) => tf.initializers.heNormal({ seed: 10 * seed + k });
  const input = (k: number) => (k === 0 ? { inputShape: [N_PIXELS] } : {});
  return tf.sequential({
    layers: [...hidden, 10].map((units, k) =>
      tf.layers.dense({
        units,
        activation: k < hidden.length ? "relu" : "softmax",
        kernelInitializer: from(k + 1),
        ...input(k),
      }),
    ),
  });
}
