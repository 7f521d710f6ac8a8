/** The theory tested: gates that start alike stay alike, so that one shared gate does the work of all of them. */
import assert from "node:assert/strict";
import { adam, minimize, momentum, type Optimizer, type StepOptions, sgd } from "../../src/optimizers";
import { hadamardPower, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { Surrogate } from "../../src/problem/surrogate";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { linearData, normals, problemOf } from "../support/problems";

const p = 5;
const lambda = 0.05;
const data = linearData(6, 30, p);
const weights = normals(seededRandom(6), p);

/** The coefficients along the way from random weights and unit gates. */
function trajectory(K: Parametrization, optimizer: Optimizer): Float64Array[] {
  const surrogate = new Surrogate(problemOf(data, K.inducedPenalty), K, lambda);
  const x0 = new Float64Array(surrogate.size).fill(1);
  x0.set(weights);
  const path: Float64Array[] = [];
  minimize(surrogate, optimizer, x0, {
    maxIter: 300,
    onIteration({ x }) {
      const beta = new Float64Array(p);
      K.forward(x, beta);
      path.push(beta);
    },
  });
  return path;
}

function assertSame(product: readonly Float64Array[], power: readonly Float64Array[]): void {
  assert.equal(power.length, product.length);
  product.forEach((beta, k) => {
    assertAllClose(`iterate ${k}`, power[k], beta, 1e-10);
  });
  assert.ok(
    product[0].some((b, j) => Math.abs(b - product[300][j]) > 0.3),
    "and the iterates do move",
  );
}

describe("a product of unit gates goes the way of the shared power", () => {
  const methods: Readonly<Record<string, (options: Omit<StepOptions, "step">) => Optimizer>> = {
    "gradient descent": (options) => sgd({ step: 0.02, ...options }),
    "mini-batches": (options) => sgd({ step: 0.02, batchSize: 7, ...options }),
    momentum: (options) => momentum({ step: 0.004, ...options }),
  };
  for (const depth of [3, 4]) {
    for (const [name, make] of Object.entries(methods)) {
      it(`with the gate's step over k - 1 under ${name}, depth ${depth}`, () => {
        const stepScale = (index: number): number => (index < p ? 1 : 1 / (depth - 1));
        assertSame(
          trajectory(hadamardProduct({ depth }), make({})),
          trajectory(hadamardPower({ depth }), make({ stepScale })),
        );
      });
    }

    it(`with the very same step under Adam, depth ${depth}`, () => {
      const optimizer = adam({ step: 0.01, epsilon: 1e-30 });
      assertSame(
        trajectory(hadamardProduct({ depth }), optimizer),
        trajectory(hadamardPower({ depth }), optimizer),
      );
    });
  }
});
