/**
 * The result of a path: fits along a grid of lambdas, of one response ({@link SparsePath}) or of several
 * ({@link MultiResponsePath}).
 */
import type { Datafit, ResponseKind } from "../../datafits";
import { type Table, TableResult } from "../../display/table";
import { mustBe, noDataAtHand } from "../../errors";
import { checkChoice } from "../../options";
import type { ScoredFit } from "../fit/fitter";
import { loadFitter } from "../lazy";
import type { AnyFit, FitOf } from "../results/fit-of";
import type { MultiResponseFit } from "../results/multi-response-fit";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import { type InformationCriteria, leftOut } from "./follow-path";
import type { JsonOf } from "./path-json";
import { type PathJson, pathToJson } from "./path-json";
import type { LeftOut } from "./path-table";
import { type PathStatus, pathTable } from "./path-table";

/** The work of a path that needs the data it was fitted to. */
export interface PathData<Fit extends AnyFit> {
  /** Fits at a lambda that is not on the grid. */
  fitAt(lambda: number, start: Fit): Fit;
  /** Blends fits with their refits. */
  relax(fits: readonly Fit[], gamma: number): ScoredFit<Fit>[];
  /** Weighs how well fits explain the data against their size. */
  criteria(fits: readonly ScoredFit<Fit>[]): InformationCriteria;
}

/** Fits along a grid of lambdas, of one response or of several. */
export abstract class FittedPath<Fit extends AnyFit> extends TableResult {
  /** One a lambda, in the order of `lambdas`. */
  readonly fits: readonly Fit[];
  /** Decreasing. */
  readonly lambdas: Float64Array;
  /** One a feature: `x0`, `x1`, ... where the columns have no names. */
  readonly featureNames: readonly string[];
  /** Number of features with a coefficient that is not zero, in any response. */
  readonly df: Int32Array;
  /** Share of the null deviance explained, between 0 and 1. */
  readonly devianceRatio: Float64Array;
  /**
   * Interrupted: a signal was aborted before the last lambda. Complete is also a path whose grid ended early, since its last
   * fit explains 99.9 % of the deviance or, with a convex penalty, a step added next to nothing.
   */
  readonly status: PathStatus;
  /**
   * Akaike's information criterion `D + 2 d` of each fit: `d` counts the coefficients that are not zero and the
   * intercepts, and the deviance `D` is `n log(RSS / n)` for a squared error, else `2 n (f - saturated f)`; of robust
   * losses, twice the negative logarithm of the likelihood at the best dispersion, as residuals are in units of `y`.
   *
   * With `K` responses `D` is `K n log(RSS / (K n))`. A feature with coefficients for all of `K` classes counts `K - 1`, and
   * so do their intercepts, since only differences are determined.
   */
  readonly aic: Float64Array;
  /** The Bayesian information criterion `D + d log n`. */
  readonly bic: Float64Array;
  /** The extended one of Chen and Chen (2008), `BIC + 2 log (p choose s)` with `s` coefficients of `p` not zero. */
  readonly ebic: Float64Array;
  /** The most features (`df`) of a fit that `best` chooses among: `n / log n` where features and intercept are as many as rows or more, else all. */
  readonly maxDf: number;
  readonly #data: PathData<Fit> | undefined;

  /** @param data undefined where they are not at hand. */
  constructor(
    scored: readonly Pick<ScoredFit<Fit>, "fit" | "devianceRatio">[],
    criteria: InformationCriteria,
    status: PathStatus,
    data: PathData<Fit> | undefined,
  ) {
    super();
    const fits = scored.map(({ fit }) => fit);
    this.fits = fits;
    this.lambdas = Float64Array.from(fits, (fit) => fit.lambda);
    this.featureNames = fits[0].featureNames;
    this.df = Int32Array.from(fits, (fit) => fit.support.length);
    this.devianceRatio = Float64Array.from(scored, ({ devianceRatio }) => devianceRatio);
    this.status = status;
    this.aic = criteria.aic;
    this.bic = criteria.bic;
    this.ebic = criteria.ebic;
    this.maxDf = criteria.maxDf;
    this.#data = data;
  }

  /**
   * Whether each fit lies where the objective is strictly convex in the coefficients that are not zero, so that among models
   * of these features there is no other one: `true` throughout for a convex penalty.
   *
   * For SCAD and MCP the smallest eigenvalue of `X_A'WX_A / n` must exceed the largest concavity of the penalty,
   * `1 / (gamma - 1)` and `1 / gamma`; `W` is the curvature of the datafit at the fit and columns are scaled as the penalty
   * sees them. For a bridge the second derivative at the fit must be positive definite.
   *
   * @returns one a lambda; undefined where the penalty has no second derivatives, or the path came without its data.
   * @see Breheny and Huang (2011); `convex.min` of ncvreg looks at the features of two neighbouring fits together
   */
  get locallyConvex(): boolean[] | undefined {
    const { convexityOf } = loadFitter();
    const known = this.fits.flatMap((fit) => convexityOf(fit) ?? []);
    return known.length === this.fits.length ? known : undefined;
  }

