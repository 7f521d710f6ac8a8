import type * as TensorFlow from "@tensorflow/tfjs";
import { LAYOUTS } from "../layers/factorization";
import { layerClasses } from "../layers/layer-classes";
import { checkModel, isSubstituted, layersOf } from "../layers/model-layers";
import type { FrozenZerosLayer } from "../layers/substituted-layer";
import type { LayersModel } from "../model-types";
import { alreadyFactorized } from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { rewriteModel } from "./rewrite-model";

/**
 * Returns a copy of a plain model whose zero weights stay zero in training, to refit the selected weights without penalty.
 *
 * Train the copy as any model, then `collapse` it. Weights of dense, convolutional and embedding layers and the scales of
 * norms are frozen where they are exactly zero; biases are not.
 *
 * @param model of plain layers, as `collapse` gives; it stays as it is.
 * @returns the twin, to be compiled, with variables of its own.
 * @throws InputError where a layer is factorized or its zeros are frozen already.
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
  const frozen = new Map(layersOf(model).map((layer) => [layer, zerosOf(layer)]));
  return rewriteModel(
    where,
    model,
    (layer) => {
      if (!frozen.get(layer)) return undefined;
      const className = layer.getClassName();
      const inner = { className, config: layer.getConfig() };
      const weight = { name: LAYOUTS[className].weight };
      return { className: "FrozenZeros", config: { name: layer.name, layer: inner, weight } as never };
    },
    ({ from, to }) => {
      const layer = to as FrozenZerosLayer;
      layer.inner.setWeights(from.getWeights());
      const tf = tensorFlow(where);
      tf.tidy(() => {
        layer.mask.write(tf.cast(tf.notEqual(layer.variable.read(), 0), "float32"));
      });
    },
  ) as M;
}

/** Returns whether the weight of a known layer has a zero. */
function zerosOf(layer: TensorFlow.layers.Layer): boolean {
  const name = LAYOUTS[layer.getClassName()]?.weight;
  const weight = layer.weights.find(({ originalName }) => originalName.split("/").pop() === name);
  return (
    weight
      ?.read()
      .dataSync()
      .some((value) => value === 0) ?? false
  );
}
