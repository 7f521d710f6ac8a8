import type { Datafit } from "../../datafits";
import { mustBe } from "../../errors";
import { hadamardPower, hadamardProduct, nonNegativeSquare } from "../../parametrizations";
import { l1, lq } from "../../penalties";
import { onOrthant } from "../../penalties/bounded";
import type { PenaltySpecOf } from "../fit/penalty-spec";
import { loadGlobalProofs, loadNonConvexRules } from "../lazy";
import { type BoundOptions, checkBounds, featureFactors } from "../options/coefficient-options";
import { checkInducedPenalty } from "../options/induced-penalty";
import { checkNonNegative, checkOptions, factorRemedy, type ModelOptions } from "../options/model-options";
import {
  type Bridge,
  type BridgeOptions,
  bridgeOf,
  oneExponent,
  refuseAdaptive,
  withoutBridge,
} from "./bridge-surrogate";
import { Estimator } from "./estimator";

/** Options of {@link SmoothBridge}: those of every estimator, the exponent, sign and bounds. */
export interface SmoothBridgeOptions<D extends Datafit = Datafit>
  extends ModelOptions<D>,
    BridgeOptions,
    BoundOptions {
  /** Whether coefficients must not be negative, for `q` below 1 by coordinate descent. Default: false. */
  readonly nonNegative?: boolean;
}

/**
 * The bridge, a penalty between the lasso and the choice of subsets, fitted by its smooth surrogate:
 *
 * `min f(b0 + X beta) + lambda sum_j w_j s_j^q |beta_j|^q`
 *
 * with `f` the datafit, `s_j` the standard deviation of column j (1 with `standardize: false`) and `w_j` its penalty
 * factor. Below `q = 1` it is not convex: a fit is a local minimum, the lowest of several with `search: "thorough"` (with next to
 * no penalty also by `irls()`). It is stationary, and no single coordinate can improve it; on orthogonal columns that is the global minimum. Large coefficients are shrunk less than by the lasso. With
 * `bounds` each `beta_j` is between them.
 *
 * @param options `q` in (0, 1] or `depth` = 2/q must be given, unless a `grid` of them is to `crossValidate`.
 * @throws InputError when an option is unknown or outside its domain.
 * @see arXiv 2307.03571, the parametrizations HPP_k and HPowP
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothBridge({ lambda: 0.2, q: 0.5 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothBridge<D extends Datafit = Datafit> extends Estimator<SmoothBridgeOptions<D>, D> {
  constructor(options: SmoothBridgeOptions<D> = {}) {
    const name = "SmoothBridge";
    refuseAdaptive(name, options);
    const checked = checkOptions(name, options, ["q", "depth", "nonNegative", "bounds"]);
    const bridge = bridgeOf(name, options);
    const oneSided = checkNonNegative(name, options.nonNegative);
    const boundsOf = checkBounds(name, options, checked);
    const familyAt = ({ q, depth }: Bridge): PenaltySpecOf => {
      const twoSided = q === 1 ? l1() : lq({ q });
      const penalty = oneSided ? onOrthant(twoSided) : twoSided;
      const product = Number.isInteger(depth) ? hadamardProduct({ depth }) : hadamardPower({ depth });
      const square = q === 1 ? nonNegativeSquare() : undefined;
      const parametrization = options.parametrization ?? (boundsOf ? undefined : oneSided ? square : product);
      if (parametrization) checkInducedPenalty(name, penalty, parametrization, 1, factorRemedy);
      return (where, data) => {
        const factors = featureFactors(where, options, data.design).map((factor, j) => {
          const power = factor ** (1 / q); // w |b|^q is |w^(1/q) b|^q
          if (factor === 0 || factor === Infinity || (power > 1e-140 && power < 1e140)) return power;
          const rule = "0, Infinity or a number whose power 1/q is between 1e-140 and 1e140";
          throw mustBe(where, `penaltyFactors[${j}]`, rule, factor);
        });
        return {
          penalty,
          parametrization,
          interchangeable: true,
          nonConvexRules: loadNonConvexRules,
          globalProofs: loadGlobalProofs,
          factors,
          ...boundsOf?.(where, factors, data.design),
        };
      };
    };
    super(name, options, checked, bridge ? familyAt(bridge) : withoutBridge);
  }

  protected override at(params: Partial<SmoothBridgeOptions<D>>): this {
    return this.withParams(oneExponent(params));
  }
}
