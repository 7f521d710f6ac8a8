import { mustBe } from "../errors";
import { addScaled, squaredNorm } from "../linalg/vector";
import { checkKeys } from "../options";
import type { SmoothObjective, StochasticObjective } from "../problem/smooth-objective";
import { serializable } from "../recipe";
import { type BatchOptions, batchKeys, isStochastic } from "./batches";
import {
  checkMemory,
  checkStepOptions,
  type Direction,
  descend,
  type StepOptions,
  stepKeys,
} from "./descent";
import { velocityOf } from "./momentum";
import type { Optimizer } from "./optimizer";

export interface SgdOptions extends StepOptions, BatchOptions {
  /** Share `mu` of the velocity that a step keeps, in [0, 1). Default: 0. */
  readonly momentum?: number;
  /** Whether the step looks ahead along the velocity: `gradient + mu v` in place of `v`. Default: false. */
  readonly nesterov?: boolean;
  /**
   * Adds the penalty `(weightDecay / 2) ||x||^2` over all entries, the unpenalized ones too, to the objective: to its
   * value and its gradient, those of the reported states included. Finite and at least 0. Default: 0.
   */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, `x <- x - step * gradient of a batch`; one iteration is one epoch, which visits every
 * sample once in a new order.
 *
 * The states hold the value and the gradient over all samples. Without `batchSize` it is gradient descent: with a step of
 * 0.2, 3000 iterations give a gap of 1e-6 on the problems of squared error that {@link Optimizer} names.
 *
 * With a constant step and mini-batches its limit on a surrogate is too sparse. Near zero each step multiplies the sum
 * and the difference of two factors by about `1 - step (lambda ± G)`, with the batch's derivative `G` of the datafit,
 * and what is multiplied by random numbers may fall although their mean is above one: zero attracts while
 * `|E G| < lambda + (step / 2) Var(G)`, where the lasso has `|E G| <= lambda`. So the limit depends on step and batch
 * size; a step that falls to zero (`cosine`) or full batches solve the problem itself.
 *
 * `weightDecay` is in the gradient, hence part of the objective: with `hadamardProduct({ depth: 2 })`, no other penalty and no
 * intercept it is exactly the lasso with that `lambda`. Without momentum this is the same as shrinking `x` beside the step.
 *
 * @throws InputError when an option is outside its domain or, with `batchSize`, when the objective has no samples.
 * @see Robbins and Monro, A stochastic approximation method (1951)
 * @example
 * ```ts
 * const model = new SmoothLasso({ lambda: 0.1, solver: sgd({ step: 0.05, batchSize: 10 }) });
 * ```
 */
export function sgd(options: SgdOptions): Optimizer {
  checkKeys("sgd", options, [...stepKeys, "momentum", "nesterov", "weightDecay", ...batchKeys]);
  const { momentum: kept = 0, nesterov = false, weightDecay = 0 } = options;
  checkStepOptions("sgd", options);
  checkMemory("sgd", "momentum", kept);
  if (typeof nesterov !== "boolean") throw mustBe("sgd", "nesterov", "true or false", nesterov);
  if (nesterov && kept === 0) throw mustBe("sgd", "momentum", "positive with nesterov", kept);
  if (!(weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY)) {
    throw mustBe("sgd", "weightDecay", "a finite number >= 0", weightDecay);
  }
  const optimizer: Optimizer = {
    name: "sgd",
    iterate(objective, x0) {
      const penalized = weightDecay === 0 ? objective : withDecay(objective, weightDecay);
      return descend("sgd", penalized, x0, options, directionOf(x0.length, kept, nesterov));
    },
  };
  return serializable("sgd", [options], optimizer);
}

function directionOf(size: number, kept: number, nesterov: boolean): Direction {
  if (kept === 0) return (gradient) => gradient;
  const accelerate = velocityOf(size, kept);
  if (!nesterov) return accelerate;
  const ahead = new Float64Array(size);
  return (gradient) => {
    const velocity = accelerate(gradient);
    for (let i = 0; i < size; i++) ahead[i] = gradient[i] + kept * velocity[i];
    return ahead;
  };
}

/** Returns the objective plus `(decay / 2) ||x||^2`, with batches where the objective has them. */
function withDecay(objective: SmoothObjective, decay: number): SmoothObjective {
  const penalize = (x: Float64Array, value: number, gradient: Float64Array): number => {
    addScaled(decay, x, gradient);
    return value + (decay / 2) * squaredNorm(x);
  };
  const penalized: SmoothObjective = {
    size: objective.size,
    valueAndGradient: (x, gradient) => penalize(x, objective.valueAndGradient(x, gradient), gradient),
  };
  if (!isStochastic(objective)) return penalized;
  const stochastic: StochasticObjective = {
    ...penalized,
    nSamples: objective.nSamples,
    batchValueAndGradient: (x, rows, gradient) =>
      penalize(x, objective.batchValueAndGradient(x, rows, gradient), gradient),
  };
  return stochastic;
}
