/** The theory tested: what the surrogate looks like at its stationary points. */
import assert from "node:assert/strict";
import { SmoothLasso, SparseLinearModel } from "../../src/estimators";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardProduct,
  type Parametrization,
} from "../../src/parametrizations";
import { profileAt, type SparseProblem } from "../../src/problem/problem";
import { Surrogate } from "../../src/problem/surrogate";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { numericHessian, symmetricEigenvalues } from "../support/finite-differences";
import { linearData, problemOf } from "../support/problems";

const none = new Float64Array(0);

function problemFor(K: Parametrization, data = linearData(3, 25, 3)): SparseProblem {
  return problemOf(data, K.inducedPenalty);
}

function hessianAt(surrogate: Surrogate, x: Float64Array, step: number): Float64Array[] {
  const gradient = new Float64Array(surrogate.size);
  return numericHessian(
    (point) => {
      surrogate.valueAndGradient(point, gradient);
      return gradient;
    },
    x,
    step,
  );
}

function eigenvaluesAt(surrogate: Surrogate, x: Float64Array, step = 1e-2): number[] {
  return symmetricEigenvalues(hessianAt(surrogate, x, step));
}

/** `1/2 h (b - z)^2 + lambda R(b)` as a sparse problem of one feature and one sample. */
function oneDimensional(K: Parametrization, h: number, z: number): SparseProblem {
  return problemFor(K, { X: [[Math.sqrt(h)]], y: [Math.sqrt(h) * z] });
}

describe("the Hessian of the surrogate", () => {
  for (const lambda of [0.05, 0.7, 3]) {
    it(`at the origin, depth 2, lambda ${lambda}, has the eigenvalues lambda ± gradient`, () => {
      const problem = problemFor(hadamardProduct({ depth: 2 }));
      const { gradient } = profileAt(problem, new Float64Array(3), none);
      const expected = Array.from(gradient, (g) => [lambda - g, lambda + g]).flat();
      const surrogate = new Surrogate(problem, hadamardProduct({ depth: 2 }), lambda);
      const got = eigenvaluesAt(surrogate, new Float64Array(6));
      assertAllClose(
        "eigenvalues",
        got,
        expected.sort((a, b) => a - b),
        1e-10,
      );
    });

    it(`at the origin of the difference form is diag(2 (lambda ± gradient))`, () => {
      const problem = problemFor(hadamardDifference({ depth: 2 }));
      const { gradient } = profileAt(problem, new Float64Array(3), none);
      const surrogate = new Surrogate(problem, hadamardDifference({ depth: 2 }), lambda);
      const hessian = hessianAt(surrogate, new Float64Array(6), 1e-2);
      hessian.forEach((row, i) => {
        const sign = i < 3 ? 1 : -1;
        const expected = row.map((_, m) => (m === i ? 2 * (lambda + sign * gradient[i % 3]) : 0));
        assertAllClose(`row ${i}`, row, expected, 1e-10);
      });
    });

    it(`at the origin, depth 3 and 4, lambda ${lambda}, is (2 lambda / k) I whatever the gradient`, () => {
      for (const depth of [3, 4]) {
        const K = hadamardProduct({ depth });
        const surrogate = new Surrogate(problemFor(K), K, lambda);
        // At step 1e-2 the datafit's own terms of order step^(2k - 2) are below the tolerance.
        const hessian = hessianAt(surrogate, new Float64Array(3 * depth), depth === 3 ? 1e-3 : 1e-2);
        hessian.forEach((row, i) => {
          const expected = row.map((_, m) => (m === i ? (2 * lambda) / depth : 0));
          assertAllClose(`depth ${depth}, row ${i}`, row, expected, 1e-10);
        });
      }
    });
  }

  for (const depth of [2, 3, 4, 5]) {
    it(`at a balanced non-zero point, depth ${depth}, is k h |b|^(2-2/k) - (2 lambda / k)(k - 2) along, 4 lambda / k across`, () => {
      const K = hadamardProduct({ depth });
      for (const [h, lambda, b] of [
        [1, 0.3, 1.2],
        [2.5, 0.1, -0.7],
        [0.4, 0.05, 2],
      ]) {
        // z so that b is stationary: h (b - z) + lambda (2/k) |b|^(2/k - 1) sign b = 0.
        const z = b + ((lambda * 2) / depth / h) * Math.abs(b) ** (2 / depth - 1) * Math.sign(b);
        const surrogate = new Surrogate(oneDimensional(K, h, z), K, lambda);
        const xi = new Float64Array(depth);
        K.rightInverse(Float64Array.of(b), xi);
        const gradient = new Float64Array(depth);
        surrogate.valueAndGradient(xi, gradient);
        assertAtMost("stationary", Math.max(...gradient.map(Math.abs)), 0, 1e-14);

        const along = depth * h * Math.abs(b) ** (2 - 2 / depth) - ((2 * lambda) / depth) * (depth - 2);
        const expected = [along, ...Array.from({ length: depth - 1 }, () => (4 * lambda) / depth)];
        const got = eigenvaluesAt(surrogate, xi, depth > 2 ? 2e-3 : 1e-2);
        assertAllClose(
          `b = ${b}`,
          got,
          expected.sort((x, y) => x - y),
          1e-8,
        );
      }
    });
  }
});

describe("lambdaMax of the lasso", () => {
  it("is the smallest lambda at which the fit is all zeros, to 1e-6", () => {
    for (const options of [
      {},
      { fitIntercept: false },
      { standardize: false },
      { penaltyFactors: [1, 0, 3] },
    ]) {
      const { X, y } = linearData(9, 30, 3);
      const [largest] = new SmoothLasso(options).path(X, y, { nLambdas: 1 }).lambdas;
      const penalized = (lambda: number): number[] => {
        const { support } = new SmoothLasso({ ...options, lambda, tol: 1e-14 }).fit(X, y);
        return [...support].filter((j) => !("penaltyFactors" in options && j === 1));
      };
      assert.deepEqual(penalized(largest), []);
      assert.equal(penalized(largest * (1 - 1e-6)).length, 1);
    }
  });
});

describe("lambdaMax of the group lasso", () => {
  it("is the largest norm of a group's gradient over the root of its size, and the fit is all zeros from there", () => {
    const { X, y } = linearData(9, 30, 6);
    const groups = ["a", "b", "a", "c", "b", "b"];
    const parametrization = groupHadamardProduct(groups, { depth: 2, weights: [2, 3, 1].map(Math.sqrt) });
    const options = { parametrization, fitIntercept: false, standardize: false };
    const norms = ["a", "b", "c"].map((label) => {
      const members = groups.flatMap((group, j) => (group === label ? [j] : []));
      const gradient = members.map((j) => X.reduce((sum, row, i) => sum + (row[j] * y[i]) / 30, 0));
      return Math.hypot(...gradient) / Math.sqrt(members.length);
    });
    const [largest] = new SparseLinearModel(options).path(X, y, { nLambdas: 1 }).lambdas;
    assertClose("lambdaMax", largest, Math.max(...norms), 1e-12);
    for (const [share, size] of [
      [1, 0],
      [
        1 - 1e-6,
        groups.filter((label) => label === ["a", "b", "c"][norms.indexOf(Math.max(...norms))]).length,
      ],
    ]) {
      const { support } = new SparseLinearModel({ ...options, lambda: share * largest, tol: 1e-14 }).fit(
        X,
        y,
      );
      assert.equal(support.length, size, `lambda = ${share} lambdaMax`);
    }
  });
});
