import type { ResponseKind } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { type ClassLabel, classCodes } from "../../design/targets/class-codes";
import { isOrAre } from "../../display/formatting";
import { Table } from "../../display/table";
import { rowCountMismatch } from "../../errors";
import { mean } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { checkedWeights, readTarget } from "../options/model-data";
import type { MultiResponseFitFields } from "./fit-fields";
import { type MultiResponseFitJson, multiResponseFitToJson } from "./fit-json";
import { FittedModel, type PredictOptions, responseRows, type ScoreOptions } from "./fitted-model";
import { scoreOf } from "./score";

/** The prediction for a row: a number a task, or the label of a class. */
export type PredictionOf<Kind extends ResponseKind> = Kind extends "classes" ? ClassLabel : Float64Array;

/**
 * A fitted sparse linear model of several tasks or classes: an immutable value that predicts, scores and shows itself.
 *
 * Coefficients are one vector a response. Intercepts of classes sum to zero; their coefficients are determined by the penalty, and without one
 * (`lambda: 0`) only up to a constant that is added to those of all classes.
 *
 * @example
 * ```ts
 * const model = new SmoothLasso({ lambda: 0.05, datafit: multinomial() });
 * const fit = model.fit([[0], [1], [4], [5], [9], [8]], ["low", "low", "mid", "mid", "top", "top"]);
 * fit.predict([[10]]); // ["top"]
 * ```
 */
export class MultiResponseFit<Kind extends ResponseKind = ResponseKind> extends FittedModel {
  /** `coefs[r]` are those of response `r` on the original scale, one a feature; exact zeros. */
  readonly coefs: readonly Float64Array[];
  /** One a response; zeros when none were fitted. */
  readonly intercepts: Float64Array;
  /** The columns of the response, or the labels of the classes as texts. */
  readonly responseNames: readonly string[];
  /** The labels of the classes, in the order of `coefs`; undefined for tasks. */
  declare readonly classes: Kind extends "classes" ? readonly ClassLabel[] : undefined;

  constructor(fields: MultiResponseFitFields) {
    super(fields, fields.coefs, fields.intercepts);
    this.coefs = fields.coefs;
    this.intercepts = fields.intercepts;
    this.responseNames = fields.responseNames;
  }

  /**
   * Predicts each row of `X`: its tasks, or the label of its likeliest class.
   *
   * @param X with the training columns: a frame is read by column name, arrays by position.
   * @param options `offset`: needed where the fit had one, rows of one number a response.
   * @returns one entry a row.
   * @throws InputError when columns are missing, a value is not a finite number, or the offset is missing.
   */
  predict(X: DesignInput, options: PredictOptions = {}): PredictionOf<Kind>[] {
    const eta = this.predictor(`${this.estimator}.predict`, X, options);
    const { classes } = this;
    const predicted = classes
      ? Array.from(this.codes(eta), (code) => classes[code])
      : this.#rows(this.inverseLink(eta));
    return predicted as PredictionOf<Kind>[];
  }

  /**
   * The probability of each class.
   *
   * @returns one entry a row, each with one number a class in the order of `classes`.
   * @throws InputError as `predict`, and for tasks, which have none.
   */
  predictProbability(X: DesignInput, options: PredictOptions = {}): Float64Array[] {
    const where = `${this.estimator}.predictProbability`;
    this.labels(where);
    return this.#rows(this.inverseLink(this.predictor(where, X, options)));
  }

  /**
   * The linear predictors `b0_r + X beta_r`, and their offsets.
   *
   * @returns one entry a row, each with one number a response.
   * @throws InputError as `predict`.
   */
  decisionFunction(X: DesignInput, options: PredictOptions = {}): Float64Array[] {
    return this.#rows(this.predictor(`${this.estimator}.decisionFunction`, X, options));
  }

  /**
   * How good the predictions are, at most 1: the share of rows whose class is predicted; for tasks the mean over them of
   * `R^2 = 1 - sum w (y - predicted)^2 / sum w (y - mean y)^2`.
   *
   * @param options `sampleWeight`: default 1 each; `offset`: needed where the fit had one.
   * @throws InputError when `X` and `y` do not fit each other or the model. A constant task has no `R^2`: NaN.
   */
  score(X: DesignInput, y: TargetInput, options: ScoreOptions = {}): number {
    const where = `${this.estimator}.score`;
    checkKeys(where, options, ["sampleWeight", "offset"]);
    const eta = this.predictor(where, X, { offset: options.offset });
    const nResponses = this.coefs.length;
    const nSamples = eta.length / nResponses;
    const weights = checkedWeights(where, options.sampleWeight, nSamples);
    const sameRows = (given: number): void => {
      if (given !== nSamples) throw rowCountMismatch(where, nSamples, given);
    };
    if (this.classes) {
      const codes = classCodes(where, y, this.classes);
      sameRows(codes.length);
      const hits = Float64Array.from(this.codes(eta), (code, i) => (code === codes[i] ? 1 : 0));
      return mean(weights ? hits.map((hit, i) => hit * weights[i]) : hits);
    }
    const { target } = readTarget(where, y, this.datafit);
    sameRows(target.length / nResponses);
    const predicted = this.inverseLink(eta);
    const scores = Float64Array.from(this.coefs, (_, r) => {
      const own = (values: Float64Array): Float64Array => values.subarray(r * nSamples, (r + 1) * nSamples);
      const [task, expected] = [own(target), own(predicted)];
      return scoreOf(this.datafit, { target: task, eta: own(eta), predicted: expected, weights });
    });
    return mean(scores);
  }

  /**
   * The fit as plain JSON, which `JSON.stringify(fit)` calls and `fitFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): MultiResponseFitJson {
    const { datafit, usesOffset, usesWeights, fitIntercept } = this;
    const supportDeviations = () => this.supportDeviations;
    return multiResponseFitToJson(`${this.estimator}.toJSON`, {
      ...this,
      datafit,
      usesOffset,
      usesWeights,
      fitIntercept,
      supportDeviations,
    });
  }

  /**
   * The intercepts where they were fitted and the features that have coefficients, under a line that says how the fit ended. The
   * last column is the Euclidean norm of a feature's coefficients, times the deviation of the feature; bars show it, and the largest is
   * first.
   */
  summary(): Table {
    const order = this.ranked();
    const { length } = this.featureNames;
    const responses = `${this.responseNames.length} ${this.classes ? "classes" : "responses"}`;
    return new Table({
      ...this.titled(
        `${this.support.length} of ${length} features ${isOrAre(this.support.length)} in the model of ${responses}`,
      ),
      columns: ["feature", ...this.responseNames, "standardized norm"],
      rows: [
        ...(this.fitIntercept ? [["(intercept)", ...this.intercepts, null]] : []),
        ...order.map(({ feature: j, size }) => [
          this.featureNames[j],
          ...this.coefs.map((coef) => coef[j]),
          size,
        ]),
      ],
      bars: [...(this.fitIntercept ? [null] : []), ...order.map(({ size }) => size)],
    });
  }

  /** The first of several that are as likely. */
  protected codes(eta: Float64Array): Int32Array {
    const largest = (row: Float64Array): number =>
      row.reduce((best, entry, k) => (entry > row[best] ? k : best), 0);
    return Int32Array.from(this.#rows(eta), largest);
  }

  #rows(long: Float64Array): Float64Array[] {
    return responseRows(long, this.coefs.length);
  }
}
