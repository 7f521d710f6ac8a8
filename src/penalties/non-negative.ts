import type { SeparablePenalty } from "./penalty";
import { separablePenalty } from "./separable-penalty";

/**
 * A separable penalty on nonnegative coefficients: `lambda R(beta)` where every `beta_j >= 0`, and infinite elsewhere.
 *
 * Zero is stationary wherever the gradient pushes a coefficient down, however strongly: the dual ball is bounded on one
 * side only.
 *
 * @param penalty a sum of terms that are even in `beta_j`, as `l1`, `elasticNet`, `lq`, `scad` and `mcp` are.
 * @example
 * ```ts
 * nonNegative(l1()).value(Float64Array.of(1, -2), 0.5); // Infinity
 * ```
 */
export function nonNegative(penalty: SeparablePenalty): SeparablePenalty {
  const { dualNorm, fenchelYoung } = penalty;
  return separablePenalty({
    name: `nonNegative(${penalty.name})`,
    convex: penalty.convex,
    quadraticOnOrthants: penalty.quadraticOnOrthants,
    coordinateValue: (j, b, lambda) =>
      b < 0 ? Number.POSITIVE_INFINITY : penalty.coordinateValue(j, b, lambda),
    // The minimiser over all b has the sign of z, so it is the one over b >= 0 too, or that is zero.
    coordinateProx: (j, z, step, lambda) => (z > 0 ? penalty.coordinateProx(j, z, step, lambda) : 0),
    coordinateSlope: (j, b, lambda) =>
      b < 0 ? Number.NEGATIVE_INFINITY : penalty.coordinateSlope(j, b, lambda),
    coordinateCurvature: (j, b, lambda) => (b < 0 ? 0 : penalty.coordinateCurvature(j, b, lambda)),
    violationAtZero: (j, gradient, lambda) =>
      gradient < 0 ? penalty.violationAtZero(j, gradient, lambda) : 0,
    vanishes: (j, b, gradient, curvature, lambda) =>
      b < 0 || penalty.vanishes(j, b, Math.min(gradient, 0), curvature, lambda),

    ...(dualNorm && { dualNorm: (dual: Float64Array) => dualNorm(positivePart(dual)) }),

    // The conjugate of R on b >= 0 is R* of the positive part; the rest of the dual point adds -b u.
    ...(fenchelYoung && {
      fenchelYoung(beta: Float64Array, dual: Float64Array, lambda: number): number {
        const positive = positivePart(dual);
        let sum = fenchelYoung(beta, positive, lambda);
        for (let j = 0; j < beta.length; j++) {
          if (beta[j] !== 0) sum += beta[j] * (positive[j] - dual[j]);
        }
        return sum;
      },
    }),

    lambdaMax: (gradient, curvature) =>
      penalty.lambdaMax(
        gradient.map((g) => Math.min(g, 0)),
        curvature,
      ),
  });
}

function positivePart(v: Float64Array): Float64Array {
  return v.map((entry) => Math.max(entry, 0));
}
