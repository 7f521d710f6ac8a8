import type * as TensorFlow from "@tensorflow/tfjs";
import { layerClasses } from "../layers/layer-classes";
import { checkModel, isSubstituted, layersOf, weightValues } from "../layers/model-layers";
import { type FrozenZerosLayer, frozenZerosRecord, readerOf, weightName } from "../layers/substituted-layer";
import type { LayersModel } from "../model-types";
import { alreadyFactorized, unfreezableZeros } from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { rewriteModel } from "./rewrite-model";

/**
 * Returns a copy of a plain model whose zero weights stay zero in training, to refit the selected weights without penalty.
 *
 * Train the copy as any model, then `collapse` it. Kernels, recurrent ones too, tables of embeddings and the scales of norms
 * are frozen where they are exactly zero; what shifts, biases and the like, and slopes of activations are not, but for the shift of
 * a norm's channel whose scale is zero too.
 *
 * @param model of plain layers, as `collapse` gives; it stays as it is.
 * @returns the twin, to be compiled, with variables of its own.
 * @throws InputError where a layer is factorized, its zeros are frozen already, or cannot be, as within `bidirectional`.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = tf.layers.dense({ units: 3, inputShape: [4], kernelInitializer: "zeros" });
 * freezeZeros(tf.sequential({ layers: [layer] })).layers[0].getClassName(); // "FrozenZeros"
 * ```
 */
export function freezeZeros<M extends LayersModel>(model: M): M {
  const where = "freezeZeros";
  checkModel(where, model);
  layerClasses(where);
  for (const layer of layersOf(model)) if (isSubstituted(layer)) throw alreadyFactorized(where, layer.name);
  const frozen = new Map(layersOf(model).map((layer) => [layer, weightsWithZeros(where, layer)]));
  return rewriteModel(
    where,
    model,
    (layer) => {
      const names = frozen.get(layer)!;
      return names.length === 0 ? undefined : frozenZerosRecord(layer, names);
    },
    ({ from, to }) => {
      const layer = to as FrozenZerosLayer;
      layer.inner.setWeights(from.getWeights());
      const tf = tensorFlow(where);
      tf.tidy(() => {
        for (const [i, mask] of layer.masks.entries()) {
          mask.write(tf.cast(freeEntries(tf, layer, layer.variables[i]), "float32"));
        }
      });
    },
  ) as M;
}

/** Names of weights that start at zero and are not what a penalty makes zero, but for `beta` where `gamma` is zero as well. */
const FREE = /^(bias|beta|alpha)$/;

/** Returns where the entries of a weight are free. */
function freeEntries(
  tf: typeof TensorFlow,
  { inner }: FrozenZerosLayer,
  weight: TensorFlow.LayerVariable,
): TensorFlow.Tensor {
  const isFree = tf.notEqual(weight.read(), 0);
  if (weightName(weight) !== "beta") return isFree;
  const gamma = inner.weights.find((other) => weightName(other) === "gamma")!;
  return tf.logicalOr(isFree, tf.notEqual(gamma.read(), 0));
}

/** Returns whether a channel of a norm is zero since both its scale and its shift are. */
function hasZeroChannel(layer: TensorFlow.layers.Layer): boolean {
  const [gamma, beta] = ["gamma", "beta"].map((name) => weightValues(layer, name));
  return !!gamma && !!beta && gamma.some((scale, c) => scale === 0 && beta[c] === 0);
}

/**
 * Returns the names of a layer's weights that have a zero.
 *
 * @throws InputError where a layer does not let its weight be substituted.
 */
function weightsWithZeros(where: string, layer: TensorFlow.layers.Layer): string[] {
  const isPenalized = (name: string): boolean =>
    !FREE.test(name) || (name === "beta" && hasZeroChannel(layer));
  const found = layer.trainableWeights.filter(
    (weight) => isPenalized(weightName(weight)) && weight.read().dataSync().includes(0),
  );
  for (const weight of found) {
    if (!readerOf(layer, weight)) throw unfreezableZeros(where, layer.name, weight.originalName);
  }
  return [...new Set(found.map(weightName))];
}
