import { type Datafit, huber, logistic, SmoothLasso, squaredError, squaredHinge } from "smooth-edges";
import { hadamardProduct } from "smooth-edges/surrogate";
import { LOSSES, nonSmoothData } from "./non-smooth-data";
import {
  compared,
  directly,
  exactly,
  kinksOf,
  type Reached,
  smoothed,
  startOf,
  subgradient,
  unlikeOf,
} from "./non-smooth-ways";
import {
  type PiecewiseLinearData,
  piecewiseLinearObjective,
  piecewiseLinearSurrogate,
} from "./piecewise-linear-surrogate";
import { selectionOf } from "./selection";
import { smallProblem } from "./small-problem";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const N_SAMPLES = 60;
const N_FEATURES = 100;
/** Share of the largest lambda, in `width` and `descent`. */
const SHARE = 0.3;

const KINDS: Readonly<Record<string, (parameters: Task["parameters"]) => object>> = {
  minima,
  width: widths,
  descent,
  recovery,
};

/**
 * Losses with kinks, whose exact fits are linear programs, beside descent on `Q` with the loss
 * as it is and with a smoothed one.
 */
export const nonSmoothLosses: Study = {
  name: "non-smooth-losses",
  title: "Does the surrogate keep its promises when the loss has kinks as well? (setting: ours)",
  tasks: (setting) => {
    const quick = setting === "quick";
    const loss = quick ? ["hinge"] : Object.keys(LOSSES);
    const replicate = replicates(COUNTS[setting]);
    return [
      ...grid({
        kind: ["minima"],
        loss,
        depth: [2, 3, 4],
        nFeatures: quick ? [1] : [1, 2],
        replicate,
      }),
      ...grid({ kind: ["width"], loss, replicate }),
      ...grid({ kind: ["descent"], loss, depth: quick ? [3] : [2, 3, 4], replicate }),
      ...(quick ? [] : grid({ kind: ["recovery"], loss, replicate })),
    ];
  },
  run: ({ parameters }: Task): Result => ({ ...KINDS[String(parameters.kind)](parameters) }),
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

/** What a task of the kind `minima` gives. */
export interface Minima {
  /** Points at which as many kinks meet as there are coefficients. */
  readonly vertices: number;
  /** Those of them that are local minima, by slopes along edges. */
  readonly minima: number[][];
  /** Minima at kinks of the penalty and of the loss at once. */
  readonly mixed: number;
  /** Of each way down `Q`: minima that it never ended in, and ends that are none. */
  readonly missed: Record<string, number>;
  readonly spurious: Record<string, number>;
}

/** Ends in the same point. */
export const SAME = 1e-5;
const RANDOM_STARTS = 30;

/** All local minima of `P` in one or two coefficients, and where descent on `Q` ends from beside every vertex and elsewhere. */
function minima(parameters: Task["parameters"]): Minima {
  const { data, vertices, preimage, anywhere, shaken } = smallProblem(parameters);
  const found = vertices.filter(({ minimum }) => minimum);
  const beside = (vertex: { beta: number[] }): Float64Array => shaken(preimage(vertex.beta), 1e-4);
  const elsewhere = Array.from({ length: RANDOM_STARTS }, anywhere);
  const ways = {
    smoothed: [...vertices.map(beside), ...elsewhere].map((start) => {
      const { xi } = smoothed(data, [1e-4, 1e-6, 1e-8], start);
      // From a saddle, where L-BFGS may come to rest too, a shake leads away.
      return smoothed(data, [1e-6, 1e-8], shaken(xi, 1e-4)).xi;
    }),
    // Shorter steps beside the minima, whose basins may be narrow.
    subgradient: [
      ...found.map((vertex) => slowly(data, 0.01, beside(vertex))),
      ...elsewhere.slice(0, 10).map((start) => slowly(data, 0.3, start)),
    ],
  };
  const missed: Record<string, number> = {};
  const spurious: Record<string, number> = {};
  for (const [way, ends] of Object.entries(ways)) {
    const limits: number[][] = [];
    for (const xi of ends) {
      const beta = [...piecewiseLinearSurrogate(data, 0).coefficients(xi)];
      if (!isAmong(limits, beta)) limits.push(beta);
    }
    missed[way] = found.filter(({ beta }) => !isAmong(limits, beta)).length;
    const betas = found.map(({ beta }) => beta);
    spurious[way] = limits.filter((beta) => !isAmong(betas, beta)).length;
  }
  return {
    vertices: vertices.length,
    minima: found.map(({ beta }) => beta),
    mixed: found.filter(({ zeros, beta }) => zeros > 0 && zeros < beta.length).length,
    missed,
    spurious,
  };
}

/** Subgradient steps that shrink to a ten millionth of the first one. */
function slowly(data: PiecewiseLinearData, first: number, start: Float64Array): Float64Array {
  return subgradient(data, (k) => first * 1e-7 ** (k / 40000), 40000, start);
}

function isAmong(betas: readonly number[][], beta: readonly number[]): boolean {
  return betas.some((other) => other.every((b, j) => Math.abs(b - beta[j]) < SAME));
}

/** L-BFGS on `Q` of a width, from scratch and from the solution of the width before it. */
export interface Smoothed {
  readonly h: number;
  readonly cold: Reached & { readonly nIter: number };
  readonly continued: Reached & { readonly nIter: number };
}

/** What a task of the kind `width` gives. */
export interface Widths {
  readonly exact: {
    readonly objective: number;
    readonly dualityGap: number;
    readonly size: number;
    readonly kinks: number;
  };
  readonly rows: Smoothed[];
}

export const WIDTHS: readonly number[] = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];

