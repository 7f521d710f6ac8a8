import type * as TensorFlow from "@tensorflow/tfjs";
import { checkKeys } from "../../options";
import { tensorFlow } from "../tensorflow";
import { FACTORIZATION_KEYS } from "./factorization";
import { type FactorizedLayer, factorizedLayer, splitOptions } from "./factorized-layer";
import { type FrozenZerosLayer, frozenZerosLayer } from "./frozen-zeros-layer";
import { type LayerRecord, layerFrom, type SubstitutedLayer, substitutedLayer } from "./substituted-layer";

type Layer = TensorFlow.layers.Layer;
type Options = Record<string, unknown>;

/** The layers of this library, made when TensorFlow.js is first needed, since they extend a class of it. */
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
const GATED = ["layer", "weight", "name", "customObjects"];

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
      super(tf.layers.dense(named("HadamardDense", inner) as never), "kernel", factors);
    }
  }

  class HadamardConv2D extends Flat {
    static className = "HadamardConv2D";
    constructor(options: Options) {
      checkKeys("HadamardConv2D", options, [...CONV2D, ...FACTORIZATION_KEYS]);
      const [inner, factors] = splitOptions(options);
      super(tf.layers.conv2d(named("HadamardConv2D", inner) as never), "kernel", factors);
    }
  }

  class Gated extends Factorized {
    static className = "Gated";
    constructor(options: Options) {
      checkKeys("gate", options, [...GATED, ...FACTORIZATION_KEYS]);
      const [{ layer, weight }, factors] = splitOptions(options);
      const inner = layer instanceof tf.layers.Layer ? layer : layerFrom(tf, layer as LayerRecord);
      super(inner, (weight as { name: string }).name, factors);
    }
  }

  class FrozenZeros extends frozenZerosLayer(tf, Substituted) {
    static className = "FrozenZeros";
    constructor({ layer, weight }: Options) {
      super(layerFrom(tf, layer as LayerRecord), (weight as { name: string }).name);
    }
    override getConfig(): TensorFlow.serialization.ConfigDict {
      return { name: this.name, layer: this.plainRecord(), weight: { name: this.weightName } } as never;
    }
  }

  classes = { HadamardDense, HadamardConv2D, Gated, FrozenZeros };
  for (const made of Object.values(classes)) tf.serialization.registerClass(made as never);
  return classes;
}

const counts = new Map<string, number>();

/** A name after the class, as TensorFlow.js gives, where there is none. */
function named(className: string, options: Options): Options {
  if (options.name) return options;
  counts.set(className, (counts.get(className) ?? 0) + 1);
  const stem = className === "HadamardDense" ? "hadamard_dense" : "hadamard_conv2d";
  return { ...options, name: `${stem}_${counts.get(className)}` };
}

/** Whether a layer is one of {@link LayerClasses}. */
export function isFactorized(layer: Layer): layer is FactorizedLayer {
  return "factorization" in layer;
}

/** Whether a layer computes with something in place of one of its weights. */
export function isSubstituted(layer: Layer): layer is SubstitutedLayer {
  return "plainRecord" in layer;
}

/** The layers of a model, those of nested models in their place, each layer once. */
export function layersOf(model: TensorFlow.LayersModel): Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    const { layers } = layer as Partial<TensorFlow.LayersModel>;
    if (Array.isArray(layers)) layers.forEach(visit);
    else found.add(layer);
  };
  visit(model);
  return [...found];
}

/** The factorized layers of a model, those of nested models included. */
export function factorizedLayers(model: TensorFlow.LayersModel): FactorizedLayer[] {
  return layersOf(model).filter(isFactorized);
}
