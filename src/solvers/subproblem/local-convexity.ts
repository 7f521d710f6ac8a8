import { choleskyFactor } from "../../linalg/cholesky";
import { supportOf } from "../../linalg/vector";
import type { SparseProblem } from "../../problem/problem";
import { supportHessian } from "./support-newton";

/**
 * Whether the objective is strictly convex in the coefficients that are not zero, together with the unpenalized ones.
 *
 * For a penalty whose concavity is bounded, as that of SCAD and MCP, the second derivatives of the datafit at `eta` must
 * outweigh the bound, so that with a quadratic datafit it is convex wherever these coefficients go. For others, such as a
 * bridge, it is convex near `beta`.
 *
 * @returns undefined where the penalty has no second derivatives.
 * @see Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011), section 4
 */
export function isLocallyConvex(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  eta: Float64Array,
): boolean | undefined {
  const { penalty } = problem;
  if (penalty.convex || lambda === 0) return true;
  if (!penalty.addHessian) return undefined;
  const support = supportOf(beta);
  if (support.length === 0) return true;
  const { concavity } = penalty;
  const bounded = concavity === undefined ? penalty : { ...penalty, addHessian: lowestCurvature(concavity) };
  const hessian = supportHessian({ ...problem, penalty: bounded }, lambda, beta, support, eta);
  return hessian !== undefined && choleskyFactor(hessian.matrix, hessian.size);
}

function lowestCurvature(concavity: number): NonNullable<SparseProblem["penalty"]["addHessian"]> {
  return (_beta, _lambda, support, matrix, size) => {
    for (let k = 0; k < support.length; k++) matrix[k * size + k] -= concavity;
  };
}
