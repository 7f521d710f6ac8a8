/** The theory tested: what the surrogate of a group looks like at its stationary points. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { lbfgs, minimize } from "../../src/optimizers";
import {
  groupHadamardPower,
  groupHadamardProduct,
  type Parametrization,
  sparseGroupProduct,
} from "../../src/parametrizations";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { numericHessian, symmetricEigenvalues } from "../support/finite-differences";
import { normals } from "../support/problems";

/** `Q(xi) = h/2 ||K(xi) - z||^2 + lambda R_xi(xi)` */
function surrogateOf(K: Parametrization, h: number, z: readonly number[], lambda: number) {
  return {
    size: K.surrogateSize(z.length),
    valueAndGradient(xi: Float64Array, gradient: Float64Array): number {
      const beta = new Float64Array(z.length);
      K.forward(xi, beta);
      const excess = beta.map((b, j) => b - z[j]);
      gradient.fill(0);
      K.pullback(
        xi,
        excess.map((e) => h * e),
        gradient,
      );
      K.addSurrogateGradient(xi, lambda, gradient);
      return (h / 2) * excess.reduce((sum, e) => sum + e * e, 0) + lambda * K.surrogatePenalty(xi);
    },
  };
}

function eigenvaluesAt(objective: ReturnType<typeof surrogateOf>, xi: Float64Array, step: number): number[] {
  const gradient = new Float64Array(xi.length);
  return symmetricEigenvalues(
    numericHessian(
      (point) => {
        objective.valueAndGradient(point, gradient);
        return gradient;
      },
      xi,
      step,
    ),
  );
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe("the Hessian of the surrogate of a group", () => {
  const z = [0.6, -0.2, 0.9]; // ||z|| = 1.1
  const one = [0, 0, 0];

  for (const lambda of [0.3, 1.0999, 1.1001, 2]) {
    it(`at the origin, depth 2, lambda ${lambda}, has the eigenvalues lambda ± ||gradient|| and lambda, size - 1 times`, () => {
      const K = groupHadamardProduct(one, { depth: 2 });
      const got = eigenvaluesAt(surrogateOf(K, 1, z, lambda), new Float64Array(4), 1e-2);
      assertAllClose("eigenvalues", got, ascending([lambda - 1.1, lambda, lambda, lambda + 1.1]), 1e-10);
      const gradient = Float64Array.from(z, (entry) => -entry);
      const largest = K.inducedPenalty.lambdaMax(gradient, gradient.map(Math.abs));
      assert.equal(got[0] < -1e-9, lambda < largest, "a strict saddle exactly below lambdaMax");
    });
  }

  it("at the origin, depth 3 and more, is (2 lambda / k) I whatever the gradient, and k - 1 times that in a shared gate", () => {
    for (const depth of [3, 4]) {
      const K = groupHadamardProduct(one, { depth });
      const got = eigenvaluesAt(surrogateOf(K, 1, z, 0.7), new Float64Array(2 + depth), 1e-3);
      assertAllClose(K.name, got, new Array(2 + depth).fill(1.4 / depth), 1e-10);
    }
    const K = groupHadamardPower(one, { depth: 4 });
    const got = eigenvaluesAt(surrogateOf(K, 1, z, 0.7), new Float64Array(4), 1e-3);
    assertAllClose(K.name, got, [0.35, 0.35, 0.35, 1.05], 1e-8);
  });

  it("at a balanced non-zero point, depth 2, has 2 h ||beta||, 2 lambda and h ||beta|| + lambda, size - 1 times", () => {
    const K = groupHadamardProduct(one, { depth: 2 });
    for (const [h, lambda, size] of [
      [1, 0.3, 1.2],
      [2.5, 0.1, 0.7],
      [0.4, 0.6, 2],
    ]) {
      const beta = Float64Array.from(z, (entry) => (size * entry) / 1.1);
      // z so that beta is stationary: h (beta - z) + lambda beta / ||beta|| = 0.
      const target = Array.from(beta, (b) => b * (1 + lambda / (h * size)));
      const objective = surrogateOf(K, h, target, lambda);
      const xi = new Float64Array(4);
      K.rightInverse(beta, xi);
      const gradient = new Float64Array(4);
      objective.valueAndGradient(xi, gradient);
      assertAtMost("stationary", Math.max(...gradient.map(Math.abs)), 1e-14);
      const across = h * size + lambda;
      const expected = ascending([2 * h * size, 2 * lambda, across, across]);
      assertAllClose(`||beta|| = ${size}`, eigenvaluesAt(objective, xi, 1e-2), expected, 1e-8);
    }
  });
});

describe("a zero group of the sparse group surrogate", () => {
  it("is left by descent exactly where ||soft(gradient, lambda r)|| > lambda (1 - r) w", () => {
    const z = [0.9, -0.5, 0.1];
    for (const [l1Ratio, weight] of [
      [0.5, 1],
      [0.2, 1.7],
      [0.8, 0.5],
    ]) {
      const K = sparseGroupProduct([0, 0, 0], { l1Ratio, weights: [weight] });
      const gradient = Float64Array.from(z, (entry) => -entry);
      const edge = K.inducedPenalty.lambdaMax(gradient, gradient.map(Math.abs));
      const soft = z.map((entry) => Math.max(Math.abs(entry) - edge * l1Ratio, 0));
      assertAllClose("edge", [Math.hypot(...soft)], [edge * (1 - l1Ratio) * weight], 1e-14);
      const random = seededRandom(7);
      for (const [share, left] of [
        [0.95, true],
        [1.05, false],
      ] as const) {
        const objective = surrogateOf(K, 1, z, share * edge);
        const origin = objective.valueAndGradient(new Float64Array(7), new Float64Array(7));
        let lowest = Number.POSITIVE_INFINITY;
        for (let trial = 0; trial < 10; trial++) {
          const start = normals(random, 7).map((x) => 0.3 * x);
          lowest = Math.min(lowest, minimize(objective, lbfgs(), start, { maxIter: 500 }).value);
        }
        assert.equal(lowest < origin - 1e-6, left, `${share} of the edge`);
      }
    }
  });
});
