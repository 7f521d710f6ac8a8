/**
 * The common part of fits of one response and of several: predictions, scores, notes and titles. The main export is
 * the class {@link FittedModel}.
 */
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { checkSizes, type DesignMatrix } from "../../design/design-matrix";
import { alignFeatures } from "../../design/sources/align-features";
import { type ClassLabel, classCodes } from "../../design/targets/class-codes";
import { counted, formatNumber } from "../../display/formatting";
import { Table, TableResult } from "../../display/table";
import type { TrafficLight } from "../../display/traffic-light";
import { mustBe, noClasses, noDataAtHand, rowCountMismatch } from "../../errors";
import { supportOf } from "../../linalg/vector";
import { checkKeys } from "../../options";
import type { Certificate } from "../../problem/certificate";
import type { FitStatus, StartRow, TraceRow } from "../../solvers";
import { type Note, sentenceOf } from "../notes";
import {
  checkedOffset,
  checkedWeights,
  type ReadNumbers,
  readLikeFit,
  readTarget,
  type SampleOptions,
  weightsOfTrials,
} from "../options/model-data";
import { certificateLights, type EndedFit, endingOf } from "./certificate-report";
import {
  type EstimatedValue,
  type FeatureGroups,
  type FittedModelFields,
  type GroupNorm,
  groupNormsOf,
} from "./fit-fields";
import type { GlobalProof } from "./global-proof";

/** Options of a prediction. */
export type PredictOptions = Pick<SampleOptions, "offset">;

/** Options of a score. */
export type ScoreOptions = SampleOptions;

/** Returns the typed notes of a fit, whose `notes` are their sentences. */
export let notesOf: (fit: FittedModel) => readonly Note[];

/** Rows that a fit predicts, and their response as its datafit takes it. */
export interface PredictedRows extends ReadNumbers {
  readonly datafit: Datafit;
  readonly nSamples: number;
  /** Linear predictors, laid out as the target. */
  readonly eta: Float64Array;
  /** Expected responses, laid out as the target. */
  readonly predicted: Float64Array;
  /** The weights of the rows, with mean one; undefined where all rows count the same. */
  readonly weights: Float64Array | undefined;
  /** The place in `classes` of the likeliest one of each row; empty where the response has no classes. */
  readonly codes: Int32Array;
}

/** Reads rows and their response and predicts them, by their linear predictors or what is made of these. @throws InputError when they do not fit each other or the model. */
export let predictedRows: (
  where: string,
  fit: FittedModel,
  X: DesignInput,
  y: TargetInput,
  options: ScoreOptions,
  predictorOf?: (own: Float64Array, nResponses: number) => Float64Array,
) => PredictedRows;

/** Returns the loss of a fit, without its weights, and whether it has an intercept. */
export let lossOf: (fit: FittedModel) => { readonly datafit: Datafit; readonly fitIntercept: boolean };

/** Returns how a fit ended, for the warning of fits that did not converge. */
export function endOf(fit: FittedModel): EndedFit {
  const { lambda, status, certificate, nullDeviance } = fit;
  return { lambda, status, certificate, nullDeviance, notes: notesOf(fit) };
}

