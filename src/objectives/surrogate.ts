import type { Parametrization } from "../parametrizations";
import type { SmoothObjective } from "./smooth-objective";
import type { SparseProblem } from "./sparse-problem";

/**
 * The smooth surrogate `Q(xi, psi) = f(X K(xi) + Q psi) + lambda R_xi(xi)` of a sparse problem.
 *
 * Its vector is `xi` followed by `psi / unit`. Its global and local minima are those of the sparse problem
 * (arXiv 2307.03571).
 */
export class Surrogate implements SmoothObjective {
  readonly size: number;
  readonly #problem: SparseProblem;
  readonly #parametrization: Parametrization;
  readonly #lambda: number;
  readonly #surrogateSize: number;
  readonly #unit: number;
  readonly #beta: Float64Array;
  readonly #eta: Float64Array;
  readonly #residual: Float64Array;
  readonly #cotangent: Float64Array;

  /**
   * @param unit what `psi` is measured in, positive. The curvature in `xi` is of the size of the coefficients, that in
   * `psi` is 1: with the root of that size as unit both are alike, whatever `y` is measured in. Default: 1.
   */
  constructor(problem: SparseProblem, parametrization: Parametrization, lambda: number, unit = 1) {
    const { nFeatures, nSamples } = problem.design;
    this.#problem = problem;
    this.#parametrization = parametrization;
    this.#lambda = lambda;
    this.#unit = unit;
    this.#surrogateSize = parametrization.surrogateSize(nFeatures);
    this.size = this.#surrogateSize + problem.free.size;
    this.#beta = new Float64Array(nFeatures);
    this.#eta = new Float64Array(nSamples);
    this.#residual = new Float64Array(nSamples);
    this.#cotangent = new Float64Array(nFeatures);
  }

  /** The surrogate part of a point, a view. */
  surrogatePart(x: Float64Array): Float64Array {
    return x.subarray(0, this.#surrogateSize);
  }

  /** The unpenalized part `psi` of a point, a copy. */
  freePart(x: Float64Array): Float64Array {
    return x.slice(this.#surrogateSize).map((entry) => entry * this.#unit);
  }

  /** The point of `xi` and `psi`. */
  pointOf(xi: Float64Array, psi: Float64Array): Float64Array {
    return Float64Array.from([...xi, ...psi.map((entry) => entry / this.#unit)]);
  }

  valueAndGradient(x: Float64Array, gradient: Float64Array): number {
    const { design, free, target, datafit } = this.#problem;
    const parametrization = this.#parametrization;
    const xi = this.surrogatePart(x);
    parametrization.forward(xi, this.#beta);
    design.matvec(this.#beta, this.#eta);
    free.addTo(this.#eta, this.freePart(x));
    const loss = datafit.valueAndGradient(target, this.#eta, this.#residual);
    design.rmatvec(this.#residual, this.#cotangent);

    gradient.fill(0);
    const surrogateGradient = this.surrogatePart(gradient);
    parametrization.pullback(xi, this.#cotangent, surrogateGradient);
    parametrization.addSurrogateGradient(xi, this.#lambda, surrogateGradient);
    const freeGradient = gradient.subarray(this.#surrogateSize);
    free.transpose(this.#residual, freeGradient);
    for (let k = 0; k < freeGradient.length; k++) freeGradient[k] *= this.#unit;
    return loss + this.#lambda * parametrization.surrogatePenalty(xi);
  }
}

/** `R_xi(xi) - R(K(xi))`: by the parametrization's own formula, else by subtraction. */
export function misalignmentOf(
  parametrization: Parametrization,
  xi: Float64Array,
  beta: Float64Array,
): number {
  if (parametrization.misalignment) return parametrization.misalignment(xi);
  return parametrization.surrogatePenalty(xi) - parametrization.inducedPenalty.value(beta, 1);
}
