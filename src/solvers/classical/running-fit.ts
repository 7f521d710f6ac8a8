import type { Profile, SparseProblem } from "../../problem/problem";
import { isMajorized } from "./majorization";

/** Adds `scale` times the change that a step makes to the linear predictor. */
export type PredictorStep = (scale: number, out: Float64Array) => void;

/** A datafit whose predictor changes by a few columns at a time; its residual `df/deta` is kept up to date. */
export class RunningFit {
  readonly #problem: SparseProblem;
  #loss = 0;
  #eta: Float64Array;
  #residual: Float64Array;
  #trialEta: Float64Array;
  #trialResidual: Float64Array;

  constructor(problem: SparseProblem) {
    const size = problem.target.length;
    this.#problem = problem;
    [this.#eta, this.#residual] = [new Float64Array(size), new Float64Array(size)];
    [this.#trialEta, this.#trialResidual] = [new Float64Array(size), new Float64Array(size)];
  }

  get residual(): Float64Array {
    return this.#residual;
  }

  /** Takes the predictor from a profile: neither drift nor a stale unpenalized part is left. */
  restart(profile: Profile): void {
    this.#eta.set(profile.eta);
    this.#residual.set(profile.residual);
    this.#loss = profile.loss;
  }

  /**
   * Takes the step if the quadratic model majorizes the datafit where it leads. The model of a quadratic datafit is known
   * to, and only the residual is kept.
   *
   * @param slope derivative of the datafit along the step.
   * @param square second derivative of the model along the step.
   */
  take(step: PredictorStep, slope: number, square: number): boolean {
    const { datafit, target } = this.#problem;
    if (datafit.quadratic) {
      step(datafit.nResponses / target.length, this.#residual); // d2f/deta_i^2
      return true;
    }
    this.#trialEta.set(this.#eta);
    step(1, this.#trialEta);
    const loss = datafit.valueAndGradient(target, this.#trialEta, this.#trialResidual);
    if (!isMajorized(this.#loss, loss, slope, square, this.#slopeChange)) return false;
    [this.#eta, this.#trialEta] = [this.#trialEta, this.#eta];
    [this.#residual, this.#trialResidual] = [this.#trialResidual, this.#residual];
    this.#loss = loss;
    return true;
  }

  readonly #slopeChange = (): number => {
    let sum = 0;
    for (let i = 0; i < this.#eta.length; i++) {
      sum += (this.#trialResidual[i] - this.#residual[i]) * (this.#trialEta[i] - this.#eta[i]);
    }
    return sum;
  };
}
