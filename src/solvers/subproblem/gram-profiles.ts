import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { areEqual, dot } from "../../linalg/vector";
import { type Profile, profileAt, type SparseProblem } from "../../problem/problem";
import type { QuadraticModel } from "./quadratic-model";

/** Entries of a design from which on its Gram matrix may stand for it. */
const smallestTall = 1e5;

/** Columns up to which the Gram matrix of all costs less than a path of few lambdas does without it. */
const fewColumns = 200;

/**
 * The profiles of a quadratic datafit, from the Gram matrix of all columns: `p^2` operations, where a pass over the design
 * takes `n p`.
 *
 * Roundings are those of the Gram matrix, a few of `|x_j| |x_k|`. Predictor and residual are computed when asked for.
 */
export class GramProfiles {
  readonly #problem: SparseProblem;
  readonly #model: QuadraticModel;
  readonly #origin: Profile;
  /** Minus what the unpenalized part changes by with each coefficient, a row for each of its columns. */
  readonly #compensation: readonly Float64Array[];
  /** The last coefficients whose gradient was asked for, NaN before, and that gradient. */
  readonly #beta: Float64Array;
  readonly #gradient: Float64Array;

  /**
   * @param model of a quadratic datafit; its Gram matrix is completed.
   * @param origin the profile at zero, if it is known.
   */
  constructor(problem: SparseProblem, model: QuadraticModel, origin?: Profile) {
    const { design, free } = problem;
    this.#problem = problem;
    this.#model = model;
    model.gram.include(Int32Array.from({ length: design.nFeatures }, (_, j) => j));
    this.#origin =
      origin ?? profileAt(problem, new Float64Array(design.nFeatures), new Float64Array(free.size));
    this.#compensation = compensation(problem, model.curvature);
    this.#beta = new Float64Array(design.nFeatures).fill(Number.NaN);
    this.#gradient = new Float64Array(design.nFeatures);
  }

  /** The gradient at some coefficients, computed once as long as they are the last ones; until the next call. */
  gradientAt(beta: Float64Array): Float64Array {
    const gradient = this.#gradient;
    if (areEqual(beta, this.#beta)) return gradient;
    this.#beta.set(beta);
    this.#model.gram.times(beta, gradient);
    const { gradient: first } = this.#origin;
    for (let j = 0; j < gradient.length; j++) gradient[j] += first[j];
    return gradient;
  }

  at(beta: Float64Array): Profile {
    const origin = this.#origin;
    const problem = this.#problem;
    const gradient = this.gradientAt(beta).slice();
    const { gradient: first } = origin;
    let change = 0;
    for (let j = 0; j < beta.length; j++) change += (beta[j] * (first[j] + gradient[j])) / 2;
    const psi = origin.psi.slice();
    for (let k = 0; k < psi.length; k++) psi[k] -= dot(this.#compensation[k], beta);
    return new LateProfile(problem, beta, origin.loss + change, psi, gradient);
  }
}

/** A profile whose predictor and residual are computed once they are asked for. */
class LateProfile implements Profile {
  readonly loss: number;
  readonly psi: Float64Array;
  readonly gradient: Float64Array;
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  #direct: Profile | undefined;

  constructor(
    problem: SparseProblem,
    beta: Float64Array,
    loss: number,
    psi: Float64Array,
    gradient: Float64Array,
  ) {
    this.#problem = problem;
    this.#beta = beta;
    this.loss = loss;
    this.psi = psi;
    this.gradient = gradient;
  }

  get eta(): Float64Array {
    return this.#computed().eta;
  }

  get residual(): Float64Array {
    return this.#computed().residual;
  }

  #computed(): Profile {
    this.#direct ??= profileAt(this.#problem, this.#beta, this.psi);
    return this.#direct;
  }
}

/** `(Q'C Q)^-1 Q'C X`, a row for each column of `Q`. */
function compensation({ design, free }: SparseProblem, curvature: Float64Array): Float64Array[] {
  const { size, basis } = free;
  if (size === 0) return [];
  const weighted = basis.map((q) => q.map((entry, i) => curvature[i] * entry));
  const hessian = Float64Array.from({ length: size * size }, (_, at) =>
    dot(basis[Math.floor(at / size)], weighted[at % size]),
  );
  choleskyFactor(hessian, size);
  const rows = weighted.map((q) => {
    const row = new Float64Array(design.nFeatures);
    design.rmatvec(q, row);
    return row;
  });
  for (let j = 0; j < design.nFeatures; j++) {
    const own = Float64Array.from(rows, (row) => row[j]);
    choleskySolve(hessian, size, own);
    rows.forEach((row, k) => {
      row[j] = own[k];
    });
  }
  return rows;
}

/** Whether so many rows are there for each column that the Gram matrix of all columns may come to pay. */
export function isTall({ design: { nSamples, nFeatures } }: SparseProblem): boolean {
  return nSamples * nFeatures >= smallestTall && nSamples >= 2 * nFeatures;
}

/**
 * Whether the Gram matrix of all columns costs no more than passes over the design that follow: about `p / 5` passes, by measurement.
 * Of few columns a second pass, or lambda, says that there will be more; of many it takes twice the cost to say so.
 */
export function gramPays(problem: SparseProblem, nPasses: number): boolean {
  const { nFeatures } = problem.design;
  return isTall(problem) && nPasses >= (nFeatures <= fewColumns ? 2 : nFeatures / 2.5);
}
