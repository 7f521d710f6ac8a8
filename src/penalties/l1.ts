import { maxAbs } from "../linalg/vector";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { NormMeasures, SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/**
 * The lasso penalty `lambda * sum_j w_j |beta_j|`.
 *
 * @param options `weights`: positive, default 1.
 * @throws InputError when a weight is not a positive finite number.
 * @see Tibshirani, Regression shrinkage and selection via the lasso (1996)
 * @example
 * ```ts
 * l1().value(Float64Array.of(1, -2), 0.5); // 1.5
 * ```
 */
export function l1(options: WeightOptions = {}): SeparablePenalty {
  checkKeys("l1", options, ["weights"]);
  return options.weights === undefined ? unweighted : l1Of(options);
}

function l1Of(options: WeightOptions): SeparablePenalty {
  const weight = weightReader("l1", options);
  const penalty = separablePenalty({
    name: "l1",
    convex: true,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: false,
    exponent: 1,
    hasConvexSlope: true,
    quadraticOnOrthants: true,
    coordinateValue: (j, b, lambda) => lambda * weight(j) * Math.abs(b),
    coordinateProx: (j, z, step, lambda) => softThreshold(z, step * lambda * weight(j)),
    coordinateSlope: (j, b, lambda) => lambda * weight(j) * Math.sign(b),
    coordinateCurvature: () => 0,
    violationAtZero: (j, gradient, lambda) => Math.max(Math.abs(gradient) - lambda * weight(j), 0),
    ...(options.weights === undefined && { zeroGradientBound: (lambda: number) => lambda }),

    // Moving b to 0 lowers the objective by at least |b| (lambda w - |gradient| - curvature |b| / 2). At a stationary b
    // there is no slack, so that it stays even where the curvature is 0.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const slack = lambda * weight(j) - Math.abs(gradient);
      return slack > 0 && Math.abs(b) * curvature <= slack;
    },

    dualNorm(gradient) {
      if (options.weights === undefined) return maxAbs(gradient);
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        largest = Math.max(largest, Math.abs(gradient[j]) / weight(j));
      }
      return largest;
    },

    fenchelYoung(beta, dual, lambda) {
      let sum = 0;
      for (let j = 0; j < beta.length; j++) {
        if (beta[j] !== 0) sum += lambda * weight(j) * Math.abs(beta[j]) - dual[j] * beta[j];
      }
      return sum;
    },

    ...(options.weights === undefined && { measures: measuresOf }),

    lambdaMax(gradient) {
      return this.dualNorm!(gradient);
    },
  });
  return serializable("l1", [options], penalty);
}

/** One pass over the gradient and one over the coefficients, of which few are not zero. */
function measuresOf(beta: Float64Array, gradient: Float64Array, lambda: number): NormMeasures {
  const dualNorm = maxAbs(gradient);
  let value = 0;
  let violation = 0;
  const mayViolate = !(dualNorm <= lambda);
  for (let j = 0; j < beta.length; j++) {
    const b = beta[j];
    if (b === 0 && !mayViolate) continue;
    const distance = b === 0 ? Math.abs(gradient[j]) - lambda : Math.abs(gradient[j] + lambda * Math.sign(b));
    if (distance > violation) violation = distance;
    value += lambda * Math.abs(b);
  }
  const fenchelYoung = (scale: number): number => {
    let sum = 0;
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] !== 0) sum += lambda * Math.abs(beta[j]) + scale * gradient[j] * beta[j];
    }
    return sum;
  };
  return { value, violation, dualNorm, fenchelYoung };
}

/** One object for all calls: V8 keeps what it has compiled of these functions as long as they live. */
const unweighted = l1Of({});

/** `sign(z) max(|z| - threshold, 0)` */
export function softThreshold(z: number, threshold: number): number {
  return z > threshold ? z - threshold : z < -threshold ? z + threshold : 0;
}
