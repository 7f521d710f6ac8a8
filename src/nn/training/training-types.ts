import type { LayersModel } from "../model-types";

/** A tensor of TensorFlow.js. */
export type Tensor = ReturnType<LayersModel["getWeights"]>[number];

/** An optimizer of TensorFlow.js. */
export type Optimizer = LayersModel["optimizer"];

/** A tensor by its name, such as the gradient of a variable. */
export interface NamedTensor {
  name: string;
  tensor: Tensor;
}

/** What a callback of `fit` hears of a batch or an epoch: numbers by name, such as `loss` and `acc`. */
export type TrainingLogs = Readonly<Record<string, number>>;
