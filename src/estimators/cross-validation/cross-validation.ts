/** The result of a cross-validation: scores along the lambdas, the lambdas that they choose, and its record as JSON. */
import { type SparklineMark, sparkline } from "../../display/bars";
import { counted, formatNumber } from "../../display/formatting";
import { Table, TableResult } from "../../display/table";
import { InputError } from "../../errors";
import type { PathOfFits } from "../path/fitted-path";
import type { PathStatus } from "../path/path-table";
import type { AnyFit } from "../results/fit-of";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import { type CrossValidationJson, crossValidationToJson, labelsOf } from "./cross-validation-json";
import type { HeldOutLoss } from "./fit-folds";
import type { Params } from "./validation-plan";

/** One line of {@link CrossValidation.toRecords}: the scores at a lambda. */
export interface ScoreRecord {
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Mean score of the rows held out. */
  readonly meanScore: number;
  /** Standard error of that mean, over the folds. */
  readonly standardError: number;
  /** Features with a coefficient that is not zero, in the fit of all rows. */
  readonly df: number;
  /** The options that were compared, such as a depth, by their names. */
  readonly [param: string]: number | string | boolean;
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
  readonly repeats: number;
  readonly timeOrdered: boolean;
  readonly folds: readonly number[];
  readonly foldScores: readonly Float64Array[];
  readonly scores: CrossValidationScores;
  readonly outOfFold: OutOfFold<Fit> | undefined;
  readonly status: PathStatus;
  /** Undefined where no options were compared. */
  readonly params: Params | undefined;
}

/** The cross-validations among which one is the best, and the choice of a sparser fit among them. */
interface Compared<Fit extends AnyFit> {
  readonly members: readonly CrossValidation<Fit>[];
  readonly sparser: { readonly member: CrossValidation<Fit>; readonly index: number };
}

/**
 * Returns the best of cross-validations on the same folds. Scores over all folds and over some of them do not compare, so it is among
 * those that are complete.
 *
 * Of relaxed paths of the same model the one standard error is taken over all of them, as in `cv.glmnet`: the largest lambda, and there the
 * largest gamma.
 */
export let bestOf: <Fit extends AnyFit>(
  members: readonly CrossValidation<Fit>[],
  status: PathStatus,
) => CrossValidation<Fit>;

