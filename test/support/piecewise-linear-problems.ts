import { FreeColumns } from "../../src/objectives/free-columns";
import type { PiecewiseLinearProblem } from "../../src/objectives/piecewise-linear-problem";
import { hinge, pinball } from "../../src/piecewise-linear";
import type { PiecewiseLinearTask } from "../../src/solvers";
import { designOf, linearData } from "./problems";

interface ProblemOptions {
  readonly tau?: number;
  readonly lambda?: number;
  readonly nFree?: number;
}

/** A quantile regression with the given number of unpenalized columns (the first of them an intercept). */
export function quantileProblem(
  seed: number,
  nSamples: number,
  nFeatures: number,
  { tau = 0.5, lambda = 0.05, nFree = 1 }: ProblemOptions = {},
): PiecewiseLinearProblem {
  const { X, y } = linearData(seed, nSamples, nFeatures);
  return {
    design: designOf(X),
    free: freeColumns(nSamples, nFree),
    terms: pinball(tau).terms(Float64Array.from(y)),
    lambda,
  };
}

/** A support vector machine with the given number of unpenalized columns. */
export function supportVectorProblem(
  seed: number,
  nSamples: number,
  nFeatures: number,
  { lambda = 0.05, nFree = 1 }: Omit<ProblemOptions, "tau"> = {},
): PiecewiseLinearProblem {
  const { X, y } = linearData(seed, nSamples, nFeatures);
  return {
    design: designOf(X),
    free: freeColumns(nSamples, nFree),
    terms: hinge().terms(Float64Array.from(y, (value) => (value > 0 ? 1 : 0))),
    lambda,
  };
}

function freeColumns(nSamples: number, count: number): FreeColumns {
  return new FreeColumns(
    nSamples,
    Array.from({ length: count }, (_, k) =>
      Float64Array.from({ length: nSamples }, (_, i) => (i / nSamples) ** k),
    ),
  );
}

/** A task from zero, to be solved to a gap of `goal`. */
export function piecewiseLinearTask(
  problem: PiecewiseLinearProblem,
  goal: number,
  more: Partial<PiecewiseLinearTask> = {},
): PiecewiseLinearTask {
  return {
    problem,
    beta: new Float64Array(problem.design.nFeatures),
    psi: new Float64Array(problem.free.size),
    magnitude: 1,
    maxIter: 2000,
    isOptimal: ({ dualityGap }) => dualityGap <= goal,
    ...more,
  };
}
