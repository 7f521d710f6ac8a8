import { type BenchPenalty, type BenchProblem, isConvex } from "../problems/problem";
import { dualNorm } from "./dual-norms";
import { LOSSES, type LossParts, saturatedValue } from "./losses";
import { penaltyValue } from "./penalty-values";
import { correlations, predictors } from "./products";
import { violation } from "./violation";

/** What a solution at one lambda is worth. */
export interface Judgement {
  readonly objective: number;
  /** The duality gap over the null deviance, or the violation over lambda where the penalty is not convex. */
  readonly error: number;
  readonly nonzeros: number;
  /** The deviance of fresh responses of the same rows, over theirs without coefficients; where the problem has any. */
  readonly testError?: number;
}

/** What the solutions along a path are worth. */
export interface PathJudgement {
  /** The largest error. */
  readonly worst: number;
  readonly objectiveSum: number;
  /** Of the last lambda. */
  readonly nonzeros: number;
  /** The smallest. */
  readonly testError?: number;
}

/**
 * Judges coefficients by the textbook formulas in 64 bits; nothing of the library is used.
 *
 * The dual point is the score `y - mean` scaled into the feasible set, so the gap bounds what the objective is above its
 * minimum. It is divided by the loss at zero above that of the saturated model.
 */
export function judge(problem: BenchProblem, b: Float64Array, lambda: number): Judgement {
  const { loss, y, penalty } = problem;
  const eta = predictors(problem, b);
  const parts = LOSSES[loss](y, eta);
  const objective = parts.value + penaltyValue(b, lambda, penalty);
  const nonzeros = b.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  const c = correlations(problem, parts.score);
  const common = { objective, nonzeros, ...testErrorOf(problem, eta) };
  if (!isConvex(penalty)) return { ...common, error: violation(problem, b, c, lambda) / lambda };
  const gap = objective - dualValue(parts, c, lambda, penalty);
  return { ...common, error: gap / nullDeviance(problem) };
}

/** The dual value at the score, scaled into the feasible set of a norm; of ridge every point is feasible. */
function dualValue({ dual }: LossParts, c: Float64Array, lambda: number, penalty: BenchPenalty): number {
  if (penalty.name === "ridge") return dual(1) - penaltyValue(c, 1 / lambda, penalty);
  const norm = dualNorm(c, penalty);
  return dual(norm > lambda ? lambda / norm : 1);
}

function testErrorOf(problem: BenchProblem, eta: Float64Array): Pick<Judgement, "testError"> {
  const { loss, fresh } = problem;
  if (fresh === undefined) return {};
  const deviance = LOSSES[loss](fresh, eta).value - saturatedValue(loss, fresh);
  return { testError: deviance / nullDeviance({ ...problem, y: fresh }) };
}

/** The loss at zero above that of the saturated model. */
export function nullDeviance({ loss, y, nResponses }: BenchProblem): number {
  const zero = new Float64Array(y.length * nResponses);
  return LOSSES[loss](y, zero).value - saturatedValue(loss, y);
}

/** Judges a path: the coefficients of one lambda after those of the other. */
export function judgePath(problem: BenchProblem, coefs: Float64Array): PathJudgement {
  const { lambdas, nFeatures, nResponses } = problem;
  const size = nFeatures * nResponses;
  const each = Array.from(lambdas, (lambda, k) =>
    judge(problem, coefs.subarray(k * size, (k + 1) * size), lambda),
  );
  const worst = Math.max(...each.map(({ error }) => error));
  const tests = each.flatMap(({ testError }) => testError ?? []);
  return {
    // Math.max lets NaN through, which must not pass for small.
    worst: Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst,
    objectiveSum: each.reduce((sum, { objective }) => sum + objective, 0),
    nonzeros: each[each.length - 1].nonzeros,
    ...(tests.length > 0 && { testError: Math.min(...tests) }),
  };
}
