import type * as TensorFlow from "@tensorflow/tfjs";
import { checkModel, isSubstituted, layersOf, weightValues } from "../layers/model-layers";
import type { LayerRecord } from "../layers/substituted-layer";
import type { LayersModel } from "../model-types";
import { notCollapsed } from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { layerKind } from "./layer-kinds";
import { rewriteModel } from "./rewrite-model";
import { isFoldable, type UnitGraph, unitGraphs } from "./unit-graph";

type Layer = TensorFlow.layers.Layer;

/**
 * Returns a smaller model with the same predictions, without the neurons and filters that are constant or not read.
 *
 * Units are followed through norms, activations, pooling, padding, flattening, concatenation, depthwise convolutions and dropout.
 * Where units of several layers are added, they are removed together or not at all. The biases of the next layer absorb
 * constant units. These units are kept: inputs and outputs of the model and of nested models; units of shared layers and
 * of layers that are not known, and the inputs of such layers; nonzero constants before a convolution that pads with
 * zeros, or before a layer without biases; one unit a layer. `sparsityReport` says which units of each layer are kept and
 * why.
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
  const config = layer.getConfig();
  const kind = layerKind(layer);
  if (kind === "product" || kind === "lookup") {
    config[WIDTHS[className] ?? "filters"] = output.units.filter(graph.isKept).length;
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
      if (kind === "norm") return select(tf, value, -1, columns);
      if (name === "bias") return select(tf, biasWithConstants(tf, from, graph), -1, columns);
      if (kind === "depthwise") return select(tf, value, -2, rows);
      return select(tf, kind === "product" ? select(tf, value, -2, rows) : value, -1, columns);
    });
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

/** Returns the biases of a layer plus the contributions of constant inputs that are removed. */
function biasWithConstants(tf: typeof TensorFlow, layer: Layer, graph: UnitGraph): TensorFlow.Tensor {
  const bias = Float64Array.from(weightValues(layer, "bias")!);
  const kernel = layerKind(layer) === "product" ? weightValues(layer, "kernel")! : [];
  const { units, constants } = graph.inputs.get(layer)!;
  kernel.forEach((weight, at) => {
    const i = Math.floor(at / bias.length) % units.length;
    if (graph.isKept(units[i]) || weight === 0 || !isFoldable(layer, constants[i])) return;
    bias[at % bias.length] += weight * constants[i];
  });
  return tf.tensor1d(Float32Array.from(bias));
}
