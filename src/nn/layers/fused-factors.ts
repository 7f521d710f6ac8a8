import type * as TensorFlow from "@tensorflow/tfjs";
import { FACTOR_PRODUCT, MOST_FACTORS } from "../wasm/factor-product";

/** The product of factors and their penalty, made in one pass, with gradients that are made in one pass. */
export interface FusedFactors {
  readonly product: TensorFlow.Tensor;
  /** Belongs to whoever takes the gradient: gone where a call of the whole model has tidied it up. */
  readonly penalty: TensorFlow.Scalar;
  /** Whether it is the penalty of factors as they are now, and known to the gradient that is being taken. */
  isCurrent(coefficient: number): boolean;
}

/**
 * @param factors of one shape.
 * @param coefficient of the sum of their squares.
 * @returns undefined where nobody takes a first gradient, or no kernel does this: the operations then come one by one.
 */
export function fusedFactors(
  tf: typeof TensorFlow,
  factors: readonly TensorFlow.LayerVariable[],
  coefficient: number,
): FusedFactors | undefined {
  const { state } = tf.engine();
  if (state.gradientDepth !== 1 || factors.length > MOST_FACTORS) return undefined;
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
