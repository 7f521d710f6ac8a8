import type * as TensorFlow from "@tensorflow/tfjs";
import { type SeededRandom, seededRandom } from "../../src";

export const tf: typeof TensorFlow = require("@tensorflow/tfjs");
// The first tensor on the plain backend gives four lines of greeting, but in tests of TensorFlow.js itself.
tf.env().set("IS_TEST", true);
tf.scalar(0).dispose();
tf.env().set("IS_TEST", false);

/** A tensor of standard normal numbers. */
export function normals(shape: number[], seed: number | SeededRandom): TensorFlow.Tensor {
  const random = typeof seed === "number" ? seededRandom(seed) : seed;
  const size = shape.reduce((total, length) => total * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  );
}

/** The weight of a layer by the last part of its name. */
export function weightOf(model: TensorFlow.LayersModel, layer: string, weight: string): TensorFlow.Tensor {
  const found = model.getLayer(layer).weights.find(({ originalName }) => originalName.endsWith(`/${weight}`));
  if (!found) throw new Error(`${layer} has no ${weight}`);
  return found.read();
}

/** Draws every weight of a model anew, standard normal over `shrink`; moving variances stay positive. */
export function randomize(model: TensorFlow.LayersModel, seed: number, shrink = 3): void {
  const random = seededRandom(seed);
  for (const weight of model.weights) {
    const drawn = normals(weight.shape as number[], random).div(shrink);
    weight.write(weight.originalName.endsWith("variance") ? drawn.abs().add(0.5) : drawn);
  }
}
