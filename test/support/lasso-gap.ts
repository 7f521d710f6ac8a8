import type { SparseLinearFit } from "../../src/estimators";

/** What the judge needs to know of a lasso besides the data. */
export interface LassoSetting {
  readonly lambda: number;
  readonly fitIntercept?: boolean;
  readonly standardize?: boolean;
  readonly penaltyFactors?: readonly number[];
}

/** Objective and duality gap of a lasso fit. */
export interface Judgement {
  readonly objective: number;
  readonly gap: number;
  /** Objective of the model without penalized features. */
  readonly nullObjective: number;
}

/**
 * Judges a fit by its published coefficients, on the original scale and by the textbook formulas: nothing of the library
 * is used, so it agrees with the fit's own certificate only if both are right.
 */
export function judgeLasso(
  X: readonly (readonly number[])[],
  y: readonly number[],
  { coef, intercept }: Pick<SparseLinearFit, "coef" | "intercept">,
  { lambda, fitIntercept = true, standardize = true, penaltyFactors }: LassoSetting,
): Judgement {
  const [n, p] = [y.length, coef.length];
  const columns = Array.from({ length: p }, (_, j) => X.map((row) => row[j]));
  const weights = columns.map((column, j) => {
    const mean = column.reduce((a, b) => a + b) / n;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    return (standardize ? deviation : 1) * (penaltyFactors?.[j] ?? 1);
  });
  const free = columns.filter((_, j) => weights[j] === 0);
  if (fitIntercept) free.unshift(new Array(n).fill(1));
  const basis = orthonormal(free);

  const residual = y.map((v, i) =>
    columns.reduce((sum, column, j) => sum - column[i] * coef[j], v - intercept),
  );
  const loss = inner(residual, residual) / (2 * n);
  let penalty = 0;
  coef.forEach((b, j) => {
    if (b !== 0) penalty += lambda * weights[j] * Math.abs(b);
  });
  const projected = project(residual, basis);
  let largest = 0;
  columns.forEach((column, j) => {
    if (weights[j] > 0 && weights[j] < Infinity)
      largest = Math.max(largest, Math.abs(inner(project(column, basis), projected)) / n / weights[j]);
  });
  const scale = Math.min(1, lambda / largest);
  // D(s r) = (1/2n) (||y||^2 - ||y - s r||^2), over the complement of the free columns.
  const target = project(y, basis);
  const rest = target.map((v, i) => v - scale * projected[i]);
  const dual = (inner(target, target) - inner(rest, rest)) / (2 * n);
  return {
    objective: loss + penalty,
    gap: loss + penalty - dual,
    nullObjective: inner(target, target) / (2 * n),
  };
}

const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i], 0);

/** What is left of `v` off the span of an orthonormal basis. */
function project(v: readonly number[], basis: readonly number[][]): number[] {
  let rest = [...v];
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) {
      const share = inner(q, rest);
      rest = rest.map((x, i) => x - share * q[i]);
    }
  }
  return rest;
}

function orthonormal(columns: readonly (readonly number[])[]): number[][] {
  const basis: number[][] = [];
  for (const column of columns) {
    const rest = project(column, basis);
    const norm = Math.sqrt(inner(rest, rest));
    if (norm > 1e-10 * Math.sqrt(inner(column, column))) basis.push(rest.map((x) => x / norm));
  }
  return basis;
}
