/** The theory tested: which points are minima. */
import assert from "node:assert/strict";
import { SmoothLasso } from "../../src/estimators";
import { lbfgs, minimize } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { lq } from "../../src/penalties";
import { profileAt, type SparseProblem } from "../../src/problem/problem";
import { Surrogate } from "../../src/problem/surrogate";
import { seededRandom } from "../../src/random/random";
import { coordinateDescent } from "../../src/solvers/classical";
import { minimumMagnitude } from "../../src/theory";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { type LinearData, linearData, normals, problemOf } from "../support/problems";

const none = new Float64Array(0);
const deep = [
  hadamardProduct({ depth: 3 }),
  hadamardProduct({ depth: 4 }),
  hadamardDifference({ depth: 3 }),
  hadamardDifference({ depth: 4 }),
];

function problemFor(K: Parametrization, data: LinearData): SparseProblem {
  return problemOf(data, K.inducedPenalty);
}

/** `1/2 (b - z)^2 + lambda |b|^q` */
const oneDimensional = (K: Parametrization, z: number): SparseProblem => problemFor(K, { X: [[1]], y: [z] });

function objective(problem: SparseProblem, lambda: number, beta: Float64Array): number {
  return profileAt(problem, beta, none).loss + problem.penalty.value(beta, lambda);
}

/** The limit of L-BFGS on the surrogate from `x0`, mapped back. */
function limit(K: Parametrization, problem: SparseProblem, lambda: number, x0: Float64Array): Float64Array {
  const { x } = minimize(new Surrogate(problem, K, lambda), lbfgs(), x0, {
    tol: 1e-13,
    maxIter: 5000,
  });
  const beta = new Float64Array(problem.design.nFeatures);
  K.forward(x, beta);
  return beta;
}

/** Thresholds in z and the local minimum of `1/2 (b - z)^2 + tau b^q`, z > 0, in closed form; not the library's prox. */
function oracle(z: number, tau: number, q: number) {
  const inflection = (tau * q * (1 - q)) ** (1 / (2 - q));
  const existsFrom = (inflection * (2 - q)) / (1 - q);
  const globalFrom = ((2 * tau * (1 - q)) ** (1 / (2 - q)) * (2 - q)) / (2 * (1 - q));
  if (z < existsFrom) return { existsFrom, globalFrom, local: undefined };
  // b - z + tau q b^(q-1) rises from the inflection to z, so bisection finds its only root there.
  let [low, high] = [inflection, z];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (middle - z + tau * q * middle ** (q - 1) < 0) low = middle;
    else high = middle;
  }
  return { existsFrom, globalFrom, local: low };
}

describe("the lasso's optimum", () => {
  it("is the same by product, difference and coordinate descent, gap below 1e-10", () => {
    for (const [seed, n, p] of [
      [1, 50, 8],
      [2, 15, 40],
    ]) {
      const { X, y } = linearData(seed, n, p);
      const { lambdas } = new SmoothLasso().path(X, y, { nLambdas: 4, lambdaMinRatio: 0.02 });
      for (const lambda of lambdas) {
        const [first, ...others] = [
          { parametrization: hadamardProduct({ depth: 2 }) },
          { parametrization: hadamardDifference({ depth: 2 }) },
          { parametrization: hadamardProduct({ depth: 2 }), solver: lbfgs() },
          { solver: coordinateDescent(), maxIter: 100_000 },
        ].map((options) => new SmoothLasso({ ...options, lambda, tol: 1e-12 }).fit(X, y));
        for (const fit of others) {
          const label = `seed ${seed}, lambda ${lambda}`;
          const relative = fit.certificate.objective / first.certificate.objective - 1;
          assertAtMost(`${label}, objective`, Math.abs(relative), 1e-10);
          assertAtMost(`${label}, gap`, fit.certificate.dualityGap! / first.certificate.objective, 1e-10);
          assertAllClose(`${label}, coef`, fit.coef, first.coef, 1e-6);
          assert.deepEqual(fit.support, first.support);
        }
      }
    }
  });
});

