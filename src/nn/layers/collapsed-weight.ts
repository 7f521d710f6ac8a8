import type * as TensorFlow from "@tensorflow/tfjs";
import { type Grouping, groupNumbers } from "../surgery/structure";
import { tensorFlow } from "../tensorflow";
import { isFactorized } from "./layer-classes";
import type { SubstitutedLayer } from "./substituted-layer";

/** The distance of 1 to the next 32-bit float. */
export const FLOAT32_EPSILON: number = 2 ** -23;

/** The weight that a layer computes with, zero where the norm of its group is at most the threshold. */
export function collapsedWeight(layer: SubstitutedLayer, threshold: number): TensorFlow.Tensor {
  const tf = tensorFlow("collapse");
  return tf.tidy(() => {
    const weight = layer.effectiveWeight();
    if (!isFactorized(layer)) return weight;
    const values = Float32Array.from(weight.dataSync());
    zeroSmallGroups(values, weight.shape, layer.grouping, threshold);
    return tf.tensor(values, weight.shape);
  });
}

/** Sets the groups to zero, in place, whose Euclidean norm is at most the threshold. */
function zeroSmallGroups(
  values: Float32Array,
  shape: readonly number[],
  grouping: Grouping,
  threshold: number,
): void {
  const groupOf = groupNumbers(grouping, shape);
  const squares = new Float64Array(grouping.nGroups);
  values.forEach((value, i) => {
    squares[groupOf[i]] += value ** 2;
  });
  values.forEach((_, i) => {
    if (Math.sqrt(squares[groupOf[i]]) <= threshold) values[i] = 0;
  });
}