/** Returns `depth 3, l1Ratio 0.5`. */
export function paramsInWords(params: Params): string {
  const inWords = ([name, label]: [string, number | string | boolean]): string =>
    `${name} ${typeof label === "number" ? formatNumber(label) : label}`;
  return Object.entries(labelsOf(params)).map(inWords).join(", ");
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
 * Fits that did not converge are scored by the coefficients with which they ended, and one warning names those of the path
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
export class CrossValidation<Fit extends AnyFit = SparseLinearFit> extends TableResult {
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
  /** The number of each row's fold, in the first of several repeats. */
  readonly foldId: Int32Array;
  /** How often the folds were drawn; with more than once those of the second repeat follow those of the first in `folds`. */
  readonly repeats: number;
  /** Whether each fold was predicted by those before it alone. */
  readonly timeOrdered: boolean;
  /** Number of features with a non-zero coefficient in the path of all rows. */
  readonly df: Int32Array;
  /** The lambda of the best mean score, of equal ones the largest; NaN when no fold was fitted. */
  readonly lambdaMin: number;
  /** The largest lambda whose mean score is at most one standard error worse than the best, over relaxed paths of the same model too; NaN
   * when no fold was fitted. */
  readonly lambda1se: number;
  /** The fits of all rows. */
  readonly path: PathOfFits<Fit>;
  /** With `keep`: `outOfFold[k][i]` is the linear predictor of row `i` at `lambdas[k]`, by a fit that has not seen it;
   * for several responses one number each. */
  readonly outOfFold: OutOfFold<Fit> | undefined;
  /** Interrupted: the scores are of the folds that were fitted before. */
  readonly status: PathStatus;
  /** The options of the best mean score, of a `grid` and `relax`, which all the other values are of; empty where none were compared. */
  readonly params: Params;
  /** The options of the fit at `lambda1se`: those of `params`, but for the gamma of `relax`. */
  readonly params1se: Params;
  /** The cross-validation at each point of a `grid` and for each gamma of `relax`, on the same folds; empty where none were compared. */
  readonly members: readonly CrossValidation<Fit>[];
  readonly #scores: CrossValidationScores;
  readonly #fields: CrossValidationFields<Fit>;
  readonly #compared: Compared<Fit> | undefined;

  static {
    bestOf = (members, status) => CrossValidation.#bestOf(members, status);
  }

  /** @param compared undefined where it is the only one. */
  constructor(fields: CrossValidationFields<Fit>, compared?: Compared<Fit>) {
    super();
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
    this.repeats = fields.repeats;
    this.timeOrdered = fields.timeOrdered;
    this.df = df;
    this.lambdaMin = lambdas[scores.indexMin] ?? Number.NaN;
    const { member, index } = compared?.sparser ?? { member: { lambdas }, index: scores.index1se };
    this.lambda1se = member.lambdas[index] ?? Number.NaN;
    this.path = fields.path;
    this.outOfFold = fields.outOfFold;
    this.status = fields.status;
    this.params = Object.freeze({ ...fields.params });
    this.params1se = compared?.sparser.member.params ?? this.params;
    this.members = compared?.members ?? [];
    this.#scores = scores;
    this.#fields = fields;
    this.#compared = compared;
  }

  static #bestOf<Fit extends AnyFit>(
    members: readonly CrossValidation<Fit>[],
    status: PathStatus,
  ): CrossValidation<Fit> {
    const sign = members[0].higherIsBetter ? -1 : 1;
    const lossAt = (cv: CrossValidation<Fit>, k: number): number => sign * cv.meanScore[k];
    const lowest = (cv: CrossValidation<Fit>): number =>
      cv.status === "complete" ? lossAt(cv, cv.#scores.indexMin) : Number.POSITIVE_INFINITY;
    const areOfOneModel = (a: CrossValidation<Fit>, b: CrossValidation<Fit>): boolean =>
      Object.entries(a.params).every(([name, value]) => name === "relax" || b.params[name] === value);
    const best = members.reduce((a, b) => {
      const isTied = lowest(b) === lowest(a) && areOfOneModel(a, b) && b.lambdaMin > a.lambdaMin;
      return lowest(b) < lowest(a) || isTied ? b : a;
    });
    const limit = lowest(best) + (best.standardError[best.#scores.indexMin] || 0);
    const within = members
      .filter((member) => member.status === "complete" && areOfOneModel(best, member))
      .map((member) => ({ member, index: member.lambdas.findIndex((_, k) => lossAt(member, k) <= limit) }))
      .filter(({ index }) => index >= 0);
    const own = { member: best, index: best.#scores.index1se };
    const lambdaOf = ({ member, index }: typeof own): number => member.lambdas[index];
    // The first of equal ones has the largest gamma.
    const sparser = within.length > 0 ? within.reduce((a, b) => (lambdaOf(b) > lambdaOf(a) ? b : a)) : own;
    return new CrossValidation({ ...best.#fields, status }, { members, sparser });
  }

  /** The fit of all rows at `lambdaMin`. @throws InputError when no fold was fitted. */
  get best(): Fit {
    return fitOf("best", this.path, this.#scores.indexMin);
  }

  /** The fit of all rows at `lambda1se`. @throws InputError when no fold was fitted. */
  get oneStandardError(): Fit {
    const { member, index } = this.#compared?.sparser ?? { member: this, index: this.#scores.index1se };
    return fitOf("oneStandardError", member.path, index);
  }

  /**
   * Sentences that a reader should know: where the best mean score is that of the smallest or the largest lambda of its path, so that one
   * beyond may be better, or of the largest that no feature helps; and where deviances are not those of the fits.
   */
  get notes(): readonly string[] {
    const members = this.members.length > 0 ? this.members : [this];
    const estimated = this.measure === "deviance" ? this.path.fits[0]?.estimatedParameter : undefined;
    const atConstant = `deviances take the ${estimated?.name} of a constant, so that all fits are scored alike; the deviance of one fit takes its own`;
    const ends = [...endsInWords].flatMap(([end, consequence]) => {
      const there = members.filter((member) => member.#end() === end);
      if (there.length === 0) return [];
      const params = there.map((member) => paramsInWords(member.params)).join("; ");
      const extreme = end === "smallest" ? end : "largest";
      return [`lambdaMin${params && ` at ${params}`} is the ${extreme} lambda of the path, ${consequence}`];
    });
    return estimated ? [...ends, atConstant] : ends;
  }

  /** One record a lambda, with the options that were compared, for a data frame; none when no fold was fitted. */
  toRecords(): ScoreRecord[] {
    if (this.members.length > 0) return this.members.flatMap((each) => each.toRecords());
    if (this.folds.length === 0) return [];
    return Array.from(this.lambdas, (lambda, k) => ({
      ...labelsOf(this.params),
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
    return crossValidationToJson(this);
  }

  /** The two lambdas chosen, like the print of `cv.glmnet`, at each point where options were compared. */
  summary(): Table {
    const members = this.members.length > 0 ? this.members : [this];
    const names = Object.keys(this.params);
    const nFolds = this.folds.length;
    const after =
      nFolds > 0 ? `after ${nFolds}` : "before the first of them was done, so that there are no scores";
    const end = this.status === "interrupted" ? `, interrupted ${after}` : "";
    return new Table({
      title: `${this.estimator}, cross-validation in ${this.#foldsInWords()} over ${counted(this.lambdas.length, "lambda")}${this.#choiceInWords()}${end}`,
      columns: [...names, "choice", "lambda", this.measure, "standard error", "df"],
      rows: members.flatMap((member) =>
        member.#choices().map((row) => [...Object.values(labelsOf(member.params)), ...row]),
      ),
      notes: [
        ...(nFolds > 0 && this.lambdas.length > 1 ? members.map((member) => member.#curve()) : []),
        ...this.notes,
        ...(nFolds === 1 ? ["One fold alone has no standard error, so lambda1se is lambdaMin."] : []),
      ],
    });
  }

  /** The end of the path at which the best mean score is, unless no lambda is beyond. */
  #end(): PathEnd | undefined {
    const { indexMin } = this.#scores;
    const last = this.lambdas.length - 1;
    if (indexMin < 0 || last < 1) return undefined;
    if (indexMin === last) return this.lambdaMin > 0 ? "smallest" : undefined;
    if (indexMin > 0) return undefined;
    return this.df[0] === 0 ? "null" : "largest";
  }

  /** `5 folds`, `5 time-ordered folds` or `5 folds, repeated 3 times,`. */
  #foldsInWords(): string {
    // The folds of rows in a database are not known.
    const nFolds = new Set(this.foldId).size || this.folds.length;
    if (this.timeOrdered) return `${nFolds - 1} time-ordered fold${nFolds === 2 ? "" : "s"}`;
    return this.repeats === 1 ? `${nFolds} folds` : `${nFolds} folds, repeated ${this.repeats} times,`;
  }

  /** `, best at depth 3` */
  #choiceInWords(): string {
    if (this.members.length === 0) return "";
    const [best, sparser] = [paramsInWords(this.params), paramsInWords(this.params1se)];
    return `, best at ${best}${sparser === best ? "" : `, within one standard error at ${sparser}`}`;
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

  /** The scores along the lambdas, in one line that marks both choices. */
  #curve(): string {
    const params = paramsInWords(this.params);
    const [first, last] = [this.lambdas[0], this.lambdas[this.lambdas.length - 1]];
    const better = this.higherIsBetter ? "higher is better" : "lower is better";
    const { indexMin, index1se } = this.#scores;
    const best: SparklineMark = { index: indexMin, brackets: ["[", "]"] };
    const sparser: SparklineMark = { index: index1se, brackets: ["(", ")"] };
    const marks = indexMin === index1se ? [best] : [best, sparser];
    const legend = indexMin === index1se ? "[lambdaMin, lambda1se]" : "[lambdaMin] (lambda1se)";
    const strip = sparkline(
      this.meanScore,
      marks.filter(({ index }) => index >= 0),
    );
    return `${strip}  ${legend}  ${this.measure} (${better})${params && ` at ${params}`}, lambda from ${formatNumber(first)} to ${formatNumber(last)}`;
  }
}

function fitOf<Fit extends AnyFit>(what: string, path: PathOfFits<Fit>, index: number): Fit {
  if (index >= 0) return path.fits[index] as Fit;
  throw new InputError(
    `CrossValidation.${what}: at least one fold must be fitted, got none before the interruption; path has the fits of all rows`,
  );
}

/** An end of a path: its smallest lambda, its largest one, or its largest one where all penalized coefficients are 0. */
type PathEnd = "smallest" | "largest" | "null";

/** The words that tell a reader what a best mean score at that end of a path means. */
const endsInWords: ReadonlyMap<PathEnd, string> = new Map([
  ["smallest", "so that a smaller one may be better; extend the path by a smaller lambdaMinRatio"],
  ["largest", "so that a larger one may be better unless all penalized coefficients are 0 there"],
  ["null", "at which all coefficients are 0, so that no feature helps to predict"],
]);

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
 * Repeats see the same rows, so that more of them do not make the error of the mean smaller: the standard error is the root of the mean of
 * their squared ones.
 *
 * @param repeats one list a repeat, of one part a fold, or a sample; those of weight 0 are left out.
 */
export function crossValidationScores(
  repeats: readonly (readonly HeldOutLoss[])[],
  nLambdas: number,
  higherIsBetter = false,
): CrossValidationScores {
  const counted = repeats.map((parts) => parts.filter(({ weight }) => weight > 0));
  const averageOf = (parts: readonly HeldOutLoss[], k: number, of: (loss: number) => number): number =>
    parts.reduce((sum, { loss, weight }) => sum + weight * of(loss[k]), 0) /
    parts.reduce((sum, { weight }) => sum + weight, 0);
  const all = counted.flat();
  const withError = counted.filter(({ length }) => length > 1);
  const meanScore = new Float64Array(nLambdas);
  const standardError = new Float64Array(nLambdas);
  for (let k = 0; k < nLambdas; k++) {
    meanScore[k] = averageOf(all, k, (loss) => loss);
    const variances = withError.map((parts) => {
      const mean = averageOf(parts, k, (loss) => loss);
      return averageOf(parts, k, (loss) => (loss - mean) ** 2) / (parts.length - 1);
    });
    standardError[k] = Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / variances.length);
  }
  const losses = higherIsBetter ? meanScore.map((score) => -score) : meanScore;
  const indexMin = losses.indexOf(losses.reduce((a, b) => Math.min(a, b)));
  // One fold alone has no standard error.
  const limit = losses[indexMin] + (standardError[indexMin] || 0);
  return { meanScore, standardError, indexMin, index1se: losses.findIndex((loss) => loss <= limit) };
}