describe("in one dimension", () => {
  it("the oracle has the known thresholds, tau = 0.3", () => {
    const [twoThirds, half] = [oracle(1, 0.3, 2 / 3), oracle(1, 0.3, 1 / 2)];
    assertAllClose("q = 2/3", [twoThirds.existsFrom, twoThirds.globalFrom], [0.5248, 0.59814], 1e-5);
    assertAllClose("q = 1/2", [half.existsFrom, half.globalFrom], [0.53353, 0.67221], 1e-5);
  });

  for (const K of deep) {
    const q = 2 / Number(/\d/.exec(K.name)![0]);

    it(`${K.name} ends at zero or at the oracle's other minimum, from any start`, () => {
      const random = seededRandom(6);
      const ends = new Set<string>();
      for (const z of [0.3, 0.5, 0.56, 0.63, 0.8, 2]) {
        const { local, existsFrom } = oracle(z, 0.3, q);
        assert.equal(local !== undefined, z >= existsFrom);
        for (let trial = 0; trial < 20; trial++) {
          const x0 = normals(random, K.surrogateSize(1));
          const [b] = limit(K, oneDimensional(K, z), 0.3, x0);
          const zero = Math.abs(b) <= 1e-9;
          ends.add(`${z}: ${zero ? "zero" : "other"}`);
          if (!zero) assertClose(`z = ${z}`, b, local ?? Number.NaN, 1e-6);
        }
      }
      assert.ok(ends.has("0.3: zero") && !ends.has("0.3: other"), "below the threshold there is only zero");
      assert.ok(ends.has("2: other"), "above it the other is found");
    });

    it(`${K.name} ends at the other minimum when it starts there, even where zero is better`, () => {
      const { existsFrom, globalFrom } = oracle(1, 0.3, q);
      const z = (existsFrom + globalFrom) / 2;
      const { local } = oracle(z, 0.3, q);
      const x0 = new Float64Array(K.surrogateSize(1));
      K.rightInverse(Float64Array.of(1.02 * local!), x0);
      assertClose("b", limit(K, oneDimensional(K, z), 0.3, x0)[0], local!, 1e-6);
      const problem = oneDimensional(K, z);
      assert.ok(
        objective(problem, 0.3, Float64Array.of(local!)) > objective(problem, 0.3, Float64Array.of(0)),
      );
      assert.equal(lq({ q }).coordinateProx(0, z, 1, 0.3), 0, "and the prox, a global minimiser, takes zero");
    });

    it(`${K.name} ends at zero from a start in its basin, even where the other is better`, () => {
      const x0 = new Float64Array(K.surrogateSize(1)).fill(0.02);
      assertClose("b", limit(K, oneDimensional(K, 2), 0.3, x0)[0], 0, 1e-9);
    });
  }

  it("the prox of lq is the better of zero and the oracle's other minimum", () => {
    for (const q of [1 / 2, 2 / 3, 0.4]) {
      for (let z = 0.05; z < 3; z += 0.05) {
        const { local, globalFrom } = oracle(z, 0.3, q);
        const expected = z > globalFrom ? local! : 0;
        assertClose(`q = ${q}, z = ${z}`, lq({ q }).coordinateProx(0, z, 1, 0.3), expected, 1e-10);
      }
    }
  });
});

describe("every limit of descent on a deep surrogate", () => {
  for (const K of deep) {
    const q = 2 / Number(/\d/.exec(K.name)![0]);

    it(`of ${K.name} has no coefficient below the two bounds on its magnitude`, () => {
      const random = seededRandom(7);
      let nonzero = 0;
      for (let trial = 0; trial < 12; trial++) {
        const data = linearData(trial, 20, 4);
        const problem = problemFor(K, data);
        const lambda = [0.02, 0.1, 0.3][trial % 3];
        const beta = limit(
          K,
          problem,
          lambda,
          normals(random, K.surrogateSize(4)).map((x) => 1.5 * x),
        );
        const { gradient } = profileAt(problem, beta, none);
        const squaredNorms = Float64Array.from(gradient, (_, j) =>
          data.X.reduce((sum, row) => sum + row[j] ** 2 / 20, 0),
        );
        beta.forEach((b, j) => {
          if (Math.abs(b) < 1e-9) return;
          nonzero++;
          const secondOrder = minimumMagnitude(q, lambda, { curvature: squaredNorms[j] });
          const firstOrder = minimumMagnitude(q, lambda, { gradient: Math.abs(gradient[j]) });
          assertAtMost("second-order bound", secondOrder, Math.abs(b), 1e-9);
          assertAtMost("first-order bound", firstOrder, Math.abs(b), 1e-6);
        });
      }
      assert.ok(nonzero >= 12, "the bound is tested on something");
    });

    it(`of ${K.name} is a local minimum of the sparse problem: no perturbation is lower`, () => {
      const random = seededRandom(8);
      for (let trial = 0; trial < 4; trial++) {
        const problem = problemFor(K, linearData(20 + trial, 25, 4));
        const lambda = 0.15;
        const found = limit(K, problem, lambda, normals(random, K.surrogateSize(4)));
        const beta = found.map((b) => (Math.abs(b) < 1e-9 ? 0 : b));
        const value = objective(problem, lambda, beta);
        for (let draw = 0; draw < 1000; draw++) {
          const radius = [1e-3, 1e-4, 1e-5, 1e-6][draw % 4];
          const moved = beta.map((b) => b + (random.uniform() < 0.3 ? 0 : radius * random.normal()));
          assertAtMost(`radius ${radius}`, value, objective(problem, lambda, moved), 1e-11);
        }
      }
    });
  }
});
