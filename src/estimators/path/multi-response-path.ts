import type { ResponseKind } from "../../datafits";
import type { MultiResponseFit } from "../results/multi-response-fit";
import { FittedPath } from "./fitted-path";

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
