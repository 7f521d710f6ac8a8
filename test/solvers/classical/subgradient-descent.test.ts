import assert from "node:assert/strict";
import { l1, lq, type Penalty } from "../../../src/penalties";
import { profileAt } from "../../../src/problem/problem";
import { coordinateDescent, subgradientDescent } from "../../../src/solvers/classical";
import { assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("subgradientDescent", () => {
  it("gives no exact zeros where the lasso has them, and says that it is not done", () => {
    const problem = problemOf(linearData(1, 50, 20));
    const lasso = coordinateDescent().solve(taskOf(problem, 0.3, 1e-12));
    const solution = subgradientDescent().solve(taskOf(problem, 0.3, 1e-7, { maxIter: 2000 }));
    assert.ok(lasso.beta.filter((b) => b === 0).length >= 15);
    assert.ok(solution.beta.every((b) => b !== 0));
    assert.equal(solution.status, "max-iter");
    assertAtMost("what is missing to the tolerance", 1e-7, solution.certificate.dualityGap!);
  });

  it("comes as near as its bound says, and no nearer than far from solved", () => {
    const lambda = 0.3;
    const data = linearData(2, 50, 10);
    const optimum = coordinateDescent().solve(taskOf(problemOf(data), lambda, 1e-13));
    let steepest = 0;
    let lowest = Number.POSITIVE_INFINITY;
    const watched: Penalty = {
      ...l1(),
      addGradient(beta, strength, out) {
        l1().addGradient(beta, strength, out);
        steepest = Math.max(steepest, Math.hypot(...out));
        const { loss } = profileAt(problemOf(data), beta, new Float64Array(0));
        lowest = Math.min(lowest, loss + l1().value(beta, strength));
      },
    };
    const step = (k: number): number => 0.5 / Math.sqrt(k);
    const maxIter = 500;
    subgradientDescent({ step }).solve(taskOf(problemOf(data, watched), lambda, 0, { maxIter }));

    let [sum, squares] = [0, 0];
    for (let k = 1; k <= maxIter; k++) {
      sum += step(k);
      squares += step(k) ** 2;
    }
    const distance = Math.hypot(...optimum.beta) ** 2;
    const excess = lowest - optimum.certificate.objective;
    assertAtMost("excess", excess, (distance + steepest ** 2 * squares) / (2 * sum));
    assertAtMost("coordinate descent is better by far", 1e-9, excess);
  });

  it("raises the objective now and then, as the other methods never do", () => {
    const { trace } = subgradientDescent({ step: () => 0.3 }).solve(
      taskOf(problemOf(linearData(3, 50, 10)), 0.3, 0, { maxIter: 300 }),
    );
    assert.ok(trace.some(({ objective }, k) => k > 0 && objective > trace[k - 1].objective));
  });

  it("fails on a bridge penalty, whose slope is infinite at zero: it ends far from stationary", () => {
    const problem = problemOf(linearData(4, 50, 10), lq({ q: 0.5 }));
    const beta = new Float64Array(10).fill(0.5);
    const solution = subgradientDescent().solve(taskOf(problem, 0.1, 1e-7, { beta, maxIter: 2000 }));
    assert.equal(solution.status, "max-iter");
    assertAtMost("violation", 1e-2, solution.certificate.violation);
    const reference = coordinateDescent().solve(taskOf(problem, 0.1, 1e-9, { beta }));
    assertAtMost("objective", reference.certificate.objective, solution.certificate.objective - 1e-4);
  });

  it("ends as stalled, with the best it had, where its steps make it diverge", () => {
    const problem = problemOf(linearData(5, 50, 10));
    const solution = subgradientDescent({ step: () => 1e80 }).solve(taskOf(problem, 0.1, 1e-7));
    assert.equal(solution.status, "stalled");
    assert.ok(Number.isFinite(solution.certificate.objective));
  });

  it("refuses steps that are none, in one sentence", () => {
    // @ts-expect-error: a number is no schedule
    assert.throws(() => subgradientDescent({ step: 0.1 }), {
      name: "InputError",
      message: "subgradientDescent: step must be a function of the iteration, got 0.1",
    });
    const task = taskOf(problemOf(linearData(6, 20, 3)), 0.1, 1e-7);
    assert.throws(() => subgradientDescent({ step: (k) => 2 - k }).solve(task), {
      name: "InputError",
      message: "subgradientDescent: step(2) must be a positive finite number, got 0",
    });
  });
});
