import { adam, cosine, gradientDescent, minimize, type Optimizer, sgd } from "smooth-edges";
import { simulateToeplitz } from "smooth-edges/data";
import { hadamardProduct, surrogateObjective } from "smooth-edges/surrogate";
import { grid, type Result, replicates, type Setting, type Study, type Task, taskOf } from "./study";

/** One coefficient of `(1/2)(beta - Z)^2 + lambda |beta|^q`: slope `-Z` at zero, curvature 1. */
const Z = 1;
export const STEP = 0.05;
const SLACKS: readonly number[] = [0.1, 0.3, 0.6];
export const DISTANCES: readonly number[] = [1e-1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-12];
/** Of the responses about their mean `Z`: what makes stochastic steps stochastic. */
export const NOISE = 2;
const N_SAMPLES = 40;
const STEPS = 20000;

type Kind = (parameters: Task["parameters"]) => Result;

const KINDS: Readonly<Record<string, Kind>> = { escape: escapeFrom, basin, regression };

/**
 * How long descent stays near the saddle at zero (depth 2), how wide the basin of zero is
 * (depth 3 and more), and how many true coefficients a regression loses to it.
 */
export const depthAndSaddles: Study = {
  name: "depth-and-saddles",
  title: "How does depth change the way out of zero? (setting: ours)",
  tasks: (setting) => [
    ...grid({ kind: ["escape"], optimizer: Object.keys(ESCAPERS), slack: SLACKS.slice() }),
    ...grid({
      kind: ["basin"],
      depth: setting === "quick" ? [3] : [3, 4, 6, 8],
      lambda: setting === "quick" ? [0.1] : [0.02, 0.05, 0.1, 0.2, 0.3],
      // How far from balance: the first factor is this many times as large as the others.
      ratio: setting === "quick" ? [1] : [0.1, 1, 10],
      optimizer: setting === "quick" ? ["gradient descent"] : ["gradient descent", "Adam"],
    }),
    ...regressionTasks(setting),
  ],
  run: ({ parameters }: Task): Result => KINDS[String(parameters.kind)](parameters),
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 0, desk: 50, paper: 50 };

function regressionTasks(setting: Setting): Task[] {
  const tasks: Task[] = [];
  for (const replicate of replicates(COUNTS[setting]))
    for (const depth of [2, 3, 4, 6]) tasks.push(taskOf({ kind: "regression", depth, replicate }));
  return tasks;
}

const ESCAPERS: Readonly<Record<string, () => Optimizer>> = {
  "gradient descent": () => gradientDescent({ step: STEP }),
  Adam: () => adam({ step: STEP }),
  "batches of 4": () => sgd({ step: STEP, batchSize: 4, seed: 1 }),
};

/**
 * Iterations from `u = v = epsilon` until half of the minimum. `slack` is `|g| - lambda`, the curvature of the saddle.
 * An iteration of batches is an epoch of ten steps.
 */
function escapeFrom({ optimizer, slack }: Task["parameters"]): Result {
  const lambda = Z - Number(slack);
  const Q = oneCoefficient(2, lambda);
  return {
    epsilons: DISTANCES,
    iterations: DISTANCES.map((epsilon) => {
      const { x, nIter } = minimize(Q, ESCAPERS[String(optimizer)](), [epsilon, epsilon], {
        maxIter: STEPS,
        tol: 0,
        onIteration: ({ x: [u, v] }) => u * v > Number(slack) / 2,
      });
      return x[0] * x[1] > Number(slack) / 2 ? nIter : null;
    }),
  };
}

/**
 * The lower root of `P'(beta) = beta - Z + lambda q beta^(q-1)`, `q = 2 / depth`: the barrier between zero and the other
 * local minimum of the sparse problem. Balanced factors follow `beta` down on either side of it.
 */
export function barrierOf(depth: number, lambda: number): number {
  const q = 2 / depth;
  const slope = (beta: number): number => beta - Z + lambda * q * beta ** (q - 1);
  // P' has its least value where P'' is zero.
  let [low, high] = [1e-12, (lambda * q * (1 - q)) ** (1 / (2 - q))];
  for (let k = 0; k < 200; k++) {
    const middle = Math.sqrt(low * high);
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}

/** The least `beta` from which small steps do not end at zero, by bisection; null where every one does. */
function basin({ depth, lambda, ratio, optimizer }: Task["parameters"]): Result {
  const k = Number(depth);
  const Q = oneCoefficient(k, Number(lambda));
  const survives = (beta: number): boolean => {
    // u = ratio s and all others s, with the product beta.
    const s = (beta / Number(ratio)) ** (1 / k);
    const start = Float64Array.from({ length: k }, (_, l) => (l === 0 ? Number(ratio) * s : s));
    const method = optimizer === "Adam" ? adam({ step: 0.002 }) : gradientDescent({ step: 0.01 });
    const { x } = minimize(Q, method, start, {
      maxIter: STEPS,
      tol: 1e-7,
      onIteration: ({ x }) => product(x) > 0.9 * Z,
    });
    return product(x) > 0.05;
  };
  let [low, high] = [1e-9, Z];
  if (!survives(high)) return { radius: null };
  for (let k = 0; k < 24; k++) {
    const middle = Math.sqrt(low * high);
    if (survives(middle)) high = middle;
    else low = middle;
  }
  return { radius: Math.sqrt(low * high) };
}

/** Starts of a regression: the product of the factors is zero, `u = 0`, and each other factor has this size. */
export const GATES: readonly number[] = [0.01, 0.03, 0.1, 0.3, 1];

const REGRESSORS: Readonly<Record<string, () => Optimizer>> = {
  "gradient descent": () => gradientDescent(),
  Adam: () => adam({ step: 0.02, schedule: cosine({ steps: 2000 }) }),
  "batches of 10": () => sgd({ step: 0.02, batchSize: 10, schedule: cosine({ steps: 500 }), seed: 1 }),
};
const EPOCHS: Readonly<Record<string, number>> = { "batches of 10": 500 };

/** Share of ten true coefficients that end at zero, by optimizer and size of the gates. */
function regression({ depth, replicate }: Task["parameters"]): Result {
  const { X, y, support } = simulateToeplitz({ nFeatures: 50, snr: 10, seed: Number(replicate) });
  const k = Number(depth);
  const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: k }), lambda: 0.1 });
  return Object.fromEntries(
    Object.entries(REGRESSORS).map(([name, optimizer]) => [
      name,
      GATES.map((gate) => {
        const start = Float64Array.from({ length: Q.size }, (_, i) => (i < 50 ? 0 : gate));
        const { x } = minimize(Q, optimizer(), start, { maxIter: EPOCHS[name] ?? 2000 });
        const { coef } = Q.coefficients(x);
        return support.filter((j) => Math.abs(coef[j]) < 1e-3).length / support.length;
      }),
    ]),
  );
}

/** `X` of ones, so that the loss of the mean is `(1/2)(beta - Z)^2` and a constant. */
function oneCoefficient(depth: number, lambda: number): ReturnType<typeof surrogateObjective> {
  const X = Array.from({ length: N_SAMPLES }, () => [1]);
  const y = X.map((_, i) => Z + (i % 2 ? NOISE : -NOISE));
  return surrogateObjective(X, y, { parametrization: hadamardProduct({ depth }), lambda });
}

function product(x: Float64Array): number {
  return x.reduce((all, factor) => all * factor, 1);
}
