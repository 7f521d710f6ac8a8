/** The result of a cross-validation: scores along the lambdas, the lambdas that they choose, and its record as JSON. */
import { sparkline } from "../../display/bars";
import { counted, formatNumber } from "../../display/formatting";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../display/mime-bundle";
import { Table } from "../../display/table";
import { InputError } from "../../errors";
import { type JsonNumber, toJsonNumber } from "../../json-record";
import type { PathOfFits } from "../path/fitted-path";
import type { PathJson } from "../path/path-json";
import type { PathStatus } from "../path/path-table";
import type { FitJson, MultiResponseFitJson } from "../results/fit-json";
import type { AnyFit } from "../results/fit-of";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { HeldOutLoss } from "./fit-folds";

/** One line of {@link CrossValidation.toRecords}: the scores at a lambda. */
export interface ScoreRecord {
  /** Depth of the surrogate, where depths were compared. */
  readonly depth?: number;
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Mean score of the rows held out. */
  readonly meanScore: number;
  /** Standard error of that mean, over the folds. */
  readonly standardError: number;
  /** Features with a coefficient that is not zero, in the fit of all rows. */
  readonly df: number;
}

/** At each lambda what `decisionFunction` of a fit gives. */
export type OutOfFold<Fit extends AnyFit> = readonly ReturnType<Fit["decisionFunction"]>[];

/** The fields that a {@link CrossValidation} is made of. */
export interface CrossValidationFields<Fit extends AnyFit> {
  readonly estimator: string;
  readonly measure: string;
  readonly higherIsBetter: boolean;
  readonly path: PathOfFits<Fit>;
  readonly foldId: Int32Array;
  readonly folds: readonly number[];
  readonly foldScores: readonly Float64Array[];
  readonly scores: CrossValidationScores;
  readonly outOfFold: OutOfFold<Fit> | undefined;
  readonly status: PathStatus;
  readonly depth: number | undefined;
  readonly byDepth: readonly CrossValidation<Fit>[];
}

/**
 * How well the fits of a path predict rows that they have not seen, and the lambdas chosen by that.
 *
 * `meanScore = m = sum_f w_f l_f / sum_f w_f` and `standardError = sqrt((sum_f w_f (l_f - m)^2 / sum_f w_f) / (N - 1))` of
 * the mean losses `l_f` of `N` folds, `w_f` the weight of a fold's rows; lower is better unless `higherIsBetter`. The loss of a row is its squared
 * error, summed over several responses, or its deviance, twice what its loss exceeds that of the saturated model by, or what `measure`
 * says in its place: the squared or absolute error, summed over several responses or classes, of two classes that of the probability of the
 * second; 1 for a row of the wrong class; for the area under the ROC curve and the concordance index `l_f` is that of the rows of the fold. With fewer than three rows a fold the
 * standard error is that of rows, as in `cv.glmnet`. Cox's deviance is that of all rows less that of the rows fitted.
 *
 * Fits that did not converge are scored by the coefficients with which they ended, and one warning tells of those of the path
 * and of all folds. Where no finite coefficients are best, as of separable classes without a penalty or with SCAD or MCP, which
 * are flat far out, they ended on the way to infinity: how far depends on the tolerance, and the deviance of a row held out
 * with it, so that scores there say little; take larger lambdas.
 *
 * @see glmnet, `cv.glmnet`
 * @example
 * ```ts
 * const cv = new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 5 });
 * cv.lambda1se >= cv.lambdaMin; // true
 * ```
 */
