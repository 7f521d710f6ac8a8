/** Questions about the layers of a model: which there are, which are factorized, and whether it is a model at all. */
import type * as TensorFlow from "@tensorflow/tfjs";
import { factorizedWithin, notAModel, notFiniteWeights } from "../network-errors";
import type { FactorizedLayer } from "./factorized-layer";
import type { SubstitutedLayer } from "./substituted-layer";

type Layer = TensorFlow.layers.Layer;
type Model = TensorFlow.LayersModel;

/** Returns whether a layer is factorized. */
export function isFactorized(layer: Layer): layer is FactorizedLayer {
  return "factorization" in layer;
}

/** Returns whether a layer substitutes one of its weights. */
export function isSubstituted(layer: Layer): layer is SubstitutedLayer {
  return "plainRecord" in layer;
}

/** Returns the layers of a model, each once; layers of nested models take the place of these. */
export function layersOf(model: TensorFlow.LayersModel): Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    const { layers } = layer as Partial<TensorFlow.LayersModel>;
    if (Array.isArray(layers)) layers.forEach(visit);
    else found.add(layer);
  };
  visit(model);
  return [...found];
}

/** The factorized layers of a model, those of nested models included. */
export function factorizedLayers(model: TensorFlow.LayersModel): FactorizedLayer[] {
  return layersOf(model).filter(isFactorized);
}

/** Whether a layer is a model itself. */
export function isModel(layer: object): layer is Model {
  return Array.isArray((layer as Partial<Model>).layers);
}

/** One application of a layer; TensorFlow.js's declarations do not say that these are lists. */
export interface Application {
  readonly inboundLayers: readonly Layer[];
  readonly inputShapes: readonly TensorFlow.Shape[];
  readonly outputShapes: readonly TensorFlow.Shape[];
}

/** Returns the applications of a layer in the graph of a model, without those in other models that have the layer too. */
export function applicationsIn(model: Model, layer: Layer): Application[] {
  const { containerNodes } = model as unknown as { containerNodes: Set<string> };
  const nodes = layer.inboundNodes as unknown as readonly Application[];
  return nodes.filter((_, i) => containerNodes.has(`${layer.name}_ib-${i}`));
}

/**
 * Returns the layers that the graph of a model consists of, in order. A model that begins a sequential one is not among them: in
 * its place are its own layers, which TensorFlow.js makes part of the graph.
 */
export function graphLayers(model: Model): Layer[] {
  const within = (layer: Layer): Layer[] =>
    isModel(layer) && applicationsIn(model, layer).length === 0 ? layer.layers.flatMap(within) : [layer];
  return model.layers.flatMap(within);
}

/**
 * Returns the applications of each layer of a model in one call of it, those in nested models as often as these are applied.
 * TensorFlow.js counts the losses of a layer once for each.
 */
export function applicationsOf(model: Model): Map<Layer, Application[]> {
  const found = new Map<Layer, Application[]>();
  const visit = (container: Model, times: number): void => {
    for (const layer of graphLayers(container)) {
      const nodes = applicationsIn(container, layer);
      if (isModel(layer)) visit(layer, times * nodes.length);
      else found.set(layer, [...(found.get(layer) ?? []), ...Array(times).fill(nodes).flat()]);
    }
  };
  visit(model, 1);
  return found;
}

/** @throws InputError where a weight is not finite, as after a training that diverged. */
export function checkFiniteWeights(where: string, model: Model): void {
  for (const layer of layersOf(model)) {
    for (const weight of layer.weights) {
      const wrong = weight
        .read()
        .dataSync()
        .find((value) => !Number.isFinite(value));
      if (wrong !== undefined) throw notFiniteWeights(where, layer.name, wrong);
    }
  }
}

/** Builds the graphs of sequential models, which TensorFlow.js otherwise builds on first use. */
function buildGraph(model: Model): void {
  if (!model.built) model.build(undefined as never);
  for (const layer of model.layers) if (isModel(layer)) buildGraph(layer);
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

/** Returns whether a layer has no axis or the last one of its output; models converted from Keras have a list of one axis. */
export function hasLastAxis(layer: Layer): boolean {
  const { axis = -1 } = layer.getConfig();
  const last = (layer.outputShape as readonly (number | null)[]).length - 1;
  const axes = [axis].flat();
  return axes.length === 1 && (axes[0] === -1 || axes[0] === last);
}

/** Returns the values of a layer's weight of this name, or undefined where it has none. */
export function weightValues(layer: Layer, name: string): Float32Array | undefined {
  const weight = layer.weights.find(({ originalName }) => originalName.split("/").pop() === name);
  return weight?.read().dataSync() as Float32Array | undefined;
}
