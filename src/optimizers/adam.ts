import { decoupledDecay } from "../errors";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import { type BatchOptions, batchKeys } from "./batches";
import {
  checkMemory,
  checkStepOptions,
  type Direction,
  descend,
  type StepOptions,
  stepKeys,
} from "./descent";
import type { Optimizer } from "./optimizer";

export interface AdamOptions extends Omit<StepOptions, "step">, BatchOptions {
  /** Length of the first step, about the change of every entry, positive. Default: 1e-3. */
  readonly step?: number;
  /** Share of the mean of past gradients that a step keeps, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Share of the mean of past squared gradients that a step keeps, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square, positive; in the units of the gradient. Default: 1e-8. */
  readonly epsilon?: number;
  /** Refused: a penalty belongs into the objective. */
  readonly weightDecay?: never;
  /** Refused: a penalty belongs into the objective. */
  readonly decoupledWeightDecay?: never;
}

/**
 * Adam: each entry moves by about `step`, whatever the size of its gradient,
 * `x <- x - step m / (sqrt(v) + epsilon)` with the running means `m` of the gradient and `v` of its square, both
 * corrected for their start at zero.
 *
 * With `batchSize` an iteration is an epoch, as for `sgd`, and a constant step ends in a cloud about the minimum that is
 * about as wide as the step; one that falls to zero (`cosine`) gets there. With a step of 0.1 that falls so and all
 * samples, 3000 iterations give a gap of 1e-6, on the problems that {@link Optimizer} names.
 *
 * The penalty has to be part of the objective, as in every surrogate, so that its gradient is scaled like all the rest.
 * Decay that is applied beside the step (AdamW) is refused: where it balances the step, the signs of the gradients
 * matter and not their sizes, so it has other fixed points than the penalized problem.
 *
 * @throws InputError when an option is outside its domain, a decay is asked for or, with `batchSize`, when the objective
 * has no samples.
 * @see Kingma and Ba, Adam: a method for stochastic optimization (2015)
 * @example
 * ```ts
 * const parabola = { size: 1, valueAndGradient: (x, g) => ((g[0] = 2 * x[0]), x[0] ** 2) };
 * const solver = adam({ step: 0.1, schedule: cosine({ steps: 200 }) });
 * minimize(parabola, solver, Float64Array.of(1), { maxIter: 200 }).value < 1e-6; // true
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  for (const name of ["weightDecay", "decoupledWeightDecay"] as const) {
    const decay = Object(options)[name];
    if (decay !== undefined) throw decoupledDecay("adam", name, decay);
  }
  checkKeys("adam", options, [...stepKeys, "beta1", "beta2", "epsilon", ...batchKeys]);
  const { step = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const settings = { ...options, step };
  checkStepOptions("adam", settings);
  checkMemory("adam", "beta1", beta1);
  checkMemory("adam", "beta2", beta2);
  checkPositive("adam", "epsilon", epsilon);
  const optimizer: Optimizer = {
    name: "adam",
    iterate: (objective, x0) =>
      descend("adam", objective, x0, settings, adaptive(x0.length, beta1, beta2, epsilon)),
  };
  return serializable("adam", [options], optimizer);
}

function adaptive(size: number, beta1: number, beta2: number, epsilon: number): Direction {
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  const direction = new Float64Array(size);
  let updates = 0;
  return (gradient) => {
    updates++;
    const [unbias1, unbias2] = [1 - beta1 ** updates, 1 - beta2 ** updates];
    for (let i = 0; i < size; i++) {
      first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
      second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] ** 2;
      direction[i] = first[i] / unbias1 / (Math.sqrt(second[i] / unbias2) + epsilon);
    }
    return direction;
  };
}
