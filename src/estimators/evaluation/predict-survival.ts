/** Survival curves of new rows by a fit of Cox's loss ({@link predictSurvival}). */
import { ScaledSums } from "../../datafits/scaled-sums";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { isOfFrames } from "../../design/of-frames";
import { type ClassLabel, classCodes } from "../../design/targets/class-codes";
import { counted, formatNumber } from "../../display/formatting";
import { Table, TableResult } from "../../display/table";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { FrameFit } from "../named/frame-estimator";
import { checkRows, type SampleOptions } from "../options/model-data";
import { type PredictedRows, predictedRows } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";

/** The rows that a fit was fitted to, from which the baseline hazard is estimated, and their weights and offsets. */
export interface SurvivalTraining extends SampleOptions {
  /** The features, as in the fit. */
  readonly X: DesignInput;
  /** Times until an event, as `fit` takes them, perhaps with times of entry and strata. */
  readonly y: TargetInput;
}

/** Options of {@link predictSurvival}: the times of the curves, and what the new rows need beside features. */
export interface PredictSurvivalOptions {
  /** Times at which the curves are wanted, finite and at least 0, ascending. Default: the distinct times of the training rows. */
  readonly times?: ArrayLike<number>;
  /** The stratum of each new row; needed where the training rows have any. */
  readonly strata?: TargetInput;
  /** The known part of the linear predictor, one number for each new row; needed if the fit had an offset. */
  readonly offset?: SampleOptions["offset"];
}

/** The fields that {@link SurvivalCurves} are made of. */
type SurvivalFields = Pick<
  SurvivalCurves,
  "times" | "strata" | "baselineHazards" | "survival" | "risks" | "medians"
>;

/** The probability of no event until each time, one curve a row; an immutable value. */
export class SurvivalCurves extends TableResult {
  /** Ascending. */
  readonly times: Float64Array;
  /** The labels of the strata of the training rows, ascending; undefined without any. */
  readonly strata: readonly ClassLabel[] | undefined;
  /** For each stratum, or the only one, the cumulative hazard at a linear predictor of 0, one a time; NaN after its last training time. */
  readonly baselineHazards: readonly Float64Array[];
  /** `survival[i][k]` is the probability that row `i` has no event until `times[k]`, that time included; NaN after the last training time of its stratum. */
  readonly survival: readonly Float64Array[];
  /** The hazard of each row relative to others, `exp(eta)`. */
  readonly risks: Float64Array;
  /** The first training time at which the probability is at most one half, whatever `times` are, one a row; Infinity where it stays above. */
  readonly medians: Float64Array;

  constructor({ times, strata, baselineHazards, survival, risks, medians }: SurvivalFields) {
    super();
    this.times = times;
    this.strata = strata;
    this.baselineHazards = baselineHazards;
    this.survival = survival;
    this.risks = risks;
    this.medians = medians;
  }

  /** The cumulative hazard at a linear predictor of 0, one a time; with strata that of the first. */
  get baselineHazard(): Float64Array {
    return this.baselineHazards[0];
  }

  /** One row a curve: relative hazard, median, and the probabilities at a quarter, the half, three quarters and all of the times. */
  summary(): Table {
    const last = this.times.length - 1;
    const places = [...new Set([0.25, 0.5, 0.75, 1].map((share) => Math.round(share * last)))];
    const { medians } = this;
    const isUnknown = this.survival.some((curve) => curve.some(Number.isNaN));
    return new Table({
      title: `Survival of ${counted(this.survival.length, "row")} at ${counted(this.times.length, "time")}`,
      columns: ["row", "risk", "median", ...places.map((k) => `until ${formatNumber(this.times[k], 3)}`)],
      rows: this.survival.map((curve, i) => [
        i,
        this.risks[i],
        medians[i] < Infinity ? medians[i] : null,
        ...places.map((k) => (Number.isNaN(curve[k]) ? null : curve[k])),
      ]),
      notes: isUnknown
        ? ["After the last training time, of each stratum its own, there is no estimate: NaN."]
        : [],
    });
  }
}

