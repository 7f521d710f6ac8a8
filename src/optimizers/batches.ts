import { mustBe, undividedObjective } from "../errors";
import type { SmoothObjective, StochasticObjective } from "../problem/smooth-objective";
import { seededRandom } from "../random/random";

/** Options of the passes over the samples. */
export interface BatchOptions {
  /** Number of samples a batch, an integer of at least 1; the last of an epoch may be smaller. Default: all samples. */
  readonly batchSize?: number;
  /** Seed of the order of the samples, which each epoch draws anew. Default: 1. */
  readonly seed?: number;
}

/** The names of {@link BatchOptions}. */
export const batchKeys: readonly (keyof BatchOptions)[] = ["batchSize", "seed"];

/** The batches of an objective. */
export interface Batches {
  /** Calls `visit` with the gradient of each batch of an epoch, taken where `x` then is. */
  epoch(x: Float64Array, visit: (gradient: Float64Array) => void): void;
}

/** @throws InputError when an option is outside its domain. */
export function checkBatchOptions(where: string, { batchSize = 1, seed = 1 }: BatchOptions): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw mustBe(where, "batchSize", "an integer >= 1", batchSize);
  }
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);
}

/**
 * Returns the batches of an objective, or undefined where one batch holds all samples.
 *
 * @throws InputError when the objective has no batches.
 */
export function batchesOf(
  where: string,
  objective: SmoothObjective,
  { batchSize = Number.POSITIVE_INFINITY, seed = 1 }: BatchOptions,
): Batches | undefined {
  if (batchSize === Number.POSITIVE_INFINITY) return undefined;
  if (!isStochastic(objective)) throw undividedObjective(where);
  const { nSamples } = objective;
  if (batchSize >= nSamples) return undefined;
  const order = Int32Array.from({ length: nSamples }, (_, i) => i);
  // Views: shuffling the order fills every batch anew.
  const batches = Array.from({ length: Math.ceil(nSamples / batchSize) }, (_, k) =>
    order.subarray(k * batchSize, (k + 1) * batchSize),
  );
  const random = seededRandom(seed);
  const gradient = new Float64Array(objective.size);
  return {
    epoch(x, visit) {
      random.shuffle(order);
      for (const rows of batches) {
        objective.batchValueAndGradient(x, rows, gradient);
        visit(gradient);
      }
    },
  };
}

/** Whether an objective has samples. */
export function isStochastic(objective: SmoothObjective): objective is StochasticObjective {
  return "nSamples" in objective && "batchValueAndGradient" in objective;
}
