import { type Optimizer, type Schedule, sgd } from "smooth-edges";
import type { SmoothObjective } from "smooth-edges/surrogate";
import type { RegressionSplit } from "./regression-split";
import { dot } from "./vector";

/** A method on a lasso: coefficients after every pass over the data, with the factors where it has some. */
export type Method = (
  problem: Problem,
) => Iterable<{ readonly beta: Float64Array; readonly factors?: Float64Array }>;

/** `(1/2n) norm2(y - X beta)^2 + lambda norm1(beta)`, with columns of a mean square of 1. */
export interface Problem extends Pick<RegressionSplit, "X" | "y"> {
  readonly lambda: number;
  readonly seed: number;
  /** The largest eigenvalue of `X'X / n`. */
  readonly curvature: number;
}

/** Descent on the penalty itself, along a subgradient that is 0 at 0. */
export function direct(schedule?: Schedule): Method {
  return function* (problem) {
    const { X, y, lambda, curvature } = problem;
    const kinked: SmoothObjective = {
      size: X.nFeatures,
      valueAndGradient(beta, gradient) {
        const residuals = productOf(problem, beta).map((fitted, i) => fitted - y[i]);
        slopesOf(problem, residuals).forEach((slope, j) => {
          gradient[j] = slope + lambda * Math.sign(beta[j]);
        });
        return dot(residuals, residuals) / (2 * y.length) + lambda * sumOfMagnitudes(beta);
      },
    };
    const optimizer = sgd({ step: 0.3 / curvature, schedule });
    yield* afterPasses(kinked, optimizer, new Float64Array(X.nFeatures), (x) => ({ beta: x }));
  };
}

/** Soft thresholds after gradient steps of the length `1 / curvature`, taken from a point ahead in FISTA. */
export function proximal(accelerated: boolean): Method {
  return function* (problem) {
    const { X, y, lambda, curvature } = problem;
    let beta = new Float64Array(X.nFeatures);
    let ahead = beta;
    for (let t = 1; ; ) {
      const slopes = slopesOf(
        problem,
        productOf(problem, ahead).map((fitted, i) => fitted - y[i]),
      );
      const next = ahead.map((b, j) => softened(b - slopes[j] / curvature, lambda / curvature));
      const following = accelerated ? (1 + Math.sqrt(1 + 4 * t * t)) / 2 : t;
      ahead = next.map((b, j) => b + ((t - 1) / following) * (b - beta[j]));
      beta = next;
      t = following;
      yield { beta };
    }
  };
}

/** Cycles through all coefficients. */
export function* coordinates(problem: Problem): Generator<{ beta: Float64Array }> {
  const { X, y, lambda } = problem;
  const { data, nSamples: n, nFeatures: p } = X;
  const beta = new Float64Array(p);
  const residuals = y.slice();
  for (;;) {
    for (let j = 0; j < p; j++) {
      let slope = 0;
      for (let i = 0; i < n; i++) slope += (data[i * p + j] * residuals[i]) / n;
      // Columns have a mean square of 1.
      const next = softened(beta[j] + slope, lambda);
      for (let i = 0; i < n; i++) residuals[i] -= (next - beta[j]) * data[i * p + j];
      beta[j] = next;
    }
    yield { beta };
  }
}

function softened(value: number, threshold: number): number {
  return Math.sign(value) * Math.max(Math.abs(value) - threshold, 0);
}

/** `norm1(beta)`. */
export function sumOfMagnitudes(beta: Float64Array): number {
  return beta.reduce((sum, b) => sum + Math.abs(b), 0);
}

/** `X beta`. */
export function productOf({ X }: Pick<Problem, "X">, beta: Float64Array): Float64Array {
  const { data, nSamples: n, nFeatures: p } = X;
  const fitted = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) fitted[i] += data[i * p + j] * beta[j];
  return fitted;
}

/** `X'r / n`. */
export function slopesOf({ X }: Pick<Problem, "X">, residuals: Float64Array): Float64Array {
  const { data, nSamples: n, nFeatures: p } = X;
  const slopes = new Float64Array(p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) slopes[j] += (data[i * p + j] * residuals[i]) / n;
  return slopes;
}

/** States of an optimizer, each as often as it looked at the objective on the way there. */
export function* afterPasses<T>(
  objective: SmoothObjective,
  optimizer: Optimizer,
  start: Float64Array,
  stateOf: (x: Float64Array) => T,
): Generator<T> {
  let passes = 0;
  const counted: SmoothObjective = Object.create(objective, {
    valueAndGradient: {
      value: (x: Float64Array, gradient: Float64Array) => {
        passes += 1;
        return objective.valueAndGradient(x, gradient);
      },
    },
  });
  let before = start;
  for (const { x, value } of optimizer.iterate(counted, start)) {
    if (!Number.isFinite(value)) return;
    // Passes of a search along a line leave the method where it was until the last of them.
    for (; passes > 1; passes--) yield stateOf(before);
    passes = 0;
    before = x.slice();
    yield stateOf(before);
  }
}
