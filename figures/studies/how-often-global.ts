import {
  l1,
  lbfgs,
  lq,
  mcp,
  type Penalty,
  type SparseLinearFit,
  SparseLinearModel,
  scad,
  seededRandom,
} from "smooth-edges";
import { certifyGlobal } from "smooth-edges/global";
import { coordinateDescent, proximalNewton, type Solver, surrogateDescent } from "smooth-edges/solvers";
import { hadamardProduct, unitGates } from "smooth-edges/surrogate";
import { type Assessment, type RegressionSplit, regressionSplit } from "./regression-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** How the data are drawn, and the threshold in multiples of the universal one. */
interface Design {
  readonly nFeatures: number;
  readonly nActive: number;
  readonly rho: number;
  /** Rows for each feature. */
  readonly ratio: number;
  readonly snr: number;
  readonly level: number;
}

const BASE: Design = { nFeatures: 30, nActive: 6, rho: 0.5, ratio: 2, snr: 3, level: 1 };
export const RHOS: readonly number[] = [0, 0.5, 0.9];
export const RATIOS: readonly number[] = [0.5, 2, 5];

/** The designs by name: all correlations with all numbers of rows, and what else is changed in the one in the middle. */
export const DESIGNS: Readonly<Record<string, Design>> = {
  ...Object.fromEntries(
    RATIOS.flatMap((ratio) => RHOS.map((rho) => [crossedName(rho, ratio), { ...BASE, rho, ratio }])),
  ),
  "SNR 1": { ...BASE, snr: 1 },
  "SNR 10": { ...BASE, snr: 10 },
  "half the threshold": { ...BASE, level: 0.5 },
  "p = 100, n/p = 5": { ...BASE, nFeatures: 100, nActive: 10, ratio: 5 },
};

/** The name of the design with a correlation and so many rows for each feature. */
export function crossedName(rho: number, ratio: number): string {
  return `rho = ${rho}, n/p = ${ratio}`;
}

/** A penalty, the `lambda` at which a column by itself enters at a threshold, and the depth of its surrogate, where it has one. */
interface Family {
  readonly penalty: Penalty;
  lambdaAt(threshold: number): number;
  readonly depth?: number;
}

/** The penalties by name; the lasso is convex, so that each of its minima is global. */
export const PENALTIES: Readonly<Record<string, Family>> = {
  lasso: { penalty: l1(), lambdaAt: (threshold) => threshold, depth: 2 },
  "bridge, q = 2/3": bridge(2 / 3, 3),
  "bridge, q = 1/2": bridge(1 / 2, 4),
  "MCP, gamma = 3": { penalty: mcp({ gamma: 3 }), lambdaAt: (threshold) => threshold },
  "MCP, gamma = 1.2": { penalty: mcp({ gamma: 1.2 }), lambdaAt: (threshold) => threshold },
  SCAD: { penalty: scad({ gamma: 3.7 }), lambdaAt: (threshold) => threshold },
};

/** A bridge: for a column of mean square 1 zero and another minimum of `(z - b)^2 / 2 + lambda |b|^q` are level at this `z`. */
function bridge(q: number, depth: number): Family {
  return {
    penalty: lq({ q }),
    lambdaAt: (threshold) => ((threshold * 2 * (1 - q)) / (2 - q)) ** (2 - q) / (2 * (1 - q)),
    depth,
  };
}

/** A fit whose objective is no further above the proved minimum, relative to it, is that minimum. */
export const SAME_OBJECTIVE = 1e-6;
/** Steps after which a proof is left open; a limit of time would leave others open on another machine. */
const MOST_STEPS = 5000;
/** Lambdas of a path from the largest useful one down. */
const PATH_STEPS = 20;
/** Random starts of each kind. */
export const N_STARTS = 100;
/** A thorough search for a single fit: several starts, the best end. */
const SEVERAL_STARTS = { search: "thorough" } as const;

/** Where a way of search ended. */
export interface End extends Assessment {
  /** How far its objective is above the least one known, relative to that. */
  readonly excess: number;
}

