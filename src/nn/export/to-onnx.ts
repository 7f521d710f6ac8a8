import type * as TensorFlow from "@tensorflow/tfjs";
import { checkModel, graphLayers, hasLastAxis, isSubstituted, weightValues } from "../layers/model-layers";
import type { LayersModel } from "../model-types";
import { noOnnxForm, notAChain, notCollapsed } from "../network-errors";
import { OnnxGraph } from "./onnx-graph";

type Layer = TensorFlow.layers.Layer;

/** A tensor of the graph. ONNX's convolutions have the channels before the spatial axes. */
interface Value {
  readonly name: string;
  readonly rank: number;
  readonly channelsFirst: boolean;
}

/** Adds the operators of a layer to the graph and returns their output. */
type Translation = (graph: OnnxGraph, layer: Layer, value: Value) => Value;

const where = "toOnnx";

/**
 * A plain model as the bytes of an ONNX file, for onnxruntime and what else reads them: in Python, in C++, on a phone.
 *
 * The model must be a chain of layers: dense, conv2d, depthwiseConv2d, max and average pooling, global ones too, flatten,
 * batchNormalization (as the scale and shift that it is in prediction) and the activations relu, relu6, elu, selu, sigmoid,
 * hardSigmoid, tanh, softplus, softsign and softmax. Dropout and noise are left out. Input and output, called `input` and
 * `output`, have the shapes of the model, channels last, and 32-bit floats.
 *
 * @param model what `collapse`, or `shrink` after it, gives; stays as it is.
 * @throws InputError for a model that is not plain or no chain, or naming the first layer that has no translation.
 * @see https://onnx.ai/onnx/operators/ , operator set 17
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 3, inputShape: [4], lambda: 1e-3, activation: "relu" });
 * const bytes = toOnnx(collapse(tf.sequential({ layers: [layer] })));
 * require("node:fs").writeFileSync("model.onnx", bytes); // which onnxruntime.InferenceSession("model.onnx") reads
 * ```
 */
export function toOnnx(model: LayersModel): Uint8Array {
  checkModel(where, model);
  const layers = chainOf(model);
  const graph = new OnnxGraph();
  const inputShape = model.inputs[0].shape as (number | null)[];
  let value: Value = { name: "input", rank: inputShape.length, channelsFirst: false };
  for (const layer of layers) {
    if (isSubstituted(layer)) throw notCollapsed(where, layer.name);
    const translate = TRANSLATIONS[layer.getClassName()];
    if (!translate) throw noOnnxForm(where, layer.name, layer.getClassName(), Object.keys(TRANSLATIONS));
    value = translate(graph, layer, value);
  }
  graph.node("Identity", [channelsLast(graph, value).name], {}, "output");
  return graph.encode("input", inputShape, "output", model.outputs[0].shape as (number | null)[]);
}

/** Returns the layers in order, each of which reads the output of the one before it. */
function chainOf(model: LayersModel): Layer[] {
  const layers: Layer[] = graphLayers(model).filter((layer: Layer) => layer.getClassName() !== "InputLayer");
  if (model.inputs.length !== 1 || model.outputs.length !== 1) throw notAChain(where, model.name);
  let before: TensorFlow.SymbolicTensor = model.inputs[0];
  for (const layer of layers) {
    const call = layer.inboundNodes.find(
      ({ inputTensors: [only, ...more] }) => only === before && !more.length,
    );
    if (!call) throw notAChain(where, layer.name);
    before = call.outputTensors[0];
  }
  if (before !== model.outputs[0]) throw notAChain(where, model.name);
  return layers;
}

