/** The loop of all solvers, by methods whose steps are written down beforehand. */
import assert from "node:assert/strict";
import { type Method, newtonStopping, runSolver, type Step } from "../../src/solvers/loop";
import { candidateAt } from "../../src/solvers/solver";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const problem = problemOf(linearData(1, 20, 2));
const task = taskOf(problem, 0.1, 0, { isOptimal: () => false });

/** A method that takes the steps given, each to `beta = (step number / 100, 0)`, and moves on after them. */
function scripted(steps: readonly Step[], more: Partial<Method> = {}): Method {
  let taken = 0;
  const at = (k: number) => candidateAt(task, Float64Array.of(k / 100, 0), task.psi, 0);
  return {
    name: "scripted",
    start: at(0),
    stopping: newtonStopping,
    iterate: () => steps[taken++] ?? "moved",
    candidate: () => at(taken),
    ...more,
  };
}

describe("runSolver", () => {
  const iterations = (method: Method, given = task): number[] =>
    runSolver(given, method).trace.map(({ iteration }) => iteration);

  it("is done at a start that meets the goal, without a step and without a trace", () => {
    const method = scripted([], { iterate: () => assert.fail("no step is needed") });
    const { status, nIter, trace } = runSolver({ ...task, isOptimal: () => true }, method);
    assert.deepEqual([status, nIter, trace], ["converged", 0, []]);
  });

  it("certifies at the interval, at the last iteration and after a last step", () => {
    const method = { candidateInterval: 4 };
    assert.deepEqual(iterations(scripted([], method), { ...task, maxIter: 10 }), [0, 4, 8, 10]);
    const last = scripted(["moved", "moved", "last"], method);
    assert.deepEqual(iterations(last), [0, 3]);
  });

  it("counts rejected steps, which have no row, and ends at a failed one", () => {
    const solution = runSolver(task, scripted(["moved", "rejected", "moved", "failed"]));
    assert.deepEqual([solution.status, solution.nIter], ["stalled", 4]);
    assert.deepEqual(
      solution.trace.map(({ iteration }) => iteration),
      [0, 1, 3],
    );
  });

  it("keeps the best candidate, and stalls where none is better for long enough", () => {
    // Three steps lower the objective; the later ones lead back to the start.
    let k = 0;
    const lengths = [0, 1, 2, 3, 0, 0, 0, 0];
    const at = () => candidateAt(task, Float64Array.of(lengths[k] / 10, 0), task.psi, 0);
    const method = scripted([], {
      start: at(),
      candidate: at,
      iterate() {
        k++;
        return "moved";
      },
    });
    const { status, nIter, beta } = runSolver(task, method);
    assert.deepEqual([status, nIter, beta[0]], ["stalled", 6, 0.3]);
  });

  it("reports each iteration, and ends with a candidate once the signal is aborted", () => {
    const signal = { aborted: false };
    const seen: number[] = [];
    const onIteration = (iteration: number): void => {
      seen.push(iteration);
      signal.aborted = iteration === 3;
    };
    const solution = runSolver({ ...task, signal, onIteration }, scripted([], { candidateInterval: 10 }));
    assert.deepEqual(
      [solution.status, solution.trace.at(-1)!.iteration, seen],
      ["interrupted", 3, [1, 2, 3]],
    );
  });

  it("takes a last candidate of the method where the goal was missed", () => {
    const goal = 0.5;
    const isOptimal = ({ objective }: { objective: number }) => objective <= goal;
    const lowest = candidateAt(task, Float64Array.of(2, -1.5), task.psi, 0);
    assert.ok(lowest.certificate.objective <= goal);
    const method = scripted(["last"], { finish: (status) => (status === "stalled" ? lowest : undefined) });
    const { status, beta } = runSolver({ ...task, isOptimal }, method);
    assert.deepEqual([status, beta], ["converged", lowest.beta]);
  });
});
