/**
 * The factorization of a weight: its depth and penalty, and the structure, which divides the weight into
 * groups.
 */

import { mustBe } from "../../errors";
import { checkChoice } from "../../options";
import { depthOfOne, fractionalDepthUnshared, structureNeedsKnownLayer } from "../network-errors";

/** How a weight `W` is written as a product of factors, and the penalty of the product. */
export interface FactorizationOptions {
  /**
   * The number `k` of factors, at least 2, which makes the penalty `||.||^(2/k)`. Default: 2. A fractional one has shared
   * factors.
   */
  readonly depth?: number;
  /**
   * Strength of the penalty `lambda sum_g w_g ||W_g||_2^(2/k)`, which the squares of the factors induce, at least 0.
   * Default: 0. It adds to the mean loss of a batch.
   */
  readonly lambda?: number;
  /** The weights that become zero together. Default: `"weight"`. */
  readonly structure?: Structure;
  /**
   * Whether one gate a group takes the place of `k - 1`, which is the same model with fewer numbers to train: `W_g = U_g |v_g|^(k-1)`. Gates
   * that start equal stay equal, so that only the step differs: gradient descent and momentum move the shared gate `k - 1` times as far.
   * Default: whether the depth is fractional.
   */
  readonly shared?: boolean;
  /** `"ones"`: all groups weigh 1. `"sqrt"`: `w_g` is the root of the group's size, as of a group lasso. Default: `"ones"`. */
  readonly groupWeights?: "ones" | "sqrt";
  /**
   * How often the model applies the layer: TensorFlow.js counts the penalty of a shared layer once for each, so it is
   * divided by this. Default: 1; `sparsify` counts by itself.
   */
  readonly applications?: number;
}

/** Every option of a factorization, with its defaults. */
export type Factorization = Required<FactorizationOptions>;

/** Names of {@link FactorizationOptions}. */
export const FACTORIZATION_KEYS = [
  "depth",
  "lambda",
  "structure",
  "shared",
  "groupWeights",
  "applications",
] as const;

/** @throws InputError where an option is outside its domain. */
export function factorizationFrom(where: string, options: FactorizationOptions): Factorization {
  const {
    depth = 2,
    lambda = 0,
    structure = "weight",
    shared = !Number.isInteger(depth),
    groupWeights = "ones",
    applications = 1,
  } = options;
  if (depth === 1) throw depthOfOne(where);
  if (!(typeof depth === "number" && depth >= 2 && depth < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "depth", "a finite number >= 2", depth);
  }
  checkChoice(where, "shared", shared, [true, false]);
  if (!shared && !Number.isInteger(depth)) throw fractionalDepthUnshared(where, depth);
  checkLambda(where, lambda);
  checkChoice(where, "groupWeights", groupWeights, ["ones", "sqrt"]);
  if (!(Number.isInteger(applications) && applications >= 1)) {
    throw mustBe(where, "applications", "an integer >= 1", applications);
  }
  // At depth 2 there is one gate; sharing would only add the absolute value, which has a kink.
  return {
    depth,
    lambda,
    structure: structureFrom(where, structure),
    shared: shared && depth > 2,
    groupWeights,
    applications,
  };
}

/** @throws InputError unless `lambda` is a finite number of at least 0. */
function checkLambda(where: string, lambda: unknown): void {
  if (!(typeof lambda === "number" && lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "lambda", "a finite number >= 0", lambda);
  }
}

/**
 * The weights that become zero together.
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

/** A partition of a weight into groups; one gate per group, of this `shape`, broadcasts over the weight. */
export interface Grouping {
  /** Shape of the gates, of the weight's rank; 1 along every axis over which a gate is shared. */
  readonly shape: readonly number[];
  /** The group of each index along `axis`, where groups are labelled; else every gate is a group. */
  readonly labels?: { readonly axis: number; readonly of: Int32Array; readonly count: number };
  readonly nGroups: number;
  /** Number of weights of each group. */
  readonly sizes: Int32Array;
}

/** The weight of a class of layers that connects inputs to outputs, and their axes, counted from the end. */
interface WeightLayout {
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
 * Returns the same structure with labels as numbers in order of first appearance, since texts change their case in JSON.
 *
 * @throws InputError unless `structure` is one that some layer may have.
 */
function structureFrom(where: string, structure: unknown): Structure {
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
  const outputs = shape.length === 1 ? [-1] : layout.outputs; // of biases and norms
  const axes = structure === "input" ? layout.inputs : outputs;
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