/** Depth 2, where the exact solution is that of a linear program. */
function widths({ loss, replicate }: Task["parameters"]): Widths {
  const made = nonSmoothData(String(loss), N_SAMPLES, N_FEATURES, Number(replicate));
  const data = { ...made, parametrization: hadamardProduct({ depth: 2 }), lambda: SHARE * made.lambdaMax };
  const exact = exactly(String(loss), made, data.lambda);
  let [warm, nIter] = [startOf(data), 0];
  const rows = WIDTHS.map((h) => {
    const cold = smoothed(data, [h], startOf(data));
    const next = smoothed(data, [h], warm);
    [warm, nIter] = [next.xi, nIter + next.nIter];
    const reached = (xi: Float64Array): Reached =>
      compared(data, piecewiseLinearSurrogate(data, h).coefficients(xi), exact);
    return { h, cold: { ...reached(cold.xi), nIter: cold.nIter }, continued: { ...reached(warm), nIter } };
  });
  const { objective, dualityGap } = exact;
  return {
    exact: {
      objective,
      dualityGap,
      size: exact.coef.filter((b) => b !== 0).length,
      kinks: kinksOf(data, exact.coef),
    },
    rows,
  };
}

/** Steps of the subgradient method, of 10 000. */
const STEPS = 10000;
const SCHEDULES: Readonly<Record<string, (k: number) => number>> = {
  "subgradient, 0.1": () => 0.1,
  "subgradient, 0.01": () => 0.01,
  "subgradient, 1 / sqrt(k)": (k) => 1 / Math.sqrt(k),
  "subgradient, 0.3 to 3e-6": (k) => 0.3 * 1e-5 ** (k / STEPS),
};

/** What a task of the kind `descent` gives: by way, the gap above the least objective of all of them or the exact one. */
export interface Descents {
  readonly objective: number;
  readonly ways: Record<string, Reached>;
}

