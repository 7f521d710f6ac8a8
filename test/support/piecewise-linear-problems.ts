import { hinge, pinball } from "../../src/piecewise-linear";
import type { PiecewiseLinearProblem } from "../../src/problem/piecewise-linear-problem";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { seededRandom } from "../../src/random/random";
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

function freeColumns(nSamples: number, count: number): UnpenalizedColumns {
  return new UnpenalizedColumns(
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

/** One of each kind. */
export const piecewiseLinearProblems: Readonly<Record<string, PiecewiseLinearProblem>> = {
  "a median": quantileProblem(1, 40, 6),
  "a 0.8-quantile with two free columns": quantileProblem(2, 40, 6, { tau: 0.8, nFree: 2 }),
  "a median with more columns than rows": quantileProblem(3, 15, 40),
  "a support vector machine": supportVectorProblem(4, 40, 6),
  "a support vector machine without intercept": supportVectorProblem(5, 40, 6, { nFree: 0 }),
  "a model without penalized columns": {
    ...quantileProblem(6, 41, 1),
    design: designOf(Array.from({ length: 41 }, () => [])),
  },
};

/** A point `(v, t)` whose factors are balanced over the coefficients and the residuals. */
export function balancedFactors(
  { terms, lambda }: PiecewiseLinearProblem,
  beta: Float64Array,
  residual: Float64Array,
): Float64Array {
  const n = residual.length;
  return Float64Array.from([
    ...beta.map((b) => Math.sqrt(Math.abs(b))),
    ...residual.map((r, i) => Math.sqrt((Math.abs(r) * terms.width[i]) / (n * lambda))),
  ]);
}

/**
 * Whole numbers, of which many tie: rows three times each, features of 0, 1 and 2, a response of -1, 0 and 1, as the problem of
 * a median and of a support vector machine with an intercept.
 */
export function wholeNumberProblems(
  seed: number,
  nSamples: number,
  nFeatures: number,
  lambda: number,
): {
  readonly X: number[][];
  readonly y: number[];
  readonly labels: number[];
  readonly median: PiecewiseLinearProblem;
  readonly machine: PiecewiseLinearProblem;
} {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(count * random.uniform());
  const rows = Array.from({ length: Math.ceil(nSamples / 3) }, () =>
    Array.from({ length: nFeatures }, () => below(3)),
  );
  const X = Array.from({ length: nSamples }, (_, i) => rows[Math.floor(i / 3)]);
  const y = X.map(([first]) => Math.sign(first - 1 + below(3) - 1));
  const labels = y.map((value) => Number(value > 0));
  const common = { design: designOf(X), free: freeColumns(nSamples, 1), lambda };
  return {
    X,
    y,
    labels,
    median: { ...common, terms: pinball(0.5).terms(Float64Array.from(y)) },
    machine: { ...common, terms: hinge().terms(Float64Array.from(labels)) },
  };
}
