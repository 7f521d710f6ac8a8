import { gradientDescent, lbfgs, minimize, SmoothLasso, seededRandom } from "smooth-edges";
import { simulateSpikes } from "smooth-edges/data";
import {
  equalFactors,
  hadamardDifference,
  initialize,
  type SmoothObjective,
  surrogateObjective,
} from "smooth-edges/surrogate";
import type { Rows } from "./regression-split";
import { grid, type Result, replicates, type Study, type Task } from "./study";

/** Iterations that a method has. */
export const LAST = 200_000;
/** The relative gap at which a run ends. */
const DONE = 1e-10;
/** Iterations from one look at the coefficients to the next; each of the first thousand is looked at. */
const LOOK = 50;
/** A coefficient counts as zero below this share of the optimum's largest. */
const ZERO = 1e-6;

export const GRIDS: readonly number[] = [50, 100, 200];
/** The largest lambda over the one that is used. */
export const DIVISORS: readonly number[] = [2, 3, 5, 10, 30];

/** `(1/2) norm2(X beta - y)^2 + lambda norm1(beta)`, as the paper of the experiment has it. */
interface Problem {
  readonly X: Rows;
  readonly y: Float64Array;
  readonly lambda: number;
}

/** Is called after each iteration with what computes `beta`, and answers whether the run goes on. */
type Watch = (beta: () => Float64Array) => boolean;

const METHODS: Readonly<Record<string, (problem: Problem, watch: Watch) => void>> = {
  ISTA: ista,
  "gradient descent on a² − b²": descent,
  "VarPro and L-BFGS": varPro,
};

/** How a run went. */
export interface Identified {
  /**
   * The first look from which the support is the optimum's at each up to the end of the run; null where it is not at the last.
   * A run ends at the gap of 1e-10 or after the last iteration.
   */
  readonly identified: number | null;
  /** At the end of the run, relative to the optimum. */
  readonly gap: number;
}

/**
 * Two spikes of heights 1 and -1, at places drawn by the seed, on ever finer grids and seen through five frequencies, after Poon
 * and Peyré (arXiv 2205.01385). Draws, lambdas, start and steps of the descent are ours.
 */
export const gridRefinement: Study = {
  name: "grid-refinement",
  title:
    "What does a finer grid cost proximal steps, and what the surrogate? (setting: Poon and Peyré's, draws and steps ours)",
  tasks: (setting) =>
    grid({
      nFeatures: setting === "quick" ? [50] : GRIDS.slice(),
      divisor: setting === "quick" ? [10] : DIVISORS.slice(),
      method: Object.keys(METHODS),
      replicate: replicates(setting === "quick" ? 1 : 10),
    }),
  run: ({ parameters: { nFeatures, divisor, method, replicate } }: Task): Result => {
    const problem = spikes(Number(nFeatures), Number(divisor), Number(replicate));
    const best = optimum(problem);
    const least = objectiveAt(problem, best);
    const zero = ZERO * best.reduce(largest, 0);
    let done = 0;
    let identified: number | null = null;
    let gap = Number.POSITIVE_INFINITY;
    METHODS[String(method)](problem, (coef) => {
      done += 1;
      if (done >= 1000 && done % LOOK > 0) return true;
      const beta = coef();
      gap = Math.max(objectiveAt(problem, beta) / least - 1, 0);
      const isAlike = best.every((b, j) => Math.abs(b) > zero === Math.abs(beta[j]) > zero);
      identified = isAlike ? (identified ?? done) : null;
      return done < LAST && gap >= DONE;
    });
    const result: Identified = { identified, gap };
    return { ...result };
  },
  // Counts of iterations hang on roundings.
  tolerance: 5e-2,
};

/** Two spikes, at least a quarter of the circle apart and between points of the grid. */
function spikes(nFeatures: number, divisor: number, seed: number): Problem {
  const { X } = simulateSpikes({ nFeatures });
  const random = seededRandom(seed);
  const first = random.uniform();
  const second = first + 0.25 + random.uniform() / 2;
  const [one, other] = [first, second].map(wavesAt);
  const y = Float64Array.from(one, (value, i) => value - other[i]);
  const problem = { X, y, lambda: 0 };
  return { ...problem, lambda: slopesOf(problem, y).reduce(largest, 0) / divisor };
}

/** The five functions that the rows of `X` hold, at a place on the circle. */
function wavesAt(t: number): number[] {
  const waves = [1, 2].flatMap((k) => [Math.cos(2 * Math.PI * k * t), Math.sin(2 * Math.PI * k * t)]);
  return [1, ...waves.map((wave) => Math.SQRT2 * wave)];
}

function optimum({ X, y, lambda }: Problem): Float64Array {
  const options = { fitIntercept: false, standardize: false, tol: 1e-13 } as const;
  return new SmoothLasso({ ...options, lambda: lambda / y.length }).fit(X, y).coef;
}

