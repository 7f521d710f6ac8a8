/** Frozen layers, which training leaves as they are: which these are, and their batch norms in training. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { isModel, isSubstituted } from "./model-layers";

type Layer = TensorFlow.layers.Layer;
type Model = TensorFlow.LayersModel;

/** Members that the declarations of TensorFlow.js omit. */
interface UndeclaredMembers {
  readonly _trainableWeights: readonly (TensorFlow.LayerVariable & { trainable: boolean })[];
  /** The weights of a model that `compile` found to be trained. */
  readonly collectedTrainableWeights?: readonly TensorFlow.LayerVariable[];
  /** The model that is compiled in place of a sequential one. */
  readonly model?: UndeclaredMembers;
}

/** Returns whether `trainable` was set to false of a layer itself, or of a model that it was in: this sets it of the weights alone. */
function isFrozenItself(layer: Layer): boolean {
  const { _trainableWeights: own } = layer as unknown as UndeclaredMembers;
  return !layer.trainable || (own.length > 0 && own.every(({ trainable }) => !trainable));
}

/** Calls back for each layer of a model, those of nested models included, with the models that it is within. */
function visitLayers(
  model: Model,
  visit: (layer: Layer, within: readonly Model[]) => void,
  above: readonly Model[] = [],
): void {
  const within = [...above, model];
  for (const layer of model.layers) {
    if (isModel(layer)) visitLayers(layer, visit, within);
    else visit(layer, within);
  }
}

/** Returns the layers of a model that training leaves as they are: `trainable` is false of them or of a model that they are in. */
export function frozenLayers(model: Model): Set<Layer> {
  const found = new Set<Layer>();
  visitLayers(model, (layer, within) => {
    if (isFrozenItself(layer) || within.some(({ trainable }) => !trainable)) found.add(layer);
  });
  return found;
}

/** Returns a frozen layer that training would change all the same; undefined where there is none. */
export function trainedFrozenLayer(model: Model): Layer | undefined {
  const members = model as unknown as UndeclaredMembers;
  const trained = new Set((members.model ?? members).collectedTrainableWeights);
  return [...frozenLayers(model)].find(({ weights }) => weights.some((weight) => trained.has(weight)));
}

/**
 * Lets the batch norms of a model that are frozen when they are called use their moving moments in training too, and leave
 * these as they are. TensorFlow.js would normalize by the moments of the batch, and Keras does as this does.
 *
 * @returns a function that undoes it.
 */
export function holdFrozenNorms(model: Model): () => void {
  const undo: (() => void)[] = [];
  visitLayers(model, (layer, within) => {
    const norm = isSubstituted(layer) ? layer.inner : layer;
    if (norm.getClassName() !== "BatchNormalization") return;
    const isFrozen = (): boolean => isFrozenItself(layer) || within.some(({ trainable }) => !trainable);
    const isOwn = Object.hasOwn(norm, "call");
    const { call } = norm;
    norm.call = (inputs, kwargs) =>
      call.call(norm, inputs, isFrozen() ? { ...kwargs, training: false } : kwargs);
    undo.push(() => {
      if (isOwn) norm.call = call;
      else delete (norm as Partial<Layer>).call; // The layer has its class's method again.
    });
  });
  return () => {
    for (const restore of undo) restore();
  };
}
