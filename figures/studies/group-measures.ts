import type { Simulation } from "smooth-edges/data";

/** Groups of a smaller norm count as zero. */
const ZERO = 1e-6;

/** `norm2(beta_g)` by group. */
export function groupNorms(beta: Float64Array, groups: readonly number[]): number[] {
  const squares: number[] = [];
  groups.forEach((g, j) => {
    squares[g] = (squares[g] ?? 0) + beta[j] ** 2;
  });
  return squares.map(Math.sqrt);
}

/** The groups whose norm is above 1e-6. */
export function activeGroups(beta: Float64Array, groups: readonly number[]): number[] {
  return groupNorms(beta, groups).flatMap((norm, g) => (norm > ZERO ? [g] : []));
}

/** Which of these groups have coefficients in truth. */
export function trueGroups(found: readonly number[], { groups, coef }: Simulation): number[] {
  return found.filter((group) => groups.some((g, j) => g === group && coef[j] !== 0));
}

/** `norm2(y - X beta) / sqrt(n)` */
export function rootMeanSquare({ X, y }: Pick<Simulation, "X" | "y">, beta: Float64Array): number {
  const p = beta.length;
  let sum = 0;
  y.forEach((value, i) => {
    let residual = value;
    for (let j = 0; j < p; j++) residual -= X.data[i * p + j] * beta[j];
    sum += residual * residual;
  });
  return Math.sqrt(sum / y.length);
}