/** What a task gives. */
export interface HowGlobal {
  /** Whether the least objective known is proved to be the minimum, to 1e-6 of it. */
  readonly proved: boolean;
  /** The least objective known. */
  readonly objective: number;
  /** Boxes that were bounded. */
  readonly boxes: number;
  /** How good the global minimum is, or the best fit known. */
  readonly global: Assessment;
  /** By way of search; {@link N_STARTS} random starts have a record of their own. */
  readonly ends: Readonly<Record<string, End>>;
  /** The minima in which random starts ended, the lowest first: how far above the least objective known, and how many starts. */
  readonly starts: Readonly<Record<string, readonly (readonly [excess: number, count: number])[]>>;
  /** The means over these starts. */
  readonly startMeans: Readonly<Record<string, Pick<Assessment, "estimationError" | "f1">>>;
}

export const PATH = "coordinate descent along a path";
export const COLD = "coordinate descent from zero";
export const SEVERAL = "several starts";
export const SURROGATE = "surrogate from its default start";
export const RANDOM_SURROGATE = "surrogate, random start";
export const RANDOM_COORDINATE = "coordinate descent, random start";

/**
 * How often a search ends in the global minimum of `P(beta) = (1/2n) norm2(y - X beta)^2 + sum p(beta_j)`, which branch and
 * bound proves, and what the global minimum is better in than other ends at the same lambda.
 */
export const howOftenGlobal: Study = {
  name: "how-often-global",
  title: "How often does a search end in the global minimum, and what does that buy? (setting: ours)",
  tasks: (setting) =>
    grid({
      replicate: replicates(COUNTS[setting]),
      design: setting === "quick" ? [crossedName(0.5, 5)] : Object.keys(DESIGNS),
      penalty: Object.keys(PENALTIES),
    }).filter(
      ({ parameters: { penalty, replicate } }) => penalty !== "lasso" || Number(replicate) < LASSO_COUNT,
    ),
  run: (task: Task): Result => ({ ...searched(task) }),
  // The number of boxes depends on how the search splits them; the ends of starts near the border of two basins depend on roundings.
  measured: ["boxes", "starts", "startMeans"],
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 50, paper: 50 };
/** Replicates that another program solves too. */
const PEER_COUNT = 10;
/** Replicates of the lasso, whose minima are all global. */
const LASSO_COUNT = 10;
const RAW = { standardize: false, fitIntercept: false, tol: 1e-9 } as const;

/** The data of a task. */
function splitOf({ parameters: { design, replicate } }: Task): RegressionSplit {
  const { nFeatures, ratio, level: _, ...rest } = DESIGNS[String(design)];
  return regressionSplit({
    nFeatures,
    nSamples: Math.round(ratio * nFeatures),
    ...rest,
    replicate: Number(replicate),
  });
}

/** The `lambda` of a task: where a column by itself enters at `level * sigma sqrt(2 log(p) / n)`. */
function lambdaOf({ parameters: { design, penalty } }: Task, { X, sigma }: RegressionSplit): number {
  const universal = sigma * Math.sqrt((2 * Math.log(X.nFeatures)) / X.nSamples);
  return PENALTIES[String(penalty)].lambdaAt(DESIGNS[String(design)].level * universal);
}

function searched(task: Task): HowGlobal {
  const split = splitOf(task);
  const { X, y } = split;
  const lambda = lambdaOf(task, split);
  const { penalty, depth } = PENALTIES[String(task.parameters.penalty)];
  const fitBy = (options: { solver?: Solver; search?: "thorough"; init?: Float64Array }): SparseLinearFit =>
    new SparseLinearModel({ ...RAW, penalty, lambda, ...options }).fit(X, y);
  const fits: Record<string, SparseLinearFit> = {
    [PATH]: alongPath(split, penalty, lambda),
    [COLD]: fitBy({ solver: coordinateDescent() }),
    [SEVERAL]: fitBy(SEVERAL_STARTS),
  };
  const random: Record<string, SparseLinearFit[]> = {
    [RANDOM_COORDINATE]: replicates(N_STARTS).map((seed) =>
      fitBy({ solver: proximalNewton(), init: startOf(X.nFeatures, seed) }),
    ),
  };
  if (depth) {
    const down = (base?: Float64Array): SparseLinearFit => {
      const start = base && { init: unitGates({ base }) };
      return fitBy({ solver: surrogateDescent(hadamardProduct({ depth }), lbfgs(), start) });
    };
    fits[SURROGATE] = down();
    random[RANDOM_SURROGATE] = replicates(N_STARTS).map((seed) => down(startOf(X.nFeatures, seed)));
  }
  const everyFit = [...Object.values(fits), ...Object.values(random).flat()];
  const lowest = everyFit.reduce((best, fit) => (objectiveOf(fit) < objectiveOf(best) ? fit : best));
  let asked = 0;
  const signal = {
    get aborted() {
      asked += 1;
      return asked > MOST_STEPS;
    },
  };
  const proof = certifyGlobal(lowest, { timeLimit: 1e6, signal });
  const excess = (fit: SparseLinearFit): number =>
    rounded((objectiveOf(fit) - proof.objective) / proof.objective);
  return {
    proved: proof.status === "optimal",
    objective: Number(proof.objective.toPrecision(10)),
    boxes: proof.nodes,
    global: assessed(split, proof.fit),
    ends: mapped(fits, (fit) => ({ excess: excess(fit), ...assessed(split, fit) })),
    starts: mapped(random, (ends) => counted(ends.map(excess))),
    startMeans: mapped(random, (ends) => {
      const each = ends.map((fit) => assessed(split, fit));
      return {
        estimationError: inDigits(mean(each.map(({ estimationError }) => estimationError))),
        f1: inDigits(mean(each.map(({ f1 }) => f1))),
      };
    }),
  };
}

