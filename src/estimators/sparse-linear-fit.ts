import type { Datafit } from "../datafits";
import { alignFeatures } from "../design/align-features";
import { asTarget } from "../design/as-target";
import type { DesignInput, TargetInput } from "../design/design-input";
import { formatNumber } from "../display/format-number";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { mustBe, rowCountMismatch } from "../errors";
import { mean, supportOf } from "../linalg/vector";
import type { Certificate } from "../objectives/certificate";
import { checkKeys } from "../options";
import type { FitStatus, TraceRow } from "../solvers";
import { checkedOffset, type SampleOptions } from "./sample-options";

/** What a prediction takes besides `X`. */
export type PredictOptions = Pick<SampleOptions, "offset">;

/** What a {@link SparseLinearFit} is made of. */
export interface SparseLinearFitFields {
  /** Name of the estimator, e.g. `"SmoothLasso"`. */
  readonly estimator: string;
  readonly datafit: Datafit;
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
  readonly notes: readonly string[];
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
  readonly lambda: number;
  readonly nIter: number;
  /** How the fit ended. */
  readonly status: FitStatus;
  /** How far from optimal it is at most, whatever the status. */
  readonly certificate: Certificate;
  /** One row an iteration of the solver; empty when the start was already optimal. */
  readonly trace: readonly TraceRow[];
  /** Sentences about the data that a reader should know, such as a constant column. */
  readonly notes: readonly string[];
  readonly #datafit: Datafit;
  readonly #usesOffset: boolean;

  constructor(fields: SparseLinearFitFields) {
    this.estimator = fields.estimator;
    this.coef = fields.coef;
    this.intercept = fields.intercept;
    this.support = supportOf(fields.coef);
    this.featureNames = fields.featureNames;
    this.lambda = fields.lambda;
    this.nIter = fields.nIter;
    this.status = fields.status;
    this.certificate = fields.certificate;
    this.trace = fields.trace;
    this.notes = fields.notes;
    this.#datafit = fields.datafit;
    this.#usesOffset = fields.usesOffset;
  }

  /**
   * The expected response of each row of `X`.
   *
   * @param X with the training columns: a frame is read by column name, arrays by position.
   * @param options `offset`: needed where the fit had one.
   * @throws InputError when columns are missing, a value is not a finite number, or the offset is missing.
   */
  predict(X: DesignInput, options: PredictOptions = {}): Float64Array {
    return this.#predict(`${this.estimator}.predict`, X, options);
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
   * The coefficient of determination `R^2 = 1 - sum (y - predicted)^2 / sum (y - mean y)^2`, at most 1.
   *
   * @throws InputError when `X` and `y` do not fit each other or the model. A constant `y` has no `R^2`: NaN.
   */
  score(X: DesignInput, y: TargetInput, options: PredictOptions = {}): number {
    const where = `${this.estimator}.score`;
    const predicted = this.#predict(where, X, options);
    const target = asTarget(where, y);
    if (target.length !== predicted.length) throw rowCountMismatch(where, predicted.length, target.length);
    const center = mean(target);
    let unexplained = 0;
    let total = 0;
    for (let i = 0; i < target.length; i++) {
      unexplained += (target[i] - predicted[i]) ** 2;
      total += (target[i] - center) ** 2;
    }
    return total > 0 ? 1 - unexplained / total : Number.NaN;
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
      `${this.support.length} of ${this.coef.length} coefficients are not zero; ${this.status}, ${evidenceOf(this)}`
    );
  }

  #predict(where: string, X: DesignInput, options: PredictOptions): Float64Array {
    const eta = this.#linearPredictor(where, X, options);
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

/** What the status of a fit rests on: its duality gap, or its violation where it has none. */
export function evidenceOf({ certificate, status }: SparseLinearFit): string {
  const { dualityGap, violation, coordinatewise, objective } = certificate;
  if (dualityGap !== undefined) return `duality gap ${dualityGap.toExponential(1)}`;
  const stationarity = `stationarity violation ${violation.toExponential(1)}`;
  // A stationary point that is not the best one: only the decrease that is left says why it is not good enough.
  const decrease = status !== "converged" && coordinatewise > 1e-12 * Math.abs(objective);
  return decrease ? `${stationarity}, one step could gain ${coordinatewise.toExponential(1)}` : stationarity;
}
