import type { Datafit } from "../../datafits";
import { groupHadamardProduct } from "../../parametrizations";
import { groupL2 } from "../../penalties";
import { checkOptions, type ModelOptions } from "../options/model-options";
import { type AdaptiveOptions, adaptively, type WeightedSpecOf } from "./adaptive";
import { Estimator } from "./estimator";
import { type GroupOptions, groupChoice, groupRoles } from "./group-options";

/** Options of {@link SmoothGroupLasso}: those of every estimator, the groups and their adaptive weights. */
export interface SmoothGroupLassoOptions<D extends Datafit = Datafit>
  extends Omit<ModelOptions<D>, "penaltyFactors">,
    GroupOptions,
    AdaptiveOptions {}

/**
 * The group lasso, fitted by its smooth surrogate and certified by a duality gap:
 *
 * `min f(b0 + X beta) + lambda sum_g w_g norm2(s_g * beta_g)`
 *
 * with `f` the datafit, `s` the standard deviations of the columns (1 with `standardize: false`) and `w_g` the square
 * root of the group's number of features unless `penaltyFactors` are given. With several responses `beta_g` are the
 * coefficients of these features in all of them; `groups: "rows"` is each feature by itself. A group is zero as a whole, or none of it need be. With
 * `standardize: "groups"` the penalty is that of grpreg, which orthonormalises each group,
 *
 * `lambda sum_g w_g norm2(Xc_g beta_g) / sqrt(n)`
 *
 * with `Xc` the centred columns and `w_g` the root of the group's rank: the same for any basis of what the group spans. With
 * `adaptive` `w_g` is divided by the same norm in a pilot fit, the group lasso of lowest BIC.
 *
 * @throws InputError when an option is unknown or outside its domain, or there is not one label a feature.
 * @see Yuan and Lin, Model selection and estimation in regression with grouped variables (2006); Simon and Tibshirani,
 * Standardization and the group lasso penalty (2012); arXiv 2307.03571, GHPP
 * @example
 * ```ts
 * const X = [[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]];
 * new SmoothGroupLasso({ groups: ["a", "a", "b"], lambda: 0.2 }).fit(X, [1, 0, 2, 3]).support; // [0, 1]
new SmoothGroupLasso({ groups: [[0, 1], ["x2"]], lambda: 0.2 }).fit(X, [1, 0, 2, 3]).support; // [0, 1]
 * ```
 */
export class SmoothGroupLasso<D extends Datafit = Datafit> extends Estimator<SmoothGroupLassoOptions<D>, D> {
  constructor(options: SmoothGroupLassoOptions<D>);
  constructor(options = {} as SmoothGroupLassoOptions<D>) {
    const name = "SmoothGroupLasso";
    const checked = checkOptions(name, options, ["groups", "adaptive"], true);
    const groups = groupChoice(name, options.groups);
    const specOf: WeightedSpecOf = (where, data, adapted) => {
      const { labels, weights, ...roles } = groupRoles(
        where,
        options,
        groups,
        data,
        checked,
        adapted?.groups,
      );
      const penalty = groupL2(labels, { weights });
      const own = options.parametrization;
      const parametrization = own ?? groupHadamardProduct(labels, { depth: 2, weights });
      return { penalty, parametrization, interchangeable: false, ...roles };
    };
    super(name, options, checked, adaptively(name, options.adaptive, checked, specOf));
  }
}
