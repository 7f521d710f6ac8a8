/**
 * The base class of layers of which weights are products of factors ({@link substitutedLayer}), and layers with frozen
 * zeros.
 */
import type * as TensorFlow from "@tensorflow/tfjs";
import { noSuchWeight } from "../network-errors";

type Layer = TensorFlow.layers.Layer;
type Inputs = TensorFlow.Tensor | TensorFlow.Tensor[];

/** A layer as TensorFlow.js serializes it. */
export interface LayerRecord {
  readonly className: string;
  readonly config: TensorFlow.serialization.ConfigDict;
}

/** Returns the configuration of a layer; of a depthwise convolution TensorFlow.js has the regularizer in place of the constraint. */
export function configOf(layer: Layer): TensorFlow.serialization.ConfigDict {
  const config = layer.getConfig();
  if (layer.getClassName() !== "DepthwiseConv2D") return config;
  const { depthwiseConstraint: constraint } = layer as unknown as {
    depthwiseConstraint: TensorFlow.serialization.Serializable | null;
  };
  const record = constraint && { className: constraint.getClassName(), config: constraint.getConfig() };
  return { ...config, depthwiseConstraint: record };
}

/** A layer that computes as its `inner` layer does, with other tensors in place of some of its weights. */
export interface SubstitutedLayer extends Layer {
  readonly inner: Layer;
  /** Names of the weights that are substituted, such as `"kernel"`. */
  readonly weightNames: readonly string[];
  /** The inner layer's own variables of these names, several of one name in both directions and in stacked cells. Only once the layer is built. */
  readonly variables: readonly TensorFlow.LayerVariable[];
  /** Returns the weights that the inner layer computes with in place of `variables`, new tensors at each call. */
  effectiveWeights(): TensorFlow.Tensor[];
  /** Returns the serialized inner layer. */
  plainRecord(): LayerRecord;
}

/** Constructor of the class that {@link substitutedLayer} makes. */
export type SubstitutedLayerClass = abstract new (
  inner: Layer,
  weightNames: readonly string[],
) => SubstitutedLayer;

/** Members of TensorFlow.js that its declarations omit. */
interface UndeclaredMembers {
  readonly fastWeightInitDuringBuild: boolean;
  _stateful: boolean;
}

/** Members of recurrent layers that `apply` reads and sets, of the inner layer where it is recurrent. */
interface RecurrentMembers {
  numConstants?: number | null;
  stateSpec?: unknown;
}

