/**
 * Layers whose weights are products of factors: squares of the factors in the loss are a sparse penalty of their
 * product.
 */

import type * as TensorFlow from "@tensorflow/tfjs";
import { differentGroups, ownConstraint } from "../network-errors";
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
import {
  configOf,
  type LayerRecord,
  type SubstitutedLayer,
  type SubstitutedLayerClass,
  weightName,
} from "./substituted-layer";

/** The distance from 1 to the next 32-bit float: `collapse` sets groups of at most this norm to zero. */
export const FLOAT32_EPSILON: number = 2 ** -23;

type Layer = TensorFlow.layers.Layer;
type Tensor = TensorFlow.Tensor;

/**
 * A layer of which one or several weights are products of factors: the first factors are the inner layer's own `variables`, the others
 * are gates. A group of several weights spans all of them, and has one gate a factor; with structure `"weight"` each entry is a group.
 */
export interface FactorizedLayer extends SubstitutedLayer {
  readonly factorization: Factorization;
  /** Coefficient of the penalty; may be set between steps. */
  lambda: number;
  /** The `k - 1` gates, or the one that is shared. */
  readonly gates: readonly TensorFlow.LayerVariable[];
  /** The partition of each of `variables`. */
  readonly groupings: readonly Grouping[];
  /** The first group of each of `variables`. */
  readonly firstGroups: readonly number[];
  readonly nGroups: number;
  /** Number of weights of each group. */
  readonly sizes: Int32Array;
  /** Weight of each group in the penalty. */
  readonly groupWeights: Float64Array;
  /** `(lambda / k) sum_l sum_g w_g ||xi_{l,g}||^2`, a shared gate counted `k - 1` times, over `applications`. */
  penalty(): TensorFlow.Scalar;
}

/** Constructor of the class that {@link factorizedLayer} makes. */
export type FactorizedLayerClass = new (
  inner: Layer,
  weightNames: readonly string[],
  options: FactorizationOptions,
) => FactorizedLayer;

