import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import { displayable, Table } from "../../display/table";
import { listOf } from "../../errors";
import { LAYOUTS, product } from "../layers/factorization";
import {
  type Application,
  applicationsOf,
  checkFiniteWeights,
  checkModel,
  isSubstituted,
  layersOf,
  weightValues,
} from "../layers/model-layers";
import type { LayersModel } from "../model-types";
import { collapse } from "./collapse";
import { layerKind } from "./layer-kinds";
import { multiplications } from "./multiplications";
import { type UnitGraph, unitGraphs } from "./unit-graph";

type Layer = TensorFlow.layers.Layer;

/** The sparsity of one layer. */
export interface LayerSparsity {
  /** Name of the layer. */
  readonly name: string;
  /** Class of the plain layer, such as `"Dense"`. */
  readonly kind: string;
  /** Number of entries of the weight that `sparsify` would factorize, without biases; all weights of a layer that is not known. */
  readonly weights: number;
  /** Number of `weights` that are not zero. */
  readonly nonZeroWeights: number;
  /** Number of inputs along the channel axis of that weight. */
  readonly inputs: number;
  /** Number of inputs with a weight that is not zero. */
  readonly liveInputs: number;
  /** Number of neurons, filters or dimensions of the output. */
  readonly units: number;
  /** Number of units that vary with the input and that another layer reads. */
  readonly liveUnits: number;
  /**
   * Floating-point operations of one sample in all applications of the layer, two for each multiplication by a weight, zeros counted;
   * scales of norms and activations are not. Axes of unknown length count as 1. NaN where the class of the layer is not known.
   */
  readonly flops: number;
  /** Floating-point operations after `shrink` has removed units; NaN as `flops` is. */
  readonly shrunkenFlops: number;
  /** Why `shrink` keeps dead units, in one sentence; absent where it keeps none. */
  readonly left?: string;
}

/** The sparsity of a model; shows itself as a table. */
export interface SparsityReport {
  /** From the input to the output. */
  readonly layers: readonly LayerSparsity[];
  /** Number of all weights and biases, without moving moments. */
  readonly parameters: number;
  /** Number of `parameters` that are not zero. */
  readonly nonZeroParameters: number;
  /** `parameters / nonZeroParameters`. */
  readonly compressionRatio: number;
  /** Multiplications and additions for one sample, without layers of which they are not known. */
  readonly flops: number;
  /** Multiplications and additions for one sample after `shrink`. */
  readonly shrunkenFlops: number;
}

/**
 * How sparse a model is, layer by layer: weights, inputs, neurons or filters, and operations.
 *
 * A factorized model is read as `collapse` would give it, with its threshold; it stays as it is.
 *
 * @returns a plain record that shows itself as a table.
 * @throws InputError unless `model` is a model of layers.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer: "identity", biasInitializer: "ones" });
 * const report = sparsityReport(tf.sequential({ layers: [layer] }));
 * report.nonZeroParameters; // 4
 * report.compressionRatio; // 1.5
 * ```
 */
export function sparsityReport(model: LayersModel): SparsityReport {
  checkModel("sparsityReport", model);
  checkFiniteWeights("sparsityReport", model);
  const isPlain = !layersOf(model).some(isSubstituted);
  const plain = isPlain ? model : collapse(model);
  checkModel("sparsityReport", plain); // This builds the graph of a sequential model.
  try {
    return displayable(reportOf(plain), table);
  } finally {
    if (!isPlain) plain.dispose();
  }
}

function reportOf(model: LayersModel): SparsityReport {
  const graphs = unitGraphs(model);
  const applications = applicationsOf(model);
  const withWeights = layersOf(model).filter((layer) => layer.weights.length > 0);
  const layers = withWeights.map((layer) =>
    layerSparsity(layer, graphs.get(layer)!, applications.get(layer)!),
  );
  const values = withWeights
    .flatMap((layer) => layer.weights)
    .filter(({ originalName }) => !/\/moving_(mean|variance)$/.test(originalName))
    .map((weight) => weight.read().dataSync());
  const sum = (of: (layer: LayerSparsity) => number): number =>
    layers.reduce((total, layer) => total + (of(layer) || 0), 0);
  const parameters = values.reduce((total, { length }) => total + length, 0);
  const nonZeroParameters = values.reduce((total, entries) => total + nonZeros(entries), 0);
  return {
    layers,
    parameters,
    nonZeroParameters,
    compressionRatio: parameters / nonZeroParameters,
    flops: sum(({ flops }) => flops),
    shrunkenFlops: sum(({ shrunkenFlops }) => shrunkenFlops),
  };
}

