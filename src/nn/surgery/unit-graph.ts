/** Follows the units of a model through its layers: which are constant, and which `shrink` can remove. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { applicationsIn, graphLayers, isModel, weightValues } from "../layers/model-layers";
import { tensorFlow } from "../tensorflow";
import { isLinear, isPointwise, type LayerKind, layerKind, padsWithZeros } from "./layer-kinds";

type Layer = TensorFlow.layers.Layer;
type Model = TensorFlow.LayersModel;

/** The units along the last axis of a layer's input or output, and their values where these are constant. */
export interface Channels {
  /** The unit of each channel. */
  readonly units: Int32Array;
  /** The value of a channel that is the same for every sample and position; NaN where it varies. */
  readonly constants: Float64Array;
}

/** The units of a model, without nested models, and which of them can be removed without changing its predictions. */
export interface UnitGraph {
  readonly inputs: ReadonlyMap<Layer, Channels>;
  readonly outputs: ReadonlyMap<Layer, Channels>;
  /** For each norm the layer without biases before it, if no other layer reads that: the moving mean can absorb its constants. */
  readonly absorbingNorms: ReadonlyMap<Layer, Layer>;
  /** For each unit that is constant but for zeros that a layer puts around it the first such layer. */
  readonly borders: ReadonlyMap<number, Layer>;
  isKept(unit: number): boolean;
  /** Returns why a unit is kept, a clause after "since"; undefined where it is removed. */
  reasonFor(unit: number): string | undefined;
}

/**
 * Follows units through a model: forwards what is constant, backwards what is needed.
 *
 * A unit is needed if it varies and a kept unit has a nonzero weight on it, if it is an input or output of the model, or if a
 * layer reads it that is not known, is applied more than once, or is a model itself. A constant unit is not needed, since the
 * next layer absorbs it; if that layer pads with zeros, one of its constant inputs is needed, which stands for all of them.
 * Units that are added are kept or removed together. Each layer keeps at least one unit.
 */
function unitGraph(model: Model): UnitGraph {
  const units = new Units();
  const inputs = new Map<Layer, Channels>();
  const outputs = new Map<Layer, Channels>();
  const absorbingNorms = new Map<Layer, Layer>();
  const borders = new Map<number, Layer>();
  const { outputLayers } = model as unknown as { outputLayers: Layer[] };
  for (const layer of graphLayers(model)) {
    const nodes = applicationsIn(model, layer);
    const kind = nodes.length === 1 && !isModel(layer) ? layerKind(layer) : "opaque";
    if (kind === "opaque") {
      const reason = `layer "${layer.name}", which shrink does not cut, reads them`;
      for (const source of nodes.flatMap(({ inboundLayers }) => inboundLayers))
        for (const unit of outputs.get(source)?.units ?? []) units.markNeeded(unit, reason);
      continue;
    }
    const [{ inboundLayers, inputShapes, outputShapes }] = nodes;
    const sources = inboundLayers.map(
      (source, i) => outputs.get(source) ?? varying(units, inputShapes[i].at(-1) ?? 0),
    );
    const read: Channels = {
      units: Int32Array.from(sources.flatMap((source) => Array.from(source.units))),
      constants: Float64Array.from(sources.flatMap(({ constants }) => Array.from(constants))),
    };
    inputs.set(layer, read);
    const width = outputShapes[0].at(-1) ?? 0;
    const made = unitsAfter(layer, kind, sources, read, width, units);
    const [source] = inboundLayers;
    if (kind === "norm" && inputs.has(source) && !outputLayers.includes(source) && onlyAddsUp(source))
      absorbingNorms.set(layer, source);
    const constants = constantsAfter(layer, kind, sources, width);
    if (kind === "depthwise" || kind === "pad") {
      const isConstant = new Set(read.units.filter((_, i) => !Number.isNaN(read.constants[i])));
      for (const [c, unit] of made.entries()) {
        if (Number.isNaN(constants[c]) && isConstant.has(unit) && !borders.has(unit))
          borders.set(unit, layer);
      }
    }
    // A constant beyond 32-bit floats is not a number to calculate with.
    outputs.set(layer, {
      units: made,
      constants: constants.map((value) => (Number.isFinite(Math.fround(value)) ? value : Number.NaN)),
    });
  }
  for (const layer of outputLayers) {
    for (const unit of outputs.get(layer)?.units ?? [])
      units.markNeeded(unit, "they are outputs of the model");
  }
  const reasonFor = (unit: number): string | undefined => units.reasonFor(unit);
  const isKept = (unit: number): boolean => reasonFor(unit) !== undefined;
  const graph: UnitGraph = { inputs, outputs, absorbingNorms, borders, isKept, reasonFor };
  while (propagateNeeds(model, graph, (unit, reason) => units.markNeeded(unit, reason))) {
    // until nothing more is needed
  }
  return graph;
}

