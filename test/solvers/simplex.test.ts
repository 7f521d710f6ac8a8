import assert from "node:assert/strict";
import { FreeColumns } from "../../src/objectives/free-columns";
import {
  certifyPiecewiseLinear,
  feasibleDual,
  type PiecewiseLinearProblem,
} from "../../src/objectives/piecewise-linear-problem";
import { hinge, pinball } from "../../src/piecewise-linear";
import { seededRandom } from "../../src/random/random";
import { simplex } from "../../src/solvers/simplex";
import type { Basis, Vertex } from "../../src/solvers/vertex";
import { assertAtMost, assertClose } from "../support/assert-close";
import { quantileOptimum, supportVectorOptimum } from "../support/linear-program";
import { piecewiseLinearProblems, quantileProblem } from "../support/piecewise-linear-problems";
import { designOf } from "../support/problems";

/** Whole numbers, of which many tie: rows three times each, features of 0, 1 and 2, a response of -1, 0 and 1. */
function wholeNumbers(seed: number, nSamples: number, nFeatures: number): { X: number[][]; y: number[] } {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(count * random.uniform());
  const rows = Array.from({ length: Math.ceil(nSamples / 3) }, () =>
    Array.from({ length: nFeatures }, () => below(3)),
  );
  const X = Array.from({ length: nSamples }, (_, i) => rows[Math.floor(i / 3)]);
  return { X, y: X.map(([first]) => Math.sign(first - 1 + below(3) - 1)) };
}

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
        const { X, y } = wholeNumbers(seed, n, p);
        const median = problemOf(X, pinball(0.5).terms(Float64Array.from(y)), lambda);
        const labels = y.map((value) => Number(value > 0));
        const machine = problemOf(X, hinge().terms(Float64Array.from(labels)), lambda);
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

function problemOf(
  X: readonly (readonly number[])[],
  terms: PiecewiseLinearProblem["terms"],
  lambda: number,
): PiecewiseLinearProblem {
  const free = new FreeColumns(X.length, [new Float64Array(X.length).fill(1)]);
  return { design: designOf(X), free, terms, lambda };
}
