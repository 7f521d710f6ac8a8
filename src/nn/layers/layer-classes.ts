/**
 * The classes of this library's layers, created when TensorFlow.js is first needed, since they extend a class
 * of it.
 */

import type * as TensorFlow from "@tensorflow/tfjs";
import { checkKeys } from "../../options";
import { tensorFlow } from "../tensorflow";
import { FACTORIZATION_KEYS } from "./factorization";
import { type FactorizedLayer, factorizedLayer, splitOptions } from "./factorized-layer";
import {
  type FrozenZerosLayer,
  frozenZerosLayer,
  type LayerRecord,
  layerFrom,
  substitutedLayer,
} from "./substituted-layer";

type Options = Record<string, unknown>;

/** The classes of this library's layers. */
export interface LayerClasses {
  readonly HadamardDense: new (options: Options) => FactorizedLayer;
  readonly HadamardConv2D: new (options: Options) => FactorizedLayer;
  readonly Gated: new (options: Options) => FactorizedLayer;
  readonly FrozenZeros: new (options: Options) => FrozenZerosLayer;
}

const LAYER = "name trainable inputShape batchInputShape batchSize dtype inputDType weights customObjects";
const WEIGHTS =
  "activation useBias kernelInitializer biasInitializer kernelRegularizer biasRegularizer activityRegularizer kernelConstraint biasConstraint";
const DENSE = `units inputDim ${WEIGHTS} ${LAYER}`.split(" ");
const CONV2D = `filters kernelSize strides padding dataFormat dilationRate ${WEIGHTS} ${LAYER}`.split(" ");
const GATED = ["layer", "weight", "weights", "name", "customObjects"];

let classes: LayerClasses | undefined;

/** @throws InputError if TensorFlow.js is not installed. */
export function layerClasses(where: string): LayerClasses {
  if (classes) return classes;
  const tf = tensorFlow(where);
  const Substituted = substitutedLayer(tf);
  const Factorized = factorizedLayer(tf, Substituted);

  /** A factorized layer of one class, whose options are those of the plain layer and of the factorization. */
  abstract class Flat extends Factorized {
    override getConfig(): TensorFlow.serialization.ConfigDict {
      const { layer, weight: _, ...factors } = super.getConfig();
      return { ...(layer as unknown as LayerRecord).config, ...factors };
    }
  }

  class HadamardDense extends Flat {
    static className = "HadamardDense";
    constructor(options: Options) {
      checkKeys("HadamardDense", options, [...DENSE, ...FACTORIZATION_KEYS]);
      const [inner, factors] = splitOptions(options);
      super(tf.layers.dense(withLayerName("HadamardDense", inner) as never), ["kernel"], factors);
    }
  }

  class HadamardConv2D extends Flat {
    static className = "HadamardConv2D";
    constructor(options: Options) {
      checkKeys("HadamardConv2D", options, [...CONV2D, ...FACTORIZATION_KEYS]);
      const [inner, factors] = splitOptions(options);
      super(tf.layers.conv2d(withLayerName("HadamardConv2D", inner) as never), ["kernel"], factors);
    }
  }

  class Gated extends Factorized {
    static className = "Gated";
    constructor(options: Options) {
      checkKeys("gate", options, [...GATED, ...FACTORIZATION_KEYS]);
      const [{ layer, weight, weights = [weight] }, factors] = splitOptions(options);
      const inner = layer instanceof tf.layers.Layer ? layer : layerFrom(tf, layer as LayerRecord);
      const names = (weights as readonly { name: string }[]).map(({ name }) => name);
      super(inner, names, factors);
    }
  }

  class FrozenZeros extends frozenZerosLayer(tf, Substituted) {
    static className = "FrozenZeros";
    constructor({ layer, weights, weight }: Options) {
      // Models saved by earlier versions have one weight.
      const names = ((weights ?? [weight]) as readonly { name: string }[]).map(({ name }) => name);
      super(layerFrom(tf, layer as LayerRecord), names);
    }
    override getConfig(): TensorFlow.serialization.ConfigDict {
      const weights = this.weightNames.map((name) => ({ name }));
      return { name: this.name, layer: this.plainRecord(), weights } as never;
    }
  }

  classes = { HadamardDense, HadamardConv2D, Gated, FrozenZeros };
  for (const made of Object.values(classes)) tf.serialization.registerClass(made as never);
  return classes;
}

const counts = new Map<string, number>();

/** Adds a name derived from the class, as TensorFlow.js does, where there is none. */
function withLayerName(className: string, options: Options): Options {
  if (options.name) return options;
  counts.set(className, (counts.get(className) ?? 0) + 1);
  const stem = className === "HadamardDense" ? "hadamard_dense" : "hadamard_conv2d";
  return { ...options, name: `${stem}_${counts.get(className)}` };
}
