import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";

/**
 * How the step changes: by this factor, finite and at least 0, in iteration 0, 1, 2, ... With mini-batches an iteration
 * is an epoch.
 */
export type Schedule = (iteration: number) => number;

/** Options of {@link cosine}: over how many steps the rate falls, and to which share. */
export interface CosineOptions {
  /** Number of iterations until the floor is reached, an integer of at least 1: the run's `maxIter`. */
  readonly steps: number;
  /** Factor from then on, in [0, 1]. Default: 0, where the method stands still. */
  readonly floor?: number;
}

/** Options of {@link stepDecay}: after how many steps the rate falls, and by which factor. */
export interface StepDecayOptions {
  /** Number of iterations between two decays, an integer of at least 1. */
  readonly every: number;
  /** The factor of the step at each decay, in (0, 1]. Default: 0.1. */
  readonly factor?: number;
}

/**
 * The schedule of a step that never changes, `1`.
 *
 * @example
 * ```ts
 * constant()(1000); // 1
 * ```
 */
export function constant(): Schedule {
  return serializable("constant", [], () => 1);
}

/**
 * Half a period of the cosine, `floor + (1 - floor) (1 + cos(pi t / steps)) / 2`, from 1 down to the floor.
 *
 * @throws InputError when an option is outside its domain.
 * @see Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts (2017), without the restarts
 * @example
 * ```ts
 * cosine({ steps: 100 })(50); // 0.5
 * ```
 */
export function cosine(options: CosineOptions): Schedule {
  checkKeys("cosine", options, ["steps", "floor"]);
  const { steps, floor = 0 } = options;
  if (!Number.isInteger(steps) || steps < 1) throw mustBe("cosine", "steps", "an integer >= 1", steps);
  if (!(floor >= 0 && floor <= 1)) throw mustBe("cosine", "floor", "a number from 0 to 1", floor);
  const schedule: Schedule = (iteration) =>
    iteration >= steps ? floor : floor + ((1 - floor) * (1 + Math.cos((Math.PI * iteration) / steps))) / 2;
  return serializable("cosine", [options], schedule);
}

/**
 * The step falls by a factor from time to time, `factor^floor(t / every)`.
 *
 * @throws InputError when an option is outside its domain.
 * @example
 * ```ts
 * stepDecay({ every: 30, factor: 0.5 })(60); // 0.25
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkKeys("stepDecay", options, ["every", "factor"]);
  const { every, factor = 0.1 } = options;
  if (!Number.isInteger(every) || every < 1) throw mustBe("stepDecay", "every", "an integer >= 1", every);
  if (!(factor > 0 && factor <= 1))
    throw mustBe("stepDecay", "factor", "a number above 0, at most 1", factor);
  return serializable("stepDecay", [options], (iteration) => factor ** Math.floor(iteration / every));
}
