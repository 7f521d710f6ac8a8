/**
 * Vertices of a piecewise linear problem: {@link basisNear} finds the basis near a point, {@link vertexAt} the
 * vertex of a basis.
 */
import { NEGLIGIBLE } from "../../linalg/rounding";
import { addScaled, dot, maxAbs, supportOf } from "../../linalg/vector";
import { type PiecewiseLinearProblem, residualOf } from "../../problem/piecewise-linear-problem";
import { BasisMatrix } from "./basis-matrix";

/** The basis of a vertex of a piecewise linear problem. */
export interface Basis {
  /** Coefficients that may differ from zero. */
  readonly support: readonly number[];
  /** Samples on their kink: as many as there are coefficients in `support` and free columns together. */
  readonly onKink: readonly number[];
  /** Signs of the coefficients of `support`, in their order, where those of the solution may be rounding. */
  readonly signs?: readonly number[];
  /** Signs of the residuals, one a sample, where those at the solution may be rounding. */
  readonly sides?: ArrayLike<number>;
  /** Its equations, where they are known from the vertex before. */
  readonly matrix?: BasisMatrix;
}

/** A vertex and the dual point of its active constraints, which may be infeasible. */
export interface Vertex {
  readonly beta: Float64Array;
  readonly psi: Float64Array;
  readonly alpha: Float64Array;
  readonly basis: Required<Basis>;
  /** `c - X beta - Q psi` */
  readonly residual: Float64Array;
}

/**
 * Returns the basis near a point `(v, t)` of the lifted surrogate: of its `n - q` largest entries those that are
 * coefficients, and as many samples, of the smallest entries, as make their equations regular. A coefficient whose column
 * depends on those of larger ones is left out.
 */
export function basisNear({ design, free }: PiecewiseLinearProblem, x: Float64Array): Basis {
  const { nSamples: n, nFeatures: p } = design;
  const byEntry = Array.from(x.keys()).sort((a, b) => Math.abs(x[b]) - Math.abs(x[a]));
  const candidates = byEntry.slice(0, n - free.size).filter((k) => k < p);
  const rows = byEntry.filter((k) => k >= p).map((k) => k - p);
  rows.reverse();
  const support: number[] = [];
  const eliminated: { readonly row: number; readonly column: Float64Array }[] = [];
  const take = (column: Float64Array): boolean => {
    const largest = maxAbs(column);
    // The columns taken before are eliminated, so that it is zero in their rows.
    for (const { row, column: before } of eliminated) addScaled(-column[row] / before[row], before, column);
    for (const { row } of eliminated) column[row] = 0;
    const rest = maxAbs(column);
    if (!(rest > NEGLIGIBLE * largest)) return false;
    const row = rows.find((i) => Math.abs(column[i]) >= 0.1 * rest) as number;
    rows.splice(rows.indexOf(row), 1);
    eliminated.push({ row, column });
    return true;
  };
  for (const column of free.basis) take(column.slice());
  for (const j of candidates) {
    const column = new Float64Array(n);
    design.addColumn(j, 1, column);
    if (take(column)) support.push(j);
  }
  return { support, onKink: eliminated.map(({ row }) => row) };
}

/**
 * Returns the vertex of a basis.
 *
 * Where `k` coefficients are not zero, `k + q` samples sit exactly on their kink; there and then the equations
 * `X beta + Q psi = c` on these samples give `beta` and `psi`, and their transpose, with the slopes of the other samples
 * and `x_j'alpha = lambda sign(beta_j)`, gives the dual point.
 *
 * @returns undefined where that system is singular.
 */
export function vertexAt(problem: PiecewiseLinearProblem, basis: Basis): Vertex | undefined {
  const { design, free, terms, lambda } = problem;
  const { nSamples: n, nFeatures: p } = design;
  const { support, onKink } = basis;
  const matrix = basis.matrix ?? BasisMatrix.of(problem, basis);
  const kinks = Float64Array.from(onKink, (i) => terms.center[i]);
  const primal = matrix?.solve(kinks);
  if (matrix === undefined || primal === undefined) return undefined;
  const [psi, coefficients] = [primal.slice(0, free.size), primal.slice(free.size)];
  const beta = new Float64Array(p);
  const rounding = 1e-12 * maxAbs(kinks);
  support.forEach((j, k) => {
    // At a degenerate vertex a coefficient of the basis is zero up to rounding.
    beta[j] = Math.abs(coefficients[k]) * design.largestEntry(j) <= rounding ? 0 : coefficients[k];
  });
  const residual = residualOf(problem, beta, psi);
  const signs = basis.signs ?? Array.from(coefficients, Math.sign);
  const sides = Float64Array.from(basis.sides ?? residual, Math.sign);
  for (const i of onKink) sides[i] = 0;
  const alpha = new Float64Array(n);
  for (const i of supportOf(sides)) alpha[i] = (terms.tilt[i] + terms.width[i] * sides[i]) / n;
  const slopes = Float64Array.from(matrix.columns, (column, k) => {
    const own = k < free.size ? 0 : lambda * signs[k - free.size];
    return own - dot(column, alpha);
  });
  const dual = matrix.solveTransposed(slopes);
  if (dual === undefined) return undefined;
  onKink.forEach((i, row) => {
    alpha[i] = dual[row];
  });
  return { beta, psi, alpha, residual, basis: { support, onKink, signs, sides, matrix } };
}