/**
 * Predicts survival curves with Breslow's estimate of the baseline hazard: `S(t | x) = exp(-H(t) exp(eta(x)))` with
 * `H(t) = sum_{t_i <= t, event} w_i / sum_{t_j >= t_i} w_j exp(eta_j)` over the training rows,
 * whatever the ties of the loss. Where these have strata, each has a baseline hazard of its own; where they have times of entry, only rows that
 * entered before `t_i` are at risk then. After the last training time nothing is known, and estimates are NaN, where R's `summary(survfit, times)`
 * has no row.
 *
 * @param fit with `cox()`.
 * @param training the rows of the fit, their times, and weights and offset where they had any.
 * @param X the new rows, with the training columns.
 * @returns one curve a new row.
 * @throws InputError when the fit is not of Cox's loss, or the data do not fit it.
 * @see Breslow, Discussion of the paper by D. R. Cox (1972); `survfit` of R's survival and glmnet
 * @example
 * ```ts
 * const [X, y] = [[[0], [1], [2], [1]], [4, 3, 1, -2]];
 * const fit = new SmoothLasso({ datafit: cox(), lambda: 0.05 }).fit(X, y);
 * predictSurvival(fit, { X, y }, [[0], [2]]).survival[0][0] > 0.5; // true: the row of the lower risk survives the first time
 * ```
 */
export function predictSurvival(
  fit: SparseLinearFit,
  training: SurvivalTraining,
  X: DesignInput,
  options?: PredictSurvivalOptions,
): SurvivalCurves;
/** Does the same for the fit of a pipeline: `X` of `training` is a frame with the response, and the new rows are another. @throws InputError as with a fit. */
export function predictSurvival(
  fit: FrameFit<SparseLinearFit>,
  training: Omit<SurvivalTraining, "y">,
  frame: DesignInput,
  options?: PredictSurvivalOptions,
): SurvivalCurves;
export function predictSurvival(
  given: SparseLinearFit | FrameFit<SparseLinearFit>,
  known: Omit<SurvivalTraining, "y"> & Partial<SurvivalTraining>,
  rows: DesignInput,
  options: PredictSurvivalOptions = {},
): SurvivalCurves {
  const where = "predictSurvival";
  checkKeys(where, options, ["times", "strata", "offset"]);
  const { fit, training, X } = survivalInput(where, given, known, rows);
  if (typeof Object(fit).decisionFunction !== "function") throw mustBe(where, "fit", "a fit with cox()", fit);
  checkKeys(`${where}, training`, training, ["X", "y", "sampleWeight", "offset"]);
  const fitted = predictedRows(where, fit, training.X, training.y, training);
  const { target, datafit, strataLabels: strata } = fitted;
  if (datafit.response !== "times") throw mustBe(where, "the datafit of the fit", "cox()", datafit.name);
  const times = timesOf(where, options.times, target);
  const predictors = fit.decisionFunction(X, { offset: options.offset });
  const own = strataOf(where, options.strata, strata, predictors.length);
  const steps = (strata ?? ["all"]).map((_, stratum) => logHazardsOf(fitted, stratum));
  const logHazards = steps.map((known) => {
    const last = known.times.at(-1) ?? Number.NEGATIVE_INFINITY; // a stratum can be without a row of weight
    return times.map((time) =>
      time > last
        ? Number.NaN
        : (known.logHazards[countUpTo(known.times, time) - 1] ?? Number.NEGATIVE_INFINITY),
    );
  });
  return new SurvivalCurves({
    times,
    strata,
    baselineHazards: logHazards.map((own) => own.map(Math.exp)),
    survival: Array.from(predictors, (eta, i) => logHazards[own[i]].map((log) => survivalAt(log, eta))),
    risks: predictors.map(Math.exp),
    medians: predictors.map((eta, i) => {
      const known = steps[own[i]];
      if (known.times.length === 0) return Number.NaN;
      const first = known.logHazards.findIndex((log) => survivalAt(log, eta) <= 0.5);
      return known.times[first] ?? Number.POSITIVE_INFINITY;
    }),
  });
}

