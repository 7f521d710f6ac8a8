/** The theory tested: how gradient descent moves on the surrogate. */
import assert from "node:assert/strict";
import { SmoothLasso } from "../../src/estimators";
import { surrogateObjective } from "../../src/estimators/named/surrogate-objective";
import {
  adam,
  cosine,
  gradientDescent,
  lbfgs,
  minimize,
  momentum,
  nesterov,
  type Optimizer,
} from "../../src/optimizers";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import type { SparseProblem } from "../../src/problem/problem";
import { Surrogate } from "../../src/problem/surrogate";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { type LinearData, linearData, normals, problemOf } from "../support/problems";

function problemFor(K: Parametrization, data: LinearData): SparseProblem {
  return problemOf(data, K.inducedPenalty);
}

function coefficientsAt(K: Parametrization, xi: Float64Array, p: number): Float64Array {
  const beta = new Float64Array(p);
  K.forward(xi, beta);
  return beta;
}

describe("gradient descent on a product of two factors", () => {
  it("shrinks the imbalance u^2 - v^2 by (1 - step lambda)^2 - step^2 g^2 a step, exactly", () => {
    const K = hadamardProduct({ depth: 2 });
    const problem = problemFor(K, linearData(1, 20, 3));
    const [lambda, step] = [0.4, 0.05];
    const before = normals(seededRandom(1), 6);
    let previous = before;
    minimize(new Surrogate(problem, K, lambda), gradientDescent({ step }), before, {
      maxIter: 50,
      onIteration({ x }, iteration) {
        if (iteration === 0) return;
        const beta = coefficientsAt(K, previous, 3);
        const eta = new Float64Array(20);
        problem.design.matvec(beta, eta);
        const residual = new Float64Array(20);
        problem.datafit.valueAndGradient(problem.target, eta, residual);
        for (let j = 0; j < 3; j++) {
          const g = problem.design.columnDot(j, residual);
          // R_xi is (u^2 + v^2)/2, so its weight in the gradient is lambda, the paper's 2c.
          const factor = (1 - step * lambda) ** 2 - (step * g) ** 2;
          const expected = factor * (previous[j] ** 2 - previous[3 + j] ** 2);
          assertClose(`iteration ${iteration}, coordinate ${j}`, x[j] ** 2 - x[3 + j] ** 2, expected, 1e-12);
        }
        previous = x.slice();
      },
    });
  });

  for (const depth of [2, 3, 4]) {
    it(`decays the imbalance at the rate 4 lambda / k of gradient flow, depth ${depth}`, () => {
      const K = hadamardProduct({ depth });
      const [lambda, step, steps] = [0.5, 1e-4, 5000];
      // Without data the imbalance is all that there is: a tiny column keeps the gradient of the datafit small.
      const problem = problemFor(K, { X: [[1e-3]], y: [1] });
      const x0 = Float64Array.from({ length: depth }, (_, l) => 1 + l / 2);
      const { x } = minimize(new Surrogate(problem, K, lambda), gradientDescent({ step }), x0, {
        maxIter: steps,
        tol: 0,
      });
      for (let l = 1; l < depth; l++) {
        const rate = -Math.log((x[l] ** 2 - x[0] ** 2) / (x0[l] ** 2 - x0[0] ** 2)) / (steps * step);
        assertAtMost(`factor ${l}`, Math.abs(rate / ((4 * lambda) / depth) - 1), 0.01);
      }
    });
  }

  it("conserves the imbalance of gradient flow where there is no penalty", () => {
    const K = hadamardProduct({ depth: 3 });
    const problem = problemFor(K, linearData(2, 20, 2));
    const x0 = normals(seededRandom(2), 6);
    const { x } = minimize(new Surrogate(problem, K, 0), gradientDescent({ step: 1e-5 }), x0, {
      maxIter: 3000,
    });
    for (const [l, m] of [
      [0, 2],
      [1, 5],
    ]) {
      assertClose("imbalance", x[l] ** 2 - x[m] ** 2, x0[l] ** 2 - x0[m] ** 2, 1e-4);
      assert.ok(Math.abs(x[l] - x0[l]) > 1e-3, "while the factors themselves move");
    }
  });

  it("gives the iterates of the difference form at half the step, a rotation apart", () => {
    const data = linearData(3, 25, 4);
    const [product, difference] = [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })];
    const [lambda, step, p] = [0.2, 0.05, 4];
    const uv = normals(seededRandom(3), 2 * p);
    const ab = uv.map((_, i) => (i < p ? uv[i] + uv[p + i] : uv[i - p] - uv[i]) / 2);
    const trajectory = (K: Parametrization, x0: Float64Array, eta: number): Float64Array[] => {
      const path: Float64Array[] = [];
      const surrogate = new Surrogate(problemFor(K, data), K, lambda);
      minimize(surrogate, gradientDescent({ step: eta }), x0, {
        maxIter: 200,
        onIteration: ({ x }) => void path.push(coefficientsAt(K, x, p)),
      });
      return path;
    };
    const [first, second] = [trajectory(product, uv, step), trajectory(difference, ab, step / 2)];
    assert.equal(second.length, first.length);
    first.forEach((beta, k) => {
      assertAllClose(`iterate ${k}`, second[k], beta, 1e-12);
    });
    assert.ok(
      first[0].some((b, j) => Math.abs(b - first[200][j]) > 0.5),
      "and the iterates do move",
    );
  });
});

