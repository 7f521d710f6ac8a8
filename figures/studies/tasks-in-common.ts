import { nuclear, type Penalty, seededRandom } from "smooth-edges";
import { choleskyFactor, choleskySolve } from "../../src/linalg/cholesky";
import { dot, norm } from "./vector";

/** Directions in which the true coefficients of the tasks differ, and the standard deviations along them. */
const SPREADS: readonly number[] = [1, 0.8, 0.7, 0.6, 0.5];
const NOISE = 0.5;

/** Rows of one task: its features by rows, and responses. */
export interface TaskRows {
  readonly X: Float64Array;
  readonly y: Float64Array;
}

/** Several regressions with features of one kind, their rows being their own. */
export interface MultiTask {
  readonly nFeatures: number;
  readonly tasks: readonly TaskRows[];
  /** As many rows again for each task. */
  readonly validation: readonly TaskRows[];
  /** The true coefficients, `nFeatures x nTasks`, one column a task. */
  readonly truth: Float64Array;
  /** Orthonormal directions that span them. */
  readonly directions: readonly Float64Array[];
}

/**
 * Normal features; the coefficients of all tasks lie in a space of five dimensions, drawn at random; noise of standard
 * deviation 0.5. After the simulations of Argyriou, Evgeniou and Pontil, Convex multi-task feature learning (2008).
 */
export function simulateMultiTask(
  nTasks: number,
  nSamples: number,
  nFeatures: number,
  seed: number,
): MultiTask {
  const random = seededRandom(seed);
  const directions = orthonormal(
    SPREADS.map(() => Float64Array.from({ length: nFeatures }, () => random.normal())),
  );
  const truth = new Float64Array(nFeatures * nTasks);
  const rows = (t: number): TaskRows => {
    const X = Float64Array.from({ length: nSamples * nFeatures }, () => random.normal());
    const coef = truth.subarray(t * nFeatures, (t + 1) * nFeatures);
    const y = Float64Array.from({ length: nSamples }, (_, i) => rowDot(X, i, coef) + NOISE * random.normal());
    return { X, y };
  };
  const tasks: TaskRows[] = [];
  const validation: TaskRows[] = [];
  for (let t = 0; t < nTasks; t++) {
    for (const [k, direction] of directions.entries()) {
      const share = SPREADS[k] * random.normal();
      for (let j = 0; j < nFeatures; j++) truth[t * nFeatures + j] += share * direction[j];
    }
    tasks.push(rows(t));
    validation.push(rows(t));
  }
  return { nFeatures, tasks, validation, truth, directions };
}

function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const found: Float64Array[] = [];
  for (const vector of vectors) {
    for (const other of found) {
      const share = dot(vector, other);
      for (let j = 0; j < vector.length; j++) vector[j] -= share * other[j];
    }
    const length = norm(vector);
    found.push(vector.map((entry) => entry / length));
  }
  return found;
}

/**
 * `P(B) = (1/(2 N)) sum_t norm2(X_t b_t - y_t)^2 + lambda nuclear(B)`, `N` being the rows of all tasks and `b_t` the columns
 * of `B`.
 */
export class MultiTaskProblem {
  readonly nuclear: Penalty;
  readonly nRows: number;

  constructor(readonly data: MultiTask) {
    this.nuclear = nuclear({ nColumns: data.tasks.length });
    this.nRows = data.tasks.reduce((sum, { y }) => sum + y.length, 0);
  }

