import { areEqual } from "../linalg/vector";
import { type Profile, predictedAt, type SparseProblem } from "../objectives/sparse-problem";

/** A profile without its gradient. */
export type Predicted = Omit<Profile, "gradient">;

/** The profiles of a problem without their gradients, the last one kept for who asks again. */
export class LastPrediction {
  readonly #problem: SparseProblem;
  #last: { readonly beta: Float64Array; readonly predicted: Predicted } | undefined;

  constructor(problem: SparseProblem) {
    this.#problem = problem;
  }

  /** @param psi where the unpenalized part begins. */
  at(beta: Float64Array, psi: Float64Array): Predicted {
    if (this.#last && areEqual(this.#last.beta, beta)) return this.#last.predicted;
    const predicted = predictedAt(this.#problem, beta, psi);
    this.#last = { beta: beta.slice(), predicted };
    return predicted;
  }
}
