/** Copies of a compiled model that `sparsifyTo` and `pruneTo` train: how they are compiled, measured and disposed of. */

import type * as TensorFlow from "@tensorflow/tfjs";
import type { LayersModel, Tensor } from "../model-types";
import { collapse } from "../surgery/collapse";
import { shrink } from "../surgery/shrink";
import { sparsityReport } from "../surgery/sparsity-report";
import { cosineDecay, type Schedule, scheduleFrom, withFactorRates } from "./learning-rates";
import { evaluate } from "./train";
import { learningRateOf, recordName } from "./training-recorder";

/** What is measured of a sparse model. */
export interface SparseMeasures {
  /** Number of groups that are not zero. */
  readonly groups: number;
  /** Number of weights and biases that are not zero once `shrink` has removed units. */
  readonly parameters: number;
  /** Loss without the penalty, on validation data where there are some, else on those of the training. */
  readonly loss: number;
  /** Metrics that `compile` was given, likewise, such as `accuracy`. */
  readonly [metric: string]: number;
}

/** Compiles a model as a given one is, with a new optimizer of the same settings. */
export function compileAs(given: LayersModel, model: LayersModel): void {
  const { optimizer, loss, metrics } = given as TensorFlow.LayersModel & { metrics: never };
  const optimizerClass = optimizer.constructor as unknown as {
    fromConfig(cls: unknown, config: unknown): TensorFlow.Optimizer;
  };
  const fresh = optimizerClass.fromConfig(optimizerClass, optimizer.getConfig());
  if (model.optimizer) disposeOptimizer(model.optimizer);
  model.compile({ optimizer: withFactorRates(model, fresh), loss, metrics });
}

/**
 * Returns the learning rate of each of so many epochs: the given one, or a cosine decay of that of the model's optimizer.
 *
 * @returns undefined where none is given and the optimizer has none.
 */
export function scheduleOr(
  where: string,
  learningRate: number | Schedule | undefined,
  given: LayersModel,
  epochs: number,
): Schedule | undefined {
  const rate = learningRateOf(given.optimizer);
  return scheduleFrom(where, learningRate) ?? (rate > 0 ? cosineDecay(rate, { epochs }) : undefined);
}

/** Returns what is left of a compiled model, and its loss and metrics on these data. */
export async function measuresOf(
  model: LayersModel,
  data: readonly [Tensor, Tensor],
  batchSize: number,
): Promise<{ parameters: number; loss: number }> {
  const plain = collapse(model);
  const small = shrink(plain);
  const parameters = sparsityReport(small).nonZeroParameters;
  plain.dispose();
  small.dispose();
  const measured = await evaluate(model, data, batchSize);
  const metrics = Object.entries(measured).map(([name, value]) => [recordName(name), value]);
  return { parameters, ...(Object.fromEntries(metrics) as { loss: number }) };
}

/** Disposes of a compiled model and its optimizer. */
export function release(model: LayersModel): void {
  if (model.optimizer) disposeOptimizer(model.optimizer);
  model.dispose();
}

/** Disposes of an optimizer; TensorFlow.js forgets the rate of momentum, a scalar `c`. */
function disposeOptimizer(optimizer: TensorFlow.Optimizer): void {
  optimizer.dispose();
  (optimizer as unknown as { c?: TensorFlow.Tensor }).c?.dispose();
}
