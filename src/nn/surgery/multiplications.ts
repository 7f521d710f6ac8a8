/** Counts the multiplications of weights and inputs by a rule for each class of layers. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { product } from "../layers/factorization";
import type { Application } from "../layers/model-layers";

type Layer = TensorFlow.layers.Layer;
type Shape = readonly (number | null)[];

/** Returns the number of multiplications for one sample; undefined where a layer within is of a class that is not known. */
type Rule = (layer: Layer, input: Shape, output: Shape) => number | undefined;

/** Each weight of rank 2 or more is multiplied once at each place of the output. */
const atOutputs: Rule = (layer, _, output) => weights(layer) * places(layer, output);

/** Each weight is multiplied once at each place of the input, which is spread over the output. */
const atInputs: Rule = (layer, input) => weights(layer) * places(layer, input);

/** Each weight matrix, of the input and of the state, is multiplied once a step. */
const atSteps: Rule = (layer, [, steps]) => weights(layer) * (steps ?? 1);

/** The convolutions of the input and of the state are each computed at every place of the state in every step. */
const atPlacesAndSteps: Rule = (layer, [, steps], output) => {
  const { dataFormat } = layer.getConfig();
  const spatial = dataFormat === "channelsFirst" ? output.slice(-2) : output.slice(-3, -1);
  return weights(layer) * numberOf(spatial) * (steps ?? 1);
};

const each: Rule = (wrapper, [batch, steps, ...input], [, , ...output]) => {
  const { layer } = wrapper as unknown as { layer: Layer };
  const count = ruleOf(layer)?.(layer, [batch, ...input], [batch, ...output]);
  return count === undefined ? undefined : count * (steps ?? 1);
};

const bothWays: Rule = (wrapper, input, output) => {
  const { forwardLayer, backwardLayer } = wrapper as unknown as Record<string, Layer>;
  const [forward, backward] = [forwardLayer, backwardLayer].map((layer) =>
    ruleOf(layer)?.(layer, input, output),
  );
  return forward === undefined || backward === undefined ? undefined : forward + backward;
};

/** Scales and slopes are no product of a weight and an input that is summed up, and tables are read. */
const none: Rule = () => 0;

const RULES: Readonly<Record<string, Rule>> = {
  Dense: atOutputs,
  Conv1D: atOutputs,
  Conv2D: atOutputs,
  Conv3D: atOutputs,
  DepthwiseConv2D: atOutputs,
  SeparableConv2D: atOutputs,
  Conv2DTranspose: atInputs,
  Conv3DTranspose: atInputs,
  SimpleRNN: atSteps,
  GRU: atSteps,
  LSTM: atSteps,
  RNN: atSteps,
  ConvLSTM2D: atPlacesAndSteps,
  TimeDistributed: each,
  Bidirectional: bothWays,
  Embedding: none,
  BatchNormalization: none,
  LayerNormalization: none,
  PReLU: none,
};

/**
 * Returns how often a weight is multiplied by an input for one sample, all applications of the layer together; undefined where its
 * class is not known. Zeros of a padding count, scales of norms do not, axes of unknown length count as 1.
 */
export function multiplications(layer: Layer, applications: readonly Application[]): number | undefined {
  const rule = ruleOf(layer);
  if (!rule) return layer.weights.length === 0 ? 0 : undefined;
  return applications.reduce<number | undefined>((total, { inputShapes, outputShapes }) => {
    const count = rule(layer, inputShapes[0] as Shape, outputShapes[0] as Shape);
    return total === undefined || count === undefined ? undefined : total + count;
  }, 0);
}

function ruleOf(layer: Layer): Rule | undefined {
  return RULES[layer.getClassName()];
}

/** Returns the number of entries of a layer's kernels. */
function weights(layer: Layer): number {
  const shapes = layer.weights.map(({ shape }) => shape);
  return shapes.reduce((total, shape) => total + (shape.length > 1 ? numberOf(shape) : 0), 0);
}

/** Returns the number of places of a tensor of this shape, without samples and channels. */
function places(layer: Layer, shape: Shape): number {
  const { dataFormat } = layer.getConfig();
  return numberOf(dataFormat === "channelsFirst" ? shape.slice(2) : shape.slice(1, -1));
}

function numberOf(shape: Shape): number {
  return product(shape.map((size) => size ?? 1));
}
