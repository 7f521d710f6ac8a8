import type { PiecewiseLinearTerms } from "smooth-edges";
import { piecewiseLinearValue } from "smooth-edges/solvers";
import type { Parametrization } from "smooth-edges/surrogate";
import { type Loss, type LossSurrogate, lossSurrogate } from "./loss-surrogate";
import type { Rows } from "./regression-split";

/** A piecewise linear loss of `X beta` with the penalty that a parametrization induces. */
export interface PiecewiseLinearData {
  readonly X: Rows;
  readonly terms: PiecewiseLinearTerms;
  readonly parametrization: Parametrization;
  readonly lambda: number;
}

/**
 * `Q(xi) = f(X K(xi)) + lambda R_xi(xi)` with every `|r|` of the loss replaced by `r^2 / (2h) + h/2` where `|r| < h`, which
 * is the mean of `|r|` over `r +- h` and at most `h/2` above it. At `h = 0` it is the loss itself, and what is called its
 * gradient is a subgradient.
 */
export function piecewiseLinearSurrogate(data: PiecewiseLinearData, h: number): LossSurrogate {
  const loss: Loss = (beta, slope) => lossAndSlope(data, h, beta, slope);
  return lossSurrogate(loss, data.X.nFeatures, data.parametrization, data.lambda);
}

/** The smoothed loss, and its gradient in the coefficients. */
export function lossAndSlope(
  { X, terms: { center, tilt, width } }: Pick<PiecewiseLinearData, "X" | "terms">,
  h: number,
  beta: Float64Array,
  slope: Float64Array,
): number {
  const { data, nSamples: n, nFeatures: p } = X;
  slope.fill(0);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let r = center[i];
    for (let j = 0; j < p; j++) r -= data[i * p + j] * beta[j];
    const inside = Math.abs(r) < h;
    loss += tilt[i] * r + width[i] * (inside ? (r * r) / (2 * h) + h / 2 : Math.abs(r));
    const force = (tilt[i] + width[i] * (inside ? r / h : Math.sign(r))) / n;
    for (let j = 0; j < p; j++) slope[j] -= data[i * p + j] * force;
  }
  return loss / n;
}

/** `X beta` */
export function predictorOf({ data, nSamples, nFeatures: p }: Rows, beta: ArrayLike<number>): Float64Array {
  const eta = new Float64Array(nSamples);
  for (let i = 0; i < nSamples; i++) for (let j = 0; j < p; j++) eta[i] += data[i * p + j] * beta[j];
  return eta;
}

/** `P(beta) = f(X beta) + lambda R(beta)` */
export function piecewiseLinearObjective(
  { X, terms, parametrization, lambda }: PiecewiseLinearData,
  beta: Float64Array,
): number {
  return (
    piecewiseLinearValue(terms, predictorOf(X, beta)) + parametrization.inducedPenalty.value(beta, lambda)
  );
}
