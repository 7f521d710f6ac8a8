import assert from "node:assert/strict";
import { SparseLinearModel } from "../../../src/estimators";
import { lq, mcp, scad } from "../../../src/penalties";
import { type Solver, type SolverTask, WarmStart } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { oneDescent } from "../../../src/solvers/search";
import { assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const { X, y } = linearData(3, 30, 60, 1);
const isZero = (beta: Float64Array): boolean => beta.every((b) => b === 0);

/** A coordinate descent, and the starts of the problem itself that it was given. */
function watched(penalty: ReturnType<typeof mcp>): {
  inner: Solver;
  starts: Float64Array[];
  task: SolverTask;
} {
  const task = taskOf(problemOf({ X, y }, penalty), 0.1, 1e-9);
  const starts: Float64Array[] = [];
  const inner: Solver = {
    name: "watched",
    solve(given) {
      if (given.problem.penalty === penalty) starts.push(given.beta);
      return coordinateDescent().solve(given);
    },
  };
  return { inner, starts, task };
}

describe("one descent", () => {
  for (const penalty of [mcp(), lq({ q: 0.5 })]) {
    it(`of ${penalty.name} runs its solver once, from the coefficients given or from the convex relative`, () => {
      const { inner, starts, task } = watched(penalty);
      oneDescent(inner).solve(task);
      assert.equal(starts.length, 1);
      assert.ok(!isZero(starts[0]), "zeros are no start");
      const beta = new Float64Array(60).fill(0.1);
      oneDescent(inner).solve({ ...task, warmStart: new WarmStart(), beta });
      assert.deepEqual(starts[1], beta);
      assert.equal(starts.length, 2);
    });

    it(`of ${penalty.name} continues from zeros in which the lambda before ended`, () => {
      const { inner, starts, task } = watched(penalty);
      const solver = oneDescent(inner);
      const before = solver.solve({ ...task, lambda: 100 });
      assert.ok(isZero(before.beta));
      solver.solve({ ...task, beta: before.beta });
      assert.ok(isZero(starts[1]));
    });
  }

  it("returns to the zeros that were given from an end above them", () => {
    const { starts, inner, task } = watched(lq({ q: 0.5 }));
    const misled: Solver = {
      name: "misled",
      solve(given) {
        const end = inner.solve(given);
        const { certificate } = end;
        return isZero(given.beta) ? end : { ...end, certificate: { ...certificate, objective: 1e9 } };
      },
    };
    const { certificate } = oneDescent(misled).solve(task);
    assert.deepEqual(starts.map(isZero), [false, true]);
    const atZero = y.reduce((sum, entry) => sum + entry ** 2, 0) / (2 * y.length);
    assertAtMost("objective", certificate.objective, atZero);
  });

  it("begins a path at the empty model, though other coefficients are as good there", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const data = linearData(seed, 30, 12, 4);
      for (const penalty of [mcp(), scad()]) {
        const { fits } = new SparseLinearModel({ penalty }).path(data.X, data.y, { nLambdas: 3 });
        assert.equal(fits[0].support.length, 0, `seed ${seed}, ${penalty.name}`);
      }
    }
  });

  it("is the solver alone where there is no penalty, and of a convex one", () => {
    const { inner, starts, task } = watched(mcp());
    oneDescent(inner).solve({ ...task, lambda: 0 });
    assert.ok(isZero(starts[0]));
    const convex = taskOf(problemOf({ X, y }), 0.1, 1e-9);
    assert.deepEqual(oneDescent(coordinateDescent()).solve(convex), coordinateDescent().solve(convex));
  });
});
