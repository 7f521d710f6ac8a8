import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import type { Table } from "../display/table";
import { mustBe, noDataAtHand } from "../errors";
import { checkChoice } from "../options";
import type { InformationCriteria } from "./information-criteria";
import { type PathJson, pathToJson } from "./json/path-to-json";
import { nearestFit, pathTable } from "./path-fits";
import type { ScoredFit } from "./prepared-model";
import { convexityOf } from "./solved-problem";
import type { SparseLinearFit } from "./sparse-linear-fit";

/** One line of {@link SparsePath.toRecords}: a coefficient at a lambda. */
export interface PathRecord {
  readonly lambda: number;
  readonly feature: string;
  readonly coefficient: number;
}

/** What a path does with the data that it was fitted to. */
export interface PathData {
  /** Fits at a lambda that is not on the grid. */
  fitAt(lambda: number, start: SparseLinearFit): SparseLinearFit;
  /** Blends fits with their refits. */
  relax(fits: readonly SparseLinearFit[], gamma: number): ScoredFit[];
  /** Weighs how well fits explain the data against their size. */
  criteria(fits: readonly ScoredFit[]): InformationCriteria;
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
export class SparsePath implements Displayable {
  readonly fits: readonly SparseLinearFit[];
  /** Decreasing. */
  readonly lambdas: Float64Array;
  /** `coefs[k]` at `lambdas[k]`, on the original scale. */
  readonly coefs: Float64Array[];
  readonly intercepts: Float64Array;
  readonly featureNames: readonly string[];
  /** Number of non-zero coefficients. */
  readonly df: Int32Array;
  /** Share of the null deviance explained, between 0 and 1. */
  readonly devianceRatio: Float64Array;
  /**
   * Akaike's information criterion `D + 2 d` of each fit: `d` counts the coefficients that are not zero and the
   * intercept, and the deviance `D` is `n log(RSS / n)` for a squared error, else `2 n (f - saturated f)`.
   */
  readonly aic: Float64Array;
  /** The Bayesian information criterion `D + d log n`. */
  readonly bic: Float64Array;
  /** The extended one of Chen and Chen (2008), `BIC + 2 log (p choose s)` with `s` coefficients of `p` not zero. */
  readonly ebic: Float64Array;
  readonly #data: PathData | undefined;

  /** @param data undefined where they are not at hand. */
  constructor(
    scored: readonly Pick<ScoredFit, "fit" | "devianceRatio">[],
    criteria: InformationCriteria,
    featureNames: readonly string[],
    data: PathData | undefined,
  ) {
    const fits = scored.map(({ fit }) => fit);
    this.fits = fits;
    this.lambdas = Float64Array.from(fits, (fit) => fit.lambda);
    this.coefs = fits.map((fit) => fit.coef);
    this.intercepts = Float64Array.from(fits, (fit) => fit.intercept);
    this.featureNames = featureNames;
    this.df = Int32Array.from(fits, (fit) => fit.support.length);
    this.devianceRatio = Float64Array.from(scored, ({ devianceRatio }) => devianceRatio);
    this.aic = criteria.aic;
    this.bic = criteria.bic;
    this.ebic = criteria.ebic;
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
  at(lambda: number): SparseLinearFit {
    const nearest = nearestFit(this.fits, lambda);
    if (nearest.lambda === lambda) return nearest;
    if (this.#data === undefined) throw noDataAtHand(`${nearest.estimator}.path.at`);
    return this.#data.fitAt(lambda, nearest);
  }

  /**
   * The relaxed path: at each lambda `gamma` times the penalized coefficients and intercept plus `1 - gamma` times those of
   * the refit without a penalty on the same support.
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
  relaxed(gamma: number): SparsePath {
    const where = `${this.fits[0].estimator}.path.relaxed`;
    if (!(typeof gamma === "number" && gamma >= 0 && gamma <= 1)) {
      throw mustBe(where, "gamma", "a number from 0 to 1", gamma);
    }
    if (gamma === 1) return this;
    const data = this.#data;
    if (data === undefined) throw noDataAtHand(where);
    const scored = data.relax(this.fits, gamma);
    return new SparsePath(scored, data.criteria(scored), this.featureNames, {
      ...data,
      fitAt: (lambda) => data.relax([this.at(lambda)], gamma)[0].fit,
    });
  }

  /**
   * The fit of the smallest value of a criterion; of equal ones, that of the largest lambda. With more features than rows
   * `"ebic"` is the one to use, and any of them means little where the fit has nearly as many coefficients as rows.
   *
   * @param criterion `"aic"`, `"bic"` or `"ebic"`.
   * @throws InputError when it is none of them.
   */
  best(criterion: "aic" | "bic" | "ebic"): SparseLinearFit {
    checkChoice(`${this.fits[0].estimator}.path.best`, "criterion", criterion, ["aic", "bic", "ebic"]);
    const values = this[criterion];
    return this.fits[values.indexOf(values.reduce((a, b) => Math.min(a, b)))];
  }

  /**
   * The path as plain JSON, which `JSON.stringify(path)` calls and `pathFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): PathJson {
    return pathToJson(this);
  }

  /** One record a lambda and feature, for a data frame. */
  toRecords(): PathRecord[] {
    return this.fits.flatMap((fit) =>
      this.featureNames.map((feature, j) => ({ lambda: fit.lambda, feature, coefficient: fit.coef[j] })),
    );
  }

  /** One line a lambda, like glmnet's print: non-zero coefficients, share of deviance explained, status. */
  summary(): Table {
    return pathTable(this.fits, this.devianceRatio);
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(SparsePath);
