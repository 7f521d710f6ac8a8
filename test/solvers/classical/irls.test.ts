import assert from "node:assert/strict";
import { logistic, squaredError } from "../../../src/datafits";
import { groupL2, l1, lq, nonNegative } from "../../../src/penalties";
import { coordinateDescent, irls } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("irls", () => {
  it("agrees with coordinate descent on a lasso, free columns and all, with as many zeros", () => {
    for (const [n, p] of [
      [40, 10],
      [15, 30],
    ]) {
      const problem = problemOf(linearData(1, n, p), l1(), [new Float64Array(n).fill(1)]);
      const solution = irls().solve(taskOf(problem, 0.2, 1e-13));
      const expected = coordinateDescent().solve(taskOf(problem, 0.2, 1e-14));
      assert.equal(solution.status, "converged");
      assertAllClose("beta", solution.beta, expected.beta, 1e-6);
      assert.deepEqual(
        solution.beta.map((b) => Number(b === 0)),
        expected.beta.map((b) => Number(b === 0)),
      );
    }
  });

  it("enters a bridge problem from its smooth end: from zero, where every other method would stay", () => {
    const problem = problemOf(linearData(2, 40, 10), lq({ q: 0.5 }));
    const isOptimal = ({
      violation,
      singleCoordinateGain,
    }: {
      violation: number;
      singleCoordinateGain: number;
    }) => violation <= 1e-9 && singleCoordinateGain <= 1e-12;
    const solution = irls().solve(taskOf(problem, 0.1, 0, { isOptimal }));
    assert.equal(solution.status, "converged");
    assert.ok(solution.beta.some((b) => b !== 0) && solution.beta.some((b) => b === 0));
  });

  it("starts as smooth as it is told", () => {
    const problem = problemOf(linearData(3, 40, 10), lq({ q: 0.5 }));
    const first = (epsilon: number) => {
      const task = taskOf(problem, 0.1, 0, { isOptimal: () => false, maxIter: 1, magnitude: 2 });
      return irls({ epsilon }).solve(task).trace[0].objective;
    };
    // At zero the smoothed penalty is 10 lambda sqrt(epsilon * magnitude).
    assertAtMost("difference", Math.abs(first(8) - first(2) - (4 - 2)), 1e-12);
  });

  it("refuses what it is not made for, in one sentence", () => {
    const problem = problemOf(linearData(4, 10, 2));
    const solve = (change: object) => () => irls().solve(taskOf({ ...problem, ...change }, 0.1, 1e-9));
    assert.throws(solve({ datafit: logistic() }), {
      name: "InputError",
      message: 'irls: datafit must be squared error without sample weights, got "logistic"',
    });
    assert.throws(solve({ datafit: squaredError().weighted(new Float64Array(10).fill(1)) }), {
      name: "InputError",
      message: 'irls: datafit must be squared error without sample weights, got "squaredError"',
    });
    assert.throws(solve({ penalty: nonNegative(l1()) }), {
      message: 'irls: penalty must be one without bounds on coefficients, got "nonNegative(l1)"',
    });
    assert.throws(solve({ penalty: groupL2([0, 0]) }), {
      name: "InputError",
      message: 'irls: penalty must be a sum over coordinates, got "groupL2"',
    });
    for (const epsilon of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => irls({ epsilon }), {
        name: "InputError",
        message: `irls: epsilon must be a positive finite number, got ${epsilon}`,
      });
    }
  });
});
