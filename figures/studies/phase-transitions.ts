import { lbfgs, minimize, SmoothBridge, SmoothLasso, seededRandom } from "smooth-edges";
import { type Simulation, simulateCompressedSensing } from "smooth-edges/data";
import { irls } from "smooth-edges/solvers";
import { BasisPursuit, PublishedBasisPursuit } from "./basis-pursuit";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { norm } from "./vector";

const N_FEATURES = 256;
/** Descents that a task may take, as published. */
const DESCENTS = 10;
/** Iterations of one of them. */
const ITERATIONS = 100;
/** With how little of the largest lambda the regularized methods come near to basis pursuit. */
const SMALL = 1e-5;
/** The relative error below which the truth is recovered, as published. */
export const SUCCESS = 1e-2;
/** Coefficients below this are not counted. */
const ZERO = 1e-6;

/** What a method finds, and by how many descents. */
interface Found {
  readonly coef: Float64Array;
  readonly descents: number;
}

const METHODS: Readonly<Record<string, (data: Simulation, q: number, seed: number) => Found>> = {
  "equal gates": (data, q) => descend(data, q, 1, () => EQUAL),
  "random gates": (data, q, seed) => {
    const random = seededRandom(seed);
    return descend(data, q, DESCENTS, () => EQUAL.map(() => 2 * random.uniform()));
  },
  "gates opened again": (data, q) =>
    descend(data, q, DESCENTS, (before, coef) =>
      before === 0 ? EQUAL : coef.map((b) => (Math.abs(b) + 2 ** (1 - before)) ** (q / 2)),
    ),
  "published gates": (data, q, seed) => {
    const random = seededRandom(seed);
    return published(data, q, () => 0.1 * random.normal());
  },
  "published gates, our starts": (data, q, seed) => {
    const random = seededRandom(seed);
    return published(data, q, () => (2 * random.uniform()) ** (2 / q - 1));
  },
  IRLS: (data, q) => fitted(data, new SmoothBridge({ ...smallLambda(data), q, solver: irls() })),
  // One descent of a dense problem ends in a dense minimum: recovery takes the smoothed start of a thorough search.
  "SmoothBridge, thorough search": (data, q) =>
    fitted(data, new SmoothBridge({ ...smallLambda(data), q, search: "thorough" })),
  lasso: (data) => fitted(data, new SmoothLasso(smallLambda(data))),
};
const EQUAL = new Float64Array(N_FEATURES).fill(1);

/** Methods that minimise a penalty which is not convex, for every `q` below 1, at all sizes. */
export const SEARCHES: string[] = ["equal gates", "random gates", "gates opened again", "IRLS"];

/** By their key the values of `q`; the published 0.67 is 2/3. */
const QS: Readonly<Record<string, number>> = { "2/3": 2 / 3, "3/4": 3 / 4, "9/10": 9 / 10, "1": 1 };

/** One search. */
export interface Search {
  /** `norm2(beta - truth) / norm2(truth)`. */
  readonly error: number;
  /** `sum |beta|^q` over that of the truth: where it is below 1 the truth is not the minimum that was looked for. */
  readonly penalty: number;
  readonly descents: number;
}

/** After Poon and Peyré (arXiv 2106.01429): how many measurements recover 40 spikes of 256 places, without noise. */
export const phaseTransitions: Study = {
  name: "phase-transitions",
  title: "How many measurements recover a sparse vector? (setting: Poon and Peyré's; starts theirs and ours)",
  tasks: (setting) => {
    const nSamples = SIZES[setting];
    const few = FEW_SIZES.filter((size) => nSamples.includes(size));
    const once = nSamples.filter((size) => size === 100);
    const [q, replicate] = [["2/3", "3/4", "9/10"], replicates(COUNTS[setting])];
    return [
      ...grid({ nSamples, q, method: SEARCHES, replicate }),
      ...grid({ nSamples, q: ["1"], method: ["equal gates", "lasso"], replicate }),
      ...grid({ nSamples: few, q, method: ["published gates"], replicate }),
      ...grid({ nSamples: few, q: ["2/3"], method: ["published gates, our starts"], replicate }),
      ...grid({ nSamples: once, q: ["2/3"], method: ["SmoothBridge, thorough search"], replicate }),
    ];
  },
  run: ({ parameters: { nSamples, q, method, replicate } }: Task): Result => {
    const exponent = QS[String(q)];
    const data = simulateCompressedSensing({ nSamples: Number(nSamples), seed: Number(replicate) });
    const { coef, descents } = METHODS[String(method)](data, exponent, Number(replicate));
    const search: Search = {
      error: rounded(errorOf(coef, data)),
      penalty: rounded(penaltyOf(coef, exponent) / penaltyOf(data.coef, exponent)),
      descents,
    };
    return { ...search };
  },
  // Which minimum a descent ends in may hang on a rounding; exact recovery is zero to rounding.
  tolerance: 1e-3,
};

