import type * as TensorFlow from "@tensorflow/tfjs";
import { checkModel, isSubstituted, layersOf, weightValues } from "../layers/model-layers";
import { configOf, type LayerRecord } from "../layers/substituted-layer";
import type { LayersModel } from "../model-types";
import { notCollapsed } from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { layerKind, padsWithZeros } from "./layer-kinds";
import { rewriteModel } from "./rewrite-model";
import { carrierOf, type UnitGraph, unitGraphs } from "./unit-graph";

type Layer = TensorFlow.layers.Layer;

/**
 * Returns a smaller model with the same predictions, without the neurons and filters that are constant or not read.
 *
 * Units are followed through norms, activations, pooling, padding, flattening, concatenation, depthwise convolutions and dropout.
 * Where units of several layers are added, they are removed together or not at all. The next layer absorbs constant units: in its
 * biases, in the moving mean of the norm behind it where it has none, or in biases that it gets; where it pads with zeros, in the
 * weights of one constant unit that stays. These units are kept: inputs and outputs of the model and of nested models; units of
 * shared layers and of layers that are not known, and the inputs of such layers; units around which `ZeroPadding2D` or a depthwise
 * convolution puts zeros, if they are other constants; one unit a layer. `sparsityReport` says which units of each layer are kept
 * and why.
 *
 * @param model of plain layers, as `collapse` gives; it stays as it is.
 * @returns a model with layers of the same names, to be compiled, with variables of its own.
 * @throws InputError where a layer is factorized or its zeros are frozen.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const hidden = tf.layers.dense({ units: 3, inputShape: [4] });
 * const output = tf.layers.dense({ units: 1, kernelInitializer: "zeros" }); // reads none of them
 * shrink(tf.sequential({ layers: [hidden, output] })).layers[0].outputShape[1]; // 1
 * ```
 */
export function shrink<M extends LayersModel>(model: M): M {
  const where = "shrink";
  checkModel(where, model);
  for (const layer of layersOf(model)) if (isSubstituted(layer)) throw notCollapsed(where, layer.name);
  const graphs = unitGraphs(model);
  return rewriteModel(
    where,
    model,
    (layer) => shrunkenRecord(layer, graphs.get(layer)),
    ({ from, to }) => setShrunkenWeights(from, to, graphs.get(from)!),
  ) as M;
}

const WIDTHS: Readonly<Record<string, string>> = { Dense: "units", Embedding: "outputDim" };

function shrunkenRecord(layer: Layer, graph: UnitGraph | undefined): LayerRecord | undefined {
  const output = graph?.outputs.get(layer);
  if (!graph || !output || layer.weights.length === 0) return undefined;
  const className = layer.getClassName();
  const config = configOf(layer);
  const kind = layerKind(layer);
  if (kind === "product" || kind === "lookup") {
    config[WIDTHS[className] ?? "filters"] = output.units.filter(graph.isKept).length;
    if (kind === "product" && needsBiases(layer, graph)) config.useBias = true;
  }
  return { className, config };
}

function setShrunkenWeights(from: Layer, to: Layer, graph: UnitGraph): void {
  const tf = tensorFlow("shrink");
  const kind = layerKind(from);
  const [input, output] = [graph.inputs.get(from)!, graph.outputs.get(from)!];
  const kept = (units: Int32Array): number[] =>
    Array.from(units.keys()).filter((i) => graph.isKept(units[i]));
  const [rows, columns] = [kept(input.units), kept(output.units)];
  tf.tidy(() => {
    const weights = from.weights.map((weight) => {
      const value = weight.read();
      const name = weight.originalName.split("/").pop();
      if (kind === "norm")
        return select(tf, name === "moving_mean" ? movingMean(tf, from, graph) : value, -1, columns);
      if (name === "bias") return select(tf, biasWithConstants(tf, from, graph), -1, columns);
      if (kind === "depthwise") return select(tf, value, -2, rows);
      if (kind === "lookup") return select(tf, value, -1, columns);
      return select(tf, select(tf, kernelWithConstants(tf, from, graph), -2, rows), -1, columns);
    });
    if (to.weights.length > weights.length)
      weights.push(select(tf, biasWithConstants(tf, from, graph), -1, columns));
    to.setWeights(weights);
  });
}

