import { type MultiResponseDatafit, squaredError } from "../../datafits";
import { mustBe } from "../../errors";
import { groupHadamardProduct } from "../../parametrizations";
import { groupL2 } from "../../penalties";
import { checkOptions, type ModelOptions } from "../options/model-options";
import { Estimator } from "./estimator";
import { groupChoice, groupRoles } from "./group-options";

/** A loss of several responses of numbers. */
type Tasks = MultiResponseDatafit<"tasks">;

/** Options of {@link MultiTaskLasso}: those of every estimator. */
export type MultiTaskLassoOptions = ModelOptions<Tasks>;

/**
 * The lasso of several responses at once, scikit-learn's `MultiTaskLasso` and glmnet's `family = "mgaussian"`:
 *
 * `min 1/(2n) ||Y - b0 - X B||_F^2 + lambda sum_j w_j s_j norm2(B_j.)`
 *
 * with `B_j.` the coefficients of feature j in all responses, `s_j` the standard deviation of column j (1 with `standardize: false`) and
 * `w_j` its penalty factor. A feature is in the model of all responses or of none. It is `SmoothGroupLasso` with `groups: "rows"`, for as many
 * responses as `y` has columns.
 *
 * @param options `datafit`: `squaredError({ nResponses })`, to have their number checked. Default: any number.
 * @throws InputError when an option is unknown or outside its domain.
 * @see Obozinski, Taskar and Jordan, Joint covariate selection and joint subspace selection for multiple classification problems (2010)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * const fit = new MultiTaskLasso({ lambda: 0.5 }).fit(X, [[1, 2], [0, 0], [1, 1], [2, 3]]);
 * fit.support; // [0]
 * ```
 */
export class MultiTaskLasso extends Estimator<MultiTaskLassoOptions, Tasks> {
  constructor(options: MultiTaskLassoOptions = {}) {
    const name = "MultiTaskLasso";
    const ofTasks = { ...options, datafit: options.datafit ?? squaredError({ nResponses: "any" }) };
    const checked = checkOptions(name, ofTasks);
    if (checked.datafit.responses !== "tasks") {
      throw mustBe(name, "datafit", "squaredError({ nResponses })", checked.datafit.name);
    }
    const groups = groupChoice(name, "rows");
    super(name, ofTasks, checked, (where, data) => {
      // Each feature is a group of its own, with weight 1.
      const { labels, weights, ...roles } = groupRoles(where, options, groups, data, checked);
      const penalty = groupL2(labels, { weights });
      const own = options.parametrization;
      const parametrization = own ?? groupHadamardProduct(labels, { depth: 2, weights });
      return { penalty, parametrization, interchangeable: false, ...roles };
    });
  }
}
