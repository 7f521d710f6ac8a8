/** The state of a training at a moment: the weights of the model, and everything that its optimizer remembers. */

import type * as TensorFlow from "@tensorflow/tfjs";
import type { NamedTensor } from "../model-types";
import { noOptimizerState } from "../network-errors";

/** The weights of a model and the state of its optimizer at a moment. */
export interface Snapshot {
  restore(): Promise<void>;
  dispose(): void;
}

/** Takes a snapshot, which shares its memory with the model until the next step. */
export async function snapshot(
  where: string,
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
): Promise<Snapshot> {
  const state = await optimizerState(where, tf, model.optimizer);
  const weights = model.getWeights().map((weight) => weight.clone());
  return {
    async restore() {
      model.setWeights(weights);
      await restoreOptimizer(model.optimizer, state);
    },
    dispose() {
      tf.dispose(weights);
      tf.dispose(state.map(({ tensor }) => tensor));
    },
  };
}

/** A variable of an optimizer for each weight, as TensorFlow.js keeps it. */
interface Slot {
  readonly originalName: string;
  readonly variable: TensorFlow.Variable;
}

/** State of a class of optimizers that TensorFlow.js does not save: it recomputes Adam's to other bits, and refuses Adamax. */
interface UnsavedState {
  /** Properties with one variable each. */
  readonly scalars: readonly string[];
  /** Properties with a list of slots. */
  readonly slots: readonly string[];
}

const UNSAVED: Readonly<Record<string, UnsavedState>> = {
  Adam: { scalars: ["accBeta1", "accBeta2"], slots: [] },
  Adamax: {
    scalars: ["accBeta1", "iteration"],
    slots: ["accumulatedFirstMoment", "accumulatedWeightedInfNorm"],
  },
};

/**
 * Copies the whole state of an optimizer, first the number of its steps; the caller disposes of the copies.
 *
 * @throws InputError where the optimizer is of a class that does not say its state.
 */
export async function optimizerState(
  where: string,
  tf: typeof TensorFlow,
  optimizer: TensorFlow.Optimizer,
): Promise<NamedTensor[]> {
  const { scalars, slots } = unsavedState(optimizer);
  const properties = optimizer as unknown as Record<string, unknown>;
  const state =
    slots.length > 0
      ? [{ name: "iter", tensor: tf.scalar(optimizer.iterations, "int32") }]
      : await savedState(where, optimizer);
  const copies = state.map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
  state[0]?.tensor.dispose(); // made for this call; the others are the optimizer's own
  for (const property of slots) {
    for (const { originalName, variable } of properties[property] as readonly Slot[]) {
      copies.push({ name: originalName, tensor: variable.clone() });
    }
  }
  for (const name of scalars)
    copies.push({ name, tensor: (properties[name] as TensorFlow.Variable).clone() });
  return copies;
}

/** Sets an optimizer to a state that {@link optimizerState} returned; one of an older version may lack the scalars of Adam. */
export async function restoreOptimizer(
  optimizer: TensorFlow.Optimizer,
  state: readonly NamedTensor[],
): Promise<void> {
  const { scalars, slots } = unsavedState(optimizer);
  const saved = state.filter(({ name }) => !scalars.includes(name));
  const properties = optimizer as unknown as Record<string, unknown>;
  if (slots.length === 0) await optimizer.setWeights(saved);
  else {
    properties.iterations_ = saved[0].tensor.dataSync()[0];
    const count = (saved.length - 1) / slots.length;
    for (const [i, property] of slots.entries()) {
      for (const { variable } of properties[property] as readonly Slot[]) variable.dispose();
      properties[property] = saved
        .slice(1 + i * count, 1 + (i + 1) * count)
        .map(({ name, tensor }): Slot => ({ originalName: name, variable: tensor.variable(false) }));
    }
  }
  for (const { name, tensor } of state) {
    if (scalars.includes(name)) (properties[name] as TensorFlow.Variable).assign(tensor);
  }
}

function unsavedState(optimizer: TensorFlow.Optimizer): UnsavedState {
  return UNSAVED[optimizer.getClassName()] ?? { scalars: [], slots: [] };
}

async function savedState(where: string, optimizer: TensorFlow.Optimizer): Promise<NamedTensor[]> {
  try {
    return await optimizer.getWeights();
  } catch (error) {
    if (!/not implemented/.test((error as Error).message)) throw error;
    throw noOptimizerState(where, optimizer.getClassName());
  }
}
