/**
 * Ridge regression by Golub-Kahan bidiagonalization, with one basis for all lambdas. The main export is the solver {@link lsqr}.
 */
import type { DesignMatrix } from "../design/design-matrix";
import { ROUNDING } from "../linalg/rounding";
import { areEqualToRounding, norm } from "../linalg/vector";
import { isSeparable, type SeparablePenalty } from "../penalties";
import { curvatureAt, type Profile, profileAt, type SparseProblem, saturatedLoss } from "../problem/problem";
import { UnpenalizedColumns } from "../problem/unpenalized-columns";
import { type Arena, arenaOf, bytesOf } from "../simd/arena";
import { type Method, newtonStopping, runSolver, type Step } from "./loop";
import type { Solver, SolverTask } from "./solver";
import { type Candidate, candidateAt, certified, nullPoint, type Point } from "./solver";

/** Number of vectors that a basis has room for at first, if it may have as many; the room doubles when it is full. */
const initialCapacity = 16;

/** Maximum number of bytes of the vectors of a basis; a problem that needs more is left to another solver. */
const maxBytes = 2 ** 28;

/**
 * Maximum number of vectors of a basis with at least twice as many rows as columns, as a share of the columns: with more of them a
 * factor of all columns costs less.
 */
const maxShareOfColumns = 1 / 4;

/** The number of vectors that such a basis may always have. */
const alwaysAllowed = 50;

/**
 * LSQR for a quadratic loss with a ridge, `min ||A x - b||^2 / 2 + lambda ||x||^2 / 2`, over the Krylov spaces of `A'A` and `A'b`.
 *
 * `A` is the design without what the unpenalized columns explain, its rows scaled by the square roots of the sample weights and its
 * columns divided by those of the penalty's weights. The spaces do not depend on `lambda`, so that all lambdas of a path share one basis,
 * which grows where a smaller one needs it. A vector of the basis takes two passes over the design, and so does the certificate of
 * a lambda. Every new vector is made orthogonal to all others, so that at most `min(n, p)` are needed, however small `lambda` is.
 *
 * It takes the problems of {@link isRidge}, and does nothing where `lambda` is 0.
 *
 * @see Paige and Saunders, LSQR: an algorithm for sparse linear equations and sparse least squares (1982)
 */
export function lsqr(): Solver {
  const solver: Solver = {
    name: "lsqr",
    solve(task) {
      if (task.lambda === 0) {
        const start = candidateAt(task, task.beta.slice(), task.psi, 0);
        return { ...start, status: "stalled", nIter: 0, trace: [] };
      }
      const state = task.warmStart.stateOf<RidgeState>(solver, task.problem, () => ({
        basis: new Bidiagonalization(task.problem, task.nullProfile),
        last: undefined,
      }));
      const solution = runSolver(task, new RidgeMethod(task, state));
      state.last = solution;
      return solution;
    },
  };
  return solver;
}

/** Whether {@link lsqr} takes a problem. */
export function isRidge({ penalty, datafit }: Pick<SparseProblem, "penalty" | "datafit">): boolean {
  const isQuadratic = isSeparable(penalty) && penalty.quadraticOnOrthants && !penalty.elementwise;
  return (
    isQuadratic &&
    penalty.convex &&
    penalty.scalesWithLambda &&
    penalty.domain === undefined &&
    datafit.hasConstantHessian &&
    datafit.hasDiagonalHessian &&
    datafit.nResponses === 1
  );
}

/** The state that one lambda leaves to the next. */
interface RidgeState {
  readonly basis: Bidiagonalization;
  /** The last solution. */
  last: Point | undefined;
}

/** The iterations of {@link lsqr}: the first uses the basis that there is, each later one adds a vector to it. */
class RidgeMethod implements Method {
  readonly name = "lsqr";
  readonly stopping = newtonStopping;
  readonly start: Candidate;
  nIter = 0;
  readonly #task: SolverTask;
  readonly #basis: Bidiagonalization;
  readonly #subproblem: RidgeOnBasis;

