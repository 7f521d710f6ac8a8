import type { Datafit } from "../../datafits";
import { type AnyFit, coefsOf, interceptsOf } from "../fit/fit-of";
import type { Fitter } from "../fit/fitter";
import type { ModelData } from "../fit/model-data";
import { lossFor } from "../options/read-target";
import { entriesOf, selectSamples } from "../options/select-samples";
import { type FollowOptions, followPath } from "../path/follow-path";
import type { EndedFit } from "../results/convergence-warning";
import { linearPredictors } from "../results/linear-predictors";
import { type HeldOutLoss, heldOutLoss } from "./held-out-loss";

/** One fold of a cross-validation to be fitted. */
export interface FoldTask {
  /** All samples. */
  readonly data: ModelData;
  /** The samples held out, ascending; the others are fitted. */
  readonly heldOut: Int32Array;
  /** Decreasing. */
  readonly lambdas: Float64Array;
  /** Whether each sample held out is told of by itself. */
  readonly bySample: boolean;
}

/** What a fold gives, in plain numbers. */
export interface FoldResult {
  /** Of the samples held out together. */
  readonly fold: HeldOutLoss;
  /** Of what a standard error counts: the fold, or each sample held out. */
  readonly parts: readonly HeldOutLoss[];
  /** `predictors[k]` are the linear predictors of the samples held out, at `lambdas[k]`. */
  readonly predictors: readonly Float64Array[];
  /** How each fit ended. */
  readonly ends: readonly EndedFit[];
}

/**
 * Fits the other samples along `lambdas`, standardized by themselves, and predicts those held out.
 *
 * @param where the caller and the fold, which open every error message.
 * @param prepare makes the model of data.
 * @returns undefined when aborted before its end.
 * @throws InputError when the other samples are outside the domain of the model.
 */
export function fitFold(
  where: string,
  { data, heldOut, lambdas, bySample }: FoldTask,
  datafit: Datafit,
  prepare: (where: string, data: ModelData) => Fitter<AnyFit>,
  options: FollowOptions<AnyFit>,
): FoldResult | undefined {
  const { nSamples } = data.design;
  const isOther = new Uint8Array(nSamples).fill(1);
  for (const i of heldOut) isOther[i] = 0;
  const others = Int32Array.from(isOther.keys()).filter((i) => isOther[i] === 1);
  const model = prepare(where, selectSamples(where, data, others));
  const followed = followPath(where, model, lambdas, options);
  if (followed.status === "interrupted") return undefined;
  const fits = followed.fits.map(({ fit }) => fit);

  const loss = lossFor(datafit, data);
  // Samples of a survival are compared with all others.
  const isAlone = datafit.kind !== "survival";
  const seen = isAlone ? samplesAlone(data, heldOut) : data;
  const rows = isAlone ? heldOut.map((_, k) => k) : heldOut;
  const { design, samples } = seen;
  const etas = fits.map((fit) => linearPredictors(design, coefsOf(fit), interceptsOf(fit), samples.offset));
  const fold = heldOutLoss(seen, loss, rows, etas);
  return {
    fold,
    parts: bySample ? Array.from(rows, (i) => heldOutLoss(seen, loss, Int32Array.of(i), etas)) : [fold],
    predictors: isAlone ? etas : etas.map((eta) => entriesOf(eta, heldOut, nSamples)),
    ends: fits.map(({ lambda, status, certificate, notes }) => ({ lambda, status, certificate, notes })),
  };
}

/** The data of some samples, whose weights may all be 0. */
function samplesAlone(data: ModelData, rows: Int32Array): ModelData {
  const { design, target, samples } = data;
  const of = (column: Float64Array | undefined): Float64Array | undefined =>
    column && entriesOf(column, rows, design.nSamples);
  return {
    ...data,
    design: design.selectRows(rows),
    target: entriesOf(target, rows, design.nSamples),
    samples: { ...samples, weights: of(samples.weights), offset: of(samples.offset) },
  };
}
