import assert from "node:assert/strict";
import { certifyPiecewiseLinear, residualOf } from "../../../src/problem/piecewise-linear-problem";
import { liftedVarPro } from "../../../src/solvers";
import { basisNear, vertexAt } from "../../../src/solvers/piecewise/vertex";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import {
  balancedFactors,
  piecewiseLinearProblems,
  piecewiseLinearTask,
  quantileProblem,
} from "../../support/piecewise-linear-problems";
import { designOf, linearData } from "../../support/problems";

describe("a vertex", () => {
  it("is found again from its balanced factors, with the dual point that proves it optimal", () => {
    for (const [name, problem] of Object.entries(piecewiseLinearProblems)) {
      const { beta, psi, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-12));
      const x = balancedFactors(problem, beta, residualOf(problem, beta, psi));
      const vertex = vertexAt(problem, basisNear(problem, x))!;
      assertAllClose(`beta of ${name}`, vertex.beta, beta, 1e-10);
      const found = certifyPiecewiseLinear(problem, vertex.beta, vertex.psi, vertex.alpha, 0);
      assertAtMost(`gap of ${name}`, found.dualityGap, 1e-12);
      assertClose("objective", found.objective, certificate.objective, 1e-12);
    }
  });

  it("has no answer where the columns of its basis depend on each other", () => {
    const { X } = linearData(7, 10, 1);
    const problem = { ...quantileProblem(7, 10, 2), design: designOf(X.map(([x]) => [x, x])) };
    assert.equal(vertexAt(problem, { support: [0, 1], onKink: [0, 1, 2] }), undefined);
  });

  it("is pointed to by a basis of as many samples as columns, which leaves out columns that depend on others", () => {
    const { X } = linearData(7, 10, 1);
    const problem = { ...quantileProblem(7, 10, 2), design: designOf(X.map(([x]) => [x, x])) };
    const x = new Float64Array(12).fill(1e-9).fill(1, 0, 1).fill(0.9, 1, 2).fill(1, 4);
    const { support, onKink } = basisNear(problem, x);
    assert.deepEqual(support, [0]);
    assert.deepEqual([...onKink].sort(), [0, 1]);
    assert.ok(vertexAt(problem, { support, onKink }));
  });
});
