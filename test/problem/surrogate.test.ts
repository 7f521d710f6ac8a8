import assert from "node:assert/strict";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { profileAt } from "../../src/problem/problem";
import { startingPoint } from "../../src/problem/starting-point";
import { misalignmentOf, Surrogate } from "../../src/problem/surrogate";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertClose } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import { linearData, normals, problemOf } from "../support/problems";

const lambda = 0.3;
const random = seededRandom(1);

describe("Surrogate", () => {
  for (const K of [
    hadamardProduct({ depth: 2 }),
    hadamardProduct({ depth: 3 }),
    hadamardDifference({ depth: 2 }),
    hadamardDifference({ depth: 5 }),
  ]) {
    const problem = problemOf(linearData(1, 20, 3), K.inducedPenalty as never, [
      new Float64Array(20).fill(1),
      normals(random, 20),
    ]);
    const surrogate = new Surrogate(problem, K, lambda, 100);

    it(`of ${K.name} is the datafit at K(xi) plus lambda R_xi, over xi and the unpenalized part`, () => {
      const x = normals(random, surrogate.size);
      const beta = new Float64Array(3);
      K.forward(surrogate.surrogatePart(x), beta);
      const eta = new Float64Array(20);
      problem.design.matvec(beta, eta);
      problem.free.addTo(eta, surrogate.freePart(x));
      const loss = eta.reduce((sum, entry, i) => sum + (problem.target[i] - entry) ** 2 / 40, 0);
      const value = surrogate.valueAndGradient(x, new Float64Array(surrogate.size));
      assertClose("Q", value, loss + lambda * K.surrogatePenalty(surrogate.surrogatePart(x)), 1e-13);
      // Q = P + lambda M
      const penalized = loss + problem.penalty.value(beta, lambda);
      const misalignment = misalignmentOf(K, surrogate.surrogatePart(x), beta);
      assertClose("P + lambda M", penalized + lambda * misalignment, value, 1e-13);
    });

    it(`of ${K.name} has the gradient that finite differences give, and leaves x alone`, () => {
      const x = normals(random, surrogate.size);
      const before = x.slice();
      const gradient = new Float64Array(surrogate.size).fill(5);
      surrogate.valueAndGradient(x, gradient);
      assert.deepEqual(x, before);
      const numeric = numericGradient(
        (at) => surrogate.valueAndGradient(at, new Float64Array(surrogate.size)),
        x,
      );
      assertAllClose("gradient", gradient, numeric, 1e-7);
    });

    it(`of ${K.name} is the mean of the batches of an epoch, in value and gradient`, () => {
      const x = normals(random, surrogate.size);
      const gradient = new Float64Array(surrogate.size);
      const value = surrogate.valueAndGradient(x, gradient);
      assert.equal(surrogate.nSamples, 20);
      for (const size of [1, 4, 20]) {
        const order = seededRandom(size).permutation(20);
        const mean = new Float64Array(surrogate.size);
        const part = new Float64Array(surrogate.size).fill(5);
        let total = 0;
        for (let begin = 0; begin < 20; begin += size) {
          const rows = order.subarray(begin, begin + size);
          total += (surrogate.batchValueAndGradient(x, rows, part) * size) / 20;
          for (let i = 0; i < part.length; i++) mean[i] += (part[i] * size) / 20;
        }
        assertClose("value", total, value, 1e-12);
        assertAllClose("gradient", mean, gradient, 1e-12);
      }
    });

    it(`of ${K.name} is never below the sparse problem profiled at K(xi)`, () => {
      for (let trial = 0; trial < 30; trial++) {
        const x = normals(random, surrogate.size);
        const beta = new Float64Array(3);
        K.forward(surrogate.surrogatePart(x), beta);
        const { loss } = profileAt(problem, beta, new Float64Array(2));
        const value = surrogate.valueAndGradient(x, new Float64Array(surrogate.size));
        assert.ok(value >= loss + problem.penalty.value(beta, lambda) - 1e-12);
      }
    });
  }
});

describe("a mini-batch", () => {
  const K = hadamardProduct({ depth: 2 });
  const rows = Int32Array.of(1, 2);

  it("of a datafit that is no mean over samples is refused, in one sentence", () => {
    const problem = problemOf(linearData(1, 20, 3), K.inducedPenalty);
    const { subset: _, ...coupled } = { ...problem.datafit, name: "coupled" };
    const surrogate = new Surrogate({ ...problem, datafit: coupled }, K, lambda);
    assert.throws(() => surrogate.batchValueAndGradient(new Float64Array(6), rows, new Float64Array(6)), {
      name: "InputError",
      message:
        'Surrogate: the datafit of a mini-batch must be a mean over samples, got "coupled"; leave batchSize out',
    });
  });

  it("has all the responses of its samples", () => {
    // Two responses of three samples each, stacked: the design repeats its rows.
    const { X } = linearData(2, 3, 2);
    const problem = problemOf({ X: [...X, ...X], y: [1, 2, 3, 10, 20, 30] }, K.inducedPenalty);
    const two = new Surrogate({ ...problem, datafit: { ...problem.datafit, nResponses: 2 } }, K, lambda);
    const part = new Surrogate(
      problemOf({ X: [X[1], X[2], X[1], X[2]], y: [2, 3, 20, 30] }, K.inducedPenalty),
      K,
      lambda,
    );
    const x = normals(random, 4);
    const [gradient, expected] = [new Float64Array(4), new Float64Array(4)];
    assert.equal(two.nSamples, 3);
    const value = two.batchValueAndGradient(x, rows, gradient);
    assertClose("value", value, part.valueAndGradient(x, expected), 1e-14);
    assertAllClose("gradient", gradient, expected, 1e-14);
  });
});

describe("misalignmentOf", () => {
  it("subtracts where a parametrization states no formula of its own", () => {
    const { misalignment: _, ...silent } = hadamardProduct({ depth: 3 });
    const xi = normals(random, 6);
    const beta = new Float64Array(2);
    silent.forward(xi, beta);
    assertClose(
      "by subtraction",
      misalignmentOf(silent, xi, beta),
      misalignmentOf(hadamardProduct({ depth: 3 }), xi, beta),
      1e-13,
    );
  });
});

describe("startingPoint", () => {
  it("repeats itself, and has no exact zeros even over zero coefficients", () => {
    const { startingPoint: _, ...silent } = hadamardProduct({ depth: 2 });
    const zero = new Float64Array(4);
    assert.deepEqual(startingPoint(silent, zero, 1), startingPoint(silent, zero, 1));
    assert.ok(startingPoint(silent, zero, 1).every((entry) => entry !== 0));
  });
});
