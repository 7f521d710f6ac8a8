import {
  adam,
  cosine,
  lbfgs,
  logistic,
  minimize,
  type Optimizer,
  SmoothLasso,
  seededRandom,
} from "smooth-edges";
import {
  hadamardDifference,
  hadamardProduct,
  type Parametrization,
  type StochasticObjective,
} from "smooth-edges/surrogate";
import { type Madelon, simulateMadelon } from "./madelon";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const N_SAMPLES = 2600;
const LAMBDA = 0.01;
const BATCH_SIZE = 64;

/** Epochs after which the gap is looked at. */
export const LOOKS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 400];
const EPOCHS = LOOKS[LOOKS.length - 1];

/** Coefficients above such a magnitude count as kept, at each in turn. */
export const MAGNITUDES: readonly number[] = Array.from({ length: 27 }, (_, k) => 10 ** (-13 + k / 2));
/** The one at which supports are compared. */
export const KEPT = 1e-3;

/** A method: what it descends, and how; an iteration is an epoch, or a step of L-BFGS. */
interface Way {
  /** Undefined: the penalty itself, by its slope, 0 at 0. */
  readonly parametrization?: Parametrization;
  readonly optimizer: (replicate: number) => Optimizer;
}

const steady = (step: number) => (seed: number) => adam({ step, batchSize: BATCH_SIZE, seed });
const falling = (step: number) => (seed: number) =>
  adam({
    step,
    batchSize: BATCH_SIZE,
    seed,
    schedule: cosine({ steps: EPOCHS * Math.ceil(N_SAMPLES / BATCH_SIZE) }),
  });

const WAYS: Readonly<Record<string, Way>> = {
  "Adam 1e-4 on u v": { parametrization: hadamardProduct({ depth: 2 }), optimizer: steady(1e-4) },
  "Adam 1e-4 on a² − b²": { parametrization: hadamardDifference({ depth: 2 }), optimizer: steady(1e-4) },
  "Adam 1e-4 on |β|": { optimizer: steady(1e-4) },
  "Adam 1e-3 to 0 on u v": { parametrization: hadamardProduct({ depth: 2 }), optimizer: falling(1e-3) },
  "Adam 1e-3 to 0 on a² − b²": {
    parametrization: hadamardDifference({ depth: 2 }),
    optimizer: falling(1e-3),
  },
  "Adam 1e-3 to 0 on |β|": { optimizer: falling(1e-3) },
  "L-BFGS on u v": { parametrization: hadamardProduct({ depth: 2 }), optimizer: () => lbfgs() },
};

/** What a task gives. */
export interface Descended {
  readonly exact: {
    readonly objective: number;
    /** Of the loss alone. */
    readonly loss: number;
    /** What the objective lies above its least value at most. */
    readonly dualityGap: number;
    readonly support: number[];
  };
  /** The objective above the exact one, an entry a look. */
  readonly gaps: number[];
  /** Of the loss alone, at the end. */
  readonly loss: number;
  /** Coefficients above each of {@link MAGNITUDES}. */
  readonly sizes: number[];
  /** Coefficients above {@link KEPT} here and zero in the exact solution, and the other way round. */
  readonly more: number;
  readonly fewer: number;
}

/**
 * A logistic lasso by Adam on factors, from small batches, against the certified optimum, on data after Madelon's recipe: the
 * step of 1e-4 and lambda are the source's, batches and epochs ours.
 */
