/** The numbers of iterations that the doc comments of solvers and reference methods state, for a gap of 1e-9. */
import assert from "node:assert/strict";
import { lbfgs } from "../../src/optimizers";
import type { Parametrization } from "../../src/parametrizations";
import {
  alternatingRidge,
  proximalNewton,
  type Solver,
  surrogateDescent,
  varPro,
  workingSet,
} from "../../src/solvers";
import { coordinateDescent, irls, proximalGradient } from "../../src/solvers/classical";
import { assertAtMost } from "../support/assert-close";
import { convexCase } from "../support/convex-problems";
import { taskOf } from "../support/solver-tasks";

const descent = (parametrization: Parametrization): Solver => surrogateDescent(parametrization, lbfgs());
const everywhere = ["lasso", "logistic lasso", "group lasso"] as const;

/** A solver given the surrogate, its bound and the problems it is for. */
const statements: readonly (readonly [
  (parametrization: Parametrization) => Solver,
  number,
  readonly (typeof everywhere)[number][],
])[] = [
  [descent, 100, everywhere],
  [(parametrization) => workingSet(descent(parametrization)), 100, everywhere],
  [varPro, 100, ["lasso", "group lasso"]],
  [() => alternatingRidge(), 100, ["lasso"]],
  [() => proximalNewton(), 20, everywhere],
  [coordinateDescent, 100, everywhere],
  [() => proximalGradient(), 500, everywhere],
  [() => proximalGradient({ accelerated: true }), 100, everywhere],
  [() => irls(), 3000, ["lasso"]],
];

describe("a duality gap of 1e-9", () => {
  for (const [make, bound, problems] of statements) {
    for (const which of problems) {
      const { name } = make(convexCase(which, 1).parametrization);
      it(`takes at most ${bound} iterations of ${name} on a ${which}, from the null model`, () => {
        for (const seed of [1, 2, 3, 4, 5]) {
          const { problem, parametrization, lambda } = convexCase(which, seed);
          const task = taskOf(problem, lambda, 1e-9, { maxIter: bound });
          const [beta, psi] = [task.beta.slice(), task.psi.slice()];
          const solution = make(parametrization).solve(task);
          assert.equal(solution.status, "converged", `seed ${seed}`);
          assertAtMost(`gap, seed ${seed}`, solution.certificate.dualityGap!, 1e-9);
          assert.deepEqual([task.beta, task.psi], [beta, psi]);
        }
      });
    }
  }
});
