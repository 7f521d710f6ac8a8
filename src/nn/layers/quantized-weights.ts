/** Quantized weights, which TensorFlow.js makes 32-bit floats of, are written again as they were read where they have not changed. */

import type * as TensorFlow from "@tensorflow/tfjs";

type Spec = TensorFlow.io.WeightsManifestEntry;

/** A weight as a file has it. */
export interface QuantizedWeight {
  readonly spec: Spec;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const READ = new WeakMap<TensorFlow.LayerVariable, QuantizedWeight>();

/** Remembers how a weight was read. */
export function rememberQuantized(variable: TensorFlow.LayerVariable, read: QuantizedWeight): void {
  READ.set(variable, read);
}

/** Lets the copy of a weight be written as the weight is. */
export function shareQuantized(from: TensorFlow.LayerVariable, to: TensorFlow.LayerVariable): void {
  const read = READ.get(from);
  if (read) READ.set(to, read);
}

/** Returns the quantized form that a weight was read from; undefined where there is none or the values are others now. */
export function quantizedForm(
  tf: typeof TensorFlow,
  variable: TensorFlow.LayerVariable,
): QuantizedWeight | undefined {
  const read = READ.get(variable);
  if (!read) return undefined;
  const { spec, bytes } = read;
  const { [spec.name]: decoded } = tf.io.decodeWeights(bytes.slice().buffer, [spec]);
  const [before, now] = [decoded, variable.read()].map((tensor) => tensor.dataSync());
  decoded.dispose();
  const isSame = before.length === now.length && before.every((value, i) => value === now[i]);
  return isSame ? read : undefined;
}