function descent({ loss, depth, replicate }: Task["parameters"]): Descents {
  const made = nonSmoothData(String(loss), N_SAMPLES, N_FEATURES, Number(replicate));
  const data = {
    ...made,
    parametrization: hadamardProduct({ depth: Number(depth) }),
    lambda: SHARE * made.lambdaMax,
  };
  const start = startOf(data);
  const ends: Record<string, Float64Array> = {};
  for (const [way, step] of Object.entries(SCHEDULES)) ends[way] = subgradient(data, step, STEPS, start);
  ends["L-BFGS, h = 0.01"] = smoothed(data, [0.01], start).xi;
  ends["L-BFGS, h from 1 to 0.001"] = smoothed(data, [1, 0.1, 0.01, 0.001], start).xi;
  const coefs = Object.entries(ends).map(([way, xi]) => ({
    way,
    coef: piecewiseLinearSurrogate(data, 0).coefficients(xi),
  }));
  if (depth === 2)
    coefs.push({
      way: "on P itself, 0.1 to 1e-6",
      coef: directly(data, (k) => 0.1 * 1e-5 ** (k / STEPS), STEPS),
    });
  const candidates = coefs.map(({ coef }) => ({ coef, objective: piecewiseLinearObjective(data, coef) }));
  const best =
    depth === 2
      ? exactly(String(loss), made, data.lambda)
      : candidates.reduce((one, other) => (other.objective < one.objective ? other : one));
  const ways = coefs.map(({ way, coef }): [string, Reached] => [way, compared(data, coef, best)]);
  return { objective: best.objective, ways: Object.fromEntries(ways) };
}

/** How well a fit chosen by the loss over validation rows does. */
export interface Recovered {
  readonly f1: number;
  readonly size: number;
  /** The true loss over fresh rows. */
  readonly testLoss: number;
  /** Features that the exact fit has and this one has not, and the other way round. */
  readonly unlike: number;
}

/** Shares of the largest lambda to choose from. */
const SHARES = Array.from({ length: 15 }, (_, k) => 0.03 ** (k / 14));

/** By estimator, each with its own lambda: the exact fit, smoothed ones of depths 2 to 4, and losses that are smooth. */
function recovery({ loss, replicate }: Task["parameters"]): Record<string, Recovered> {
  const made = nonSmoothData(String(loss), N_SAMPLES, N_FEATURES, Number(replicate));
  const paths: Record<string, readonly Float64Array[]> = {
    exact: SHARES.map((share) => exactly(String(loss), made, share * made.lambdaMax).coef),
  };
  for (const depth of [2, 3, 4]) {
    paths[`depth ${depth}, h = 0.1`] = SHARES.map((share) => {
      const data = { ...made, parametrization: hadamardProduct({ depth }), lambda: share * made.lambdaMax };
      return piecewiseLinearSurrogate(data, 0).coefficients(smoothed(data, [0.1], startOf(data)).xi);
    });
  }
  for (const datafit of SMOOTH_LOSSES[String(loss)]) {
    const model = new SmoothLasso({ datafit, fitIntercept: false, standardize: false });
    const { fits } = model.path(made.X, made.y, { nLambdas: SHARES.length, lambdaMinRatio: 0.03 });
    paths[datafit.name] = fits.map(({ coef }) => Float64Array.from(coef));
  }
  const chosen = Object.entries(paths).map(([way, coefs]): [string, Float64Array] => {
    const losses = coefs.map((coef) => made.validationLoss(coef));
    return [way, coefs[losses.indexOf(Math.min(...losses))]];
  });
  const exact = chosen[0][1];
  return Object.fromEntries(
    chosen.map(([way, coef]): [string, Recovered] => {
      const { f1, size } = selectionOf(coef, made.truth);
      return [way, { f1, size, testLoss: made.testLoss(coef), unlike: unlikeOf(coef, exact) }];
    }),
  );
}

const SMOOTH_LOSSES: Readonly<Record<string, readonly Datafit[]>> = {
  median: [huber({ delta: 1.345 }), squaredError()],
  "upper quartile": [squaredError()],
  hinge: [squaredHinge(), logistic()],
};
