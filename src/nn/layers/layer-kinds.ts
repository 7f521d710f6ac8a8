import type * as TensorFlow from "@tensorflow/tfjs";
import { product } from "../surgery/structure";

type Layer = TensorFlow.layers.Layer;

/** What a layer does to the units, or channels, that come in along the last axis. */
export type LayerKind =
  | "product" // each unit that goes out is a weighted sum of those that come in
  | "depthwise" // each unit goes out as one or more, filtered
  | "norm" // each unit is scaled and shifted
  | "pointwise" // a function of each number
  | "pool" // what is constant stays so
  | "flatten" // each unit goes out once for each place
  | "concatenate"
  | "add" // the units of all inputs, each to each
  | "lookup" // units of its own, as many as it is told
  | "opaque"; // anything

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
  Flatten: "flatten",
  Concatenate: "concatenate",
  Add: "add",
  Embedding: "lookup",
};

/** Activations of each number by itself. */
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

/** The kind of a layer, `"opaque"` where its last axis is not that of its units. */
export function kindOf(layer: Layer): LayerKind {
  const kind = KINDS[layer.getClassName()] ?? "opaque";
  const { dataFormat, axis, activation } = layer.getConfig();
  if (kind === "add" && !sameWidths(layer.input as TensorFlow.SymbolicTensor[])) return "opaque";
  if (dataFormat === "channelsFirst") return "opaque";
  if (kind === "pointwise" && activation !== undefined && !POINTWISE.has(activation as string))
    return "opaque";
  if (axis !== undefined && axis !== -1 && axis !== (layer.outputShape as number[]).length - 1)
    return "opaque";
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

/** Whether zeros are put around what a layer reads, so that what is constant within is not so at the border. */
export function padsWithZeros(layer: Layer): boolean {
  const { padding, kernelSize } = layer.getConfig();
  return (padding === "same" || padding === "causal") && product(kernelSize as number[]) > 1;
}

/** The values of a layer's weight of this name, or undefined where it has none. */
export function valuesOf(layer: Layer, name: string): Float32Array | undefined {
  const weight = layer.weights.find(({ originalName }) => originalName.split("/").pop() === name);
  return weight?.read().dataSync() as Float32Array | undefined;
}