  constructor(task: SolverTask, { basis, last }: RidgeState) {
    const known = last && areEqualToRounding(last.beta, task.beta) ? last : nullPoint(task);
    this.start = known ? certified(task, known) : candidateAt(task, task.beta.slice(), task.psi, 0);
    this.#task = task;
    this.#basis = basis;
    this.#subproblem = new RidgeOnBasis(basis, task.lambda);
  }

  iterate(): Step {
    const { signal, maxIter, onIteration } = this.#task;
    const subproblem = this.#subproblem;
    do {
      const moves = (this.nIter === 0 && subproblem.extend()) || (this.#basis.grow() && subproblem.extend());
      this.nIter++;
      onIteration?.(this.nIter);
      if (!moves) return "last";
    } while (!this.#mayBeOptimal() && this.nIter < maxIter && !signal?.aborted);
    return "moved";
  }

  candidate(): Candidate {
    const beta = this.#basis.coefficients(this.#subproblem.solution());
    return candidateAt(this.#task, beta, this.#task.psi, 0);
  }

  /** Whether the subproblem indicates that the goal is met; this needs no pass over the design. */
  #mayBeOptimal(): boolean {
    const { problem, lambda, isOptimal } = this.#task;
    const { halfSquares, slope } = this.#subproblem;
    return isOptimal({
      objective: saturatedLoss(problem) + halfSquares,
      dualityGap: slope ** 2 / (2 * lambda),
      violation: slope,
      singleCoordinateGain: 0,
      misalignment: 0,
    });
  }
}

/** `min ||B z - ||b|| e_1||^2 / 2 + lambda ||z||^2 / 2` for a basis that grows, by the Givens rotations of Paige and Saunders. */
class RidgeOnBasis {
  readonly #basis: Bidiagonalization;
  readonly #root: number;
  /** The upper bidiagonal factor, and the right side that the rotations make. */
  readonly #diagonal: number[] = [];
  readonly #above: number[] = [];
  readonly #rotated: number[] = [];
  /** The diagonal entry and the right side of the next column, still to be rotated. */
  #nextDiagonal: number;
  #rest: number;
  #penaltySquares = 0;
  /** The norm of the gradient of the objective in `x`; this gradient is a multiple of the next vector of the basis. */
  slope: number;

  constructor(basis: Bidiagonalization, lambda: number) {
    this.#basis = basis;
    this.#root = Math.sqrt(lambda);
    this.#nextDiagonal = basis.alpha[0];
    this.#rest = basis.beta[0];
    this.slope = basis.alpha[0] * basis.beta[0];
  }

  /** The minimum of the subproblem. */
  get halfSquares(): number {
    return (this.#rest ** 2 + this.#penaltySquares) / 2;
  }

  /** Rotates the columns that the basis has gained; returns false where there are none. */
  extend(): boolean {
    const { alpha, beta, size } = this.#basis;
    const before = this.#diagonal.length;
    for (let k = before; k < size; k++) {
      const damped = Math.hypot(this.#nextDiagonal, this.#root);
      this.#penaltySquares += ((this.#root / damped) * this.#rest) ** 2;
      const rest = (this.#nextDiagonal / damped) * this.#rest;
      const diagonal = Math.hypot(damped, beta[k + 1]);
      const [c, s] = [damped / diagonal, beta[k + 1] / diagonal];
      this.#diagonal.push(diagonal);
      this.#above.push(s * alpha[k + 1]);
      this.#rotated.push(c * rest);
      this.#nextDiagonal = -c * alpha[k + 1];
      this.#rest = s * rest;
      this.slope = Math.abs(alpha[k + 1] * s * c * rest);
    }
    return size > before;
  }

  /** Returns the minimiser `z`. */
  solution(): Float64Array {
    const z = Float64Array.from(this.#rotated);
    for (let k = z.length - 1; k >= 0; k--) {
      if (k + 1 < z.length) z[k] -= this.#above[k] * z[k + 1];
      z[k] /= this.#diagonal[k];
    }
    return z;
  }
}

/**
 * The bidiagonalization `A V = U B`, `B` lower bidiagonal, of a ridge problem; it begins with `u_1 = b / ||b||` and gains a column at a time.
 */
class Bidiagonalization {
  /** The diagonal of `B`, and the entry that the next column will have there. */
  readonly alpha: number[] = [];
  /** `||b||`, and the entries below the diagonal of `B`. */
  readonly beta: number[] = [];
  readonly #design: DesignMatrix;
  /** Square roots of the second derivatives of the loss. */
  readonly #rowScales: Float64Array;
  /** One over the square roots of the weights of the penalty. */
  readonly #columnScales: Float64Array;
  /** The unpenalized columns with their rows scaled. */
  readonly #free: UnpenalizedColumns;
  readonly #left: OrthonormalVectors;
  readonly #right: OrthonormalVectors;
  /** Maximum number of columns of `B`. */
  readonly #maxSize: number;
  /** The largest entry of `B` so far. */
  #largest = 0;
  #isComplete = false;

  constructor(problem: SparseProblem, nullProfile: Profile | undefined) {
    const { design, free } = problem;
    const { nSamples, nFeatures } = design;
    const penalty = problem.penalty as SeparablePenalty;
    const { eta, residual } =
      nullProfile ?? profileAt(problem, new Float64Array(nFeatures), new Float64Array(free.size));
    const rowScales = curvatureAt(problem, eta).map(Math.sqrt);
    const weight = (j: number): number => penalty.coordinateCurvature(j, 1, 1);
    this.#design = design;
    this.#rowScales = rowScales;
    this.#columnScales = Float64Array.from({ length: nFeatures }, (_, j) => 1 / Math.sqrt(weight(j)));
    const scaled = free.basis.map((column) => column.map((entry, i) => rowScales[i] * entry));
    this.#free = new UnpenalizedColumns(nSamples, scaled);
    const maxVectors = maxVectorsOf(design);
    this.#left = new OrthonormalVectors(nSamples, maxVectors);
    this.#right = new OrthonormalVectors(nFeatures, maxVectors);
    this.#maxSize = maxVectors - 1;
    const b = residual.map((slope, i) => (rowScales[i] > 0 ? -slope / rowScales[i] : 0));
    this.beta.push(this.#left.append(b, 0));
    this.#isComplete = this.beta[0] === 0;
    this.#addRight();
  }

  /** The number of columns of `B`. */
  get size(): number {
    return this.beta.length - 1;
  }

  /** Adds a column to `B`; returns false if the Krylov space is complete or has no room for another vector. */
  grow(): boolean {
    if (this.#isComplete || this.size >= this.#maxSize) return false;
    const u = new Float64Array(this.#design.nSamples);
    this.#design.matvec(scaledBy(this.#columnScales, this.#right.last), u);
    const image = scaledBy(this.#rowScales, u);
    this.#free.projectOut(image);
    this.beta.push(this.#append(this.#left, image));
    this.#addRight();
    return true;
  }

  /** Returns the coefficients `V z`, on the scale of the design. */
  coefficients(z: Float64Array): Float64Array {
    return scaledBy(this.#columnScales, this.#right.combination(z));
  }

  #addRight(): void {
    if (this.#isComplete) {
      this.alpha.push(0);
      return;
    }
    const v = new Float64Array(this.#design.nFeatures);
    this.#design.rmatvec(scaledBy(this.#rowScales, this.#left.last), v);
    this.alpha.push(this.#append(this.#right, scaledBy(this.#columnScales, v)));
  }

  #append(vectors: OrthonormalVectors, vector: Float64Array): number {
    const length = vectors.append(vector, ROUNDING * this.#largest);
    this.#isComplete = length === 0;
    this.#largest = Math.max(this.#largest, length);
    return length;
  }
}

function maxVectorsOf({ nSamples, nFeatures }: DesignMatrix): number {
  const inMemory = Math.max(1, Math.floor(maxBytes / (8 * (nSamples + nFeatures))));
  if (nSamples < 2 * nFeatures) return inMemory;
  return Math.min(inMemory, Math.max(alwaysAllowed, Math.floor(maxShareOfColumns * nFeatures)));
}

function scaledBy(scales: Float64Array, v: Float64Array): Float64Array {
  return v.map((entry, i) => scales[i] * entry);
}

/** Orthonormal vectors, to which one after the other is added by the Gram-Schmidt process. */
class OrthonormalVectors {
  readonly #length: number;
  readonly #maxCount: number;
  #count = 0;
  #capacity = 0;
  #arena!: Arena;
  /** One after the other. */
  #vectors: Float64Array = new Float64Array(0);
  #shares!: Float64Array;
  #indices!: Int32Array;
  #sum!: Float64Array;

  constructor(length: number, maxCount: number) {
    this.#length = length;
    this.#maxCount = maxCount;
    this.#reserve();
  }

  /** The vector that was added last; a view. */
  get last(): Float64Array {
    return this.#slot(this.#count - 1);
  }

  /**
   * Makes a vector orthogonal to the others and of length one, and adds it unless what is left of it is negligible.
   *
   * @returns the length that was left; 0 where it is at most `negligible`.
   */
  append(vector: Float64Array, negligible: number): number {
    if (this.#count === this.#capacity) this.#reserve();
    const own = this.#slot(this.#count);
    own.set(vector);
    let length = norm(own);
    // Orthogonalizing twice is enough (Parlett, The Symmetric Eigenvalue Problem, 6.9).
    for (let pass = 0; pass < 2; pass++) {
      const before = length;
      this.#projectOut(own);
      length = norm(own);
      if (length > before / 2) break;
    }
    if (!(length > negligible)) return 0;
    for (let i = 0; i < own.length; i++) own[i] /= length;
    this.#count++;
    return length;
  }

  /** Returns `sum_k scales[k] v_k` over as many vectors as there are scales. */
  combination(scales: Float64Array): Float64Array {
    this.#shares.set(scales);
    this.#sum.fill(0);
    this.#addTo(this.#sum, scales.length);
    return this.#sum.slice();
  }

  #projectOut(v: Float64Array): void {
    this.#arena.kernels.columnDots(this.#vectors, v, this.#shares.subarray(0, this.#count));
    for (let k = 0; k < this.#count; k++) this.#shares[k] *= -1;
    this.#addTo(v, this.#count);
  }

  #addTo(out: Float64Array, count: number): void {
    const [indices, shares] = [this.#indices.subarray(0, count), this.#shares.subarray(0, count)];
    this.#arena.kernels.addColumns(this.#vectors, indices, shares, out);
  }

  #slot(k: number): Float64Array {
    return this.#vectors.subarray(k * this.#length, (k + 1) * this.#length);
  }

  #reserve(): void {
    const [length, before] = [this.#length, this.#vectors];
    const capacity = Math.min(Math.max(initialCapacity, 2 * this.#capacity), this.#maxCount);
    const arena = arenaOf(
      bytesOf(capacity * length) + bytesOf(capacity) + bytesOf(capacity, 4) + bytesOf(length),
    );
    this.#vectors = arena.float64(capacity * length);
    this.#vectors.set(before);
    this.#shares = arena.float64(capacity);
    this.#indices = arena.int32(capacity);
    for (let k = 0; k < capacity; k++) this.#indices[k] = k;
    this.#sum = arena.float64(length);
    this.#arena = arena;
    this.#capacity = capacity;
  }
}