/** Fits of one response or of several: what they are made of, predict from and show. */
export abstract class FittedModel extends TableResult {
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** Indices of the features with a coefficient that is not zero, in any response, ascending. */
  readonly support: Int32Array;
  /** One a feature: `x0`, `x1`, ... where the columns have no names. */
  readonly featureNames: readonly string[];
  /** Labels in ascending order, of two the second being the positive one; undefined where the response has no classes. */
  readonly classes: readonly ClassLabel[] | undefined;
  /** Strength of the penalty that it was fitted with. */
  readonly lambda: number;
  /** Iterations of the solver, of all starts together where there were several; `maxIter` is the limit of each. */
  readonly nIter: number;
  /** How the fit ended. */
  readonly status: FitStatus;
  /** How far from optimal it is at most, whatever the status. */
  readonly certificate: Certificate;
  /**
   * The excess of the objective without penalized coefficients over the loss of a perfect fit: `tol` bounds the duality gap as a share
   * of it, and summaries show that share. For squared errors `sum (y - mean y)^2 / (2n)`; glmnet's `nulldev` is `2n` times it.
   */
  readonly nullDeviance: number;
  /** One row an iteration of the solver, with the method whose it was; empty when the start was already optimal. */
  readonly trace: readonly TraceRow[];
  /** Where each way to a fit that is not convex ended, the best of which it is; empty where there was one way only. */
  readonly starts: readonly StartRow[];
  /** Sentences about the data that a reader should know, such as a constant column. */
  readonly notes: readonly string[];
  /** The `theta` of `negativeBinomial({ theta: "estimate" })` and its standard error; undefined where no parameter of the loss was estimated. */
  readonly estimatedParameter: EstimatedValue | undefined;
  /**
   * Whether no finite coefficients are best, since the loss falls without end, as with separable classes: along those that are not
   * penalized, or where SCAD or MCP is flat. The notes say along which; read nothing into the size of the coefficients.
   */
  readonly hasNoMinimizer: boolean;
  /** How far it is from the global minimum of its objective at most; undefined where `global: true` did not ask for it. */
  readonly global: GlobalProof | undefined;
  readonly #notes: readonly Note[];
  readonly #datafit: Datafit;
  readonly #usesOffset: boolean;
  readonly #usesWeights: boolean;
  readonly #fitIntercept: boolean;
  readonly #coefs: readonly Float64Array[];
  readonly #intercepts: Float64Array;
  readonly #supportDeviations: () => Float64Array;
  readonly #refit: (() => object) | undefined;
  readonly #groups: (() => FeatureGroups | undefined) | undefined;
  static {
    notesOf = (fit) => fit.#notes;
    lossOf = (fit) => ({
      datafit: fit.#datafit,
      fitIntercept: fit.#fitIntercept && fit.#datafit.determinesIntercept,
    });
    predictedRows = (where, fit, X, y, { sampleWeight, offset }, predictorOf = (own) => own) => {
      const datafit = fit.#datafit;
      const nResponses = fit.#coefs.length;
      const eta = predictorOf(fit.predictor(where, X, { offset }), nResponses);
      const nSamples = eta.length / nResponses;
      const read = targetLikeFit(where, y, datafit, fit.classes);
      if (read.target.length !== eta.length)
        throw rowCountMismatch(where, nSamples, read.target.length / nResponses);
      if (fit.classes === undefined) datafit.checkTarget(where, read.target);
      return {
        datafit,
        nSamples,
        ...read,
        eta,
        predicted: fit.inverseLink(eta),
        weights: checkedWeights(where, weightsOfTrials(where, sampleWeight, read.trials), nSamples),
        codes: fit.classes ? fit.codes(eta) : new Int32Array(0),
      };
    };
  }

  /**
   * @param coefs one vector a response.
   * @param intercepts one a response.
   */
  protected constructor(fields: FittedModelFields, coefs: readonly Float64Array[], intercepts: Float64Array) {
    super();
    const { featureNames } = fields;
    this.estimator = fields.estimator;
    this.support = jointSupport(coefs);
    this.featureNames = featureNames;
    this.classes = fields.classes;
    this.lambda = fields.lambda;
    this.nIter = fields.nIter;
    this.status = fields.status;
    this.certificate = fields.certificate;
    this.nullDeviance = fields.nullDeviance;
    this.trace = fields.trace;
    this.starts = fields.starts ?? [];
    this.notes = fields.notes.map(sentenceOf);
    this.#notes = fields.notes;
    this.estimatedParameter = fields.estimatedParameter;
    this.hasNoMinimizer = fields.hasNoMinimizer ?? false;
    this.global = fields.global;
    this.#datafit = fields.datafit;
    this.#usesOffset = fields.usesOffset;
    this.#usesWeights = fields.usesWeights ?? false;
    this.#fitIntercept = fields.fitIntercept ?? true;
    this.#coefs = coefs;
    this.#intercepts = intercepts;
    this.#supportDeviations = fields.supportDeviations;
    this.#refit = fields.refit;
    this.#groups = fields.groups;
  }

  /**
   * The names of the features in `support`, in its order.
   *
   * @example
   * ```ts
   * new SmoothLasso({ lambda: 0.3 }).fit({ age: [1, 2, 3, 4], noise: [1, 0, 0, 1] }, [1, 2, 2, 4]).supportNames; // ["age"]
   * ```
   */
  get supportNames(): string[] {
    return Array.from(this.support, (j) => this.featureNames[j]);
  }

  /**
   * The standard deviation (divisor n, weights counted) that each feature in `support` has in the data of the fit, in its order.
   *
   * A coefficient times it is the change of the response per standard deviation of its feature, which no unit has a part in: summaries and
   * `coefficientPlot` rank by it.
   *
   * @example
   * ```ts
   * new SmoothLasso({ lambda: 0.3 }).fit({ age: [1, 2, 3, 4], noise: [1, 0, 0, 1] }, [1, 2, 2, 4]).supportDeviations; // sqrt(5) / 2
   * ```
   */
  get supportDeviations(): Float64Array {
    return this.#supportDeviations();
  }

