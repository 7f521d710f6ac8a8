/** The operators of ONNX that compute what layers of TensorFlow.js compute in prediction. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { product } from "../layers/factorization";
import { hasLastAxis, weightValues } from "../layers/model-layers";
import { noOnnxForm } from "../network-errors";
import type { OnnxAttribute, OnnxGraph } from "./onnx-graph";

type Layer = TensorFlow.layers.Layer;

/** A tensor of the graph. ONNX's convolutions have the channels before the spatial axes. */
export interface Value {
  readonly name: string;
  readonly rank: number;
  readonly channelsFirst: boolean;
}

/** Adds the operators of a layer to the graph and returns their output; only layers that merge have more than one input. */
type Translation = (graph: OnnxGraph, layer: Layer, value: Value, ...others: Value[]) => Value;

const where = "toOnnx";

const unchanged: Translation = (_, __, value) => value;
const maxPooled: Translation = (graph, layer, value) => pooled(graph, layer, value, "MaxPool");
const averagePooled: Translation = (graph, layer, value) => pooled(graph, layer, value, "AveragePool");
const largest: Translation = (graph, layer, value) => pooledWhole(graph, layer, value, "GlobalMaxPool");
const mean: Translation = (graph, layer, value) => pooledWhole(graph, layer, value, "GlobalAveragePool");

/** The translations by class of layer. */
export const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  Dense: (graph, layer, given) => {
    const value = channelsLast(graph, given);
    const kernel = graph.constant(`${layer.name}_kernel`, ...weightOf(layer, "kernel"));
    const name = graph.node("MatMul", [value.name, kernel]);
    return activated(graph, layer, withBias(graph, layer, { ...value, name }));
  },
  Conv1D: (graph, layer, value) => convolved(graph, layer, value, ["kernel"]),
  Conv2D: (graph, layer, value) => convolved(graph, layer, value, ["kernel"]),
  DepthwiseConv2D: (graph, layer, value) => convolved(graph, layer, value, ["depthwise_kernel"]),
  SeparableConv2D: (graph, layer, value) =>
    convolved(graph, layer, value, ["depthwise_kernel", "pointwise_kernel"]),
  Conv2DTranspose: (graph, layer, given) => {
    const value = channelsFirst(graph, layer, given);
    const [shape, values] = permuted(...weightOf(layer, "kernel"), [3, 2, 0, 1]);
    const size = shape.slice(2);
    const { strides, auto_pad } = windowOf(layer, value);
    const overlaps = size.map((length, axis) => Math.max(length - strides[axis], 0));
    const cut = auto_pad === "VALID" ? overlaps.map(() => 0) : overlaps;
    const before = cut.map((length) => Math.floor(length / 2));
    const name = graph.node(
      "ConvTranspose",
      [value.name, graph.constant(`${layer.name}_kernel`, shape, values)],
      {
        strides,
        kernel_shape: size,
        pads: [...before, ...cut.map((length, axis) => length - before[axis])],
        output_padding: size.map((length, axis) => Math.max(strides[axis] - length, 0)),
      },
    );
    return activated(graph, layer, withBias(graph, layer, { ...value, name }));
  },
  MaxPooling1D: maxPooled,
  MaxPooling2D: maxPooled,
  AveragePooling1D: averagePooled,
  AveragePooling2D: averagePooled,
  GlobalMaxPooling1D: largest,
  GlobalMaxPooling2D: largest,
  GlobalAveragePooling1D: mean,
  GlobalAveragePooling2D: mean,
  ZeroPadding2D: (graph, layer, value) => {
    checkChannelsLast(layer);
    const pairs = layer.getConfig().padding as [number, number][];
    const both = value.channelsFirst ? [[0, 0], [0, 0], ...pairs] : [[0, 0], ...pairs, [0, 0]];
    const counts = [0, 1].flatMap((end) => both.map((pair) => BigInt(pair[end])));
    const pads = graph.constant(`${layer.name}_pads`, [counts.length], BigInt64Array.from(counts));
    return { ...value, name: graph.node("Pad", [value.name, pads]) };
  },
  Flatten: (graph, _, value) => {
    const name = graph.node("Flatten", [channelsLast(graph, value).name], { axis: 1 });
    return { name, rank: 2, channelsFirst: false };
  },
  Add: (graph, layer, ...given) => {
    const [first, ...others] = arrangedAlike(graph, given);
    if (others.some(({ rank }) => rank !== first.rank))
      throw noOnnxForm(where, layer.name, "Add of tensors of several ranks", ["Add of tensors of one rank"]);
    return { ...first, name: others.reduce((sum, { name }) => graph.node("Add", [sum, name]), first.name) };
  },
  Concatenate: (graph, layer, ...given) => {
    const values = arrangedAlike(graph, given);
    const { rank, channelsFirst } = values[0];
    const { axis } = layer.getConfig() as { axis: number };
    // TensorFlow.js joins along the last axis at every negative one, though it says another shape.
    if (axis < -1)
      throw noOnnxForm(where, layer.name, `Concatenate of axis ${axis}`, [
        "axis -1",
        "an axis counted from 0",
      ]);
    const order = channelsFirst ? [0, ...spatialAxes(rank).map((k) => k + 1), 1] : undefined;
    const name = graph.node(
      "Concat",
      values.map((value) => value.name),
      { axis: order ? order.at(axis)! : axis },
    );
    return { ...values[0], name };
  },
  BatchNormalization: (graph, layer, value) => {
    checkLastAxis(layer);
    const { epsilon } = layer.getConfig() as { epsilon: number };
    const variance = weightValues(layer, "moving_variance")!;
    const [gamma, beta, mean] = ["gamma", "beta", "moving_mean"].map((name) => weightValues(layer, name));
    const scale = variance.map((v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + epsilon));
    const shift = scale.map((s, c) => (beta?.[c] ?? 0) - mean![c] * s);
    const shape = perChannel(value, scale.length);
    const scaled = graph.node("Mul", [value.name, graph.constant(`${layer.name}_scale`, shape, scale)]);
    return {
      ...value,
      name: graph.node("Add", [scaled, graph.constant(`${layer.name}_shift`, shape, shift)]),
    };
  },
  LayerNormalization: (graph, layer, given) => {
    checkLastAxis(layer);
    const value = channelsLast(graph, given);
    const { epsilon } = layer.getConfig() as { epsilon: number };
    const [gamma, beta] = ["gamma", "beta"].map((name) => weightValues(layer, name));
    const width = (layer.outputShape as number[]).at(-1)!;
    const constants = [gamma ?? new Float32Array(width).fill(1), ...(beta ? [beta] : [])].map((values, i) =>
      graph.constant(`${layer.name}_${["gamma", "beta"][i]}`, [width], values),
    );
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    return { ...value, name: graph.node("LayerNormalization", [value.name, ...constants], attributes) };
  },
  Activation: (graph, layer, value) => activated(graph, layer, value),
  ReLU: (graph, layer, value) => {
    const { maxValue } = layer.getConfig();
    return applied(
      graph,
      layer,
      value,
      maxValue === 6 ? "relu6" : maxValue == null ? "relu" : `relu up to ${maxValue}`,
    );
  },
  Softmax: (graph, layer, value) => {
    const { axis = -1 } = layer.getConfig();
    return applied(graph, layer, value, hasLastAxis(layer) ? "softmax" : `softmax of axis ${axis}`);
  },
  Dropout: unchanged,
  SpatialDropout1D: unchanged,
  GaussianNoise: unchanged,
  GaussianDropout: unchanged,
  AlphaDropout: unchanged,
};

