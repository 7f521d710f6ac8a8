import type * as TensorFlow from "@tensorflow/tfjs";
import { isPointwise, kindOf, padsWithZeros, valuesOf } from "../layers/layer-kinds";
import { constantsAfter } from "./constant-units";
import { isModel } from "./rewritten-model";

type Layer = TensorFlow.layers.Layer;
type Model = TensorFlow.LayersModel;

/** The units at one side of a layer, along the last axis: which they are, and what they are where that never changes. */
export interface Channels {
  /** The unit of each channel. */
  readonly units: Int32Array;
  /** The value that a channel has for every sample at every place, or NaN where it varies. */
  readonly constants: Float64Array;
}

/** Which units of a model, nested models apart, can be taken away without a change of what it computes. */
export interface UnitGraph {
  readonly inputs: ReadonlyMap<Layer, Channels>;
  readonly outputs: ReadonlyMap<Layer, Channels>;
  isKept(unit: number): boolean;
  /** Why a unit stays, a clause after "since"; undefined where it goes. */
  reasonFor(unit: number): string | undefined;
}

/** One application of a layer; TensorFlow.js's declarations leave open that these are lists. */
interface Node {
  readonly inboundLayers: readonly Layer[];
  readonly inputShapes: readonly TensorFlow.Shape[];
  readonly outputShapes: readonly TensorFlow.Shape[];
}

/**
 * Follows units through a model: forwards what is constant, backwards what is needed.
 *
 * A unit is needed where a unit that is kept has a weight on it that is not zero and it is not constant; where it is an
 * input or output of the model; and where it meets a layer that is not known, is applied more than once, or is a model
 * itself. A constant unit is not needed, since the biases of the next layer take it over, unless these are none or zeros
 * are put around it. Units that a sum adds stay or go together. Of each layer at least one unit stays.
 */
function unitGraph(model: Model): UnitGraph {
  const parents: number[] = [];
  const reasons: (string | undefined)[] = [];
  const inputs = new Map<Layer, Channels>();
  const outputs = new Map<Layer, Channels>();

  const rootOf = (unit: number): number => {
    let root = unit;
    while (parents[root] !== root) root = parents[root];
    return root;
  };
  const fresh = (count: number, reason?: string): Int32Array =>
    Int32Array.from({ length: count }, () => {
      parents.push(parents.length);
      reasons.push(reason);
      return parents.length - 1;
    });
  const join = (a: number, b: number): void => {
    const [first, second] = [rootOf(a), rootOf(b)];
    parents[second] = first;
    reasons[first] ??= reasons[second];
  };
  /** Whether something changed. */
  const need = (unit: number, reason: string): boolean => {
    const root = rootOf(unit);
    if (reasons[root] !== undefined) return false;
    reasons[root] = reason;
    return true;
  };
  const varying = (count: number): Channels => ({
    units: fresh(count, "they come from a layer that shrink does not cut"),
    constants: new Float64Array(count).fill(Number.NaN),
  });

  const { containerNodes, outputLayers } = model as unknown as {
    containerNodes: Set<string>;
    outputLayers: Layer[];
  };
  for (const layer of model.layers) {
    const nodes = layer.inboundNodes.filter((_, i) => containerNodes.has(`${layer.name}_ib-${i}`));
    const kind = nodes.length === 1 && !isModel(layer) ? kindOf(layer) : "opaque";
    if (kind === "opaque") {
      for (const { inboundLayers } of nodes) {
        for (const source of inboundLayers) {
          for (const unit of outputs.get(source)?.units ?? [])
            need(unit, `layer "${layer.name}", which shrink does not cut, reads them`);
        }
      }
      continue;
    }
    const [{ inboundLayers, inputShapes, outputShapes }] = nodes as unknown as readonly Node[];
    const sources = inboundLayers.map(
      (source, i) => outputs.get(source) ?? varying(inputShapes[i].at(-1) ?? 0),
    );
    const read: Channels = {
      units: Int32Array.from(sources.flatMap(({ units }) => Array.from(units))),
      constants: Float64Array.from(sources.flatMap(({ constants }) => Array.from(constants))),
    };
    const width = outputShapes[0].at(-1) ?? 0;
    let units: Int32Array;
    if (kind === "product" || kind === "lookup")
      units = fresh(
        width,
        isPointwise(layer) ? undefined : `the activation of layer "${layer.name}" mixes units`,
      );
    else if (kind === "depthwise") {
      const multiplier = width / read.units.length;
      units = Int32Array.from({ length: width }, (_, i) => read.units[Math.floor(i / multiplier)]);
    } else if (kind === "add") {
      units = sources[0].units;
      for (const other of sources.slice(1)) {
        for (const [i, unit] of other.units.entries()) join(units[i], unit);
      }
    } else units = Int32Array.from({ length: width }, (_, i) => read.units[i % read.units.length]);
    inputs.set(layer, read);
    outputs.set(layer, { units, constants: constantsAfter(layer, kind, sources, width) });
  }
  for (const layer of outputLayers) {
    for (const unit of outputs.get(layer)?.units ?? []) need(unit, "they are outputs of the model");
  }

  const reasonFor = (unit: number): string | undefined => reasons[rootOf(unit)];
  const isKept = (unit: number): boolean => reasonFor(unit) !== undefined;
  const graph: UnitGraph = { inputs, outputs, isKept, reasonFor };
  while (demand(model, graph, need)) {
    // until nothing more is needed
  }
  return graph;
}

