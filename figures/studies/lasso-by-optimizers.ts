import {
  adam,
  cosine,
  gradientDescent,
  lbfgs,
  momentum,
  type Optimizer,
  type Schedule,
  SmoothLasso,
  sgd,
} from "smooth-edges";
import {
  hadamardProduct,
  initialize,
  misalignment,
  surrogateObjective,
  unitGates,
} from "smooth-edges/surrogate";
import {
  afterPasses,
  coordinates,
  direct,
  type Method,
  type Problem,
  productOf,
  proximal,
  slopesOf,
  sumOfMagnitudes,
} from "./lasso-descents";
import { lambdaGrid, type RegressionSplit, regressionSplit } from "./regression-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { dot, largest } from "./vector";

const SIZE = { nSamples: 100, nFeatures: 200, nActive: 10 };
const N_LAMBDAS = 3;
/** The one of the lambdas whose gaps are kept look by look: a tenth of the largest. */
export const MIDDLE = 1;
/** Variances of the signal over that of the noise. */
export const SNRS: readonly number[] = [0.5, 1, 3, 10];
const SMALLEST_SHARE = 0.03;
/** Passes over the data that a run may take. */
const PASSES = 3000;
/** Passes after which a run is looked at, twelve to a decade. */
export const LOOKS: readonly number[] = [
  ...new Set(replicates(43).map((k) => Math.min(Math.round(10 ** (k / 12)), PASSES))),
];
/** Share of the optimal objective at which a run would be ended. */
export const TARGET = 1e-6;
const ZERO = 1e-6;
const PRODUCT = hadamardProduct({ depth: 2 });

/** Every method by its name; steps are shares of what the curvature of the squared error at coefficients allows. */
const METHODS: Readonly<Record<string, Method>> = {
  "u v: gradient descent": onFactors(({ curvature }) => gradientDescent({ step: 0.3 / curvature })),
  "u v: gradient descent, short steps": onFactors(({ curvature }) =>
    gradientDescent({ step: 0.03 / curvature }),
  ),
  "u v: momentum": onFactors(({ curvature }) => momentum({ step: 0.3 / curvature })),
  "u v: SGD": onFactors(stochastic({})),
  "u v: SGD, momentum": onFactors(stochastic({ kept: 0.9, share: 0.03 })),
  "u v: SGD, step to 0": onFactors(stochastic({ schedule: cosine({ steps: PASSES }) })),
  "u v: Adam": onFactors(() => adam({ step: 0.01 })),
  "u v: Adam, step to 0": onFactors(() => adam({ step: 0.01, schedule: cosine({ steps: PASSES }) })),
  "u v: L-BFGS": onFactors(() => lbfgs({ memory: 20 })),
  "direct: subgradients": direct(),
  "direct: subgradients, step to 0": direct(cosine({ steps: PASSES })),
  ISTA: proximal(false),
  FISTA: proximal(true),
  "coordinate descent": coordinates,
};

/** A run at one lambda. */
export interface Run {
  /** The objective over that of the optimum, less 1, at the end. */
  readonly gap: number;
  /** The first of {@link LOOKS} with a gap of at most {@link TARGET}, and the first at which a duality gap proves that. */
  readonly reached: number | null;
  readonly proved: number | null;
  /** Whether no duality gap at any look is below the gap, but for roundings. */
  readonly bounded: boolean;
  /** Coefficients above 1e-6 at the end that the lasso has not, those of the lasso that are not, and exact zeros. */
  readonly extra: number;
  readonly missing: number;
  readonly zeros: number;
  /** Of the factors at the end. */
  readonly misalignment?: number;
}

/** A method on one data set. */
export interface Outcome {
  /** A run at each lambda, from the largest down. */
  readonly runs: readonly Run[];
  /** The gaps at the lambda {@link MIDDLE}, at each of {@link LOOKS}. */
  readonly gaps: readonly number[];
}

/**
 * Ordinary optimizers on `u v` and on the penalty itself beside proximal steps and coordinate descent, by passes over the
 * data: how far each is from the certified optimum, and when a duality gap would have told so.
 */
export const lassoByOptimizers: Study = {
  name: "lasso-by-optimizers",
  title:
    "How near to the lasso do ordinary optimizers come, and does a certificate end them in time? (setting: ours)",
  tasks: (setting) =>
    grid({
      snr: setting === "quick" ? [3] : SNRS,
      method: setting === "quick" ? ["u v: L-BFGS", "FISTA"] : Object.keys(METHODS),
      replicate: replicates(COUNTS[setting]),
    }),
  run: ({ parameters: { snr, method, replicate } }: Task): Result => {
    const split = regressionSplit({ ...SIZE, rho: 0.5, snr: Number(snr), replicate: Number(replicate) });
    const curvature = curvatureOf(split);
    const ended = lambdaGrid(split, N_LAMBDAS + 1, SMALLEST_SHARE)
      .slice(1)
      .map((lambda) =>
        runOf(METHODS[String(method)], { ...split, lambda, curvature, seed: Number(replicate) }),
      );
    return { runs: ended.map(({ run }) => run), gaps: ended[MIDDLE].gaps };
  },
  // Where descent on a flat objective stands is decided by roundings.
  tolerance: 1e-2,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 50, paper: 50 };

