import type { Datafit, ResponseKind } from "../datafits";
import { alignFeatures } from "../design/align-features";
import { type ClassLabel, classCodes } from "../design/class-codes";
import type { DesignInput, TargetInput } from "../design/design-input";
import { formatNumber } from "../display/format-number";
import { isOrAre } from "../display/is-or-are";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { mustBe, rowCountMismatch } from "../errors";
import { mean } from "../linalg/vector";
import type { Certificate } from "../objectives/certificate";
import { checkKeys } from "../options";
import type { FitStatus, StartRow, TraceRow } from "../solvers";
import { readTarget } from "./read-target";
import { responseRows } from "./response-rows";
import { checkedOffset, checkedWeights } from "./sample-options";
import { scoreOf } from "./score";
import { evidenceOf, type PredictOptions, type ScoreOptions, spreadOf } from "./sparse-linear-fit";

/** What is predicted for a row: a number a task, or the label of a class. */
export type PredictionOf<Kind extends ResponseKind> = Kind extends "classes" ? ClassLabel : Float64Array;

/** What a {@link MultiResponseFit} is made of. */
export interface MultiResponseFitFields {
  readonly estimator: string;
  readonly datafit: Datafit;
  readonly usesOffset: boolean;
  readonly coefs: readonly Float64Array[];
  readonly intercepts: Float64Array;
  readonly responseNames: readonly string[];
  /** The labels of the classes, in the order of the responses; undefined for tasks. */
  readonly classes: readonly ClassLabel[] | undefined;
  readonly featureNames: readonly string[];
  readonly lambda: number;
  readonly nIter: number;
  readonly status: FitStatus;
  readonly certificate: Certificate;
  readonly trace: readonly TraceRow[];
  /** Left out where there was one way only. */
  readonly starts?: readonly StartRow[];
  readonly notes: readonly string[];
}

/**
 * A fitted sparse linear model of several tasks or classes: an immutable value that predicts, scores and shows itself.
 *
 * Coefficients are one vector a response; of classes, only differences between them are determined, and intercepts sum
 * to zero.
 *
 * @example
 * ```ts
 * const model = new SmoothLasso({ lambda: 0.05, datafit: multinomial() });
 * const fit = model.fit([[0], [1], [4], [5], [9], [8]], ["low", "low", "mid", "mid", "top", "top"]);
 * fit.predict([[10]]); // ["top"]
 * ```
 */
export class MultiResponseFit<Kind extends ResponseKind = ResponseKind> implements Displayable {
  readonly estimator: string;
  /** `coefs[r]` are those of response `r` on the original scale, one a feature; exact zeros. */
  readonly coefs: readonly Float64Array[];
  /** One a response; zeros when none were fitted. */
  readonly intercepts: Float64Array;
  /** Indices of the features with any non-zero coefficient, ascending. */
  readonly support: Int32Array;
  readonly featureNames: readonly string[];
  /** The columns of the response, or the labels of the classes as texts. */
  readonly responseNames: readonly string[];
  /** The labels of the classes, in the order of `coefs`; undefined for tasks. */
  readonly classes: Kind extends "classes" ? readonly ClassLabel[] : undefined;
  readonly lambda: number;
  readonly nIter: number;
  /** How the fit ended. */
  readonly status: FitStatus;
  /** How far from optimal it is at most, whatever the status. */
  readonly certificate: Certificate;
  /** One row an iteration of the solver; empty when the start was already optimal. */
  readonly trace: readonly TraceRow[];
  /** Where each way to a fit that is not convex ended, the best of which it is; empty where there was one way only. */
  readonly starts: readonly StartRow[];
  /** Sentences about the data that a reader should know, such as a constant column. */
  readonly notes: readonly string[];
  readonly #datafit: Datafit;
  readonly #usesOffset: boolean;

  constructor(fields: MultiResponseFitFields) {
    const { coefs, featureNames } = fields;
    this.estimator = fields.estimator;
    this.coefs = coefs;
    this.intercepts = fields.intercepts;
    this.support = Int32Array.from(featureNames.keys()).filter((j) => coefs.some((coef) => coef[j] !== 0));
    this.featureNames = featureNames;
    this.responseNames = fields.responseNames;
    this.classes = fields.classes as this["classes"];
    this.lambda = fields.lambda;
    this.nIter = fields.nIter;
    this.status = fields.status;
    this.certificate = fields.certificate;
    this.trace = fields.trace;
    this.starts = fields.starts ?? [];
    this.notes = fields.notes;
    this.#datafit = fields.datafit;
    this.#usesOffset = fields.usesOffset;
  }