  /**
   * The groups with a coefficient that is not zero, by their labels, or their numbers and names where they are lists, in the order
   * of their first features; undefined where the penalty has no groups, and for a fit read from a file.
   *
   * @example
   * ```ts
   * const [X, groups] = [[[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]], ["site", "site", "age"]];
   * new SmoothGroupLasso({ groups, lambda: 0.2 }).fit(X, [1, 0, 2, 3]).selectedGroups; // ["site"]
   * ```
   */
  get selectedGroups(): (number | string)[] | undefined {
    const groups = this.#groups?.();
    if (groups === undefined) return undefined;
    const selected = new Set(Array.from(this.support, (j) => groups.groupOf[j]));
    return groups.labels.filter((_, g) => selected.has(g));
  }

  /**
   * The groups of `selectedGroups` with the Euclidean norm of their coefficients, each times the standard deviation of its feature, largest
   * first; undefined where `selectedGroups` is. `groupPlot(fit)` draws them.
   *
   * @example
   * ```ts
   * const [X, groups] = [[[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]], ["site", "site", "age"]];
   * new SmoothGroupLasso({ groups, lambda: 0.2 }).fit(X, [1, 0, 2, 3]).groupNorms?.map(({ group, nSelected }) => `${group}: ${nSelected}`); // ["site: 2"]
   * ```
   */
  get groupNorms(): GroupNorm[] | undefined {
    const groups = this.#groups?.();
    return groups && groupNormsOf(groups, this.ranked());
  }

  /**
   * A table of `groupNorms`, under a line that says how the fit ended.
   *
   * @throws InputError where the penalty has no groups, and for a fit read from a file.
   * @example
   * ```ts
   * const [X, groups] = [[[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]], ["site", "site", "age"]];
   * new SmoothGroupLasso({ groups, lambda: 0.2 }).fit(X, [1, 0, 2, 3]).groupSummary().rows.map(([group]) => group); // ["site"]
   * ```
   */
  groupSummary(): Table {
    const rows = this.groupNorms;
    if (rows === undefined)
      throw mustBe(
        `${this.estimator}.groupSummary`,
        "fit",
        "of groups, and not from a file",
        this,
        "use summary()",
      );
    const nGroups = this.#groups!()!.labels.length;
    return new Table({
      ...this.titled(
        `${rows.length} of ${counted(nGroups, "group")} ${rows.length === 1 ? "is" : "are"} in the model`,
      ),
      columns: ["group", "standardized norm", "features not zero", "features"],
      rows: rows.map(({ group, norm, nSelected, nFeatures }) => [group, norm, nSelected, nFeatures]),
      bars: rows.map(({ norm }) => norm),
    });
  }

  /**
   * The label of the likeliest class of each row of `X`, as it was in `y`: of two classes and of more.
   *
   * @throws InputError as `predict`, and when the response has no classes.
   */
  predictLabels(X: DesignInput, options: PredictOptions = {}): ClassLabel[] {
    const where = `${this.estimator}.predictLabels`;
    const classes = this.labels(where);
    return Array.from(this.codes(this.predictor(where, X, options)), (code) => classes[code]);
  }

