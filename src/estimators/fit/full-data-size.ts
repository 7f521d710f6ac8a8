import type { PenaltySpec } from "../named/penalty-spec";
import { isWeight } from "../options/penalty-factors";
import type { ModelData } from "./model-data";

/**
 * The rows and penalized columns of the data that these are all or some of, so that folds are solved as the whole is,
 * be they smaller and some of their columns constant.
 */
export function fullDataSize(
  { design, chosenFrom = design.nSamples, responseNames: { length: nResponses } }: ModelData,
  { factors }: PenaltySpec,
): { nSamples: number; nFeatures: number } {
  return { nSamples: chosenFrom * nResponses, nFeatures: factors.filter(isWeight).length * nResponses };
}
