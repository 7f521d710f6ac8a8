import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { gradientDescent, lbfgs } from "../../../src/optimizers";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../../src/parametrizations";
import { surrogateDescent } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

/** Collinear on purpose: every column twice, so that a smooth method spreads the coefficients over both. */
function duplicated() {
  const { X, y } = linearData(3, 40, 10);
  return { X: X.map((row) => [...row, ...row]), y };
}

describe("surrogateDescent", () => {
  for (const solver of [lbfgs(), gradientDescent()]) {
    it(`leaves no coefficient near zero that the lasso sets to zero, with ${solver.name}`, () => {
      const { X, y } = duplicated();
      const reference = new SmoothLasso({ solver: coordinateDescent(), tol: 1e-13 });
      const { lambdas, fits } = reference.path(X, y, { nLambdas: 8, lambdaMinRatio: 0.05 });
      const path = new SmoothLasso({ solver, tol: 1e-4 }).path(X, y, { lambdas });
      path.fits.forEach((fit, k) => {
        const allowed = new Set(Array.from(fits[k].support, (j) => j % 10));
        const extra = Array.from(fit.support).filter((j) => !allowed.has(j % 10));
        assert.deepEqual(extra, [], `lambda ${lambdas[k]}`);
      });
    });
  }

  it("refuses to start at the origin, where every gradient vanishes, in one sentence", () => {
    const { X, y } = linearData(4, 30, 4);
    for (const K of [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })]) {
      const atOrigin: Parametrization = { ...K, startingPoint: (_beta, _magnitude, xi) => void xi.fill(0) };
      const estimator = new SmoothLasso({ lambda: 0.1, solver: lbfgs(), parametrization: atOrigin });
      assert.throws(() => estimator.fit(X, y), {
        name: "InputError",
        message:
          "minimize: the start must let every coefficient move, got a derivative of zero for all 4 coefficients; initialize(parametrization, nFeatures) gives one that does",
      });
    }
  });

  it("gets from the origin by the random start that a parametrization without one of its own is given", () => {
    const { X, y } = linearData(4, 30, 4);
    const { startingPoint: _, ...silent } = hadamardProduct({ depth: 2 });
    const fit = new SmoothLasso({ lambda: 0.1, parametrization: silent }).fit(X, y);
    const expected = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    assert.equal(fit.status, "converged");
    assert.deepEqual(fit.support, expected.support);
  });

  for (const K of [
    hadamardProduct({ depth: 3 }),
    hadamardProduct({ depth: 4 }),
    hadamardDifference({ depth: 3 }),
  ]) {
    it(`of ${K.name} ends at a stationary point with exact zeros, no coordinate of which can be improved nearby`, () => {
      const penalty = K.inducedPenalty;
      let zeros = 0;
      for (const seed of [1, 2, 3, 4]) {
        const problem = problemOf(linearData(seed, 30, 8), penalty);
        // From zero it would be done at once: there the condition is vacuous.
        const beta = new Float64Array(8).fill(1);
        const solution = surrogateDescent(K, lbfgs()).solve(taskOf(problem, 0.1, 1e-10, { beta }));
        assert.ok(solution.nIter > 0);
        assert.equal(solution.status, "converged");
        assertAtMost("violation", solution.certificate.violation, 1e-10);
        assert.ok(solution.certificate.misalignment >= 0);
        assert.equal(solution.certificate.dualityGap, undefined);
        zeros += solution.beta.filter((b) => b === 0).length;
        for (const b of solution.beta)
          assert.ok(b === 0 || Math.abs(b) > 0.02, `${b} is neither zero nor clear of it`);
      }
      assert.ok(zeros > 4 && zeros < 4 * 8);
    });
  }

  it("converges as well in any unit of y, with free columns and without", () => {
    const { X, y } = linearData(5, 30, 40);
    for (const nFree of [0, 3]) {
      const penaltyFactors = X[0].map((_, j) => (j < nFree ? 0 : 1));
      const [expected, ...others] = [1, 1e-30, 1e-8, 1e8, 1e30].map((unit) => {
        const scaled = y.map((entry) => entry * unit);
        const fit = new SmoothLasso({ lambda: 0.01 * unit, penaltyFactors, tol: 1e-10 }).fit(X, scaled);
        assert.equal(fit.status, "converged", `y times ${unit}, ${nFree} free columns`);
        return fit.coef.map((b) => b / unit);
      });
      for (const coef of others) assertAllClose("coefficients", coef, expected, 1e-6);
    }
  });

  it("solves least squares on columns of any scales, where lambda is 0 and signs are free", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { X, y } = linearData(seed, 50, 20);
      const uneven = X.map((row) => row.map((x, j) => x * 10 ** (j % 9) * 1e-4));
      const fit = new SmoothLasso({ lambda: 0, standardize: false, tol: 1e-10 }).fit(uneven, y);
      assert.equal(fit.status, "converged", `seed ${seed}`);
      const predicted = fit.predict(uneven);
      // The normal equations: no column explains any of what is left.
      for (let j = 0; j < 20; j++) {
        const left = X.reduce((sum, row, i) => sum + row[j] * (y[i] - predicted[i]), 0);
        assertAtMost(`seed ${seed}, column ${j}`, Math.abs(left), 1e-9);
      }
    }
  });

  it("tries Newton's method at the first certificate, before the support has repeated", () => {
    const solution = surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs()).solve(
      taskOf(problemOf(linearData(3, 50, 20)), 0.001, 1e-14),
    );
    assert.deepEqual([solution.status, solution.nIter], ["converged", 10]);
  });

  it("ends as stalled in a local minimum that is not good enough, long before its iterations are used up", () => {
    const K = hadamardProduct({ depth: 3 });
    const problem = problemOf(linearData(2, 40, 80), K.inducedPenalty);
    const solution = surrogateDescent(K, lbfgs()).solve(
      taskOf(problem, 0.03, 1e-10, {
        beta: new Float64Array(80).fill(0.5),
        isOptimal: ({ singleCoordinateGain }) => singleCoordinateGain <= 1e-10,
      }),
    );
    assert.equal(solution.status, "stalled");
    assertAtMost("violation", solution.certificate.violation, 1e-10);
    assertAtMost("iterations", solution.nIter, 2000);
  });

  it("does not call stalled what falls slowly", () => {
    const problem = problemOf(linearData(2, 40, 60));
    const solve = (maxIter: number) =>
      surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs()).solve(
        taskOf(problem, 1e-6, 1e-12, { maxIter }),
      );
    const [short, long] = [solve(1500), solve(2500)];
    assert.deepEqual([short.status, long.status], ["max-iter", "max-iter"]);
    assert.ok(long.trace.at(-1)!.objective < short.trace.at(-1)!.objective);
  });
});
