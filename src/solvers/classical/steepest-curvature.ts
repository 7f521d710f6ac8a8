import { squaredNorm } from "../../linalg/vector";
import { hessianAt, type SparseProblem } from "../../problem/problem";

/** Steps of the power method: a few percent below the eigenvalue at worst, and seldom that. */
const steps = 20;

/**
 * The largest eigenvalue, to a few percent from below, of the datafit's Hessian `X'HX` in `beta` at `eta`, the
 * unpenalized columns projected out.
 */
export function steepestCurvature(problem: SparseProblem, eta: Float64Array): number {
  const { design, free } = problem;
  const multiply = hessianAt(problem, eta);
  const direction = Float64Array.from({ length: design.nFeatures }, (_, j) => 1 + (j % 7) / 7);
  const image = new Float64Array(eta.length);
  const bent = new Float64Array(eta.length);
  let eigenvalue = 0;
  for (let step = 0; step < steps; step++) {
    const norm = Math.sqrt(squaredNorm(direction));
    if (norm === 0) break;
    for (let j = 0; j < direction.length; j++) direction[j] /= norm;
    design.matvec(direction, image);
    free.projectOut(image);
    multiply(image, bent);
    free.projectOut(bent);
    design.rmatvec(bent, direction);
    eigenvalue = Math.sqrt(squaredNorm(direction));
  }
  return eigenvalue;
}