export const logisticByAdam: Study = {
  name: "logistic-by-adam",
  title:
    "Does Adam on factors end in the logistic lasso? (setting: the source's step and lambda; data and epochs ours)",
  tasks: (setting) =>
    grid({
      replicate: replicates(COUNTS[setting]),
      way: setting === "quick" ? ["L-BFGS on u v"] : Object.keys(WAYS),
    }),
  run: ({ parameters: { replicate, way } }: Task): Result => ({
    ...descended(Number(replicate), WAYS[String(way)]),
  }),
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

function descended(replicate: number, { parametrization, optimizer }: Way): Descended {
  const data = simulateMadelon(N_SAMPLES, replicate);
  const options = { datafit: logistic(), lambda: LAMBDA, standardize: false, tol: 1e-12 };
  const exact = new SmoothLasso(options).fit(data.X, data.y);
  const { objective, dualityGap } = exact.certificate;
  const ours = parametrization ? factorized(data, parametrization) : penalized(data);
  const gapAt = (x: Float64Array): number => {
    const { coef, intercept } = ours.coefficients(x);
    return lossAndSlopes(data, coef, intercept) + LAMBDA * norm1(coef) - objective;
  };
  const gaps: number[] = [];
  const { x } = minimize(ours, optimizer(replicate), ours.start(replicate), {
    maxIter: EPOCHS,
    tol: 1e-10,
    onIteration: (state, iteration) => void (LOOKS.includes(iteration) && gaps.push(gapAt(state.x))),
  });
  // A method that has converged keeps its gap.
  while (gaps.length < LOOKS.length) gaps.push(gapAt(x));
  const { coef, intercept } = ours.coefficients(x);
  const kept = coef.map((b) => Number(Math.abs(b) > KEPT));
  return {
    exact: {
      objective,
      loss: objective - LAMBDA * norm1(exact.coef),
      dualityGap: dualityGap as number,
      support: Array.from(exact.support),
    },
    gaps,
    loss: lossAndSlopes(data, coef, intercept),
    sizes: MAGNITUDES.map((magnitude) => coef.filter((b) => Math.abs(b) > magnitude).length),
    more: kept.filter((one, j) => one && exact.coef[j] === 0).length,
    fewer: kept.filter((one, j) => !one && exact.coef[j] !== 0).length,
  };
}

/** What is descended: the surrogate, or `P` itself, the intercept last. */
interface Objective extends StochasticObjective {
  start(seed: number): Float64Array;
  coefficients(x: Float64Array): { readonly coef: Float64Array; readonly intercept: number };
}

/** `Q`, from normal numbers of standard deviation 0.1. */
function factorized(data: Madelon, parametrization: Parametrization): Objective {
  const p = data.X.nFeatures;
  const size = parametrization.surrogateSize(p);
  const coef = new Float64Array(p);
  const slopes = new Float64Array(p + 1);
  return objectiveOf(data, {
    size: size + 1,
    start: (seed) => {
      const random = seededRandom(seed);
      return Float64Array.from({ length: size + 1 }, (_, k) => (k < size ? 0.1 * random.normal() : 0));
    },
    coefficients(x) {
      const beta = new Float64Array(p);
      parametrization.forward(x.subarray(0, size), beta);
      return { coef: beta, intercept: x[size] };
    },
    batchValueAndGradient(x, rows, gradient) {
      const xi = x.subarray(0, size);
      parametrization.forward(xi, coef);
      const loss = lossAndSlopes(data, coef, x[size], slopes, rows);
      gradient.fill(0);
      parametrization.pullback(xi, slopes.subarray(0, p), gradient.subarray(0, size));
      parametrization.addSurrogateGradient(xi, LAMBDA, gradient.subarray(0, size));
      gradient[size] = slopes[p];
      return loss + LAMBDA * parametrization.surrogatePenalty(xi);
    },
  });
}

/** `P` with the slope of the penalty taken as 0 at 0, from 0. */
function penalized(data: Madelon): Objective {
  const p = data.X.nFeatures;
  return objectiveOf(data, {
    size: p + 1,
    start: () => new Float64Array(p + 1),
    coefficients: (x) => ({ coef: x.slice(0, p), intercept: x[p] }),
    batchValueAndGradient(x, rows, gradient) {
      const coef = x.subarray(0, p);
      const loss = lossAndSlopes(data, coef, x[p], gradient, rows);
      for (let j = 0; j < p; j++) gradient[j] += LAMBDA * Math.sign(coef[j]);
      return loss + LAMBDA * norm1(coef);
    },
  });
}

function objectiveOf(data: Madelon, parts: Omit<Objective, "nSamples" | "valueAndGradient">): Objective {
  const everyRow = Int32Array.from(data.y.keys());
  return {
    ...parts,
    nSamples: data.y.length,
    valueAndGradient: (x, gradient) => parts.batchValueAndGradient(x, everyRow, gradient),
  };
}

/** The mean of `log(1 + exp(eta)) - y eta` over the rows, all of them by default; overwrites `slopes`, the intercept's last. */
export function lossAndSlopes(
  { X, y }: Madelon,
  coef: Float64Array,
  intercept: number,
  slopes: Float64Array = new Float64Array(coef.length + 1),
  rows: ArrayLike<number> = y.map((_, i) => i),
): number {
  const p = X.nFeatures;
  let loss = 0;
  slopes.fill(0);
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k] * p;
    let eta = intercept;
    for (let j = 0; j < p; j++) eta += X.data[from + j] * coef[j];
    loss += Math.log1p(Math.exp(-Math.abs(eta))) + Math.max(eta, 0) - y[rows[k]] * eta;
    const slope = (1 / (1 + Math.exp(-eta)) - y[rows[k]]) / rows.length;
    for (let j = 0; j < p; j++) slopes[j] += slope * X.data[from + j];
    slopes[p] += slope;
  }
  return loss / rows.length;
}

function norm1(coef: Float64Array): number {
  return coef.reduce((sum, b) => sum + Math.abs(b), 0);
}