  /**
   * The smallest lambda of the grid such that there, and at every larger one, the objective is locally convex.
   *
   * @returns undefined where it is not even at the largest, or `locallyConvex` is undefined.
   */
  get convexFrom(): number | undefined {
    const { locallyConvex } = this;
    if (locallyConvex === undefined) return undefined;
    const first = locallyConvex.indexOf(false);
    return this.lambdas[(first < 0 ? this.lambdas.length : first) - 1];
  }

  /**
   * The fit at `lambda`: that of the grid, or for any other lambda an exact one, started from the nearest of the grid.
   *
   * @throws InputError when `lambda` is not a finite number of at least 0.
   */
  at(lambda: number): Fit {
    const nearest = nearestFit(this.fits, lambda);
    if (nearest.lambda === lambda) return nearest;
    if (this.#data === undefined) throw noDataAtHand(`${nearest.estimator}.path.at`);
    return this.#data.fitAt(lambda, nearest);
  }

  /**
   * The relaxed path: at each lambda `gamma` times the penalized coefficients and intercepts plus `1 - gamma` times those of
   * the refit without a penalty of the coefficients that are not zero.
   *
   * Blending coefficients is blending linear predictors, so this is glmnet's `relax = TRUE`. A fit says in its notes that
   * it is a blend; its violation is the larger one of the two fits it is made of, and its objective the loss alone.
   *
   * @param gamma from 0, all refitted, to 1, this path itself.
   * @throws InputError when `gamma` is outside, or for a path that was read from JSON, since it has no data.
   * @see Hastie, Tibshirani and Tibshirani, Best subset, forward stepwise or lasso? (2020)
   * @example
   * ```ts
   * const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5 });
   * path.relaxed(0).coefs[1]; // least squares on the features of path.fits[1].support
   * ```
   */
  relaxed(gamma: number): this {
    const where = `${this.fits[0].estimator}.path.relaxed`;
    if (!(typeof gamma === "number" && gamma >= 0 && gamma <= 1)) {
      throw mustBe(where, "gamma", "a number from 0 to 1", gamma);
    }
    if (gamma === 1) return this;
    const data = this.#data;
    if (data === undefined) throw noDataAtHand(where);
    const scored = data.relax(this.fits, gamma);
    const Self = this.constructor as new (...made: ConstructorParameters<typeof FittedPath<Fit>>) => this;
    return new Self(scored, data.criteria(scored), this.status, {
      ...data,
      fitAt: (lambda) => data.relax([this.at(lambda)], gamma)[0].fit,
    });
  }

  /**
   * The fit of the smallest value of a criterion; of equal ones, that of the largest lambda.
   *
   * With more features than rows `"ebic"` is the one to use. Chosen is then among fits of at most `maxDf`, `n / log n`, features: the
   * end of such a path reproduces any response, and a squared error falls so far there that it would have the smallest criterion of
   * paths of MCP, SCAD and bridges whatever the data are. Where you expect more features than that, cross-validate. Where all fits
   * are larger, the smallest of them are compared.
   *
   * Left out are fits without a finite optimum, as SCAD and MCP have them where a few features separate the classes: those that
   * say so (`hasNoMinimizer`) and, of classes, those that explain more than 99.9 % of the deviance, with probabilities of all but 0 and
   * 1. Where every fit is such, they are compared all the same, and the one chosen says it in its notes: take its features, not
   * the size of its coefficients, or a lasso, an elastic net or a bridge.
   *
   * @param criterion `"aic"`, `"bic"` or `"ebic"`.
   * @throws InputError when it is none of them.
   * @see Chen and Chen (2008) on models of bounded size; Fan and Lv, Sure independence screening (2008); Albert and Anderson (1984)
   * on separated classes; glmnet.control, `devmax`
   */
  best(criterion: "aic" | "bic" | "ebic"): Fit {
    checkChoice(`${this.fits[0].estimator}.path.best`, "criterion", criterion, ["aic", "bic", "ebic"]);
    const reasons = this.#leftOut();
    const values = this[criterion].map((value, k) => (reasons[k] ? Number.POSITIVE_INFINITY : value));
    return this.fits[values.indexOf(values.reduce((a, b) => Math.min(a, b)))];
  }

  /**
   * The path as plain JSON, which `JSON.stringify(path)` calls and `pathFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): PathJson<JsonOf<Fit>> {
    return pathToJson(this);
  }

  /**
   * One line a lambda, like glmnet's print: features in the model, share of deviance explained, status; and where `best` leaves fits
   * out, why: `no optimum`, `saturated` or, with more than `maxDf` features, `too large`.
   */
  summary(): Table {
    return pathTable(this.fits, this.devianceRatio, this.status, this.#leftOut());
  }

  #leftOut(): readonly (LeftOut | undefined)[] {
    return leftOut(this.fits, this.devianceRatio, this.maxDf);
  }
}

/** One line of {@link SparsePath.toRecords}: a coefficient at a lambda. */
export interface PathRecord {
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Name of the feature. */
  readonly feature: string;
  /** On the original scale. */
  readonly coefficient: number;
}

/**
 * Fits along a grid of lambdas, from the largest to the smallest. It keeps a copy of the data, for `at`.
 *
 * @example
 * ```ts
 * const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5 });
 * path.df[0]; // 0: the first lambda is the smallest at which all coefficients are zero
 * ```
 */
export class SparsePath extends FittedPath<SparseLinearFit> {
  /** `coefs[k]` at `lambdas[k]`, on the original scale. */
  readonly coefs: Float64Array[];
  /** One a lambda. */
  readonly intercepts: Float64Array;

