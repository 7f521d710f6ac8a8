/** The smooth surrogate of a sparse problem as a function that optimizers minimise ({@link Surrogate}). */
import { trappedStart, undividedDatafit } from "../errors";
import type { Parametrization } from "../parametrizations";
import { isTrapped } from "./dead-coordinates";
import type { SparseProblem } from "./problem";
import type { StochasticObjective } from "./smooth-objective";

/**
 * The smooth surrogate `Q(xi, psi) = f(X K(xi) + Q psi) + lambda R_xi(xi)` of a sparse problem.
 *
 * Its vector is `xi` followed by `psi / unit`. Its global and local minima are those of the sparse problem
 * (arXiv 2307.03571).
 */
export class Surrogate implements StochasticObjective {
  readonly size: number;
  readonly nSamples: number;
  readonly #problem: SparseProblem;
  readonly #parametrization: Parametrization;
  readonly #lambda: number;
  readonly #surrogateSize: number;
  readonly #unit: number;
  readonly #psi: Float64Array;
  readonly #beta: Float64Array;
  readonly #eta: Float64Array;
  readonly #residual: Float64Array;
  readonly #cotangent: Float64Array;
  /** By number of samples: the last batch of an epoch may be a smaller one. */
  readonly #batches = new Map<number, Batch>();

  /**
   * @param unit what `psi` is measured in, positive. The curvature in `xi` is of the size of the coefficients, that in
   * `psi` is 1: with the root of that size as unit both are alike, whatever `y` is measured in. Default: 1.
   */
  constructor(problem: SparseProblem, parametrization: Parametrization, lambda: number, unit = 1) {
    const { design, free, target, datafit } = problem;
    this.nSamples = target.length / datafit.nResponses;
    this.#problem = problem;
    this.#parametrization = parametrization;
    this.#lambda = lambda;
    this.#unit = unit;
    this.#surrogateSize = parametrization.surrogateSize(design.nFeatures);
    this.size = this.#surrogateSize + free.size;
    this.#psi = new Float64Array(free.size);
    this.#beta = new Float64Array(design.nFeatures);
    this.#eta = new Float64Array(target.length);
    this.#residual = new Float64Array(target.length);
    this.#cotangent = new Float64Array(design.nFeatures);
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

  /** @throws InputError where the derivative of every coefficient vanishes, as at the origin. */
  checkStart(where: string, x: Float64Array): void {
    const p = this.#beta.length;
    if (isTrapped(this.#parametrization, this.surrogatePart(x), p)) {
      throw trappedStart(
        where,
        this.#beta.map((_, j) => j),
        p,
      );
    }
  }

  valueAndGradient(x: Float64Array, gradient: Float64Array): number {
    const { design, free, target, datafit } = this.#problem;
    this.#unfold(x);
    design.matvec(this.#beta, this.#eta);
    free.addTo(this.#eta, this.#psi);
    const loss = datafit.valueAndGradient(target, this.#eta, this.#residual);
    design.rmatvec(this.#residual, this.#cotangent);
    free.transpose(this.#residual, this.#psi);
    return loss + this.#pullback(x, gradient);
  }

  /** @throws InputError when the datafit is no mean over samples. */
  batchValueAndGradient(x: Float64Array, rows: Int32Array, gradient: Float64Array): number {
    const { design, free, target, datafit } = this.#problem;
    if (!datafit.subset) throw undividedDatafit("Surrogate", datafit.name);
    let batch = this.#batches.get(rows.length);
    if (batch === undefined) {
      batch = new Batch(rows.length, datafit.nResponses);
      this.#batches.set(rows.length, batch);
    }
    batch.gather(rows, target, this.nSamples);
    this.#unfold(x);
    design.matvecRows(batch.entries, this.#beta, batch.eta);
    free.addRowsTo(batch.entries, batch.eta, this.#psi);
    const loss = datafit.subset(rows).valueAndGradient(batch.target, batch.eta, batch.residual);
    design.rmatvecRows(batch.entries, batch.residual, this.#cotangent);
    free.transposeRows(batch.entries, batch.residual, this.#psi);
    return loss + this.#pullback(x, gradient);
  }

  /** Sets `beta` and `psi` to those of the point. */
  #unfold(x: Float64Array): void {
    this.#parametrization.forward(this.surrogatePart(x), this.#beta);
    for (let k = 0; k < this.#psi.length; k++) this.#psi[k] = x[this.#surrogateSize + k] * this.#unit;
  }

  /** Overwrites the gradient, given those of the datafit in `cotangent` and `psi`; returns the penalty. */
  #pullback(x: Float64Array, gradient: Float64Array): number {
    const parametrization = this.#parametrization;
    const xi = this.surrogatePart(x);
    gradient.fill(0);
    const surrogateGradient = this.surrogatePart(gradient);
    parametrization.pullback(xi, this.#cotangent, surrogateGradient);
    parametrization.addSurrogateGradient(xi, this.#lambda, surrogateGradient);
    for (let k = 0; k < this.#psi.length; k++) gradient[this.#surrogateSize + k] = this.#psi[k] * this.#unit;
    return this.#lambda * parametrization.surrogatePenalty(xi);
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

/** The part of a target that a batch of samples has, and room for predictors and residuals of that size. */
class Batch {
  /** Where the entries of the batch stand in the whole: those of the first response, then of the second, ... */
  readonly entries: Int32Array;
  readonly target: Float64Array;
  readonly eta: Float64Array;
  readonly residual: Float64Array;

  /** @param nResponses how many entries each sample has. */
  constructor(nRows: number, nResponses: number) {
    const size = nRows * nResponses;
    this.entries = new Int32Array(size);
    this.target = new Float64Array(size);
    this.eta = new Float64Array(size);
    this.residual = new Float64Array(size);
  }

  /** Takes in other samples, as many as before, out of the target of `nSamples`. */
  gather(rows: Int32Array, target: Float64Array, nSamples: number): void {
    const { entries } = this;
    for (let k = 0; k < entries.length; k++) {
      const response = Math.floor(k / rows.length);
      entries[k] = response * nSamples + rows[k - response * rows.length];
      this.target[k] = target[entries[k]];
    }
  }
}
