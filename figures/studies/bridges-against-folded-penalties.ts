import {
  fitOnSupport,
  hadamardPower,
  hadamardProduct,
  mcp,
  type Parametrization,
  type Penalty,
  SmoothBridge,
  SmoothLasso,
  SparseLinearModel,
  scad,
  unitGates,
} from "smooth-edges";
import { lambdaGrid, type RegressionSplit, regressionSplit, tuned } from "./regression-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { surrogatePath } from "./surrogate-path";

const SIZE = { nSamples: 100, nFeatures: 200, nActive: 10 };
const N_LAMBDAS = 30;

/** How each method makes its path, from the largest lambda to the smallest. */
export type Method = (
  split: RegressionSplit,
  lambdas: readonly number[],
  seed: number,
) => readonly Float64Array[];

/** Every method by its name. */
export const METHODS: Readonly<Record<string, Method>> = {
  lasso: ({ X, y }, lambdas) => new SmoothLasso(RAW).path(X, y, { lambdas }).coefs,
  SCAD: byPenalty(scad({ gamma: 3.7 })),
  MCP: byPenalty(mcp({ gamma: 3 })),
  "product, k = 3": bySurrogate(hadamardProduct(3), "anew"),
  "product, k = 4": bySurrogate(hadamardProduct(4), "anew"),
  "product, k = 3, from small lambda": bySurrogate(hadamardProduct(3), "the last"),
  "product, k = 4, from small lambda": bySurrogate(hadamardProduct(4), "the last"),
  "power, k = 2.5": bySurrogate(hadamardPower(2.5), "anew"),
  "power, k = 3.5": bySurrogate(hadamardPower(3.5), "anew"),
  "SmoothBridge, q = 2/3": byBridge(2 / 3),
  "SmoothBridge, q = 1/2": byBridge(1 / 2),
  oracle: ({ X, y, truth }) => {
    const support = Array.from(truth.keys()).filter((j) => truth[j] !== 0);
    return [fitOnSupport(X, y, support, { fitIntercept: false }).coef];
  },
};

/**
 * Penalties below the lasso's, by the surrogate, against SCAD, MCP, the lasso and the oracle, each tuned on validation
 * rows. The paper's own constants are not known.
 */
export const bridgesAgainstFoldedPenalties: Study = {
  name: "bridges-against-folded-penalties",
  title: "Are bridges by surrogates as good as SCAD and MCP? (setting: ours)",
  tasks: (setting) =>
    grid({
      snr: setting === "quick" ? [3] : [1, 3, 10],
      method: Object.keys(METHODS),
      replicate: replicates(COUNTS[setting]),
    }),
  run: ({ parameters: { snr, method, replicate } }: Task): Result => {
    const split = regressionSplit({ ...SIZE, rho: 0.5, snr: Number(snr), replicate: Number(replicate) });
    const coefs = METHODS[String(method)](split, lambdaGrid(split, N_LAMBDAS, 1e-2), Number(replicate));
    return { ...split.assess(tuned(split, coefs)) };
  },
  // Which of the minima a descent ends in may hang on a rounding; the measures of one that is the same agree to this.
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 20, paper: 100 };
const RAW = { standardize: false, fitIntercept: false } as const;

function byPenalty(penalty: Penalty): Method {
  return ({ X, y }, lambdas) => new SparseLinearModel({ ...RAW, penalty }).path(X, y, { lambdas }).coefs;
}

function byBridge(q: number): Method {
  return ({ X, y }, lambdas) => new SmoothBridge({ ...RAW, q }).path(X, y, { lambdas }).coefs;
}

function bySurrogate(parametrization: Parametrization, from: "anew" | "the last"): Method {
  return (split, lambdas, seed) => {
    const order = from === "anew" ? lambdas : [...lambdas].reverse();
    return surrogatePath(split, parametrization, order, unitGates({ fanIn: 200, seed }), from).map(
      ({ coef }) => coef,
    );
  };
}
