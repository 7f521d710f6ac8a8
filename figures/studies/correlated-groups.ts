import { fitOnSupport, groupL2, groupMcp, groupScad, type Penalty, SparseLinearModel } from "smooth-edges";
import { type Simulation, simulateGroups } from "smooth-edges/data";
import { gateDescents } from "./gate-descent";
import { activeGroups, groupNorms, rootMeanSquare, trueGroups } from "./group-measures";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { norm } from "./vector";

const N_SAMPLES = 200;
const N_TEST = 2000;
const N_LAMBDAS = 15;
/** The smallest lambda, as a share of the largest. */
const SMALLEST = 1e-3;

const EQUAL = new Array<number>(40).fill(5);
const UNEQUAL = Array.from({ length: 36 }, (_, g) => [2, 5, 10][g % 3]);

/** By name the sizes of the groups, of which 7 are informative, the correlation within a group, and the noise. */
export const DESIGNS: Readonly<Record<string, { groupSizes: number[]; rho: number; sigma: number }>> = {
  correlated: { groupSizes: EQUAL, rho: 0.5, sigma: 1 },
  unequal: { groupSizes: UNEQUAL, rho: 0, sigma: 1 },
  "unequal, correlated, noisy": { groupSizes: UNEQUAL, rho: 0.5, sigma: 4 },
};

/** The training rows and what a penalty knows of the groups. */
interface Training extends Pick<Simulation, "X" | "y" | "groups" | "coef"> {
  /** `sqrt(d_g)` by group. */
  readonly weights: number[];
}

/** Coefficients at each lambda. */
type Method = (training: Training, lambdas: readonly number[], seed: number) => readonly Float64Array[];

const METHODS: Readonly<Record<string, Method>> = {
  "group lasso": byPenalty((groups, weights) => groupL2(groups, { weights })),
  "group SCAD": byPenalty((groups, weights) => groupScad(groups, { gamma: 4, weights })),
  "group MCP": byPenalty((groups, weights) => groupMcp(groups, { gamma: 3, weights })),
  "gates, D = 3": byGates(3),
  "gates, D = 4": byGates(4),
  oracle: ({ X, y, coef }) => {
    const support = Array.from(coef.keys()).filter((j) => coef[j] !== 0);
    return [fitOnSupport(X, y, support, { fitIntercept: false }).coef];
  },
};

/** What a method gives at the lambda of the smallest error over the validation rows. */
export interface TunedGroups {
  /** Root mean squared error over 2000 test rows, over the standard deviation of the noise. */
  readonly rmse: number;
  /** `norm2(beta - truth) / norm2(truth)`. */
  readonly estimationError: number;
  /** Of the groups found: `2 hits / (groups + 7)`. */
  readonly f1: number;
  readonly groups: number;
  readonly hits: number;
}

/** D-Gating's regression with groups that are correlated within, of sizes 2, 5 and 10, and with more noise. */
export const correlatedGroups: Study = {
  name: "correlated-groups",
  title: "Do gates keep their lead where groups are correlated and unequal? (setting: ours, after D-Gating)",
  tasks: (setting) => {
    const quick = setting === "quick";
    return grid({
      design: quick ? ["correlated"] : Object.keys(DESIGNS),
      method: quick ? ["group lasso", "group MCP", "gates, D = 3"] : Object.keys(METHODS),
      replicate: replicates(COUNTS[setting]),
    });
  },
  run: ({ parameters: { design, method, replicate } }: Task): Result => {
    const drawn = DESIGNS[String(design)];
    const rows = { nSamples: N_SAMPLES, nTest: N_SAMPLES + N_TEST, seed: Number(replicate) };
    const data = simulateGroups({ ...drawn, ...rows });
    const training: Training = { ...data, weights: drawn.groupSizes.map(Math.sqrt) };
    const coefs = METHODS[String(method)](training, lambdasOf(training), Number(replicate));
    const errors = coefs.map((beta) => rootMeanSquare(rowsOf(data.test, 0, N_SAMPLES), beta));
    // A descent that broke off has no error.
    const best = errors.reduce((least, error, k) => (error < errors[least] ? k : least), 0);
    return { ...assessed(data, coefs[best]) };
  },
  // Which of the minima a descent ends in may hang on a rounding.
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

/** The claims compare penalties, not descents, so that each problem is searched thoroughly for its lowest minimum. */
function byPenalty(penaltyOf: (groups: number[], weights: number[]) => Penalty): Method {
  return ({ X, y, groups, weights }, lambdas) => {
    const penalty = penaltyOf(groups, weights);
    const model = new SparseLinearModel({
      penalty,
      standardize: false,
      fitIntercept: false,
      search: "thorough",
    });
    return model.path(X, y, { lambdas }).coefs;
  };
}

function byGates(depth: number): Method {
  return (training, lambdas, seed) =>
    gateDescents(training, depth, lambdas, seed, training.weights).map(({ beta }) => beta);
}

/** From the lambda at which the group lasso is empty down to a thousandth of it. */
function lambdasOf({ X, y, groups, weights }: Training): number[] {
  const slopes = new Float64Array(X.nFeatures);
  X.data.forEach((value, k) => {
    slopes[k % X.nFeatures] += (value * y[Math.floor(k / X.nFeatures)]) / y.length;
  });
  const largest = Math.max(...groupNorms(slopes, groups).map((norm, g) => norm / weights[g]));
  return Array.from({ length: N_LAMBDAS }, (_, k) => largest * SMALLEST ** (k / (N_LAMBDAS - 1)));
}

function assessed(data: Simulation, beta: Float64Array): TunedGroups {
  const found = activeGroups(beta, data.groups);
  const hits = trueGroups(found, data).length;
  const nTrue = trueGroups([...new Set(data.groups)], data).length;
  return {
    rmse: rootMeanSquare(rowsOf(data.test, N_SAMPLES, N_SAMPLES + N_TEST), beta) / Number(data.sigma),
    estimationError: norm(beta.map((b, j) => b - data.coef[j])) / norm(data.coef),
    f1: (2 * hits) / (found.length + nTrue),
    groups: found.length,
    hits,
  };
}

function rowsOf({ X, y }: Simulation["test"], from: number, to: number): Pick<Simulation, "X" | "y"> {
  const { nFeatures } = X;
  const data = X.data.slice(from * nFeatures, to * nFeatures);
  return { X: { data, nSamples: to - from, nFeatures }, y: y.slice(from, to) };
}