/** The operators of activations; their default attributes are those of TensorFlow.js. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: "Relu",
  relu6: "Clip",
  elu: "Elu",
  selu: "Selu",
  sigmoid: "Sigmoid",
  hardSigmoid: "HardSigmoid",
  tanh: "Tanh",
  softplus: "Softplus",
  softsign: "Softsign",
  softmax: "Softmax",
};

function activated(graph: OnnxGraph, layer: Layer, value: Value): Value {
  return applied(graph, layer, value, (layer.getConfig().activation as string | null) ?? "linear");
}

function applied(graph: OnnxGraph, layer: Layer, value: Value, activation: string): Value {
  if (activation === "linear") return value;
  const operator = ACTIVATIONS[activation];
  if (!operator) throw noOnnxForm(where, layer.name, `activation ${activation}`, Object.keys(ACTIVATIONS));
  const limits =
    activation === "relu6" ? [0, 6].map((limit) => graph.constant("limit", [], Float32Array.of(limit))) : [];
  const axis = value.channelsFirst ? 1 : -1;
  const name = graph.node(operator, [value.name, ...limits], operator === "Softmax" ? { axis } : {});
  return { ...value, name };
}

/** Convolves with one kernel after the other; strides and padding are those of the first. */
function convolved(graph: OnnxGraph, layer: Layer, given: Value, weights: readonly string[]): Value {
  let value = channelsFirst(graph, layer, given);
  const { dilationRate } = layer.getConfig();
  const attributes: Record<string, OnnxAttribute> = {
    ...windowOf(layer, value),
    dilations: perAxis(value, dilationRate ?? 1),
  };
  for (const [i, weight] of weights.entries()) {
    const { shape, values, group } = onnxKernel(layer, weight);
    const kernel = graph.constant(`${layer.name}_${weight}`, shape, values);
    const own = { kernel_shape: shape.slice(2), group };
    const name = graph.node("Conv", [value.name, kernel], i === 0 ? { ...attributes, ...own } : own);
    value = { ...value, name };
  }
  return activated(graph, layer, withBias(graph, layer, value));
}

