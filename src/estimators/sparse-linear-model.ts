import type { DesignInput, TargetInput } from "../design/design-input";
import { InputError } from "../errors";
import type { Penalty } from "../penalties";
import { checkOptions, type ModelOptions } from "./model-options";
import type { SparseLinearFit } from "./sparse-linear-fit";
import { type PathOptions, type RunOptions, SparseModel } from "./sparse-model";
import type { SparsePath } from "./sparse-path";

/** Options of {@link SparseLinearModel}: those of every estimator, and what it penalizes. */
export interface SparseLinearModelOptions extends ModelOptions {
  /**
   * The penalty, for a method that needs no surrogate: `scad()`, `mcp()`, ... Default: the one that `parametrization`
   * induces. One of the two must be given.
   */
  readonly penalty?: Penalty;
}

/**
 * Any datafit with any penalty of the family: `min f(b0 + X beta) + lambda R(s * beta)`.
 *
 * `R` is the penalty that `parametrization` induces, and the surrogate is what is minimised; or it is `penalty` itself,
 * minimised by a classical method. `s_j` is the standard deviation of column j (1 with `standardize: false`). Weights
 * and groups belong to the parametrization or the penalty; a penalty factor here is 1, 0 (a free feature) or Infinity
 * (an excluded one), and the feature keeps its place among the groups.
 *
 * With a penalty that is not convex a fit is a stationary point that no single coordinate can improve.
 *
 * @throws InputError when an option is unknown or outside its domain, or neither penalty nor parametrization is given.
 * @see arXiv 2307.03571
 * @example
 * ```ts
 * const model = new SparseLinearModel({ parametrization: hadamardProduct(3), lambda: 0.2 });
 * model.fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SparseLinearModel {
  readonly #model: SparseModel;

  constructor(options: SparseLinearModelOptions) {
    const name = "SparseLinearModel";
    const checked = checkOptions(name, options, ["penalty"]);
    const { parametrization } = checked;
    const penalty = options.penalty ?? parametrization?.inducedPenalty;
    if (penalty === undefined) {
      throw new InputError(
        `${name}: one of parametrization and penalty must be given, got neither; try parametrization: hadamardProduct(2)`,
      );
    }
    this.#model = new SparseModel(name, { penalty, parametrization, interchangeable: false }, checked);
  }

  /**
   * Fits at the model's `lambda`.
   *
   * @param X n rows and p columns: rows, a matrix, columns by name, or any data frame.
   * @param y n numbers, or a column of a data frame.
   * @throws InputError when no `lambda` was given, or the data are not n finite rows and n responses of the datafit.
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
