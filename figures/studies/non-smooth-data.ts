import { type PiecewiseLinearTerms, type SeededRandom, seededRandom } from "smooth-edges";
import { simulateToeplitz } from "smooth-edges/data";
import { hinge, type PiecewiseLinearDatafit, piecewiseLinearValue, pinball } from "smooth-edges/solvers";
import { predictorOf } from "./piecewise-linear-surrogate";
import type { Rows } from "./regression-split";

/** A loss without curvature, and responses that it is made for. */
export interface NonSmoothLoss {
  readonly datafit: PiecewiseLinearDatafit;
  /** The response of a predictor. */
  respond(eta: number, random: SeededRandom): number;
}

export const LOSSES: Readonly<Record<string, NonSmoothLoss>> = {
  median: { datafit: pinball(0.5), respond: (eta, random) => eta + student2(random) },
  // 0.8165 is the upper quartile of Student's t with two degrees of freedom.
  "upper quartile": { datafit: pinball(0.75), respond: (eta, random) => eta + student2(random) - 0.8165 },
  hinge: { datafit: hinge(), respond: (eta, random) => (eta + random.normal() > 0 ? 1 : 0) },
};

/** Student's t with two degrees of freedom, which has no variance. */
function student2(random: SeededRandom): number {
  const z = random.normal();
  // Half of a chi-squared variable with two degrees of freedom is exponential.
  return z / Math.sqrt(-Math.log(1 - random.uniform()));
}

/** Training rows, and the loss over fresh ones. */
export interface NonSmoothData {
  readonly X: Rows;
  readonly y: Float64Array;
  readonly terms: PiecewiseLinearTerms;
  readonly truth: Float64Array;
  /** The largest useful lambda of the lasso: the largest slope of the loss at zero. */
  readonly lambdaMax: number;
  validationLoss(beta: Float64Array): number;
  testLoss(beta: Float64Array): number;
}

const N_TEST = 1000;

/** Rows with correlations 0.5^|i-j|, five coefficients 1 and -1, no intercept; the replicate is the seed. */
export function nonSmoothData(
  loss: string,
  nSamples: number,
  nFeatures: number,
  replicate: number,
): NonSmoothData {
  const { datafit, respond } = LOSSES[loss];
  const drawn = simulateToeplitz({
    nSamples,
    nFeatures,
    nActive: 5,
    rho: 0.5,
    nTest: nSamples + N_TEST,
    seed: replicate,
  });
  const random = seededRandom(1000 + replicate);
  const rowsOf = (
    { data }: { data: Float64Array },
    from: number,
    to: number,
  ): { X: Rows; y: Float64Array } => {
    const X = { data: data.subarray(from * nFeatures, to * nFeatures), nSamples: to - from, nFeatures };
    return { X, y: predictorOf(X, drawn.coef).map((eta) => respond(eta, random)) };
  };
  const { X, y } = rowsOf(drawn.X, 0, nSamples);
  const terms = datafit.terms(y);
  const lossOver = (rows: { X: Rows; y: Float64Array }) => (beta: Float64Array) =>
    piecewiseLinearValue(datafit.terms(rows.y), predictorOf(rows.X, beta));
  return {
    X,
    y,
    terms,
    truth: drawn.coef,
    lambdaMax: steepest(X, terms),
    validationLoss: lossOver(rowsOf(drawn.test.X, 0, nSamples)),
    testLoss: lossOver(rowsOf(drawn.test.X, nSamples, nSamples + N_TEST)),
  };
}

function steepest(
  { data, nSamples: n, nFeatures: p }: Rows,
  { center, tilt, width }: PiecewiseLinearTerms,
): number {
  const slopes = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    const force = (tilt[i] + width[i] * Math.sign(center[i])) / n;
    for (let j = 0; j < p; j++) slopes[j] += data[i * p + j] * force;
  }
  return slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
}
