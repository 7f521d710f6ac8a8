import { seededRandom } from "../../src";
import type { RunOptions } from "../../src/estimators";
import type { Estimator } from "./estimators";
import type { LinearData } from "./problems";

/** Correlated columns, of which 0, 1 and 4 matter. */
export function sparseData(seed: number, n: number, p: number, noise: number): LinearData {
  const random = seededRandom(seed);
  const X = Array.from({ length: n }, () => {
    let last = random.normal();
    return Array.from({ length: p }, (_, j) => {
      last = j === 0 ? last : 0.5 * last + Math.sqrt(0.75) * random.normal();
      return last;
    });
  });
  return { X, y: X.map((row) => 3 * row[0] + 1.5 * row[1] + 2 * row[4] + noise * random.normal()) };
}

/** The pilot's coefficients and lambda: the lowest BIC on the path of 50 lambdas, of at most half as many as rows. */
export function pilotOf(
  estimator: Estimator,
  X: LinearData["X"],
  y: readonly number[],
  run: RunOptions = {},
): { coef: number[]; lambda: number } {
  const path = estimator.path(X, y, { ...run, nLambdas: 50 });
  const allowed = [...path.df.keys()].filter((k) => path.df[k] > 0 && path.df[k] <= y.length / 2);
  const k = allowed.reduce((a, b) => (path.bic[b] < path.bic[a] ? b : a));
  return { coef: [...path.coefs[k]], lambda: path.lambdas[k] };
}
