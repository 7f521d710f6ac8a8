/** Fits the folds of a cross-validation and measures how well they predict the samples that they have not seen. */
import type { Datafit } from "../../datafits";
import { apartFromPools, MemoryPool } from "../../simd/web-assembly";
import type { Fitter } from "../fit/fitter";
import {
  countedLoss,
  entriesOf,
  lossFor,
  type ModelData,
  riskSetsAmong,
  selectSamples,
} from "../options/model-data";
import type { RunOptions } from "../options/run-options";
import { type FitRunner, phraseOf } from "../path/fit-runner";
import { type FollowOptions, followPath, relaxedFits } from "../path/follow-path";
import type { EndedFit } from "../results/certificate-report";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, endOf, interceptsOf, linearPredictors } from "../results/fitted-model";
import { type Folds, fittedRows, heldOutRows } from "./folds";

/** Makes the design of all rows by those that a fold is fitted on. */
export type Preprocess = (where: string, fitted: Int32Array) => ModelData["design"];

/** One fold of a cross-validation to be fitted. */
export interface FoldTask {
  /** All samples. */
  readonly data: ModelData;
  /** The samples held out, ascending. */
  readonly heldOut: Int32Array;
  /** The samples that are fitted, ascending. */
  readonly fitted: Int32Array;
  /** Decreasing. */
  readonly lambdas: Float64Array;
  /** Whether each sample held out is told of by itself. */
  readonly bySample: boolean;
  /** The shares of the penalized fits in those of relaxed paths, which are predicted from too. */
  readonly gammas?: readonly number[] | undefined;
  readonly preprocess?: Preprocess | undefined;
}

/** How well the fits of a path predict a fold. */
export interface PredictedFold {
  /** Loss of all the samples that the fold holds out. */
  readonly fold: HeldOutLoss;
  /** The losses that a standard error counts: that of the fold, or one of each sample held out. */
  readonly parts: readonly HeldOutLoss[];
  /** `predictors[k]` are the linear predictors of the samples held out, at `lambdas[k]`. */
  readonly predictors: readonly Float64Array[];
}

/** The result of a fold in plain numbers, which another thread can send. */
export interface FoldResult extends PredictedFold {
  /** The same by relaxed paths, one for each of the `gammas`. */
  readonly relaxed: readonly PredictedFold[];
  /** How each fit ended. */
  readonly ends: readonly EndedFit[];
}

/**
 * Fits samples along `lambdas`, standardized by themselves, and predicts those held out.
 *
 * @param where the caller and the fold, which open every error message.
 * @param prepare makes the fitter of data.
 * @returns undefined when aborted before its end.
 * @throws InputError when the other samples are outside the domain of the model.
 */
export function fitFold(
  where: string,
  { data: all, heldOut, fitted, lambdas, bySample, gammas = [], preprocess }: FoldTask,
  datafit: Datafit,
  prepare: (where: string, data: ModelData) => Fitter<AnyFit>,
  options: FollowOptions<AnyFit>,
): FoldResult | undefined {
  const data = preprocess ? { ...all, design: preprocess(where, fitted) } : all;
  const fitter = prepare(where, selectSamples(where, data, fitted));
  const followed = followPath(where, fitter, lambdas, options);
  if (followed.status === "interrupted") return undefined;
  const fits = followed.fits.map(({ fit }) => fit);
  const relaxed = gammas.length > 0 ? relaxedFits(where, fitter, fits, 0) : { scored: [], refits: [] };

  const { predictorsOf, predicted } = foldPredictor({ data, heldOut, fitted, bySample }, datafit);
  const penalized = fits.map(predictorsOf);
  const free = relaxed.scored.map(({ fit }) => predictorsOf(fit));
  // Blends of coefficients have the blends of their predictors.
  const blended = (gamma: number): Float64Array[] =>
    penalized.map((eta, k) => eta.map((value, i) => gamma * value + (1 - gamma) * free[k][i]));
  return {
    ...predicted(penalized),
    relaxed: gammas.map((gamma) => predicted(blended(gamma))),
    ends: [...fits, ...relaxed.refits].map(endOf),
  };
}

/** Predicts the samples that a fold holds out. */
interface FoldPredictor {
  /** Linear predictors of the samples held out, or of all where they are compared with each other. */
  predictorsOf(fit: AnyFit): Float64Array;
  /** How well such predictors, one vector a lambda, predict the fold. */
  predicted(etas: readonly Float64Array[]): PredictedFold;
}

