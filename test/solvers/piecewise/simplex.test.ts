import assert from "node:assert/strict";
import {
  certifyPiecewiseLinear,
  feasibleDual,
  type PiecewiseLinearProblem,
} from "../../../src/problem/piecewise-linear-problem";
import { simplex } from "../../../src/solvers/piecewise/simplex";
import type { Basis, Vertex } from "../../../src/solvers/piecewise/vertex";
import { assertAtMost, assertClose } from "../../support/assert-close";
import { quantileOptimum, supportVectorOptimum } from "../../support/linear-program";
import {
  piecewiseLinearProblems,
  quantileProblem,
  wholeNumberProblems,
} from "../../support/piecewise-linear-problems";
import { designOf } from "../../support/problems";

/** No coefficient, and the first samples on their kink for the free columns. */
function emptyBasis({ free }: PiecewiseLinearProblem): Basis {
  return { support: [], onKink: Array.from({ length: free.size }, (_, i) => i) };
}

function certified(problem: PiecewiseLinearProblem, { beta, psi, alpha }: Vertex) {
  return certifyPiecewiseLinear(problem, beta, psi, feasibleDual(problem, alpha), 0);
}

describe("simplex", () => {
  for (const [name, problem] of Object.entries(piecewiseLinearProblems)) {
    it(`comes from nothing to the minimum of ${name}, never uphill`, () => {
      let before = Number.POSITIVE_INFINITY;
      for (const most of [0, 1, 2, 4, 8, 16, 1000]) {
        const { objective } = certified(problem, simplex(problem, emptyBasis(problem), most)!);
        assertAtMost(`objective after ${most}`, objective, before + 1e-9);
        before = objective;
      }
      const { objective, dualityGap } = certified(problem, simplex(problem, emptyBasis(problem), 1000)!);
      assertAtMost("gap", dualityGap, 1e-12 * objective);
    });
  }

  for (const lambda of [0.2, 0.03, 0.004]) {
    it(`does not go round in circles where samples tie, as HiGHS confirms, at lambda = ${lambda}`, async () => {
      for (const [seed, n, p] of [
        [1, 30, 4],
        [2, 24, 30],
      ]) {
        const { X, y, labels, median, machine } = wholeNumberProblems(seed, n, p, lambda);
        for (const [problem, optimum] of [
          [median, await quantileOptimum({ X, y, lambda }, 0.5)],
          [machine, await supportVectorOptimum({ X, y: labels, lambda })],
        ] as const) {
          const { objective, dualityGap } = certified(problem, simplex(problem, emptyBasis(problem), 1000)!);
          assertAtMost("gap", dualityGap, 1e-12 * objective);
          assertClose("objective", objective, optimum, 1e-9);
        }
      }
    });
  }

  it("has no answer where it is given a basis whose columns depend on each other", () => {
    const problem = quantileProblem(1, 10, 3);
    const doubled = { ...problem, design: designOf(Array.from({ length: 10 }, (_, i) => [i, i])) };
    assert.equal(simplex(doubled, { support: [0, 1], onKink: [0, 1, 2] }, 10), undefined);
  });
});