/** Numbers of measurements, beyond the quick setting as published. */
const SIZES: Readonly<Record<Setting, readonly number[]>> = {
  quick: [110],
  desk: evenNumbers(60, 140),
  paper: evenNumbers(60, 140),
};
/** Those of them with which the published gates are tried, which take long where they fail. */
const FEW_SIZES: readonly number[] = [90, 100, 110, 120];
/** Vectors that are looked for with each, beyond the quick setting as published. */
const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

/**
 * The best of descents, until one ends with fewer coefficients than measurements: of a random matrix no other solution than
 * the truth has so few.
 */
function descend(
  data: Simulation,
  q: number,
  most: number,
  startOf: (before: number, coef: Float64Array) => Float64Array,
): Found {
  const objective = new BasisPursuit(data, 2 / q);
  let best: Float64Array | undefined;
  let coef: Float64Array = new Float64Array(N_FEATURES);
  let descents = 0;
  while (descents < most && (best === undefined || sizeOf(best) >= data.y.length)) {
    const start = startOf(descents, coef);
    coef = ended(objective, start);
    descents += 1;
    if (best === undefined || penaltyOf(coef, q) < penaltyOf(best, q)) best = coef;
  }
  return { coef: best as Float64Array, descents };
}

/** As in the published code, which tries a descent again until the truth is found and therefore has to know it. */
function published(data: Simulation, q: number, gate: () => number): Found {
  const objective = new PublishedBasisPursuit(data, 2 / q);
  let coef: Float64Array;
  let descents = 0;
  do {
    coef = ended(objective, EQUAL.map(gate));
    descents += 1;
  } while (descents < DESCENTS && errorOf(coef, data) >= SUCCESS);
  return { coef, descents };
}

/** The coefficients at the end of a descent. */
function ended(objective: BasisPursuit | PublishedBasisPursuit, start: Float64Array): Float64Array {
  const { x } = minimize(objective, lbfgs({ memory: 5 }), start, {
    maxIter: ITERATIONS,
    tol: 1e-4,
  });
  return objective.coefficients(x);
}

function fitted(data: Simulation, model: SmoothBridge | SmoothLasso): Found {
  return { coef: model.fit(data.X, data.y).coef, descents: 1 };
}

function smallLambda({ X, y }: Simulation): { lambda: number; fitIntercept: false; standardize: false } {
  const slopes = new Float64Array(X.nFeatures);
  X.data.forEach((value, k) => {
    slopes[k % X.nFeatures] += (value * y[Math.floor(k / X.nFeatures)]) / y.length;
  });
  const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  return { lambda: SMALL * largest, fitIntercept: false, standardize: false };
}

/** To the digits that a record keeps: there are tens of thousands. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

function errorOf(coef: Float64Array, truth: Simulation): number {
  return norm(coef.map((b, j) => b - truth.coef[j])) / norm(truth.coef);
}

function sizeOf(coef: Float64Array): number {
  return coef.filter((b) => Math.abs(b) > ZERO).length;
}

function penaltyOf(coef: Float64Array, q: number): number {
  return coef.reduce((sum, b) => sum + Math.abs(b) ** q, 0);
}

function evenNumbers(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / 2 + 1 }, (_, k) => from + 2 * k);
}
