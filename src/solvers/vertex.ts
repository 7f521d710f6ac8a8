import { luFactor, luSolve, luSolveTransposed } from "../linalg/lu";
import { maxAbs, supportOf } from "../linalg/vector";
import { type PiecewiseLinearProblem, residualOf } from "../objectives/piecewise-linear-problem";

/** A vertex of a piecewise linear problem and the dual point of its active constraints, which may be infeasible. */
export interface Vertex {
  readonly beta: Float64Array;
  readonly psi: Float64Array;
  readonly alpha: Float64Array;
}

/**
 * The vertex whose basis are the largest entries of a point `(v, t)` of the lifted surrogate.
 *
 * Where `k` coefficients are not zero, `k + q` samples sit exactly on their kink; there and then the equations
 * `X beta + Q psi = c` on these samples give `beta` and `psi`, and their transpose, with the slopes of the other samples
 * and `x_j'alpha = lambda sign(beta_j)`, gives the dual point.
 *
 * @returns undefined where that system is singular.
 */
export function vertexNear(problem: PiecewiseLinearProblem, x: Float64Array): Vertex | undefined {
  const { design, free, terms, lambda } = problem;
  const { nSamples: n, nFeatures: p } = design;
  const largest = Array.from(x.keys())
    .sort((a, b) => Math.abs(x[b]) - Math.abs(x[a]))
    .slice(0, n - free.size);
  const support = largest.filter((k) => k < p);
  const offKink = new Float64Array(n);
  for (const k of largest) if (k >= p) offKink[k - p] = 1;
  const onKink = supportOf(offKink.map((off) => 1 - off));
  const size = onKink.length;

  const columns = [
    ...support.map((j) => {
      const column = new Float64Array(n);
      design.addColumn(j, 1, column);
      return column;
    }),
    ...free.basis,
  ];
  const matrix = new Float64Array(size * size);
  onKink.forEach((i, row) => {
    columns.forEach((column, k) => {
      matrix[row * size + k] = column[i];
    });
  });
  const factor = luFactor(matrix, size);
  if (factor === undefined) return undefined;

  const primal = luSolve(
    factor,
    Float64Array.from(onKink, (i) => terms.center[i]),
  );
  const beta = new Float64Array(p);
  const rounding = 1e-12 * maxAbs(terms.center);
  support.forEach((j, k) => {
    // At a degenerate vertex a coefficient of the basis is zero up to rounding.
    beta[j] = Math.abs(primal[k]) * maxAbs(columns[k]) <= rounding ? 0 : primal[k];
  });
  const psi = primal.slice(support.length);
  const residual = residualOf(problem, beta, psi);
  const alpha = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (offKink[i]) alpha[i] = (terms.tilt[i] + terms.width[i] * Math.sign(residual[i])) / n;
  }
  const slopes = Float64Array.from(columns, (column, k) => {
    let rest = k < support.length ? lambda * Math.sign(primal[k]) : 0;
    for (let i = 0; i < n; i++) rest -= column[i] * alpha[i];
    return rest;
  });
  const dual = luSolveTransposed(factor, slopes);
  onKink.forEach((i, row) => {
    alpha[i] = dual[row];
  });
  return { beta, psi, alpha };
}
