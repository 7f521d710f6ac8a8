import type { Datafit } from "../datafits";
import { alignFeatures } from "../design/align-features";
import type { ClassLabel } from "../design/class-codes";
import type { DesignInput, TargetInput } from "../design/design-input";
import { formatNumber } from "../display/format-number";
import { isOrAre } from "../display/is-or-are";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { mustBe, noClasses, noDataAtHand, noNumericClasses, rowCountMismatch } from "../errors";
import { supportOf } from "../linalg/vector";
import type { Certificate } from "../objectives/certificate";
import { checkKeys } from "../options";
import type { FitStatus, StartRow, TraceRow } from "../solvers";
import { type FitJson, fitToJson } from "./json/fit-to-json";
import { readLikeFit } from "./read-target";
import { checkedOffset, checkedWeights, type SampleOptions } from "./sample-options";
import { isSecond, scoreOf } from "./score";

/** What a prediction takes besides `X`. */
export type PredictOptions = Pick<SampleOptions, "offset">;

/** What a score takes besides the data. */
export type ScoreOptions = SampleOptions;

/** What a {@link SparseLinearFit} is made of. */
export interface SparseLinearFitFields {
  /** Name of the estimator, e.g. `"SmoothLasso"`. */
  readonly estimator: string;
  readonly datafit: Datafit;
  /** The labels of the two classes, the second being the one that the predictor speaks for. */
  readonly classes: readonly ClassLabel[] | undefined;
  /** Whether an offset was part of the linear predictor. */
  readonly usesOffset: boolean;
  readonly coef: Float64Array;
  readonly intercept: number;
  readonly featureNames: readonly string[];
  readonly lambda: number;
  readonly nIter: number;
  readonly status: FitStatus;
  readonly certificate: Certificate;
  readonly trace: readonly TraceRow[];
  /** Left out where there was one way only. */
  readonly starts?: readonly StartRow[];
  readonly notes: readonly string[];
  /** Fits the support again without a penalty; left out where the data are not at hand. */
  readonly refit?: () => SparseLinearFit;
}

/**
 * A fitted sparse linear model: an immutable value that predicts, scores and shows itself.
 *
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * fit.predict([[3, 0]])[0]; // close to 3
 * ```
 */
export class SparseLinearFit implements Displayable {
  readonly estimator: string;
  /** Coefficients on the original scale, one a feature; exact zeros. */
  readonly coef: Float64Array;
  /** 0 when none was fitted. */
  readonly intercept: number;
  /** Indices of the non-zero coefficients, ascending. */
  readonly support: Int32Array;
  readonly featureNames: readonly string[];
  /** Of two classes, the labels in ascending order: the second is the positive one; undefined for other responses. */
  readonly classes: readonly ClassLabel[] | undefined;
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
  readonly #refit: (() => SparseLinearFit) | undefined;

  constructor(fields: SparseLinearFitFields) {
    this.estimator = fields.estimator;
    this.coef = fields.coef;
    this.intercept = fields.intercept;
    this.support = supportOf(fields.coef);
    this.featureNames = fields.featureNames;
    this.classes = fields.classes;
    this.lambda = fields.lambda;
    this.nIter = fields.nIter;
    this.status = fields.status;
    this.certificate = fields.certificate;
    this.trace = fields.trace;
    this.starts = fields.starts ?? [];
    this.notes = fields.notes;
    this.#datafit = fields.datafit;
    this.#usesOffset = fields.usesOffset;
    this.#refit = fields.refit;
  }

  /**
   * The expected response of each row of `X`; of classes the label of the likelier one, as a number.
   *
   * @param X with the training columns: a frame is read by column name, arrays by position.
   * @param options `offset`: needed where the fit had one.
   * @returns a number a row: for truth values 1 and 0, for `cox()` the hazard relative to others, `exp(eta)`.
   * @throws InputError when columns are missing, a value is not a finite number, the offset is missing, or the classes
   * have texts as labels, which `predictLabels` gives.
   */
  predict(X: DesignInput, options: PredictOptions = {}): Float64Array {
    const where = `${this.estimator}.predict`;
    const { classes } = this;
    if (classes?.some((label) => typeof label === "string")) throw noNumericClasses(where, classes);
    const predicted = this.#inverseLink(this.#linearPredictor(where, X, options));
    return classes ? predicted.map((entry) => Number(classes[isSecond(entry) ? 1 : 0])) : predicted;
  }

  /**
   * The label of the likelier class of each row of `X`, as it was in `y`.
   *
   * @throws InputError as `predict`, and when the response has no classes.
   */
  predictLabels(X: DesignInput, options: PredictOptions = {}): ClassLabel[] {
    const where = `${this.estimator}.predictLabels`;
    const classes = this.#classes(where);
    const predicted = this.#inverseLink(this.#linearPredictor(where, X, options));
    return Array.from(predicted, (entry) => classes[isSecond(entry) ? 1 : 0]);
  }