/** The last fit of a path, each from the one before. */
function alongPath(split: RegressionSplit, penalty: Penalty, lambda: number): SparseLinearFit {
  const { X, y } = split;
  const model = new SparseLinearModel({ ...RAW, penalty, solver: coordinateDescent() });
  const { fits } = model.path(X, y, { lambdas: pathTo(lambda, split, penalty) });
  return fits[fits.length - 1];
}

/** The lambdas of a path from the smallest one without a coefficient. */
function pathTo(lambda: number, { X, y }: RegressionSplit, penalty: Penalty): number[] {
  const slopes = new Float64Array(X.nFeatures);
  X.data.forEach((x, k) => {
    slopes[k % X.nFeatures] -= (x * y[Math.floor(k / X.nFeatures)]) / X.nSamples;
  });
  const largest = penalty.lambdaMax(slopes, new Float64Array(X.nFeatures).fill(1));
  if (largest <= lambda) return [lambda];
  const before = replicates(PATH_STEPS - 1);
  return [...before.map((k) => largest * (lambda / largest) ** (k / (PATH_STEPS - 1))), lambda];
}

/** A problem of a task for a program in another language, row by row, and the lambdas of its path. */
interface PathProblem {
  readonly task: string;
  readonly penalty: string;
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly lambdas: readonly number[];
}

/** The first problems of each penalty that is not convex and each crossed design, for `figures/peers/how-often-global.py`. */
export function pathProblems(count: number = PEER_COUNT): PathProblem[] {
  return howOftenGlobal
    .tasks("desk")
    .filter(({ parameters: { penalty, replicate, design } }) => {
      const isCrossed = String(design).startsWith("rho");
      return penalty !== "lasso" && isCrossed && Number(replicate) < count;
    })
    .map((task) => {
      const split = splitOf(task);
      const { data, nFeatures: p } = split.X;
      const name = String(task.parameters.penalty);
      return {
        task: task.id,
        penalty: name,
        X: Array.from(split.y, (_, i) => [...data.subarray(i * p, (i + 1) * p)]),
        y: [...split.y],
        lambdas: pathTo(lambdaOf(task, split), split, PENALTIES[name].penalty),
      };
    });
}

/** Random coefficients, as an unfactorized model starts: `N(0, 2 / p)`. */
function startOf(nFeatures: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: nFeatures }, () => Math.sqrt(2 / nFeatures) * random.normal());
}

function assessed(split: RegressionSplit, { coef }: SparseLinearFit): Assessment {
  return mapped({ ...split.assess(coef) }, inDigits) as unknown as Assessment;
}

/** To the digits that a record keeps. */
function inDigits(value: number): number {
  return Number(value.toPrecision(6));
}

function objectiveOf({ certificate }: SparseLinearFit): number {
  return certificate.objective;
}

/** Equal ones once, with their number. */
function counted(excesses: readonly number[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const excess of [...excesses].sort((a, b) => a - b)) counts.set(excess, (counts.get(excess) ?? 0) + 1);
  return [...counts];
}

/** To 1e-7, below what two minima are told apart by. */
function rounded(excess: number): number {
  return Number(excess.toFixed(7)) + 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mapped<A, B>(values: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)]));
}
