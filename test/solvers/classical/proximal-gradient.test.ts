import assert from "node:assert/strict";
import { poisson } from "../../../src/datafits";
import { compositeMcp, l1, lq } from "../../../src/penalties";
import type { SparseProblem } from "../../../src/problem/problem";
import type { Solver, TraceRow } from "../../../src/solvers";
import { coordinateDescent, proximalGradient } from "../../../src/solvers/classical";
import { steepestCurvature } from "../../../src/solvers/classical/proximal-gradient";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { symmetricEigenvalues } from "../../support/finite-differences";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const fista = (): Solver => proximalGradient({ accelerated: true });

/** Ill-conditioned on purpose: 40 samples of 30 columns that share a common factor. */
function correlated(): SparseProblem {
  const { X, y } = linearData(5, 40, 31);
  return problemOf({ X: X.map((row) => row.slice(1).map((x) => x + 2 * row[0])), y });
}

/** `X'X / n`, as rows. */
function gramOf({ design }: SparseProblem): Float64Array[] {
  return Array.from({ length: design.nFeatures }, (_, j) => {
    const column = new Float64Array(design.nSamples);
    design.addColumn(j, 1 / design.nSamples, column);
    return Float64Array.from({ length: design.nFeatures }, (_entry, k) => design.columnDot(k, column));
  });
}

describe("the rates of the proximal gradient methods", () => {
  const problem = correlated();
  const lambda = 0.02;
  const optimum = coordinateDescent().solve(taskOf(problem, lambda, 1e-14, { maxIter: 1e5 }));
  assert.equal(optimum.status, "converged");
  const distance = optimum.beta.reduce((sum, b) => sum + b * b, 0); // from a start of zero
  const L = symmetricEigenvalues(gramOf(problem)).at(-1)!;
  const traceOf = (solver: Solver = proximalGradient()): readonly TraceRow[] =>
    solver.solve(taskOf(problem, lambda, 0, { maxIter: 300 })).trace.slice(1);

  it("are, for proximalGradient, 1.25 L ||beta_0 - beta*||^2 / (2k) at most", () => {
    for (const { iteration, objective } of traceOf()) {
      const excess = objective - optimum.certificate.objective;
      assertAtMost(`iteration ${iteration}`, excess, (1.25 * L * distance) / (2 * iteration));
    }
  });

  it("are, for fista, 2.5 L ||beta_0 - beta*||^2 / (k + 1)^2 at most, and faster than without momentum", () => {
    const trace = traceOf(fista());
    for (const { iteration, objective } of trace) {
      const excess = objective - optimum.certificate.objective;
      assertAtMost(`iteration ${iteration}`, excess, (2.5 * L * distance) / (iteration + 1) ** 2);
    }
    const excesses = [trace, traceOf()].map((rows) => rows.at(-1)!.objective - optimum.certificate.objective);
    assertAtMost("with momentum", excesses[0], excesses[1] / 100);
  });

  it("go by the largest eigenvalue, which the power method finds to a few percent, free columns projected out", () => {
    assertAtMost("from below", steepestCurvature(problem, new Float64Array(40)), L, 1e-12 * L);
    assertClose("L", steepestCurvature(problem, new Float64Array(40)), L, 0.03);
    const constant = new Float64Array(40).fill(1);
    const shifted = problemOf({
      X: linearData(5, 40, 3).X.map((row) => row.map((x) => x + 100)),
      y: [...problem.target],
    });
    const centred = problemOf({ X: linearData(5, 40, 3).X, y: [...problem.target] }, l1(), [constant]);
    const eta = new Float64Array(40);
    const withFree = steepestCurvature({ ...shifted, free: centred.free }, eta);
    assertClose("means do not count", withFree, steepestCurvature(centred, eta), 1e-9);
    assert.ok(steepestCurvature(shifted, eta) > 1e4);
  });
});

describe("proximalGradient", () => {
  it("is the global minimiser of a bridge problem on an orthonormal design after one step", () => {
    const X = [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ];
    const y = [3, 2, -1, -2.4];
    const penalty = lq({ q: 0.5 });
    const task = taskOf(problemOf({ X, y }, penalty), 0.3, 0, { maxIter: 1, isOptimal: () => false });
    const { beta } = proximalGradient().solve(task);
    // X'y / 4 = (2.1, 0.6), and 0.6 is below the threshold of the prox.
    const expected = [penalty.coordinateProx(0, 2.1, 1, 0.3), 0];
    assertAllClose("beta", beta, expected, 1e-14);
  });

  for (const solver of [proximalGradient(), fista()]) {
    it(`is refused a penalty without a prox, in one sentence, as ${solver.name}`, () => {
      const problem = problemOf(linearData(1, 20, 2), compositeMcp([0, 0]));
      assert.throws(() => solver.solve(taskOf(problem, 0.1, 1e-9)), {
        name: "InputError",
        message: `proximalGradient: penalty must be one with a known proximal step, got "${problem.penalty.name}"`,
      });
    });
  }
});

describe("proximalGradient, accelerated", () => {
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
