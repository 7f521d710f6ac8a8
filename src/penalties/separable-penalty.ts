import type { Penalty, SeparablePenalty } from "./penalty";

/** A penalty of one coordinate, from which {@link separablePenalty} makes the one on vectors. */
export type CoordinatePenalty = Omit<
  SeparablePenalty,
  | "structure"
  | "elementwise"
  | "value"
  | "prox"
  | "violation"
  | "exactZeros"
  | "decrease"
  | "addGradient"
  | "addHessian"
>;

/** Completes a penalty given coordinate by coordinate to one on vectors. */
export function separablePenalty(coordinate: CoordinatePenalty): SeparablePenalty {
  return {
    structure: "separable",
    elementwise: true,

    value(beta, lambda) {
      let sum = 0;
      for (let j = 0; j < beta.length; j++) sum += coordinate.coordinateValue(j, beta[j], lambda);
      return sum;
    },

    prox(beta, step, lambda, out) {
      for (let j = 0; j < beta.length; j++) out[j] = coordinate.coordinateProx(j, beta[j], step, lambda);
    },

    violation(beta, gradient, lambda) {
      const held = coordinate.zeroGradientBound?.(lambda) ?? -1;
      let largest = 0;
      for (let j = 0; j < beta.length; j++) {
        if (beta[j] === 0 && Math.abs(gradient[j]) <= held) continue;
        const distance =
          beta[j] === 0
            ? coordinate.violationAtZero(j, gradient[j], lambda)
            : Math.abs(gradient[j] + coordinate.coordinateSlope(j, beta[j], lambda));
        if (distance > largest) largest = distance;
      }
      return largest;
    },

    exactZeros(beta, gradient, curvature, lambda, out) {
      for (let j = 0; j < beta.length; j++) {
        const b = beta[j];
        out[j] = b === 0 || coordinate.roundsToZero(j, b, gradient[j], curvature[j], lambda) ? 0 : b;
      }
    },

    decrease(beta, gradient, curvature, lambda) {
      const held = coordinate.convex ? (coordinate.zeroGradientBound?.(lambda) ?? -1) : -1;
      let largest = 0;
      for (let j = 0; j < beta.length; j++) {
        if (beta[j] === 0 && Math.abs(gradient[j]) <= held) continue;
        const b = beta[j];
        const g = gradient[j];
        const h = curvature[j];
        if (b === 0 && coordinate.convex && coordinate.violationAtZero(j, g, lambda) === 0) continue;
        // Along a line there need not be a minimiser; zero is a point to compare with all the same.
        const best = h > 0 ? coordinate.coordinateProx(j, b - g / h, 1 / h, lambda) : 0;
        if (best === b) continue;
        const move = best - b;
        const change =
          move * (g + (h * move) / 2) +
          (coordinate.coordinateValue(j, best, lambda) - coordinate.coordinateValue(j, b, lambda));
        largest = Math.max(largest, -change);
      }
      return largest;
    },

    addGradient(beta, lambda, out) {
      for (let j = 0; j < beta.length; j++) {
        if (beta[j] !== 0) out[j] += coordinate.coordinateSlope(j, beta[j], lambda);
      }
    },

    addHessian(beta, lambda, support, matrix, size) {
      for (let k = 0; k < support.length; k++) {
        const j = support[k];
        matrix[k * size + k] += coordinate.coordinateCurvature(j, beta[j], lambda);
      }
    },

    // At the end: V8 gives every literal that goes on after a spread a shape of its own, and compiles for each anew.
    ...coordinate,
  };
}

/** Whether a penalty is a sum over coordinates. */
export function isSeparable(penalty: Penalty): penalty is SeparablePenalty {
  return penalty.structure === "separable";
}
