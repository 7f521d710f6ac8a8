/** Says what to change after a training that left a factorized model less sparse than wanted. */

import { counted } from "../../display/formatting";
import type { FactorizedLayer } from "../layers/factorized-layer";
import { zeroGroups } from "../layers/factorized-layer";
import { factorizedLayers } from "../layers/model-layers";
import type { LayersModel, Optimizer } from "../model-types";
import { deadLayerAdvice, noZerosAdvice } from "../network-errors";
import { adviseEpochs, PROPORTIONAL } from "./learning-rates";
import { type TrainingRecord, warmUpShare } from "./training-recorder";

/**
 * Says after a training whether a layer is dead or nothing is zero yet, and what to do.
 *
 * @param records those of all its epochs.
 * @returns a sentence; undefined where no layer has a penalty, or zeros are there and none is dead.
 */
export function sparsityAdvice(
  where: string,
  model: LayersModel,
  records: readonly TrainingRecord[],
  plan: PenaltyPlan,
): string | undefined {
  const layers = factorizedLayers(model).filter(({ lambda }) => lambda > 0);
  if (layers.length === 0 || records.length === 0) return undefined;
  const zeros = layers.map(zeroGroups);
  const dead = layers.find(({ nGroups }, i) => zeros[i] === nGroups);
  if (dead) return deadLayerAdvice(where, dead.name, groupsInWords([dead]), dead.lambda);
  if (zeros.some((count) => count > 0)) return undefined;
  const lambda = layers.reduce((largest, layer) => Math.max(largest, layer.lambda), 0);
  const advised = epochsForZeros(model.optimizer, lambda, records, plan);
  return noZerosAdvice(where, groupsInWords(layers), lambda, records.length, advised);
}

/** How a penalty acts in a training. */
interface PenaltyPlan {
  /** Gradient steps an epoch. */
  readonly stepsPerEpoch: number;
  /** Epochs in which lambda rises. */
  readonly lambdaWarmUp: number;
}

/** Returns the number of epochs that zeros take at the mean rate and share of lambda of these, or undefined under optimizers for which it is not known. */
export function epochsForZeros(
  optimizer: Optimizer,
  lambda: number,
  records: readonly TrainingRecord[],
  { stepsPerEpoch, lambdaWarmUp }: PenaltyPlan,
): number | undefined {
  const { momentum = 0 } = optimizer as unknown as { momentum?: number };
  const rates = records.map(({ epoch, learningRate }) => learningRate * warmUpShare(epoch - 1, lambdaWarmUp));
  const meanRate = rates.reduce((sum, rate) => sum + rate, 0) / records.length;
  if (!PROPORTIONAL.includes(optimizer.getClassName()) || !(meanRate > 0)) return undefined;
  // The mean rate of a cosine decay is half of the initial one.
  return adviseEpochs(lambda, { learningRate: 2 * meanRate, momentum, stepsPerEpoch });
}

/** Returns the number of groups of these layers with their name, such as `300 neurons`. */
export function groupsInWords(layers: readonly FactorizedLayer[]): string {
  const names = new Set(layers.map(({ factorization: { structure } }) => groupName(structure)));
  const count = layers.reduce((total, { nGroups }) => total + nGroups, 0);
  return counted(count, names.size === 1 ? [...names][0] : "group");
}

function groupName(structure: FactorizedLayer["factorization"]["structure"]): string {
  if (typeof structure === "string") return structure;
  return "heads" in structure ? "head" : "group";
}
