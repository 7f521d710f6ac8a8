/** Who takes part where columns depend on each other, as all levels of a factor and an intercept do. */
import assert from "node:assert/strict";
import { logistic, poisson } from "../../../src/datafits";
import { elasticNet, l1 } from "../../../src/penalties";
import { seededRandom } from "../../../src/random/random";
import { activeSet } from "../../../src/solvers";
import { ActiveSetCholesky } from "../../../src/solvers/coordinate/active-set-cholesky";
import { PenaltyTerm } from "../../../src/solvers/coordinate/penalty-term";
import { QuadraticModel } from "../../../src/solvers/subproblem/quadratic-model";
import { assertAllClose } from "../../support/assert-close";
import { problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("the members of an active set", () => {
  it("end at the minimum from where all of some dependent columns are in use, as after a part of a step", () => {
    const x = [2, -1, 1, 0];
    const problem = problemOf({ X: x.map((entry) => [entry, entry]), y: [3, -1, 2, 1] });
    for (const from of [
      [1, 2],
      [3, -1],
      [1, -3],
      [-1, -2],
    ]) {
      const beta = Float64Array.from(from);
      const end = activeSet().solve(taskOf(problem, 3 / 4, 1e-14, { beta, maxIter: 2 }));
      assert.equal(end.status, "converged", `from ${from}`);
      // `x'y / n = 9/4` and `x'x / n = 3/2`: with lambda 3/4 the two sum to `(9/4 - 3/4) / (3/2)`.
      assertAllClose(`the sum from ${from}`, [end.beta[0] + end.beta[1]], [1], 1e-14);
      assert.ok(Math.min(...end.beta) >= 0);
    }
  });

  it("stay as they are where a copy of one would enter", () => {
    const problem = problemOf({ X: [3, 1, -2].map((entry) => [entry, entry]), y: [1, 2, 3] });
    const members = new ActiveSetCholesky(new QuadraticModel(problem, new Float64Array(3)).gram, 2);
    const term = new PenaltyTerm(l1(), 0.1);
    const beta = Float64Array.of(1, 0);
    members.adopt(term, beta);
    assert.equal(members.enterAll(term, beta, [{ j: 1, sign: 1 }], 1e-11), 0);
    assert.deepEqual(members.indices, [0]);
    assert.deepEqual([...beta], [1, 0]);
  });

  for (const datafit of [logistic(), poisson()]) {
    for (const penalty of [l1(), elasticNet({ l1Ratio: 0.9 })]) {
      for (const nFree of [0, 1]) {
        it(`take few rounds along a path: ${datafit.name}, ${penalty.name}, ${nFree} unpenalized`, () => {
          const { X, y } = allLevels();
          const free = Array.from({ length: nFree }, () => new Float64Array(y.length).fill(1));
          const target = datafit.name === "logistic" ? y.map((entry) => Math.min(entry, 1)) : y;
          const problem = { ...problemOf({ X, y: target }, penalty, free), datafit };
          const solver = activeSet();
          let task = taskOf(problem, 1, 1e-9, { maxIter: 20 });
          for (let lambda = 1; lambda > 1e-5; lambda /= 1.15) {
            const end = solver.solve({ ...task, lambda });
            assert.equal(end.status, "converged", `lambda ${lambda}`);
            task = { ...task, beta: end.beta, psi: end.profile.psi };
          }
        });
      }
    }
  }
});

/** A normal feature, all levels of three factors, and a copy of the first level; counts. */
function allLevels(): { readonly X: number[][]; readonly y: number[] } {
  const random = seededRandom(5);
  const X: number[][] = [];
  const y: number[] = [];
  for (let i = 0; i < 200; i++) {
    const x = random.normal();
    const levels = [5, 4, 3].flatMap((nLevels) => {
      const own = Math.floor(nLevels * random.uniform());
      return Array.from({ length: nLevels }, (_, level) => Number(level === own));
    });
    X.push([x, ...levels, levels[0]]);
    const eta = x + 2 * levels[0] - 2 * levels[1] + random.normal() / 2;
    y.push(Math.round(Math.exp(Math.min(eta, 4))));
  }
  return { X, y };
}
