import { spawnSync } from "node:child_process";
import { join } from "node:path";
import {
  type CscMatrix,
  gradientDescent,
  lbfgs,
  minimize,
  type Optimizer,
  SmoothLasso,
  seededRandom,
} from "smooth-edges";
import { coordinateDescent, type Solver } from "smooth-edges/solvers";
import { hadamardProduct, type SmoothObjective, surrogateObjective } from "smooth-edges/surrogate";
import { ROOT } from "../root";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** Rows, and stored entries of a column. */
const SIZES: Readonly<Record<string, { readonly n: number; readonly stored: number }>> = {
  sparse: { n: 1000, stored: 10 },
  dense: { n: 100, stored: 100 },
};
/** Coefficients of the truth, those of the first columns; all others are noise. */
const N_ACTIVE = 10;
const NOISE = 0.5;
/** Share of the largest lambda, and gap over the objective at zero at which a method is done. */
const SHARE = 0.2;
const GOAL = 1e-6;
const MOST_ITERATIONS = 6000;
const MEGABYTE = 2 ** 20;
/** This module, compiled: a notebook runs it as it is written. */
const SCRIPT = join(ROOT, "dist/figures/studies/large-p.js");
/** Most features of a method whose iterations at more are known from fewer. */
const MOST_FEATURES: Readonly<Record<string, number>> = { "gradient descent on Q": 1e4 };

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  "gradient descent on Q": () => gradientDescent(),
  "L-BFGS on Q": () => lbfgs(),
};
const SOLVERS: Readonly<Record<string, () => Solver | "auto">> = {
  auto: () => "auto",
  "coordinate descent": () => coordinateDescent(),
};

/** What a task gives. */
export interface Scaled {
  /** Of the method: epochs of coordinate descent, rounds of an active set. */
  readonly iterations: number;
  /** Products with `X` and with its transpose, divided by two; of an active set, looks at all columns. */
  readonly passes: number;
  /** Of single numbers: coefficients by coordinate descent, factors by descent on `Q`; not known of an active set. */
  readonly updates: number | null;
  /** `P - min P` at most, over `P(0)`. */
  readonly gap: number;
  readonly size: number;
  /** Of the processor. */
  readonly seconds: number;
  /** The most that the process held beyond the data. */
  readonly megabytes: number;
}

/** The lasso by gradient methods on `Q` of depth 2 and by solvers made for it, over p. */
export const largeP: Study = {
  name: "large-p",
  title: "What does a lasso cost as features grow to a million? (setting: ours)",
  tasks: (setting) => {
    const replicate = replicates(COUNTS[setting]);
    const quick = setting === "quick";
    const methods = [...Object.keys(OPTIMIZERS), ...Object.keys(SOLVERS)];
    const all = [
      ...grid({
        table: ["sparse"],
        p: quick ? [1e3] : [1e3, 1e4, 1e5, 1e6],
        method: methods,
        replicate,
      }),
      ...grid({ table: ["dense"], p: quick ? [1e3] : [1e3, 1e4, 1e5], method: methods, replicate }),
    ];
    return all.filter(({ parameters: { table, p, method, replicate: r } }) => {
      if (Number(p) > (MOST_FEATURES[String(method)] ?? Number.POSITIVE_INFINITY)) return false;
      // The largest are measured once.
      return r === 0 || Number(p) * SIZES[String(table)].stored <= 1e6;
    });
  },
  // A process of its own has its own memory.
  run: ({ parameters }: Task): Result => {
    const run = spawnSync(process.execPath, [SCRIPT, JSON.stringify(parameters)], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    return JSON.parse(run.stdout) as Result;
  },
  measured: ["seconds", "megabytes"],
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 10, paper: 10 };

function measure({ table, p, method, replicate }: Task["parameters"]): Scaled {
  const { X, y } = drawn(String(table), Number(p), Number(replicate));
  const lambda = SHARE * largest(slopes(X, y));
  const before = process.memoryUsage().rss;
  const start = processorSeconds();
  const solved = OPTIMIZERS[String(method)]
    ? byOptimizer(X, y, lambda, OPTIMIZERS[String(method)]())
    : bySolver(X, y, lambda, SOLVERS[String(method)]());
  const seconds = solved.seconds ?? processorSeconds() - start;
  const megabytes = (process.resourceUsage().maxRSS * 1024 - before) / MEGABYTE;
  const { coef, ...counts } = solved;
  return {
    ...counts,
    gap: gapOf(X, y, coef, lambda),
    size: coef.filter((b) => Math.abs(b) > 1e-6).length,
    seconds,
    megabytes,
  };
}

interface Solved extends Pick<Scaled, "iterations" | "passes" | "updates"> {
  readonly coef: Float64Array;
  /** Where looks at the gap are to be left out. */
  readonly seconds?: number;
}

/** From the start that the surrogate proposes, with a look at the gap at every tenth iteration, which is not counted. */
function byOptimizer(X: CscMatrix, y: Float64Array, lambda: number, optimizer: Optimizer): Solved {
  const started = processorSeconds();
  const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda });
  let evaluations = 0;
  let looking = 0;
  const counted: SmoothObjective = {
    size: Q.size,
    valueAndGradient(x, gradient) {
      evaluations++;
      return Q.valueAndGradient(x, gradient);
    },
  };
  const { x, nIter } = minimize(counted, optimizer, Q.startingPoint(), {
    maxIter: MOST_ITERATIONS,
    tol: 0,
    onIteration(state, iteration) {
      if (iteration % 10 > 0) return;
      const begin = processorSeconds();
      const done = gapOf(X, y, Q.coefficients(state.x).coef, lambda) <= GOAL;
      looking += processorSeconds() - begin;
      return done;
    },
  });
  const seconds = processorSeconds() - started - looking;
  return {
    coef: Q.coefficients(x).coef,
    iterations: nIter,
    passes: evaluations,
    updates: nIter * Q.size,
    seconds,
  };
}