function runOf(method: Method, problem: Problem): { readonly run: Run; readonly gaps: readonly number[] } {
  const { X, y, lambda } = problem;
  const options = { lambda, fitIntercept: false, standardize: false, tol: 1e-13 } as const;
  const optimum = new SmoothLasso(options).fit(X, y).coef;
  const best = standingOf(problem, optimum).objective;
  const gaps: number[] = [];
  const bounds: number[] = [];
  let ended: { readonly beta: Float64Array; readonly factors?: Float64Array } = { beta: optimum };
  let passes = 0;
  for (const state of method(problem)) {
    passes += 1;
    if (LOOKS.includes(passes)) {
      const { objective, dual } = standingOf(problem, state.beta);
      gaps.push(rounded(Math.max(0, objective / best - 1)));
      bounds.push(rounded(Math.max(0, (objective - dual) / best)));
    }
    ended = state;
    if (passes === PASSES) break;
  }
  // A method that stands still keeps its place.
  while (gaps.length < LOOKS.length) {
    gaps.push(gaps[gaps.length - 1]);
    bounds.push(bounds[bounds.length - 1]);
  }
  const { beta, factors } = ended;
  const lives = (value: number): boolean => Math.abs(value) > ZERO;
  const run = {
    gap: gaps[gaps.length - 1],
    reached: firstAtTarget(gaps),
    proved: firstAtTarget(bounds),
    bounded: bounds.every((bound, k) => bound >= 0.999 * gaps[k] - 1e-12),
    extra: beta.filter((b, j) => lives(b) && optimum[j] === 0).length,
    missing: beta.filter((b, j) => !lives(b) && optimum[j] !== 0).length,
    zeros: beta.filter((b) => b === 0).length,
    ...(factors && { misalignment: rounded(misalignment(PRODUCT, factors)) }),
  };
  return { run, gaps };
}

/** The first look at which a path is at most {@link TARGET}. */
function firstAtTarget(path: readonly number[]): number | null {
  return LOOKS[path.findIndex((value) => value <= TARGET)] ?? null;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** `(1/2n) norm2(y - X beta)^2 + lambda norm1(beta)`, and the dual at the residuals, scaled as is best. */
function standingOf(problem: Problem, beta: Float64Array): { objective: number; dual: number } {
  const { y, lambda } = problem;
  const n = y.length;
  const residuals = productOf(problem, beta).map((fitted, i) => y[i] - fitted);
  const bound = lambda / largest(slopesOf(problem, residuals));
  const squares = dot(residuals, residuals);
  const scale = Math.max(-bound, Math.min(bound, dot(residuals, y) / squares));
  const apart = y.map((value, i) => value - scale * residuals[i]);
  return {
    objective: squares / (2 * n) + lambda * sumOfMagnitudes(beta),
    dual: (dot(y, y) - dot(apart, apart)) / (2 * n),
  };
}

/** An optimizer on the surrogate, from one factor small and random, the other 1. */
function onFactors(make: (problem: Problem) => Optimizer): Method {
  return function* (problem) {
    const { X, y, lambda, seed } = problem;
    const Q = surrogateObjective(X, y, { parametrization: PRODUCT, lambda });
    const start = initialize(PRODUCT, X.nFeatures, unitGates({ fanIn: X.nFeatures, seed }));
    yield* afterPasses(Q, make(problem), start, (x) => ({ beta: Q.coefficients(x).coef, factors: x }));
  };
}

/** Mini-batches of 32 rows, an epoch a pass. */
function stochastic({
  share = 0.3,
  kept,
  schedule,
}: {
  readonly share?: number;
  readonly kept?: number;
  readonly schedule?: Schedule;
}): (problem: Problem) => Optimizer {
  return ({ curvature, seed }) =>
    sgd({ step: share / curvature, momentum: kept, schedule, batchSize: 32, seed });
}

/** The largest eigenvalue of `X'X / n`, by power iteration. */
function curvatureOf(split: RegressionSplit): number {
  let direction = new Float64Array(split.X.nFeatures).fill(1);
  let length = 0;
  for (let k = 0; k < 200; k++) {
    const image = slopesOf(split, productOf(split, direction));
    length = Math.sqrt(dot(image, image));
    direction = image.map((value) => value / length);
  }
  // It approaches the eigenvalue from below.
  return 1.01 * length;
}
