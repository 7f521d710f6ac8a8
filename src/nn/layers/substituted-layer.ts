/**
 * The base class of layers whose weight is a product of factors ({@link substitutedLayer}), and layers with frozen
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

/** A layer that computes as its `inner` layer does, with another tensor in place of one of its weights. */
export interface SubstitutedLayer extends Layer {
  readonly inner: Layer;
  /** Name of the weight that is substituted, such as `"kernel"`. */
  readonly weightName: string;
  /** The inner layer's own variable of that name. Only once the layer is built. */
  readonly variable: TensorFlow.LayerVariable;
  /** Returns the weight that the inner layer computes with, a new tensor at each call. */
  effectiveWeight(): TensorFlow.Tensor;
  /** Returns the serialized inner layer. */
  plainRecord(): LayerRecord;
}

/** Constructor of the class that {@link substitutedLayer} makes. */
export type SubstitutedLayerClass = abstract new (inner: Layer, weightName: string) => SubstitutedLayer;

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

/** Creates the base class of all layers that substitute a weight. */
export function substitutedLayer(tf: typeof TensorFlow): SubstitutedLayerClass {
  abstract class Substituted extends tf.layers.Layer {
    readonly inner: Layer;
    readonly weightName: string;
    variable!: TensorFlow.LayerVariable;
    #holder!: Record<string, unknown>;
    #key!: string;

    constructor(inner: Layer, weightName: string) {
      const { name, trainable, batchInputShape, dtype } = inner;
      super({ name, trainable, ...(batchInputShape && { batchInputShape, dtype }) });
      this.inner = inner;
      this.weightName = weightName;
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

    abstract effectiveWeight(): TensorFlow.Tensor;

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
      this.addLoss(inner.losses);
      // Where it has not changed, it may have been extended by initial states for this call.
      if (inner.inputSpec !== inputSpec) this.inputSpec = inner.inputSpec;
      this.#find();
      super.build(inputShape);
    }

    /** Finds the property of the inner layer, or of the cell or layer in it, that holds the variable. */
    #find(): void {
      const name = ({ originalName }: TensorFlow.LayerVariable): string => originalName.split("/").pop()!;
      const variable = this.inner.weights.find((weight) => name(weight) === this.weightName);
      const { cell, layer } = this.inner as unknown as Record<string, object | undefined>;
      for (const holder of [this.inner, cell, layer] as unknown as Record<string, unknown>[]) {
        const key = variable && Object.keys(holder ?? {}).find((property) => holder[property] === variable);
        if (key === undefined) continue;
        [this.variable, this.#holder, this.#key] = [variable!, holder, key];
        return;
      }
      throw noSuchWeight(this.getClassName(), this.name, this.weightName, this.inner.weights.map(name));
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
        const effective = this.effectiveWeight();
        this.#holder[this.#key] = Object.create(this.variable, { read: { value: () => effective } });
        try {
          return this.inner.call(inputs, kwargs);
        } finally {
          this.#holder[this.#key] = this.variable;
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
        config: { ...this.inner.getConfig(), trainable: this.trainable },
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

/** A layer whose weight is multiplied by a mask of zeros and ones, so that zeros have no gradient. */
export interface FrozenZerosLayer extends SubstitutedLayer {
  /** 1 where the weight is free, 0 where it stays zero. */
  readonly mask: TensorFlow.LayerVariable;
}

/** Creates the class of layers with frozen zeros from that of substituted ones. */
export function frozenZerosLayer(
  tf: typeof TensorFlow,
  base: SubstitutedLayerClass,
): new (
  inner: TensorFlow.layers.Layer,
  weightName: string,
) => FrozenZerosLayer {
  return class extends base {
    mask!: TensorFlow.LayerVariable;

    override build(inputShape: TensorFlow.Shape | TensorFlow.Shape[]): void {
      super.build(inputShape);
      const ones = tf.initializers.ones();
      this.mask = this.addWeight("mask", this.variable.shape, "float32", ones, undefined, false);
    }

    override effectiveWeight(): TensorFlow.Tensor {
      return tf.mul(this.variable.read(), this.mask.read());
    }
  };
}
