import type * as TensorFlow from "@tensorflow/tfjs";
import { InputError } from "../../errors";
import { frozenLayers, holdFrozenNorms } from "../layers/frozen-layers";
import { layerClasses } from "../layers/layer-classes";
import { checkFiniteWeights, isModel } from "../layers/model-layers";
import { shareQuantized } from "../layers/quantized-weights";
import { configOf, type LayerRecord } from "../layers/substituted-layer";
import { otherTensorFlow, sharedBetweenModels, unbuiltModel, unregisteredLayer } from "../network-errors";

type Layer = TensorFlow.layers.Layer;

type Model = TensorFlow.LayersModel;
type Config = { layers: { className: string; config: object }[] };

/** A layer of a model and the corresponding layer of its copy. */
export interface LayerPair {
  readonly from: Layer;
  readonly to: Layer;
}

/**
 * Copies a model and replaces some of its layers, also in nested models.
 *
 * The copy has the same graph, names and metadata but its own variables; layers that are not replaced keep the values of their weights.
 * Layers that are frozen, themselves or within a frozen model, are frozen themselves in the copy, where frozen batch norms use their moving moments in training too.
 *
 * @param replace returns the replacement of a layer, or undefined to keep it.
 * @param transfer sets the weights of a replaced layer.
 * @throws InputError where the model is not built, a weight is not finite, a class is not registered, TensorFlow.js is another copy, or models share a layer.
 */
export function rewriteModel(
  where: string,
  model: Model,
  replace: (layer: Layer) => LayerRecord | undefined,
  transfer: (pair: LayerPair) => void,
): Model {
  checkRewritable(where, model);
  checkFiniteWeights(where, model);
  const cls = model.constructor as unknown as {
    fromConfig(cls: unknown, config: unknown, customObjects: object, fastWeightInit: boolean): Model;
  };
  const replaced = new Set<Layer>();
  const config = rewriteConfig(model, (layer) => {
    const record = replace(layer);
    if (record) replaced.add(layer);
    return record;
  });
  const copy = fromConfig(where, () => cls.fromConfig(cls, config, {}, true));
  const frozen = frozenLayers(model);
  for (const pair of pairs(model, copy)) {
    if (frozen.has(pair.from)) pair.to.trainable = false;
    if (replaced.has(pair.from)) transfer(pair);
    else if (pair.from.weights.length > 0) {
      pair.to.setWeights(pair.from.getWeights());
      for (const [i, weight] of pair.from.weights.entries()) shareQuantized(weight, pair.to.weights[i]);
    }
  }
  holdFrozenNorms(copy);
  const metadata = model.getUserDefinedMetadata() as object | null | undefined;
  if (metadata) copy.setUserDefinedMetadata(metadata);
  return copy;
}

function rewriteConfig(model: Model, replace: (layer: Layer) => LayerRecord | undefined): Config {
  const config = model.getConfig() as unknown as Config;
  model.layers.forEach((layer, i) => {
    const entry = config.layers[i];
    if (isModel(layer)) entry.config = rewriteConfig(layer, replace);
    else Object.assign(entry, replace(layer) ?? { config: configOf(layer) });
  });
  return config;
}

/** Pairs the layers of two models of the same graph, in the order of the first. */
function pairs(from: Model, to: Model): LayerPair[] {
  return from.layers.flatMap((layer, i) => {
    const other = to.layers.find(({ name }) => name === layer.name) ?? to.layers[i];
    return isModel(layer) ? pairs(layer, other as Model) : [{ from: layer, to: other }];
  });
}

function checkRewritable(where: string, model: Model): void {
  const owners = new Map<Layer, string>();
  const visit = (container: Model): void => {
    for (const layer of container.layers) {
      if (!layer.built && !isModel(layer)) throw unbuiltModel(where, layer.name);
      const owner = owners.get(layer);
      if (owner !== undefined) throw sharedBetweenModels(where, layer.name, [owner, container.name]);
      owners.set(layer, container.name);
      if (isModel(layer)) visit(layer);
    }
  };
  visit(model);
}

function fromConfig(where: string, make: () => Model): Model {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const unknown = /^Unknown layer: (\w+)/.exec((error as Error).message)?.[1];
    if (unknown === undefined) throw error;
    throw unknown in layerClasses(where) ? otherTensorFlow(where) : unregisteredLayer(where, unknown);
  }
}
