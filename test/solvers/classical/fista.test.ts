import assert from "node:assert/strict";
import { poisson } from "../../../src/datafits";
import { lq } from "../../../src/penalties";
import { fista, proximalGradient } from "../../../src/solvers/classical";
import { assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("fista", () => {
  it("restarts: where plain momentum would oscillate its objective never rises", () => {
    for (const seed of [1, 2, 3]) {
      const problem = problemOf(linearData(seed, 60, 20));
      const { trace } = fista().solve(taskOf(problem, 0.001, 0, { maxIter: 200 }));
      for (let k = 1; k < trace.length; k++) {
        assertAtMost(`seed ${seed}, row ${k}`, trace[k].objective, trace[k - 1].objective, 1e-13);
      }
    }
  });

  it("takes a step without momentum where the loss overflows ahead", () => {
    const { X, y } = linearData(2, 30, 3);
    const problem = {
      ...problemOf({ X: X.map((row) => row.map((x) => 40 * x)), y: y.map((v) => Math.round(Math.exp(v))) }),
      datafit: poisson(),
    };
    const solution = fista().solve(taskOf(problem, 0.5, 1e-8));
    assert.equal(solution.status, "converged");
  });

  it("descends with a penalty that is not convex, faster than without momentum", () => {
    const problem = problemOf(linearData(4, 60, 20), lq({ q: 0.5 }));
    const beta = new Float64Array(20).fill(0.3);
    const [fast, slow] = [fista(), proximalGradient()].map((solver) =>
      solver.solve(taskOf(problem, 0.05, 1e-10, { beta })),
    );
    assert.deepEqual([fast.status, slow.status], ["converged", "converged"]);
    assert.ok(fast.nIter < slow.nIter);
  });
});
