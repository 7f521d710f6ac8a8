import { groupNorms, sparseGroupDualNorm } from "../checker/dual-norms";
import { correlations } from "../checker/products";
import { type BenchProblem, THETA } from "./problem";

/** A problem as yet without its lambdas. */
export type Gridless = Omit<BenchProblem, "lambdas">;

/**
 * The smallest lambda at which zero is the solution: the dual norm of `X'(y - mean) / n` at zero. Of a penalty that is not
 * convex: at which zero is the best of each column, or group, by itself, for columns of mean square 1. For ridge: that of l1.
 */
export function lambdaMax(problem: Gridless): number {
  const { penalty } = problem;
  const c = correlations(problem, scoreAtZero(problem));
  const largest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  switch (penalty.name) {
    case "group":
    case "group-mcp":
    case "group-scad":
      return largest(groupNorms(c, penalty.size));
    case "group-lq":
      return bridgeLimit(largest(groupNorms(c, penalty.size)), penalty.q);
    case "lq":
      return bridgeLimit(largest(c), penalty.q);
    case "sparse-group":
      return sparseGroupDualNorm(c, penalty);
    default:
      return largest(c);
  }
}

/** Above which `min (z - t)^2 / 2 + lambda t^q` is at zero. */
function bridgeLimit(z: number, q: number): number {
  return ((2 * (1 - q) * z) / (2 - q)) ** (2 - q) / (2 * (1 - q));
}

/** `n` times the negative gradient of the loss by the linear predictors, all zero. */
function scoreAtZero({ loss, y, nResponses }: Gridless): Float64Array {
  switch (loss) {
    case "squared":
      return y;
    case "logistic":
      return y.map((entry) => entry - 0.5);
    case "poisson":
    case "gamma":
    case "tweedie":
      return y.map((entry) => entry - 1);
    case "negative-binomial":
      return y.map((entry) => (THETA * (entry - 1)) / (THETA + 1));
    case "multinomial": {
      const n = y.length;
      const score = new Float64Array(n * nResponses).fill(-1 / nResponses);
      y.forEach((label, i) => {
        score[label * n + i] += 1;
      });
      return score;
    }
  }
}

/** From the largest lambda down to `ratio` times it, in equal steps of the logarithm. */
export function geometric(largest: number, ratio: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => largest * ratio ** (k / (count - 1)));
}
