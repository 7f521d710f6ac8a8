import type * as TensorFlow from "@tensorflow/tfjs";
import type { Images } from "./image-split";

/** The share of images whose label a model finds most likely. */
export function accuracy(tf: typeof TensorFlow, model: TensorFlow.LayersModel, { x, y }: Images): number {
  return tf.tidy(() => {
    const hit = tf.equal(
      tf.argMax(model.predict(x, { batchSize: 1000 }) as TensorFlow.Tensor, 1),
      tf.argMax(y, 1),
    );
    const hits = tf.sum(tf.cast(hit, "int32")).dataSync()[0];
    return hits / y.shape[0];
  });
}
