import assert from "node:assert/strict";
import { minimize, type Optimizer, type SgdOptions, sgd } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import { Surrogate } from "../../src/problem/surrogate";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertClose } from "../support/assert-close";
import { linearData, normals, problemOf } from "../support/problems";
import { parabola } from "../support/smooth-objectives";

const K = hadamardProduct({ depth: 2 });
const problem = problemOf(linearData(1, 20, 4));
const start = normals(seededRandom(1), 8);
const [lambda, step] = [0.3, 0.05];

function trajectory(surrogate: Surrogate, optimizer: Optimizer): { x: Float64Array; value: number }[] {
  const path: { x: Float64Array; value: number }[] = [];
  minimize(surrogate, optimizer, start, {
    maxIter: 30,
    onIteration: ({ x, value }) => void path.push({ x: x.slice(), value }),
  });
  return path;
}

describe("sgd", () => {
  for (const options of [{}, { batchSize: 6 }, { batchSize: 6, momentum: 0.8, nesterov: true }]) {
    it(`with weight decay in place of the penalty goes the way of the lasso's surrogate, ${JSON.stringify(options)}`, () => {
      const decayed = trajectory(
        new Surrogate(problem, K, 0),
        sgd({ step, ...options, weightDecay: lambda }),
      );
      const penalized = trajectory(new Surrogate(problem, K, lambda), sgd({ step, ...options }));
      decayed.forEach(({ x, value }, k) => {
        assertAllClose(`epoch ${k}`, x, penalized[k].x, 1e-12);
        assertClose(`value of epoch ${k}`, value, penalized[k].value, 1e-12);
      });
    });
  }

  it("without momentum decays beside the step as well as in the gradient", () => {
    const surrogate = new Surrogate(problem, K, 0);
    const x = start.slice();
    const gradient = new Float64Array(8);
    for (const state of trajectory(surrogate, sgd({ step, weightDecay: lambda }))) {
      assertAllClose("x", state.x, x, 1e-12);
      surrogate.valueAndGradient(x, gradient);
      for (let i = 0; i < 8; i++) x[i] = (1 - step * lambda) * x[i] - step * gradient[i];
    }
  });

  it("with Nesterov's momentum looks ahead along the velocity, exactly", () => {
    const iterates: number[] = [];
    minimize(parabola, sgd({ step: 0.25, momentum: 0.5, nesterov: true }), Float64Array.of(4), {
      maxIter: 2,
      onIteration: ({ x }) => void iterates.push(x[0]),
    });
    // Gradients 8, 2; velocities 8, 6; directions 12, 5.
    assert.deepEqual(iterates, [4, 1, -0.25]);
  });

  it("refuses options out of their domain, in one sentence", () => {
    const cases: readonly (readonly [SgdOptions, string])[] = [
      [{ step, momentum: 1 }, "sgd: momentum must be a number >= 0 below 1, got 1"],
      [{ step, nesterov: true }, "sgd: momentum must be positive with nesterov, got 0"],
      [{ step, weightDecay: -1 }, "sgd: weightDecay must be a finite number >= 0, got -1"],
      [{ step, weightDecay: Number.NaN }, "sgd: weightDecay must be a finite number >= 0, got NaN"],
    ];
    for (const [options, message] of cases) {
      assert.throws(() => sgd(options), { name: "InputError", message });
    }
  });
});
