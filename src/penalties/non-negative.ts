import { checkMethods } from "../options";
import { serializable } from "../recipe";
import { orthant, withinBounds } from "./absolutes-and-norms";
import { onOrthant } from "./bounded";
import type { Penalty, SeparablePenalty } from "./penalty";

/**
 * A penalty on nonnegative coefficients: `lambda R(beta)` where every `beta_j >= 0`, and infinite elsewhere.
 *
 * Zero is stationary wherever the gradient pushes a coefficient down, however strongly: the dual ball is bounded on one
 * side only.
 *
 * @param penalty a sum of terms that are even in `beta_j`, as `l1`, `elasticNet`, `lq`, `scad` and `mcp` are; or, of groups, `groupL2` or
 * `sparseGroup`.
 * @throws InputError for any other penalty.
 * @example
 * ```ts
 * nonNegative(l1()).value(Float64Array.of(1, -2), 0.5); // Infinity
 * ```
 * @example
 * ```ts
 * const X = [[1, 0, 2], [0, 1, 1], [1, 1, 0], [2, 1, 1]];
 * const penalty = nonNegative(groupL2(["a", "a", "b"]));
 * new SparseLinearModel({ penalty, lambda: 0.1 }).fit(X, [1, 0, 1, 2]).coef.every((b) => b >= 0); // true
 * ```
 */
export function nonNegative(penalty: SeparablePenalty): SeparablePenalty;
export function nonNegative(penalty: Penalty): Penalty;
export function nonNegative(penalty: Penalty): Penalty {
  const ofGroups = withinBounds(penalty, `nonNegative(${Object(penalty).name})`, () => () => orthant);
  if (ofGroups) return serializable("nonNegative", [penalty], ofGroups);
  const rule = "a sum over coefficients such as l1(), or groupL2 or sparseGroup";
  checkMethods("nonNegative", "penalty", penalty, ["coordinateProx"], rule);
  return onOrthant(penalty as SeparablePenalty);
}