  constructor(...made: ConstructorParameters<typeof FittedPath<SparseLinearFit>>) {
    super(...made);
    this.coefs = this.fits.map((fit) => fit.coef);
    this.intercepts = Float64Array.from(this.fits, (fit) => fit.intercept);
  }

  /** One record a lambda and feature, for a data frame. */
  toRecords(): PathRecord[] {
    return this.fits.flatMap((fit) =>
      this.featureNames.map((feature, j) => ({ lambda: fit.lambda, feature, coefficient: fit.coef[j] })),
    );
  }
}

/** One line of {@link MultiResponsePath.toRecords}: a coefficient of a response at a lambda. */
export interface MultiResponsePathRecord {
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Name of the response. */
  readonly response: string;
  /** Name of the feature. */
  readonly feature: string;
  /** On the original scale. */
  readonly coefficient: number;
}

/**
 * Fits of several tasks or classes along a grid of lambdas, from the largest to the smallest. It keeps a copy of the
 * data, for `at`.
 *
 * @example
 * ```ts
 * const model = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }) });
 * const path = model.path([[1, 0], [0, 1], [1, 1], [2, 1]], [[1, 0], [0, 1], [1, 1], [2, 1]], { nLambdas: 5 });
 * path.df[0]; // 0: the first lambda is the smallest at which all coefficients are zero
 * ```
 */
export class MultiResponsePath<Kind extends ResponseKind = ResponseKind> extends FittedPath<
  MultiResponseFit<Kind>
> {
  /** `coefs[k][r]` of response `r` at `lambdas[k]`, on the original scale. */
  readonly coefs: readonly (readonly Float64Array[])[];
  /** `intercepts[k][r]` */
  readonly intercepts: readonly Float64Array[];
  /** One a response; of classes their labels. */
  readonly responseNames: readonly string[];

  constructor(...made: ConstructorParameters<typeof FittedPath<MultiResponseFit<Kind>>>) {
    super(...made);
    this.coefs = this.fits.map((fit) => fit.coefs);
    this.intercepts = this.fits.map((fit) => fit.intercepts);
    this.responseNames = this.fits[0].responseNames;
  }

  /** One record a lambda, response and feature, for a data frame. */
  toRecords(): MultiResponsePathRecord[] {
    return this.fits.flatMap((fit) =>
      fit.coefs.flatMap((coef, r) =>
        this.featureNames.map((feature, j) => ({
          lambda: fit.lambda,
          response: this.responseNames[r],
          feature,
          coefficient: coef[j],
        })),
      ),
    );
  }
}

/** The fits of a datafit along a grid of lambdas. */
export type PathOf<D extends Datafit> = PathOfFits<FitOf<D>>;

/** The path of fits of one response, or of several. */
export type PathOfFits<Fit extends AnyFit> =
  Fit extends MultiResponseFit<infer Kind> ? MultiResponsePath<Kind> : SparsePath;

/**
 * The fit of a path whose lambda is nearest on the log scale.
 *
 * @throws InputError when `lambda` is not a finite number of at least 0.
 */
function nearestFit<Fit extends AnyFit>(fits: readonly Fit[], lambda: number): Fit {
  if (!(typeof lambda === "number" && lambda >= 0 && lambda < Infinity)) {
    throw mustBe(`${fits[0].estimator}.path.at`, "lambda", "a finite number >= 0", lambda);
  }
  const distance = (fit: Fit): number => Math.abs(Math.log((fit.lambda + 1e-300) / (lambda + 1e-300)));
  return fits.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}