  /**
   * The probability of each class.
   *
   * @returns for each row of `X` as many numbers as there are classes, in the order of `classes`.
   * @throws InputError as `predict`, and for losses without probabilities, such as `squaredHinge()`.
   */
  predictProbability(X: DesignInput, options: PredictOptions = {}): Float64Array[] {
    const where = `${this.estimator}.predictProbability`;
    this.#classes(where);
    if (this.#datafit.kind !== "classes") {
      throw mustBe(where, "datafit", "one with probabilities, such as logistic()", this.#datafit.name);
    }
    const second = this.#inverseLink(this.#linearPredictor(where, X, options));
    return Array.from(second, (p) => Float64Array.of(1 - p, p));
  }

  /**
   * The linear predictor `b0 + X beta`, and the offset, of each row of `X`.
   *
   * @throws InputError as `predict`.
   */
  decisionFunction(X: DesignInput, options: PredictOptions = {}): Float64Array {
    return this.#linearPredictor(`${this.estimator}.decisionFunction`, X, options);
  }

  /**
   * How good the predictions are, at most 1.
   *
   * Of numbers it is `R^2 = 1 - sum w (y - predicted)^2 / sum w (y - mean y)^2`, of classes the share that is right, of
   * counts `D^2`, which is `R^2` with Poisson's deviance in place of squares, and of times until an event the concordance
   * index: the share of pairs in which the one with the higher risk has the event first.
   *
   * @param options `sampleWeight`: default 1 each; `offset`: needed where the fit had one.
   * @throws InputError when `X` and `y` do not fit each other or the model. Where `y` is constant, or no pair can be told
   * apart, there is no score: NaN.
   */
  score(X: DesignInput, y: TargetInput, options: ScoreOptions = {}): number {
    const where = `${this.estimator}.score`;
    checkKeys(where, options, ["sampleWeight", "offset"]);
    const eta = this.#linearPredictor(where, X, { offset: options.offset });
    const target = readLikeFit(where, y, this.#datafit, this.classes);
    if (target.length !== eta.length) throw rowCountMismatch(where, eta.length, target.length);
    if (this.classes === undefined) this.#datafit.checkTarget(where, target);
    const weights = checkedWeights(where, options.sampleWeight, eta.length);
    return scoreOf(this.#datafit.kind, { target, eta, predicted: this.#inverseLink(eta), weights });
  }

  /**
   * The fit of the same data without a penalty on the features of the support: the bias that the penalty brought is gone.
   *
   * Weights, offset, intercept, features without penalty and constraints such as signs stay; the certificate is that of
   * `lambda` 0. A squared error is solved exactly. Of columns that depend on each other the later get coefficient 0.
   *
   * @throws InputError for a fit that was read from JSON, since it has no data.
   */
  refit(): SparseLinearFit {
    if (this.#refit === undefined) throw noDataAtHand(`${this.estimator}.refit`);
    return this.#refit();
  }

  /**
   * The fit as plain JSON, which `JSON.stringify(fit)` calls and `fitFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): FitJson {
    const [datafit, usesOffset] = [this.#datafit, this.#usesOffset];
    return fitToJson(`${this.estimator}.toJSON`, { ...this, datafit, usesOffset });
  }

  /** The non-zero coefficients, largest first, under a line that says how the fit ended. */
  summary(): Table {
    const order = [...this.support].sort((a, b) => Math.abs(this.coef[b]) - Math.abs(this.coef[a]));
    return new Table({
      title: [this.#headline(), ...this.notes.map((note) => `Note: ${note}.`)].join("\n"),
      columns: ["feature", "coefficient"],
      rows: [
        ["(intercept)", this.intercept],
        ...order.map((j) => [this.featureNames[j], this.coef[j]] as const),
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
    return (
      `${this.estimator}, lambda = ${formatNumber(this.lambda, 4)}: ` +
      `${this.support.length} of ${this.coef.length} coefficients ${isOrAre(this.support.length)} not zero; ${this.status}, ${evidenceOf(this)}${spreadOf(this.starts)}`
    );
  }

  #classes(where: string): readonly ClassLabel[] {
    if (this.classes === undefined) throw noClasses(where, this.#datafit.name);
    return this.classes;
  }

  #inverseLink(eta: Float64Array): Float64Array {
    const predicted = new Float64Array(eta.length);
    this.#datafit.inverseLink(eta, predicted);
    return predicted;
  }

  #linearPredictor(where: string, X: DesignInput, options: PredictOptions): Float64Array {
    checkKeys(where, options, ["offset"]);
    const design = alignFeatures(where, X, this.featureNames);
    const eta = new Float64Array(design.nSamples);
    design.matvec(this.coef, eta);
    const offset = checkedOffset(where, options.offset, design.nSamples);
    if (this.#usesOffset && offset === undefined) {
      throw mustBe(where, "offset", "given, as in the fit", offset, "pass zeros for none");
    }
    for (let i = 0; i < eta.length; i++) eta[i] += this.intercept + (offset ? offset[i] : 0);
    return eta;
  }
}

makeDisplayable(SparseLinearFit);

/** How far apart the ends of several ways are. */
export function spreadOf(starts: readonly StartRow[]): string {
  if (starts.length < 2) return "";
  const objectives = starts.map(({ objective }) => objective);
  const best = Math.min(...objectives);
  const spread = Math.max(...objectives) - best;
  if (spread <= 1e-9 * Math.abs(best)) return `, where all of ${starts.length} starts ended`;
  return `, best of ${starts.length} starts, objectives within ${spread.toExponential(1)}`;
}

/** What the status of a fit rests on: its duality gap, or its violation where it has none. */
export function evidenceOf({ certificate, status }: Pick<SparseLinearFit, "certificate" | "status">): string {
  const { dualityGap, violation, coordinatewise, objective } = certificate;
  if (dualityGap !== undefined) return `duality gap ${dualityGap.toExponential(1)}`;
  const stationarity = `stationarity violation ${violation.toExponential(1)}`;
  // A stationary point that is not the best one: only the decrease that is left says why it is not good enough.
  const decrease = status !== "converged" && coordinatewise > 1e-12 * Math.abs(objective);
  return decrease ? `${stationarity}, one step could gain ${coordinatewise.toExponential(1)}` : stationarity;
}