/** The fit of the features, its training rows and new ones, where a pipeline encodes them too. @throws InputError when times come beside a frame, which has them. */
function survivalInput(
  where: string,
  fit: SparseLinearFit | FrameFit<SparseLinearFit>,
  training: Omit<SurvivalTraining, "y"> & Partial<SurvivalTraining>,
  X: DesignInput,
): { readonly fit: SparseLinearFit; readonly training: SurvivalTraining; readonly X: DesignInput } {
  if (!isOfFrames(fit, "fit")) return { fit, training: training as SurvivalTraining, X };
  const { y } = Object(training) as Partial<SurvivalTraining>;
  if (y !== undefined)
    throw mustBe(`${where}, training`, "y", "left out where a pipeline reads the response from the frame", y);
  const read = fit.read(training.X);
  return { fit: fit.fit, training: { ...training, X: read.X, y: read.y }, X: fit.encode(X) };
}

/** The probability of no event where the baseline hazard has this logarithm. */
function survivalAt(logHazard: number, eta: number): number {
  return Math.exp(-Math.exp(logHazard + eta));
}

/** The times of a stratum, ascending, and the logarithm of its cumulative hazard at each; `n log n` steps with times of entry too. */
function logHazardsOf(
  { target, eta, weights, riskSets }: PredictedRows,
  stratum: number,
): { readonly times: Float64Array; readonly logHazards: Float64Array } {
  const { start, strata } = riskSets ?? {};
  const members = Int32Array.from(target.keys()).filter(
    (i) => (strata?.[i] ?? 0) === stratum && weights?.[i] !== 0,
  );
  const times = Float64Array.from(new Set(Array.from(members, (i) => Math.abs(target[i])))).sort();
  const risks = new ScaledSums(times.length);
  const events = new Float64Array(times.length);
  for (const i of members) {
    const weight = weights?.[i] ?? 1;
    const last = countUpTo(times, Math.abs(target[i])) - 1;
    risks.addTo(start ? countUpTo(times, start[i]) : 0, last, -eta[i], weight, 0);
    if (target[i] > 0) events[last] += weight;
  }
  let total = Number.NEGATIVE_INFINITY;
  const logHazards = events.map((weight, k) => {
    if (weight === 0) return total;
    const { hazard: atRisk, key } = risks.at(k);
    const own = Math.log(weight / atRisk) + key;
    const [less, more] = own < total ? [own, total] : [total, own];
    total = more + Math.log1p(Math.exp(less - more));
    return total;
  });
  return { times, logHazards };
}

/** The number of ascending times that are at most `limit`. */
function countUpTo(times: Float64Array, limit: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place in `strata` of each new row's stratum. */
function strataOf(
  where: string,
  given: TargetInput | undefined,
  strata: readonly ClassLabel[] | undefined,
  nRows: number,
): ArrayLike<number> {
  if (strata === undefined) {
    if (given !== undefined)
      throw mustBe(where, "strata", "left out where the training rows have none", given);
    return new Int32Array(nRows);
  }
  if (given === undefined)
    throw mustBe(where, "strata", "given where the training rows have them, one label a new row", given);
  const codes = classCodes(where, given, strata, "strata");
  checkRows(where, "strata", codes.length, nRows);
  return codes;
}

function timesOf(where: string, given: ArrayLike<number> | undefined, target: Float64Array): Float64Array {
  if (given === undefined) return Float64Array.from(new Set(target.map(Math.abs))).sort();
  if (!(Object(given).length > 0)) throw mustBe(where, "times", "a list of at least one number", given);
  return Float64Array.from(given, (time, k) => {
    if (!(typeof time === "number" && time >= 0 && time < Infinity && !(time < given[k - 1])))
      throw mustBe(where, `times[${k}]`, "a finite number >= 0, no less than the one before", time);
    return time;
  });
}
