import { bumps, scattered, standardized, toeplitz, whitened } from "./designs";
import { type Gridless, geometric, lambdaMax } from "./lambda-max";
import type { BenchPenalty, BenchProblem, DenseColumns, Loss, SparseColumns } from "./problem";
import {
  claims,
  classes,
  counts,
  durations,
  evenGroups,
  evenly,
  mixedCounts,
  noisy,
  positive,
  signalOf,
  type Truth,
} from "./responses";

export type { BenchPenalty, BenchProblem, DenseColumns, Loss, SparseColumns } from "./problem";

type Settings = Partial<
  Pick<
    BenchProblem,
    "loss" | "penalty" | "nResponses" | "standardized" | "folds" | "targets" | "fresh" | "truth"
  >
>;

/** A problem with lambdas as shares of the largest: one, or a grid from the largest down. */
export function problemOf(
  name: string,
  X: DenseColumns | SparseColumns,
  y: Float64Array,
  grid: { readonly share: number } | { readonly ratio: number; readonly count: number },
  settings: Settings = {},
): BenchProblem {
  const nSamples = y.length;
  const gridless: Gridless = {
    name,
    nSamples,
    nFeatures: "indptr" in X ? X.indptr.length - 1 : X.data.length / nSamples,
    X,
    y,
    loss: "squared",
    penalty: { name: "l1" },
    nResponses: 1,
    standardized: false,
    folds: 0,
    targets: [1e-6],
    ...settings,
  };
  const largest = lambdaMax(gridless);
  const lambdas =
    "share" in grid ? Float64Array.of(largest * grid.share) : geometric(largest, grid.ratio, grid.count);
  return { ...gridless, lambdas };
}

/** What most of the problems share: a correlated normal design with a sparse signal. */
interface Gaussian {
  readonly n: number;
  readonly p: number;
  readonly rho?: number;
  readonly seed: number;
}

const designOf = ({ n, p, rho = 0.5, seed }: Gaussian): DenseColumns => toeplitz(n, p, rho, seed);

const RATIO = 3;

/** The design, the response of the given signal to noise, and a fresh one. */
function regression(design: Gaussian, truth: Truth): [DenseColumns, Float64Array, Float64Array] {
  const X = designOf(design);
  return [X, ...twice((first) => noisy(signalOf(X, design.n, truth), RATIO, design.seed, first), design.n)];
}

/** A response, and a fresh one by the numbers after those of the first. */
function twice(draw: (first: number) => Float64Array, n: number): [Float64Array, Float64Array] {
  return [draw(0), draw(n)];
}

function lasso(
  name: string,
  design: Gaussian,
  size: number,
  grid: Parameters<typeof problemOf>[3],
  settings: Settings = {},
): BenchProblem {
  const truth = evenly(design.p, size);
  const [X, y, fresh] = regression(design, truth);
  return problemOf(name, X, y, grid, { ...settings, fresh, truth: truth.positions });
}

function sparse(name: string, seed: number, grid: Parameters<typeof problemOf>[3]): BenchProblem {
  const [n, p] = [10000, 50000];
  const X = scattered(n, p, 100, seed);
  const truth = evenly(p, 200);
  const signal = signalOf(X, n, truth);
  const [y, fresh] = twice((first) => noisy(signal, RATIO, seed, first), n);
  return problemOf(name, X, y, grid, { fresh, truth: truth.positions });
}

/** A lasso path of a loss whose mean is the exponential of the linear predictor. */
function logLinear(
  name: string,
  seed: number,
  loss: Loss,
  draw: typeof counts,
  [n, p]: readonly [number, number] = [1000, 2000],
): BenchProblem {
  const design = { n, p, seed };
  const X = designOf(design);
  const truth = evenly(design.p, 20);
  const signal = signalOf(X, design.n, truth);
  const [y, fresh] = twice((first) => draw(signal, 0.5, design.seed, first), design.n);
  return problemOf(name, X, y, { ratio: 0.05, count: 50 }, { loss, fresh, truth: truth.positions });
}

