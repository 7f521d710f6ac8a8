import type { Datafit } from "../../datafits";
import type { ModelData } from "../fit/model-data";
import { entriesOf } from "../options/select-samples";

/** How well samples that were held out are predicted by the fits of others. */
export interface HeldOutLoss {
  /** Their mean loss at each lambda. */
  readonly loss: Float64Array;
  /** How much they count in a mean, relative to others; 0 where none of them does. */
  readonly weight: number;
}

/**
 * The mean of `2 (loss - saturated loss)` over the samples held out, weighted as they are: the squared error or the
 * deviance, without glmnet's bound of 1e-5 on probabilities.
 *
 * A partial likelihood compares samples with each other, and a few of them say little: Cox's fold has the deviance of
 * all samples less that of the others, by event.
 *
 * @param etas linear predictors of the samples of `data`, at each lambda.
 * @see van Houwelingen et al., Cross-validated Cox regression on microarray gene expression data (2006)
 */
export function heldOutLoss(
  data: ModelData,
  datafit: Datafit,
  heldOut: Int32Array,
  etas: readonly Float64Array[],
): HeldOutLoss {
  const own = totalDeviance(data, datafit, heldOut);
  if (datafit.kind !== "survival") {
    return { weight: own.weight, loss: Float64Array.from(etas, (eta) => own.at(eta) / own.weight) };
  }
  const everyone = totalDeviance(data, datafit, Int32Array.from(data.target.keys()));
  const isHeldOut = new Set(heldOut);
  const others = Int32Array.from(data.target.keys()).filter((i) => !isHeldOut.has(i));
  const rest = totalDeviance(data, datafit, others);
  let events = 0;
  for (const i of heldOut) if (data.target[i] > 0) events += data.samples.weights?.[i] ?? 1;
  return {
    weight: events,
    loss: Float64Array.from(etas, (eta) => (everyone.at(eta) - rest.at(eta)) / events),
  };
}

/** The sum of the weights of some samples, and of their weighted deviances. */
function totalDeviance(
  { target, samples, design: { nSamples } }: ModelData,
  datafit: Datafit,
  rows: Int32Array,
): { weight: number; at(eta: Float64Array): number } {
  const y = entriesOf(target, rows, nSamples);
  const weights = samples.weights && entriesOf(samples.weights, rows, nSamples);
  const weight = weights ? weights.reduce((sum, w) => sum + w, 0) : rows.length;
  if (weight === 0) return { weight, at: () => 0 };
  const loss = weights ? datafit.weighted(weights.map((w) => (w * rows.length) / weight)) : datafit;
  const saturated = loss.saturatedValue(y);
  const gradient = new Float64Array(y.length);
  return {
    weight,
    at: (eta) =>
      2 * weight * (loss.valueAndGradient(y, entriesOf(eta, rows, nSamples), gradient) - saturated),
  };
}
