import type * as TensorFlow from "@tensorflow/tfjs";
import type { SubstitutedLayer, SubstitutedLayerClass } from "./substituted-layer";

/** A layer whose weight is multiplied by a mask of zeros and ones, so that zeros have no gradient. */
export interface FrozenZerosLayer extends SubstitutedLayer {
  /** 1 where the weight is free, 0 where it stays zero. */
  readonly mask: TensorFlow.LayerVariable;
}

/** The class of layers with frozen zeros, from that of substituted ones. */
export function frozenZerosLayer(
  tf: typeof TensorFlow,
  base: SubstitutedLayerClass,
): new (
  inner: TensorFlow.layers.Layer,
  weightName: string,
) => FrozenZerosLayer {
  return class extends base {
    mask!: TensorFlow.LayerVariable;

    override build(inputShape: TensorFlow.Shape | TensorFlow.Shape[]): void {
      super.build(inputShape);
      const ones = tf.initializers.ones();
      this.mask = this.addWeight("mask", this.variable.shape, "float32", ones, undefined, false);
    }

    override effectiveWeight(): TensorFlow.Tensor {
      return tf.mul(this.variable.read(), this.mask.read());
    }
  };
}
