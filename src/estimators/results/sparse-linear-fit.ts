import type { DesignInput, TargetInput } from "../../design/design-input";
import { isOrAre } from "../../display/formatting";
import { Table } from "../../display/table";
import { mustBe, noNumericClasses } from "../../errors";
import { checkKeys } from "../../options";
import type { SparseLinearFitFields } from "./fit-fields";
import { type FitJson, fitToJson } from "./fit-json";
import { FittedModel, type PredictOptions, predictedRows, type ScoreOptions } from "./fitted-model";
import { isSecond, scoreOf } from "./score";

/**
 * A fitted sparse linear model: an immutable value that predicts, scores and shows itself.
 *
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * fit.predict([[3, 0]])[0]; // close to 3
 * ```
 */
export class SparseLinearFit extends FittedModel {
  /** Coefficients on the original scale, one a feature; exact zeros. */
  readonly coef: Float64Array;
  /** 0 when none was fitted. */
  readonly intercept: number;

  constructor(fields: SparseLinearFitFields) {
    super(fields, [fields.coef], Float64Array.of(fields.intercept));
    this.coef = fields.coef;
    this.intercept = fields.intercept;
  }

  /**
   * The expected response of each row of `X`; of two classes the label of the likelier one, as a number.
   *
   * Where labels are texts there is no such number: `predictLabels` gives them as they are, texts and truth values too, and
   * `predictProbability` the probability of each.
   *
   * @param X with the training columns: a frame is read by column name, arrays by position.
   * @param options `offset`: needed where the fit had one.
   * @returns a number a row: for truth values 1 and 0, for `cox()` the hazard relative to others, `exp(eta)`.
   * @throws InputError when columns are missing, a value is not a finite number below 1e140 in size, the offset is missing, or
   * the classes have texts as labels, which `predictLabels` gives.
   */
  predict(X: DesignInput, options: PredictOptions = {}): Float64Array {
    const where = `${this.estimator}.predict`;
    const { classes } = this;
    if (classes?.some((label) => typeof label === "string")) throw noNumericClasses(where, classes);
    const eta = this.predictor(where, X, options);
    return classes
      ? Float64Array.from(this.codes(eta), (code) => Number(classes[code]))
      : this.inverseLink(eta);
  }

  /**
   * The probability of each class.
   *
   * @returns for each row of `X` as many numbers as there are classes, in the order of `classes`.
   * @throws InputError as `predict`, and for losses without probabilities, such as `squaredHinge()`.
   */
  predictProbability(X: DesignInput, options: PredictOptions = {}): Float64Array[] {
    const where = `${this.estimator}.predictProbability`;
    this.labels(where);
    if (!this.datafit.hasProbabilities) {
      throw mustBe(where, "datafit", "one with probabilities, such as logistic()", this.datafit.name);
    }
    const second = this.inverseLink(this.predictor(where, X, options));
    return Array.from(second, (p) => Float64Array.of(1 - p, p));
  }

  /**
   * The linear predictor `b0 + X beta`, and the offset, of each row of `X`.
   *
   * @throws InputError as `predict`.
   */
  decisionFunction(X: DesignInput, options: PredictOptions = {}): Float64Array {
    return this.predictor(`${this.estimator}.decisionFunction`, X, options);
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
    return scoreOf(this.datafit, predictedRows(where, this, X, y, options));
  }

  /**
   * The fit as plain JSON, which `JSON.stringify(fit)` calls and `fitFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): FitJson {
    const { datafit, usesOffset, usesWeights, fitIntercept } = this;
    const supportDeviations = () => this.supportDeviations;
    return fitToJson(`${this.estimator}.toJSON`, {
      ...this,
      datafit,
      usesOffset,
      usesWeights,
      fitIntercept,
      supportDeviations,
    });
  }

  /**
   * The intercept where one was fitted and the non-zero coefficients, each also standardized, times the standard deviation of its feature, by which
   * they are ranked; under a line that says how the fit ended.
   */
  summary(): Table {
    const rows = this.ranked().map(({ feature, deviation }) => ({
      name: this.featureNames[feature],
      value: this.coef[feature],
      standardized: this.coef[feature] * deviation,
    }));
    return new Table({
      ...this.titled(
        `${this.support.length} of ${this.coef.length} coefficients ${isOrAre(this.support.length)} not zero`,
      ),
      columns: ["feature", "coefficient", "standardized"],
      rows: [
        ...(this.fitIntercept ? [["(intercept)", this.intercept, null]] : []),
        ...rows.map(({ name, value, standardized }) => [name, value, standardized]),
      ],
      bars: [...(this.fitIntercept ? [null] : []), ...rows.map(({ standardized }) => standardized)],
    });
  }

  protected codes(eta: Float64Array): Int32Array {
    return Int32Array.from(this.inverseLink(eta), (entry) => (isSecond(entry) ? 1 : 0));
  }
}
