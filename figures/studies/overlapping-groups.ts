import { lbfgs, SmoothGroupLasso, seededRandom } from "smooth-edges";
import type { SmoothObjective } from "smooth-edges/surrogate";
import { DualRidge } from "./dual-ridge";
import { type Racer, raced, type Standing } from "./race";
import { selectionOf } from "./selection";
import { grid, type Result, replicates, type Study, type Task } from "./study";
import { dot, norm } from "./vector";

const SIZES: Readonly<Record<string, { nSamples: number; nFeatures: number }>> = {
  small: { nSamples: 40, nFeatures: 200 },
  full: { nSamples: 300, nFeatures: 3000 },
};
/** A group begins ten features after the one before and shares its last five with the next. */
const APART = 10;
const SHARED = 5;
const N_ACTIVE = 3;
const SHARE = 1 / 20;
/** Relative gap at which a method is done. */
const GOAL = 1e-8;

/** `sum_g sqrt(size_g) norm2(beta_g) + norm2(y - X beta)^2 / (2 lambda)`, over groups of features that overlap. */
interface Problem {
  readonly X: { readonly data: Float64Array; readonly nSamples: number; readonly nFeatures: number };
  readonly y: Float64Array;
  readonly ridge: DualRidge;
  readonly truth: Float64Array;
  readonly groups: readonly (readonly number[])[];
  /** The features of all groups, one group after the other; of each the root of the size of its group; where groups begin. */
  readonly members: Int32Array;
  readonly roots: Float64Array;
  readonly starts: Int32Array;
  readonly lambda: number;
}

/** An entry for each of the members. */
type Blocks = Float64Array;

export const METHODS: Readonly<
  Record<string, { racer: (problem: Problem, seed: number) => Racer; most: number }>
> = {
  "VarPro on gates": { racer: varPro, most: 300 },
  ...Object.fromEntries(
    [0.05, 1, 5, 10].map((gamma) => [
      `ADMM, γ = ${gamma}`,
      { racer: (problem: Problem) => admm(problem, gamma), most: 1000 },
    ]),
  ),
};

/** What a task gives, by method. */
export interface Overlapped {
  /** That were looked at; and the value there over the largest lower bound of all methods, less 1. */
  readonly iterations: Record<string, number[]>;
  readonly gaps: Record<string, number[]>;
  /** Of the processor until then. */
  readonly seconds: Record<string, number[]>;
  /** Of the last coefficients: their number above 1e-6, F1 of the true ones, and the error; of the latent group lasso too. */
  readonly ends: Record<string, { size: number; f1: number; error: number }>;
}

const LATENT = "latent, SmoothGroupLasso";

/**
 * After the script of Poon and Peyré (arXiv 2205.01385): 300 Gaussian rows without noise, 3000 features in 300
 * overlapping groups of 15, 3 of them active, and ADMM with four steps. Latent groups, a hundred draws and a small problem are ours.
 */
export const overlappingGroups: Study = {
  name: "overlapping-groups",
  title: "What do gates gain where groups overlap? (setting: Poon and Peyré's, latent groups ours)",
  tasks: (setting) => [
    ...grid({ size: ["small"], replicate: [0] }),
    ...(setting === "quick" ? [] : grid({ size: ["full"], replicate: replicates(100) })),
  ],
  run: ({ parameters: { size, replicate } }: Task): Result => {
    const problem = problemOf(String(size), Number(replicate));
    const runs = Object.entries(METHODS).map(([method, { racer, most }]) => ({
      method,
      ...raced(racer(problem, Number(replicate)), { goal: GOAL, most }),
    }));
    const bound = Math.max(...runs.map((run) => run.bound));
    const by = <T>(of: (run: (typeof runs)[number]) => T): Record<string, T> =>
      Object.fromEntries(runs.map((run) => [run.method, of(run)]));
    const end = (beta: Float64Array): Overlapped["ends"][string] => {
      const { size: found, f1 } = selectionOf(beta, problem.truth);
      const error = norm(beta.map((b, j) => b - problem.truth[j])) / norm(problem.truth);
      return { size: found, f1, error };
    };
    const result: Overlapped = {
      iterations: by((run) => run.iterations),
      gaps: by((run) => run.objectives.map((objective) => objective / bound - 1)),
      seconds: by((run) => run.seconds),
      ends: { ...by(({ beta }) => end(beta)), [LATENT]: end(latent(problem)) },
    };
    return { ...result };
  },
  measured: ["seconds"],
  tolerance: 1e-3,
};

