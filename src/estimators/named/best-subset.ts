import { mustBe } from "../../errors";
import { l0 } from "../../penalties";
import type { PenaltySpec } from "../fit/penalty-spec";
import { loadGlobalProofs, loadNonConvexRules } from "../lazy";
import { type BoundOptions, checkBounds, featureFactors, isWeight } from "../options/coefficient-options";
import { checkGlobal } from "../options/global-options";
import type { ModelData } from "../options/model-data";
import { checkOptions, type ModelOptions } from "../options/model-options";
import type { GlobalOptions } from "../options/run-options";
import { Estimator } from "./estimator";

/** Options of {@link BestSubset}: those of every estimator, the ridge, bounds, and when a proof ends. */
export interface BestSubsetOptions
  extends Omit<ModelOptions, "datafit" | "parametrization">,
    BoundOptions,
    GlobalOptions {
  /** The ridge on standardized coefficients, finite and at least 0; `lambda` does not multiply it. Default: 0. */
  readonly lambda2?: number;
}

/**
 * The best subset of the features, proved by branch and bound:
 *
 * `min ||y - b0 - X beta||^2 / (2n) + lambda sum_j w_j [beta_j != 0] + lambda2 / 2 sum_j s_j^2 beta_j^2`
 *
 * with `s_j` the standard deviation of column j (1 with `standardize: false`) and `w_j` its penalty factor; the sums are over the features with
 * `w_j` above 0. Coefficients are not shrunk but by the ridge. With `bounds` each `beta_j` is between them, which needs `lambda2: 0`.
 *
 * Where all `w_j` above 0 are equal and the proof is closed, no fit with as many penalized features or fewer has a loss with ridge, within the
 * bounds, that is lower by more than the gap: without a ridge the fit is the best subset of its size. With unequal `w_j` it is not, but the best of
 * those whose sum of `w_j` is no larger. A path has the sizes that are best at one of its lambdas, which are not all: some are best at no lambda, and
 * others between two of the grid.
 *
 * `fit` and `path` return fits with a proof, `fit.global`: its `gap` is how much lower a global minimum may be at most. `timeLimit` is
 * that of each fit. `crossValidate` compares fits of descents, without a proof; `fit` at the lambda that it chooses proves it.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see Bertsimas, King and Mazumder, Best subset selection via a modern optimization lens (2016); Hazimeh, Mazumder and Saab, Sparse regression at
 * scale (2022)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * const fit = new BestSubset({ lambda: 0.1 }).fit(X, [1, 0, 1, 2]);
 * fit.support; // [0]
 * fit.global?.status; // "optimal"
 * ```
 */
export class BestSubset extends Estimator<BestSubsetOptions> {
  constructor(options: BestSubsetOptions = {}) {
    const name = "BestSubset";
    const own = ["lambda2", "bounds", "timeLimit", "gap"];
    const checked = checkOptions(name, options, own);
    for (const key of ["datafit", "parametrization"] as const) {
      const given = (options as ModelOptions)[key];
      if (given !== undefined) throw mustBe(name, key, "left out, the loss being a squared error", given);
    }
    const { lambda2 = 0, timeLimit, gap } = options;
    const global = { timeLimit, gap };
    checkGlobal(name, global);
    if (!(typeof lambda2 === "number" && lambda2 >= 0 && lambda2 < Infinity))
      throw mustBe(name, "lambda2", "a finite number >= 0", lambda2);
    const boundsOf = checkBounds(name, options, checked);
    if (boundsOf && lambda2 > 0) throw mustBe(name, "bounds", "left out with a ridge", options.bounds);
    const specOf = (where: string, data: ModelData): PenaltySpec => {
      const factors = featureFactors(where, options, data.design);
      const weights = factors.map((factor) => (isWeight(factor) ? factor : 1));
      const alike = weights.every((weight) => weight === 1);
      const columnFactors = factors.map((factor) => (isWeight(factor) ? 1 : factor));
      return {
        penalty: l0(alike ? { lambda2 } : { lambda2, weights }),
        parametrization: undefined,
        interchangeable: alike,
        nonConvexRules: loadNonConvexRules,
        globalProofs: loadGlobalProofs,
        factors: columnFactors,
        ...boundsOf?.(where, columnFactors, data.design),
      };
    };
    super(name, options, checked, specOf, { global });
  }
}
