/** Makes the penalties SCAD and MCP from functions of one magnitude ({@link foldedConcavePenalty}). */
import { mustBe } from "../errors";
import type { FoldedShape } from "../simd/kernels";
import type { SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/**
 * A penalty of a magnitude `b >= 0`, at a level `lambda w`: its slope is the level at 0 and falls to 0, where the penalty
 * becomes flat.
 */
export interface FoldedConcave {
  readonly name: string;
  readonly shape: FoldedShape;
  readonly gamma: number;
  /** The magnitudes at which the second derivative jumps, in units of the level, increasing. */
  readonly knots: readonly number[];
  /** The second derivatives up to each knot in turn, and beyond the last one. */
  readonly curvatures: readonly number[];
  /** Whether the slope is a convex function of the magnitude. */
  readonly hasConvexSlope: boolean;
  /** Twice the value of the flat part over `level^2`. */
  readonly flat: number;
  /** Minus the smallest of its second derivatives. */
  readonly concavity: number;
  value(b: number, level: number): number;
  slope(b: number, level: number): number;
  curvature(b: number, level: number): number;
  /** A global minimiser of `1/2 (b - z)^2 + step * value(b, level)` for `z >= 0`, the smaller one where two are equally good. */
  prox(z: number, step: number, level: number): number;
}

/** @throws InputError unless `gamma` is finite and above `bound`. */
export function checkGamma(where: string, gamma: number, bound: number): void {
  if (!(gamma > bound && gamma < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "gamma", `a finite number above ${bound}`, gamma);
  }
}

/** The sum over coordinates of a folded concave penalty of their magnitudes, a weight multiplying the level. */
export function foldedConcavePenalty(
  where: string,
  shape: FoldedConcave,
  options: WeightOptions,
): SeparablePenalty {
  const weight = weightReader(where, options);
  return separablePenalty({
    name: shape.name,
    convex: false,
    concavity: shape.concavity,
    quadraticOnOrthants: false,
    scalesWithLambda: false,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: true,
    hasConvexSlope: shape.hasConvexSlope,
    foldedConcave: {
      shape: shape.shape,
      gamma: shape.gamma,
      knots: shape.knots,
      curvatures: shape.curvatures,
      level: (j, lambda) => lambda * weight(j),
    },
    coordinateValue(j, b, lambda) {
      const level = lambda * weight(j);
      return b === 0 ? 0 : shape.value(Math.abs(b), level);
    },
    coordinateProx(j, z, step, lambda) {
      const b = shape.prox(Math.abs(z), step, lambda * weight(j));
      return z < 0 && b > 0 ? -b : b;
    },
    // Beyond where zero is no local minimum any more, or where the minimum on the flat part overtakes it.
    proxThreshold: (j, step, lambda) => step * lambda * weight(j) * Math.min(1, Math.sqrt(shape.flat / step)),
    coordinateSlope: (j, b, lambda) => Math.sign(b) * shape.slope(Math.abs(b), lambda * weight(j)),
    coordinateCurvature: (j, b, lambda) => shape.curvature(Math.abs(b), lambda * weight(j)),
    violationAtZero: (j, gradient, lambda) => Math.max(Math.abs(gradient) - lambda * weight(j), 0),

    // On the way from |b| to t the slope of the objective is at least slope(t) - |gradient| - curvature (|b| - t),
    // which is concave in t, so it is positive all the way if it is at both ends.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const level = lambda * weight(j);
      const [magnitude, pull] = [Math.abs(b), Math.abs(gradient)];
      return pull < shape.slope(magnitude, level) && pull + magnitude * curvature <= level;
    },

    // Zero is the global minimiser up to |gradient| = level where the problem in one coordinate has one minimum, and
    // up to sqrt(curvature * flat) level where the minimum on the flat part overtakes zero before that.
    lambdaMax(gradient, curvature) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        if (gradient[j] === 0) continue;
        const lost = Math.min(1, Math.sqrt(curvature[j] * shape.flat));
        largest = Math.max(largest, Math.abs(gradient[j]) / (lost * weight(j)));
      }
      return largest;
    },

    // At the end: V8 gives every literal that goes on after a spread a shape of its own, and compiles for each anew.
    ...(options.weights === undefined && { zeroGradientBound: (lambda: number) => lambda }),
  });
}
