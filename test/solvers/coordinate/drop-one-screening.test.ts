/** Forecasts of what leaving out a coefficient leads to, beside plain coordinate descents that do it. */
import assert from "node:assert/strict";
import { lq, mcp, type SeparablePenalty } from "../../../src/penalties";
import { DropOneScreening } from "../../../src/solvers/coordinate/local-search";
import { CachedCholesky } from "../../../src/solvers/subproblem/cached-cholesky";
import { blockOf, GramCache } from "../../../src/solvers/subproblem/gram-cache";
import { assertAtMost } from "../../support/assert-close";
import { designOf, linearData } from "../../support/problems";

const [n, p] = [60, 8];

/** Of mean squares; the last column is close to the first. */
function problemOf(seed: number) {
  const { X, y } = linearData(seed, n, p);
  for (const row of X) row[p - 1] = row[0] + 0.4 * row[p - 1];
  const cache = new GramCache(designOf(X), new Float64Array(n).fill(1 / n), []);
  cache.include(Array.from({ length: p }, (_, j) => j));
  const dots = Float64Array.from({ length: p }, (_, j) =>
    X.reduce((sum, row, i) => sum + (row[j] * y[i]) / n, 0),
  );
  const gram = X[0].map((_, j) => X[0].map((_, k) => X.reduce((sum, row) => sum + (row[j] * row[k]) / n, 0)));
  const slopeAt = (beta: Float64Array, j: number): number =>
    beta.reduce((slope, b, k) => slope - gram[j][k] * b, dots[j]);
  /** Cycles of coordinate descent, with one coefficient left out. */
  const descend = (
    penalty: SeparablePenalty,
    lambda: number,
    start: Float64Array,
    without = -1,
  ): Float64Array => {
    const beta = start.slice();
    if (without >= 0) beta[without] = 0;
    for (let cycle = 0; cycle < 2000; cycle++) {
      const before = beta.slice();
      for (let j = 0; j < p; j++) {
        if (j === without) continue;
        const point = beta[j] + slopeAt(beta, j) / gram[j][j];
        beta[j] = penalty.coordinateProx(j, point, 1 / gram[j][j], lambda);
      }
      if (beta.every((b, j) => b === before[j])) break;
    }
    return beta;
  };
  return { cache, slopeAt, descend };
}

describe("a forecast of what leaving out a coefficient leads to", () => {
  for (const penalty of [lq({ q: 1 / 2 }), lq({ q: 2 / 3 }), mcp()]) {
    it(`never says of ${penalty.name} that a way leads back which does not, and says so of many that do`, () => {
      let [foreseen, returning, elsewhere] = [0, 0, 0];
      for (let seed = 0; seed < 6; seed++) {
        const { cache, slopeAt, descend } = problemOf(seed);
        for (const lambda of [0.05, 0.2, 0.4]) {
          const beta = descend(penalty, lambda, new Float64Array(p));
          const gradient = beta.map((_, j) => -slopeAt(beta, j));
          const block = blockOf(cache);
          const forecast = new DropOneScreening(
            block,
            penalty,
            lambda,
            { beta, gradient },
            new CachedCholesky(),
          );
          for (let j = 0; j < p; j++) {
            if (beta[j] === 0) continue;
            const back = descend(penalty, lambda, descend(penalty, lambda, beta, j));
            const distance = Math.max(...back.map((b, k) => Math.abs(b - beta[k])));
            const says = forecast.returnsWithout(j);
            if (says) assertAtMost(`seed ${seed}, lambda ${lambda}, ${j}`, distance, 1e-6);
            if (says) foreseen++;
            if (distance <= 1e-6) returning++;
            else elsewhere++;
          }
        }
      }
      assert.ok(
        elsewhere > 0 && foreseen > returning / 3,
        `${foreseen} of ${returning}, ${elsewhere} others`,
      );
    });
  }
});
