import { lbfgs, nuclear, type Optimizer, seededRandom } from "smooth-edges";
import { lowRankProduct, type Parametrization, type SmoothObjective } from "smooth-edges/surrogate";
import { type Loss, type LossSurrogate, lossSurrogate } from "./loss-surrogate";
import { type MultiTaskProblem, taskRidges } from "./tasks-in-common";
import { dot } from "./vector";

/** The coefficients of all tasks after each iteration, made when they are asked for; it ends where nothing moves any more. */
export type Descent = Iterable<() => Float64Array>;

/** A way to minimize `P` at a `lambda`. */
export type Way = (problem: MultiTaskProblem, lambda: number) => Descent;

export const WAYS: Readonly<Record<string, Way>> = {
  "L-BFGS on U V'": (problem, lambda) => {
    const objective = factorized(
      problem,
      lowRankProduct({ nColumns: problem.data.tasks.length, rank: rankOf(problem) }),
      lambda,
    );
    return steps(lbfgs(), objective, scattered(objective.size, 0.1), (x) => objective.coefficients(x));
  },
  "VarPro and L-BFGS": (problem, lambda) => {
    const { nFeatures } = problem.data;
    const objective = eliminated(problem, lambda);
    const start = scattered(objective.size, 1 / Math.sqrt(nFeatures));
    return steps(lbfgs(), objective, start, (U) => taskRidges(problem, lambda, square(U, nFeatures)).B);
  },
  FISTA: fista,
  IRLS: irls,
};

/** Columns of the factors: as many as any `B` has. */
function rankOf({ data: { nFeatures, tasks } }: MultiTaskProblem): number {
  return Math.min(nFeatures, tasks.length);
}

function scattered(size: number, spread: number): Float64Array {
  const random = seededRandom(1);
  return Float64Array.from({ length: size }, () => spread * random.normal());
}

function* steps(
  optimizer: Optimizer,
  objective: SmoothObjective,
  start: Float64Array,
  coefficients: (x: Float64Array) => Float64Array,
): Generator<() => Float64Array> {
  let isStart = true;
  for (const { x } of optimizer.iterate(objective, start)) {
    if (!isStart) yield () => coefficients(x);
    isStart = false;
  }
}

/** `Q = L(K(xi)) + lambda R_xi(xi)`, all factors together. */
export function factorized(
  problem: MultiTaskProblem,
  parametrization: Parametrization,
  lambda: number,
): LossSurrogate {
  const { nFeatures, tasks } = problem.data;
  const loss: Loss = (B, slopes) => problem.lossAndGradient(B, slopes);
  return lossSurrogate(loss, nFeatures * tasks.length, parametrization, lambda);
}

/**
 * `f(U) = min over V of Q(U, V)`: ridge regressions in the metric `U U'`, one a task. Its gradient is
 * `lambda (U - Z Z'U)` with the `Z` of {@link taskRidges}.
 */
export function eliminated(problem: MultiTaskProblem, lambda: number): SmoothObjective {
  const d = problem.data.nFeatures;
  return {
    size: d * rankOf(problem),
    valueAndGradient(U, gradient) {
      const { Z, value } = taskRidges(problem, lambda, square(U, d));
      const metric = square(Z, d);
      for (let from = 0; from < U.length; from += d) {
        const column = U.subarray(from, from + d);
        for (let j = 0; j < d; j++) {
          gradient[from + j] = lambda * (column[j] - dot(metric.subarray(j * d, (j + 1) * d), column));
        }
      }
      return value + (lambda / 2) * dot(U, U);
    },
  };
}

/** `A A'` of a matrix of `d` rows, one column after the other. */
export function square(A: Float64Array, d: number): Float64Array {
  const product = new Float64Array(d * d);
  for (let from = 0; from < A.length; from += d) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) product[i * d + j] += A[from + i] * A[from + j];
    }
  }
  return product;
}

/** With the step `1/L`, as Beck and Teboulle have it; a proximal step shrinks the singular values. */
function* fista(problem: MultiTaskProblem, lambda: number): Generator<() => Float64Array> {
  const size = problem.data.nFeatures * problem.data.tasks.length;
  const step = 1 / curvatureOf(problem);
  const slopes = new Float64Array(size);
  let B: Float64Array = new Float64Array(size);
  let ahead = B;
  let t = 1;
  for (;;) {
    problem.lossAndGradient(ahead, slopes);
    const next = new Float64Array(size);
    problem.nuclear.prox?.(
      ahead.map((b, k) => b - step * slopes[k]),
      step,
      lambda,
      next,
    );
    const after = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    const momentum = (t - 1) / after;
    ahead = next.map((b, k) => b + momentum * (b - B[k]));
    [B, t] = [next, after];
    yield () => next;
  }
}

/** The largest eigenvalue of any `X_t'X_t / N`, by the power method. */
function curvatureOf({ data: { nFeatures: d, tasks }, nRows }: MultiTaskProblem): number {
  const norms = tasks.map(({ X, y }) => {
    let v = scattered(d, 1);
    let norm = 0;
    for (let round = 0; round < 200; round++) {
      const next = new Float64Array(d);
      for (let i = 0; i < y.length; i++) {
        const row = X.subarray(i * d, (i + 1) * d);
        const along = dot(row, v);
        for (let j = 0; j < d; j++) next[j] += along * row[j];
      }
      norm = Math.sqrt(dot(next, next));
      v = next.map((entry) => entry / norm);
    }
    return norm;
  });
  return Math.max(...norms) / nRows;
}

/** What the smoothing of {@link irls} is multiplied by after each iteration; where it falls faster, spaces turn too slowly. */
const SHRINKING = 0.98;

/**
 * Ridge regressions in the metric `Sigma = (B B' + epsilon^2 I)^(1/2)` of the coefficients before, `epsilon` falling from 1:
 * the nuclear norm is the least of `1/2 tr(B' Sigma^-1 B) + 1/2 tr Sigma`, and this `Sigma` gives it.
 */
function* irls(problem: MultiTaskProblem, lambda: number): Generator<() => Float64Array> {
  const d = problem.data.nFeatures;
  let epsilon = 1;
  let Sigma = square(
    Float64Array.from({ length: d * d }, (_, k) => Number(k % (d + 1) === 0)),
    d,
  );
  for (;;) {
    const { B } = taskRidges(problem, lambda, Sigma);
    yield () => B;
    Sigma = root(problem, B, epsilon);
    epsilon *= SHRINKING;
  }
}

/** `(B B' + epsilon^2 I)^(1/2)`. */
export function root(
  { data: { nFeatures: d } }: MultiTaskProblem,
  B: Float64Array,
  epsilon: number,
): Float64Array {
  // With the wider matrix M = (B, epsilon I) = P S Q' it is P S P' = M (P Q')', and P Q' is the slope of the nuclear norm.
  const wide = new Float64Array(B.length + d * d);
  wide.set(B);
  for (let j = 0; j < d; j++) wide[B.length + j * d + j] = epsilon;
  const polar = new Float64Array(wide.length);
  nuclear({ nColumns: wide.length / d }).addGradient(wide, 1, polar);
  const product = new Float64Array(d * d);
  for (let from = 0; from < wide.length; from += d) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) product[i * d + j] += wide[from + i] * polar[from + j];
    }
  }
  return product;
}