function layerSparsity(layer: Layer, graph: UnitGraph, applications: readonly Application[]): LayerSparsity {
  const flops = 2 * (multiplications(layer, applications) ?? Number.NaN);
  const kind = layer.getClassName();
  const layout = LAYOUTS[kind];
  const all = layer.weights.map((weight) => weight.read());
  const main = layer.weights.find(({ originalName }) => originalName.split("/").pop() === layout?.weight);
  if (!layout || !main) {
    const weights = all.reduce((total, { size }) => total + size, 0);
    const nonZeroWeights = all.reduce((total, weight) => total + nonZeros(weight.dataSync()), 0);
    const none = { inputs: 0, liveInputs: 0, units: 0, liveUnits: 0, flops, shrunkenFlops: flops };
    return { name: layer.name, kind, weights, nonZeroWeights, ...none };
  }
  const values = weightValues(layer, layout.weight)!;
  const shape = main.shape as number[];
  const inputs = live(values, shape, layout.inputs);
  const outputs = live(values, shape, layout.outputs);
  const [read, given] = [graph.inputs.get(layer), graph.outputs.get(layer)];
  const isLive = (unit: number, i: number): boolean =>
    graph.isKept(unit) && Number.isNaN(given!.constants[i]);
  const kept = (units: Int32Array | undefined): number =>
    units ? units.filter(graph.isKept).length / units.length : 1;
  const isDepthwise = layerKind(layer) === "depthwise"; // whose inputs and outputs are the same units
  return {
    name: layer.name,
    kind,
    weights: values.length,
    nonZeroWeights: nonZeros(values),
    inputs: inputs.length,
    liveInputs: inputs.filter(Boolean).length,
    units: outputs.length,
    liveUnits: given ? given.units.filter(isLive).length : outputs.filter(Boolean).length,
    flops,
    shrunkenFlops: Math.round(flops * (isDepthwise ? 1 : kept(read?.units)) * kept(given?.units)),
    ...remainingDeadUnits(layer, graph, outputs),
  };
}

/** Counts the dead units that stay; in layers that `shrink` does not cut these are the units without weights. */
function remainingDeadUnits(layer: Layer, graph: UnitGraph, outputs: readonly boolean[]): { left?: string } {
  const given = graph.outputs.get(layer);
  const dead = given
    ? Array.from(given.units).filter((unit, i) => graph.isKept(unit) && !Number.isNaN(given.constants[i]))
    : [];
  const count = given ? dead.length : outputs.filter((isLive) => !isLive).length;
  if (count === 0) return {};
  const reasons = given
    ? [...new Set(dead.map((unit) => graph.reasonFor(unit)))]
    : ["it is of a class that shrink does not cut, or applied more than once"];
  return { left: `${layer.name}: dead units stay, ${count} of them, since ${reasons.join(", and ")}` };
}

/** Returns for each index along these axes of a weight, counted from the end, whether it has an entry that is not zero. */
function live(values: Float32Array, shape: readonly number[], axes: readonly number[]): boolean[] {
  const sizes = axes.map((axis) => shape.at(axis)!);
  const strides = axes.map((axis) => product(shape.slice(shape.length + axis + 1)));
  const found = new Array<boolean>(product(sizes)).fill(false);
  values.forEach((value, at) => {
    if (value === 0) return;
    found[axes.reduce((index, _, k) => index * sizes[k] + (Math.floor(at / strides[k]) % sizes[k]), 0)] =
      true;
  });
  return found;
}

function nonZeros(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  return count;
}

function table(report: SparsityReport): Table {
  const { layers, parameters, nonZeroParameters, compressionRatio, flops, shrunkenFlops } = report;
  const uncounted = layers.filter((layer) => Number.isNaN(layer.flops)).map(({ name }) => name);
  const ratio = (value: number): string => formatNumber(value, 3);
  return new Table({
    title: `${nonZeroParameters} of ${parameters} parameters are not zero: compression ${ratio(compressionRatio)}`,
    columns: [
      "layer",
      "kind",
      "weights",
      "not zero",
      "inputs",
      "live",
      "units",
      "live ",
      "flops",
      "shrunken",
    ],
    rows: layers.map((layer) => [
      layer.name,
      layer.kind,
      layer.weights,
      layer.nonZeroWeights,
      layer.inputs,
      layer.liveInputs,
      layer.units,
      layer.liveUnits,
      layer.flops,
      layer.shrunkenFlops,
    ]),
    digits: 12,
    bars: layers.map(({ weights, nonZeroWeights }) => nonZeroWeights / weights),
    notes: [
      "bars: share of weights that are not zero",
      ...(flops > 0
        ? [
            `flops: ${flops} a sample, ${shrunkenFlops} once shrunken, ${ratio(flops / shrunkenFlops)} times fewer`,
          ]
        : []),
      ...(uncounted.length > 0
        ? [`flops leave out ${listOf(uncounted, "and")}, of a class that is not known`]
        : []),
      ...layers.flatMap(({ left }) => left ?? []),
    ],
  });
}
