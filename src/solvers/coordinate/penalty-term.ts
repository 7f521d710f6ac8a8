import type { SeparablePenalty } from "../../penalties";

/** A separable penalty that is quadratic for each choice of signs, at one lambda, and a positive multiple of it. */
export class PenaltyTerm {
  readonly lambda: number;
  readonly #penalty: SeparablePenalty;
  readonly #multiple: number;

  /** @param multiple positive. Default: 1. */
  constructor(penalty: SeparablePenalty, lambda: number, multiple = 1) {
    this.#penalty = penalty;
    this.lambda = lambda;
    this.#multiple = multiple;
  }

  times(multiple: number): PenaltyTerm {
    return new PenaltyTerm(this.#penalty, this.lambda, this.#multiple * multiple);
  }

  /** The same at a share of lambda. */
  atShare(share: number): PenaltyTerm {
    return new PenaltyTerm(this.#penalty, share * this.lambda, this.#multiple);
  }

  /** The second derivative of the term of `j` on the side of zero that `sign` names. */
  curvature(j: number, sign: number): number {
    return this.#multiple * this.#penalty.coordinateCurvature(j, sign, this.lambda);
  }

  /** The slope of the term of `j` on that side, continued to zero. */
  slope(j: number, sign: number, b: number): number {
    const atSign = this.#multiple * this.#penalty.coordinateSlope(j, sign, this.lambda);
    return atSign + this.curvature(j, sign) * (b - sign);
  }

  /** Up to which size of slopes that is 0 in every coordinate; -1 where that is not known. */
  get held(): number {
    return this.#multiple === 1 ? (this.#penalty.zeroGradientBound?.(this.lambda) ?? -1) : -1;
  }

  /** By how much the slope of the loss exceeds what zero can hold. */
  excess(j: number, slope: number): number {
    return this.#multiple * this.#penalty.violationAtZero(j, slope / this.#multiple, this.lambda);
  }
}