function problemOf(size: string, seed: number): Problem {
  const { nSamples, nFeatures } = SIZES[size];
  const random = seededRandom(seed);
  const groups = Array.from({ length: nFeatures / APART }, (_, g) =>
    Array.from({ length: APART + SHARED }, (_, k) => g * APART + k).filter((j) => j < nFeatures),
  );
  const truth = new Float64Array(nFeatures);
  for (const g of random.permutation(groups.length).subarray(0, N_ACTIVE))
    for (const j of groups[g]) truth[j] = random.normal();
  const scale = 1 / Math.sqrt(nSamples);
  const data = Float64Array.from({ length: nSamples * nFeatures }, () => scale * random.normal());
  const X = { data, nSamples, nFeatures };
  const y = Float64Array.from({ length: nSamples }, (_, i) =>
    truth.reduce((sum, b, j) => sum + b * data[i * nFeatures + j], 0),
  );
  const ridge = new DualRidge(X, y);
  const slopes = ridge.correlations(y);
  const largest = Math.max(
    ...groups.map((group) => Math.hypot(...group.map((j) => slopes[j])) / Math.sqrt(group.length)),
  );
  const members = Int32Array.from(groups.flat());
  const roots = Float64Array.from(groups.flatMap((group) => group.map(() => Math.sqrt(group.length))));
  const starts = new Int32Array(groups.length + 1);
  groups.forEach((group, g) => {
    starts[g + 1] = starts[g] + group.length;
  });
  return { X, y, ridge, truth, groups, members, roots, starts, lambda: SHARE * largest };
}

/** `D beta`: of each group its coefficients times the root of its size. */
function blocksOf({ members, roots }: Problem, beta: Float64Array): Blocks {
  const blocks = new Float64Array(members.length);
  for (let k = 0; k < blocks.length; k++) blocks[k] = roots[k] * beta[members[k]];
  return blocks;
}

/** `D' a` */
function gathered({ members, roots, X }: Problem, a: Blocks): Float64Array {
  const sums = new Float64Array(X.nFeatures);
  for (let k = 0; k < a.length; k++) sums[members[k]] += roots[k] * a[k];
  return sums;
}

/** `norm2(a_g)^2` */
function squaredNorms({ starts }: Problem, a: Blocks): Float64Array {
  const squares = new Float64Array(starts.length - 1);
  for (let g = 0; g < squares.length; g++)
    for (let k = starts[g]; k < starts[g + 1]; k++) squares[g] += a[k] * a[k];
  return squares;
}

/**
 * Where coefficients stand. With `theta = (y - X beta) / lambda` scaled so that `X' theta = D' a`, `norm2(a_g) <= 1`, a point of
 * the dual has the value `y' theta - (lambda/2) norm2(theta)^2`; what `a` lacks of that equation goes to the first group.
 */
function standing(problem: Problem, beta: Float64Array, a: Blocks): Standing {
  const { ridge, members, roots, lambda, y } = problem;
  const r = ridge.residual(beta);
  const missing = gathered(problem, a);
  ridge.correlations(r).forEach((slope, j) => {
    missing[j] = slope / lambda - missing[j];
  });
  const mended = a.map((own, k) => {
    const lacking = missing[members[k]] / roots[k];
    missing[members[k]] = 0;
    return own + lacking;
  });
  const longest = Math.sqrt(Math.max(...squaredNorms(problem, mended)));
  const penalty = squaredNorms(problem, blocksOf(problem, beta)).reduce(
    (sum, square) => sum + Math.sqrt(square),
    0,
  );
  const objective = penalty + dot(r, r) / (2 * lambda);
  const scale = Math.min(1 / longest, dot(y, r) / dot(r, r));
  return { objective, bound: (scale * dot(y, r) - (scale ** 2 * dot(r, r)) / 2) / lambda, beta };
}

/**
 * L-BFGS on `F(v) = norm2(v)^2 / 2 + y' alpha / 2`, `alpha = (X diag(w) X' + lambda I)^-1 y`: a gate for each group, and
 * `1 / w_j` the sum of `size_g / v_g^2` over the groups of feature `j`. From a normal start.
 */
