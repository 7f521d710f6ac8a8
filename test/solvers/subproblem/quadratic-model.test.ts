/** The active set on losses that bend, whose Newton models are made anew and looked at only where it pays. */
import assert from "node:assert/strict";
import { type Datafit, huber, logistic, poisson } from "../../../src/datafits";
import { l1 } from "../../../src/penalties";
import { activeSet } from "../../../src/solvers";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("the Newton models of the active set", () => {
  it("minimises losses that bend", () => {
    const data = linearData(9, 40, 8);
    const counts = data.y.map((entry) => Math.round(Math.abs(entry)));
    const classes = data.y.map((entry) => (entry > 0 ? 1 : 0));
    const cases = [
      [logistic(), classes],
      [poisson(), counts],
      [huber(), data.y],
    ] as const;
    for (const [datafit, y] of cases) {
      const free = [new Float64Array(40).fill(1)];
      const problem = { ...problemOf({ X: data.X, y }, l1(), free), datafit };
      for (const lambda of [0.1, 0.01]) {
        const solution = activeSet().solve(taskOf(problem, lambda, 1e-12));
        assert.equal(solution.status, "converged", `${datafit.name} at ${lambda}`);
        assertAtMost(datafit.name, solution.certificate.dualityGap!, 1e-12);
      }
    }
  });

  it("certifies the last solution at the next lambda only where few samples do not tell that it is not good enough", () => {
    const data = linearData(12, 200, 10);
    const target = Float64Array.from(data.y, (entry) => (entry > 0 ? 1 : 0));
    let whole = 0;
    const datafit = {
      ...logistic(),
      fenchelYoung(...args: Parameters<NonNullable<Datafit["fenchelYoung"]>>) {
        whole++;
        return logistic().fenchelYoung!(...args);
      },
    };
    const problem = { ...problemOf(data, l1()), target, datafit };
    const solver = activeSet();
    let last = solver.solve(taskOf(problem, 0.05, 1e-8));
    for (const [lambda, counted] of [
      [0.04, 1],
      [0.03, 1],
      [0.03 * (1 - 1e-9), 1],
    ]) {
      whole = 0;
      last = solver.solve({ ...taskOf(problem, lambda, 1e-8), beta: last.beta });
      assert.equal(whole, counted, `at ${lambda}`);
      assert.equal(last.nIter === 0, lambda !== 0.04 && lambda !== 0.03);
      assertAtMost("gap", last.certificate.dualityGap!, 1e-8);
      assert.equal(last.status, "converged");
    }
  });

  it("makes the Hessian anew where few samples have all the curvature along each of many steps", () => {
    const nRare = 20;
    const X = Array.from({ length: 100 + nRare }, (_, i) =>
      Array.from({ length: 1 + nRare }, (_, k) => Number(k === Math.max(0, i - 99))),
    );
    const weights = Array.from({ length: 1 + nRare }, (_, k) => 1 + k);
    const data = { X, y: X.map((row) => 10 * row[0]) };
    const problem = { ...problemOf(data, l1({ weights })), datafit: poisson() };
    const end = activeSet().solve(taskOf(problem, 1e-5, 1e-12, { maxIter: 30 }));
    assert.equal(end.status, "converged");
    // `exp(b) / n = lambda w` where one sample has the count 0, and `(100 exp(b) - 1000) / n = -lambda` in the first.
    const answer = weights.map((weight, k) => Math.log(k === 0 ? 10 - 1.2e-5 : 120e-5 * weight));
    assertAllClose("beta", end.beta, answer, 1e-8);
  });
});
