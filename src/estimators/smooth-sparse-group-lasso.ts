import type { Datafit } from "../datafits";
import { sparseGroupProduct } from "../parametrizations";
import { Estimator } from "./estimator";
import { type GroupOptions, groupChoice, groupRoles } from "./group-family";
import { coefficientCount } from "./model-data";
import { checkInducedPenalty } from "./model-family";
import { checkOptions, checkShare, factorRemedy, type ModelOptions } from "./model-options";

/** Options of {@link SmoothSparseGroupLasso}: those of every estimator, the groups and the share of the lasso. */
export interface SmoothSparseGroupLassoOptions<D extends Datafit = Datafit>
  extends Omit<ModelOptions<D>, "penaltyFactors">,
    GroupOptions {
  /** Share of the lasso in the penalty, in [0, 1]; the rest is the group lasso's. Default: 0.5. */
  readonly l1Ratio?: number;
}

/**
 * The sparse group lasso, whole groups out and single features within the others, certified by a duality gap:
 *
 * `min f(b0 + X beta) + lambda (l1Ratio sum_j s_j |beta_j| + (1 - l1Ratio) sum_g w_g norm2(s_g * beta_g))`
 *
 * with `f` the datafit, `s` the standard deviations of the columns (1 with `standardize: false`) and `w_g` the square
 * root of the group's number of features unless `penaltyFactors` are given. With several responses `beta_g` are the
 * coefficients of these features in all of them; `groups: "rows"` is each feature by itself. A group with factor 0 is free of both parts. There is no
 * `standardize: "groups"`, since orthonormalised columns are no features that could drop out.
 *
 * @throws InputError when an option is unknown or outside its domain, or there is not one label a feature.
 * @see Simon, Friedman, Hastie and Tibshirani, A sparse-group lasso (2013)
 * @example
 * ```ts
 * const X = [[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]];
 * new SmoothSparseGroupLasso({ groups: [0, 0, 1], lambda: 0.2 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothSparseGroupLasso<D extends Datafit = Datafit> extends Estimator<
  SmoothSparseGroupLassoOptions<D>,
  D
> {
  constructor(options: SmoothSparseGroupLassoOptions<D>);
  constructor(options = {} as SmoothSparseGroupLassoOptions<D>) {
    const name = "SmoothSparseGroupLasso";
    const checked = checkOptions(name, options, ["groups", "l1Ratio"]);
    const groups = groupChoice(name, options.groups);
    const { l1Ratio = 0.5 } = options;
    if (l1Ratio !== 0) checkShare(name, "l1Ratio", l1Ratio, 0);
    super(name, options, checked, (where, data) => {
      const { labels, weights, factors } = groupRoles(where, options, groups, data, checked);
      const surrogate = sparseGroupProduct(labels, { l1Ratio, weights });
      const { inducedPenalty: penalty } = surrogate;
      const parametrization = options.parametrization ?? surrogate;
      checkInducedPenalty(where, penalty, parametrization, coefficientCount(data), factorRemedy);
      return { penalty, parametrization, interchangeable: false, factors };
    });
  }
}
