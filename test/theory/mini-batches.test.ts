/** The theory tested: where plain stochastic gradient descent ends on the surrogate of a lasso. */
import assert from "node:assert/strict";
import { cosine, minimize, type SgdOptions, sgd } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import type { SparseProblem } from "../../src/problem/problem";
import { startingPoint } from "../../src/problem/starting-point";
import { Surrogate } from "../../src/problem/surrogate";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

function limit(problem: SparseProblem, lambda: number, options: SgdOptions, epochs: number): Float64Array {
  const K = hadamardProduct({ depth: 2 });
  const zero = new Float64Array(problem.design.nFeatures);
  const { x } = minimize(new Surrogate(problem, K, lambda), sgd(options), startingPoint(K, zero, 1), {
    maxIter: epochs,
    tol: 0,
  });
  const beta = new Float64Array(zero.length);
  K.forward(x, beta);
  return beta;
}

const nonZeros = (beta: Float64Array): number => beta.filter((b) => Math.abs(b) > 1e-6).length;

describe("one coefficient under plain mini-batch descent", () => {
  // y is 0.2 plus or minus 3, so the derivative at zero is -0.2, and that of a batch of two has this variance.
  const n = 40;
  const slope = 0.2;
  const X = Array.from({ length: n }, () => [1]);
  const problem = problemOf({ X, y: X.map((_, i) => slope + (i % 2 === 0 ? 3 : -3)) });
  const lambda = 0.1;
  const batchSize = 2;
  const variance = ((9 / batchSize) * (n - batchSize)) / (n - 1);
  const critical = (2 * (slope - lambda)) / variance;

  for (const seed of [1, 2, 3]) {
    it(`is absorbed by zero just where slope < lambda + (step / 2) variance, seed ${seed}`, () => {
      const [below] = limit(problem, lambda, { step: 0.8 * critical, batchSize, seed }, 4000);
      const [above] = limit(problem, lambda, { step: 1.2 * critical, batchSize, seed }, 4000);
      assert.ok(below > 1e-3, `below the critical step ${below}`);
      assertAtMost("above the critical step", Math.abs(above), 1e-30);
    });
  }

  it("is the lasso's with a step that falls to zero, and with full batches", () => {
    const step = 1.2 * critical;
    const schedule = cosine({ steps: 4000 });
    const falling = limit(problem, lambda, { step, batchSize, schedule }, 4000);
    const full = limit(problem, lambda, { step }, 4000);
    assertAllClose("falling step", falling, [slope - lambda], 0.01);
    assertAllClose("full batches", full, [slope - lambda], 1e-12);
  });
});

describe("the support that plain mini-batch descent ends with", () => {
  const lambda = 0.3;
  const problem = problemOf(linearData(12, 40, 20, 2));
  const lasso = coordinateDescent().solve(taskOf(problem, lambda, 1e-12)).beta;
  const epochs = 2000;
  const counts = (step: number, batchSize: number): number =>
    nonZeros(limit(problem, lambda, { step, batchSize }, epochs));

  it("is smaller than the lasso's, and grows towards it as the step falls or the batch grows", () => {
    const widest = counts(0.05, 2);
    assert.ok(widest < counts(0.05, 4) && widest < counts(0.02, 2));
    assert.ok(counts(0.05, 4) < nonZeros(lasso));
  });

  it("is the lasso's with a step that falls to zero", () => {
    const beta = limit(
      problem,
      lambda,
      { step: 0.02, batchSize: 2, schedule: cosine({ steps: epochs }) },
      epochs,
    );
    assert.deepEqual(
      Array.from(beta, (b) => Math.abs(b) > 1e-6),
      Array.from(lasso, (b) => b !== 0),
    );
    assertAllClose("coefficients", beta, lasso, 0.02);
  });
});