  /**
   * What is expected of each row of `X`: its tasks, or the label of its likeliest class.
   *
   * @param X with the training columns: a frame is read by column name, arrays by position.
   * @param options `offset`: needed where the fit had one, rows of one number a response.
   * @returns one entry a row.
   * @throws InputError when columns are missing, a value is not a finite number, or the offset is missing.
   */
  predict(X: DesignInput, options: PredictOptions = {}): PredictionOf<Kind>[] {
    const eta = this.#linearPredictor(`${this.estimator}.predict`, X, options);
    const { classes } = this;
    const predicted = classes
      ? this.#rows(eta).map((row) => classes[largest(row)])
      : this.#rows(this.#mean(eta));
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
    if (this.classes === undefined) throw mustBe(where, "the datafit", "one of classes", this.#datafit.name);
    return this.#rows(this.#mean(this.#linearPredictor(where, X, options)));
  }

  /**
   * The linear predictors `b0_r + X beta_r`, and their offsets.
   *
   * @returns one entry a row, each with one number a response.
   * @throws InputError as `predict`.
   */
  decisionFunction(X: DesignInput, options: PredictOptions = {}): Float64Array[] {
    return this.#rows(this.#linearPredictor(`${this.estimator}.decisionFunction`, X, options));
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
    const eta = this.#linearPredictor(where, X, { offset: options.offset });
    const nResponses = this.coefs.length;
    const nSamples = eta.length / nResponses;
    const weights = checkedWeights(where, options.sampleWeight, nSamples);
    const sameRows = (given: number): void => {
      if (given !== nSamples) throw rowCountMismatch(where, nSamples, given);
    };
    if (this.classes) {
      const codes = classCodes(where, y, this.classes);
      sameRows(codes.length);
      const hits = Float64Array.from(this.#rows(eta), (row, i) => (largest(row) === codes[i] ? 1 : 0));
      return mean(weights ? hits.map((hit, i) => hit * weights[i]) : hits);
    }
    const { target } = readTarget(where, y, this.#datafit);
    sameRows(target.length / nResponses);
    const predicted = this.#mean(eta);
    const scores = Float64Array.from(this.coefs, (_, r) => {
      const own = (values: Float64Array): Float64Array => values.subarray(r * nSamples, (r + 1) * nSamples);
      const [task, expected] = [own(target), own(predicted)];
      return scoreOf(this.#datafit.kind, { target: task, eta: own(eta), predicted: expected, weights });
    });
    return mean(scores);
  }

  /** The features that have coefficients, largest first, under a line that says how the fit ended. */
  summary(): Table {
    const size = (j: number): number => Math.hypot(...this.coefs.map((coef) => coef[j]));
    const order = [...this.support].sort((a, b) => size(b) - size(a));
    return new Table({
      title: [this.#headline(), ...this.notes.map((note) => `Note: ${note}.`)].join("\n"),
      columns: ["feature", ...this.responseNames],
      rows: [
        ["(intercept)", ...this.intercepts],
        ...order.map((j) => [this.featureNames[j], ...this.coefs.map((coef) => coef[j])]),
      ],
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }

  #headline(): string {
    const responses = `${this.responseNames.length} ${this.classes ? "classes" : "responses"}`;
    return (
      `${this.estimator}, lambda = ${formatNumber(this.lambda, 4)}: ${this.support.length} of ` +
      `${this.featureNames.length} features ${isOrAre(this.support.length)} in the model of ${responses}; ${this.status}, ${evidenceOf(this)}${spreadOf(this.starts)}`
    );
  }

  /** One response after the other. */
  #linearPredictor(where: string, X: DesignInput, options: PredictOptions): Float64Array {
    checkKeys(where, options, ["offset"]);
    const design = alignFeatures(where, X, this.featureNames);
    const { nSamples } = design;
    const offset = checkedOffset(where, options.offset, nSamples, this.coefs.length);
    if (this.#usesOffset && offset === undefined) {
      throw mustBe(where, "offset", "given, as in the fit", offset, "pass zeros for none");
    }
    const eta = new Float64Array(nSamples * this.coefs.length);
    this.coefs.forEach((coef, r) => {
      const own = eta.subarray(r * nSamples, (r + 1) * nSamples);
      design.matvec(coef, own);
      for (let i = 0; i < nSamples; i++) own[i] += this.intercepts[r];
    });
    if (offset) for (let k = 0; k < eta.length; k++) eta[k] += offset[k];
    return eta;
  }

  #mean(eta: Float64Array): Float64Array {
    const predicted = new Float64Array(eta.length);
    this.#datafit.inverseLink(eta, predicted);
    return predicted;
  }

  #rows(long: Float64Array): Float64Array[] {
    return responseRows(long, this.coefs.length);
  }
}

makeDisplayable(MultiResponseFit);

/** The place of the largest entry, the first of several. */
function largest(row: Float64Array): number {
  return row.reduce((best, entry, k) => (entry > row[best] ? k : best), 0);
}
