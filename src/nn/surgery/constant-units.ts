import type * as TensorFlow from "@tensorflow/tfjs";
import { isPointwise, type LayerKind, padsWithZeros, valuesOf } from "../layers/layer-kinds";
import { tensorFlow } from "../tensorflow";

type Layer = TensorFlow.layers.Layer;

/** What comes in along the last axis of one input. */
interface Source {
  readonly constants: Float64Array;
}

/** The value of each channel that a layer gives where that never changes in prediction, else NaN. */
export function constantsAfter(
  layer: Layer,
  kind: LayerKind,
  sources: readonly Source[],
  width: number,
): Float64Array {
  const [{ constants }] = sources;
  if (kind === "product") return pointwise(layer, ofProduct(layer, constants, width));
  if (kind === "depthwise") return pointwise(layer, ofDepthwise(layer, constants, width));
  if (kind === "norm") return ofNorm(layer, constants);
  if (kind === "pointwise") return pointwise(layer, constants);
  if (kind === "add") {
    return constants.map((value, c) =>
      sources.slice(1).reduce((sum, other) => sum + other.constants[c], value),
    );
  }
  if (kind === "concatenate")
    return Float64Array.from(sources.flatMap((source) => Array.from(source.constants)));
  if (kind === "lookup") return ofLookup(valuesOf(layer, "embeddings")!, width);
  return Float64Array.from({ length: width }, (_, i) => constants[i % constants.length]);
}

function ofProduct(layer: Layer, constants: Float64Array, width: number): Float64Array {
  const kernel = valuesOf(layer, "kernel")!;
  const sums = Float64Array.from(valuesOf(layer, "bias") ?? new Float64Array(width));
  const padded = padsWithZeros(layer);
  kernel.forEach((weight, at) => {
    if (weight === 0) return;
    const constant = constants[Math.floor(at / width) % constants.length];
    sums[at % width] += padded && constant !== 0 ? Number.NaN : weight * constant;
  });
  return sums;
}

function ofDepthwise(layer: Layer, constants: Float64Array, width: number): Float64Array {
  const kernel = valuesOf(layer, "depthwise_kernel")!;
  const sums = Float64Array.from(valuesOf(layer, "bias") ?? new Float64Array(width));
  const padded = padsWithZeros(layer);
  const multiplier = width / constants.length;
  kernel.forEach((weight, at) => {
    if (weight === 0) return;
    const constant = constants[Math.floor((at % width) / multiplier)];
    sums[at % width] += padded && constant !== 0 ? Number.NaN : weight * constant;
  });
  return sums;
}

function ofNorm(layer: Layer, constants: Float64Array): Float64Array {
  const [mean, variance] = ["moving_mean", "moving_variance"].map((name) => valuesOf(layer, name)!);
  const [gamma, beta] = ["gamma", "beta"].map((name) => valuesOf(layer, name));
  const epsilon = layer.getConfig().epsilon as number;
  return constants.map((value, c) => {
    const [scale, shift] = [gamma?.[c] ?? 1, beta?.[c] ?? 0];
    return scale === 0 ? shift : (scale * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + shift;
  });
}

/** A dimension is constant where all entries of the table have the same, such as zero. */
function ofLookup(table: Float32Array, width: number): Float64Array {
  const constants = Float64Array.from(table.subarray(0, width));
  table.forEach((value, at) => {
    if (value !== constants[at % width]) constants[at % width] = Number.NaN;
  });
  return constants;
}

/** What a layer, or its activation, makes of each number. */
function pointwise(layer: Layer, values: Float64Array): Float64Array {
  const { activation } = layer.getConfig();
  const isLayer = !layer.weights.length;
  if (!isPointwise(layer)) return values.map(() => Number.NaN);
  if (!isLayer && (activation === "linear" || activation === null)) return values;
  const tf = tensorFlow("shrink");
  const results = tf.tidy(() => {
    const by = isLayer ? layer : tf.layers.activation({ activation: activation as "relu" });
    const known = tf.tensor1d(Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)));
    return (by.call(known, {}) as TensorFlow.Tensor).dataSync() as Float32Array;
  });
  return values.map((value, i) => (Number.isNaN(value) ? value : results[i]));
}
