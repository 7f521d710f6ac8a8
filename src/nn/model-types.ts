/**
 * TensorFlow.js's types, by name only: where it is not installed they are `any`, and the declarations of this library
 * are read all the same.
 */

/**
 * A layer.
 * @ts-ignore */
export type Layer = import("@tensorflow/tfjs").layers.Layer;

/**
 * A model of layers, sequential or functional.
 * @ts-ignore */
export type LayersModel = import("@tensorflow/tfjs").LayersModel;

/**
 * A number as a tensor.
 * @ts-ignore */
export type Scalar = import("@tensorflow/tfjs").Scalar;

/** A tensor of TensorFlow.js. */
export type Tensor = ReturnType<LayersModel["getWeights"]>[number];

/** An optimizer of TensorFlow.js. */
export type Optimizer = LayersModel["optimizer"];

/** A tensor by its name, such as the gradient of a variable. */
export interface NamedTensor {
  name: string;
  tensor: Tensor;
}

/** The metrics of a batch or an epoch that `fit` passes to callbacks, by name, such as `loss` and `acc`. */
export type TrainingLogs = Readonly<Record<string, number>>;

/** Inputs and targets of a gradient step. */
export type Batch = readonly [x: Tensor, y: Tensor];

/** The numbers of a tensor, as `fileDataset` gives them. */
export interface TensorNumbers {
  /** Row-major. */
  readonly values: Float32Array;
  /** Length of each axis; `values` has as many entries as their product. */
  readonly shape: number[];
}

/** A batch of tensors, or of the numbers of tensors that are made for its step. */
export type GivenBatch = readonly [x: Tensor | TensorNumbers, y: Tensor | TensorNumbers];

/** Returns the batches of an epoch, counted from 1: those of a file, for example, which is read anew. */
export type BatchesOfEpoch = (epoch: number) => Iterable<GivenBatch> | AsyncIterable<GivenBatch>;
