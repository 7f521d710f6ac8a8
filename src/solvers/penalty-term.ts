import type { SeparablePenalty } from "../penalties";

/** A separable penalty that is quadratic for each choice of signs, at one lambda. */
export class PenaltyTerm {
  readonly lambda: number;
  readonly #penalty: SeparablePenalty;

  constructor(penalty: SeparablePenalty, lambda: number) {
    this.#penalty = penalty;
    this.lambda = lambda;
  }

  /** The second derivative of the term of `j` on the side of zero that `sign` names. */
  curvature(j: number, sign: number): number {
    return this.#penalty.coordinateCurvature(j, sign, this.lambda);
  }

  /** The slope of the term of `j` on that side, continued to zero. */
  slope(j: number, sign: number, b: number): number {
    return this.#penalty.coordinateSlope(j, sign, this.lambda) + this.curvature(j, sign) * (b - sign);
  }

  /** By how much the slope of the loss exceeds what zero can hold. */
  excess(j: number, slope: number): number {
    return this.#penalty.violationAtZero(j, slope, this.lambda);
  }
}
