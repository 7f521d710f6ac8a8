import type { SmoothObjective } from "./smooth-objective";

/** A smooth objective that is a mean over samples, plus terms that no sample changes, such as a penalty. */
export interface StochasticObjective extends SmoothObjective {
  /** Number of samples. */
  readonly nSamples: number;

  /**
   * Returns the value at `x` with the mean over the samples `rows` in place of that over all, and overwrites
   * `gradient`. Over batches drawn at random both have the full value and gradient as expectation.
   */
  batchValueAndGradient(x: Float64Array, rows: Int32Array, gradient: Float64Array): number;
}