  /**
   * The fit of the same data without a penalty on the coefficients that are not zero: the bias that the penalty brought is
   * gone.
   *
   * Weights, offset, intercept, features without penalty and constraints such as signs stay; the certificate is that of
   * `lambda` 0. A squared error is solved exactly. Of columns that depend on each other the later get coefficient 0. The
   * coefficients that a feature has for all classes sum to zero, since only their differences are determined.
   *
   * @throws InputError for a fit that was read from JSON, since it has no data.
   */
  refit(): this {
    if (this.#refit === undefined) throw noDataAtHand(`${this.estimator}.refit`);
    return this.#refit() as this;
  }

  /** Its coefficients, largest per standard deviation of their feature first, under a line that says how the fit ended. */
  abstract override summary(): Table;

  protected abstract codes(predictor: Float64Array): Int32Array;

  protected get datafit(): Datafit {
    return this.#datafit;
  }

  protected get usesOffset(): boolean {
    return this.#usesOffset;
  }

  protected get usesWeights(): boolean {
    return this.#usesWeights;
  }

  protected get fitIntercept(): boolean {
    return this.#fitIntercept;
  }

  /** @throws InputError when the response has no classes. */
  protected labels(where: string): readonly ClassLabel[] {
    if (this.classes === undefined) throw noClasses(where, this.#datafit.name);
    return this.classes;
  }

  /** The features in `support`, those first whose coefficients times `deviation`, are largest in norm. */
  protected ranked(): { readonly feature: number; readonly deviation: number; readonly size: number }[] {
    const deviations = this.supportDeviations;
    return Array.from(this.support, (feature, k) => {
      const deviation = deviations[k];
      const size = deviation * Math.hypot(...this.#coefs.map((coef) => coef[feature]));
      return { feature, deviation, size };
    }).sort((a, b) => b.size - a.size);
  }

  /** The linear predictors of the rows of `X`, one response after the other. */
  protected predictor(where: string, X: DesignInput, options: PredictOptions): Float64Array {
    checkKeys(where, options, ["offset"]);
    const design = alignFeatures(where, X, this.featureNames);
    checkSizes(where, design);
    const nResponses = this.#datafit.responses && this.#coefs.length;
    const offset = checkedOffset(where, options.offset, design.nSamples, nResponses);
    if (this.#usesOffset && offset === undefined) {
      throw mustBe(where, "offset", "given, as in the fit", offset, "pass zeros for none");
    }
    return linearPredictors(design, this.#coefs, this.#intercepts, offset);
  }

  /** Returns the expected responses at linear predictors. */
  protected inverseLink(eta: Float64Array): Float64Array {
    const predicted = new Float64Array(eta.length);
    this.#datafit.inverseLink(eta, predicted);
    return predicted;
  }

  /** Makes the title and the lights of a summary. @param content says how many coefficients there are. */
  protected titled(content: string): { title: string; lights: TrafficLight[] } {
    const headline = `${this.estimator}, lambda = ${formatNumber(this.lambda, 4)}: ${content}; ${endingOf(this)}${this.global ? `; ${this.global.claim}` : ""}`;
    const title = [headline, ...this.notes.map((note) => `Note: ${note}.`)].join("\n");
    return { title, lights: certificateLights(this) };
  }
}

/** Where any of the vectors is not zero, ascending. */
export function jointSupport(coefs: readonly Float64Array[]): Int32Array {
  if (coefs.length === 1) return supportOf(coefs[0]);
  return supportOf(coefs[0].map((_, j) => (coefs.some((coef) => coef[j] !== 0) ? 1 : 0)));
}

/** A response as the datafit takes it: of several classes indicators, one class after the other. */
function targetLikeFit(
  where: string,
  y: TargetInput,
  datafit: Datafit,
  classes: readonly ClassLabel[] | undefined,
): ReadNumbers {
  if (datafit.responses === undefined) return readLikeFit(where, y, datafit, classes);
  if (classes === undefined) return readTarget(where, y, datafit);
  const codes = classCodes(where, y, classes);
  const indicators = new Float64Array(codes.length * classes.length);
  codes.forEach((code, i) => {
    indicators[code * codes.length + i] = 1;
  });
  return { target: indicators };
}

// Coefficients of a fit whatever its number of responses, and their linear predictors.

/**
 * The linear predictors `b0_r + X beta_r`, and their offsets, of the rows of a design: one response after the other.
 *
 * @param coefs one vector a response.
 * @param intercepts one a response.
 * @param offset of one response after the other; undefined for 0 each.
 */
export function linearPredictors(
  design: Pick<DesignMatrix, "nSamples" | "matvec">,
  coefs: readonly Float64Array[],
  intercepts: Float64Array,
  offset: Float64Array | undefined,
): Float64Array {
  const { nSamples } = design;
  const eta = new Float64Array(nSamples * coefs.length);
  coefs.forEach((coef, r) => {
    design.matvec(coef, eta.subarray(r * nSamples, (r + 1) * nSamples));
  });
  for (let k = 0; k < eta.length; k++) {
    eta[k] += intercepts[Math.floor(k / nSamples)] + (offset ? offset[k] : 0);
  }
  return eta;
}

/** The entries of several responses, held one response after the other, as rows of one number a response. */
export function responseRows(long: Float64Array, nResponses: number): Float64Array[] {
  const nSamples = long.length / nResponses;
  return Array.from({ length: nSamples }, (_, i) =>
    Float64Array.from({ length: nResponses }, (_, r) => long[r * nSamples + i]),
  );
}

/** The coefficients of a fit of one response, or of several. */
type FittedCoefficients = { readonly coef: Float64Array } | { readonly coefs: readonly Float64Array[] };

/** Returns the coefficients of a fit, one vector a response. */
export function coefsOf(fit: FittedCoefficients): readonly Float64Array[] {
  return "coefs" in fit ? fit.coefs : [fit.coef];
}

/** Returns the intercepts of a fit, one a response. */
export function interceptsOf(
  fit: { readonly intercept: number } | { readonly intercepts: Float64Array },
): Float64Array {
  return "intercepts" in fit ? fit.intercepts : Float64Array.of(fit.intercept);
}

/** Returns the features with a coefficient that is not zero, for each response. */
export function supportsOf(fit: FittedCoefficients): readonly Int32Array[] {
  return coefsOf(fit).map(supportOf);
}
