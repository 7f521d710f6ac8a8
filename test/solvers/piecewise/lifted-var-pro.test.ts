import assert from "node:assert/strict";
import { certifyPiecewiseLinear, residualOf } from "../../../src/problem/piecewise-linear-problem";
import { seededRandom } from "../../../src/random/random";
import { liftedVarPro } from "../../../src/solvers";
import { LiftedSurrogate } from "../../../src/solvers/piecewise/lifted-surrogate";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { numericGradient } from "../../support/finite-differences";
import {
  balancedFactors,
  piecewiseLinearProblems,
  piecewiseLinearTask,
  wholeNumberProblems,
} from "../../support/piecewise-linear-problems";
import { normals } from "../../support/problems";

describe("LiftedSurrogate", () => {
  for (const [name, problem] of Object.entries(piecewiseLinearProblems)) {
    it(`has the gradient that finite differences give, for ${name}`, () => {
      const surrogate = new LiftedSurrogate(problem, 1e-3);
      const random = seededRandom(1);
      const x = normals(random, surrogate.size).map((entry) => Math.sign(entry) * (0.3 + Math.abs(entry)));
      const gradient = new Float64Array(x.length).fill(9);
      surrogate.valueAndGradient(x, gradient);
      const value = (at: Float64Array) => surrogate.valueAndGradient(at, new Float64Array(at.length));
      assertAllClose("gradient", gradient, numericGradient(value, x), 1e-7);
    });

    it(`is nowhere below the optimum of ${name}, and equals it at the balanced solution`, () => {
      const { beta, psi, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-11));
      const floor = 1e-9;
      const surrogate = new LiftedSurrogate(problem, floor);
      const gradient = new Float64Array(surrogate.size);
      const random = seededRandom(2);
      for (let trial = 0; trial < 30; trial++) {
        const value = surrogate.valueAndGradient(normals(random, surrogate.size), gradient);
        assertAtMost("optimum", certificate.objective, value, 1e-8);
      }
      const x = balancedFactors(problem, beta, residualOf(problem, beta, psi));
      assertClose("value", surrogate.valueAndGradient(x, gradient), certificate.objective, 1e-7);
    });
  }
});

describe("liftedVarPro", () => {
  for (const [name, problem] of Object.entries(piecewiseLinearProblems)) {
    it(`solves ${name} within 100 iterations to its goal`, () => {
      const solution = liftedVarPro(piecewiseLinearTask(problem, 1e-10));
      assert.equal(solution.status, "converged");
      assertAtMost("nIter", solution.nIter, 100);
      const { beta, psi, dual, certificate } = solution;
      assertAtMost("gap", certificate.dualityGap, 1e-10);
      const again = certifyPiecewiseLinear(problem, beta, psi, dual, certificate.misalignment);
      assert.deepEqual(again, certificate);
      const zeros = beta.filter((b) => b === 0).length;
      const kinks = residualOf(problem, beta, psi).filter((r) => Math.abs(r) < 1e-9).length;
      assert.equal(kinks, beta.length - zeros + problem.free.size, "a vertex");
    });
  }

  it("proves the minimum to rounding within 100 iterations where most samples tie, at small lambda too", () => {
    for (const lambda of [0.2, 0.03, 0.004]) {
      for (const [n, p] of [
        [30, 4],
        [60, 90],
      ]) {
        const { median, machine } = wholeNumberProblems(3, n, p, lambda);
        for (const problem of [median, machine]) {
          const { status, nIter, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-13));
          assert.equal(status, "converged", `n = ${n}, lambda = ${lambda}, gap ${certificate.dualityGap}`);
          assertAtMost("nIter", nIter, 100);
        }
      }
    }
  });

  it("does nothing where the start is good enough, and leaves it alone", () => {
    const problem = piecewiseLinearProblems["a median"];
    const { beta, psi, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-12));
    const task = piecewiseLinearTask(problem, certificate.objective, { beta, psi });
    const before = [beta.slice(), psi.slice()];
    const solution = liftedVarPro(task);
    assert.deepEqual([solution.status, solution.nIter, solution.trace], ["converged", 0, []]);
    assert.deepEqual([solution.beta, solution.psi], before);
    liftedVarPro(piecewiseLinearTask(problem, 1e-12, { beta, psi }));
    assert.deepEqual([beta, psi], before);
  });

  it("ends within maxIter, at a gap no larger than that of its start", () => {
    const problem = piecewiseLinearProblems["a median with more columns than rows"];
    const start = liftedVarPro(piecewiseLinearTask(problem, 1e9)).certificate;
    for (const maxIter of [1, 3, 11]) {
      const never = { isOptimal: () => false, maxIter };
      const solution = liftedVarPro(piecewiseLinearTask(problem, 0, never));
      assert.equal(solution.status, "max-iter");
      assertAtMost("nIter", solution.nIter, maxIter);
      assertAtMost("gap", solution.certificate.dualityGap, start.dualityGap);
    }
  });

  it("goes on from a coarse solution to the same optimum", () => {
    const problem = piecewiseLinearProblems["a support vector machine"];
    const { beta, psi } = liftedVarPro(piecewiseLinearTask({ ...problem, lambda: 0.1 }, 1e-3));
    const [cold, warm] = [{}, { beta, psi }].map((start) =>
      liftedVarPro(piecewiseLinearTask(problem, 1e-10, start)),
    );
    assertAllClose("beta", warm.beta, cold.beta, 1e-8);
  });

  it("counts its iterations for the caller and stops once aborted", () => {
    const signal = { aborted: false };
    const seen: number[] = [];
    const solution = liftedVarPro(
      piecewiseLinearTask(piecewiseLinearProblems["a median with more columns than rows"], 0, {
        isOptimal: () => false,
        signal,
        onIteration(iteration) {
          seen.push(iteration);
          signal.aborted = iteration >= 7;
        },
      }),
    );
    assert.equal(solution.status, "interrupted");
    assertAtMost("iterations after the abort", seen.at(-1)!, 8);
  });

  it("says that it is stalled where nothing is left to gain", () => {
    const never = { isOptimal: () => false, maxIter: 5000 };
    const solution = liftedVarPro(
      piecewiseLinearTask(piecewiseLinearProblems["a support vector machine"], 0, never),
    );
    assert.equal(solution.status, "stalled");
    assertAtMost("gap", solution.certificate.dualityGap, 1e-13);
    const { trace } = solution;
    assert.equal(trace.at(-1)!.iteration, solution.nIter);
    for (let k = 1; k < trace.length; k++) assert.ok(trace[k].iteration >= trace[k - 1].iteration);
    assert.ok(trace.at(-1)!.objective < trace[0].objective);
  });

  it("is deterministic to the last bit", () => {
    const run = () => liftedVarPro(piecewiseLinearTask(piecewiseLinearProblems["a median"], 1e-10));
    assert.deepEqual(run(), run());
  });

  it("refuses a lambda of zero in one sentence", () => {
    const problem = { ...piecewiseLinearProblems["a median"], lambda: 0 };
    assert.throws(() => liftedVarPro(piecewiseLinearTask(problem, 1e-9)), {
      name: "InputError",
      message: "liftedVarPro: lambda must be a positive number, got 0",
    });
  });
});
