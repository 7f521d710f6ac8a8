import type { Datafit } from "../../datafits";
import { groupHadamardPower, groupHadamardProduct } from "../../parametrizations";
import { groupL2, groupLq } from "../../penalties";
import type { PenaltySpecOf } from "../fit/penalty-spec";
import { loadGlobalProofs } from "../lazy";
import { checkOptions, type ModelOptions } from "../options/model-options";
import {
  type Bridge,
  type BridgeOptions,
  bridgeOf,
  oneExponent,
  refuseAdaptive,
  withoutBridge,
} from "./bridge-surrogate";
import { Estimator } from "./estimator";
import { type GroupOptions, groupChoice, groupRoles } from "./group-options";

/** Options of {@link SmoothGroupBridge}: those of every estimator, the groups and the exponent. */
export interface SmoothGroupBridgeOptions<D extends Datafit = Datafit>
  extends Omit<ModelOptions<D>, "penaltyFactors">,
    GroupOptions,
    BridgeOptions {}

/**
 * The bridge on groups, fitted by its smooth surrogate:
 *
 * `min f(b0 + X beta) + lambda sum_g w_g norm2(s_g * beta_g)^q`
 *
 * with `f` the datafit, `s` the standard deviations of the columns (1 with `standardize: false`) and `w_g` the square
 * root of the group's size unless `penaltyFactors` are given; or, with `standardize: "groups"`, with the norm of the
 * orthonormalised group, `norm2(Xc_g beta_g) / sqrt(n)`, and the root of its rank. Below `q = 1` it is not convex: a fit is a local
 * minimum, the lowest of several with `search: "thorough"`, and stationary.
 *
 * @param options `groups` must be given, and `q` in (0, 1] or `depth` = 2/q, unless a `grid` of them is to `crossValidate`.
 * @throws InputError when an option is unknown or outside its domain, or there is not one label a feature.
 * @see arXiv 2307.03571, the parametrizations GHPP_k and GHPowP
 * @example
 * ```ts
 * const X = [[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]];
 * new SmoothGroupBridge({ groups: [0, 0, 1], q: 0.5, lambda: 0.1 }).fit(X, [1, 0, 1, 3]).support; // [0, 1]
 * ```
 */
export class SmoothGroupBridge<D extends Datafit = Datafit> extends Estimator<
  SmoothGroupBridgeOptions<D>,
  D
> {
  constructor(options: SmoothGroupBridgeOptions<D>);
  constructor(options = {} as SmoothGroupBridgeOptions<D>) {
    const name = "SmoothGroupBridge";
    refuseAdaptive(name, options);
    const checked = checkOptions(name, options, ["groups", "q", "depth"], true);
    const groups = groupChoice(name, options.groups);
    const bridge = bridgeOf(name, options);
    const familyAt =
      ({ q, depth }: Bridge): PenaltySpecOf =>
      (where, data) => {
        const { labels, weights, ...roles } = groupRoles(where, options, groups, data, checked);
        const penalty = q === 1 ? groupL2(labels, { weights }) : groupLq(labels, { q, weights });
        const surrogate = Number.isInteger(depth) ? groupHadamardProduct : groupHadamardPower;
        const parametrization = options.parametrization ?? surrogate(labels, { depth, weights });
        return { penalty, parametrization, interchangeable: false, globalProofs: loadGlobalProofs, ...roles };
      };
    super(name, options, checked, bridge ? familyAt(bridge) : withoutBridge);
  }

  protected override at(params: Partial<SmoothGroupBridgeOptions<D>>): this {
    return this.withParams(oneExponent(params));
  }
}