export class CrossValidation<Fit extends AnyFit = SparseLinearFit> implements Displayable {
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** The name of the scores, such as `"deviance"` or `"AUC"`. */
  readonly measure: string;
  /** Whether a higher score is the better one, as of `"AUC"` and `"concordance"`; of the others lower is better. */
  readonly higherIsBetter: boolean;
  /** Decreasing, those of `path`. */
  readonly lambdas: Float64Array;
  /** Mean score of the rows held out at each lambda; `higherIsBetter` says in which direction it is better. */
  readonly meanScore: Float64Array;
  /** Standard error of each mean over the folds; NaN where one fold alone was fitted, which has none. */
  readonly standardError: Float64Array;
  /** `foldScores[f][k]` is the score of fold `folds[f]` at `lambdas[k]`; NaN where no row of it counts. */
  readonly foldScores: readonly Float64Array[];
  /** The numbers of the folds that were fitted, ascending. */
  readonly folds: readonly number[];
  /** The number of each row's fold. */
  readonly foldId: Int32Array;
  /** Number of features with a non-zero coefficient in the path of all rows. */
  readonly df: Int32Array;
  /** The lambda of the best mean score, of equal ones the largest; NaN when no fold was fitted. */
  readonly lambdaMin: number;
  /** The largest lambda whose mean score is at most one standard error worse than the best; NaN when no fold was fitted. */
  readonly lambda1se: number;
  /** The fits of all rows. */
  readonly path: PathOfFits<Fit>;
  /** With `keep`: `outOfFold[k][i]` is the linear predictor of row `i` at `lambdas[k]`, by a fit that has not seen it;
   * for several responses one number each. */
  readonly outOfFold: OutOfFold<Fit> | undefined;
  /** Interrupted: the scores are of the folds that were fitted before. */
  readonly status: PathStatus;
  /** With `depths`: the depth of the best mean score, which all the other values are of. */
  readonly depth: number | undefined;
  /** With `depths`: the cross-validation of each, on the same folds. */
  readonly byDepth: readonly CrossValidation<Fit>[];
  readonly #scores: CrossValidationScores;

  constructor(fields: CrossValidationFields<Fit>) {
    const { lambdas, df } = fields.path;
    const { scores } = fields;
    this.estimator = fields.estimator;
    this.measure = fields.measure;
    this.higherIsBetter = fields.higherIsBetter;
    this.lambdas = lambdas;
    this.meanScore = scores.meanScore;
    this.standardError = scores.standardError;
    this.foldScores = fields.foldScores;
    this.folds = fields.folds;
    this.foldId = fields.foldId;
    this.df = df;
    this.lambdaMin = lambdas[scores.indexMin] ?? Number.NaN;
    this.lambda1se = lambdas[scores.index1se] ?? Number.NaN;
    this.path = fields.path;
    this.outOfFold = fields.outOfFold;
    this.status = fields.status;
    this.depth = fields.depth;
    this.byDepth = fields.byDepth;
    this.#scores = scores;
  }

  /** The depths that were compared, as given. */
  get depths(): number[] {
    return this.byDepth.map(({ depth }) => depth as number);
  }

  /** The fit of all rows at `lambdaMin`. @throws InputError when no fold was fitted. */
  get best(): Fit {
    return this.#fitOf("best", this.#scores.indexMin);
  }

  /** The fit of all rows at `lambda1se`. @throws InputError when no fold was fitted. */
  get oneStandardError(): Fit {
    return this.#fitOf("oneStandardError", this.#scores.index1se);
  }

  /** One record a lambda, and depth where depths were compared, for a data frame; none when no fold was fitted. */
  toRecords(): ScoreRecord[] {
    if (this.byDepth.length > 0) return this.byDepth.flatMap((each) => each.toRecords());
    if (this.folds.length === 0) return [];
    return Array.from(this.lambdas, (lambda, k) => ({
      ...(this.depth === undefined ? {} : { depth: this.depth }),
      lambda,
      meanScore: this.meanScore[k],
      standardError: this.standardError[k],
      df: this.df[k],
    }));
  }

