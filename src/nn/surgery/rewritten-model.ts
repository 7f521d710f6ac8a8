import type * as TensorFlow from "@tensorflow/tfjs";
import { InputError } from "../../errors";
import { isSubstituted, layerClasses, layersOf } from "../layers/layer-classes";
import type { LayerRecord } from "../layers/substituted-layer";
import {
  factorizedWithin,
  notAModel,
  otherTensorFlow,
  sharedBetweenModels,
  unbuiltModel,
  unregisteredLayer,
} from "../network-errors";

type Layer = TensorFlow.layers.Layer;
type Model = TensorFlow.LayersModel;
type Config = { layers: { className: string; config: object }[] };

/** A layer of one model and the layer in its place in another. */
export interface LayerPair {
  readonly from: Layer;
  readonly to: Layer;
}

/** Whether a layer is a model itself. */
export function isModel(layer: object): layer is Model {
  return Array.isArray((layer as Partial<Model>).layers);
}

/** @throws InputError unless `model` is a model of layers, none factorized within a wrapper such as TimeDistributed. */
export function checkModel(where: string, model: unknown): void {
  if (!isModel(Object(model))) throw notAModel(where, model);
  buildGraph(model as Model);
  for (const layer of layersOf(model as Model)) {
    const { layer: wrapped } = layer as { layer?: Layer };
    if (wrapped && isSubstituted(wrapped)) throw factorizedWithin(where, layer.name);
  }
}

/** Sequential models make their graph when it is first asked for. */
function buildGraph(model: Model): void {
  if (!model.built) model.build(undefined as never);
  for (const layer of model.layers) if (isModel(layer)) buildGraph(layer);
}

/**
 * A copy of a model with other layers in the place of some, nested models included.
 *
 * The copy has the same graph and names and variables of its own; layers that stay keep the values of their weights.
 *
 * @param replace what stands in the place of a layer, or undefined where it stays.
 * @param transfer gives a replaced layer its weights.
 * @throws InputError where the model is not built, a class is not registered, TensorFlow.js is another copy, or models share a layer.
 */
export function rewrittenModel(
  where: string,
  model: Model,
  replace: (layer: Layer) => LayerRecord | undefined,
  transfer: (pair: LayerPair) => void,
): Model {
  checkRewritable(where, model);
  const cls = model.constructor as unknown as {
    fromConfig(cls: unknown, config: unknown, customObjects: object, fastWeightInit: boolean): Model;
  };
  const replaced = new Set<Layer>();
  const config = rewrittenConfig(model, (layer) => {
    const record = replace(layer);
    if (record) replaced.add(layer);
    return record;
  });
  const copy = fromConfig(where, () => cls.fromConfig(cls, config, {}, true));
  for (const pair of pairs(model, copy)) {
    if (replaced.has(pair.from)) transfer(pair);
    else if (pair.from.weights.length > 0) pair.to.setWeights(pair.from.getWeights());
  }
  return copy;
}

function rewrittenConfig(model: Model, replace: (layer: Layer) => LayerRecord | undefined): Config {
  const config = model.getConfig() as unknown as Config;
  model.layers.forEach((layer, i) => {
    const entry = config.layers[i];
    if (isModel(layer)) entry.config = rewrittenConfig(layer, replace);
    else Object.assign(entry, replace(layer));
  });
  return config;
}

/** The layers of two models of the same graph, in the order of the first. */
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
