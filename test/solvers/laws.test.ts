/** What every solver of sparse problems promises, the classical reference among them. */
import assert from "node:assert/strict";
import { gradientDescent, lbfgs } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { l1 } from "../../src/penalties";
import { profileAt, type SparseProblem } from "../../src/problem/problem";
import { seededRandom } from "../../src/random/random";
import {
  alternatingRidge,
  newtonPolished,
  proximalNewton,
  type Solver,
  surrogateDescent,
  varPro,
  workingSet,
} from "../../src/solvers";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, normals, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const solvers: readonly Solver[] = [
  coordinateDescent(),
  surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs()),
  surrogateDescent(hadamardDifference({ depth: 2 }), lbfgs()),
  surrogateDescent(hadamardProduct({ depth: 2 }), gradientDescent()),
  workingSet(surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs())),
  workingSet(coordinateDescent()),
  newtonPolished(coordinateDescent()),
  varPro(),
  workingSet(varPro()),
  alternatingRidge(),
  proximalNewton(),
];

/** Those that may have solved a problem before they can be stopped. */
const quick = ["proximalNewton"];

const random = seededRandom(1);
const free = [new Float64Array(30).fill(1), normals(random, 30)];
const problems: Readonly<Record<string, SparseProblem>> = {
  plain: problemOf(linearData(1, 30, 5)),
  "with unpenalized columns": problemOf(linearData(2, 30, 5), l1(), free),
  "with more columns than rows": problemOf(linearData(3, 12, 40)),
  "with a zero column": problemOf({
    X: linearData(4, 30, 5).X.map((row) => [0, ...row]),
    y: linearData(4, 30, 5).y,
  }),
};

describe("every solver", () => {
  for (const solver of solvers) {
    for (const [name, problem] of Object.entries(problems)) {
      it(`${solver.name} solves a problem ${name} to its goal, with exact zeros and its certificate`, () => {
        const solution = solver.solve(taskOf(problem, 0.1, 1e-9));
        assert.equal(solution.status, "converged");
        assertAtMost("gap", solution.certificate.dualityGap!, 1e-9);
        const { beta, profile, certificate } = solution;
        // The stated profile and objective are those of the stated coefficients.
        const again = profileAt(problem, beta, profile.psi);
        assertAllClose("eta", profile.eta, again.eta, 1e-12);
        assertAtMost(
          "objective",
          Math.abs(again.loss + problem.penalty.value(beta, 0.1) - certificate.objective),
          0,
          1e-13,
        );
        const other = coordinateDescent().solve(taskOf(problem, 0.1, 1e-13));
        assertAllClose("beta", beta, other.beta, 1e-3);
        beta.forEach((b, j) => {
          assert.ok(other.beta[j] !== 0 || b === 0, `coordinate ${j} is ${b}`);
        });
      });
    }

    it(`${solver.name} does nothing where the start is good enough, and leaves it alone`, () => {
      const task = taskOf(problems.plain, 100, 1e-12);
      const solution = solver.solve(task);
      assert.deepEqual([solution.status, solution.nIter], ["converged", 0]);
      assert.ok(task.beta.every((b) => b === 0));
    });

    it(`${solver.name} ends within maxIter, at a point no worse than its start`, () => {
      for (const maxIter of [1, 3, 11]) {
        const solution = solver.solve(
          taskOf(problems["with more columns than rows"], 0.001, 1e-14, { maxIter }),
        );
        if (!quick.includes(solver.name)) assert.equal(solution.status, "max-iter");
        assertAtMost("nIter", solution.nIter, maxIter);
        const start = taskOf(problems["with more columns than rows"], 0.001, 1e9);
        assertAtMost("gap", solution.certificate.dualityGap!, solver.solve(start).certificate.dualityGap!);
      }
    });

    it(`${solver.name} counts its iterations for the caller and stops once aborted`, () => {
      const signal = { aborted: quick.includes(solver.name) };
      const seen: number[] = [];
      const solution = solver.solve(
        taskOf(problems["with more columns than rows"], 0.001, 1e-14, {
          signal,
          onIteration(iteration) {
            seen.push(iteration);
            signal.aborted ||= iteration >= 7;
          },
        }),
      );
      assert.equal(solution.status, "interrupted");
      assertAtMost("iterations after the abort", seen.at(-1)!, 8);
      for (let k = 1; k < seen.length; k++) assert.ok(seen[k] >= seen[k - 1]);
    });

    it(`${solver.name} gives a trace in the order of its iterations, that ends lower than it began`, () => {
      const { trace } = solver.solve(taskOf(problems.plain, 0.05, 1e-9));
      for (let k = 1; k < trace.length; k++) assert.ok(trace[k].iteration >= trace[k - 1].iteration);
      assert.ok(trace.at(-1)!.objective < trace[0].objective);
    });

    it(`${solver.name} gives the certified gaps in its trace, down to that of its certificate`, () => {
      for (const name of ["plain", "with more columns than rows"]) {
        const { trace, certificate } = solver.solve(taskOf(problems[name], 0.05, 1e-9));
        const gaps = trace.flatMap(({ dualityGap }) => dualityGap ?? []);
        assert.ok(gaps.length > 0);
        assert.equal(gaps.at(-1), certificate.dualityGap);
        for (const gap of gaps) assertAtMost("the last is the smallest", gaps.at(-1)!, gap);
      }
    });

    it(`${solver.name} is deterministic to the last bit`, () => {
      const run = () => solver.solve(taskOf(problems["with unpenalized columns"], 0.05, 1e-10));
      assert.deepEqual(run(), run());
    });
  }
});
