import {
  adam,
  gradientDescent,
  lbfgs,
  minimize,
  nesterov,
  type Optimizer,
  SmoothLasso,
  SparseLinearModel,
  sgd,
} from "smooth-edges";
import { simulateGroups, simulateToeplitz } from "smooth-edges/data";
import { surrogateDescent, varPro } from "smooth-edges/solvers";
import {
  groupHadamardProduct,
  hadamardProduct,
  type Initialization,
  nestedHadamard,
  type Parametrization,
  surrogateObjective,
  unbalanced,
  varianceMatched,
} from "smooth-edges/surrogate";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const ITERATIONS = 1000;
const LAMBDA = 0.3;

/** One fit: what it was made by, and whether its certificate passed. */
export interface Fitted {
  readonly method: string;
  readonly rate: string;
  readonly start: string;
  readonly passed: boolean;
}

/** Sizes of supports and in how many features they differ; of the descent's own only where it did not diverge. */
export interface Supports {
  readonly lasso: number;
  /** Of the lasso that the law predicts. */
  readonly law: number;
  readonly diverged: boolean;
  readonly stochastic?: number;
  readonly fromLasso?: number;
  readonly fromLaw?: number;
}

const KINDS: Readonly<Record<string, (parameters: Task["parameters"]) => Result>> = {
  certificates,
  absorption,
  support,
};

/**
 * Optimizers, rates, starts, depths and structures: how often the certificate passes. And where plain stochastic descent
 * ends: its noise vanishes at zero, which therefore attracts by a law, `|g| < lambda + (step / 2) Var(g)`, after Chen et al.
 * (arXiv 2306.04251) and Ziyin et al. (arXiv 2303.13093).
 */
export const optimizationDynamics: Study = {
  name: "optimization-dynamics",
  title: "Which optimizer is certified, and where does plain stochastic descent end? (setting: ours)",
  tasks: (setting) => [
    ...grid({
      kind: ["certificates"],
      structure: setting === "quick" ? ["element"] : Object.keys(STRUCTURES),
      depth: setting === "quick" ? [2] : [2, 3, 4],
      replicate: replicates(COUNTS[setting]),
    }).filter(({ parameters: { structure, depth } }) => structure !== "nested" || depth !== 2),
    ...grid({
      kind: ["absorption"],
      step: setting === "quick" ? [0.03] : [0.003, 0.01, 0.03, 0.1],
      batchSize: setting === "quick" ? [10] : [1, 2, 4, 10, 20],
    }),
    ...grid({
      kind: ["support"],
      step: setting === "quick" ? [0.1] : [0.02, 0.05, 0.1],
      batchSize: setting === "quick" ? [2] : [2, 10],
      replicate: replicates(SUPPORT_COUNTS[setting]),
    }),
  ],
  run: ({ parameters }: Task): Result => KINDS[String(parameters.kind)](parameters),
  tolerance: 1e-2,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 50, paper: 50 };
/** More, since supports differ by single features. */
const SUPPORT_COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

const STRUCTURES: Readonly<Record<string, (groups: number[], depth: number) => Parametrization>> = {
  element: (_, depth) => hadamardProduct({ depth }),
  group: (groups, depth) => groupHadamardProduct(groups, { depth }),
  nested: (groups, depth) => nestedHadamard(groups, { elementwiseDepth: 2, depth }),
};

const STARTS: Readonly<Record<string, Initialization>> = {
  "u = 0, others 1": unbalanced(),
  "u = 0, others small": unbalanced({ magnitude: 1e-3 }),
  "all random": varianceMatched({ sigma: 0.1 }),
};

/** By name and rate; "own" where the method chooses its step. */
const METHODS: readonly [string, string, Optimizer][] = [
  ["gradient descent", "own", gradientDescent()],
  ["Nesterov", "own", nesterov()],
  ...[0.01, 0.1, 1].flatMap((step): [string, string, Optimizer][] => [
    ["gradient descent", String(step), gradientDescent({ step })],
    ["Nesterov", String(step), nesterov({ step })],
    ["SGD", String(step), sgd({ step, batchSize: 10, seed: 1 })],
    ["Adam", String(step), adam({ step })],
  ]),
  ["L-BFGS", "own", lbfgs()],
];

/** 60 rows, eight groups of five, three of them informative; each fit may take 1000 iterations, epochs for SGD. */
function certificates({ structure, depth, replicate }: Task["parameters"]): Result {
  const { X, y, groups } = simulateGroups({
    nSamples: 60,
    groupSizes: new Array<number>(8).fill(5),
    nActive: 3,
    seed: Number(replicate),
  });
  const parametrization = STRUCTURES[String(structure)](groups, Number(depth));
  const options = { lambda: LAMBDA, maxIter: ITERATIONS, standardize: false };
  const fits: Fitted[] = METHODS.flatMap(([method, rate, optimizer]) =>
    Object.entries(STARTS).map(([start, scheme]) => {
      const solver = surrogateDescent(parametrization, optimizer, { init: scheme });
      const { status } = new SparseLinearModel({ ...options, parametrization, solver }).fit(X, y);
      return { method, rate, start, passed: status === "converged" };
    }),
  );
  if (depth === 2 && structure !== "nested") {
    const { status } = new SparseLinearModel({ ...options, parametrization, solver: varPro() }).fit(X, y);
    fits.push({ method: "VarPro", rate: "own", start: "its own", passed: status === "converged" });
  }
  return { fits };
}

