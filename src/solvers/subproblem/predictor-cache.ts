import { areEqual } from "../../linalg/vector";
import { type Profile, predictedAt, type SparseProblem } from "../../problem/problem";

/** A profile without its gradient. */
export type PredictorProfile = Omit<Profile, "gradient">;

/** The profiles of a problem without their gradients, the last one kept for who asks again. */
export class PredictorCache {
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  #predicted: PredictorProfile | undefined;

  constructor(problem: SparseProblem) {
    this.#problem = problem;
    this.#beta = new Float64Array(problem.design.nFeatures);
  }

  /** @param psi where the unpenalized part begins. */
  at(beta: Float64Array, psi: Float64Array): PredictorProfile {
    if (this.#predicted && areEqual(this.#beta, beta)) return this.#predicted;
    this.#predicted = predictedAt(this.#problem, beta, psi);
    this.#beta.set(beta);
    return this.#predicted;
  }
}
