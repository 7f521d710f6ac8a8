import type * as TensorFlow from "@tensorflow/tfjs";
import type { NamedTensor } from "../model-types";

/** The weights of a model and the state of its optimizer at a moment. */
export interface Snapshot {
  restore(): Promise<void>;
  dispose(): void;
}

/** Takes a snapshot, which shares its memory with the model until the next step. */
export async function snapshot(tf: typeof TensorFlow, model: TensorFlow.LayersModel): Promise<Snapshot> {
  const weights = model.getWeights().map((weight) => weight.clone());
  const state = await optimizerState(model.optimizer);
  return {
    async restore() {
      model.setWeights(weights);
      await model.optimizer.setWeights(state);
    },
    dispose() {
      tf.dispose(weights);
      tf.dispose(state.map(({ tensor }) => tensor));
    },
  };
}

/** Copies the state of an optimizer, first the number of its steps; the caller disposes of the copies. */
export async function optimizerState(optimizer: TensorFlow.Optimizer): Promise<NamedTensor[]> {
  const state = await optimizer.getWeights();
  const copies = state.map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
  state[0].tensor.dispose(); // made by getWeights; the others are the optimizer's own
  return copies;
}