function varPro(problem: Problem, seed: number): Racer {
  const { ridge, groups, starts, lambda } = problem;
  const solve = (v: Float64Array): { beta: Float64Array; a: Blocks; value: number } => {
    const inverse = new Float64Array(ridge.nFeatures);
    groups.forEach((group, g) => {
      for (const j of group) inverse[j] += group.length / v[g] ** 2;
    });
    const weights = inverse.map((sum) => 1 / sum);
    const { images, value } = ridge.solve(weights, () => lambda);
    const beta = weights.map((weight, j) => weight * images[j]);
    // A gate that is closed has the weights of its features closed too.
    const a = blocksOf(problem, beta);
    v.forEach((gate, g) => {
      for (let k = starts[g]; k < starts[g + 1]; k++) a[k] = gate === 0 ? 0 : a[k] / gate ** 2;
    });
    return { beta, a, value };
  };
  const reduced: SmoothObjective = {
    size: groups.length,
    valueAndGradient(v, gradient) {
      const { a, value } = solve(v);
      const squares = squaredNorms(problem, a);
      v.forEach((gate, g) => {
        gradient[g] = gate * (1 - squares[g]);
      });
      return value + dot(v, v) / 2;
    },
  };
  const random = seededRandom(seed).split();
  return function* () {
    const start = Float64Array.from(groups, () => random.normal());
    const states = lbfgs({ memory: 5 }).iterate(reduced, start);
    states.next(); // the start
    for (const { x } of states) {
      yield () => {
        const { beta, a } = solve(x);
        return standing(problem, beta, a);
      };
    }
  };
}

/** The alternating direction method of multipliers with `z = D beta`, which is thresholded by groups. */
function admm(problem: Problem, gamma: number): Racer {
  const { ridge, members, starts, lambda } = problem;
  return function* () {
    const ones = new Float64Array(ridge.nFeatures).fill(1);
    const weights = gathered(problem, blocksOf(problem, ones)).map((sum) => 1 / sum);
    const solve = ridge.equations(weights, () => gamma);
    const z: Blocks = new Float64Array(members.length);
    const psi: Blocks = new Float64Array(members.length);
    const pulled: Blocks = new Float64Array(members.length);
    const a: Blocks = new Float64Array(members.length);
    for (;;) {
      for (let k = 0; k < pulled.length; k++) pulled[k] = z[k] + psi[k] / gamma;
      const centre = gathered(problem, pulled).map((sum, j) => weights[j] * sum);
      const images = ridge.correlations(solve(ridge.residual(centre)));
      const beta = centre.map((entry, j) => entry + weights[j] * images[j]);
      const blocks = blocksOf(problem, beta);
      for (let k = 0; k < pulled.length; k++) {
        a[k] = (gamma * (blocks[k] - z[k]) - psi[k]) / lambda;
        pulled[k] = blocks[k] - psi[k] / gamma;
      }
      squaredNorms(problem, pulled).forEach((square, g) => {
        const kept = Math.max(1 - lambda / gamma / Math.sqrt(square), 0);
        for (let k = starts[g]; k < starts[g + 1]; k++) {
          z[k] = kept * pulled[k];
          psi[k] += gamma * (z[k] - blocks[k]);
        }
      });
      yield () => standing(problem, beta, a);
    }
  };
}

/** Sums of vectors that each live on one group, `min sum_g sqrt(size_g) norm2(beta_g)`: a group lasso of repeated columns. */
function latent({ X, y, groups, lambda }: Problem): Float64Array {
  const members = groups.flatMap((group, g) => group.map((j) => ({ j, g })));
  const data = Float64Array.from({ length: X.nSamples * members.length }, (_, k) => {
    const i = Math.floor(k / members.length);
    return X.data[i * X.nFeatures + members[k - i * members.length].j];
  });
  const repeated = { data, nSamples: X.nSamples, nFeatures: members.length };
  const options = { lambda: lambda / X.nSamples, fitIntercept: false, standardize: false } as const;
  const { coef } = new SmoothGroupLasso({ ...options, groups: members.map(({ g }) => g) }).fit(repeated, y);
  const beta = new Float64Array(X.nFeatures);
  members.forEach(({ j }, k) => {
    beta[j] += coef[k];
  });
  return beta;
}