function ista(problem: Problem, watch: Watch): void {
  const { X, lambda } = problem;
  const step = 1 / squaredNormOf(X);
  const beta = new Float64Array(X.nFeatures);
  do {
    const slopes = slopesOf(problem, residualOf(problem, beta));
    for (let j = 0; j < beta.length; j++) {
      const moved = beta[j] - step * slopes[j];
      beta[j] = Math.sign(moved) * Math.max(Math.abs(moved) - step * lambda, 0);
    }
  } while (watch(() => beta));
}

/** From `a = b = 1 / sqrt(p)`: no coefficient yet, and a penalty that does not grow with the grid. */
function descent({ X, y, lambda }: Problem, watch: Watch): void {
  const parametrization = hadamardDifference({ depth: 2 });
  const Q = surrogateObjective(X, y, { parametrization, lambda: lambda / y.length });
  const start = initialize(parametrization, X.nFeatures, equalFactors(1 / Math.sqrt(X.nFeatures)));
  follow(Q, gradientDescent(), start, (x) => watch(() => Q.coefficients(x).coef));
}

/**
 * `f(v) = min over u of (1/2 lambda) norm2(X (u v) - y)^2 + (norm2(u)^2 + norm2(v)^2)/2`, whose inner minimum costs the
 * solution of five equations.
 */
function varPro(problem: Problem, watch: Watch): void {
  const { X, y, lambda } = problem;
  const [n, p] = [X.nSamples, X.nFeatures];
  /** `alpha = (lambda I + X diag(v^2) X')^-1 y` and `X' alpha`. */
  const solve = (v: Float64Array): { alpha: Float64Array; image: Float64Array } => {
    const matrix = Array.from({ length: n }, (_, i) =>
      Float64Array.from({ length: n }, (_, k) => {
        let sum = i === k ? lambda : 0;
        for (let j = 0; j < p; j++) sum += X.data[i * p + j] * v[j] * v[j] * X.data[k * p + j];
        return sum;
      }),
    );
    const alpha = solved(matrix, y);
    return { alpha, image: slopesOf(problem, alpha) };
  };
  const reduced: SmoothObjective = {
    size: p,
    valueAndGradient(v, gradient) {
      const { alpha, image } = solve(v);
      let value = 0;
      v.forEach((entry, j) => {
        gradient[j] = entry * (1 - image[j] ** 2);
        value += entry * entry;
      });
      // The dual value of the inner ridge regression.
      return value / 2 + alpha.reduce((sum, a, i) => sum + a * y[i], 0) / 2;
    },
  };
  follow(reduced, lbfgs(), new Float64Array(p).fill(1), (v) =>
    watch(() => {
      const { image } = solve(v);
      return v.map((entry, j) => entry * entry * image[j]);
    }),
  );
}

function follow(
  objective: SmoothObjective,
  optimizer: ReturnType<typeof lbfgs>,
  start: Float64Array,
  goesOn: (x: Float64Array) => boolean,
): void {
  minimize(objective, optimizer, start, { maxIter: LAST, tol: 0, onIteration: ({ x }) => !goesOn(x) });
}

function objectiveAt(problem: Problem, beta: Float64Array): number {
  const squares = residualOf(problem, beta).reduce((sum, r) => sum + r * r, 0);
  return squares / 2 + problem.lambda * beta.reduce((sum, b) => sum + Math.abs(b), 0);
}

/** `X beta - y` */
function residualOf({ X: { data, nFeatures: p }, y }: Problem, beta: Float64Array): Float64Array {
  return y.map((value, i) => {
    let sum = -value;
    for (let j = 0; j < p; j++) sum += data[i * p + j] * beta[j];
    return sum;
  });
}

/** `X' r` */
function slopesOf({ X: { data, nFeatures: p } }: Problem, r: Float64Array): Float64Array {
  const slopes = new Float64Array(p);
  for (let i = 0; i < r.length; i++) for (let j = 0; j < p; j++) slopes[j] += data[i * p + j] * r[i];
  return slopes;
}

/** The largest eigenvalue of `X X'`: its rows are orthogonal, with norms that are known. */
function squaredNormOf(X: Rows): number {
  return Array.from({ length: X.nSamples }, (_, i) =>
    X.data.subarray(i * X.nFeatures, (i + 1) * X.nFeatures).reduce((sum, x) => sum + x * x, 0),
  ).reduce(largest, 0);
}

function largest(most: number, value: number): number {
  return Math.max(most, Math.abs(value));
}

/** Gaussian elimination of a positive definite matrix, which needs no pivots. */
function solved(matrix: readonly Float64Array[], y: Float64Array): Float64Array {
  const rows = matrix.map((row, i) => [...row, y[i]]);
  rows.forEach((pivot, k) => {
    for (const row of rows.slice(k + 1)) {
      const factor = row[k] / pivot[k];
      pivot.forEach((value, c) => {
        row[c] -= factor * value;
      });
    }
  });
  const solution = new Float64Array(y.length);
  for (let i = y.length - 1; i >= 0; i--) {
    const known = solution.reduce((sum, value, k) => (k > i ? sum + rows[i][k] * value : sum), 0);
    solution[i] = (rows[i][y.length] - known) / rows[i][i];
  }
  return solution;
}