/** The object that reads a variable in its `call`, and the property by which it does: a layer, or a cell or layer within it. */
interface Reader {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Layers and cells that a layer or cell calls. */
interface Parts {
  readonly cell?: object;
  readonly cells?: readonly object[];
  readonly layer?: object;
  readonly forwardLayer?: object;
  readonly backwardLayer?: object;
}

/** Returns what reads a variable of a layer; undefined where it cannot be substituted. */
export function readerOf(layer: object, variable: TensorFlow.LayerVariable): Reader | undefined {
  const holder = layer as Record<string, unknown>;
  const key = Object.keys(holder).find((property) => holder[property] === variable);
  if (key !== undefined) return { holder, key };
  const { cell, cells = [], layer: wrapped, forwardLayer, backwardLayer } = layer as Parts;
  for (const part of [cell, ...cells, wrapped, forwardLayer, backwardLayer]) {
    const reader = part && readerOf(part, variable);
    if (reader) return reader;
  }
  return undefined;
}

/** Returns the name of a weight within its layer, such as `"kernel"`. */
export function weightName({ originalName }: TensorFlow.LayerVariable): string {
  return originalName.split("/").pop()!;
}

/** Creates the base class of all layers that substitute weights. */
export function substitutedLayer(tf: typeof TensorFlow): SubstitutedLayerClass {
  abstract class Substituted extends tf.layers.Layer {
    readonly inner: Layer;
    readonly weightNames: readonly string[];
    variables: readonly TensorFlow.LayerVariable[] = [];
    #readers: readonly Reader[] = [];

    constructor(inner: Layer, weightNames: readonly string[]) {
      const { name, trainable, batchInputShape, dtype } = inner;
      super({ name, trainable, ...(batchInputShape && { batchInputShape, dtype }) });
      this.inner = inner;
      this.weightNames = weightNames;
      this.supportsMasking = inner.supportsMasking;
      this.inputSpec = inner.inputSpec;
      (this as unknown as UndeclaredMembers)._stateful = inner.stateful;
    }

    get numConstants(): number | null | undefined {
      return (this.inner as RecurrentMembers).numConstants;
    }

    set numConstants(count) {
      (this.inner as RecurrentMembers).numConstants = count;
    }

    get stateSpec(): unknown {
      return (this.inner as RecurrentMembers).stateSpec;
    }

    set stateSpec(spec) {
      (this.inner as RecurrentMembers).stateSpec = spec;
    }

    abstract effectiveWeights(): TensorFlow.Tensor[];

    override build(inputShape: TensorFlow.Shape | TensorFlow.Shape[]): void {
      const { inner } = this;
      const { inputSpec } = inner;
      if (!inner.built) {
        inner.setFastWeightInitDuringBuild((this as unknown as UndeclaredMembers).fastWeightInitDuringBuild);
        inner.build(inputShape);
        inner.built = true;
        if (inner.initialWeights) inner.setWeights(inner.initialWeights);
      }
      this.trainableWeights = [...inner.trainableWeights];
      this.nonTrainableWeights = [...inner.nonTrainableWeights];
      this.addLoss(inner.losses.map((loss) => () => this.#lossOfEffectiveWeights(loss)));
      // Where it has not changed, it may have been extended by initial states for this call.
      if (inner.inputSpec !== inputSpec) this.inputSpec = inner.inputSpec;
      this.variables = this.weightNames.flatMap((name) => this.#variablesNamed(name));
      this.#readers = this.variables.map((variable) => readerOf(inner, variable)!);
      super.build(inputShape);
    }

    /** Returns a regularizer's value with the effective weights in place of the variables that it reads. */
    #lossOfEffectiveWeights(loss: () => TensorFlow.Scalar): TensorFlow.Scalar {
      return tf.tidy(() => {
        const effective = this.effectiveWeights();
        for (const [i, variable] of this.variables.entries()) variable.read = () => effective[i];
        try {
          return loss();
        } finally {
          for (const variable of this.variables) delete (variable as Partial<typeof variable>).read;
        }
      });
    }

    #variablesNamed(name: string): TensorFlow.LayerVariable[] {
      const { weights } = this.inner;
      const found = weights.filter((weight) => weightName(weight) === name && readerOf(this.inner, weight));
      if (found.length === 0)
        throw noSuchWeight(this.getClassName(), this.name, name, weights.map(weightName));
      return found;
    }

    /** Applies the layer; only the `apply` of recurrent layers accepts initial states as further inputs. */
    override apply(...[inputs, kwargs]: Parameters<Layer["apply"]>): ReturnType<Layer["apply"]> {
      if (!(this.inner instanceof tf.RNN)) return super.apply(inputs, kwargs);
      const own: Record<string, unknown> = { ...kwargs };
      const outputs = tf.RNN.prototype.apply.call(this, inputs, own);
      // The states are inputs now; TensorFlow.js would warn of an argument that JSON cannot hold.
      delete own.initialState;
      return outputs;
    }

    override resetStates(...args: unknown[]): void {
      (this.inner.resetStates as (...states: unknown[]) => void)(...args);
    }

    override call(inputs: Inputs, kwargs: Record<string, unknown>): Inputs {
      return tf.tidy(() => {
        const effective = this.effectiveWeights();
        for (const [i, { holder, key }] of this.#readers.entries()) {
          holder[key] = Object.create(this.variables[i], { read: { value: () => effective[i] } });
        }
        try {
          return this.inner.call(inputs, kwargs);
        } finally {
          for (const [i, { holder, key }] of this.#readers.entries()) holder[key] = this.variables[i];
        }
      });
    }

    override computeOutputShape(
      inputShape: TensorFlow.Shape | TensorFlow.Shape[],
    ): TensorFlow.Shape | TensorFlow.Shape[] {
      return this.inner.computeOutputShape(inputShape);
    }

    override computeMask(
      inputs: Inputs,
      mask?: TensorFlow.Tensor | TensorFlow.Tensor[],
    ): TensorFlow.Tensor | TensorFlow.Tensor[] {
      return this.inner.computeMask(inputs, mask);
    }

    plainRecord(): LayerRecord {
      return {
        className: this.inner.getClassName(),
        config: { ...configOf(this.inner), trainable: this.trainable },
      };
    }
  }
  return Substituted;
}

/** Creates the layer that a record describes, not built yet. */
export function layerFrom(tf: typeof TensorFlow, { className, config }: LayerRecord): Layer {
  const [cls, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className];
  return fromConfig(cls, config) as Layer;
}

/** A layer whose weights are multiplied by masks of zeros and ones, so that zeros have no gradient. */
export interface FrozenZerosLayer extends SubstitutedLayer {
  /** For each of `variables` 1 where the weight is free, 0 where it stays zero. */
  readonly masks: readonly TensorFlow.LayerVariable[];
}

/** Returns the record of a layer that computes as a given one does, with masks over its weights of these names. */
export function frozenZerosRecord(layer: Layer, names: readonly string[]): LayerRecord {
  const inner = { className: layer.getClassName(), config: configOf(layer) };
  const weights = names.map((name) => ({ name }));
  return { className: "FrozenZeros", config: { name: layer.name, layer: inner, weights } as never };
}

/** Creates the class of layers with frozen zeros from that of substituted ones. */
export function frozenZerosLayer(
  tf: typeof TensorFlow,
  base: SubstitutedLayerClass,
): new (
  inner: TensorFlow.layers.Layer,
  weightNames: readonly string[],
) => FrozenZerosLayer {
  return class extends base {
    masks: readonly TensorFlow.LayerVariable[] = [];

    override build(inputShape: TensorFlow.Shape | TensorFlow.Shape[]): void {
      super.build(inputShape);
      const ones = tf.initializers.ones();
      // Not `mask_2`: that is what TensorFlow.js calls the third `mask` of a name.
      this.masks = this.variables.map(({ shape }, i) =>
        this.addWeight(i === 0 ? "mask" : `mask${i + 1}`, shape, "float32", ones, undefined, false),
      );
    }

    override effectiveWeights(): TensorFlow.Tensor[] {
      return this.variables.map((variable, i) => tf.mul(variable.read(), this.masks[i].read()));
    }
  };
}
