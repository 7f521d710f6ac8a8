import {
  adam,
  cosine,
  type Datafit,
  gradientDescent,
  lbfgs,
  logistic,
  minimize,
  type Optimizer,
  SmoothBridge,
  SmoothGroupBridge,
  seededRandom,
  squaredError,
} from "smooth-edges";
import { type Simulation, simulateGroups, simulateToeplitz } from "smooth-edges/data";
import {
  balanced,
  equalFactors,
  groupHadamardPower,
  groupHadamardProduct,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  type Initialization,
  type Parametrization,
  surrogateObjective,
  unbalanced,
  unitGates,
  varianceMatched,
} from "smooth-edges/surrogate";
import { selectionOf } from "./selection";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** Relative gaps whose first iteration is recorded. */
const GAPS: readonly number[] = [1e-2, 1e-4, 1e-6];
const STEPS = 4000;

/** A kind of data: how they are drawn, their loss, and the labels of their groups. */
interface Row {
  readonly draw: (seed: number) => Simulation;
  readonly datafit: Datafit;
  readonly grouped: boolean;
}

/** 100 rows and 200 features, as in the regression studies; groups as D-Gating has them. */
const ROWS: Readonly<Record<string, Row>> = {
  linear: { draw: (seed) => simulateToeplitz({ seed }), datafit: squaredError(), grouped: false },
  logistic: {
    draw: (seed) => classified(simulateToeplitz({ nSamples: 200, seed }), seed),
    datafit: logistic(),
    grouped: false,
  },
  group: { draw: (seed) => simulateGroups({ seed }), datafit: squaredError(), grouped: true },
};

/** What one run gives: the map, the start and the optimizer it had, and where it got. */
export interface Run {
  readonly map: string;
  readonly start: string;
  readonly optimizer: string;
  /** First iteration at each of `GAPS`; null where it was not reached. */
  readonly steps: (number | null)[];
  /** At the end, relative to the least objective that anything reached. */
  readonly gap: number;
  readonly f1: number;
}

/**
 * Factors of their own or shared, whole and real depths, starts and optimizers. Lambda is a
 * tenth of the lasso's largest at every depth, since `|beta|^q` is the same for all `q` at the true coefficients 1 and -1.
 */
export const sharingDepthInitialization: Study = {
  name: "sharing-depth-initialization",
  title: "What do shared factors, real depth and the start do to speed and quality? (setting: ours)",
  tasks: (setting) =>
    setting === "quick"
      ? grid({ row: ["linear"], depth: [2], replicate: [0] })
      : Object.keys(ROWS).flatMap((row) =>
          grid({
            row: [row],
            depth: row === "linear" ? [2, 2.5, 3, 3.5, 4, 6] : [2, 2.5, 3, 4],
            replicate: replicates(COUNTS[setting]),
          }),
        ),
  run: ({ parameters: { row, depth, replicate } }: Task): Result => {
    const { draw, datafit, grouped } = ROWS[String(row)];
    const data = draw(Number(replicate));
    const slopes = slopesAtZero(data, datafit);
    const lambda = largestOf(slopes, data.groups, grouped) / 10;
    const runs = Object.entries(mapsOf(Number(depth), data, grouped)).flatMap(([map, parametrization]) =>
      Object.entries(startsOf(map, slopes)).flatMap(([start, scheme]) =>
        Object.entries(OPTIMIZERS).map(([optimizer, method]) => ({
          ...{ map, start, optimizer },
          ...descend(data, { parametrization, lambda, datafit }, scheme, method),
        })),
      ),
    );
    const best = Math.min(
      estimated(data, lambda, datafit, Number(depth), grouped),
      ...runs.map((r) => r.end),
    );
    return {
      runs: runs.map(({ map, start, optimizer, objectives, end, f1 }): Run => {
        const first = GAPS.map((gap) => objectives.findIndex((value) => value / best - 1 < gap));
        return {
          ...{ map, start, optimizer },
          steps: first.map((step) => (step < 0 ? null : step)),
          gap: Math.max(end / best - 1, 0),
          f1,
        };
      }),
    };
  },
  // Which of several minima is reached, and when, is decided by roundings.
  tolerance: 1e-2,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  "gradient descent": gradientDescent(),
  Adam: adam({ step: 0.05, schedule: cosine({ steps: STEPS }) }),
  "L-BFGS": lbfgs(),
};

