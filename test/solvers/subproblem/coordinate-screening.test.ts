/** Gradients that are exact only where zero may not hold a coefficient, against those of all columns. */
import assert from "node:assert/strict";
import { l1, mcp, type SeparablePenalty, scad } from "../../../src/penalties";
import { seededRandom } from "../../../src/random/random";
import { gramDescent, WarmStart } from "../../../src/solvers";
import { CoordinateScreening } from "../../../src/solvers/subproblem/screening";
import { assertAtMost } from "../../support/assert-close";
import { linearData, normals, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const [n, p] = [40, 120];
const data = linearData(21, n, p);
const exact = (residual: ArrayLike<number>, j: number): number =>
  data.X.reduce((sum, row, i) => sum + row[j] * residual[i], 0);

const residualAt = (beta: Float64Array): number[] =>
  data.X.map((row, i) => (row.reduce((sum, x, j) => sum + x * beta[j], 0) - data.y[i]) / n);

describe("CoordinateScreening", () => {
  it("is exact in what is needed and wherever zero does not hold, and elsewhere below what zero holds", () => {
    const random = seededRandom(4);
    const problem = problemOf(data, mcp());
    const slopes = new CoordinateScreening(problem);
    const residual = Float64Array.from(data.y, (entry) => -entry / n);
    let multiplied = 0;
    for (let round = 0; round < 30; round++) {
      const now = residual.map((entry, i) => entry * 0.95 ** round + 1e-4 * normals(random, n)[i]);
      const held = slopes.zeroBounds(mcp(), 0.9 ** (round % 7), { eta: now }).slice();
      const needed = Array.from({ length: p }, (_, j) => j).filter((j) => j % 17 === round % 17);
      const gradient = slopes.at(now, held, 1, [needed.slice(0, 3), needed.slice(2)]);
      for (let j = 0; j < p; j++) {
        const error = Math.abs(gradient[j] - exact(now, j));
        if (error <= 1e-14) multiplied++;
        else
          assertAtMost(`${round}, ${j}`, Math.max(Math.abs(gradient[j]), Math.abs(exact(now, j))), held[j]);
        if (needed.includes(j)) assertAtMost(`${round}, ${j}`, error, 1e-14);
      }
    }
    assert.ok(multiplied < 15 * p, `${multiplied} of ${30 * p} products`);
  });

  it("leaves to fits along a path the certificates of exact gradients", () => {
    const penalties: readonly SeparablePenalty[] = [mcp(), scad(), mcp({ gamma: 1.2 })];
    for (const penalty of penalties) {
      const problem = problemOf(data, penalty);
      const warmStart = new WarmStart();
      let beta = new Float64Array(p);
      for (let lambda = 2; lambda > 0.1; lambda *= 0.9) {
        const end = gramDescent().solve(taskOf(problem, lambda, 1e-10, { beta, warmStart }));
        beta = end.beta.slice();
        const residual = residualAt(beta);
        let worst = 0;
        for (let j = 0; j < p; j++) {
          const g = exact(residual, j);
          assertAtMost(`gradient ${j}`, Math.abs(g - end.profile.gradient[j]), 1e-12);
          const slope =
            beta[j] === 0
              ? Math.max(-lambda, Math.min(lambda, -g))
              : penalty.coordinateSlope(j, beta[j], lambda);
          worst = Math.max(worst, Math.abs(g + slope));
        }
        assertAtMost(`${penalty.name} at ${lambda}`, Math.abs(worst - end.certificate.violation), 1e-12);
      }
    }
  });

  it("leaves to another penalty at the same data exact gradients, which hold other zeros", () => {
    for (const [first, lambda] of [
      [mcp(), 1],
      [scad(), 0.8],
    ] as const) {
      const problem = problemOf(data, first);
      const warmStart = new WarmStart();
      let beta = new Float64Array(p);
      for (let at = 2; at > lambda; at *= 0.9) {
        beta = gramDescent()
          .solve(taskOf(problem, at, 1e-10, { beta, warmStart }))
          .beta.slice();
      }
      const residual = residualAt(beta);
      const slopes = Array.from(beta, (_, j) => exact(residual, j));
      const pulls = slopes.map(Math.abs).sort((a, b) => a - b);
      const smaller = 0.01;
      for (let rank = 0; rank < p; rank++) {
        // Steeper slopes are held, so that the largest violation is not of those which nearly enter, and are known.
        const weights = slopes.map((g) => (Math.abs(g) > pulls[rank] ? Math.abs(g) / smaller : 1));
        const task = taskOf({ ...problem, penalty: l1({ weights }) }, smaller, 0, {
          beta,
          maxIter: 0,
          warmStart,
        });
        const end = gramDescent().solve(task);
        let worst = 0;
        slopes.forEach((g, j) => {
          const level = smaller * weights[j];
          const apart = beta[j] === 0 ? Math.abs(g) - level : Math.abs(g + level * Math.sign(beta[j]));
          worst = Math.max(worst, apart);
        });
        assertAtMost(`after ${first.name}`, Math.abs(worst - end.certificate.violation), 1e-12);
        slopes.forEach((g, j) => {
          assertAtMost(`gradient ${j}`, Math.abs(g - end.profile.gradient[j]), 1e-12);
        });
      }
    }
  });
});