/** Makes what predicts the samples that a fold holds out. */
export function foldPredictor(
  { data, heldOut, fitted, bySample }: Pick<FoldTask, "data" | "heldOut" | "fitted" | "bySample">,
  datafit: Datafit,
): FoldPredictor {
  const { nSamples } = data.design;
  const loss = lossFor(datafit, data);
  // Samples of a survival are compared with all others.
  const isAlone = !datafit.comparesSamples;
  const seen = isAlone ? samplesAlone(data, heldOut) : data;
  const rows = isAlone ? heldOut.map((_, k) => k) : heldOut;
  const { design, samples } = seen;
  return {
    predictorsOf: (fit) => linearPredictors(design, coefsOf(fit), interceptsOf(fit), samples.offset),
    predicted(etas) {
      const fold = heldOutLoss(seen, loss, rows, fitted, etas);
      const alone = (i: number): HeldOutLoss => heldOutLoss(seen, loss, Int32Array.of(i), fitted, etas);
      return {
        fold,
        parts: bySample ? Array.from(rows, alone) : [fold],
        predictors: isAlone ? etas : etas.map((eta) => entriesOf(eta, heldOut, nSamples)),
      };
    },
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
 * all samples, fitted or held out, less that of the fitted ones, by event.
 *
 * @param etas linear predictors of the samples of `data`, at each lambda.
 * @see van Houwelingen et al., Cross-validated Cox regression on microarray gene expression data (2006)
 */
function heldOutLoss(
  data: ModelData,
  datafit: Datafit,
  heldOut: Int32Array,
  fitted: Int32Array,
  etas: readonly Float64Array[],
): HeldOutLoss {
  const own = totalDeviance(data, datafit, heldOut);
  if (!datafit.comparesSamples) {
    return { weight: own.weight, loss: Float64Array.from(etas, (eta) => own.at(eta) / own.weight) };
  }
  const everyone = totalDeviance(data, datafit, Int32Array.from([...fitted, ...heldOut]).sort());
  const rest = totalDeviance(data, datafit, fitted);
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
  const loss = countedLoss(datafit, {
    weights: weights?.map((w) => (w * rows.length) / weight),
    riskSets: riskSetsAmong(samples.riskSets, rows, nSamples),
  });
  const saturated = loss.saturatedValue(y);
  const gradient = new Float64Array(y.length);
  return {
    weight,
    at: (eta) =>
      2 * weight * (loss.valueAndGradient(y, entriesOf(eta, rows, nSamples), gradient) - saturated),
  };
}

/** The folds of one model. */
export interface FoldsOfModel
  extends Pick<FoldTask, "data" | "lambdas" | "bySample" | "gammas" | "preprocess"> {
  readonly where: string;
  readonly folds: Folds;
}

/** How far a fold is. */
export interface FoldProgress {
  readonly fold: number;
  /** Its fits so far. */
  readonly done: number;
  readonly message: string;
}

/** How folds are listened to, and ended before their time. */
export interface FoldRun extends Pick<RunOptions, "signal"> {
  onProgress?(progress: FoldProgress): void;
}

/**
 * Fits one fold after the other until aborted.
 *
 * @param take gives the next fold, ascending; there is none once it is no index of one. Default: all of them.
 * @returns one a fold; undefined for one that was not taken, or not fitted to its end.
 */
export function foldsInTurn(
  runner: FitRunner<AnyFit>,
  { where, data, folds, lambdas, bySample, gammas, preprocess }: FoldsOfModel,
  { signal, onProgress }: FoldRun,
  take: () => number = counting(),
): (FoldResult | undefined)[] {
  const pool = new MemoryPool();
  const results: (FoldResult | undefined)[] = folds.ids.map(() => undefined);
  while (!signal?.aborted) {
    const fold = take();
    if (fold >= folds.ids.length) break;
    const tell = (fit: AnyFit, done: number): void => onProgress?.({ fold, done, message: phraseOf(fit) });
    results[fold] = pool.run(() =>
      fitFold(
        `${where}, without fold ${folds.ids[fold]}`,
        {
          data,
          heldOut: heldOutRows(folds, fold),
          fitted: fittedRows(folds, fold),
          lambdas,
          bySample,
          gammas,
          preprocess,
        },
        runner.datafit,
        (at, rows) => runner.prepare(at, rows, signal),
        { init: runner.init, signal, onFit: (fit, done) => apartFromPools(() => tell(fit, done)) },
      ),
    );
  }
  return results;
}

function counting(): () => number {
  let next = 0;
  return () => next++;
}
