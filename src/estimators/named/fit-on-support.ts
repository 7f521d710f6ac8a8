import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { l1 } from "../../penalties";
import { loadFitterOf } from "../lazy";
import { featureIndex } from "../options/coefficient-options";
import type { SampleOptions } from "../options/model-data";
import { readData } from "../options/model-data";
import { checkOptions } from "../options/model-options";
import { warnUnlessConverged } from "../results/certificate-report";
import type { AnyFit, FitOf } from "../results/fit-of";
import { endOf } from "../results/fitted-model";

/** Options of {@link fitOnSupport}: the loss, the intercept, and weights and offsets of the rows. */
export interface FitOnSupportOptions<D extends Datafit = Datafit> extends SampleOptions {
  /** The loss, of one response or of several. Default: `squaredError()`. */
  readonly datafit?: D;
  /** Whether an intercept is fitted. Default: true, with `cox()` false. */
  readonly fitIntercept?: boolean;
}

/**
 * The fit without a penalty on given features and no others: `min f(b0 + X_S beta_S)`, least squares with squared error.
 *
 * With the features that matter it is the oracle, which a selection is compared with. It is solved by Newton's method on an
 * orthonormal basis of the columns; a column that depends on the others has coefficient 0, and a note says so. Of several
 * responses each has coefficients of its own for all of these features; those of classes sum to zero.
 *
 * @param X n rows and p columns, as `fit` of the estimators takes them.
 * @param y n responses of the datafit.
 * @param support the features, by index or name.
 * @returns a fit at lambda 0, whose `support` are the features given.
 * @throws InputError when a feature is not there, or as `fit` of the estimators.
 * @example
 * ```ts
 * const X = [[1, 0, 2], [0, 1, 1], [1, 1, 0], [2, 1, 1]];
 * fitOnSupport(X, [1, 0, 1, 2], [0]).coef[2]; // 0
 * ```
 */
export function fitOnSupport<D extends Datafit = Datafit>(
  X: DesignInput,
  y: TargetInput,
  support: ArrayLike<number> | readonly string[],
  options: FitOnSupportOptions<D> = {},
): FitOf<D> {
  const where = "fitOnSupport";
  checkKeys(where, options, ["datafit", "fitIntercept", "sampleWeight", "offset"]);
  const { sampleWeight, offset, ...model } = options;
  const checked = checkOptions(where, { ...model, lambda: 0 });
  const data = readData(where, X, y, checked.datafit, { sampleWeight, offset });
  const { featureNames, nFeatures } = data.design;
  if (typeof Object(support).length !== "number" || typeof support === "string") {
    throw mustBe(where, "support", "a list of features, by index or name", support);
  }
  const factors = new Float64Array(nFeatures).fill(Number.POSITIVE_INFINITY);
  for (const [k, feature] of Array.from(support as ArrayLike<number | string>).entries()) {
    factors[featureIndex(where, `support[${k}]`, feature, featureNames)] = 0;
  }
  // Nothing is penalized, so which penalty it is does not matter.
  const specOf = () => ({ penalty: l1(), parametrization: undefined, interchangeable: true, factors });
  const fitter = new (loadFitterOf(checked.datafit))<AnyFit>(where, where, specOf, checked, data);
  const { fit } = fitter.solve(where, 0);
  warnUnlessConverged(where, [endOf(fit)], checked);
  return fit as FitOf<D>;
}
