import { type DesignInput, minimize, type Optimizer } from "smooth-edges";
import { hadamardProduct, surrogateObjective } from "smooth-edges/surrogate";
import { judge } from "../checker/judge";
import type { BenchProblem } from "../problems";
import type { LibrarySolution } from "./library";

const DEFAULT_TOL = 1e-7;
const MAX_ITERATIONS = 10_000_000;
/** The gap is looked at after so many times the iterations before. */
const GROWTH = 1.1;

/**
 * An optimizer on the surrogate of a lasso and nothing else: no working set, no zeros set, no Newton steps at the end. It is
 * stopped by the checker's gap, which is looked at ever less often.
 */
export function surrogateAlone(
  problem: BenchProblem,
  X: DesignInput,
  optimizer: Optimizer,
  tol: number = DEFAULT_TOL,
): LibrarySolution {
  const [lambda] = problem.lambdas;
  const surrogate = surrogateObjective(X, problem.y, {
    parametrization: hadamardProduct({ depth: 2 }),
    lambda,
  });
  let next = 1;
  const { x, nIter } = minimize(surrogate, optimizer, surrogate.startingPoint(), {
    maxIter: MAX_ITERATIONS,
    tol: 0,
    onIteration(state, iteration) {
      if (iteration < next) return false;
      next = Math.ceil(iteration * GROWTH);
      return judge(problem, surrogate.coefficients(state.x).coef, lambda).error <= tol;
    },
  });
  return { coefs: [surrogate.coefficients(x).coef], iterations: nIter };
}
