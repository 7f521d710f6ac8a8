/** What every optimizer is for: the surrogate of a convex problem, from the default start to the optimum. */
import assert from "node:assert/strict";
import {
  adam,
  cosine,
  gradientDescent,
  lbfgs,
  minimize,
  momentum,
  nesterov,
  type Optimizer,
  sgd,
  stepDecay,
} from "../../src/optimizers";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { certify } from "../../src/problem/certificate";
import { profileAt } from "../../src/problem/problem";
import { startingPoint } from "../../src/problem/starting-point";
import { Surrogate } from "../../src/problem/surrogate";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

/** The optimizer, the number of iterations within which it must be there, and the gap that it must have then. */
const promises: readonly (readonly [string, Optimizer, number, number])[] = [
  ["lbfgs", lbfgs(), 100, 1e-10],
  ["nesterov without a step", nesterov(), 500, 1e-10],
  ["nesterov with a step", nesterov({ step: 0.1 }), 500, 1e-10],
  ["momentum", momentum({ step: 0.03 }), 2000, 1e-8],
  ["gradientDescent without a step", gradientDescent(), 2000, 1e-6],
  ["gradientDescent with a step", gradientDescent({ step: 0.2 }), 2000, 1e-6],
  ["sgd with all samples", sgd({ step: 0.2 }), 2000, 1e-6],
  ["sgd with Nesterov's momentum", sgd({ step: 0.03, momentum: 0.9, nesterov: true }), 2000, 1e-8],
  ["sgd with batches", sgd({ step: 0.05, batchSize: 10, schedule: cosine({ steps: 1000 }) }), 1000, 1e-3],
  [
    "sgd with batches and step decay",
    sgd({ step: 0.05, batchSize: 10, schedule: stepDecay({ every: 300 }) }),
    1000,
    1e-3,
  ],
  ["adam", adam({ step: 0.02, schedule: cosine({ steps: 2000 }) }), 2000, 1e-8],
  ["adam with batches", adam({ step: 0.02, batchSize: 10, schedule: cosine({ steps: 1000 }) }), 1000, 1e-3],
];

const lambda = 0.1;
const problem = problemOf(linearData(1, 40, 10), undefined, [new Float64Array(40).fill(1)]);
const reference = coordinateDescent().solve(taskOf(problem, lambda, 1e-13));

function defaultStart(surrogate: Surrogate, K: Parametrization): Float64Array {
  const zero = new Float64Array(problem.design.nFeatures);
  return surrogate.pointOf(startingPoint(K, zero, 1), profileAt(problem, zero, Float64Array.of(0)).psi);
}

function certified(surrogate: Surrogate, K: Parametrization, x: Float64Array) {
  const beta = new Float64Array(problem.design.nFeatures);
  K.forward(surrogate.surrogatePart(x), beta);
  const { dualityGap } = certify(problem, lambda, beta, profileAt(problem, beta, surrogate.freePart(x)), 0);
  return { beta, gap: dualityGap! };
}

describe("the lasso's optimum", () => {
  for (const K of [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })]) {
    for (const [name, optimizer, maxIter, goal] of promises) {
      it(`is reached by ${name} on ${K.name} to a gap of ${goal} within ${maxIter} iterations`, () => {
        const surrogate = new Surrogate(problem, K, lambda);
        const x0 = defaultStart(surrogate, K);
        const before = x0.slice();
        const { x } = minimize(surrogate, optimizer, x0, { maxIter, tol: 0 });
        const { beta, gap } = certified(surrogate, K, x);
        assertAtMost("gap", gap, goal);
        assertAllClose("the reference's coefficients", beta, reference.beta, 3 * Math.sqrt(goal));
        assert.deepEqual(x0, before);
      });
    }
  }
});