  /** Of the loss; overwrites `gradient` by its slopes in `B`. */
  lossAndGradient(B: Float64Array, gradient: Float64Array): number {
    let squares = 0;
    gradient.fill(0);
    this.#forEachResidual(B, (residual, X, i, from) => {
      squares += residual * residual;
      for (let j = 0; j < this.data.nFeatures; j++) {
        gradient[from + j] += (residual * X[i * this.data.nFeatures + j]) / this.nRows;
      }
    });
    return squares / (2 * this.nRows);
  }

  /** The `lambda` from which on `B = 0`: the largest singular value of the slopes there. */
  lambdaMax(): number {
    const zero = new Float64Array(this.data.nFeatures * this.data.tasks.length);
    const gradient = new Float64Array(zero.length);
    this.lossAndGradient(zero, gradient);
    return this.nuclear.dualNorm?.(gradient) as number;
  }

  objective(B: Float64Array, lambda: number): number {
    return this.lossAndGradient(B, new Float64Array(B.length)) + this.nuclear.value(B, lambda);
  }

  /**
   * What `P(B)` lies above its minimum at most. The dual function at `a`, an entry a row, is `a'y - (N/2) norm2(a)^2`, for
   * `a` whose image, the matrix of columns `X_t' a_t`, has no singular value above `lambda`; residuals over `N`, shrunk
   * until that is so, are such an `a`.
   */
  dualityGap(B: Float64Array, lambda: number): number {
    const gradient = new Float64Array(B.length);
    const loss = this.lossAndGradient(B, gradient);
    const spectral = this.nuclear.dualNorm?.(gradient) as number;
    const shrunk = Math.min(1, lambda / spectral);
    let along = 0;
    this.#forEachResidual(B, (residual, _, i, __, y) => {
      along -= (residual * y[i]) / this.nRows;
    });
    return loss + this.nuclear.value(B, lambda) - (shrunk * along - shrunk * shrunk * loss);
  }

  /** How many singular values are above 1e-6. */
  rankOf(B: Float64Array): number {
    const cut = new Float64Array(B.length);
    this.nuclear.prox?.(B, 1, 1e-6, cut);
    const frame = new Float64Array(B.length);
    this.nuclear.addGradient(cut, 1, frame);
    return Math.round(dot(frame, frame));
  }

  #forEachResidual(
    B: Float64Array,
    visit: (residual: number, X: Float64Array, i: number, from: number, y: Float64Array) => void,
  ): void {
    const { nFeatures, tasks } = this.data;
    tasks.forEach(({ X, y }, t) => {
      const from = t * nFeatures;
      const coef = B.subarray(from, from + nFeatures);
      for (let i = 0; i < y.length; i++) visit(rowDot(X, i, coef) - y[i], X, i, from, y);
    });
  }
}

/** Row `i` of a matrix by rows times a vector. */
export function rowDot(X: Float64Array, i: number, coef: Float64Array): number {
  const from = i * coef.length;
  let sum = 0;
  for (let j = 0; j < coef.length; j++) sum += X[from + j] * coef[j];
  return sum;
}

/** What ridge regressions of all tasks give, each with the penalty `(lambda/2) b' Sigma^-1 b`. */
export interface TaskRidges {
  readonly B: Float64Array;
  /** `z_t = X_t' (X_t Sigma X_t' + N lambda I)^-1 y_t`, a column a task; `B = Sigma Z`. */
  readonly Z: Float64Array;
  /** The sum of their objectives. */
  readonly value: number;
}

/**
 * Ridge regressions of all tasks in one metric.
 *
 * @param Sigma `nFeatures x nFeatures`, symmetric and positive semidefinite.
 */
export function taskRidges(
  { data, nRows }: MultiTaskProblem,
  lambda: number,
  Sigma: Float64Array,
): TaskRidges {
  const { nFeatures: d, tasks } = data;
  const Z = new Float64Array(d * tasks.length);
  const B = new Float64Array(Z.length);
  let value = 0;
  tasks.forEach(({ X, y }, t) => {
    const n = y.length;
    const image = new Float64Array(n * d);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < d; j++) image[i * d + j] = rowDot(Sigma, j, X.subarray(i * d, (i + 1) * d));
    }
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k <= i; k++) matrix[i * n + k] = rowDot(image, i, X.subarray(k * d, (k + 1) * d));
      matrix[i * n + i] += nRows * lambda;
    }
    choleskyFactor(matrix, n);
    const alpha = y.slice();
    choleskySolve(matrix, n, alpha);
    value += (lambda / 2) * dot(alpha, y);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < d; j++) {
        Z[t * d + j] += alpha[i] * X[i * d + j];
        B[t * d + j] += alpha[i] * image[i * d + j];
      }
    }
  });
  return { B, Z, value };
}
