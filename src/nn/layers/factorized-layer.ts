/**
 * Layers whose weight is a product of factors: squares of the factors in the loss are a sparse penalty of their
 * product.
 */

import type * as TensorFlow from "@tensorflow/tfjs";
import { ownPenalty } from "../network-errors";
import { FACTOR_PRODUCT, MAX_FACTORS } from "../wasm/factor-product";
import {
  FACTORIZATION_KEYS,
  type Factorization,
  type FactorizationOptions,
  factorizationFrom,
  type Grouping,
  groupingOf,
  groupNumbers,
} from "./factorization";
import type { LayerRecord, SubstitutedLayer, SubstitutedLayerClass } from "./substituted-layer";

/** The distance from 1 to the next 32-bit float: `collapse` sets groups of at most this norm to zero. */
export const FLOAT32_EPSILON: number = 2 ** -23;

type Layer = TensorFlow.layers.Layer;
type Tensor = TensorFlow.Tensor;

/** A layer one of whose weights is a product of factors: the inner layer's own variable, then the gates. */
export interface FactorizedLayer extends SubstitutedLayer {
  readonly factorization: Factorization;
  /** The first factor, the only one of `variables`. Only once the layer is built. */
  readonly variable: TensorFlow.LayerVariable;
  /** Coefficient of the penalty; may be set between steps. */
  lambda: number;
  /** The `k - 1` gates, or the one that is shared. */
  readonly gates: readonly TensorFlow.LayerVariable[];
  readonly grouping: Grouping;
  /** Weight of each group in the penalty. */
  readonly groupWeights: Float64Array;
  /** `(lambda / k) sum_l sum_g w_g ||xi_{l,g}||^2`, a shared gate counted `k - 1` times, over `applications`. */
  penalty(): TensorFlow.Scalar;
}

/** Constructor of the class that {@link factorizedLayer} makes. */
export type FactorizedLayerClass = new (
  inner: Layer,
  weightName: string,
  options: FactorizationOptions,
) => FactorizedLayer;

