import type { ResponseKind } from "../datafits";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import type { Table } from "../display/table";
import type { MultiResponseFit } from "./multi-response-fit";
import { nearestFit, pathTable } from "./path-fits";
import type { ScoredFit } from "./prepared-model";

/** One line of {@link MultiResponsePath.toRecords}: a coefficient of a response at a lambda. */
export interface MultiResponsePathRecord {
  readonly lambda: number;
  readonly response: string;
  readonly feature: string;
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
export class MultiResponsePath<Kind extends ResponseKind = ResponseKind> implements Displayable {
  readonly fits: readonly MultiResponseFit<Kind>[];
  /** Decreasing. */
  readonly lambdas: Float64Array;
  /** `coefs[k][r]` of response `r` at `lambdas[k]`, on the original scale. */
  readonly coefs: readonly (readonly Float64Array[])[];
  /** `intercepts[k][r]` */
  readonly intercepts: readonly Float64Array[];
  readonly featureNames: readonly string[];
  readonly responseNames: readonly string[];
  /** Number of features with any non-zero coefficient. */
  readonly df: Int32Array;
  /** Share of the null deviance explained, between 0 and 1. */
  readonly devianceRatio: Float64Array;
  readonly #fitAt: (lambda: number, start: MultiResponseFit<Kind>) => MultiResponseFit<Kind>;

  /** @param fitAt fits at a lambda that is not on the grid. */
  constructor(
    scored: readonly Pick<ScoredFit<MultiResponseFit<Kind>>, "fit" | "devianceRatio">[],
    fitAt: (lambda: number, start: MultiResponseFit<Kind>) => MultiResponseFit<Kind>,
  ) {
    const fits = scored.map(({ fit }) => fit);
    this.fits = fits;
    this.lambdas = Float64Array.from(fits, (fit) => fit.lambda);
    this.coefs = fits.map((fit) => fit.coefs);
    this.intercepts = fits.map((fit) => fit.intercepts);
    this.featureNames = fits[0].featureNames;
    this.responseNames = fits[0].responseNames;
    this.df = Int32Array.from(fits, (fit) => fit.support.length);
    this.devianceRatio = Float64Array.from(scored, ({ devianceRatio }) => devianceRatio);
    this.#fitAt = fitAt;
  }

  /**
   * The fit at `lambda`: that of the grid, or for any other lambda an exact one, started from the nearest of the grid.
   *
   * @throws InputError when `lambda` is not a finite number of at least 0.
   */
  at(lambda: number): MultiResponseFit<Kind> {
    const nearest = nearestFit(this.fits, lambda);
    return nearest.lambda === lambda ? nearest : this.#fitAt(lambda, nearest);
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

  /** One line a lambda, like glmnet's print: features in the model, share of deviance explained, status. */
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

makeDisplayable(MultiResponsePath);