/** Creates the class of factorized layers from that of substituted ones. */
export function factorizedLayer(tf: typeof TensorFlow, base: SubstitutedLayerClass): FactorizedLayerClass {
  return class Factorized extends base {
    readonly factorization: Factorization;
    lambda: number;
    gates: TensorFlow.LayerVariable[] = [];
    groupings: readonly Grouping[] = [];
    firstGroups: readonly number[] = [];
    nGroups = 0;
    sizes!: Int32Array;
    groupWeights!: Float64Array;
    #fused: FusedFactors | undefined;

    constructor(inner: Layer, weightNames: readonly string[], options: FactorizationOptions) {
      super(inner, weightNames);
      const where = this.getClassName();
      for (const name of weightNames) checkUnconstrained(where, inner, name);
      this.factorization = factorizationFrom(where, options);
      this.lambda = this.factorization.lambda;
    }

    override build(inputShape: TensorFlow.Shape | TensorFlow.Shape[]): void {
      super.build(inputShape);
      const { depth, structure, shared, groupWeights } = this.factorization;
      const [where, className] = [this.getClassName(), this.inner.getClassName()];
      this.groupings = this.variables.map(({ shape }) =>
        groupingOf(where, structure, className, shape as number[]),
      );
      const counts = this.groupings.map(({ nGroups }) => nGroups);
      const areJoint = structure !== "weight";
      if (areJoint && counts.some((count) => count !== counts[0]))
        throw differentGroups(where, this.name, this.variables.map(weightName), counts);
      this.firstGroups = counts.map((_, k) => (areJoint ? 0 : sum(counts.slice(0, k))));
      this.nGroups = areJoint ? counts[0] : sum(counts);
      this.sizes = new Int32Array(this.nGroups);
      this.groupings.forEach(({ sizes }, k) => {
        for (const [g, size] of sizes.entries()) this.sizes[this.firstGroups[k] + g] += size;
      });
      const [{ labels, shape }] = this.groupings;
      const gateShape = labels || counts.length > 1 ? [this.nGroups] : [...shape];
      const ones = tf.initializers.ones();
      for (let r = 1; r <= (shared ? 1 : depth - 1); r++) {
        this.gates.push(this.addWeight(`gate_${r}`, gateShape, "float32", ones, undefined, true));
      }
      this.groupWeights = Float64Array.from(this.sizes, (size) =>
        groupWeights === "sqrt" ? Math.sqrt(size) : 1,
      );
      this.addLoss(() => this.penalty());
    }

    override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor | Tensor[] {
      const { structure, shared } = this.factorization;
      const factors = [...this.variables, ...this.gates];
      const coefficient = this.#coefficient() * this.groupWeights[0];
      // Computed outside of the call's `tidy`, since the loss reads the penalty later.
      const isPlain = structure === "weight" && this.variables.length === 1;
      this.#fused = isPlain && !shared ? fusedFactors(tf, factors, coefficient) : undefined;
      try {
        return super.call(inputs, kwargs);
      } finally {
        this.#fused?.product.dispose();
      }
    }

    override effectiveWeights(): Tensor[] {
      if (this.#fused && !this.#fused.product.isDisposed) return [this.#fused.product];
      const { depth, shared } = this.factorization;
      return tf.tidy(() => {
        let gate: Tensor = this.gates[0].read();
        for (const other of this.gates.slice(1)) gate = tf.mul(gate, other.read());
        if (shared) gate = tf.pow(tf.abs(gate), depth - 1);
        return this.variables.map((variable, k) => tf.mul(variable.read(), this.#stretched(gate, k)));
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
        let total = this.variables
          .map((variable, k) => squares(tf, variable.read(), scale, weights && this.#stretched(weights, k)))
          .reduce((sum, other) => tf.add(sum, other));
        for (const gate of this.gates) {
          total = tf.add(total, squares(tf, gate.read(), shared ? scale * (depth - 1) : scale, weights));
        }
        return total;
      });
    }

    #coefficient(): number {
      return this.lambda / this.factorization.depth / this.factorization.applications;
    }

    /** Returns one number per group as a tensor that broadcasts over a variable. */
    #stretched(all: Tensor, k: number): Tensor {
      const { labels, shape, nGroups } = this.groupings[k];
      const gate = nGroups === this.nGroups ? all : tf.slice(all, this.firstGroups[k], nGroups);
      if (!labels) return this.variables.length === 1 ? gate : tf.reshape(gate, [...shape]);
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
      const [weight, ...others] = this.weightNames.map((name) => ({ name }));
      const weights = others.length === 0 ? { weight } : { weights: [weight, ...others] };
      return { name: this.name, layer: { className, config }, ...weights, ...factors } as never;
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

/** @throws InputError where the weight has a constraint, which would hold of its first factor alone. */
export function checkUnconstrained(where: string, inner: Layer, name: string): void {
  const option = `${name.replace(/_kernel$/, "")}Constraint`;
  const value = configOf(inner)[option] as Partial<LayerRecord> | null | undefined;
  if (value) throw ownConstraint(where, inner.name, option, value.className);
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Returns for each variable of a layer the group of each of its entries. */
export function groupsOfEntries({ variables, groupings, firstGroups }: FactorizedLayer): Int32Array[] {
  return variables.map(({ shape }, k) =>
    groupNumbers(groupings[k], shape as number[]).map((group) => firstGroups[k] + group),
  );
}

/**
 * Returns the sum of squares of each group.
 *
 * @param values of each variable of the layer.
 */
export function groupSquares(layer: FactorizedLayer, values: readonly ArrayLike<number>[]): Float64Array {
  const squares = new Float64Array(layer.nGroups);
  groupsOfEntries(layer).forEach((groups, k) => {
    groups.forEach((group, i) => {
      squares[group] += values[k][i] ** 2;
    });
  });
  return squares;
}

/** Returns the Euclidean norm of each group of a layer's weights, in 64 bits. */
export function groupNorms(layer: FactorizedLayer): Float64Array {
  const { depth, shared } = layer.factorization;
  const gateValues = layer.gates.map((gate) => gate.read().dataSync());
  const factors = layer.variables.map((variable) => variable.read().dataSync());
  return groupSquares(layer, factors).map((square, g) => {
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
      const size = layer.sizes[g];
      if (norm <= FLOAT32_EPSILON) zeros += size;
      weights += size;
    });
  }
  return zeros / weights;
}
