import assert from "node:assert/strict";
import { lbfgs } from "../../src/optimizers";
import { groupHadamardProduct, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { coordinateDescent } from "../../src/reference";
import { type Solver, severalStarts, surrogateDescent } from "../../src/solvers";
import { belowSaddle } from "../../src/solvers/below-saddle";
import { candidateAt } from "../../src/solvers/candidate";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { firstColumns } from "../support/estimator-features";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const { X, y } = linearData(7, 40, 6);
const none = new Float64Array(0);

describe("a saddle of a penalty that is not convex", () => {
  const twice = { X: X.map((row) => [...row, ...row]), y };

  const members: readonly ((nFeatures: number) => Parametrization)[] = [
    () => hadamardProduct(4),
    (nFeatures) => groupHadamardProduct(firstColumns(nFeatures), 3),
  ];
  for (const make of members) {
    it(`of columns that come twice is left towards one of them, by ${make(1).name}`, () => {
      const solverFor = (nFeatures: number): Solver => surrogateDescent(make(nFeatures), lbfgs());
      const once = taskOf(problemOf({ X, y }, make(6).inducedPenalty), 0.3, 1e-9);
      const both = taskOf(problemOf(twice, make(12).inducedPenalty), 0.3, 1e-9);
      const inner = solverFor(12);
      const single = severalStarts(solverFor(6)).solve(once);
      const symmetric = inner.solve({ ...both, beta: Float64Array.of(...single.beta, ...single.beta) });
      for (let j = 0; j < 6; j++)
        assertAllClose("halves", [symmetric.beta[j]], [symmetric.beta[j + 6]], 1e-6);
      const lower = belowSaddle(both, symmetric);
      assert.ok(lower !== undefined && lower.certificate.objective < symmetric.certificate.objective);
      const found = severalStarts(inner).solve(both);
      assert.equal(found.status, "converged");
      assertAtMost("objective", found.certificate.objective, single.certificate.objective, 1e-9);
      for (let j = 0; j < 6; j++) assert.ok(found.beta[j] === 0 || found.beta[j + 6] === 0);
    });
  }

  it("is not there at a local minimum, at the origin or for a convex penalty", () => {
    const parametrization = hadamardProduct(4);
    const task = taskOf(problemOf({ X, y }, parametrization.inducedPenalty), 0.3, 1e-9);
    const minimum = severalStarts(surrogateDescent(parametrization, lbfgs())).solve(task);
    assert.ok(minimum.beta.some((b) => b !== 0));
    assert.equal(belowSaddle(task, minimum), undefined);
    assert.equal(belowSaddle(task, candidateAt(task, new Float64Array(6), none, 0)), undefined);
    const convex = taskOf(problemOf(twice), 0.3, 1e-9);
    const solution = coordinateDescent().solve(convex);
    assert.equal(belowSaddle(convex, candidateAt(convex, solution.beta, none, 0)), undefined);
  });
});
