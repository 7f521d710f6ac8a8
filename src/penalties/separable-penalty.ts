import type { SeparablePenalty } from "./penalty";

/** What a separable penalty states about one coordinate; the rest follows. */
export type CoordinatePenalty = Omit<SeparablePenalty, "value" | "prox" | "violation"> & {
  /** `dist(-gradient, subdifferential at 0)` of the term of coordinate `j`. */
  violationAtZero(j: number, gradient: number, lambda: number): number;
};

/** Completes a penalty given coordinate by coordinate to one on vectors. */
export function separablePenalty(coordinate: CoordinatePenalty): SeparablePenalty {
  const { violationAtZero, ...rest } = coordinate;
  return {
    ...rest,

    value(beta, lambda) {
      let sum = 0;
      for (let j = 0; j < beta.length; j++) sum += rest.coordinateValue(j, beta[j], lambda);
      return sum;
    },

    prox(beta, step, lambda, out) {
      for (let j = 0; j < beta.length; j++) out[j] = rest.coordinateProx(j, beta[j], step, lambda);
    },

    violation(beta, gradient, lambda) {
      let largest = 0;
      for (let j = 0; j < beta.length; j++) {
        const distance =
          beta[j] === 0
            ? violationAtZero(j, gradient[j], lambda)
            : Math.abs(gradient[j] + rest.coordinateSlope(j, beta[j], lambda));
        if (distance > largest) largest = distance;
      }
      return largest;
    },
  };
}
