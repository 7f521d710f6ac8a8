import { sparkline } from "../../display/bars";
import { counted, formatNumber } from "../../display/formatting";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../display/mime-bundle";
import { Table } from "../../display/table";
import { InputError } from "../../errors";
import type { AnyFit, PathOfFits } from "../fit/fit-of";
import { type CrossValidationJson, crossValidationToJson } from "../json/cross-validation-to-json";
import type { PathStatus } from "../path/path-fits";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { CrossValidationScores } from "./cross-validation-scores";

/** One line of {@link CrossValidation.toRecords}: the scores at a lambda. */
export interface ScoreRecord {
  /** Of the surrogate, where depths were compared. */
  readonly depth?: number;
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Mean loss of the rows held out. */
  readonly meanScore: number;
  /** Of that mean, over the folds. */
  readonly standardError: number;
  /** Features with a coefficient that is not zero, in the fit of all rows. */
  readonly df: number;
}

/** At each lambda what `decisionFunction` of a fit gives. */
export type OutOfFold<Fit extends AnyFit> = readonly ReturnType<Fit["decisionFunction"]>[];

/** What a {@link CrossValidation} is made of. */
export interface CrossValidationFields<Fit extends AnyFit> {
  readonly estimator: string;
  readonly measure: "mean squared error" | "deviance";
  readonly path: PathOfFits<Fit>;
  readonly foldId: Int32Array;
  readonly folds: readonly number[];
  readonly foldLoss: readonly Float64Array[];
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
 * the mean losses `l_f` of `N` folds, `w_f` the weight of a fold's rows; lower is better. The loss of a row is its squared
 * error, summed over several responses, or its deviance, twice what its loss exceeds that of the saturated model by. With fewer than three rows a fold the
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
  /** What the scores are. */
  readonly measure: "mean squared error" | "deviance";
  /** Decreasing, those of `path`. */
  readonly lambdas: Float64Array;
  /** Mean loss of the rows held out at each lambda; lower is better. */
  readonly meanScore: Float64Array;
  /** Standard error of each mean over the folds; NaN where one fold alone was fitted, which has none. */
  readonly standardError: Float64Array;
  /** `foldLoss[f][k]` is the mean loss of fold `folds[f]` at `lambdas[k]`; NaN where no row of it counts. */
  readonly foldLoss: readonly Float64Array[];
  /** The numbers of the folds that were fitted, ascending. */
  readonly folds: readonly number[];
  /** The number of each row's fold. */
  readonly foldId: Int32Array;
  /** Number of features with a non-zero coefficient in the path of all rows. */
  readonly df: Int32Array;
  /** The lambda of the smallest mean score, of equal ones the largest; NaN when no fold was fitted. */
  readonly lambdaMin: number;
  /** The largest lambda whose mean score is at most one standard error above the smallest; NaN when no fold was fitted. */
  readonly lambda1se: number;
  /** The fits of all rows. */
  readonly path: PathOfFits<Fit>;
  /** With `keep`: `outOfFold[k][i]` is the linear predictor of row `i` at `lambdas[k]`, by a fit that has not seen it;
   * for several responses one number each. */
  readonly outOfFold: OutOfFold<Fit> | undefined;
  /** Interrupted: the scores are of the folds that were fitted before. */
  readonly status: PathStatus;
  /** With `depths`: the depth of the smallest mean score, which all the other values are of. */
  readonly depth: number | undefined;
  /** With `depths`: the cross-validation of each, on the same folds. */
  readonly byDepth: readonly CrossValidation<Fit>[];
  readonly #scores: CrossValidationScores;

  constructor(fields: CrossValidationFields<Fit>) {
    const { lambdas, df } = fields.path;
    const { scores } = fields;
    this.estimator = fields.estimator;
    this.measure = fields.measure;
    this.lambdas = lambdas;
    this.meanScore = scores.meanScore;
    this.standardError = scores.standardError;
    this.foldLoss = fields.foldLoss;
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
    return `${sparkline(this.meanScore)}  ${this.measure}${depth}, lambda from ${formatNumber(first)} to ${formatNumber(last)}`;
  }

  #fitOf(what: string, index: number): Fit {
    if (index >= 0) return this.path.fits[index] as Fit;
    throw new InputError(
      `CrossValidation.${what}: at least one fold must be fitted, got none before the interruption; path has the fits of all rows`,
    );
  }
}

makeDisplayable(CrossValidation);