const N_SAMPLES = 40;
const EPOCHS = 2000;

/**
 * The slack `|g| - lambda` at which factors near zero neither grow nor shrink, by bisection, and by the law. They start so
 * near that the loss is linear; all batches of an epoch together are all samples.
 */
function absorption({ step, batchSize }: Task["parameters"]): Result {
  const [eta, m, noise, lambda] = [Number(step), Number(batchSize), 2, 0.1];
  // Of the mean of m slopes of N, drawn without replacement.
  const variance = ((noise ** 2 / m) * (N_SAMPLES - m)) / (N_SAMPLES - 1);
  const X = Array.from({ length: N_SAMPLES }, () => [1]);
  const grows = (slack: number): boolean => {
    const y = X.map((_, i) => lambda + slack + (i % 2 ? noise : -noise));
    const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda });
    const optimizer = sgd({ step: eta, batchSize: m, seed: 1 });
    const { x } = minimize(Q, optimizer, [1e-100, 1e-100], { maxIter: EPOCHS, tol: 0 });
    return x[0] > 1e-100;
  };
  let [low, high] = [0, 1];
  for (let k = 0; k < 20; k++) {
    const middle = (low + high) / 2;
    if (grows(middle)) high = middle;
    else low = middle;
  }
  return { critical: (low + high) / 2, law: (eta / 2) * variance };
}

/** Number of steps times their size, so that short steps come as far as long ones. */
const TIME = 12000;

/** The supports of the lasso, of plain stochastic descent after {@link TIME}, and of the lasso that the law predicts. */
function support({ step, batchSize, replicate }: Task["parameters"]): Result {
  const n = 60;
  const { X, y } = simulateToeplitz({ nSamples: n, nFeatures: 40, nActive: 5, seed: Number(replicate) });
  const lambda = 0.2;
  const [eta, m] = [Number(step), Number(batchSize)];
  const options = { lambda, standardize: false, fitIntercept: false, tol: 1e-10 } as const;
  const lasso = new SmoothLasso(options).fit(X, y).coef;
  // The law raises lambda by the variance of each slope, which depends on the solution: a few rounds settle it.
  let predicted = lasso;
  for (let round = 0; round < 20; round++) {
    const penaltyFactors = slopeVariances(X, y, predicted).map(
      (variance) => 1 + ((eta / 2) * (variance / m) * ((n - m) / (n - 1))) / lambda,
    );
    predicted = new SmoothLasso({ ...options, penaltyFactors }).fit(X, y).coef;
  }
  const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda });
  const { x, status } = minimize(Q, sgd({ step: eta, batchSize: m, seed: 1 }), Q.startingPoint(), {
    maxIter: Math.round((TIME * m) / (n * eta)),
    tol: 0,
  });
  const found = { lasso: sizeOf(lasso), law: sizeOf(predicted) };
  // The last finite point of a run that overflows is where its last whole epoch began: no result of the method.
  if (status === "stalled") return { ...found, diverged: true };
  const ended = Q.coefficients(x).coef;
  const [fromLasso, fromLaw] = [lasso, predicted].map((other) => nApart(ended, other));
  return { ...found, diverged: false, stochastic: sizeOf(ended), fromLasso, fromLaw };
}

const lives = (coefficient: number): boolean => Math.abs(coefficient) > 1e-6;
const sizeOf = (beta: Float64Array): number => beta.filter(lives).length;
const nApart = (one: Float64Array, other: Float64Array): number =>
  one.filter((b, j) => lives(b) !== lives(other[j])).length;

/** Variances over the samples, with divisor n, of `x_ij (x_i' beta - y_i)`. */
function slopeVariances(
  X: { readonly data: Float64Array; readonly nSamples: number; readonly nFeatures: number },
  y: Float64Array,
  beta: Float64Array,
): number[] {
  const { data, nSamples: n, nFeatures: p } = X;
  const residuals = y.map((value, i) => beta.reduce((sum, b, j) => sum + data[i * p + j] * b, -value));
  return Array.from(beta, (_, j) => {
    const slopes = residuals.map((residual, i) => residual * data[i * p + j]);
    const mean = slopes.reduce((sum, slope) => sum + slope, 0) / n;
    return slopes.reduce((sum, slope) => sum + (slope - mean) ** 2, 0) / n;
  });
}