/** Selects indices along an axis without a gather, whose result the WebAssembly kernels do not accept as a bias. */
function select(
  tf: typeof TensorFlow,
  value: TensorFlow.Tensor,
  axis: number,
  indices: readonly number[],
): TensorFlow.Tensor {
  const { shape } = value;
  const at = shape.length + axis;
  const run = shape.slice(at + 1).reduce((size, length) => size * length, 1);
  const values = value.dataSync();
  const selected: number[] = [];
  for (let start = 0; start < values.length; start += run * shape[at]) {
    for (const index of indices) {
      for (let i = 0; i < run; i++) selected.push(values[start + index * run + i]);
    }
  }
  const size = shape.map((length, k) => (k === at ? indices.length : length));
  return tf.tensor(Float32Array.from(selected), size);
}

/** Returns whether a layer needs biases that it does not have, since no norm absorbs the constants that are removed before it. */
function needsBiases(layer: Layer, graph: UnitGraph): boolean {
  if (weightValues(layer, "bias") || [...graph.absorbingNorms.values()].includes(layer)) return false;
  const { units } = graph.outputs.get(layer)!;
  return removedConstants(layer, graph).some((sum, j) => sum !== 0 && graph.isKept(units[j]));
}

/** Returns the biases of a layer, zeros if it has none, plus the contributions of constant inputs that are removed. */
function biasWithConstants(tf: typeof TensorFlow, layer: Layer, graph: UnitGraph): TensorFlow.Tensor {
  const bias = weightValues(layer, "bias");
  const constants = layerKind(layer) === "product" ? removedConstants(layer, graph) : undefined;
  const size = graph.outputs.get(layer)!.units.length;
  return tf.tensor1d(Float32Array.from({ length: size }, (_, j) => (bias?.[j] ?? 0) + (constants?.[j] ?? 0)));
}

/** Returns the moving mean of a norm less the constants that are removed before a layer without biases in front of it. */
function movingMean(tf: typeof TensorFlow, norm: Layer, graph: UnitGraph): TensorFlow.Tensor {
  const source = graph.absorbingNorms.get(norm);
  const constants = source && removedConstants(source, graph);
  return tf.tensor1d(weightValues(norm, "moving_mean")!.map((mean, j) => mean - (constants?.[j] ?? 0)));
}

/** Returns what the constant inputs that are removed contribute to each unit of a layer that does not pad with zeros. */
function removedConstants(layer: Layer, graph: UnitGraph): Float64Array {
  const { units, constants } = graph.inputs.get(layer)!;
  const width = graph.outputs.get(layer)!.units.length;
  const sums = new Float64Array(width);
  if (padsWithZeros(layer)) return sums;
  weightValues(layer, "kernel")!.forEach((weight, at) => {
    const i = Math.floor(at / width) % units.length;
    if (weight === 0 || graph.isKept(units[i]) || Number.isNaN(constants[i])) return;
    sums[at % width] += weight * constants[i];
  });
  return sums;
}

/** Returns the kernel of a layer; the weights of the constant input that stands for removed ones contain theirs. */
function kernelWithConstants(tf: typeof TensorFlow, layer: Layer, graph: UnitGraph): TensorFlow.Tensor {
  const kernel = layer.weights[0].read();
  const carrier = carrierOf(layer, graph);
  if (carrier === undefined) return kernel;
  const { units, constants } = graph.inputs.get(layer)!;
  const width = graph.outputs.get(layer)!.units.length;
  const weights = Float64Array.from(kernel.dataSync());
  weights.forEach((weight, at) => {
    const i = Math.floor(at / width) % units.length;
    if (weight === 0 || graph.isKept(units[i]) || Number.isNaN(constants[i])) return;
    weights[at + (carrier - i) * width] += (weight * constants[i]) / constants[carrier];
  });
  return tf.tensor(Float32Array.from(weights), kernel.shape);
}
