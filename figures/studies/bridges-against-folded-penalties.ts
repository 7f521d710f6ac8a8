import {
  fitOnSupport,
  mcp,
  type Penalty,
  SmoothBridge,
  SmoothLasso,
  type SmoothLassoOptions,
  SparseLinearModel,
  scad,
} from "smooth-edges";
import { hadamardPower, hadamardProduct, type Parametrization, unitGates } from "smooth-edges/surrogate";
import {
  type Assessment,
  lambdaGrid,
  type RegressionSplit,
  regressionSplit,
  tuned,
} from "./regression-split";
import { GAMMAS } from "./relaxed-lasso";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { surrogatePath } from "./surrogate-path";

const SIZE = { nSamples: 100, nFeatures: 200, nActive: 10 };
const N_LAMBDAS = 30;
const N_STARTS = 5;

/** How each method makes its path, from the largest lambda to the smallest. */
export type Method = (
  split: RegressionSplit,
  lambdas: readonly number[],
  seed: number,
) => readonly Float64Array[];

/** Values of gamma for MCP beside 3, the default of ncvreg. */
const MCP_GAMMAS = [1.2, 1.5, 2, 5];
/** The draws, at a signal-to-noise ratio of 3, that q of `SmoothBridge` and gamma of MCP were chosen by. */
export const CHOSEN_ON = 20;
/** MCP with the gamma of the smallest mean error over these draws. */
export const TUNED_MCP = "MCP, gamma = 1.2";

/** Every method by its name. */
export const METHODS: Readonly<Record<string, Method>> = {
  lasso: (split, lambdas) => lassoPath(split, lambdas).coefs,
  SCAD: byPenalty(scad({ gamma: 3.7 })),
  MCP: byPenalty(mcp({ gamma: 3 })),
  ...Object.fromEntries(MCP_GAMMAS.map((gamma) => [`MCP, gamma = ${gamma}`, byPenalty(mcp({ gamma }))])),
  // Weights 1 / |pilot|: the pilot is tuned as all else is here, or the library's own.
  "adaptive lasso": (split, lambdas) =>
    adaptivePath(split, {
      penaltyFactors: tuned(split, lassoPath(split, lambdas).coefs).map((b) => 1 / Math.abs(b)),
    }),
  "adaptive lasso, pilot by BIC": (split) => adaptivePath(split, { adaptive: true }),
  "relaxed lasso": (split, lambdas) => {
    const path = lassoPath(split, lambdas);
    return GAMMAS.flatMap((gamma) => path.relaxed(gamma).coefs);
  },
  "product, k = 3": bySurrogate(hadamardProduct({ depth: 3 }), "anew"),
  "product, k = 4": bySurrogate(hadamardProduct({ depth: 4 }), "anew"),
  "product, k = 6": bySurrogate(hadamardProduct({ depth: 6 }), "anew"),
  "product, k = 3, from small lambda": bySurrogate(hadamardProduct({ depth: 3 }), "the last"),
  "product, k = 4, from small lambda": bySurrogate(hadamardProduct({ depth: 4 }), "the last"),
  "power, k = 2.5": bySurrogate(hadamardPower({ depth: 2.5 }), "anew"),
  "power, k = 3": bySurrogate(hadamardPower({ depth: 3 }), "anew"),
  "power, k = 3.5": bySurrogate(hadamardPower({ depth: 3.5 }), "anew"),
  "SmoothBridge, q = 2/3": byBridge(2 / 3),
  "SmoothBridge, q = 1/2": byBridge(1 / 2),
  oracle: ({ X, y, truth }) => {
    const support = Array.from(truth.keys()).filter((j) => truth[j] !== 0);
    return [fitOnSupport(X, y, support, { fitIntercept: false }).coef];
  },
};

/** Whether a method is MCP with a gamma that was tried for the choice alone. */
export function isOtherGamma(method: unknown): boolean {
  return String(method).startsWith("MCP, ") && method !== TUNED_MCP;
}

/** The name of a method in figures and tables: a product has so many factors for each coefficient, a power shares all but one. */
export function shownName(method: string): string {
  return method
    .replace(/^product, k = (\d+)/, "$1 factors")
    .replace(/^power, k = ([\d.]+)/, "$1 factors, shared")
    .replace(/^MCP$/, "MCP, gamma = 3")
    .replace("gamma", "γ")
    .replace("lambda", "λ");
}

/**
 * Penalties below the lasso's, by the surrogate, against SCAD, MCP, the lasso, adaptive and relaxed lassos and the oracle, each
 * tuned on validation rows. The paper's own constants are not known.
 */