describe("factors of equal magnitude", () => {
  const data = linearData(4, 30, 6);
  const K = hadamardProduct({ depth: 2 });
  const lambda = 0.05;
  const problem = problemFor(K, data);
  const lasso = new SmoothLasso({ lambda, fitIntercept: false, standardize: false, tol: 1e-14 }).fit(
    data.X,
    data.y,
  );
  const iterations = 20_000;
  const methods: readonly Optimizer[] = [
    gradientDescent({ step: 0.1 }),
    momentum({ step: 0.01 }),
    nesterov({ step: 0.1 }),
    adam({ step: 2e-3, schedule: cosine({ steps: iterations }) }),
  ];
  // x0 and x2 of the data have positive coefficients, x1 a negative one: start with all signs wrong.
  const wrong = Array.from(lasso.coef, (b) => (b > 0 ? -1 : 1));
  const run = (optimizer: Optimizer, nudge: number) => {
    const x0 = Float64Array.from({ length: 12 }, (_, i) => (i < 6 ? wrong[i] + nudge * (i + 1) : 1));
    const signs = new Set<string>();
    const surrogate = new Surrogate(problem, K, lambda);
    const { x, value } = minimize(surrogate, optimizer, x0, {
      maxIter: iterations,
      tol: 1e-13,
      onIteration({ x: at }) {
        const beta = coefficientsAt(K, at, 6);
        signs.add(beta.findIndex((b, j) => b * wrong[j] < 0) < 0 ? "kept" : "lost");
      },
    });
    return { beta: coefficientsAt(K, x, 6), value, signs: [...signs] };
  };

  for (const optimizer of methods) {
    it(`lock every sign and end in a wrong solution, with ${optimizer.name}`, () => {
      const { value, signs } = run(optimizer, 0);
      assert.deepEqual(signs, ["kept"]);
      assert.ok(value > 1.5 * lasso.certificate.objective, `value ${value}`);
    });

    it(`unlock when they differ by 1e-6, with ${optimizer.name}`, () => {
      const { beta, signs } = run(optimizer, 1e-6);
      assert.ok(signs.includes("lost"));
      assertAllClose("the lasso's coefficients", beta, lasso.coef, 1e-4);
    });
  }
});

describe("the origin", () => {
  it("holds every first-order method: the gradient of the surrogate is zero there, whatever the data", () => {
    for (const K of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 3 }),
      hadamardDifference({ depth: 2 }),
    ]) {
      const surrogate = new Surrogate(problemFor(K, linearData(5, 20, 3)), K, 0.1);
      const gradient = new Float64Array(surrogate.size).fill(1);
      surrogate.valueAndGradient(new Float64Array(surrogate.size), gradient);
      assert.deepEqual(gradient.map(Math.abs), new Float64Array(surrogate.size));
    }
  });

  it("is refused as a start, in one sentence, instead of being called converged", () => {
    const { X, y } = linearData(5, 20, 3);
    for (const parametrization of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 3 }),
      hadamardDifference({ depth: 2 }),
    ]) {
      const Q = surrogateObjective(X, y, { parametrization, lambda: 0.1, fitIntercept: true });
      for (const optimizer of [lbfgs(), gradientDescent()]) {
        assert.throws(() => minimize(Q, optimizer, new Float64Array(Q.size)), {
          name: "InputError",
          message:
            "minimize: the start must let every coefficient move, got a derivative of zero for all 3 coefficients; initialize(parametrization, nFeatures) gives one that does",
        });
      }
    }
  });

  it("is never where a model starts, not even from a fit of all zeros", () => {
    const { X, y } = linearData(5, 40, 3);
    const zeros = new SmoothLasso({ lambda: 1e3 }).fit(X, y);
    assert.equal(zeros.support.length, 0);
    for (const parametrization of [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })]) {
      for (const solver of ["auto", lbfgs(), gradientDescent()] as const) {
        const fit = new SmoothLasso({ lambda: 0.1, init: zeros, parametrization, solver }).fit(X, y);
        assert.equal(fit.status, "converged");
        assert.equal(fit.support.length, 3);
      }
    }
  });
});
