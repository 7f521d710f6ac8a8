/** Small networks of many kinds of layers, with weights drawn at random. */
import type * as TensorFlow from "@tensorflow/tfjs";
import type { Anything } from "./bad-input";
import { randomize, tf } from "./tensors";

/** Convolutions, a norm, a depthwise one, and two dense layers. */
export function convolutional(): TensorFlow.Sequential {
  const { conv2d, batchNormalization, depthwiseConv2d, maxPooling2d, flatten, dense } = tf.layers;
  const model = tf.sequential({
    layers: [
      conv2d({ filters: 3, kernelSize: 3, inputShape: [8, 8, 2], activation: "relu", name: "first" }),
      batchNormalization({ name: "norm" }),
      depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, name: "depthwise" }),
      maxPooling2d({ poolSize: 2 }),
      flatten({ name: "flat" }),
      dense({ units: 4, activation: "relu", name: "hidden" }),
      dense({ units: 2, name: "output" }),
    ],
  });
  randomize(model, 1);
  return model;
}

/** Two inputs, one layer that both pass, a model in the model, and a residual sum. */
export function functional(): TensorFlow.LayersModel {
  const [first, second] = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
  const both = tf.layers.dense({ units: 4, activation: "tanh", name: "both" });
  const inner = tf.sequential({
    name: "inner",
    layers: [tf.layers.dense({ units: 4, inputShape: [4], name: "nested" })],
  });
  const sum = tf.layers.add().apply([both.apply(first), both.apply(second)] as Anything);
  const past = inner.apply(sum) as TensorFlow.SymbolicTensor;
  const output = tf.layers
    .dense({ units: 1, name: "output" })
    .apply(tf.layers.concatenate().apply([past, sum] as Anything));
  const model = tf.model({ inputs: [first, second], outputs: output as TensorFlow.SymbolicTensor });
  randomize(model, 2);
  return model;
}

/** An embedding, and a convolution over words. */
export function sequence(): TensorFlow.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.embedding({ inputDim: 5, outputDim: 3, inputLength: 6, name: "words" }),
      tf.layers.conv1d({ filters: 4, kernelSize: 2, name: "conv" }),
      tf.layers.globalMaxPooling1d(),
      tf.layers.dense({ units: 2, name: "output" }),
    ],
  });
  randomize(model, 3);
  return model;
}
