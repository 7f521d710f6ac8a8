import { lbfgs, minimize } from "smooth-edges";
import {
  type Initialization,
  initialize,
  misalignment,
  type Parametrization,
  surrogateObjective,
} from "smooth-edges/surrogate";
import type { RegressionSplit } from "./regression-split";

/** One lambda of {@link surrogatePath}. */
export interface SurrogateStep {
  readonly coef: Float64Array;
  readonly nIter: number;
  /** `R_xi(xi) - R(K(xi))` where the optimizer stopped. */
  readonly misalignment: number;
}

/** `1e-3` of a factor: what a factor that died is given back, so that it can grow again. */
const REVIVED = 1e-3;

/**
 * The paper's own way: L-BFGS down the surrogate at each lambda, nothing else, until the gradient is 1e-9 or 5000
 * iterations are over.
 *
 * @param from where each lambda starts: anew, or at the end of the one before, in the order of `lambdas`.
 */
export function surrogatePath(
  { X, y }: RegressionSplit,
  parametrization: Parametrization,
  lambdas: readonly number[],
  start: Initialization,
  from: "anew" | "the last",
): SurrogateStep[] {
  const fresh = initialize(parametrization, X.nFeatures, start);
  let x = fresh;
  return lambdas.map((lambda) => {
    const objective = surrogateObjective(X, y, { parametrization, lambda });
    const x0 = from === "anew" ? fresh : x.map((value) => (Math.abs(value) < REVIVED ? REVIVED : value));
    const result = minimize(objective, lbfgs({ memory: 20 }), x0, {
      maxIter: 5000,
      tol: 1e-9,
    });
    x = result.x;
    return {
      coef: objective.coefficients(x).coef,
      nIter: result.nIter,
      misalignment: misalignment(parametrization, x),
    };
  });
}
