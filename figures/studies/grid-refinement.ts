import { gradientDescent, lbfgs, minimize, SmoothLasso } from "smooth-edges";
import { type Simulation, simulateSpikes } from "smooth-edges/data";
import {
  equalFactors,
  hadamardDifference,
  initialize,
  type SmoothObjective,
  surrogateObjective,
} from "smooth-edges/surrogate";
import { grid, type Result, type Study, type Task } from "./study";

/** Iterations after which the gap is looked at. */
const LOOKS = [...new Set(Array.from({ length: 25 }, (_, k) => Math.round(10 ** (k / 6))))];
const LAST = LOOKS[LOOKS.length - 1];
/** Gaps of which the first iteration that has them is kept. */
const TARGETS = [1e-6, 1e-10];

/** `beta` after each iteration, for ever or until the method stands still. */
type Method = (problem: Problem) => Iterable<Float64Array>;

/** `(1/2) norm2(X beta - y)^2 + lambda norm1(beta)`, as the paper of the experiment has it. */
interface Problem extends Simulation {
  readonly lambda: number;
}

const METHODS: Readonly<Record<string, Method>> = {
  ISTA: ista,
  "gradient descent on a² − b²": descent,
  "VarPro and L-BFGS": varPro,
};

/**
 * Spikes on ever finer grids seen through five frequencies, after Poon and Peyré (arXiv 2205.01385: two
 * spikes, cutoff 2, lambda a thousandth of the largest). Start and steps of the descent are ours.
 */
export const gridRefinement: Study = {
  name: "grid-refinement",
  title:
    "What does a finer grid cost proximal steps, and what the surrogate? (setting: Poon and Peyré's, steps ours)",
  tasks: (setting) =>
    grid({
      nFeatures: setting === "quick" ? [50] : [50, 100, 200, 400, 800],
      method: Object.keys(METHODS),
    }),
  run: ({ parameters: { nFeatures, method } }: Task): Result => {
    const drawn = simulateSpikes({ nFeatures: Number(nFeatures) });
    const problem: Problem = { ...drawn, lambda: slopesOf(drawn, drawn.y).reduce(largest, 0) / 1000 };
    const best = objectiveAt(problem, optimum(problem));
    const gaps: number[] = [];
    const reached: (number | null)[] = TARGETS.map(() => null);
    let done = 0;
    let last = Number.NaN;
    for (const beta of METHODS[String(method)](problem)) {
      done += 1;
      last = Math.max(objectiveAt(problem, beta) / best - 1, 0);
      for (const [k, target] of TARGETS.entries()) if (last < target) reached[k] ??= done;
      if (LOOKS.includes(done)) gaps.push(last);
      if (done === LAST) break;
    }
    // A method that stands still keeps its gap.
    while (gaps.length < LOOKS.length) gaps.push(last);
    return { iterations: LOOKS, gaps, reached };
  },
  tolerance: 1e-3,
};

function optimum({ X, y, lambda }: Problem): Float64Array {
  const options = { fitIntercept: false, standardize: false, tol: 1e-13 } as const;
  return new SmoothLasso({ ...options, lambda: lambda / y.length }).fit(X, y).coef;
}

function* ista(problem: Problem): Generator<Float64Array> {
  const { X, lambda } = problem;
  const step = 1 / squaredNormOf(problem);
  let beta = new Float64Array(X.nFeatures);
  for (;;) {
    const slopes = slopesOf(problem, residualOf(problem, beta));
    beta = beta.map((b, j) => {
      const moved = b - step * slopes[j];
      return Math.sign(moved) * Math.max(Math.abs(moved) - step * lambda, 0);
    });
    yield beta;
  }
}

/** From `a = b = 1 / sqrt(p)`: no coefficient yet, and a penalty that does not grow with the grid. */
function descent({ X, y, lambda }: Problem): Float64Array[] {
  const parametrization = hadamardDifference({ depth: 2 });
  const Q = surrogateObjective(X, y, { parametrization, lambda: lambda / y.length });
  const start = initialize(parametrization, X.nFeatures, equalFactors(1 / Math.sqrt(X.nFeatures)));
  return iterates(Q, gradientDescent(), start, (x) => Q.coefficients(x).coef);
}

/**
 * `f(v) = min over u of (1/2 lambda) norm2(X (u v) - y)^2 + (norm2(u)^2 + norm2(v)^2)/2`, whose inner minimum costs the
 * solution of five equations.
 */
function varPro(problem: Problem): Float64Array[] {
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
  return iterates(reduced, lbfgs(), new Float64Array(p).fill(1), (v) => {
    const { image } = solve(v);
    return v.map((entry, j) => entry * entry * image[j]);
  });
}

function iterates(
  objective: SmoothObjective,
  optimizer: ReturnType<typeof lbfgs>,
  start: Float64Array,
  coefficients: (x: Float64Array) => Float64Array,
): Float64Array[] {
  const path: Float64Array[] = [];
  const onIteration = ({ x }: { x: Float64Array }): void => void path.push(coefficients(x));
  minimize(objective, optimizer, start, { maxIter: LAST, tol: 0, onIteration });
  return path;
}

function objectiveAt(problem: Problem, beta: Float64Array): number {
  const squares = residualOf(problem, beta).reduce((sum, r) => sum + r * r, 0);
  return squares / 2 + problem.lambda * beta.reduce((sum, b) => sum + Math.abs(b), 0);
}

/** `X beta - y` */
function residualOf({ X, y }: Simulation, beta: Float64Array): Float64Array {
  return y.map((value, i) => beta.reduce((sum, b, j) => sum + X.data[i * beta.length + j] * b, -value));
}

/** `X' r` */
function slopesOf({ X }: Simulation, r: Float64Array): Float64Array {
  const slopes = new Float64Array(X.nFeatures);
  r.forEach((value, i) => {
    for (let j = 0; j < slopes.length; j++) slopes[j] += X.data[i * slopes.length + j] * value;
  });
  return slopes;
}

/** The largest eigenvalue of `X X'`: its rows are orthogonal, with norms that are known. */
function squaredNormOf({ X }: Simulation): number {
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
