import { lbfgs, SmoothLasso } from "smooth-edges";
import { type Simulation, simulateCompressedSensing } from "smooth-edges/data";
import type { SmoothObjective } from "smooth-edges/surrogate";
import { DualRidge, type DualSolution } from "./dual-ridge";
import { type Racer, raced, type Standing } from "./race";
import { selectionOf } from "./selection";
import { grid, type Result, replicates, type Study, type Task } from "./study";
import { dot, largest, norm } from "./vector";

const SIZES: Readonly<Record<string, { nSamples: number; nFeatures: number; nActive: number }>> = {
  small: { nSamples: 60, nFeatures: 200, nActive: 5 },
  full: { nSamples: 300, nFeatures: 2000, nActive: 40 },
};
/** The standard deviation of the noise over that of the entries of `X`. */
const NOISE = 0.1;
/** Relative gap at which a method is done. */
const GOAL = 1e-8;

/** `norm1(beta) + norm2(y - X beta) / mu` */
interface Problem extends Simulation {
  readonly ridge: DualRidge;
  readonly mu: number;
}

export const METHODS: Readonly<Record<string, { racer: (problem: Problem) => Racer; most: number }>> = {
  "VarPro, loss lifted": { racer: varPro, most: 300 },
  "gates, loss as it is": { racer: gates, most: 3000 },
  "scaled lasso": { racer: scaledLasso, most: 50 },
  "coordinate descent": { racer: coordinates, most: 200 },
};

/** What a task gives, by method. */
export interface Rooted {
  /** That were looked at; and the value there over the largest lower bound of all methods, less 1. */
  readonly iterations: Record<string, number[]>;
  readonly gaps: Record<string, number[]>;
  /** Of the processor until then. */
  readonly seconds: Record<string, number[]>;
  /** Of the last coefficients: `norm2(y - X beta) / norm2(y)`, their number above 1e-6, F1 of the true ones, and the error. */
  readonly ends: Record<string, { residual: number; size: number; f1: number; error: number }>;
}

/**
 * After the script of Poon and Peyré (arXiv 2205.01385): 300 Gaussian rows, 2000 features, 40 of them active,
 * noise of 0.1, mu a twentieth of the largest; to which we add a half, where the loss has no kink at the minimum, and a
 * small problem.
 */
export const squareRootLasso: Study = {
  name: "square-root-lasso",
  title:
    "Does the surrogate reach the minimum where the loss has a kink? (setting: Poon and Peyré's, the larger penalty ours)",
  tasks: (setting) => [
    ...grid({ size: ["small"], share: [1 / 2, 1 / 20], replicate: [0] }),
    ...(setting === "quick"
      ? []
      : grid({
          size: ["full"],
          share: [1 / 2, 1 / 20],
          replicate: replicates(100),
        })),
  ],
  run: ({ parameters: { size, share, replicate } }: Task): Result => {
    const problem = problemOf(String(size), Number(share), Number(replicate));
    const runs = Object.entries(METHODS).map(([method, { racer, most }]) => ({
      method,
      ...raced(racer(problem), { goal: GOAL, most }),
    }));
    const bound = Math.max(...runs.map((run) => run.bound));
    const by = <T>(of: (run: (typeof runs)[number]) => T): Record<string, T> =>
      Object.fromEntries(runs.map((run) => [run.method, of(run)]));
    const result: Rooted = {
      iterations: by((run) => run.iterations),
      gaps: by((run) => run.objectives.map((objective) => objective / bound - 1)),
      seconds: by((run) => run.seconds),
      ends: by(({ beta }) => {
        const { size: found, f1 } = selectionOf(beta, problem.coef);
        const error = norm(beta.map((b, j) => b - problem.coef[j])) / norm(problem.coef);
        return { residual: norm(problem.ridge.residual(beta)) / norm(problem.y), size: found, f1, error };
      }),
    };
    return { ...result };
  },
  measured: ["seconds"],
  tolerance: 1e-3,
};

/** Columns have norm one on average, which changes neither coefficients nor the share. */
function problemOf(size: string, share: number, seed: number): Problem {
  const sizes = SIZES[size];
  const data = simulateCompressedSensing({ ...sizes, sigma: NOISE / Math.sqrt(sizes.nSamples), seed });
  const ridge = new DualRidge(data.X, data.y);
  return { ...data, ridge, mu: (share * largest(ridge.correlations(data.y))) / norm(data.y) };
}

/** Where coefficients stand, with the bound `y' a` of a point of the dual, `norm2(a) <= 1 / mu`, `|X' a| <= 1`, along a direction. */
function standing({ ridge, y, mu }: Problem, beta: Float64Array, direction?: Float64Array): Standing {
  const r = ridge.residual(beta);
  const a = direction ?? r;
  const scale = Math.max(mu * norm(a), largest(ridge.correlations(a)));
  const objective = beta.reduce((sum, b) => sum + Math.abs(b), 0) + norm(r) / mu;
  return { objective, bound: dot(y, a) / scale, beta };
}

