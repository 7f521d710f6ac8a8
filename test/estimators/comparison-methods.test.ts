/** The methods to compare with, through the estimator: on orthogonal columns the prox is the answer of each. */
import assert from "node:assert/strict";
import {
  compositeMcp,
  elasticNet,
  groupL2,
  groupLpq,
  groupLq,
  groupMcp,
  groupScad,
  l1,
  logistic,
  lq,
  mcp,
  type Penalty,
  SparseLinearModel,
  scad,
  sparseGroup,
} from "../../src";
import { coordinateDescent, irls, proximalGradient, type Solver } from "../../src/solvers";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, orthogonalRows } from "../support/problems";

const X = orthogonalRows;
const leastSquares = Float64Array.of(3, -1.2, 0.3, 0.1);
const y = X.map((row) => row.reduce((sum, x, j) => sum + x * leastSquares[j], 0));
const lambda = 0.4;
const groups = ["a", "a", "b", "b"];

const separable: readonly Penalty[] = [l1(), elasticNet({ l1Ratio: 0.6 }), lq({ q: 0.5 }), scad(), mcp()];
const grouped: readonly Penalty[] = [
  groupL2(groups),
  groupLq(groups, { q: 0.5 }),
  groupScad(groups),
  groupMcp(groups),
  sparseGroup(groups, { l1Ratio: 0.5 }),
];
const proximal: readonly Solver[] = [proximalGradient(), proximalGradient({ accelerated: true })];
const pairs: readonly (readonly [Solver, Penalty])[] = [
  ...separable.flatMap((penalty) =>
    [...proximal, coordinateDescent(), irls()].map((solver) => [solver, penalty] as const),
  ),
  ...grouped.flatMap((penalty) =>
    [...proximal, coordinateDescent()].map((solver) => [solver, penalty] as const),
  ),
];

describe("methods to compare with", () => {
  for (const [solver, penalty] of pairs) {
    it(`${solver.name} solves ${penalty.name} through SparseLinearModel, its trace down to the end`, () => {
      const fit = new SparseLinearModel({ penalty, solver, lambda, tol: 1e-10 }).fit(X, y);
      const expected = new Float64Array(4);
      penalty.prox!(leastSquares, 1, lambda, expected);
      assert.equal(fit.status, "converged");
      assertAllClose("coef", fit.coef, expected, 1e-5);
      const { trace, certificate } = fit;
      for (let k = 1; k < trace.length; k++) {
        assert.ok(trace[k].iteration > trace[k - 1].iteration);
        assertAtMost(`objective ${k}`, trace[k].objective, trace[k - 1].objective, 1e-14);
      }
      // The method of weights follows the smoothed objective, and is certified before that has become sharp.
      if (solver.name !== "irls")
        assertAtMost("end", Math.abs(trace.at(-1)!.objective - certificate.objective), 1e-14);
    });
  }

  for (const penalty of [compositeMcp([0, 0, 1, 1, 2, 2]), groupLpq([0, 0, 1, 1, 2, 2], { p: 1, q: 0.5 })]) {
    for (const datafit of [undefined, logistic()]) {
      it(`coordinateDescent ends where no step lowers ${penalty.name} with ${datafit?.name ?? "squared error"}`, () => {
        const data = linearData(3, 60, 6);
        const target = datafit ? data.y.map((value) => (value > 0 ? 1 : 0)) : data.y;
        const options = { penalty, lambda: 0.05, standardize: false, ...(datafit && { datafit }) };
        const fit = new SparseLinearModel({ ...options, solver: coordinateDescent(), tol: 1e-9 }).fit(
          data.X,
          target,
        );
        assert.equal(fit.status, "converged");
        const objectiveAt = (coef: Float64Array): number => {
          const loss = data.X.reduce((sum, row, i) => {
            const eta = row.reduce((dot, x, j) => dot + x * coef[j], fit.intercept);
            if (datafit) return sum + Math.log1p(Math.exp(target[i] === 1 ? -eta : eta)) / 60;
            return sum + (target[i] - eta) ** 2 / 120;
          }, 0);
          return loss + penalty.value(coef, 0.05);
        };
        const least = objectiveAt(fit.coef);
        assertAtMost("stated", Math.abs(fit.certificate.objective - least), 1e-12);
        for (const j of fit.coef.keys()) {
          for (let b = -3; b <= 3; b += 0.01) {
            const coef = fit.coef.map((entry, k) => (k === j ? b : entry));
            assertAtMost(`coefficient ${j} at ${b}`, least, objectiveAt(coef), 1e-7);
          }
        }
        const auto = new SparseLinearModel(options).fit(data.X, target);
        assert.equal(auto.status, "converged");
        assertAtMost("by the choice of the library", auto.certificate.objective, least + 1e-9);
      });
    }
  }
});
