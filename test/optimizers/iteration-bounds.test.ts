/** The numbers of iterations that the doc comments of the optimizers state. */
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
} from "../../src/optimizers";
import { certify } from "../../src/problem/certificate";
import { profileAt } from "../../src/problem/problem";
import { startingPoint } from "../../src/problem/starting-point";
import { Surrogate } from "../../src/problem/surrogate";
import { assertAtMost } from "../support/assert-close";
import { convexCase } from "../support/convex-problems";

const everywhere = ["lasso", "logistic lasso", "group lasso"] as const;
const quadratic = ["lasso", "group lasso"] as const;

/** Call, optimizer, iterations, the gap that they end with at most, and where that is stated. */
const statements: readonly (readonly [
  string,
  Optimizer,
  number,
  number,
  readonly (typeof everywhere)[number][],
])[] = [
  ["lbfgs()", lbfgs(), 100, 1e-10, everywhere],
  ["nesterov()", nesterov(), 500, 1e-7, everywhere],
  ["gradientDescent()", gradientDescent(), 5000, 1e-6, everywhere],
  ["gradientDescent({ step: 0.2 })", gradientDescent({ step: 0.2 }), 3000, 1e-6, quadratic],
  ["momentum({ step: 0.02 })", momentum({ step: 0.02 }), 3000, 1e-6, quadratic],
  ["sgd({ step: 0.2 })", sgd({ step: 0.2 }), 3000, 1e-6, quadratic],
  [
    "adam({ step: 0.1 }) on a cosine",
    adam({ step: 0.1, schedule: cosine({ steps: 3000 }) }),
    3000,
    1e-6,
    everywhere,
  ],
];

describe("a duality gap", () => {
  for (const [name, optimizer, maxIter, goal, problems] of statements) {
    for (const which of problems) {
      it(`of ${goal} is what ${maxIter} iterations of ${name} give on a ${which}, from the default start`, () => {
        for (const seed of [1, 2, 3, 4, 5]) {
          const { problem, parametrization, lambda, zero, psi } = convexCase(which, seed);
          const surrogate = new Surrogate(problem, parametrization, lambda);
          const x0 = surrogate.pointOf(startingPoint(parametrization, zero, 1), psi);
          const before = x0.slice();
          const { x } = minimize(surrogate, optimizer, x0, { maxIter, tol: 0 });
          assert.deepEqual(x0, before);
          const beta = new Float64Array(zero.length);
          parametrization.forward(surrogate.surrogatePart(x), beta);
          const profile = profileAt(problem, beta, surrogate.freePart(x));
          assertAtMost(`gap, seed ${seed}`, certify(problem, lambda, beta, profile, 0).dualityGap!, goal);
        }
      });
    }
  }
});
