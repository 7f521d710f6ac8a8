import assert from "node:assert/strict";
import {
  certifyPiecewiseLinear,
  feasibleDual,
  type PiecewiseLinearProblem,
  residualOf,
} from "../../src/problem/piecewise-linear-problem";
import { seededRandom } from "../../src/random/random";
import { liftedVarPro } from "../../src/solvers";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import {
  piecewiseLinearTask,
  quantileProblem,
  supportVectorProblem,
} from "../support/piecewise-linear-problems";
import { normals } from "../support/problems";

const problems: Readonly<Record<string, PiecewiseLinearProblem>> = {
  "a median": quantileProblem(1, 20, 6),
  "a 0.8-quantile with two free columns": quantileProblem(2, 20, 6, { tau: 0.8, nFree: 2 }),
  "a support vector machine": supportVectorProblem(3, 20, 6),
  "a support vector machine without intercept": supportVectorProblem(4, 20, 6, { nFree: 0 }),
};

/** Largest violation of the dual program's constraints. */
function infeasibility({ design, free, terms, lambda }: PiecewiseLinearProblem, dual: Float64Array): number {
  const n = dual.length;
  const [gradient, outside] = [new Float64Array(design.nFeatures), new Float64Array(free.size)];
  design.rmatvec(dual, gradient);
  free.transpose(dual, outside);
  return Math.max(
    ...dual.map((u, i) => Math.abs(u - terms.tilt[i] / n) - terms.width[i] / n),
    ...gradient.map((g) => Math.abs(g) - lambda),
    ...outside.map(Math.abs),
  );
}

describe("feasibleDual", () => {
  for (const [name, problem] of Object.entries(problems)) {
    it(`is feasible for ${name}, from wherever it begins`, () => {
      const random = seededRandom(5);
      let useful = 0;
      for (let trial = 0; trial < 200; trial++) {
        const alpha = normals(random, 20).map((x) => x * 10 ** -(trial % 5));
        const before = alpha.slice();
        const dual = feasibleDual(problem, alpha);
        assertAtMost("infeasibility", infeasibility(problem, dual), 1e-13);
        assert.deepEqual(alpha, before);
        if (dual.some((u) => u !== 0)) useful++;
      }
      assert.ok(useful > 100, `${useful} of 200 are more than zero`);
    });

    it(`keeps a point that is feasible for ${name} already`, () => {
      const { dual } = liftedVarPro(piecewiseLinearTask(problem, 1e-10));
      assertAllClose("dual", feasibleDual(problem, dual), dual, 1e-14);
    });
  }

  it("is zero where no entry has room to move off the span of the free columns", () => {
    const problem = quantileProblem(6, 5, 2);
    assert.deepEqual(feasibleDual(problem, new Float64Array(5).fill(1)), new Float64Array(5));
  });
});

describe("certifyPiecewiseLinear", () => {
  for (const [name, problem] of Object.entries(problems)) {
    it(`bounds the distance to the optimum of ${name} at random points`, () => {
      const random = seededRandom(6);
      const { certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-11));
      for (let trial = 0; trial < 100; trial++) {
        const beta = normals(random, 6).map((x, j) => (j < trial % 6 ? 0 : x * 10 ** -(trial % 4)));
        const psi = normals(random, problem.free.size);
        const dual = feasibleDual(
          problem,
          normals(random, 20).map((x) => x / 20),
        );
        const { objective, dualityGap } = certifyPiecewiseLinear(problem, beta, psi, dual, 0);
        assertAtMost("distance", objective - certificate.objective, dualityGap, 1e-10);
      }
    });
  }

  it("states the objective as the formula has it, and the residual it is made of", () => {
    const problem = problems["a 0.8-quantile with two free columns"];
    const random = seededRandom(7);
    const [beta, psi] = [normals(random, 6), normals(random, 2)];
    const eta = new Float64Array(20);
    problem.design.matvec(beta, eta);
    problem.free.addTo(eta, psi);
    const residual = problem.terms.center.map((c, i) => c - eta[i]);
    assertAllClose("residual", residualOf(problem, beta, psi), residual, 1e-15);
    const loss = residual.reduce((sum, r) => sum + Math.max(0.8 * r, -0.2 * r) / 20, 0);
    const norm = beta.reduce((sum, b) => sum + Math.abs(b), 0);
    const { objective } = certifyPiecewiseLinear(problem, beta, psi, new Float64Array(20), 0);
    assertClose("objective", objective, loss + 0.05 * norm, 1e-14);
  });

  it("calls a dual point that is not feasible a defect, not a gap", () => {
    const problem = problems["a median"];
    const infeasible = problem.terms.center.map((c) => c);
    assert.throws(
      () => certifyPiecewiseLinear(problem, new Float64Array(6), new Float64Array(1), infeasible, 0),
      {
        name: "InternalError",
        message: /^certifyPiecewiseLinear: the duality gap must be >= 0, got -/,
      },
    );
  });
});
