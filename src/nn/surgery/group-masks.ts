/** Masks that hold groups of a model's weights at zero while the others are trained. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { groupingOf, groupNumbers, LAYOUTS, type Structure } from "../layers/factorization";
import { checkUnconstrained } from "../layers/factorized-layer";
import { layerClasses } from "../layers/layer-classes";
import { isSubstituted, layersOf } from "../layers/model-layers";
import { type FrozenZerosLayer, frozenZerosRecord } from "../layers/substituted-layer";
import { alreadyFactorized } from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { largestGroups } from "./largest-groups";
import { rewriteModel } from "./rewrite-model";
import { layersToSparsify } from "./sparsify";

/**
 * Returns a copy of a model in which weights of some layers have masks, of ones as yet.
 *
 * @param names of these layers; by default those that `sparsify` would choose.
 * @throws InputError where a layer of the model is not plain, or a chosen one is not known, frozen or has a constraint.
 */
export function maskedCopy(
  where: string,
  model: TensorFlow.LayersModel,
  structure: Structure,
  names: readonly string[] | undefined,
): { copy: TensorFlow.LayersModel; masks: GroupMasks } {
  layerClasses(where);
  for (const layer of layersOf(model)) if (isSubstituted(layer)) throw alreadyFactorized(where, layer.name);
  const chosen = layersToSparsify(where, model, structure, names);
  const weightOf = (layer: TensorFlow.layers.Layer): string => LAYOUTS[layer.getClassName()].weight;
  for (const layer of chosen) checkUnconstrained(where, layer, weightOf(layer));
  const masked: MaskedLayer[] = [];
  const copy = rewriteModel(
    where,
    model,
    (layer) => (chosen.has(layer) ? frozenZerosRecord(layer, [weightOf(layer)]) : undefined),
    ({ from, to }) => {
      const layer = to as FrozenZerosLayer;
      layer.inner.setWeights(from.getWeights());
      const shape = layer.variables[0].shape as number[];
      const grouping = groupingOf(where, structure, from.getClassName(), shape);
      masked.push({ layer, nGroups: grouping.nGroups, groups: groupNumbers(grouping, shape) });
    },
  );
  return { copy, masks: new GroupMasks(tensorFlow(where), masked) };
}

/** A layer with a mask, and the group of each entry of the weight that has it. */
interface MaskedLayer {
  readonly layer: FrozenZerosLayer;
  readonly nGroups: number;
  readonly groups: Int32Array;
}

/** The masks of the layers of a model, which hold groups of weights at zero. */
export class GroupMasks {
  readonly nGroups: number;
  readonly #tf: typeof TensorFlow;
  readonly #layers: readonly MaskedLayer[];

  /** Sets all masks to one: TensorFlow.js initializes weights that are set later with zeros. */
  constructor(tf: typeof TensorFlow, layers: readonly MaskedLayer[]) {
    [this.#tf, this.#layers] = [tf, layers];
    this.nGroups = layers.reduce((total, { nGroups }) => total + nGroups, 0);
    for (const masked of layers) this.#write(masked, () => 1);
  }

  /** Masks all groups but the largest, of those that are not masked yet; one of each layer stays at least. */
  keepLargest(share: number): void {
    const count = Math.max(Math.round(share * this.nGroups), this.#layers.length);
    const kept = largestGroups(this.#layers.map(groupNorms), count);
    for (const [l, masked] of this.#layers.entries())
      this.#write(masked, (group) => Number(kept[l].has(group)));
  }

  /** Returns the number of groups that are not zero. */
  nLive(): number {
    return this.#layers.reduce(
      (total, masked) => total + groupNorms(masked).filter((norm) => norm > 0).length,
      0,
    );
  }

  /** Returns the share of the weights that are held at zero. */
  sparsity(): number {
    const masks = this.#layers.map(({ layer }) => layer.masks[0].read().dataSync());
    const zeros = masks.reduce((total, mask) => total + mask.filter((entry) => entry === 0).length, 0);
    return zeros / masks.reduce((total, { length }) => total + length, 0);
  }

  #write({ layer: { masks }, groups }: MaskedLayer, entryOf: (group: number) => number): void {
    const mask = this.#tf.tensor(Float32Array.from(groups, entryOf), masks[0].shape as number[]);
    masks[0].write(mask);
    mask.dispose();
  }
}

/** Returns the Euclidean norm of each group of a weight, and -1 of those that are masked, which are below all others. */
function groupNorms({ layer, groups, nGroups }: MaskedLayer): Float64Array {
  const [values, mask] = [layer.variables[0], layer.masks[0]].map((variable) => variable.read().dataSync());
  const squares = new Float64Array(nGroups).fill(-1);
  groups.forEach((group, i) => {
    if (mask[i] !== 0) squares[group] = Math.max(squares[group], 0) + values[i] ** 2;
  });
  return squares.map((square) => (square < 0 ? square : Math.sqrt(square)));
}
