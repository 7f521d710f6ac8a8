import assert from "node:assert/strict";
import { lbfgs } from "../../../src/optimizers";
import { hadamardProduct } from "../../../src/parametrizations";
import { l1, lq } from "../../../src/penalties";
import { type Solver, surrogateDescent, workingSet } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

/** The numbers of features that the inner solver is given, one a round. */
function watched(inner: Solver): { solver: Solver; sizes: number[] } {
  const sizes: number[] = [];
  const solver: Solver = {
    name: "watched",
    solve(task) {
      sizes.push(task.problem.design.nFeatures);
      return inner.solve(task);
    },
  };
  return { solver: workingSet(solver), sizes };
}

describe("workingSet", () => {
  const problem = problemOf(linearData(5, 25, 300));
  const inner = surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs());

  it("solves on few features, yet its gap is that of the whole problem", () => {
    const { solver, sizes } = watched(inner);
    const solution = solver.solve(taskOf(problem, 0.3, 1e-11));
    assert.equal(solution.status, "converged");
    assert.equal(solution.beta.length, 300);
    assertAtMost("gap", solution.certificate.dualityGap!, 1e-11);
    assertAtMost("largest set", Math.max(...sizes), 100);
    for (let k = 1; k < sizes.length; k++) assert.ok(sizes[k] >= sizes[k - 1], "the set only grows");
    const whole = coordinateDescent().solve(taskOf(problem, 0.3, 1e-13));
    assertAllClose("beta", solution.beta, whole.beta, 1e-5);
  });

  it("begins with the support it is given", () => {
    const { solver, sizes } = watched(inner);
    const beta = new Float64Array(300);
    for (let j = 100; j < 140; j++) beta[j] = 1;
    solver.solve(taskOf(problem, 0.3, 1e-11, { beta }));
    assertAtMost("first set", 40, sizes[0]);
  });

  it("spends no more than maxIter over all its rounds", () => {
    const solution = workingSet(inner).solve(taskOf(problem, 0.01, 1e-14, { maxIter: 25 }));
    assert.equal(solution.status, "max-iter");
    assertAtMost("nIter", solution.nIter, 25);
    assert.deepEqual(solution.trace.at(-1)?.iteration, solution.nIter);
  });

  it("ends as stalled, not in a loop, where the inner solver says it is done but is not", () => {
    const liar: Solver = {
      name: "liar",
      solve: (task) => ({ ...inner.solve({ ...task, maxIter: 1 }), status: "converged" }),
    };
    const solution = workingSet(liar).solve(taskOf(problem, 0.01, 1e-14));
    assert.equal(solution.status, "stalled");
  });

  it("solves on all features where the penalty is not convex", () => {
    const { solver, sizes } = watched(surrogateDescent(hadamardProduct({ depth: 3 }), lbfgs()));
    solver.solve(taskOf(problemOf(linearData(6, 20, 30), lq({ q: 2 / 3 })), 0.1, 1e-6));
    assert.deepEqual(sizes, [30]);
  });

  it("solves on all features where the penalty weighs them differently", () => {
    const weights = Array.from({ length: 40 }, (_, j) => 1 + (j % 5));
    const weighted = problemOf(linearData(7, 30, 40), l1({ weights }));
    const { solver, sizes } = watched(coordinateDescent());
    const solution = solver.solve(taskOf(weighted, 0.1, 1e-9));
    assert.deepEqual([solution.status, ...sizes], ["converged", 40]);
  });
});
