import type * as TensorFlow from "@tensorflow/tfjs";
import { factorizedLayers } from "../layers/layer-classes";
import type { LayersModel } from "../model-types";
import { checkModel } from "../surgery/rewritten-model";
import { tensorFlow } from "../tensorflow";
import type { NamedTensor, Optimizer } from "./training-types";

/** Optimizers whose step is proportional to the gradient; others divide its size away, so that no rate needs correcting. */
const PROPORTIONAL = ["SGD", "Momentum"];

/**
 * The optimizer with a rate for each factor: it moves a shared gate `1 / (k - 1)` as far under gradient descent and momentum, and
 * everything else, and all under Adam and its kind, as it did.
 *
 * A shared gate stands for `k - 1` gates that are equal, and its gradient is the sum of theirs. With this rate the two forms
 * take the same steps, so what is known of one holds for the other.
 *
 * @param model the factorized model to be trained.
 * @param optimizer stays as it is, and shares its state with what is returned.
 * @throws InputError unless `model` is a model of layers.
 * @see arXiv 2509.23898, Lemma 4
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 1, inputShape: [2], depth: 3, shared: true });
 * const model = tf.sequential({ layers: [layer] });
 * model.compile({ loss: "meanSquaredError", optimizer: withFactorRates(model, tf.train.sgd(0.1)) });
 * ```
 */
export function withFactorRates<O extends Optimizer>(model: LayersModel, optimizer: O): O {
  const where = "withFactorRates";
  checkModel(where, model);
  const rates = new Map<string, number>();
  for (const { factorization, gates } of factorizedLayers(model)) {
    if (!factorization.shared) continue;
    rates.set((gates[0].read() as TensorFlow.Variable).name, 1 / (factorization.depth - 1));
  }
  const inner = optimizer as TensorFlow.Optimizer;
  if (rates.size === 0 || !PROPORTIONAL.includes(inner.getClassName())) return optimizer;
  const tf = tensorFlow(where);
  const scaled = (name: string, gradient: TensorFlow.Tensor): TensorFlow.Tensor => {
    const rate = rates.get(name);
    return rate === undefined || gradient == null ? gradient : tf.mul(gradient, rate);
  };
  // An object behind which the optimizer stands: TensorFlow.js takes nothing but instances of its own class.
  return Object.create(optimizer as object, {
    applyGradients: {
      value(gradients: TensorFlow.NamedTensorMap | NamedTensor[]): void {
        tf.tidy(() => {
          inner.applyGradients.call(
            this,
            Array.isArray(gradients)
              ? gradients.map(({ name, tensor }) => ({ name, tensor: scaled(name, tensor) }))
              : Object.fromEntries(
                  Object.entries(gradients).map(([name, tensor]) => [name, scaled(name, tensor)]),
                ),
          );
        });
      },
    },
  }) as O;
}
