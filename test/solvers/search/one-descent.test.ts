import assert from "node:assert/strict";
import { lq, mcp } from "../../../src/penalties";
import { type Solver, type SolverTask, WarmStart } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { multiStart, oneDescent, searchBeyond } from "../../../src/solvers/search";
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

  it("is the solver alone where there is no penalty, and of a convex one", () => {
    const { inner, starts, task } = watched(mcp());
    oneDescent(inner).solve({ ...task, lambda: 0 });
    assert.ok(isZero(starts[0]));
    const convex = taskOf(problemOf({ X, y }), 0.1, 1e-9);
    assert.deepEqual(oneDescent(coordinateDescent()).solve(convex), coordinateDescent().solve(convex));
  });
});

describe("a search beyond a descent", () => {
  const ending = (name: string, from: number): Solver => ({
    name,
    solve: (task) => coordinateDescent().solve({ ...task, beta: new Float64Array(60).fill(from) }),
  });
  const { task } = watched(lq({ q: 0.5 }));

  it("returns the better of the two ends, whichever it is, and tells both", () => {
    const [one, other] = [ending("one", 0), ending("other", 0.3)];
    const ends = [one, other].map((solver) => solver.solve(task).certificate.objective);
    assert.ok(Math.abs(ends[0] - ends[1]) > 1e-4, "the ends differ");
    for (const [first, search] of [
      [one, other],
      [other, one],
    ]) {
      const best = searchBeyond(first, search).solve({ ...task, warmStart: new WarmStart() });
      assert.equal(best.certificate.objective, Math.min(...ends));
      assert.equal(best.starts![0].start, "one descent");
      assert.equal(best.starts![0].objective, first.solve(task).certificate.objective);
    }
  });

  it("lets the descent go on from its own end, as if there were no search", () => {
    const { inner, starts, task: begun } = watched(mcp());
    const solver = searchBeyond(inner, multiStart(coordinateDescent()));
    const alone = inner.solve(begun);
    starts.length = 0;
    const found = solver.solve(begun);
    assertAtMost("objective", found.certificate.objective, alone.certificate.objective);
    solver.solve({ ...begun, lambda: 0.05, beta: new Float64Array(60).fill(7) });
    assert.deepEqual(starts[1], alone.beta);
  });

  it("is interrupted where one of the two is, with the best end so far", () => {
    const cutShort = (inner: Solver): Solver => ({
      name: "cutShort",
      solve: (given) => ({ ...inner.solve(given), status: "interrupted" }),
    });
    const [one, other] = [ending("one", 0), ending("other", 0.3)];
    const ends = [one, other].map((solver) => solver.solve(task).certificate.objective);
    const both = searchBeyond(one, cutShort(other)).solve({ ...task, warmStart: new WarmStart() });
    assert.deepEqual([both.status, both.certificate.objective], ["interrupted", ends[0]]);
    const never: Solver = {
      name: "never",
      solve() {
        throw new Error("is not asked");
      },
    };
    const first = searchBeyond(cutShort(one), never).solve({ ...task, warmStart: new WarmStart() });
    assert.deepEqual([first.status, first.certificate.objective], ["interrupted", ends[0]]);
  });
});
