import type { Datafit } from "../../datafits";
import { hadamardProduct, nonNegativeSquare } from "../../parametrizations";
import { l1 } from "../../penalties";
import { onOrthant } from "../../penalties/bounded";
import {
  type BoundOptions,
  checkBounds,
  coefficientFactors,
  featureFactors,
} from "../options/coefficient-options";
import { checkInducedPenalty } from "../options/induced-penalty";
import { checkNonNegative, checkOptions, factorRemedy, type ModelOptions } from "../options/model-options";
import { type AdaptiveOptions, adaptively, type WeightedSpecOf } from "./adaptive";
import { Estimator } from "./estimator";

/** Options of {@link SmoothLasso}: those of every estimator, and bounds of its coefficients and their adaptive weights. */
export interface SmoothLassoOptions<D extends Datafit = Datafit>
  extends ModelOptions<D>,
    BoundOptions,
    AdaptiveOptions {
  /** Whether coefficients must not be negative. Default: false. */
  readonly nonNegative?: boolean;
}

/**
 * The lasso, fitted by Newton's steps of its Hadamard surrogate, or any optimizer on it, and certified by a duality gap:
 *
 * `min f(b0 + X beta) + lambda sum_j s_j w_j |beta_j|`
 *
 * with `f` the datafit, `(1/2n) ||y - eta||^2` unless another is given, `s_j` the standard deviation of column j
 * (divisor n; 1 with `standardize: false`) and `w_j` its penalty factor. With squared error this is scikit-learn's
 * `Lasso(alpha)` on standardized columns and glmnet's gaussian family. With `bounds` each `beta_j` is between them.
 * With `adaptive` it is the adaptive lasso: `w_j` is divided by `|s_j beta_j|` of a pilot fit, the lasso of lowest BIC.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see arXiv 2307.03571, the Hadamard product parametrization of depth 2
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothLasso({ lambda: 0.5 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothLasso<D extends Datafit = Datafit> extends Estimator<SmoothLassoOptions<D>, D> {
  constructor(options: SmoothLassoOptions<D> = {}) {
    const name = "SmoothLasso";
    const checked = checkOptions(name, options, ["nonNegative", "bounds", "adaptive"]);
    const oneSided = checkNonNegative(name, options.nonNegative);
    const boundsOf = checkBounds(name, options, checked);
    const penalty = oneSided ? onOrthant(l1()) : l1();
    const square = oneSided ? nonNegativeSquare() : hadamardProduct({ depth: 2 });
    const parametrization = boundsOf ? undefined : (options.parametrization ?? square);
    if (parametrization) checkInducedPenalty(name, penalty, parametrization, 1, factorRemedy);
    const specOf: WeightedSpecOf = (where, data, weights) => {
      const roles = coefficientFactors(featureFactors(where, options, data.design), weights?.coefficients);
      const bounded = boundsOf?.(where, roles.factors, data.design);
      return { penalty, parametrization, interchangeable: true, ...roles, ...bounded };
    };
    super(name, options, checked, adaptively(name, options.adaptive, checked, specOf));
  }
}
