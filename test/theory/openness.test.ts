/** The theory tested: what a map that is not locally open does without a penalty, and no longer does with one. */
import assert from "node:assert/strict";
import { maxAbs } from "../../src/linalg/vector";
import { lbfgs, minimize } from "../../src/optimizers";
import { groupHadamardProduct, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import type { SmoothObjective } from "../../src/problem/smooth-objective";
import { seededRandom } from "../../src/random/random";
import { balance, escapeDirection, isStrictSaddle, misalignment, smallestCurvature } from "../../src/theory";
import { assertAtMost, assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

/** `L(beta) = beta_1^2 - beta_2^2 + ||beta||^4`: zero is a saddle, `(0, ±1/sqrt 2)` are its minima, of value -1/4. */
const loss: SmoothObjective = {
  size: 2,
  valueAndGradient([b, c], gradient) {
    const square = b * b + c * c;
    gradient[0] = 2 * b + 4 * square * b;
    gradient[1] = -2 * c + 4 * square * c;
    return b * b - c * c + square * square;
  },
};

/** `L(K(xi)) + lambda R_xi(xi)` */
function surrogate(K: Parametrization, lambda: number): SmoothObjective {
  const beta = new Float64Array(2);
  const cotangent = new Float64Array(2);
  return {
    size: K.surrogateSize(2),
    valueAndGradient(xi, gradient) {
      K.forward(xi, beta);
      const value = loss.valueAndGradient(beta, cotangent);
      gradient.fill(0);
      K.pullback(xi, cotangent, gradient);
      K.addSurrogateGradient(xi, lambda, gradient);
      return value + lambda * K.surrogatePenalty(xi);
    },
  };
}

function value(objective: SmoothObjective, x: Float64Array): number {
  return objective.valueAndGradient(x, new Float64Array(x.length));
}

function gradientNorm(objective: SmoothObjective, x: Float64Array): number {
  const gradient = new Float64Array(x.length);
  objective.valueAndGradient(x, gradient);
  return maxAbs(gradient);
}

/** `u = (1, 0)` with the gate at zero: the group product is not locally open there. */
const closedGate = Float64Array.of(1, 0, 0);
const K = groupHadamardProduct([1, 1]);

describe("the group product where a gate is zero and its vector is not", () => {
  it("catches descent without a penalty: it ends at a saddle of the loss, far above its minima", () => {
    const start = Float64Array.of(1, 0.01, 0.05);
    const { x, value: end } = minimize(surrogate(K, 0), lbfgs(), start, { tol: 1e-10 });
    const beta = new Float64Array(2);
    K.forward(x, beta);
    assertAtMost("beta", maxAbs(beta), 0, 1e-6);
    assertAtMost("value", -1e-9, end);
    assert.equal(isStrictSaddle(loss, [0, 0]), true);
  });

  for (const lambda of [1e-3, 0.1, 0.5]) {
    it(`is not even stationary with a penalty, however small: lambda ${lambda}`, () => {
      // dQ/du = lambda u, which nothing balances where the gate is zero.
      assertClose("gradient", gradientNorm(surrogate(K, lambda), closedGate), lambda, 1e-15);
    });

    it(`gives way to minima of the sparse problem, from anywhere, with lambda ${lambda}`, () => {
      const Q = surrogate(K, lambda);
      const random = seededRandom(23);
      // By symmetry on the axis: r^4 - r^2 + lambda r is least at zero or at the larger root of its derivative.
      const radius = largerRoot(lambda);
      let found = 0;
      for (let start = 0; start < 40; start++) {
        const x0 = start === 0 ? Float64Array.of(1, 0.01, 0.05) : normals(random, 3);
        const { x } = minimize(Q, lbfgs(), x0, { tol: 1e-11, maxIter: 5000 });
        assertAtMost("balanced", misalignment(K, x), 0, 1e-9);
        const beta = new Float64Array(2);
        K.forward(x, beta);
        const zero = Math.hypot(...beta) < 1e-4;
        if (zero) continue; // a local minimum of the penalized loss
        found++;
        assertClose("along the axis", Math.abs(beta[1]), radius, 1e-6);
        assertAtMost("across", Math.abs(beta[0]), 0, 1e-5);
      }
      assert.ok(found > 2);
      const xi = balance(K, [0, radius]);
      assertAtMost("stationary", gradientNorm(Q, xi), 0, 1e-12);
      assertAtMost("curvature", 0, smallestCurvature(Q, xi).curvature, 1e-9);
    });
  }

  it("has no such points as a product of scalars, which is open everywhere: the saddle stays a saddle", () => {
    const scalar = hadamardProduct({ depth: 2 });
    const Q = surrogate(scalar, 0);
    // beta = 0 with u = (1, 1), v = 0.
    const xi = Float64Array.of(1, 1, 0, 0);
    assertAtMost("stationary", gradientNorm(Q, xi), 0);
    assert.equal(isStrictSaddle(Q, xi), true);
    const direction = escapeDirection(Q, xi)!;
    assert.ok(
      value(
        Q,
        xi.map((entry, i) => entry + 0.01 * direction[i]),
      ) < 0,
    );
  });
});

/** The larger root of `4 r^3 - 2 r + lambda`, by bisection above its minimum `1 / sqrt 6`. */
function largerRoot(lambda: number): number {
  let [low, high] = [1 / Math.sqrt(6), 1];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (4 * middle ** 3 - 2 * middle + lambda < 0) low = middle;
    else high = middle;
  }
  return low;
}
