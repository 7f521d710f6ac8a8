/** The estimators with MCP and SCAD on the norms of groups: {@link SmoothGroupMcp} and {@link SmoothGroupScad}. */
import type { Datafit } from "../../datafits";
import { checkAbove } from "../../options";
import { type GroupPenalty, groupMcp, groupScad } from "../../penalties";
import type { PenaltySpecOf } from "../fit/penalty-spec";
import { loadGlobalProofs } from "../lazy";
import { type CheckedOptions, checkOptions, type ModelOptions } from "../options/model-options";
import { Estimator } from "./estimator";
import { type GroupOptions, groupChoice, groupRoles } from "./group-options";

/** Options of {@link SmoothGroupMcp}: those of every estimator, the groups, and where the penalty becomes flat. */
export interface SmoothGroupMcpOptions<D extends Datafit = Datafit>
  extends Omit<ModelOptions<D>, "penaltyFactors">,
    GroupOptions {
  /**
   * The penalty is constant beyond `gamma lambda w_g`, so that groups of a larger norm are not shrunk; a larger `gamma` is closer to the group lasso.
   * Above 1. Default: 3.
   */
  readonly gamma?: number;
}

/** Options of {@link SmoothGroupScad}: those of every estimator, the groups, and where the penalty becomes flat. */
export interface SmoothGroupScadOptions<D extends Datafit = Datafit>
  extends Omit<ModelOptions<D>, "penaltyFactors">,
    GroupOptions {
  /**
   * The penalty is constant beyond `gamma lambda w_g`, so that groups of a larger norm are not shrunk; a larger `gamma` is closer to the group lasso.
   * Above 2. Default: 3.7; grpreg has 4.
   */
  readonly gamma?: number;
}

/**
 * MCP on groups, grpreg's `grMCP` with squared error and `standardize: "groups"`:
 *
 * `min f(b0 + X beta) + sum_g mcp(norm2(s_g * beta_g))`
 *
 * with `f` the datafit, `s` the standard deviations of the columns (1 with `standardize: false`) and `mcp` that of `SmoothMcp` with
 * `lambda w_g`, where `w_g` is the square root of the group's size unless `penaltyFactors` are given. With `standardize: "groups"` the norm is
 * that of the orthonormalised group, `norm2(Xc_g beta_g) / sqrt(n)`, and `w_g` the root of its rank. It has no smooth surrogate and is not
 * convex: a fit is a local minimum, the lowest of several with `search: "thorough"`, and stationary.
 *
 * @throws InputError when an option is unknown or outside its domain, or there is not one label a feature.
 * @see Breheny and Huang, Group descent algorithms for nonconvex penalized regression (2015)
 * @example
 * ```ts
 * const X = [[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]];
 * new SmoothGroupMcp({ groups: ["a", "a", "b"], lambda: 0.3 }).fit(X, [1, 0, 2, 3]).support; // [0, 1]
 * ```
 */
export class SmoothGroupMcp<D extends Datafit = Datafit> extends Estimator<SmoothGroupMcpOptions<D>, D> {
  constructor(options: SmoothGroupMcpOptions<D>);
  constructor(options = {} as SmoothGroupMcpOptions<D>) {
    const name = "SmoothGroupMcp";
    const checked = checkOptions(name, options, ["groups", "gamma"], true);
    const { gamma = 3 } = options;
    checkAbove(name, "gamma", gamma, 1);
    super(
      name,
      options,
      checked,
      specWith(name, options, checked, (labels, weights) => groupMcp(labels, { gamma, weights })),
    );
  }
}

/**
 * SCAD on groups, grpreg's `grSCAD` with squared error and `standardize: "groups"`:
 *
 * `min f(b0 + X beta) + sum_g scad(norm2(s_g * beta_g))`
 *
 * with `f` the datafit, `s` the standard deviations of the columns (1 with `standardize: false`) and `scad` that of `SmoothScad` with
 * `lambda w_g`, where `w_g` is the square root of the group's size unless `penaltyFactors` are given. With `standardize: "groups"` the norm is
 * that of the orthonormalised group, `norm2(Xc_g beta_g) / sqrt(n)`, and `w_g` the root of its rank. It has no smooth surrogate and is not
 * convex: a fit is a local minimum, the lowest of several with `search: "thorough"`, and stationary.
 *
 * @throws InputError when an option is unknown or outside its domain, or there is not one label a feature.
 * @see Breheny and Huang, Group descent algorithms for nonconvex penalized regression (2015)
 * @example
 * ```ts
 * const X = [[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]];
 * new SmoothGroupScad({ groups: ["a", "a", "b"], lambda: 0.3 }).fit(X, [1, 0, 2, 3]).support; // [0, 1]
 * ```
 */
export class SmoothGroupScad<D extends Datafit = Datafit> extends Estimator<SmoothGroupScadOptions<D>, D> {
  constructor(options: SmoothGroupScadOptions<D>);
  constructor(options = {} as SmoothGroupScadOptions<D>) {
    const name = "SmoothGroupScad";
    const checked = checkOptions(name, options, ["groups", "gamma"], true);
    const { gamma = 3.7 } = options;
    checkAbove(name, "gamma", gamma, 2);
    super(
      name,
      options,
      checked,
      specWith(name, options, checked, (labels, weights) => groupScad(labels, { gamma, weights })),
    );
  }
}

function specWith(
  name: string,
  options: GroupOptions & Pick<ModelOptions, "parametrization" | "exclude">,
  checked: CheckedOptions,
  penaltyOf: (labels: Int32Array, weights: Float64Array) => GroupPenalty,
): PenaltySpecOf {
  const groups = groupChoice(name, options.groups);
  return (where, data) => {
    const { labels, weights, ...roles } = groupRoles(where, options, groups, data, checked);
    const penalty = penaltyOf(labels, weights);
    const { parametrization } = options;
    return { penalty, parametrization, interchangeable: false, globalProofs: loadGlobalProofs, ...roles };
  };
}
