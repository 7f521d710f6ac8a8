import { gradientDescent, minimize } from "smooth-edges";
import { equalFactors, hadamardDifference, surrogateObjective } from "smooth-edges/surrogate";
import { lambdaGrid, regressionSplit } from "./regression-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const SIZE = { nSamples: 100, nFeatures: 200, nActive: 10, rho: 0.5, snr: 3 };
const STEP = 0.02;
const STEPS = 4000;
/** Steps from one look at the validation error to the next. */
const LOOK = 40;

/** Shares of the largest lambda; the last is its tenth for half of the steps and zero for the rest. */
export const PENALTIES: readonly string[] = ["0", "0.003", "0.01", "0.03", "0.1", "0.3", "0.1, then 0"];
export const ALPHAS: readonly number[] = [1e-6, 1e-4, 1e-2, 1e-1, 1];

/** Relative errors of the coefficients: at the end, and where the validation rows would have stopped. */
export interface Ended {
  readonly end: number;
  readonly stopped: number;
  /** At the end. */
  readonly f1: number;
}

/**
 * Gradient descent on `a^2 - b^2` from `a = b = alpha`, where small `alpha` without a penalty
 * is implicit regularization, with explicit penalties of several strengths.
 */
export const explicitAndImplicit: Study = {
  name: "explicit-and-implicit",
  title: "What do a small start and a penalty add to each other? (setting: ours)",
  tasks: (setting) =>
    grid({
      penalty: setting === "quick" ? ["0.1"] : PENALTIES.slice(),
      alpha: setting === "quick" ? [1e-2] : ALPHAS.slice(),
      replicate: replicates(COUNTS[setting]),
    }),
  run: ({ parameters: { penalty, alpha, replicate } }: Task): Result => {
    const split = regressionSplit({ ...SIZE, replicate: Number(replicate) });
    const [largest] = lambdaGrid(split, 2, 0.1);
    const parametrization = hadamardDifference({ depth: 2 });
    const errors: number[] = [];
    const coefs: Float64Array[] = [];
    let x: ArrayLike<number> = equalFactors(Number(alpha))(parametrization, SIZE.nFeatures);
    for (const { share, steps } of phasesOf(String(penalty))) {
      const Q = surrogateObjective(split.X, split.y, { parametrization, lambda: share * largest });
      x = minimize(Q, gradientDescent({ step: STEP }), x, {
        maxIter: steps,
        tol: 0,
        onIteration(state, iteration) {
          if (iteration % LOOK > 0) return;
          const { coef } = Q.coefficients(state.x);
          errors.push(split.validationError(coef));
          coefs.push(coef);
        },
      }).x;
    }
    const best = errors.indexOf(Math.min(...errors));
    const { estimationError, f1 } = split.assess(coefs[coefs.length - 1]);
    const ended: Ended = { end: estimationError, stopped: split.assess(coefs[best]).estimationError, f1 };
    return { ...ended };
  },
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

function phasesOf(penalty: string): { share: number; steps: number }[] {
  const shares = penalty.split(", then ").map(Number);
  return shares.map((share) => ({ share, steps: STEPS / shares.length }));
}
