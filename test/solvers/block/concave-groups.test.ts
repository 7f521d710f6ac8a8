/** The block solver on groups where their penalty is not convex: against proximal points and block descent, and degenerate. */
import assert from "node:assert/strict";
import { symmetricEigen } from "../../../src/linalg/symmetric-eigen";
import { supportOf } from "../../../src/linalg/vector";
import { type GroupPenalty, groupLq, groupMcp, groupScad, type Penalty } from "../../../src/penalties";
import { profileAt } from "../../../src/problem/problem";
import { proximalNewton, type Solution, type SolverTask } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { supportHessian } from "../../../src/solvers/subproblem/support-newton";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, orthogonalRows, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

type PenaltyOf = (groups: readonly number[]) => Penalty;

const concave: readonly (readonly [name: string, PenaltyOf])[] = [
  ["group bridge", (groups) => groupLq(groups, { q: 0.5 })],
  ["group SCAD", (groups) => groupScad(groups)],
  ["group MCP", (groups) => groupMcp(groups)],
];

/** A goal of penalties that are not convex, which have no gap: no coordinate or group alone gains more than that. */
const alone = (gain: number): Pick<SolverTask, "isOptimal"> => ({
  isOptimal: ({ violation, singleCoordinateGain }) => violation <= 1e-8 && singleCoordinateGain <= gain,
});

const pairs = (nFeatures: number, size: number): number[] =>
  Array.from({ length: nFeatures }, (_, j) => Math.floor(j / size));

/** By the eigenvalues of the Hessian on the support, which the solver has no part in. */
function isDefinite({ problem, lambda }: SolverTask, { beta, profile }: Solution): boolean {
  const { matrix, size } = supportHessian(problem, lambda, beta, supportOf(beta), profile.eta)!;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j];
  return symmetricEigen(matrix, size).values[0] > 0;
}

describe("the block solver on groups, with a penalty that is not convex,", () => {
  for (const [name, penaltyOf] of concave) {
    it(`is at the proximal point of each group of a ${name} where columns are orthogonal`, () => {
      const y = [3, -1, 2, 0.5, 1, -2, 0.3, 1];
      const problem = problemOf({ X: orthogonalRows.map((row) => [...row]), y }, penaltyOf([0, 0, 1, 1]));
      const penalty = problem.penalty as GroupPenalty;
      const marginal = [0, 1, 2, 3].map((j) =>
        orthogonalRows.reduce((sum, row, i) => sum + (row[j] * y[i]) / 8, 0),
      );
      for (const lambda of [2, 0.8, 0.3, 0.1]) {
        const { beta, status } = proximalNewton().solve(taskOf(problem, lambda, 1e-12, alone(1e-15)));
        assert.equal(status, "converged");
        for (const g of [0, 1]) {
          const expected = new Float64Array(2);
          penalty.groupProx!(g, Float64Array.from(marginal.slice(2 * g, 2 * g + 2)), 1, lambda, expected);
          assertAllClose(`lambda ${lambda}`, beta.subarray(2 * g, 2 * g + 2), expected, 1e-10);
        }
      }
    });

    it(`goes down a ${name} to where no group alone betters it, and block descent finds nothing lower`, () => {
      for (const seed of [21, 22, 23]) {
        const problem = problemOf(linearData(seed, 30, 60), penaltyOf(pairs(60, 3)));
        const { gradient } = profileAt(problem, new Float64Array(60), new Float64Array(0));
        const dense = Float64Array.from(gradient, (entry) => -entry);
        for (const beta of [new Float64Array(60), dense]) {
          const task = taskOf(problem, 0.3, 1e-8, { ...alone(1e-10), beta });
          const solution = proximalNewton().solve(task);
          assert.equal(solution.status, "converged", `seed ${seed}`);
          const { objective } = solution.certificate;
          const { beta: end, profile } = solution;
          const further = coordinateDescent().solve({
            ...task,
            beta: end,
            psi: profile.psi,
            isOptimal: () => false,
            maxIter: 50,
          });
          assertAtMost(`seed ${seed}`, objective, further.certificate.objective, 1e-8);
          const exchanged = proximalNewton({ exchanges: 10 }).solve(task);
          assert.equal(exchanged.status, "converged");
          assertAtMost(`seed ${seed}, exchanges`, exchanged.certificate.objective, objective, 1e-12);
        }
      }
    });

    it(`says that an end of a ${name} is no saddle where its second derivatives say so, and of copies not that it is none`, () => {
      for (const seed of [25, 26]) {
        const data = linearData(seed, 60, 12);
        const task = taskOf(problemOf(data, penaltyOf(pairs(12, 3))), 0.3, 1e-8, alone(1e-10));
        const solution = proximalNewton().solve(task);
        assert.ok(supportOf(solution.beta).length > 0);
        assert.equal(solution.isStrict, true);
        assert.ok(isDefinite(task, solution));

        const twice = data.X.map((row) => [...row, ...row]);
        const copies = taskOf(
          problemOf({ X: twice, y: data.y }, penaltyOf(pairs(24, 3))),
          0.3,
          1e-8,
          alone(1e-10),
        );
        const beta = Float64Array.from({ length: 24 }, (_, j) => solution.beta[j % 12] / 2);
        const end = proximalNewton().solve({ ...copies, beta });
        if (end.isStrict) assert.ok(isDefinite(copies, end));
      }
    });

    it(`is the penalty of coordinates where the groups of a ${name} are of one`, () => {
      const problem = problemOf(linearData(24, 40, 12), penaltyOf(pairs(12, 1)));
      const task = taskOf(problem, 0.4, 1e-12, alone(1e-14));
      const solution = proximalNewton().solve(task);
      assert.equal(solution.status, "converged");
      assertAllClose(name, solution.beta, coordinateDescent().solve(task).beta, 1e-8);
    });

    it(`comes to an end on a ${name} of zero columns, copies, one row and a lambda of nothing`, () => {
      for (const X of [
        [[1, 1, 0, 2]],
        [
          [1, 1, 0, 0],
          [2, 2, 0, 0],
          [-1, -1, 0, 0],
        ],
      ]) {
        const y = [1, 2, 0.5].slice(0, X.length);
        const problem = problemOf({ X, y }, penaltyOf([0, 1, 1, 2]));
        for (const lambda of [100, 0.1, 0]) {
          const { certificate, beta } = proximalNewton().solve(
            taskOf(problem, lambda, 1e-9, { ...alone(1e-9), maxIter: 200 }),
          );
          const { objective } = proximalNewton().solve(taskOf(problem, lambda, 1e9)).certificate;
          assertAtMost(`lambda ${lambda}`, certificate.objective, objective, 1e-12);
          if (lambda === 100) assert.ok(beta.every((b) => b === 0));
        }
      }
    });
  }
});