function bySolver(X: CscMatrix, y: Float64Array, lambda: number, solver: Solver | "auto"): Solved {
  const model = new SmoothLasso({ lambda, solver, tol: GOAL, fitIntercept: false, standardize: false });
  const { coef, nIter, trace } = model.fit(X, y);
  const cyclic = solver !== "auto";
  return {
    coef: Float64Array.from(coef),
    iterations: nIter,
    // An epoch is a pass; every row of a trace is a certificate, for which another one is made.
    passes: trace.length + (cyclic ? nIter : 0),
    updates: cyclic ? nIter * X.nFeatures : null,
  };
}

/** Columns one after the other, so that those of a smaller table are the first of a larger one. */
function drawn(table: string, p: number, seed: number): { X: CscMatrix; y: Float64Array } {
  const { n, stored } = SIZES[table];
  const random = seededRandom(seed);
  const noise = seededRandom(1000 + seed);
  const data = new Float64Array(p * stored);
  const indices = new Int32Array(p * stored);
  const y = Float64Array.from({ length: n }, () => NOISE * noise.normal());
  for (let k = 0; k < data.length; k++) {
    data[k] = random.normal();
    indices[k] = stored === n ? k % n : Math.floor(random.uniform() * n);
    if (k < N_ACTIVE * stored) y[indices[k]] += data[k];
  }
  const indptr = Int32Array.from({ length: p + 1 }, (_, j) => j * stored);
  return { X: { format: "csc", data, indices, indptr, nSamples: n, nFeatures: p }, y };
}

/** `X'r / n` */
function slopes({ data, indices, indptr, nSamples, nFeatures }: CscMatrix, r: Float64Array): Float64Array {
  const out = new Float64Array(nFeatures);
  for (let j = 0; j < nFeatures; j++) {
    let sum = 0;
    for (let k = indptr[j]; k < indptr[j + 1]; k++) sum += data[k] * r[indices[k]];
    out[j] = sum / nSamples;
  }
  return out;
}

/** The duality gap of the lasso over `P(0)`, by the residual scaled into the feasible set. */
function gapOf(X: CscMatrix, y: Float64Array, beta: Float64Array, lambda: number): number {
  const r = y.slice();
  for (let j = 0; j < X.nFeatures; j++) {
    if (beta[j] === 0) continue;
    for (let k = X.indptr[j]; k < X.indptr[j + 1]; k++) r[X.indices[k]] -= X.data[k] * beta[j];
  }
  const scale = Math.min(1, lambda / largest(slopes(X, r)));
  let [squares, products, norm] = [0, 0, 0];
  for (let i = 0; i < r.length; i++) {
    squares += (r[i] - scale * r[i]) ** 2;
    products += scale * r[i] * (r[i] - y[i]);
    norm += y[i] * y[i];
  }
  // P - D = ||r - s r||^2 / (2n) + lambda ||beta||_1 - s r'X beta / n
  return (
    (squares / 2 + products + y.length * lambda * beta.reduce((sum, b) => sum + Math.abs(b), 0)) / (norm / 2)
  );
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

if (require.main === module) process.stdout.write(JSON.stringify(measure(JSON.parse(process.argv[2]))));