function mapsOf(depth: number, { groups }: Simulation, grouped: boolean): Record<string, Parametrization> {
  const whole = Number.isInteger(depth);
  if (grouped)
    return {
      ...(whole ? { "own factors": groupHadamardProduct(groups, { depth }) } : {}),
      ...(depth > 2 ? { shared: groupHadamardPower(groups, { depth }) } : {}),
    };
  return {
    ...(whole ? { "own factors": hadamardProduct({ depth }) } : {}),
    ...(depth > 2 ? { shared: hadamardPower({ depth }) } : {}),
    ...(depth === 2 ? { difference: hadamardDifference({ depth: 2 }) } : {}),
  };
}

/** Balanced starts are the preimages of 0.1 with signs; the others have `u` and the rest apart. */
function startsOf(map: string, slopes: Float64Array): Record<string, Initialization> {
  if (map === "difference") return { "a = b = 1": equalFactors(1), "a = b = 0.03": equalFactors(0.03) };
  const signs = slopes.map((slope) => (slope > 0 ? -1 : 1));
  return {
    "balanced, all +": balanced({ signs: "positive", magnitude: 0.1 }),
    "balanced, random ±": balanced({ signs: "random", magnitude: 0.1 }),
    "balanced, signs of X'y": balanced({ signs, magnitude: 0.1 }),
    "u = 0, others 1": unbalanced(),
    "u = 0, others small": unbalanced({ magnitude: 1e-3 }),
    "u random, others 1": unitGates(),
    "all random": varianceMatched({ sigma: 0.1 }),
  };
}

type SurrogateOptions = Parameters<typeof surrogateObjective>[2];

/** The objective of the sparse problem at `K(xi)` along a run: `Q` with the penalty that it induces in place of its own. */
function descend(
  { X, y, coef }: Simulation,
  options: SurrogateOptions,
  scheme: Initialization,
  optimizer: Optimizer,
): { objectives: number[]; end: number; f1: number } {
  const { parametrization, lambda } = options;
  const Q = surrogateObjective(X, y, options);
  const beta = new Float64Array(X.nFeatures);
  const objectives: number[] = [];
  const { x } = minimize(Q, optimizer, scheme(parametrization, X.nFeatures), {
    maxIter: STEPS,
    tol: 1e-9,
    onIteration({ x, value }) {
      parametrization.forward(x, beta);
      const induced = parametrization.inducedPenalty.value(beta, lambda);
      objectives.push(value - lambda * parametrization.surrogatePenalty(x) + induced);
    },
  });
  return {
    objectives,
    end: objectives[objectives.length - 1],
    f1: selectionOf(Q.coefficients(x).coef, coef).f1,
  };
}

/** The least objective that the estimator finds by a thorough search: a reference that uses none of these descents. */
function estimated(
  { X, y, groups }: Simulation,
  lambda: number,
  datafit: Datafit,
  depth: number,
  grouped: boolean,
): number {
  const options = {
    lambda,
    datafit,
    q: 2 / depth,
    standardize: false,
    fitIntercept: false,
    search: "thorough",
  } as const;
  if (!grouped) return new SmoothBridge(options).fit(X, y).certificate.objective;
  const penaltyFactors = new Array<number>(new Set(groups).size).fill(1);
  return new SmoothGroupBridge({ ...options, groups, penaltyFactors }).fit(X, y).certificate.objective;
}

/** The gradient of the loss at zero. */
function slopesAtZero({ X, y }: Simulation, datafit: Datafit): Float64Array {
  const loss = surrogateObjective(X, y, {
    parametrization: hadamardProduct({ depth: 2 }),
    lambda: 0,
    datafit,
  });
  const gradient = new Float64Array(loss.size);
  // At u = 0, v = 1 the derivative with respect to u is that with respect to beta.
  loss.valueAndGradient(unbalanced()(hadamardProduct({ depth: 2 }), X.nFeatures), gradient);
  return gradient.slice(0, X.nFeatures);
}

function largestOf(slopes: Float64Array, groups: readonly number[], grouped: boolean): number {
  const squares = new Float64Array(slopes.length);
  slopes.forEach((slope, j) => {
    squares[grouped ? groups[j] : j] += slope * slope;
  });
  return Math.sqrt(squares.reduce((most, square) => Math.max(most, square), 0));
}

/** The same rows with responses of 0 and 1, with log odds `X coef`. */
function classified(data: Simulation, seed: number): Simulation {
  const { X, coef } = data;
  const random = seededRandom(1000 + seed);
  const y = Float64Array.from({ length: X.nSamples }, (_, i) => {
    const odds = coef.reduce((sum, beta, j) => sum + X.data[i * coef.length + j] * beta, 0);
    return random.uniform() < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
  });
  return { ...data, y };
}