/** Creates the class of factorized layers from that of substituted ones. */
export function factorizedLayer(tf: typeof TensorFlow, base: SubstitutedLayerClass): FactorizedLayerClass {
  return class Factorized extends base {
    readonly factorization: Factorization;
    lambda: number;
    gates: TensorFlow.LayerVariable[] = [];
    grouping!: Grouping;
    groupWeights!: Float64Array;
    #fused: FusedFactors | undefined;

    constructor(inner: Layer, weightName: string, options: FactorizationOptions) {
      super(inner, [weightName]);
      const where = this.getClassName();
      checkUnpenalized(where, inner, weightName);
      this.factorization = factorizationFrom(where, options);
      this.lambda = this.factorization.lambda;
    }

    get variable(): TensorFlow.LayerVariable {
      return this.variables[0];
    }

    override build(inputShape: TensorFlow.Shape | TensorFlow.Shape[]): void {
      super.build(inputShape);
      const { depth, structure, shared, groupWeights } = this.factorization;
      const { shape } = this.variable;
      const grouping = groupingOf(
        this.getClassName(),
        structure,
        this.inner.getClassName(),
        shape as number[],
      );
      const gateShape = grouping.labels ? [grouping.labels.count] : [...grouping.shape];
      const ones = tf.initializers.ones();
      for (let r = 1; r <= (shared ? 1 : depth - 1); r++) {
        this.gates.push(this.addWeight(`gate_${r}`, gateShape, "float32", ones, undefined, true));
      }
      this.grouping = grouping;
      this.groupWeights = Float64Array.from(grouping.sizes, (size) =>
        groupWeights === "sqrt" ? Math.sqrt(size) : 1,
      );
      this.addLoss(() => this.penalty());
    }

    override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor | Tensor[] {
      const { structure, shared } = this.factorization;
      const factors = [this.variable, ...this.gates];
      const coefficient = this.#coefficient() * this.groupWeights[0];
      // Computed outside of the call's `tidy`, since the loss reads the penalty later.
      this.#fused = structure === "weight" && !shared ? fusedFactors(tf, factors, coefficient) : undefined;
      try {
        return super.call(inputs, kwargs);
      } finally {
        this.#fused?.product.dispose();
      }
    }

    override effectiveWeights(): Tensor[] {
      return [this.#product()];
    }

    #product(): Tensor {
      if (this.#fused && !this.#fused.product.isDisposed) return this.#fused.product;
      const { depth, shared } = this.factorization;
      return tf.tidy(() => {
        let gate: Tensor = this.gates[0].read();
        for (const other of this.gates.slice(1)) gate = tf.mul(gate, other.read());
        if (shared) gate = tf.pow(tf.abs(gate), depth - 1);
        return tf.mul(this.variable.read(), this.#stretched(gate));
      });
    }

    penalty(): TensorFlow.Scalar {
      const { depth, shared } = this.factorization;
      const coefficient = this.#coefficient();
      const [weight] = this.groupWeights;
      if (this.#fused?.isCurrent(coefficient * weight)) return this.#fused.penalty;
      return tf.tidy(() => {
        const uniform = this.groupWeights.every((other) => other === weight);
        const weights = uniform ? undefined : tf.tensor1d(Float32Array.from(this.groupWeights));
        const scale = uniform ? coefficient * weight : coefficient;
        let total = squares(tf, this.variable.read(), scale, weights && this.#stretched(weights));
        for (const gate of this.gates) {
          total = tf.add(total, squares(tf, gate.read(), shared ? scale * (depth - 1) : scale, weights));
        }
        return total;
      });
    }

    #coefficient(): number {
      return this.lambda / this.factorization.depth / this.factorization.applications;
    }

    /** Returns one number per group as a tensor that broadcasts over the weight. */
    #stretched(gate: Tensor): Tensor {
      const { labels, shape } = this.grouping;
      if (!labels) return gate;
      // The WebAssembly backend has no kernel for the gradient of a gather, so indicators are multiplied.
      const indicators = new Float32Array(labels.count * labels.of.length);
      labels.of.forEach((g, i) => {
        indicators[g * labels.of.length + i] = 1;
      });
      const table = tf.tensor2d(indicators, [labels.count, labels.of.length]);
      return tf.reshape(tf.matMul(tf.reshape(gate, [1, labels.count]), table), [...shape]);
    }

    override getConfig(): TensorFlow.serialization.ConfigDict {
      const factors: Factorization = { ...this.factorization, lambda: this.lambda };
      const { className, config } = this.plainRecord();
      // TensorFlow.js changes the case of texts in JSON, except for names.
      const weight = { name: this.weightNames[0] };
      return { name: this.name, layer: { className, config }, weight, ...factors } as never;
    }
  };
}

/** `scale * sum w x^2`, with `2 scale w x` as one product for a gradient. */
function squares(tf: typeof TensorFlow, x: Tensor, scale: number, weights?: Tensor): TensorFlow.Scalar {
  const weighted = (values: Tensor, by: Tensor | undefined): Tensor => (by ? tf.mul(values, by) : values);
  return tf.customGrad((values, save) => {
    (save as TensorFlow.GradSaveFunc)([values as Tensor, ...(weights ? [weights] : [])]);
    return {
      value: tf.mul(tf.sum(weighted(tf.square(values as Tensor), weights)), scale) as TensorFlow.Scalar,
      gradFunc: (dy: Tensor, [saved, by]: Tensor[]) => weighted(tf.mul(saved, tf.mul(dy, 2 * scale)), by),
    };
  })(x) as TensorFlow.Scalar;
}

/** @throws InputError where the weight has a penalty or a constraint of its own. */
export function checkUnpenalized(where: string, inner: Layer, weightName: string): void {
  const config = inner.getConfig();
  const weight = weightName.replace(/_kernel$/, "");
  for (const option of [`${weight}Regularizer`, `${weight}Constraint`]) {
    const value = config[option] as Partial<LayerRecord> | null | undefined;
    if (value) throw ownPenalty(where, inner.name, option, value.className);
  }
}

/** Splits options of a factorization off those of the layer itself. */
export function splitOptions<T extends object>(options: T): [inner: T, factors: FactorizationOptions] {
  const own = new Set<string>(FACTORIZATION_KEYS);
  const entries = Object.entries(options);
  return [
    Object.fromEntries(entries.filter(([key]) => !own.has(key))) as T,
    Object.fromEntries(entries.filter(([key]) => own.has(key))) as FactorizationOptions,
  ];
}

/** The product of factors and their penalty, computed in one pass, as are their gradients. */
interface FusedFactors {
  readonly product: TensorFlow.Tensor;
  /** The penalty, owned by the gradient computation: it is disposed of when a call of the whole model ends. */
  readonly penalty: TensorFlow.Scalar;
  /** Whether the penalty is that of the present factors and recorded for the gradient that is being computed. */
  isCurrent(coefficient: number): boolean;
}

/**
 * @param factors of one shape.
 * @param coefficient of the sum of their squares.
 * @returns undefined where no first-order gradient is computed or no kernel exists; separate operations are used then.
 */
function fusedFactors(
  tf: typeof TensorFlow,
  factors: readonly TensorFlow.LayerVariable[],
  coefficient: number,
): FusedFactors | undefined {
  const { state } = tf.engine();
  if (state.gradientDepth !== 1 || factors.length > MAX_FACTORS) return undefined;
  if (!tf.getKernel(FACTOR_PRODUCT, tf.getBackend())) return undefined;
  const idsOf = (): object[] => factors.map((factor) => factor.read().dataId);
  const [tape, ids] = [state.activeTape, idsOf()];
  const inputs = factors.map((factor) => factor.read());
  const outputs = tf.engine().runKernel(FACTOR_PRODUCT, inputs as never, { coefficient });
  const [product, penalty] = outputs as [TensorFlow.Tensor, TensorFlow.Scalar];
  return {
    product,
    penalty,
    isCurrent: (now) =>
      now === coefficient &&
      !penalty.isDisposed &&
      state.activeTape === tape &&
      idsOf().every((id, l) => id === ids[l]),
  };
}

/** Returns the Euclidean norm of each group of a layer's weight, in 64 bits. */
export function groupNorms({ variable, gates, grouping, factorization }: FactorizedLayer): Float64Array {
  const { depth, shared } = factorization;
  const factor = variable.read().dataSync();
  const gateValues = gates.map((gate) => gate.read().dataSync());
  const groupOf = groupNumbers(grouping, variable.shape as number[]);
  const squares = new Float64Array(grouping.nGroups);
  factor.forEach((value, i) => {
    squares[groupOf[i]] += value ** 2;
  });
  return squares.map((square, g) => {
    const gate = gateValues.reduce((product, values) => product * Math.abs(values[g]), 1);
    return Math.sqrt(square) * gate ** (shared ? depth - 1 : 1);
  });
}

/** Returns the number of groups of a layer that `collapse` would set to zero. */
export function zeroGroups(layer: FactorizedLayer): number {
  return groupNorms(layer).filter((norm) => norm <= FLOAT32_EPSILON).length;
}

/** Returns the share of the weights of factorized layers that `collapse` would set to zero, in [0, 1]. */
export function factorSparsity(layers: readonly FactorizedLayer[]): number {
  let zeros = 0;
  let weights = 0;
  for (const layer of layers) {
    groupNorms(layer).forEach((norm, g) => {
      const size = layer.grouping.sizes[g];
      if (norm <= FLOAT32_EPSILON) zeros += size;
      weights += size;
    });
  }
  return zeros / weights;
}
