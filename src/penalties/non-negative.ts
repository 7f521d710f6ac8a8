import { checkMethods } from "../options";
import { serializable } from "../recipe";
import { boundedAs } from "./bounded";
import type { SeparablePenalty } from "./penalty";

/**
 * A separable penalty on nonnegative coefficients: `lambda R(beta)` where every `beta_j >= 0`, and infinite elsewhere.
 *
 * Zero is stationary wherever the gradient pushes a coefficient down, however strongly: the dual ball is bounded on one
 * side only.
 *
 * @param penalty a sum of terms that are even in `beta_j`, as `l1`, `elasticNet`, `lq`, `scad` and `mcp` are.
 * @throws InputError for a penalty that is no such sum.
 * @example
 * ```ts
 * nonNegative(l1()).value(Float64Array.of(1, -2), 0.5); // Infinity
 * ```
 */
export function nonNegative(penalty: SeparablePenalty): SeparablePenalty {
  checkMethods("nonNegative", "penalty", penalty, ["coordinateProx"], "a sum over coefficients such as l1()");
  const oneSided = boundedAs(`nonNegative(${penalty.name})`, penalty, () => orthant);
  return serializable("nonNegative", [penalty], oneSided);
}

const orthant = [0, Number.POSITIVE_INFINITY] as const;