/** The units of a model, those that are added to each other as one, and why they are needed. */
class Units {
  readonly #parents: number[] = [];
  readonly #reasons: (string | undefined)[] = [];

  add(count: number, reason?: string): Int32Array {
    return Int32Array.from({ length: count }, () => {
      this.#parents.push(this.#parents.length);
      this.#reasons.push(reason);
      return this.#parents.length - 1;
    });
  }

  merge(a: number, b: number): void {
    const [first, second] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parents[second] = first;
    this.#reasons[first] ??= this.#reasons[second];
  }

  /** Marks a unit as needed; returns whether it was not marked before. */
  markNeeded(unit: number, reason: string): boolean {
    const root = this.#rootOf(unit);
    if (this.#reasons[root] !== undefined) return false;
    this.#reasons[root] = reason;
    return true;
  }

  reasonFor(unit: number): string | undefined {
    return this.#reasons[this.#rootOf(unit)];
  }

  #rootOf(unit: number): number {
    let root = unit;
    while (this.#parents[root] !== root) root = this.#parents[root];
    return root;
  }
}

/** Channels of units that nothing is known of. */
function varying(units: Units, count: number): Channels {
  return {
    units: units.add(count, "they come from a layer that shrink does not cut"),
    constants: new Float64Array(count).fill(Number.NaN),
  };
}

/** Returns the units of the channels that a layer writes: new ones, those that it reads, or sums of them, which it merges. */
function unitsAfter(
  layer: Layer,
  kind: LayerKind,
  sources: readonly Channels[],
  read: Channels,
  width: number,
  units: Units,
): Int32Array {
  if (kind === "product" || kind === "lookup") {
    const mixes = `the activation of layer "${layer.name}" mixes units`;
    return units.add(width, isPointwise(layer) ? undefined : mixes);
  }
  if (kind === "depthwise") {
    const multiplier = width / read.units.length;
    return Int32Array.from({ length: width }, (_, i) => read.units[Math.floor(i / multiplier)]);
  }
  if (kind === "add") {
    const [first, ...others] = sources;
    for (const other of others)
      for (const [i, unit] of other.units.entries()) units.merge(first.units[i], unit);
    return first.units;
  }
  return Int32Array.from({ length: width }, (_, i) => read.units[i % read.units.length]);
}

/** Returns for each layer the unit graph of the model that contains it. */
export function unitGraphs(model: Model): Map<Layer, UnitGraph> {
  const graphs = new Map<Layer, UnitGraph>();
  const visit = (container: Model): void => {
    const graph = unitGraph(container);
    for (const layer of graphLayers(container)) {
      if (isModel(layer)) visit(layer);
      else graphs.set(layer, graph);
    }
  };
  visit(model);
  return graphs;
}

/** Marks the units that kept units need and at least one unit of each layer; returns whether a mark was added. */
function propagateNeeds(
  model: Model,
  graph: UnitGraph,
  markNeeded: (unit: number, reason: string) => boolean,
): boolean {
  let changed = false;
  for (const layer of graphLayers(model).reverse()) {
    const output = graph.outputs.get(layer);
    if (!output || layerKind(layer) !== "product") {
      if (output?.units.length && !output.units.some(graph.isKept))
        changed = markNeeded(output.units[0], ONE_STAYS) || changed;
      continue;
    }
    if (!output.units.some(graph.isKept)) changed = markNeeded(output.units[0], ONE_STAYS) || changed;
    const { units, constants } = graph.inputs.get(layer)!;
    const weighs = feedsKeptUnits(layer, output.units, graph);
    units.forEach((unit, i) => {
      if (weighs[i] && Number.isNaN(constants[i]))
        changed = markNeeded(unit, reasonToVary(unit, layer, graph)) || changed;
    });
    const carrier = missingCarrier(layer, graph, weighs);
    if (carrier !== undefined)
      changed =
        markNeeded(units[carrier], `the zeros around the input of layer "${layer.name}" need a constant`) ||
        changed;
  }
  return changed;
}

/** Returns why a unit that is constant in some layer varies where a layer reads it. */
function reasonToVary(unit: number, reader: Layer, { borders }: UnitGraph): string {
  const border = borders.get(unit);
  return border
    ? `layer "${border.name}" puts zeros around them, which layer "${reader.name}" reads with them`
    : `they are added to units that layer "${reader.name}" reads`;
}

const ONE_STAYS = "of each layer at least one stays";

/** Returns whether a product has one reader, no biases and no activation, so that a norm behind it can take over constants. */
function onlyAddsUp(layer: Layer): boolean {
  return (
    layerKind(layer) === "product" &&
    weightValues(layer, "bias") === undefined &&
    isLinear(layer) &&
    layer.outboundNodes.length === 1
  );
}

/**
 * Returns the constant input that stands for those that are removed before a layer that pads with zeros: all are multiples of each
 * other, at the border too. It is the largest that is kept; undefined where none is.
 */
export function carrierOf(layer: Layer, graph: UnitGraph): number | undefined {
  if (!padsWithZeros(layer)) return undefined;
  const { units, constants } = graph.inputs.get(layer)!;
  return largestConstant(constants, (i) => graph.isKept(units[i]));
}

/** Returns the input that has to become a carrier: the largest constant, unless the present carrier is at least half of it. */
function missingCarrier(layer: Layer, graph: UnitGraph, weighs: readonly boolean[]): number | undefined {
  if (!padsWithZeros(layer)) return undefined;
  const { units, constants } = graph.inputs.get(layer)!;
  const largest = largestConstant(constants, (i) => weighs[i] && !graph.isKept(units[i]));
  const carrier = carrierOf(layer, graph);
  if (largest === undefined || carrier === undefined) return largest;
  return Math.abs(constants[carrier]) >= Math.abs(constants[largest]) / 2 ? undefined : largest;
}

/** Returns the index of the constant of largest magnitude, not zero, among the eligible ones. */
function largestConstant(constants: Float64Array, isEligible: (i: number) => boolean): number | undefined {
  let found: number | undefined;
  constants.forEach((constant, i) => {
    if (Math.abs(constant) > Math.abs(found === undefined ? 0 : constants[found]) && isEligible(i)) found = i;
  });
  return found;
}

/** Returns for each input of a layer whether a kept unit has a nonzero weight on it. */
function feedsKeptUnits(layer: Layer, outputs: Int32Array, graph: UnitGraph): boolean[] {
  const kernel = weightValues(layer, "kernel")!;
  const nInputs = graph.inputs.get(layer)!.units.length;
  const kept = Array.from(outputs, graph.isKept);
  const found = new Array<boolean>(nInputs).fill(false);
  kernel.forEach((weight, at) => {
    if (weight !== 0 && kept[at % kept.length]) found[Math.floor(at / kept.length) % nInputs] = true;
  });
  return found;
}

/** The constants along the last axis of one input. */
interface Source {
  readonly constants: Float64Array;
}

/** Returns the value of each output channel that is constant in prediction, else NaN. */
function constantsAfter(
  layer: Layer,
  kind: LayerKind,
  sources: readonly Source[],
  width: number,
): Float64Array {
  const [{ constants }] = sources;
  if (kind === "product") return activatedConstants(layer, productConstants(layer, constants, width));
  if (kind === "depthwise") return activatedConstants(layer, depthwiseConstants(layer, constants, width));
  if (kind === "norm") return normConstants(layer, constants);
  if (kind === "pointwise") return activatedConstants(layer, constants);
  // Around another constant the zeros make it vary.
  if (kind === "pad") return constants.map((value) => (value === 0 ? 0 : Number.NaN));
  if (kind === "add") {
    return constants.map((value, c) =>
      sources.slice(1).reduce((sum, other) => sum + other.constants[c], value),
    );
  }
  if (kind === "concatenate")
    return Float64Array.from(sources.flatMap((source) => Array.from(source.constants)));
  if (kind === "lookup") return lookupConstants(weightValues(layer, "embeddings")!, width);
  return Float64Array.from({ length: width }, (_, i) => constants[i % constants.length]);
}

function productConstants(layer: Layer, constants: Float64Array, width: number): Float64Array {
  const kernel = weightValues(layer, "kernel")!;
  const sums = Float64Array.from(weightValues(layer, "bias") ?? new Float64Array(width));
  const padded = padsWithZeros(layer);
  kernel.forEach((weight, at) => {
    if (weight === 0) return;
    const constant = constants[Math.floor(at / width) % constants.length];
    sums[at % width] += padded && constant !== 0 ? Number.NaN : weight * constant;
  });
  return sums;
}

function depthwiseConstants(layer: Layer, constants: Float64Array, width: number): Float64Array {
  const kernel = weightValues(layer, "depthwise_kernel")!;
  const sums = Float64Array.from(weightValues(layer, "bias") ?? new Float64Array(width));
  const padded = padsWithZeros(layer);
  const multiplier = width / constants.length;
  kernel.forEach((weight, at) => {
    if (weight === 0) return;
    const constant = constants[Math.floor((at % width) / multiplier)];
    sums[at % width] += padded && constant !== 0 ? Number.NaN : weight * constant;
  });
  return sums;
}

function normConstants(layer: Layer, constants: Float64Array): Float64Array {
  const [mean, variance] = ["moving_mean", "moving_variance"].map((name) => weightValues(layer, name)!);
  const [gamma, beta] = ["gamma", "beta"].map((name) => weightValues(layer, name));
  const epsilon = layer.getConfig().epsilon as number;
  return constants.map((value, c) => {
    const [scale, shift] = [gamma?.[c] ?? 1, beta?.[c] ?? 0];
    return scale === 0 ? shift : (scale * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + shift;
  });
}

/** Returns the value of each dimension that is equal in all rows of the table, such as zero. */
function lookupConstants(table: Float32Array, width: number): Float64Array {
  const constants = Float64Array.from(table.subarray(0, width));
  table.forEach((value, at) => {
    if (value !== constants[at % width]) constants[at % width] = Number.NaN;
  });
  return constants;
}

/** Applies a layer, or its activation, to each constant. */
function activatedConstants(layer: Layer, values: Float64Array): Float64Array {
  const { activation } = layer.getConfig();
  const isLayer = !layer.weights.length;
  if (!isPointwise(layer)) return values.map(() => Number.NaN);
  if (!isLayer && isLinear(layer)) return values;
  const tf = tensorFlow("shrink");
  const results = tf.tidy(() => {
    const by = isLayer ? layer : tf.layers.activation({ activation: activation as "relu" });
    const known = tf.tensor1d(Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)));
    return (by.call(known, {}) as TensorFlow.Tensor).dataSync() as Float32Array;
  });
  return values.map((value, i) => (Number.isNaN(value) ? value : results[i]));
}