const unchanged: Translation = (_, __, value) => value;

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  Dense: (graph, layer, given) => {
    const value = channelsLast(graph, given);
    const kernel = constantOf(graph, layer, "kernel", shapeOf(layer, "kernel"));
    const product = graph.node("MatMul", [value.name, kernel]);
    return activated(graph, layer, withBias(graph, layer, { ...value, name: product }));
  },
  Conv2D: (graph, layer, given) =>
    convolved(graph, layer, given, "kernel", (kernel, shape) => {
      const [height, width, nIn, nOut] = shape;
      return { values: permuted(kernel, shape, [3, 2, 0, 1]), shape: [nOut, nIn, height, width], group: 1 };
    }),
  DepthwiseConv2D: (graph, layer, given) =>
    convolved(graph, layer, given, "depthwise_kernel", (kernel, shape) => {
      const [height, width, nIn, times] = shape;
      return {
        values: permuted(kernel, shape, [2, 3, 0, 1]),
        shape: [nIn * times, 1, height, width],
        group: nIn,
      };
    }),
  MaxPooling2D: (graph, layer, value) => pooled(graph, layer, value, "MaxPool"),
  AveragePooling2D: (graph, layer, value) => pooled(graph, layer, value, "AveragePool"),
  GlobalMaxPooling2D: (graph, layer, value) => pooledWhole(graph, layer, value, "GlobalMaxPool"),
  GlobalAveragePooling2D: (graph, layer, value) => pooledWhole(graph, layer, value, "GlobalAveragePool"),
  Flatten: (graph, _, value) => {
    const name = graph.node("Flatten", [channelsLast(graph, value).name], { axis: 1 });
    return { name, rank: 2, channelsFirst: false };
  },
  BatchNormalization: (graph, layer, value) => {
    const { axis, epsilon } = layer.getConfig() as { axis: number; epsilon: number };
    if (!hasLastAxis(layer))
      throw noOnnxForm(where, layer.name, `BatchNormalization of axis ${axis}`, ["axis -1"]);
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

/** The weights of a convolution in ONNX's order: outputs first, then the inputs of a group. */
interface OnnxKernel {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly group: number;
}

function convolved(
  graph: OnnxGraph,
  layer: Layer,
  given: Value,
  weight: string,
  arrange: (kernel: Float32Array, shape: readonly number[]) => OnnxKernel,
): Value {
  const value = channelsFirst(graph, layer, given);
  const { dilationRate } = layer.getConfig();
  const { values, shape, group } = arrange(weightValues(layer, weight)!, shapeOf(layer, weight));
  const name = graph.node("Conv", [value.name, graph.constant(`${layer.name}_${weight}`, shape, values)], {
    ...windowOf(layer),
    kernel_shape: shape.slice(2),
    dilations: pairOf(dilationRate ?? 1),
    group,
  });
  return activated(graph, layer, withBias(graph, layer, { ...value, name }));
}

function pooled(graph: OnnxGraph, layer: Layer, given: Value, operator: string): Value {
  const value = channelsFirst(graph, layer, given);
  const attributes = { ...windowOf(layer), kernel_shape: pairOf(layer.getConfig().poolSize) };
  return { ...value, name: graph.node(operator, [value.name], attributes) };
}

function pooledWhole(graph: OnnxGraph, layer: Layer, given: Value, operator: string): Value {
  const means = graph.node(operator, [channelsFirst(graph, layer, given).name]);
  return { name: graph.node("Flatten", [means], { axis: 1 }), rank: 2, channelsFirst: false };
}

/** Returns the strides and the padding of a window; `SAME_UPPER` puts the odd zero at the end. */
function windowOf(layer: Layer): { strides: readonly number[]; auto_pad: string } {
  const { strides, padding } = layer.getConfig();
  return { strides: pairOf(strides ?? 1), auto_pad: padding === "same" ? "SAME_UPPER" : "VALID" };
}

function pairOf(lengths: unknown): readonly number[] {
  return typeof lengths === "number" ? [lengths, lengths] : (lengths as number[]);
}

function withBias(graph: OnnxGraph, layer: Layer, value: Value): Value {
  const bias = weightValues(layer, "bias");
  if (!bias) return value;
  const constant = graph.constant(`${layer.name}_bias`, perChannel(value, bias.length), bias);
  return { ...value, name: graph.node("Add", [value.name, constant]) };
}

/** Returns the shape by which one number per channel broadcasts over a tensor. */
function perChannel({ channelsFirst, rank }: Value, nChannels: number): number[] {
  return channelsFirst ? [nChannels, ...Array<number>(rank - 2).fill(1)] : [nChannels];
}

function channelsFirst(graph: OnnxGraph, layer: Layer, value: Value): Value {
  const { dataFormat } = layer.getConfig();
  if (dataFormat === "channelsFirst")
    throw noOnnxForm(where, layer.name, "channels first", ["channels last"]);
  if (value.channelsFirst) return value;
  return {
    ...value,
    name: graph.node("Transpose", [value.name], { perm: [0, 3, 1, 2] }),
    channelsFirst: true,
  };
}

function channelsLast(graph: OnnxGraph, value: Value): Value {
  if (!value.channelsFirst) return value;
  return {
    ...value,
    name: graph.node("Transpose", [value.name], { perm: [0, 2, 3, 1] }),
    channelsFirst: false,
  };
}

function shapeOf(layer: Layer, name: string): number[] {
  return layer.weights.find(({ originalName }) => originalName.split("/").pop() === name)!.shape as number[];
}

function constantOf(graph: OnnxGraph, layer: Layer, name: string, shape: readonly number[]): string {
  return graph.constant(`${layer.name}_${name}`, shape, weightValues(layer, name)!);
}

/** Permutes the axes of a tensor of rank 4. */
function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const out = new Float32Array(values.length);
  const [n0, n1, n2, n3] = axes.map((axis) => shape[axis]);
  const [s0, s1, s2, s3] = axes.map((axis) => strides[axis]);
  let k = 0;
  for (let a = 0; a < n0; a++)
    for (let b = 0; b < n1; b++)
      for (let c = 0; c < n2; c++)
        for (let d = 0; d < n3; d++) out[k++] = values[a * s0 + b * s1 + c * s2 + d * s3];
  return out;
}
