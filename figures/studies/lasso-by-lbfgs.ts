import { l1, SmoothLasso, SparseLinearModel } from "smooth-edges";
import { coordinateDescent } from "smooth-edges/solvers";
import {
  equalFactors,
  hadamardDifference,
  hadamardProduct,
  type Initialization,
  type Parametrization,
  unitGates,
} from "smooth-edges/surrogate";
import { lambdaGrid, type RegressionSplit, regressionSplit, tuned } from "./regression-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { surrogatePath } from "./surrogate-path";

const SIZE = { nSamples: 100, nFeatures: 200, nActive: 10 };
const LARGE = { nSamples: [500], nFeatures: [1000], nActive: [20] };
const N_LAMBDAS = 30;

/**
 * The lasso by L-BFGS on its two surrogates, from scratch at every lambda, against coordinate descent and the certified
 * optimum: the same path, or not? The paper's own constants are not known.
 */
export const lassoByLbfgs: Study = {
  name: "lasso-by-lbfgs",
  title: "Does L-BFGS on the surrogate end where the lasso's own solvers end? (setting: ours)",
  tasks: (setting) =>
    setting === "quick"
      ? tasksWith([0.5], [3], 2)
      : [
          ...tasksWith([0, 0.5, 0.9], [0.5, 1, 3, 10], COUNTS[setting]),
          ...grid({ rho: [0.5], snr: [3], ...LARGE, replicate: replicates(LARGE_COUNTS[setting]) }),
        ],
  run: ({ parameters: { rho, snr, replicate, ...size } }: Task): Result => {
    const split = regressionSplit({
      ...SIZE,
      ...size,
      rho: Number(rho),
      snr: Number(snr),
      replicate: Number(replicate),
    });
    const lambdas = lambdaGrid(split, N_LAMBDAS, 1e-2);
    const optimum = certified(split, lambdas);
    const best = optimum.map((beta, k) => objective(split, beta, lambdas[k]));
    const against = (coefs: readonly Float64Array[]): Result => ({
      gaps: coefs.map((beta, k) => Math.max(0, objective(split, beta, lambdas[k]) / best[k] - 1)),
      distance: Math.max(
        ...coefs.flatMap((beta, k) => Array.from(beta, (b, j) => Math.abs(b - optimum[k][j]))),
      ),
      ...split.assess(tuned(split, coefs)),
    });
    const bySurrogate = (parametrization: Parametrization, start: Initialization): Result => {
      const steps = surrogatePath(split, parametrization, lambdas, start, "anew");
      return {
        ...against(steps.map(({ coef }) => coef)),
        nIter: steps.map(({ nIter }) => nIter),
        misalignment: Math.max(...steps.map((step) => step.misalignment)),
      };
    };
    return {
      optimum: split.assess(tuned(split, optimum)),
      coordinateDescent: against(byCoordinates(split, lambdas)),
      product: bySurrogate(
        hadamardProduct({ depth: 2 }),
        unitGates({ fanIn: split.X.nFeatures, seed: Number(replicate) }),
      ),
      difference: bySurrogate(hadamardDifference({ depth: 2 }), equalFactors(1)),
    };
  },
  // Where L-BFGS stops on a flat objective is decided by roundings.
  tolerance: 1e-2,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 2, desk: 100, paper: 100 };
const LARGE_COUNTS: Readonly<Record<Setting, number>> = { quick: 0, desk: 20, paper: 20 };

function tasksWith(rho: number[], snr: number[], count: number): Task[] {
  return grid({ rho, snr, replicate: replicates(count) });
}

function certified({ X, y }: RegressionSplit, lambdas: readonly number[]): Float64Array[] {
  return new SmoothLasso({ standardize: false, fitIntercept: false, tol: 1e-12 })
    .path(X, y, { lambdas })
    .coefs.slice();
}

/** What a user of coordinate descent gets, at a tolerance that packages have by default. */
function byCoordinates({ X, y }: RegressionSplit, lambdas: readonly number[]): Float64Array[] {
  const options = {
    penalty: l1(),
    solver: coordinateDescent(),
    standardize: false,
    fitIntercept: false,
    tol: 1e-7,
  };
  return new SparseLinearModel(options).path(X, y, { lambdas }).coefs.slice();
}

/** `(1/2n) norm2(y - X beta)^2 + lambda norm1(beta)`. */
function objective({ X, y }: RegressionSplit, beta: Float64Array, lambda: number): number {
  const { data, nSamples: n, nFeatures: p } = X;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    let residual = y[i];
    for (let j = 0; j < p; j++) residual -= data[i * p + j] * beta[j];
    squares += residual * residual;
  }
  return squares / (2 * n) + lambda * beta.reduce((sum, value) => sum + Math.abs(value), 0);
}
