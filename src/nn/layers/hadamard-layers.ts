/**
 * The layers that users construct: dense and convolutional ones with a factorized kernel, and a gate around
 * any layer.
 */

import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { Layer } from "../model-types";
import { noKnownWeight } from "../network-errors";
import { FACTORIZATION_KEYS, type FactorizationOptions, LAYOUTS } from "./factorization";
import { layerClasses } from "./layer-classes";

/** Options that layers of TensorFlow.js have in common. */
interface LayerOptions {
  /** Name of the layer. Default: one derived from the class. */
  readonly name?: string;
  /** Whether training changes its weights. Default: true. */
  readonly trainable?: boolean;
  /** Shape of the input without the batch, for the first layer of a sequential model. */
  readonly inputShape?: readonly (number | null)[];
  /** Shape of the input with the batch; null where the length is variable. */
  readonly batchInputShape?: readonly (number | null)[];
  /** Activation by its name in TensorFlow.js, such as `"relu"`. Default: none. */
  readonly activation?: string;
  /** Whether there is a bias, which is never penalized. Default: true. */
  readonly useBias?: boolean;
  /** Initializer of the first factor; gates start at one. Default: that of the plain layer. */
  readonly kernelInitializer?: unknown;
  /** Initializer of the biases. Default: zeros. */
  readonly biasInitializer?: unknown;
  /** A penalty on the kernel, the product of all factors, beside that of the factors. Default: none. */
  readonly kernelRegularizer?: unknown;
  /** A penalty on the biases. Default: none. */
  readonly biasRegularizer?: unknown;
}

/** Options of {@link HadamardDense}: those of `tf.layers.dense`, and the factorization. */
export interface HadamardDenseOptions extends LayerOptions, FactorizationOptions {
  /** Number of outputs. */
  readonly units: number;
}

/** Options of {@link HadamardConv2D}: those of `tf.layers.conv2d`, and the factorization. */
export interface HadamardConv2DOptions extends LayerOptions, FactorizationOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Rows and columns of the window, one number for both. */
  readonly kernelSize: number | readonly number[];
  /** Step of the window. Default: 1. */
  readonly strides?: number | readonly number[];
  /** `"same"` pads with zeros. Default: `"valid"`. */
  readonly padding?: "valid" | "same" | "causal";
  /** Position of the channel axis. Default: `"channelsLast"`. */
  readonly dataFormat?: "channelsFirst" | "channelsLast";
  /** Distance between the entries that the window reads. Default: 1. */
  readonly dilationRate?: number | readonly number[];
}

/** Options of {@link gate}: which weights it multiplies, and the factorization. */
export interface GateOptions extends FactorizationOptions {
  /**
   * Name of the weight, such as `"kernel"`, or names of several. A group then spans all of them, such as a unit with its bias; with
   * structure `"weight"` each entry is a group. In `bidirectional` and in stacked cells a name stands for all weights with it.
   * Default: the one that connects inputs to outputs, of layers that are known.
   */
  readonly weight?: string | readonly string[];
}

/**
 * A dense layer whose kernel is a product of `k` factors, `W = U * V_1 * ... * V_{k-1}`, elementwise or with one gate
 * `V` a group, and whose loss has the factors' squares, `(lambda / k) sum_l ||xi_l||^2`.
 *
 * At any minimum that is `lambda sum_g w_g ||W_g||^(2/k)`, which has exact zeros: `collapse` gives the plain layer with
 * them. `U` starts as the kernel of a plain layer would, gates start at one. Biases are not penalized.
 *
 * @param options those of `tf.layers.dense`, and `depth`, `lambda`, `structure`, `shared`, `groupWeights`.
 * @throws InputError where an option is unknown or outside its domain, or the kernel has a constraint.
 * @see arXiv 2307.03571; arXiv 2509.23898 for gates
 * @example
 * ```ts
 * const layer = new HadamardDense({ units: 3, inputShape: [4], depth: 2, lambda: 0.01 });
 * layer.getConfig().depth; // 2
 * ```
 */
export const HadamardDense: {
  /** A layer with these options. */
  new (options: HadamardDenseOptions): Layer;
} = denseLayer as never;

/**
 * A convolution of images whose kernel is a product of `k` factors; `structure: "filter"` has one gate a filter.
 *
 * Everything else is as for {@link HadamardDense}.
 *
 * @param options those of `tf.layers.conv2d`, and `depth`, `lambda`, `structure`, `shared`, `groupWeights`.
 * @throws InputError where an option is unknown or outside its domain, or the kernel has a constraint.
 * @example
 * ```ts
 * const layer = new HadamardConv2D({ filters: 8, kernelSize: 3, depth: 3, lambda: 0.01, structure: "filter" });
 * layer.getClassName(); // "HadamardConv2D"
 * ```
 */
export const HadamardConv2D: {
  /** A layer with these options. */
  new (options: HadamardConv2DOptions): Layer;
} = conv2dLayer as never;

/**
 * Any layer with one or several of its weights as products of factors.
 *
 * @param layer a layer of TensorFlow.js that no model has yet; its weights, where it has them, become the first factor.
 * @param options `weight`, and the factorization: `depth`, `lambda`, `structure`, `shared`, `groupWeights`.
 * @throws InputError where an option is unknown or outside its domain, or a weight is not known, has a constraint,
 * or several are divided into different numbers of groups.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = gate(tf.layers.conv1d({ filters: 4, kernelSize: 3 }), { structure: "filter", lambda: 0.01 });
 * layer.getClassName(); // "Gated"
 * ```
 */
export function gate(layer: Layer, options: GateOptions = {}): Layer {
  const where = "gate";
  checkKeys(where, options, ["weight", ...FACTORIZATION_KEYS]);
  if (typeof (layer as Partial<Layer> | null | undefined)?.getClassName !== "function") {
    throw mustBe(where, "layer", "a layer of TensorFlow.js", layer);
  }
  const { weight = LAYOUTS[layer.getClassName()]?.weight } = options;
  if (weight === undefined) throw noKnownWeight(where, layer.getClassName());
  const names = typeof weight === "string" ? [weight] : weight;
  const areNames = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (!areNames || names.length === 0 || new Set(names).size < names.length)
    throw mustBe(where, "weight", "the name of a weight, or different names of several", weight);
  const { weight: _, ...factors } = options;
  return new (layerClasses(where).Gated)({ ...factors, layer, weights: names.map((name) => ({ name })) });
}

// The classes extend one of TensorFlow.js, which is loaded for the first layer; `new` returns what these functions return.

function denseLayer(options: HadamardDenseOptions): Layer {
  return new (layerClasses("HadamardDense").HadamardDense)({ ...options });
}

function conv2dLayer(options: HadamardConv2DOptions): Layer {
  return new (layerClasses("HadamardConv2D").HadamardConv2D)({ ...options });
}
