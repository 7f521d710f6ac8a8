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
