/** Survival curves of new rows by a fit of Cox's loss ({@link predictSurvival}). */
import type { DesignInput, TargetInput } from "../../design/design-input";
import { counted, formatNumber } from "../../display/formatting";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../display/mime-bundle";
import { Table } from "../../display/table";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { SampleOptions } from "../options/model-data";
import { predictedRows } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";

/** The rows that a fit was fitted to, from which the baseline hazard is estimated, and their weights and offsets. */
export interface SurvivalTraining extends SampleOptions {
  /** The features, as in the fit. */
  readonly X: DesignInput;
  /** Times until an event, as `fit` takes them. */
  readonly y: TargetInput;
}

/** Options of {@link predictSurvival}. */
export interface PredictSurvivalOptions {
  /** Times at which the curves are wanted, finite and at least 0, ascending. Default: the distinct times of the training rows. */
  readonly times?: ArrayLike<number>;
  /** Needed where the fit had an offset, one number a new row. */
  readonly offset?: SampleOptions["offset"];
}

/** The fields that {@link SurvivalCurves} are made of. */
type SurvivalFields = Pick<SurvivalCurves, "times" | "baselineHazard" | "survival" | "risks">;

/** The probability of no event until each time, one curve a row; an immutable value. */
export class SurvivalCurves implements Displayable {
  /** Ascending. */
  readonly times: Float64Array;
  /** The cumulative hazard at a linear predictor of 0, one a time. */
  readonly baselineHazard: Float64Array;
  /** `survival[i][k]` is the probability that row `i` has no event until `times[k]`, that time included. */
  readonly survival: readonly Float64Array[];
  /** The hazard of each row relative to others, `exp(eta)`. */
  readonly risks: Float64Array;

  constructor({ times, baselineHazard, survival, risks }: SurvivalFields) {
    this.times = times;
    this.baselineHazard = baselineHazard;
    this.survival = survival;
    this.risks = risks;
  }

  /** The first of `times` at which the probability is at most one half, one a row; Infinity where it stays above. */
  get medians(): Float64Array {
    return Float64Array.from(this.survival, (curve) => {
      const k = curve.findIndex((probability) => probability <= 0.5);
      return k < 0 ? Number.POSITIVE_INFINITY : this.times[k];
    });
  }

  /** One row a curve: relative hazard, median, and the probabilities at a quarter, the half, three quarters and all of the times. */
  summary(): Table {
    const last = this.times.length - 1;
    const places = [...new Set([0.25, 0.5, 0.75, 1].map((share) => Math.round(share * last)))];
    const { medians } = this;
    return new Table({
      title: `Survival of ${counted(this.survival.length, "row")} at ${counted(this.times.length, "time")}`,
      columns: ["row", "risk", "median", ...places.map((k) => `until ${formatNumber(this.times[k], 3)}`)],
      rows: this.survival.map((curve, i) => [
        i,
        this.risks[i],
        medians[i] < Infinity ? medians[i] : null,
        ...places.map((k) => curve[k]),
      ]),
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(SurvivalCurves);

/**
 * Predicts survival curves with Breslow's estimate of the baseline hazard: `S(t | x) = exp(-H(t) exp(eta(x)))` with
 * `H(t) = sum_{t_i <= t, event} w_i / sum_{t_j >= t_i} w_j exp(eta_j)` over the training rows,
 * whatever the ties of the loss.
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
  options: PredictSurvivalOptions = {},
): SurvivalCurves {
  const where = "predictSurvival";
  checkKeys(where, options, ["times", "offset"]);
  if (typeof Object(fit).decisionFunction !== "function") throw mustBe(where, "fit", "a fit with cox()", fit);
  checkKeys(`${where}, training`, training, ["X", "y", "sampleWeight", "offset"]);
  const { target, eta, weights, datafit } = predictedRows(where, fit, training.X, training.y, training);
  if (datafit.response !== "times") throw mustBe(where, "the datafit of the fit", "cox()", datafit.name);
  const times = timesOf(where, options.times, target);
  // The hazards of all rows are divided by the largest, so that none is infinite.
  const largest = eta.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const order = Int32Array.from(target.keys()).sort((a, b) => Math.abs(target[b]) - Math.abs(target[a]));
  const increments: { time: number; hazard: number }[] = [];
  let atRisk = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const time = Math.abs(target[order[from]]);
    let events = 0;
    for (; to < order.length && Math.abs(target[order[to]]) === time; to++) {
      const i = order[to];
      atRisk += (weights?.[i] ?? 1) * Math.exp(eta[i] - largest);
      if (target[i] > 0) events += weights?.[i] ?? 1;
    }
    if (events > 0) increments.push({ time, hazard: events / atRisk });
  }
  increments.reverse();
  let [place, total] = [0, 0];
  const cumulative = times.map((time) => {
    for (; place < increments.length && increments[place].time <= time; place++)
      total += increments[place].hazard;
    return total;
  });
  const predictors = fit.decisionFunction(X, { offset: options.offset });
  return new SurvivalCurves({
    times,
    baselineHazard: cumulative.map((hazard) => hazard * Math.exp(-largest)),
    survival: Array.from(predictors, (own) =>
      cumulative.map((hazard) => (hazard === 0 ? 1 : Math.exp(-hazard * Math.exp(own - largest)))),
    ),
    risks: predictors.map(Math.exp),
  });
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