/** Returns the kernel of a convolution in ONNX's order: outputs, the inputs of a group, and the window. */
function onnxKernel(
  layer: Layer,
  weight: string,
): { shape: readonly number[]; values: Float32Array; group: number } {
  const [given, kernel] = weightOf(layer, weight);
  const window = given.slice(0, -2).map((_, axis) => axis);
  const [inputs, outputs] = [given.length - 2, given.length - 1];
  const isDepthwise = weight === "depthwise_kernel";
  const order = isDepthwise ? [inputs, outputs, ...window] : [outputs, inputs, ...window];
  const [shape, values] = permuted(given, kernel, order);
  if (!isDepthwise) return { shape, values, group: 1 };
  return { shape: [shape[0] * shape[1], 1, ...shape.slice(2)], values, group: shape[0] };
}

function pooled(graph: OnnxGraph, layer: Layer, given: Value, operator: string): Value {
  const value = channelsFirst(graph, layer, given);
  const { poolSize } = layer.getConfig();
  const attributes = { ...windowOf(layer, value), kernel_shape: perAxis(value, poolSize) };
  return { ...value, name: graph.node(operator, [value.name], attributes) };
}

function pooledWhole(graph: OnnxGraph, layer: Layer, given: Value, operator: string): Value {
  const pooled = graph.node(operator, [channelsFirst(graph, layer, given).name]);
  return { name: graph.node("Flatten", [pooled], { axis: 1 }), rank: 2, channelsFirst: false };
}

/** Returns the strides and the padding of a window; `SAME_UPPER` puts the odd zero at the end. */
function windowOf(layer: Layer, value: Value): { strides: readonly number[]; auto_pad: string } {
  const { strides, padding } = layer.getConfig();
  return { strides: perAxis(value, strides ?? 1), auto_pad: padding === "same" ? "SAME_UPPER" : "VALID" };
}

/** Returns lengths along the spatial axes, which may be given as one number for all. */
function perAxis({ rank }: Value, lengths: unknown): readonly number[] {
  return typeof lengths === "number" ? spatialAxes(rank).map(() => lengths) : (lengths as number[]);
}

/** Returns the spatial axes of a tensor with its channels last. */
function spatialAxes(rank: number): number[] {
  return Array.from({ length: rank - 2 }, (_, axis) => axis + 1);
}

function withBias(graph: OnnxGraph, layer: Layer, value: Value): Value {
  const bias = weightValues(layer, "bias");
  if (!bias) return value;
  const constant = graph.constant(`${layer.name}_bias`, perChannel(value, bias.length), bias);
  return { ...value, name: graph.node("Add", [value.name, constant]) };
}

/** Returns the shape by which one number per channel broadcasts over a tensor. */
function perChannel({ channelsFirst, rank }: Value, nChannels: number): number[] {
  return channelsFirst ? [nChannels, ...spatialAxes(rank).map(() => 1)] : [nChannels];
}

function channelsFirst(graph: OnnxGraph, layer: Layer, value: Value): Value {
  checkChannelsLast(layer);
  if (value.channelsFirst) return value;
  const { rank } = value;
  const perm = [0, rank - 1, ...spatialAxes(rank)];
  return { rank, name: graph.node("Transpose", [value.name], { perm }), channelsFirst: true };
}

/** Returns a tensor with the axes in TensorFlow.js's order. */
export function channelsLast(graph: OnnxGraph, value: Value): Value {
  if (!value.channelsFirst) return value;
  const { rank } = value;
  const perm = [0, ...spatialAxes(rank).map((axis) => axis + 1), 1];
  return { rank, name: graph.node("Transpose", [value.name], { perm }), channelsFirst: false };
}

/** Returns tensors with the axes of all in one order. */
function arrangedAlike(graph: OnnxGraph, values: readonly Value[]): readonly Value[] {
  return values.every((value) => value.channelsFirst)
    ? values
    : values.map((value) => channelsLast(graph, value));
}

function checkChannelsLast(layer: Layer): void {
  if (layer.getConfig().dataFormat === "channelsFirst")
    throw noOnnxForm(where, layer.name, "channels first", ["channels last"]);
}

function checkLastAxis(layer: Layer): void {
  if (hasLastAxis(layer)) return;
  throw noOnnxForm(where, layer.name, `${layer.getClassName()} of axis ${layer.getConfig().axis}`, [
    "axis -1",
  ]);
}

function weightOf(layer: Layer, name: string): [shape: readonly number[], values: Float32Array] {
  const weight = layer.weights.find(({ originalName }) => originalName.split("/").pop() === name)!;
  return [weight.shape as number[], weight.read().dataSync() as Float32Array];
}

/** Permutes the axes of a tensor; returns its new shape too. */
function permuted(
  shape: readonly number[],
  values: Float32Array,
  axes: readonly number[],
): [shape: readonly number[], values: Float32Array] {
  const lengths = axes.map((axis) => shape[axis]);
  const steps = axes.map((axis) => product(shape.slice(axis + 1)));
  const index = lengths.map(() => 0);
  const out = new Float32Array(values.length);
  let from = 0;
  for (let k = 0; k < out.length; k++) {
    out[k] = values[from];
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < lengths[axis]) break;
      from -= steps[axis] * lengths[axis];
      index[axis] = 0;
    }
  }
  return [lengths, out];
}
