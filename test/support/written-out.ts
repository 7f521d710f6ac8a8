import type { EstimatorCase } from "./estimators";
import type { LinearData } from "./problems";

/** Coefficients on the original scale. */
export interface Coefficients {
  readonly coef: ArrayLike<number>;
  readonly intercept: number;
}

/** `(1/2n) ||y - b0 - X b||^2 + lambda R(b)`: the textbook's, nothing of the library. */
export function objectiveOf(
  estimator: Pick<EstimatorCase, "penalty" | "scaled">,
  { X, y }: LinearData,
  lambda: number,
  { coef, intercept }: Coefficients,
): number {
  const n = y.length;
  const beta = Array.from(coef);
  const loss = y.reduce(
    (sum, v, i) => sum + (v - intercept - X[i].reduce((a, x, j) => a + x * beta[j], 0)) ** 2 / (2 * n),
    0,
  );
  const [deviation] = deviationsOf(y.map((value) => [value]));
  return loss + penaltyOf(estimator, X, lambda, beta, deviation);
}

/** `lambda R(b)`, `b` the coefficients on the scale of the penalty: with the deviations of the columns, or of groups. */
export function penaltyOf(
  { penalty, scaled }: Pick<EstimatorCase, "penalty" | "scaled">,
  X: LinearData["X"],
  lambda: number,
  coef: readonly number[],
  deviation: number,
): number {
  const scales = deviationsOf(X);
  const b = scaled ? scaled(X, coef) : coef.map((own, j) => own * scales[j]);
  return penalty(b, lambda, [...coef.keys()], deviation);
}

/** The standard deviation of each column, divisor n. */
export function deviationsOf(X: readonly (readonly number[])[]): number[] {
  const n = X.length;
  return X[0].map((_, j) => {
    const mean = X.reduce((sum, row) => sum + row[j] / n, 0);
    return Math.sqrt(X.reduce((sum, row) => sum + (row[j] - mean) ** 2 / n, 0));
  });
}

/** Ordinary least squares by Gaussian elimination on the normal equations: the intercept, then the coefficients. */
export function leastSquares({ X, y }: LinearData): number[] {
  const design = X.map((row) => [1, ...row]);
  const size = design[0].length;
  const system = Array.from({ length: size }, (_, j) => [
    ...Array.from({ length: size }, (_unused, k) => design.reduce((sum, row) => sum + row[j] * row[k], 0)),
    design.reduce((sum, row, i) => sum + row[j] * y[i], 0),
  ]);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      if (i === j) continue;
      const factor = system[i][j] / system[j][j];
      for (let k = j; k <= size; k++) system[i][k] -= factor * system[j][k];
    }
  }
  return system.map((row, j) => row[size] / row[j]);
}

/** The minimiser of `1/2 (z - b)^2 + R(b)` by trial of ever finer grids, to about 1e-7. */
export function shrunk(z: number, penalty: (b: number) => number): number {
  let [low, high] = [0, z];
  let best = 0;
  for (let round = 0; round < 12; round++) {
    const width = (high - low) / 100;
    const trials = Array.from({ length: 101 }, (_, k) => low + k * width);
    best = trials.reduce((a, b) => (value(b) < value(a) ? b : a));
    [low, high] = [Math.max(0, best - 2 * width), best + 2 * width];
  }
  return best;

  function value(b: number): number {
    return (z - b) ** 2 / 2 + penalty(b);
  }
}
