import { mustBe } from "../../errors";
import { structureNeedsKnownLayer } from "../network-errors";

/**
 * Which weights become zero together.
 *
 * `"weight"`: each by itself. `"input"`: all that read one input. `"neuron"` or `"filter"`: all that make one output.
 * `{ groups, axis }`: those with the same label along an axis of the weight, one label for each index. `{ heads, axis }`:
 * equal blocks along an axis, as the heads of attention lie in it. The axis counts from the end if negative; it is the
 * last one by default.
 */
export type Structure =
  | "weight"
  | "input"
  | "neuron"
  | "filter"
  | { readonly groups: readonly (number | string)[]; readonly axis?: number }
  | { readonly heads: number; readonly axis?: number };

/** A partition of a weight into groups: `shape` of one gate a group, which a product with the weight stretches. */
export interface Grouping {
  /** As long as the weight's shape; 1 along every axis that the gates do not tell apart. */
  readonly shape: readonly number[];
  /** The group of each index along `axis`, where groups are labelled; else every gate is a group. */
  readonly labels?: { readonly axis: number; readonly of: Int32Array; readonly count: number };
  readonly nGroups: number;
  /** Number of weights of each group. */
  readonly sizes: Int32Array;
}

/** Which weight of a kind of layer connects inputs to outputs, and along which axes, counted from the end. */
export interface WeightLayout {
  readonly weight: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const kernel: WeightLayout = { weight: "kernel", inputs: [-2], outputs: [-1] };
const transposed: WeightLayout = { weight: "kernel", inputs: [-1], outputs: [-2] };

/** Layers whose inputs and outputs are known, by class. */
export const LAYOUTS: Readonly<Record<string, WeightLayout>> = {
  Dense: kernel,
  Conv1D: kernel,
  Conv2D: kernel,
  Conv3D: kernel,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  SeparableConv2D: { weight: "pointwise_kernel", inputs: [-2], outputs: [-1] },
  DepthwiseConv2D: { weight: "depthwise_kernel", inputs: [-2], outputs: [-2, -1] },
  Embedding: { weight: "embeddings", inputs: [-2], outputs: [-1] },
  BatchNormalization: { weight: "gamma", inputs: [-1], outputs: [-1] },
};

const NAMES = ["weight", "input", "neuron", "filter"];

/**
 * The same structure with labels as numbers in order of first appearance, since texts change their case in JSON.
 *
 * @throws InputError unless `structure` is one that some layer may have.
 */
export function structureFrom(where: string, structure: unknown): Structure {
  if (typeof structure === "string" && NAMES.includes(structure)) return structure as Structure;
  const { groups, heads, axis = -1 } = Object(structure) as Record<string, unknown>;
  const labelled = Array.isArray(groups) && heads === undefined;
  const blocks = Number.isInteger(heads) && (heads as number) >= 1 && groups === undefined;
  if (Number.isInteger(axis)) {
    if (labelled) return { groups: Array.from(numbered(groups)), axis: axis as number };
    if (blocks) return { heads: heads as number, axis: axis as number };
  }
  const rule = '"weight", "input", "neuron", "filter", { groups, axis } or { heads, axis }';
  throw mustBe(where, "structure", rule, structure);
}

/**
 * How a structure divides a weight of a layer into groups.
 *
 * @param className class of the layer, such as `"Dense"`.
 * @throws InputError where the layer has no such structure, or the labels do not fit the weight's shape.
 */
export function groupingOf(
  where: string,
  structure: Structure,
  className: string,
  shape: readonly number[],
): Grouping {
  if (structure === "weight") return grouping(shape, shape);
  if (typeof structure === "object") return labelledGrouping(where, structure, shape);
  const layout = LAYOUTS[className];
  if (!layout) throw structureNeedsKnownLayer(where, className, structure);
  const axes = structure === "input" ? layout.inputs : layout.outputs;
  const kept = new Set(axes.map((axis) => shape.length + axis));
  return grouping(
    shape.map((size, axis) => (kept.has(axis) ? size : 1)),
    shape,
  );
}

function grouping(gates: readonly number[], shape: readonly number[]): Grouping {
  const nGroups = product(gates);
  return { shape: gates, nGroups, sizes: new Int32Array(nGroups).fill(product(shape) / nGroups) };
}

function labelledGrouping(
  where: string,
  structure: Exclude<Structure, string>,
  shape: readonly number[],
): Grouping {
  const { axis: given = -1 } = structure;
  const axis = given < 0 ? shape.length + given : given;
  if (!(axis >= 0 && axis < shape.length)) {
    throw mustBe(where, "axis", `one of the ${shape.length} axes of the weight`, given);
  }
  const length = shape[axis];
  const of = "heads" in structure ? blocks(where, structure.heads, length) : numbered(structure.groups);
  if (of.length !== length) {
    throw mustBe(where, "groups", `one label for each of the ${length} indices along axis ${axis}`, of);
  }
  const count = Math.max(...of) + 1;
  const sizes = new Int32Array(count);
  for (const g of of) sizes[g] += product(shape) / length;
  return {
    shape: shape.map((size, k) => (k === axis ? size : 1)),
    labels: { axis, of, count },
    nGroups: count,
    sizes,
  };
}

function blocks(where: string, heads: number, length: number): Int32Array {
  if (length % heads !== 0) throw mustBe(where, "heads", `a divisor of the ${length} along the axis`, heads);
  return Int32Array.from({ length }, (_, i) => Math.floor((i * heads) / length));
}

/** Groups are numbered in order of first appearance. */
function numbered(labels: readonly (number | string)[]): Int32Array {
  const numbers = new Map<number | string, number>();
  return Int32Array.from(labels, (label) => {
    if (!numbers.has(label)) numbers.set(label, numbers.size);
    return numbers.get(label)!;
  });
}

/** The group of each entry of a weight of this shape, the last axis running fastest. */
export function groupNumbers({ shape: gates, labels }: Grouping, shape: readonly number[]): Int32Array {
  const numbers = new Int32Array(product(shape));
  let stride = 1; // of groups
  let run = 1; // entries for which the index along an axis stays the same
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis];
    for (let i = 0; i < numbers.length; i++) {
      const index = Math.floor(i / run) % size;
      if (labels) numbers[i] += labels.axis === axis ? labels.of[index] : 0;
      else if (gates[axis] > 1) numbers[i] += index * stride;
    }
    stride *= gates[axis];
    run *= size;
  }
  return numbers;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