export const bridgesAgainstFoldedPenalties: Study = {
  name: "bridges-against-folded-penalties",
  title: "Are bridges by surrogates as good as SCAD and MCP? (setting: ours)",
  tasks: (setting) => [
    ...grid({
      snr: setting === "quick" ? [3] : [1, 3, 10],
      method: Object.keys(METHODS).filter((method) => !isOtherGamma(method)),
      replicate: replicates(COUNTS[setting]),
    }),
    ...grid({
      snr: [3],
      method: Object.keys(METHODS).filter(isOtherGamma),
      replicate: replicates(Math.min(COUNTS[setting], CHOSEN_ON)),
    }),
    ...grid({
      snr: [3],
      depth: setting === "quick" ? [] : [3, 4, 6],
      starts: [N_STARTS],
      replicate: replicates(COUNTS[setting]),
    }),
  ],
  run: ({ parameters: { snr, method, depth, replicate } }: Task): Result => {
    const split = regressionSplit({ ...SIZE, rho: 0.5, snr: Number(snr), replicate: Number(replicate) });
    if (method === undefined) return { ...fromSeveralStarts(split, Number(depth), Number(replicate)) };
    return { ...assessed(split, String(method), Number(replicate)) };
  },
  // Which of the minima a descent ends in may hang on a rounding; the measures of one that is the same agree to this.
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };
const RAW = { standardize: false, fitIntercept: false } as const;

/** How good a method is at the lambda of the smallest error over the validation rows. */
export function assessed(split: RegressionSplit, method: string, seed: number): Assessment {
  return split.assess(tuned(split, METHODS[method](split, lambdasOf(split), seed)));
}

function lambdasOf(split: RegressionSplit): number[] {
  return lambdaGrid(split, N_LAMBDAS, 1e-2);
}

function lassoPath({ X, y }: RegressionSplit, lambdas: readonly number[]) {
  return new SmoothLasso(RAW).path(X, y, { lambdas });
}

/** As weights differ in size, it has lambdas of its own: as many, and further down. */
function adaptivePath(
  { X, y }: RegressionSplit,
  weights: Pick<SmoothLassoOptions, "adaptive" | "penaltyFactors">,
): readonly Float64Array[] {
  const options = { nLambdas: N_LAMBDAS, lambdaMinRatio: 1e-3 };
  return new SmoothLasso({ ...RAW, ...weights }).path(X, y, options).coefs;
}

/** The claims compare penalties, not descents, so that each problem is searched thoroughly for its lowest minimum. */
function byPenalty(penalty: Penalty): Method {
  return ({ X, y }, lambdas) =>
    new SparseLinearModel({ ...RAW, penalty, search: "thorough" }).path(X, y, { lambdas }).coefs;
}

function byBridge(q: number): Method {
  return ({ X, y }, lambdas) =>
    new SmoothBridge({ ...RAW, q, search: "thorough" }).path(X, y, { lambdas }).coefs;
}

/** The path of the best of several starts, assessed, and how far the starts lie apart, an entry a lambda. */
export interface SeveralStarts extends Assessment {
  /** The largest objective over the smallest, less 1. */
  readonly spread: readonly number[];
  /** How many supports the starts end in. */
  readonly supports: readonly number[];
  /** Of the best start, by whose objective it is chosen; from 0. */
  readonly best: readonly number[];
}

function fromSeveralStarts(split: RegressionSplit, depth: number, replicate: number): SeveralStarts {
  const lambdas = lambdasOf(split);
  // The first start is that of the method above.
  const paths = replicates(N_STARTS).map((start) =>
    bySurrogate(hadamardProduct({ depth }), "anew")(split, lambdas, replicate + 1000 * start),
  );
  const values = lambdas.map((lambda, k) =>
    paths.map((path) => objective(split, path[k], lambda, 2 / depth)),
  );
  const best = values.map((each) => each.indexOf(Math.min(...each)));
  return {
    ...split.assess(
      tuned(
        split,
        best.map((start, k) => paths[start][k]),
      ),
    ),
    spread: values.map((each) => Math.max(...each) / Math.min(...each) - 1),
    supports: lambdas.map((_, k) => new Set(paths.map((path) => supportOf(path[k]))).size),
    best,
  };
}

/** `(1/2n) norm2(y - X beta)^2 + lambda sum |beta|^q`. */
function objective({ X, y }: RegressionSplit, beta: Float64Array, lambda: number, q: number): number {
  const { data, nSamples: n, nFeatures: p } = X;
  const squares = y.reduce((sum, value, i) => {
    const fitted = beta.reduce((total, b, j) => total + b * data[i * p + j], 0);
    return sum + (value - fitted) ** 2;
  }, 0);
  return squares / (2 * n) + lambda * beta.reduce((sum, b) => sum + Math.abs(b) ** q, 0);
}

function supportOf(beta: Float64Array): string {
  return Array.from(beta.keys())
    .filter((j) => Math.abs(beta[j]) > 1e-6)
    .join();
}

function bySurrogate(parametrization: Parametrization, from: "anew" | "the last"): Method {
  return (split, lambdas, seed) => {
    const order = from === "anew" ? lambdas : [...lambdas].reverse();
    return surrogatePath(split, parametrization, order, unitGates({ fanIn: 200, seed }), from).map(
      ({ coef }) => coef,
    );
  };
}
