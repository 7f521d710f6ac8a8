/** Newton's method across the knots of MCP and SCAD: ends are stationary, by the slope of the penalty. */
import assert from "node:assert/strict";
import { mcp, scad } from "../../../src/penalties";
import { piecewiseNewton } from "../../../src/solvers/coordinate/piecewise-newton";
import { CachedCholesky } from "../../../src/solvers/subproblem/cached-cholesky";
import { blockOf, GramCache } from "../../../src/solvers/subproblem/gram-cache";
import { assertAtMost } from "../../support/assert-close";
import { designOf, linearData } from "../../support/problems";

const [n, p, lambda] = [80, 6, 0.3];
const { X, y } = linearData(11, n, p);

/** A block of all columns at some coefficients, its slopes those of a squared error. */
function blockAt(beta: readonly number[]) {
  const cache = new GramCache(designOf(X), new Float64Array(n).fill(1 / n), []);
  cache.include(Array.from({ length: p }, (_, j) => j));
  const block = blockOf(cache);
  block.beta.set(beta);
  const residual = X.map((row, i) => y[i] - row.reduce((sum, x, j) => sum + x * beta[j], 0));
  for (let j = 0; j < p; j++)
    block.slopes[j] = X.reduce((sum, row, i) => sum + (row[j] * residual[i]) / n, 0);
  return block;
}

describe("Newton's method on the pieces of a folded penalty", () => {
  it("comes from every combination of pieces to the one stationary point with these signs", () => {
    for (const penalty of [mcp(), scad(), mcp({ weights: [1, 2, 1, 1, 1, 1] })]) {
      const ends: string[] = [];
      for (const sizes of [
        [0.1, 0.1, 0.1],
        [0.5, 4, 0.5],
        [4, 0.2, 0.8],
        [5, 5, 5],
        [2 / 3, 0.9, 0.3],
      ]) {
        const beta = [sizes[0], -sizes[1], sizes[2], 0, 0, 0];
        const block = blockAt(beta);
        const quadratic = { block, factor: 1, penalty, lambda };
        assert.equal(piecewiseNewton(quadratic, new CachedCholesky(), [0, 1, 2], 1e-24), true);
        const { slopes } = blockAt([...block.beta]);
        for (const k of [0, 1, 2]) {
          assertAtMost(`${penalty.name} ${k}`, Math.abs(slopes[k] - block.slopes[k]), 1e-12);
          assertAtMost(
            `${penalty.name} ${k}`,
            Math.abs(slopes[k] - penalty.coordinateSlope(k, block.beta[k], lambda)),
            1e-12,
          );
        }
        assert.deepEqual([...block.beta.slice(3)], [0, 0, 0]);
        ends.push([...block.beta].map((b) => b.toFixed(9)).join(" "));
      }
      assert.equal(new Set(ends).size, 1, penalty.name);
    }
  });

  it("does not take a coefficient to zero", () => {
    const block = blockAt([2, 1.5, 1, 0, 0, 0]);
    const quadratic = { block, factor: 1, penalty: mcp(), lambda };
    assert.equal(piecewiseNewton(quadratic, new CachedCholesky(), [0, 1, 2], 1e-24), false);
    assert.ok(block.beta.slice(0, 3).every((b) => b > 0));
  });
});