  /**
   * The cross-validation as plain JSON, which `JSON.stringify(cv)` calls and `crossValidationFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): CrossValidationJson {
    return crossValidationToJson(this as unknown as CrossValidation<AnyFit>);
  }

  /** The two lambdas chosen, like the print of `cv.glmnet`, at each depth where depths were compared. */
  summary(): Table {
    const members = this.byDepth.length > 0 ? this.byDepth : [this];
    const depth = this.byDepth.length > 0 ? `, best at depth ${formatNumber(this.depth as number)}` : "";
    const nFolds = this.folds.length;
    const after =
      nFolds > 0 ? `after ${nFolds}` : "before the first of them was done, so that there are no scores";
    const end = this.status === "interrupted" ? `, interrupted ${after}` : "";
    return new Table({
      title: `${this.estimator}, cross-validation in ${new Set(this.foldId).size} folds over ${counted(this.lambdas.length, "lambda")}${depth}${end}`,
      columns: [...(depth ? ["depth"] : []), "choice", "lambda", this.measure, "standard error", "df"],
      rows: members.flatMap((member) =>
        member.#choices().map((row) => (depth ? [member.depth, ...row] : row)),
      ),
      notes: [
        ...(nFolds > 0 && this.lambdas.length > 1 ? members.map((member) => member.#curve()) : []),
        ...(nFolds === 1 ? ["One fold alone has no standard error, so lambda1se is lambdaMin."] : []),
      ],
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }

  #choices(): (string | number | null)[][] {
    const { indexMin, index1se } = this.#scores;
    return [["lambdaMin", indexMin] as const, ["lambda1se", index1se] as const].flatMap(([name, k]) =>
      k < 0 ? [] : [[name, this.lambdas[k], this.meanScore[k], this.#errorOrNone(k), this.df[k]]],
    );
  }

  /** An empty cell where there is none. */
  #errorOrNone(k: number): number | null {
    return Number.isNaN(this.standardError[k]) ? null : this.standardError[k];
  }

  /** The scores along the lambdas, in one line. */
  #curve(): string {
    const depth = this.depth === undefined ? "" : ` at depth ${formatNumber(this.depth)}`;
    const [first, last] = [this.lambdas[0], this.lambdas[this.lambdas.length - 1]];
    const better = this.higherIsBetter ? "higher is better" : "lower is better";
    return `${sparkline(this.meanScore)}  ${this.measure} (${better})${depth}, lambda from ${formatNumber(first)} to ${formatNumber(last)}`;
  }

  #fitOf(what: string, index: number): Fit {
    if (index >= 0) return this.path.fits[index] as Fit;
    throw new InputError(
      `CrossValidation.${what}: at least one fold must be fitted, got none before the interruption; path has the fits of all rows`,
    );
  }
}

makeDisplayable(CrossValidation);

/** Scores of a cross-validation at each lambda, and the lambdas chosen by them. */
interface CrossValidationScores {
  readonly meanScore: Float64Array;
  readonly standardError: Float64Array;
  /** Position of the lambda of the best mean; -1 without any scores. */
  readonly indexMin: number;
  /** Position of the largest lambda whose mean is within one standard error of it. */
  readonly index1se: number;
}

/**
 * Means and standard errors over folds, as `cv.glmnet` has them: `m = sum w_f l_f / sum w_f` and
 * `sqrt((sum w_f (l_f - m)^2 / sum w_f) / (N - 1))` with the loss `l_f` of each of `N` folds, or samples, and its weight.
 *
 * @param parts one a fold, or a sample; those of weight 0 are left out.
 */
export function crossValidationScores(
  parts: readonly HeldOutLoss[],
  nLambdas: number,
  higherIsBetter = false,
): CrossValidationScores {
  const counted = parts.filter(({ weight }) => weight > 0);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  const average = (k: number, of: (loss: number) => number): number =>
    counted.reduce((sum, { loss, weight }) => sum + weight * of(loss[k]), 0) / total;
  const meanScore = new Float64Array(nLambdas);
  const standardError = new Float64Array(nLambdas);
  for (let k = 0; k < nLambdas; k++) {
    const mean = average(k, (loss) => loss);
    meanScore[k] = mean;
    standardError[k] = Math.sqrt(average(k, (loss) => (loss - mean) ** 2) / (counted.length - 1));
  }
  const losses = higherIsBetter ? meanScore.map((score) => -score) : meanScore;
  const indexMin = losses.indexOf(losses.reduce((a, b) => Math.min(a, b)));
  // One fold alone has no standard error.
  const limit = losses[indexMin] + (standardError[indexMin] || 0);
  return { meanScore, standardError, indexMin, index1se: losses.findIndex((loss) => loss <= limit) };
}

/** The `format` of a file that holds a cross-validation. */
export const crossValidationFormat = "smooth-edges/cross-validation";

/** The version that is written, and the newest one that can be read. */
export const crossValidationVersion = 1;

/** A cross-validation as plain JSON. */
export interface CrossValidationJson {
  /** The kind of file. */
  readonly format: typeof crossValidationFormat;
  /** Version of the format; files of newer versions are refused. */
  readonly version: number;
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** The name of the scores. */
  readonly measure: string;
  /** Whether a higher score is the better one; left out in older files, whose scores are losses. */
  readonly higherIsBetter?: boolean;
  /** `"interrupted"` where a signal was aborted before the last fold. */
  readonly status: PathStatus;
  /** The number of each row's fold. */
  readonly foldId: readonly number[];
  /** The best of the depths that were compared; null where none were. */
  readonly depth: number | null;
  /** One a depth, or one only. */
  readonly members: readonly ValidatedJson[];
}

/** The scores along a path, and the path. */
interface ValidatedJson {
  readonly depth: number | null;
  readonly status: PathStatus;
  /** One a lambda of the path, as are the scores. */
  readonly lambdas: readonly JsonNumber[];
  readonly meanScore: readonly JsonNumber[];
  readonly standardError: readonly JsonNumber[];
  readonly lambdaMin: JsonNumber;
  readonly lambda1se: JsonNumber;
  /** The folds that were fitted, and the scores of each. */
  readonly folds: readonly number[];
  readonly foldLoss: readonly (readonly JsonNumber[])[];
  /** At each lambda a number a row, of several responses as many a row. */
  readonly outOfFold: readonly (readonly (JsonNumber | readonly JsonNumber[])[])[] | null;
  readonly path: Omit<PathJson<FitJson | MultiResponseFitJson>, "format" | "version">;
}

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
function crossValidationToJson(cv: CrossValidation<AnyFit>): CrossValidationJson {
  const members = cv.byDepth.length > 0 ? cv.byDepth : [cv];
  return {
    format: crossValidationFormat,
    version: crossValidationVersion,
    estimator: cv.estimator,
    measure: cv.measure,
    higherIsBetter: cv.higherIsBetter,
    status: cv.status,
    foldId: [...cv.foldId],
    depth: cv.depth ?? null,
    members: members.map(validatedToJson),
  };
}

function validatedToJson(cv: CrossValidation<AnyFit>): ValidatedJson {
  const { format, version, ...path } = cv.path.toJSON();
  return {
    depth: cv.depth ?? null,
    status: cv.status,
    lambdas: numbersOf(cv.lambdas),
    meanScore: numbersOf(cv.meanScore),
    standardError: numbersOf(cv.standardError),
    lambdaMin: toJsonNumber(cv.lambdaMin),
    lambda1se: toJsonNumber(cv.lambda1se),
    folds: [...cv.folds],
    foldLoss: cv.foldScores.map(numbersOf),
    outOfFold: cv.outOfFold ? cv.outOfFold.map(predictorsOf) : null,
    path,
  };
}

function numbersOf(values: Float64Array): JsonNumber[] {
  return Array.from(values, toJsonNumber);
}

/** The linear predictors at a lambda. */
function predictorsOf(rows: ArrayLike<number> | readonly Float64Array[]): (JsonNumber | JsonNumber[])[] {
  return Array.from(rows as ArrayLike<number | Float64Array>, (row) =>
    typeof row === "number" ? toJsonNumber(row) : numbersOf(row),
  );
}
