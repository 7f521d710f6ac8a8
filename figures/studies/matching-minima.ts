import { lbfgs, minimize, seededRandom } from "smooth-edges";
import {
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  localMinima,
  type Parametrization,
  surrogateObjective,
} from "smooth-edges/surrogate";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** Coefficients as close as this are the same. */
export const SAME = 1e-6;
const N_SAMPLES = 20;
const LAMBDA = 0.4;
/** Weight of what all features share. */
const COMMON = 0.3;

/** Small data and the depth: `P`, a function of the coefficients alone. */
interface Problem {
  readonly X: number[][];
  readonly y: number[];
  readonly depth: number;
}

/** What a task gives. */
export interface Matched {
  /** By support and signs, on `P` alone. */
  readonly enumerated: number[][];
  /** By a search without derivatives, on `P` alone. */
  readonly searched: number[][];
  /** Where descent on `Q` ended, each limit once, of every map. */
  readonly limits: Record<string, number[][]>;
  /** How many starts led to each of these. */
  readonly runs: Record<string, number[]>;
}

/**
 * The local minima of `P(beta) = (1/2n) norm2(y - X beta)^2 + lambda sum |beta_j|^q`, found twice without
 * `Q`, beside the limits of L-BFGS on `Q` from many random starts.
 */
export const matchingMinima: Study = {
  name: "matching-minima",
  title:
    "Are the limits of descent on the surrogate all local minima of the sparse problem, and no others? (setting: ours)",
  tasks: (setting) =>
    grid({
      depth: setting === "quick" ? [3] : [2.5, 3, 4],
      nFeatures: setting === "quick" ? [1, 2] : [1, 2, 3],
      replicate: replicates(COUNTS[setting]),
    }),
  run: (task: Task): Result => {
    const problem = problemOf(task);
    const { X, y, depth } = problem;
    const maps = mapsOf(depth);
    const { inducedPenalty: penalty } = maps.shared;
    const limits = Object.entries(maps).map(([map, K]) => ({ map, ...limitsOf(problem, K) }));
    const matched: Matched = {
      enumerated: localMinima(X, y, { penalty, lambda: LAMBDA }).map(({ beta }) => [...beta]),
      searched: searched(problem),
      limits: Object.fromEntries(limits.map(({ map, betas }) => [map, betas])),
      runs: Object.fromEntries(limits.map(({ map, runs }) => [map, runs])),
    };
    return { ...matched };
  },
  // Starts near the border of two basins go to either by roundings.
  measured: ["runs"],
  tolerance: 1e-5,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };
/** Random starts on each map, by the number of features. */
const STARTS: Readonly<Record<number, number>> = { 1: 200, 2: 500, 3: 1000 };

function mapsOf(depth: number): Record<string, Parametrization> {
  if (!Number.isInteger(depth)) return { shared: hadamardPower({ depth }) };
  return {
    product: hadamardProduct({ depth }),
    difference: hadamardDifference({ depth }),
    shared: hadamardPower({ depth }),
  };
}

/** Correlated features and a response that all of them explain, so that many supports are worth while. */
export function problemOf({ parameters: { depth, nFeatures, replicate } }: Task): Problem {
  const random = seededRandom(100 * Number(nFeatures) + Number(replicate));
  const X = Array.from({ length: N_SAMPLES }, () => {
    const common = random.normal();
    return Array.from({ length: Number(nFeatures) }, () => COMMON * common + random.normal());
  });
  const y = X.map((row) => row.reduce((sum, x, j) => sum + x * (j % 2 ? -1.5 : 1.5), 0.3 * random.normal()));
  return { X, y, depth: Number(depth) };
}

/**
 * Every limit of L-BFGS from random starts, the factors of random coefficients out of balance: some near zero, since most of
 * those stay there, others anywhere.
 */
function limitsOf(
  { X, y }: Problem,
  parametrization: Parametrization,
): { betas: number[][]; runs: number[] } {
  const p = X[0].length;
  const random = seededRandom(7);
  const Q = surrogateObjective(X, y, { parametrization, lambda: LAMBDA });
  const x0 = new Float64Array(Q.size);
  const betas: number[][] = [];
  const runs: number[] = [];
  for (let start = 0; start < STARTS[p]; start++) {
    const beta0 = Float64Array.from(X[0], () => (random.uniform() < 0.4 ? 1e-4 : 4 * random.uniform() - 2));
    parametrization.rightInverse(beta0, x0);
    for (const [i, entry] of x0.entries()) x0[i] = entry * (1 + 0.3 * random.normal());
    const { x } = minimize(Q, lbfgs(), x0, { tol: 1e-12, maxIter: 5000 });
    const beta = [...Q.coefficients(x).coef];
    const known = betas.findIndex((other) => distance(other, beta) < SAME);
    if (known >= 0) runs[known] += 1;
    else {
      betas.push(beta);
      runs.push(1);
    }
  }
  return { betas, runs };
}

/** Where a coefficient starts in the search without derivatives. */
const PLACES = [0, 0.3, -0.3, 0.8, -0.8, 1.5, -1.5];
/** The longest step of that search, and that of a coefficient from zero: longer ones leave the narrow basins of zero. */
const LONGEST = 4e-3;
const OUT_OF_ZERO = 1e-7;

/**
 * Local minima of `P` by values alone: from every combination of places the best of all `3^p - 1` neighbours at a distance
 * is taken while there is a better one, then the distance is halved. Zeros that start as zeros are met exactly.
 */
function searched(problem: Problem): number[][] {
  const p = problem.X[0].length;
  const directions = combinations(p, [0, 1, -1]).slice(1);
  const found: number[][] = [];
  for (const start of combinations(p, PLACES)) {
    let beta = start;
    let value = objective(problem, beta);
    for (let step = LONGEST; step > 1e-9; ) {
      const options = directions.map((d) =>
        beta.map((b, j) => b + d[j] * (b === 0 ? Math.min(step, OUT_OF_ZERO) : step)),
      );
      const values = options.map((option) => objective(problem, option));
      const best = values.indexOf(Math.min(...values));
      if (values[best] < value) [beta, value] = [options[best], values[best]];
      else step /= 2;
    }
    if (!found.some((other) => distance(other, beta) < SAME)) found.push(beta);
  }
  return found;
}

/** `P(beta)` */
export function objective({ X, y, depth }: Problem, beta: readonly number[]): number {
  let squares = 0;
  X.forEach((row, i) => {
    let residual = y[i];
    for (let j = 0; j < beta.length; j++) residual -= row[j] * beta[j];
    squares += residual * residual;
  });
  return squares / (2 * X.length) + LAMBDA * beta.reduce((sum, b) => sum + Math.abs(b) ** (2 / depth), 0);
}

/** All `values.length^p` vectors of the values, that of the first value alone first. */
function combinations(p: number, values: readonly number[]): number[][] {
  let vectors: number[][] = [[]];
  for (let j = 0; j < p; j++)
    vectors = vectors.flatMap((vector) => values.map((value) => [...vector, value]));
  return vectors;
}

/** The largest difference of two entries. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, j) => Math.abs(value - b[j])));
}