const GROUPED = { n: 1000, p: 10000 };
const GROUPED_TRUTH = evenGroups(GROUPED.p, 10, 10);

/** A standardized problem of a penalty of single coefficients that is not convex. */
function nonconvex(
  name: string,
  seed: number,
  grid: Parameters<typeof problemOf>[3],
  penalty: BenchProblem["penalty"],
): BenchProblem {
  const design = { n: 500, p: 2000, seed };
  const truth = evenly(design.p, 25);
  const { X, y, fresh } = standardized(...regression(design, truth));
  const settings = { penalty, standardized: true, targets: [1e-4], fresh, truth: truth.positions };
  return problemOf(name, X, y, grid, settings);
}

/** The same of whitened groups. */
function groupedNonconvex(
  name: string,
  seed: number,
  penalty: BenchPenalty & { readonly size: number },
): BenchProblem {
  const design = { n: 500, p: 2000, seed };
  const { size } = penalty;
  const truth = evenGroups(design.p, size, 10);
  const { X, y, fresh } = standardized(...regression(design, truth));
  const settings = { penalty, standardized: true, targets: [1e-4], fresh, truth: truth.positions };
  return problemOf(name, whitened(X, design.n, size), y, { ratio: 0.1, count: 30 }, settings);
}

/** Makes a problem by its name; `shift` is added to the seed of its numbers, for data that nobody has seen before. Default: 0. */
export const PROBLEMS: Readonly<Record<string, (shift?: number) => BenchProblem>> = {
  P1: (shift = 0) => lasso("P1", { n: 500, p: 5000, seed: 101 + shift }, 50, { share: 1 / 20 }),
  P2: (shift = 0) => lasso("P2", { n: 1000, p: 10000, seed: 201 + shift }, 50, { ratio: 1e-2, count: 100 }),
  P3: (shift = 0) =>
    lasso("P3", { n: 500, p: 2000, rho: 0.95, seed: 301 + shift }, 50, { ratio: 1e-2, count: 100 }),
  P4: (shift = 0) => lasso("P4", { n: 20000, p: 200, seed: 401 + shift }, 50, { ratio: 1e-3, count: 100 }),
  P5: (shift = 0) => {
    const design = { n: 2000, p: 2000, seed: 501 + shift };
    const truth = evenly(design.p, 50);
    const [X, response, fresh] = regression(design, truth);
    const settings = { loss: "logistic", fresh: positive(fresh), truth: truth.positions } as const;
    return problemOf("P5", X, positive(response), { ratio: 0.05, count: 50 }, settings);
  },
  P6: (shift = 0) => sparse("P6", 601 + shift, { share: 1 / 5 }),
  P6path: (shift = 0) => sparse("P6path", 601 + shift, { ratio: 0.1, count: 30 }),
  P7: (shift = 0) => {
    const [X, y, fresh] = regression({ ...GROUPED, seed: 701 + shift }, GROUPED_TRUTH);
    const penalty = { name: "group", size: 10 } as const;
    const { positions } = GROUPED_TRUTH;
    return problemOf("P7", X, y, { ratio: 0.25, count: 50 }, { penalty, fresh, truth: positions });
  },
  P7o: (shift = 0) => {
    const { X, y, fresh } = standardized(...regression({ ...GROUPED, seed: 701 + shift }, GROUPED_TRUTH));
    const white = whitened(X, GROUPED.n, 10);
    const penalty = { name: "group", size: 10 } as const;
    const settings = { penalty, standardized: true, fresh, truth: GROUPED_TRUTH.positions };
    return problemOf("P7o", white, y, { ratio: 0.25, count: 50 }, settings);
  },
  P8mcp: (shift = 0) =>
    nonconvex("P8mcp", 801 + shift, { ratio: 0.05, count: 100 }, { name: "mcp", gamma: 3 }),
  P8scad: (shift = 0) =>
    nonconvex("P8scad", 801 + shift, { ratio: 0.05, count: 100 }, { name: "scad", gamma: 3.7 }),
  P9: (shift = 0) =>
    lasso("P9", { n: 500, p: 2000, seed: 901 + shift }, 25, { ratio: 1e-2, count: 100 }, { folds: 10 }),
  P10: (shift = 0) => {
    const [n, p, seed] = [200, 1000, 1001 + shift];
    const X = bumps(n, p, 2 / n);
    const truth = evenly(p, 20);
    const signal = signalOf(X, n, truth);
    const [y, fresh] = twice((first) => noisy(signal, 100, seed, first), n);
    return problemOf("P10", X, y, { share: 1 / 100 }, { targets: [1e-10], fresh, truth: truth.positions });
  },
  P11half: (shift = 0) =>
    nonconvex("P11half", 1101 + shift, { ratio: 0.1, count: 30 }, { name: "lq", q: 1 / 2 }),
  P11twothirds: (shift = 0) =>
    nonconvex("P11twothirds", 1101 + shift, { ratio: 0.1, count: 30 }, { name: "lq", q: 2 / 3 }),
  P12: (shift = 0) => groupedNonconvex("P12", 1201 + shift, { name: "group-lq", size: 5, q: 1 / 2 }),
  P13: (shift = 0) => {
    const [design, size] = [{ n: 500, p: 5000, seed: 1301 + shift }, 10];
    const truth = evenGroups(design.p, size, 10, 3);
    const [X, y, fresh] = regression(design, truth);
    const penalty = { name: "sparse-group", size, l1Ratio: 0.5 } as const;
    const settings = { penalty, fresh, truth: truth.positions };
    return problemOf("P13", X, y, { ratio: 0.1, count: 50 }, settings);
  },
  P14poisson: (shift = 0) => logLinear("P14poisson", 1401 + shift, "poisson", counts),
  P14multinomial: (shift = 0) => {
    const [design, size, nResponses] = [{ n: 1000, p: 1000, seed: 1451 + shift }, 30, 3];
    const X = designOf(design);
    const { positions, values } = evenly(design.p, size);
    // Coefficient number m belongs to class m mod 3.
    const signals = Array.from({ length: nResponses }, (_, c) => {
      const own = (_: number, m: number): boolean => m % nResponses === c;
      return signalOf(X, design.n, { positions: positions.filter(own), values: values.filter(own) });
    });
    const [y, fresh] = twice((first) => classes(signals, RATIO, design.seed, first), design.n);
    const grid = { ratio: 0.05, count: 50 };
    const truth = positions.map((j, m) => (m % nResponses) * design.p + j);
    const settings = { loss: "multinomial", nResponses, fresh, truth } as const;
    return problemOf("P14multinomial", X, y, grid, settings);
  },
  P15: (shift = 0) =>
    lasso("P15", { n: 200, p: 1000, seed: 1501 + shift }, 20, { share: 1 / 10 }, { targets: [1e-3, 1e-6] }),
  P16mcp: (shift = 0) => groupedNonconvex("P16mcp", 1601 + shift, { name: "group-mcp", size: 5, gamma: 3 }),
  P16scad: (shift = 0) =>
    groupedNonconvex("P16scad", 1601 + shift, { name: "group-scad", size: 5, gamma: 4 }),
  P17gamma: (shift = 0) => logLinear("P17gamma", 1701 + shift, "gamma", durations),
  P17gammatall: (shift = 0) => logLinear("P17gammatall", 1711 + shift, "gamma", durations, [10000, 200]),
  P17tweedie: (shift = 0) => logLinear("P17tweedie", 1721 + shift, "tweedie", claims),
  P17negbin: (shift = 0) => logLinear("P17negbin", 1741 + shift, "negative-binomial", mixedCounts),
  P18ridge: (shift = 0) => {
    const penalty = { name: "ridge" } as const;
    return lasso(
      "P18ridge",
      { n: 500, p: 2000, seed: 1801 + shift },
      50,
      { ratio: 1e-2, count: 50 },
      { penalty },
    );
  },
};
