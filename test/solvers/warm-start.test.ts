/** What solvers keep from one task to the next: whose it is, and when it is made anew. */
import assert from "node:assert/strict";
import { l1, mcp } from "../../src/penalties";
import { proximalNewton, type Solver, WarmStart } from "../../src/solvers";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

describe("a warm start", () => {
  const problem = problemOf(linearData(1, 20, 5), l1());
  const [first, second] = [{}, {}];

  it("keeps one state for each owner and penalty", () => {
    const warmStart = new WarmStart();
    const state = warmStart.stateOf(first, problem, () => ({}));
    const made = (): object => ({ made: true });
    assert.equal(warmStart.stateOf(first, { ...problem }, made), state);
    assert.notEqual(warmStart.stateOf(second, problem, made), state);
    assert.notEqual(warmStart.stateOf(first, { ...problem, penalty: mcp() }, made), state);
    assert.equal(warmStart.stateOf(first, problem, made), state);
  });

  it("makes a state anew for other data", () => {
    const warmStart = new WarmStart();
    const state = warmStart.stateOf(first, problem, () => ({}));
    const other = { ...problem, target: problem.target.slice() };
    assert.notEqual(
      warmStart.stateOf(first, other, () => ({})),
      state,
    );
  });

  for (const [solver, penalty] of [
    [proximalNewton(), mcp()],
    [proximalNewton(), l1()],
    [proximalNewton(), mcp()],
  ] as const) {
    it(`is all that ${solver.name} takes over from earlier tasks of ${penalty.name}`, () => {
      const data = linearData(2, 40, 60);
      const one = problemOf(data, penalty);
      const alone = endOf(solver, one);
      solver.solve(taskOf(one, 0.1, 1e-10));
      assert.deepEqual(endOf(solver, one), alone);
      const warmStart = new WarmStart();
      const before = solver.solve(taskOf(one, 0.3, 1e-10, { warmStart }));
      const task = taskOf(one, 0.3, 1e-10, { warmStart, beta: before.beta });
      const passes = countedPasses(one);
      assert.equal(solver.solve(task).nIter, 0);
      assert.equal(passes.count, 0, "a solution that is known takes no pass over the design");
    });
  }
});

function endOf(solver: Solver, problem: ReturnType<typeof problemOf>): unknown {
  const { beta, certificate, trace } = solver.solve(taskOf(problem, 0.2, 1e-10));
  return { beta, certificate, trace };
}

/** Counts the products of a residual with all columns from now on. */
function countedPasses({ design }: ReturnType<typeof problemOf>): { count: number } {
  const passes = { count: 0 };
  const rmatvec = design.rmatvec.bind(design);
  design.rmatvec = (residual, out) => {
    passes.count++;
    rmatvec(residual, out);
  };
  return passes;
}
