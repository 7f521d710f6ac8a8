import { checkMethods } from "../options";
import { serializable } from "../recipe";
import { absolutesAndNorms } from "./absolutes-and-norms";
import { onOrthant } from "./bounded";
import type { GroupPenalty } from "./group-penalty";
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
  const { onNonNegative, normSlope, groups } = Object(penalty) as Partial<GroupPenalty>;
  if (onNonNegative) return serializable("nonNegative", [penalty], onNonNegative());
  if (normSlope && groups) {
    const ofNorms = absolutesAndNorms({
      where: "nonNegative",
      name: `nonNegative(${penalty.name})`,
      groups,
      absolutes: new Float64Array(groups.nFeatures),
      norms: Float64Array.from(groups.sizes, (_, g) => normSlope(g, 1)),
      isNonNegative: true,
    });
    return serializable("nonNegative", [penalty], ofNorms);
  }
  const rule = "a sum over coefficients such as l1(), or groupL2 or sparseGroup";
  checkMethods("nonNegative", "penalty", penalty, ["coordinateProx"], rule);
  return onOrthant(penalty as SeparablePenalty);
}
