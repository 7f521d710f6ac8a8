import type { DesignInput, TargetInput } from "../design/design-input";
import { hadamardProduct } from "../parametrizations";
import { l1 } from "../penalties";
import { checkInducedPenalty, type ModelFamily } from "./model-family";
import { checkOptions, type ModelOptions } from "./model-options";
import type { SparseLinearFit } from "./sparse-linear-fit";
import { type PathOptions, type RunOptions, SparseModel } from "./sparse-model";
import type { SparsePath } from "./sparse-path";

/**
 * The lasso, fitted by smooth optimization of its Hadamard surrogate and certified by a duality gap:
 *
 * `min (1/2n) ||y - b0 - X beta||^2 + lambda sum_j s_j w_j |beta_j|`
 *
 * with `s_j` the standard deviation of column j (divisor n; 1 with `standardize: false`) and `w_j` its penalty factor.
 * With squared error this is scikit-learn's `Lasso(alpha)` on standardized columns and glmnet's gaussian family.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see arXiv 2307.03571, the Hadamard product parametrization of depth 2
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothLasso({ lambda: 0.5 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothLasso {
  readonly #model: SparseModel;

  constructor(options: ModelOptions = {}) {
    const name = "SmoothLasso";
    const checked = checkOptions(name, options);
    const { parametrization = hadamardProduct(2) } = checked;
    const family: ModelFamily = { penalty: l1(), parametrization, interchangeable: true };
    checkInducedPenalty(name, family, 1);
    this.#model = new SparseModel(name, family, checked);
  }

  /**
   * Fits at the estimator's `lambda`.
   *
   * @param X n rows and p columns: rows, a matrix, columns by name, or any data frame.
   * @param y n numbers, or a column of a data frame.
   * @returns a value; the estimator does not change.
   * @throws InputError when no `lambda` was given, or the data are not n finite rows and n finite responses.
   */
  fit(X: DesignInput, y: TargetInput, run: RunOptions = {}): SparseLinearFit {
    return this.#model.fit(X, y, run);
  }

  /**
   * Fits along a decreasing grid of lambdas, each from the one before.
   *
   * @param options `lambdas`, or `nLambdas` (100) and `lambdaMinRatio` (1e-4 if n > p, else 1e-2).
   * @throws InputError as `fit`, and when `y` leaves nothing to explain and no `lambdas` were given.
   */
  path(X: DesignInput, y: TargetInput, options: PathOptions = {}): SparsePath {
    return this.#model.path(X, y, options);
  }
}
