import { logistic } from "../../src/datafits";
import { groupHadamardProduct, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { groupL2 } from "../../src/penalties";
import { profileAt, type SparseProblem } from "../../src/problem/problem";
import { linearData, problemOf } from "./problems";

/** A convex problem with its surrogate of depth 2, a lambda and the coefficients of the null model. */
export interface ConvexCase {
  readonly problem: SparseProblem;
  readonly parametrization: Parametrization;
  readonly lambda: number;
  readonly zero: Float64Array;
  readonly psi: Float64Array;
}

const nFeatures = 10;
const groups = Array.from({ length: nFeatures }, (_, j) => j >> 1);

/**
 * The problems by which numbers of iterations are stated: 40 rows, ten standard normal columns and an intercept, a tenth
 * of lambda max.
 */
export function convexCase(which: "lasso" | "logistic lasso" | "group lasso", seed: number): ConvexCase {
  const lasso = problemOf(linearData(seed, 40, nFeatures), undefined, [new Float64Array(40).fill(1)]);
  const grouped = which === "group lasso";
  const problem: SparseProblem = {
    lasso,
    "logistic lasso": {
      ...lasso,
      target: lasso.target.map((value) => Number(value > 0.3)),
      datafit: logistic(),
    },
    "group lasso": { ...lasso, penalty: groupL2(groups) },
  }[which];
  const zero = new Float64Array(nFeatures);
  const { gradient, psi } = profileAt(problem, zero, new Float64Array(1));
  return {
    problem,
    parametrization: grouped ? groupHadamardProduct(groups, { depth: 2 }) : hadamardProduct({ depth: 2 }),
    lambda: problem.penalty.lambdaMax(gradient, zero) / 10,
    zero,
    psi,
  };
}
