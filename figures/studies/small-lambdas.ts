import { type DesignInput, lbfgs, SmoothLasso } from "smooth-edges";
import { loadBreastCancer, loadDiabetes, loadDigits, loadWine } from "smooth-edges/data";
import { polynomialFeatures } from "smooth-edges/frame";
import {
  coordinateDescent,
  proximalGradient,
  type Solver,
  surrogateDescent,
  varPro,
} from "smooth-edges/solvers";
import { hadamardProduct } from "smooth-edges/surrogate";
import { medianOf } from "./means";
import { grid, type Result, type Study, type Task } from "./study";

/** What the largest lambda is divided by. */
export const DIVISORS: readonly number[] = [2, 10, 20, 50, 100];

/** Duality gap over the objective at zero at which a method is done, and iterations after which it is stopped. */
const GOAL = 1e-6;
const MOST_ITERATIONS = 20_000;
/** Fits that are timed: so many, or as many as take so long. */
const MOST_FITS = 9;
const ENOUGH_SECONDS = 1;
/** Gap of the optimum that objectives are compared with. */
const NEGLIGIBLE = 1e-12;

/** A table of numbers, all its products of up to `degree` columns, and what is to be predicted. */
const TABLES: Readonly<Record<string, () => Table>> = {
  "diabetes, degree 2": () => tableOf(loadDiabetes(), 2, Number),
  "wine, degree 3": () => tableOf(loadWine(), 3, (name) => (name === "class_1" ? 1 : -1)),
  "breast cancer, degree 2": () => tableOf(loadBreastCancer(), 2, (name) => (name === "benign" ? 1 : -1)),
  digits: () => tableOf(loadDigits(), 1, (digit) => (Number(digit) % 2 === 0 ? 1 : -1)),
};

export const METHODS: Readonly<Record<string, () => Solver | "auto">> = {
  "VarPro and L-BFGS": varPro,
  "L-BFGS on Q": () => surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs()),
  "coordinate descent": coordinateDescent,
  FISTA: () => proximalGradient({ accelerated: true }),
  ISTA: () => proximalGradient(),
  auto: () => "auto",
};

/** Columns of mean 0 and norm 1, one after the other, and a response of mean 0. */
interface Table {
  readonly X: DesignInput & { readonly nSamples: number; readonly nFeatures: number };
  readonly columns: readonly Float64Array[];
  readonly y: Float64Array;
}

/** What a task gives. */
export interface AtLambda {
  readonly samples: number;
  readonly features: number;
  readonly iterations: number;
  /** Whether the goal was met before iterations ran out. */
  readonly done: boolean;
  /** `P - min P` over `P(0)`; a little below 0 where rounding is all there is. */
  readonly gap: number;
  /** What the minimum may still be below the one that is compared with, over `P(0)`. */
  readonly certified: number;
  /** Coefficients of the optimum that are not zero. */
  readonly support: number;
  /** Of the processor: the median of several fits. */
  readonly seconds: number;
}

/**
 * The lasso at ever smaller lambdas on real data, after Poon and Peyré (arXiv 2106.01429). Divisors of
 * lambda, centring and norms are theirs; data, goal and the list of methods are ours.
 */
export const smallLambdas: Study = {
  name: "small-lambdas",
  title:
    "Which method finds a lasso of real data as lambda gets small? (setting: Poon and Peyré's lambdas, data ours)",
  tasks: (setting) =>
    setting === "quick"
      ? grid({ data: ["diabetes, degree 2"], divisor: [2, 100], method: Object.keys(METHODS) })
      : grid({ data: Object.keys(TABLES), divisor: DIVISORS, method: Object.keys(METHODS) }),
  run: ({ parameters: { data, divisor, method } }: Task): Result => {
    const table = TABLES[String(data)]();
    const { X, columns, y } = table;
    const lambda =
      Math.max(...columns.map((column) => Math.abs(dot(column, y)))) / X.nSamples / Number(divisor);
    const common = { lambda, fitIntercept: false, standardize: false } as const;
    const best = new SmoothLasso({ ...common, tol: NEGLIGIBLE }).fit(X, y);
    const solver = METHODS[String(method)]();
    const model = new SmoothLasso({ ...common, tol: GOAL, maxIter: MOST_ITERATIONS, solver });
    const fit = model.fit(X, y); // the compiler has seen the code then
    const seconds: number[] = [];
    for (let total = 0; seconds.length < MOST_FITS && total < ENOUGH_SECONDS; total += seconds.at(-1)!) {
      const start = process.cpuUsage();
      model.fit(X, y);
      const { user, system } = process.cpuUsage(start);
      seconds.push((user + system) / 1e6);
    }
    const objective = (coef: ArrayLike<number>): number => objectiveOf(table, coef, lambda);
    const zero = objective(new Float64Array(X.nFeatures));
    return {
      samples: X.nSamples,
      features: X.nFeatures,
      iterations: fit.nIter,
      done: fit.status === "converged",
      gap: (objective(fit.coef) - objective(best.coef)) / zero,
      certified: best.certificate.dualityGap! / zero,
      support: best.support.length,
      seconds: medianOf(seconds),
    };
  },
  measured: ["seconds"],
  tolerance: 1e-3,
};

interface Loaded<Value> {
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
  readonly response: readonly Value[];
}

function tableOf<Value>(
  { columns, response }: Loaded<Value>,
  degree: number,
  code: (value: Value) => number,
): Table {
  const base = Object.values(columns).map((column) => centred(Float64Array.from(column)));
  const scaledColumns = Object.fromEntries(base.filter(varies).map((column, j) => [`x${j}`, scaled(column)]));
  const kept = Object.values(polynomialFeatures(scaledColumns, { degree }))
    .map(centred)
    .filter(varies)
    .map(scaled);
  const y = centred(Float64Array.from(response, code));
  const [nSamples, nFeatures] = [y.length, kept.length];
  const data = new Float64Array(nSamples * nFeatures);
  kept.forEach((column, j) => {
    for (let i = 0; i < nSamples; i++) data[i * nFeatures + j] = column[i];
  });
  return { X: { data, nSamples, nFeatures }, columns: kept, y };
}

function centred(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  return column.map((x) => x - mean);
}

function varies(column: Float64Array): boolean {
  return dot(column, column) > 1e-16;
}

function scaled(column: Float64Array): Float64Array {
  const norm = Math.sqrt(dot(column, column));
  return column.map((x) => x / norm);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** `(1/2n) norm2(X beta - y)^2 + lambda norm1(beta)` */
function objectiveOf({ columns, y }: Table, coef: ArrayLike<number>, lambda: number): number {
  const r = y.slice();
  let norm = 0;
  columns.forEach((column, j) => {
    if (coef[j] === 0) return;
    norm += Math.abs(coef[j]);
    for (let i = 0; i < r.length; i++) r[i] -= coef[j] * column[i];
  });
  return dot(r, r) / (2 * y.length) + lambda * norm;
}