/**
 * L-BFGS on `F(v, z) = norm2(v)^2 / 2 + z^2 / (2 mu) + y' alpha / 2`, `alpha = (X diag(v^2) X' + mu z^2 I)^-1 y`: of the
 * factors of `beta = u v` and of the residual `y - X beta = z w` those that are not `v` and `z` are eliminated.
 */
function varPro(problem: Problem): Racer {
  const { ridge, mu } = problem;
  const p = ridge.nFeatures;
  const solve = (x: Float64Array): DualSolution => {
    const weights = x.subarray(0, p).map((gate) => gate * gate);
    return ridge.solve(weights, () => mu * x[p] ** 2);
  };
  const reduced: SmoothObjective = {
    size: p + 1,
    valueAndGradient(x, gradient) {
      const { alpha, images, value } = solve(x);
      images.forEach((image, j) => {
        gradient[j] = x[j] * (1 - image * image);
      });
      const [v, z] = [x.subarray(0, p), x[p]];
      gradient[p] = z / mu - mu * z * dot(alpha, alpha);
      return value + dot(v, v) / 2 + (z * z) / (2 * mu);
    },
  };
  return function* () {
    const states = lbfgs({ memory: 20 }).iterate(reduced, new Float64Array(p + 1).fill(1));
    states.next(); // the start
    for (const { x } of states) {
      yield () => {
        const { alpha, images } = solve(x);
        const beta = images.map((image, j) => x[j] ** 2 * image);
        return standing(problem, beta, alpha);
      };
    }
  };
}

/** L-BFGS on `norm2(y - X (u v)) / mu + (norm2(u)^2 + norm2(v)^2) / 2`, whose loss has a kink where it is zero. */
function gates(problem: Problem): Racer {
  const { ridge, mu } = problem;
  const p = ridge.nFeatures;
  const product = (x: Float64Array): Float64Array => x.slice(0, p).map((u, j) => u * x[p + j]);
  const kinked: SmoothObjective = {
    size: 2 * p,
    valueAndGradient(x, gradient) {
      const r = ridge.residual(product(x));
      const length = norm(r);
      ridge.correlations(r).forEach((slope, j) => {
        gradient[j] = x[j] - (slope * x[p + j]) / (mu * length);
        gradient[p + j] = x[p + j] - (slope * x[j]) / (mu * length);
      });
      return length / mu + dot(x, x) / 2;
    },
  };
  return function* () {
    const start = new Float64Array(2 * p).fill(1, p);
    const states = lbfgs({ memory: 20 }).iterate(kinked, start);
    states.next(); // the start
    for (const { x } of states) yield () => standing(problem, product(x));
  };
}

/** Lassos of `lambda = mu sigma`, `sigma` the norm of the residual of the one before, until it hardly moves. */
function scaledLasso(problem: Problem): Racer {
  const { ridge, X, y, mu } = problem;
  return function* () {
    let beta = new Float64Array(X.nFeatures);
    for (let sigma = norm(y); sigma > 1e-12 * norm(y); ) {
      const lambda = (mu * sigma) / y.length;
      beta = Float64Array.from(
        new SmoothLasso({ lambda, fitIntercept: false, standardize: false, tol: 1e-10 }).fit(X, y).coef,
      );
      sigma = norm(ridge.residual(beta));
      const there = beta;
      yield () => standing(problem, there);
    }
  };
}

/** The exact minimum over one coefficient after the other, after Belloni, Chernozhukov and Wang (Biometrika 98, 2011). */
function coordinates(problem: Problem): Racer {
  const { X, y, mu } = problem;
  const columns = Array.from({ length: X.nFeatures }, (_, j) => y.map((_, i) => X.data[i * X.nFeatures + j]));
  const squares = columns.map((column) => dot(column, column));
  return function* () {
    const beta = new Float64Array(X.nFeatures);
    const r = y.slice();
    for (;;) {
      columns.forEach((column, j) => {
        const before = beta[j];
        const slope = dot(column, r) + squares[j] * before;
        const rest = dot(r, r) + 2 * before * slope - squares[j] * before * before;
        beta[j] = 0;
        if (Math.abs(slope) > mu * Math.sqrt(rest) && squares[j] > mu * mu) {
          const left = Math.max(rest - slope ** 2 / squares[j], 0);
          const shrunk = Math.abs(slope) - Math.sqrt(left / (1 / mu ** 2 - 1 / squares[j]));
          beta[j] = (Math.sign(slope) * Math.max(shrunk, 0)) / squares[j];
        }
        const change = before - beta[j];
        if (change !== 0) for (let i = 0; i < r.length; i++) r[i] += change * column[i];
      });
      yield () => standing(problem, beta);
    }
  };
}
