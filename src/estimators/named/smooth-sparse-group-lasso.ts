import type { Datafit } from "../../datafits";
import { sparseGroupProduct } from "../../parametrizations";
import { coefficientFactors } from "../options/coefficient-options";
import { checkOptions, checkShare, type ModelOptions } from "../options/model-options";
import { type AdaptiveOptions, adaptively, type WeightedSpecOf } from "./adaptive";
import { Estimator } from "./estimator";
import { type GroupOptions, groupChoice, groupRoles } from "./group-options";

/** Options of {@link SmoothSparseGroupLasso}: those of every estimator, the groups and the share of the lasso. */
export interface SmoothSparseGroupLassoOptions<D extends Datafit = Datafit>
  extends Omit<ModelOptions<D>, "penaltyFactors">,
    GroupOptions,
    AdaptiveOptions {
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
 * With `adaptive` the share of each `|beta_j|` is divided by `|s_j beta_j|` and `w_g` by the norm of the group in a pilot fit,
 * the sparse group lasso of lowest BIC; what is 0 there is excluded.
 *
 * @throws InputError when an option is unknown or outside its domain, or there is not one label a feature.
 * @see Simon, Friedman, Hastie and Tibshirani, A sparse-group lasso (2013); Poignard, Asymptotic theory of the adaptive sparse
 * group lasso (2020)
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
    const checked = checkOptions(name, options, ["groups", "l1Ratio", "adaptive"]);
    const groups = groupChoice(name, options.groups);
    const { l1Ratio = 0.5 } = options;
    if (l1Ratio !== 0) checkShare(name, "l1Ratio", l1Ratio, 0);
    const specOf: WeightedSpecOf = (where, data, adapted) => {
      const of = groupRoles(where, options, groups, data, checked, adapted?.groups);
      const { labels, weights } = of;
      // Weights are the penalty's own: columns only drop out.
      const excluding = adapted?.coefficients.map((weight) => (weight < Infinity ? 1 : Infinity));
      const roles = coefficientFactors(of.factors, excluding);
      const l1Weights = adapted?.coefficients.map((weight) => (weight < Infinity ? weight : 1));
      const surrogate = sparseGroupProduct(labels, { l1Ratio, weights, ...(l1Weights && { l1Weights }) });
      const { inducedPenalty: penalty } = surrogate;
      const parametrization = options.parametrization ?? surrogate;
      return {
        penalty,
        parametrization,
        interchangeable: false,
        groups: of.groups,
        nonConvexRules: of.nonConvexRules,
        ...roles,
      };
    };
    super(name, options, checked, adaptively(name, options.adaptive, checked, specOf));
  }
}
