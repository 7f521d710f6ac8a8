import type * as TensorFlow from "@tensorflow/tfjs";
import { checkFiniteWeights, checkModel, isModel, isSubstituted } from "../layers/model-layers";
import type { LayersModel } from "../model-types";
import { noOnnxForm, notCollapsed } from "../network-errors";
import { OnnxGraph } from "./onnx-graph";
import { channelsLast, TRANSLATIONS, type Value } from "./onnx-layers";

type Layer = TensorFlow.layers.Layer;

const where = "toOnnx";

/**
 * A plain model as the bytes of an ONNX file, for onnxruntime and what else reads them: in Python, in C++, on a phone.
 *
 * Its layers may be shared, branch, and be models themselves: dense, conv1d, conv2d, depthwiseConv2d, separableConv2d,
 * conv2dTranspose, max and average pooling of one or two axes, global ones too, zeroPadding2d, flatten, add, concatenate,
 * batchNormalization (as the scale and shift that it is in prediction), layerNormalization of the last axis, and the activations
 * relu, relu6, elu, selu, sigmoid, hardSigmoid, tanh, softplus, softsign and softmax. Dropout and noise are left out. Input and output
 * are called `input` and `output`, or several `input_1`, `input_2` and so on in the order of the model. They have the shapes of the
 * model, channels last, and 32-bit floats.
 *
 * @param model what `collapse`, or `shrink` after it, gives; stays as it is.
 * @throws InputError for a model that is not plain, or naming the first layer that has no translation.
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
  checkFiniteWeights(where, model);
  const graph = new OnnxGraph();
  const { inputs, outputs } = model as TensorFlow.LayersModel;
  const inputNames = namesOf("input", inputs.length);
  const outputNames = namesOf("output", outputs.length);
  const values = outputsOf(
    graph,
    model as TensorFlow.LayersModel,
    inputs.map(({ shape }, i) => ({ name: inputNames[i], rank: shape.length, channelsFirst: false })),
  );
  values.forEach((value, i) => {
    graph.node("Identity", [channelsLast(graph, value).name], {}, outputNames[i]);
  });
  return graph.encode(
    inputs.map(({ shape }, i) => ({ name: inputNames[i], shape })),
    outputs.map(({ shape }, i) => ({ name: outputNames[i], shape })),
  );
}

function namesOf(stem: string, count: number): string[] {
  return count === 1 ? [stem] : Array.from({ length: count }, (_, i) => `${stem}_${i + 1}`);
}

/** Adds the operators of a model to the graph, each layer after those that it reads, and returns the model's outputs. */
function outputsOf(graph: OnnxGraph, model: TensorFlow.LayersModel, inputs: readonly Value[]): Value[] {
  const known = new Map(model.inputs.map((tensor, i) => [tensor.id, inputs[i]]));
  const valueAt = (tensor: TensorFlow.SymbolicTensor): Value => {
    if (!known.has(tensor.id)) {
      const { sourceLayer, nodeIndex } = tensor;
      const { inputTensors, outputTensors } = sourceLayer.inboundNodes[nodeIndex];
      const values = translated(graph, sourceLayer, inputTensors.map(valueAt));
      for (const [i, output] of outputTensors.entries()) known.set(output.id, values[i]);
    }
    return known.get(tensor.id)!;
  };
  return model.outputs.map(valueAt);
}

function translated(graph: OnnxGraph, layer: Layer, inputs: readonly Value[]): Value[] {
  if (isModel(layer)) return outputsOf(graph, layer, inputs);
  if (isSubstituted(layer)) throw notCollapsed(where, layer.name);
  const translate = TRANSLATIONS[layer.getClassName()];
  if (!translate) throw noOnnxForm(where, layer.name, layer.getClassName(), Object.keys(TRANSLATIONS));
  const [value, ...others] = inputs;
  return [translate(graph, layer, value, ...others)];
}