/** Of each layer, the graph of the units of the model that it belongs to. */
export function unitGraphs(model: Model): Map<Layer, UnitGraph> {
  const graphs = new Map<Layer, UnitGraph>();
  const visit = (container: Model): void => {
    const graph = unitGraph(container);
    for (const layer of container.layers) {
      if (isModel(layer)) visit(layer);
      else graphs.set(layer, graph);
    }
  };
  visit(model);
  return graphs;
}

/** Marks what kept units need and, in each layer, at least one unit; whether something changed. */
function demand(model: Model, graph: UnitGraph, need: (unit: number, reason: string) => boolean): boolean {
  let changed = false;
  for (const layer of [...model.layers].reverse()) {
    const output = graph.outputs.get(layer);
    if (!output || kindOf(layer) !== "product") {
      if (output?.units.length && !output.units.some(graph.isKept))
        changed = need(output.units[0], ONE_STAYS) || changed;
      continue;
    }
    if (!output.units.some(graph.isKept)) changed = need(output.units[0], ONE_STAYS) || changed;
    const { units, constants } = graph.inputs.get(layer)!;
    const weighs = weighing(layer, output.units, graph);
    units.forEach((unit, i) => {
      if (weighs[i] && !isFoldable(layer, constants[i]))
        changed = need(unit, reasonOf(layer, constants[i])) || changed;
    });
  }
  return changed;
}

const ONE_STAYS = "of each layer at least one stays";

/** Why an input of a layer stays that has a weight there; where it varies, a dead unit is in a sum with one that does. */
function reasonOf(layer: Layer, constant: number): string {
  return Number.isNaN(constant)
    ? `they are added to units that layer "${layer.name}" reads`
    : `the biases of layer "${layer.name}" cannot take over what they give`;
}

/** Whether the biases of a layer can take over an input that is constant. */
export function isFoldable(layer: Layer, constant: number): boolean {
  if (Number.isNaN(constant)) return false;
  return constant === 0 || (valuesOf(layer, "bias") !== undefined && !padsWithZeros(layer));
}

/** Of each input of a layer, whether a kept unit has a weight on it that is not zero. */
function weighing(layer: Layer, outputs: Int32Array, graph: UnitGraph): boolean[] {
  const kernel = valuesOf(layer, "kernel")!;
  const nInputs = graph.inputs.get(layer)!.units.length;
  const kept = Array.from(outputs, graph.isKept);
  const found = new Array<boolean>(nInputs).fill(false);
  kernel.forEach((weight, at) => {
    if (weight !== 0 && kept[at % kept.length]) found[Math.floor(at / kept.length) % nInputs] = true;
  });
  return found;
}
