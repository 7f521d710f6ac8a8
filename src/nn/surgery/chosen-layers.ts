import type * as TensorFlow from "@tensorflow/tfjs";
import { mustBe } from "../../errors";
import { isFactorized, isSubstituted, layersOf } from "../layers/layer-classes";
import { alreadyFactorized, noLayerToFactorize, noSuchLayer, notFactorizable } from "../network-errors";
import { isModel } from "./rewritten-model";
import { LAYOUTS, type Structure } from "./structure";

type Layer = TensorFlow.layers.Layer;
type Model = TensorFlow.LayersModel;

const NORM = "BatchNormalization";

/**
 * The layers that are to be factorized: those that are named, or those that a structure stands for.
 *
 * @throws InputError where a name is not of the model, a layer is not known or factorized already, or there is none.
 */
export function chosenLayers(
  where: string,
  model: Model,
  structure: Structure,
  names: readonly string[] | undefined,
): Set<Layer> {
  const all = layersOf(model);
  if (names !== undefined) return namedLayers(where, all, names);
  for (const layer of all) if (isSubstituted(layer)) throw alreadyFactorized(where, layer.name);
  if (typeof structure === "object") {
    throw mustBe(where, "layers", "names of layers, as groups and heads are of some only", undefined);
  }
  const chosen = all.filter((layer) => byDefault(model, layer, structure));
  if (chosen.length === 0) throw noLayerToFactorize(where, structure);
  return new Set(chosen);
}

function namedLayers(where: string, all: readonly Layer[], names: readonly string[]): Set<Layer> {
  if (!Array.isArray(names) || names.length === 0) {
    throw mustBe(where, "layers", "an array of at least one name", names);
  }
  const chosen = new Set<Layer>();
  for (const name of names) {
    const layers = all.filter((layer) => layer.name === name);
    if (layers.length === 0) {
      throw noSuchLayer(
        where,
        name,
        all.filter((layer) => layer.getClassName() in LAYOUTS).map((layer) => layer.name),
      );
    }
    for (const layer of layers) {
      if (isFactorized(layer) || isSubstituted(layer)) throw alreadyFactorized(where, name);
      if (!(layer.getClassName() in LAYOUTS))
        throw notFactorizable(where, name, layer.getClassName(), Object.keys(LAYOUTS));
      chosen.add(layer);
    }
  }
  return chosen;
}

function byDefault(model: Model, layer: Layer, structure: string): boolean {
  const className = layer.getClassName();
  if (!(className in LAYOUTS) || className === NORM) return false;
  if (structure === "weight") return true;
  if (structure === "input") return readsInputs(model, layer);
  const dense = className === "Dense" || className === "Embedding";
  return dense === (structure === "neuron") && !makesOutputs(model, layer);
}

/** A model in a model, and what TensorFlow.js's declarations keep to themselves of it. */
interface Container extends Model {
  readonly inputLayers: Layer[];
  readonly outputLayers: Layer[];
}

/** The layers at which a model begins and ends, those of nested models included, each with the model that it is of. */
function endsOf(model: Model): { first: Map<Layer, Layer>; last: Map<Layer, Layer> } {
  const first = new Map<Layer, Layer>();
  const last = new Map<Layer, Layer>();
  const visit = (container: Container): void => {
    for (const layer of container.inputLayers) first.set(layer, container);
    for (const layer of container.outputLayers) last.set(layer, container);
    for (const layer of container.layers) if (isModel(layer)) visit(layer as Container);
  };
  visit(model as Container);
  return { first, last };
}

/** Whether a model's input comes to a layer past no other layer that is known. */
function readsInputs(model: Model, layer: Layer): boolean {
  const { first } = endsOf(model);
  const seen = new Set<Layer>();
  const reaches = (from: Layer): boolean =>
    from.inboundNodes.some(({ inboundLayers }) =>
      inboundLayers.some((source) => {
        if (seen.has(source)) return false;
        seen.add(source);
        const container = first.get(source);
        if (container) return container === model || reaches(container);
        return !(source.getClassName() in LAYOUTS) && !isModel(source) && reaches(source);
      }),
    );
  return reaches(layer);
}

/** Whether what a layer gives comes to a model's output past no other layer that is known: its units stand for something. */
function makesOutputs(model: Model, layer: Layer): boolean {
  const { last } = endsOf(model);
  const reaches = (from: Layer): boolean => {
    const container = last.get(from);
    if (container && (container === model || reaches(container))) return true;
    return from.outboundNodes.some(({ outboundLayer: next }) => {
      const className = next.getClassName();
      return (!(className in LAYOUTS) || className === NORM) && !isModel(next) && reaches(next);
    });
  };
  return reaches(layer);
}
