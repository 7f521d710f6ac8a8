import type { LayersModel, Scalar } from "../model-types";
import { checkModel } from "../surgery/rewritten-model";
import { tensorFlow } from "../tensorflow";
import { factorizedLayers } from "./layer-classes";

/**
 * The penalty of a factorized model, `lambda / k` times the squares of all factors, which is what gradient steps descend
 * on: by induction `lambda sum_g w_g ||W_g||^(2/k)` of the weights where the factors are balanced.
 *
 * `compile` and `fit` add it to the loss by themselves. A loop of one's own adds this to the mean loss of a batch; it
 * has gradients, and belongs inside of `tf.variableGrads`.
 *
 * @returns a scalar, 0 where nothing is factorized; to be disposed of as any tensor.
 * @throws InputError unless `model` is a model of layers.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 1, inputShape: [2], lambda: 0.5, kernelInitializer: "ones" });
 * surrogatePenalty(tf.sequential({ layers: [layer] })).dataSync()[0]; // 1
 * ```
 */
export function surrogatePenalty(model: LayersModel): Scalar {
  const where = "surrogatePenalty";
  checkModel(where, model);
  const layers = factorizedLayers(model);
  const tf = tensorFlow(where);
  return tf.tidy(() =>
    layers.reduce<Scalar>(
      (total, layer) => tf.add(total, tf.mul(layer.penalty(), layer.factorization.applications)),
      tf.scalar(0),
    ),
  );
}
