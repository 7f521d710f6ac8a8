import { mustBe } from "../../errors";
import { checkKeys, checkPositive } from "../../options";
import { FLOAT32_EPSILON } from "../layers/collapsed-weight";
import { checkCount } from "./schedules";

/** How a network will be trained. */
export interface PlannedTraining {
  /** The largest one, positive; it falls by cosine decay. */
  readonly learningRate: number;
  /** Gradient steps an epoch, a positive integer: samples over batch size. */
  readonly stepsPerEpoch: number;
  /** Of the optimizer, in `[0, 1)`. Default: 0. */
  readonly momentum?: number;
}

/**
 * How many epochs weights need at least that shall become exactly zero, by (stochastic) gradient descent with cosine decay.
 *
 * A weight whose loss has no slope falls by its penalty alone, as `exp(-2 lambda t)` at every depth with factors of their own
 * or `withFactorRates`, where `t` is the sum of `rate / (1 - momentum)` over all steps. From 1 it comes below the threshold of `collapse`, `2^-23`, once `2 lambda t >= 23 ln 2`:
 * a run that is shorter ends with small weights, not with zeros.
 *
 * @param lambda coefficient of the penalty, positive.
 * @param training see {@link PlannedTraining}.
 * @returns a positive integer, `23 ln 2 (1 - momentum) / (lambda rate steps)` rounded up: the mean rate is half of the largest.
 * @throws InputError where a number is outside its domain.
 * @see arXiv 2509.23898, Lemmas 2 and 3, for the same decay of the imbalance between factors
 * @example
 * ```ts
 * adviseEpochs(1e-3, { learningRate: 0.2, momentum: 0.9, stepsPerEpoch: 40 }); // 200
 * ```
 */
export function adviseEpochs(lambda: number, training: PlannedTraining): number {
  const where = "adviseEpochs";
  checkPositive(where, "lambda", lambda);
  checkKeys(where, training, ["learningRate", "momentum", "stepsPerEpoch"]);
  const { learningRate, momentum = 0, stepsPerEpoch } = training;
  checkPositive(where, "learningRate", learningRate);
  checkCount(where, "stepsPerEpoch", stepsPerEpoch, 1);
  if (!(momentum >= 0 && momentum < 1)) throw mustBe(where, "momentum", "in [0, 1)", momentum);
  const distance = -Math.log(FLOAT32_EPSILON) / 2;
  const perEpoch = (lambda * learningRate * stepsPerEpoch) / 2 / (1 - momentum);
  return Math.ceil(distance / perEpoch);
}
