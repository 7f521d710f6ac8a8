/** Classes of layers by what they do to units, the channels along the last axis. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { product } from "../layers/factorization";
import { hasLastAxis } from "../layers/model-layers";

type Layer = TensorFlow.layers.Layer;

/** The effect of a layer on the units, the channels along the last axis of its input. */
export type LayerKind =
  | "product" // each output unit is a weighted sum of input units
  | "depthwise" // each input unit is filtered to one or more output units
  | "norm" // each unit is scaled and shifted
  | "pointwise" // a function of each number
  | "pool" // constant units stay constant
  | "pad" // zeros are put around each unit
  | "flatten" // each unit is repeated once for each position
  | "concatenate"
  | "add" // the units of all inputs, each to each
  | "lookup" // the units are those of an embedding table
  | "opaque"; // unknown

const KINDS: Readonly<Record<string, LayerKind>> = {
  Dense: "product",
  Conv1D: "product",
  Conv2D: "product",
  Conv3D: "product",
  DepthwiseConv2D: "depthwise",
  BatchNormalization: "norm",
  Activation: "pointwise",
  ReLU: "pointwise",
  LeakyReLU: "pointwise",
  ELU: "pointwise",
  ThresholdedReLU: "pointwise",
  Dropout: "pool",
  SpatialDropout1D: "pool",
  GaussianNoise: "pool",
  GaussianDropout: "pool",
  AlphaDropout: "pool",
  MaxPooling1D: "pool",
  MaxPooling2D: "pool",
  MaxPooling3D: "pool",
  AveragePooling1D: "pool",
  AveragePooling2D: "pool",
  AveragePooling3D: "pool",
  GlobalMaxPooling1D: "pool",
  GlobalMaxPooling2D: "pool",
  GlobalAveragePooling1D: "pool",
  GlobalAveragePooling2D: "pool",
  UpSampling2D: "pool",
  Cropping2D: "pool",
  ZeroPadding2D: "pad",
  Flatten: "flatten",
  Concatenate: "concatenate",
  Add: "add",
  Embedding: "lookup",
};

/** Activations that apply to each number separately. */
const POINTWISE = new Set([
  "elu",
  "gelu",
  "gelu_new",
  "hardSigmoid",
  "linear",
  "mish",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softplus",
  "softsign",
  "swish",
  "tanh",
]);

/** Returns the kind of a layer; `"opaque"` where its last axis is not that of its units. */
export function layerKind(layer: Layer): LayerKind {
  const kind = KINDS[layer.getClassName()] ?? "opaque";
  const { dataFormat, axis, activation } = layer.getConfig();
  if (kind === "add" && !sameWidths(layer.input as TensorFlow.SymbolicTensor[])) return "opaque";
  if (dataFormat === "channelsFirst") return "opaque";
  if (kind === "pointwise" && activation !== undefined && !POINTWISE.has(activation as string))
    return "opaque";
  if (axis !== undefined && !hasLastAxis(layer)) return "opaque";
  return kind;
}

function sameWidths(inputs: readonly TensorFlow.SymbolicTensor[]): boolean {
  return inputs.every(({ shape }) => shape.at(-1) === inputs[0].shape.at(-1));
}

/** Whether the activation of a layer is a function of each number by itself. */
export function isPointwise(layer: Layer): boolean {
  const { activation } = layer.getConfig();
  return activation === undefined || activation === null || POINTWISE.has(activation as string);
}

/** Returns whether a layer has no activation. */
export function isLinear(layer: Layer): boolean {
  const { activation } = layer.getConfig();
  return activation === "linear" || activation === undefined || activation === null;
}

/** Returns whether a layer pads its input with zeros, so that a constant unit varies at the border. */
export function padsWithZeros(layer: Layer): boolean {
  const { padding, kernelSize } = layer.getConfig();
  return (padding === "same" || padding === "causal") && product(kernelSize as number[]) > 1;
}
