import { lbfgs, minimize } from "smooth-edges";
import { solvePiecewiseLinear } from "smooth-edges/solvers";
import { initialize, unitGates } from "smooth-edges/surrogate";
import { LOSSES, type NonSmoothData } from "./non-smooth-data";
import {
  lossAndSlope,
  type PiecewiseLinearData,
  piecewiseLinearObjective,
  piecewiseLinearSurrogate,
  predictorOf,
} from "./piecewise-linear-surrogate";

/** Smaller coefficients and residuals count as zero. */
const ZERO = 1e-6;

/** Coefficients, and `P` there. */
export interface Known {
  readonly coef: Float64Array;
  readonly objective: number;
}

/** Coefficients beside the exact ones. */
export interface Reached {
  /** `P` above its least value known. */
  readonly gap: number;
  readonly size: number;
  /** Coefficients that are zero here and not there, or there and not here. */
  readonly unlike: number;
  /** Residuals that are zero. */
  readonly kinks: number;
}

/** How coefficients compare with the best ones known. */
export function compared(data: PiecewiseLinearData, coef: Float64Array, best: Known): Reached {
  return {
    gap: piecewiseLinearObjective(data, coef) - best.objective,
    size: coef.filter(counts).length,
    unlike: unlikeOf(coef, best.coef),
    kinks: kinksOf(data, coef),
  };
}

/** How many coefficients are zero in one and not in the other. */
export function unlikeOf(one: Float64Array, other: Float64Array): number {
  return one.filter((b, j) => counts(b) !== counts(other[j])).length;
}

/** How many residuals are zero. */
export function kinksOf({ X, terms }: PiecewiseLinearData, coef: Float64Array): number {
  return predictorOf(X, coef).filter((eta, i) => !counts(eta - terms.center[i])).length;
}

function counts(value: number): boolean {
  return Math.abs(value) > ZERO;
}

/** Subgradient steps on `P`, of depth 2. */
export function directly(
  data: PiecewiseLinearData,
  step: (k: number) => number,
  count: number,
): Float64Array {
  const beta = new Float64Array(data.X.nFeatures);
  const slope = new Float64Array(data.X.nFeatures);
  for (let k = 1; k <= count; k++) {
    lossAndSlope(data, 0, beta, slope);
    const length = step(k);
    for (let j = 0; j < beta.length; j++) beta[j] -= length * (slope[j] + data.lambda * Math.sign(beta[j]));
  }
  return beta;
}

/** Zero coefficients that can go either way: the first factor zero, all others one. */
export function startOf({ X, parametrization }: PiecewiseLinearData): Float64Array {
  return initialize(parametrization, X.nFeatures, unitGates({ base: new Float64Array(X.nFeatures) }));
}

/** L-BFGS on `Q` of one width after the other. */
export function smoothed(
  data: PiecewiseLinearData,
  hs: readonly number[],
  start: Float64Array,
): { xi: Float64Array; nIter: number } {
  let [xi, nIter] = [start, 0];
  for (const h of hs) {
    const run = minimize(piecewiseLinearSurrogate(data, h), lbfgs(), xi, {
      tol: 1e-9,
      maxIter: 20000,
    });
    [xi, nIter] = [run.x, nIter + run.nIter];
  }
  return { xi, nIter };
}

/** Subgradient descent on `Q` with the loss as it is. */
export function subgradient(
  data: PiecewiseLinearData,
  step: (k: number) => number,
  count: number,
  start: Float64Array,
): Float64Array {
  const Q = piecewiseLinearSurrogate(data, 0);
  const xi = start.slice();
  const gradient = new Float64Array(xi.length);
  for (let k = 1; k <= count; k++) {
    Q.valueAndGradient(xi, gradient);
    const length = step(k);
    for (let m = 0; m < xi.length; m++) xi[m] -= length * gradient[m];
  }
  return xi;
}

/** The lasso's optimum by its linear program, with the duality gap that is left. */
export function exactly(
  loss: string,
  { X, y }: NonSmoothData,
  lambda: number,
): Known & { readonly dualityGap: number } {
  const { datafit } = LOSSES[loss];
  const { coef, certificate } = solvePiecewiseLinear(X, y, {
    datafit,
    lambda,
    tol: 1e-10,
    fitIntercept: false,
  });
  const { objective, dualityGap } = certificate;
  if (dualityGap > 1e-9 * objective) throw new Error(`the linear program has a gap of ${dualityGap}`);
  return { coef, objective, dualityGap };
}
