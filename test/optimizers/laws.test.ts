import assert from "node:assert/strict";
import * as index from "../../src/optimizers";
import {
  adam,
  gradientDescent,
  lbfgs,
  type MinimizeRow,
  minimize,
  momentum,
  nesterov,
  type Optimizer,
  sgd,
} from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import type { SmoothObjective } from "../../src/problem/smooth-objective";
import { Surrogate } from "../../src/problem/surrogate";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, problemOf } from "../support/problems";
import { parabola, quadratic, rosenbrock } from "../support/smooth-objectives";

const optimizers: readonly Optimizer[] = [
  lbfgs(),
  lbfgs({ memory: 1 }),
  gradientDescent(),
  gradientDescent({ step: 1e-3 }),
  momentum({ step: 1e-3 }),
  nesterov(),
  nesterov({ step: 5e-4 }),
  sgd({ step: 1e-3 }),
  sgd({ step: 3e-4, momentum: 0.9, nesterov: true }),
  adam({ step: 0.01 }),
];

describe("every optimizer", () => {
  it("of the index is in this suite", () => {
    const { minimize: _, constant, cosine, stepDecay, ...made } = index;
    const names = new Set(optimizers.map(({ name }) => name));
    assert.deepEqual(Object.keys(made).sort(), [...names].sort());
  });

  for (const optimizer of optimizers) {
    const name = `${optimizer.name} (${optimizers.indexOf(optimizer)})`;

    it(`${name} yields the start itself first, with its value and gradient`, () => {
      const x0 = Float64Array.of(-1.2, 1);
      const first = optimizer.iterate(rosenbrock, x0).next().value!;
      const gradient = new Float64Array(2);
      assert.deepEqual([...first.x], [-1.2, 1]);
      assert.equal(first.value, rosenbrock.valueAndGradient(x0, gradient));
      assert.deepEqual(first.gradient, gradient);
    });

    it(`${name} leaves the start alone, even when the caller's callback looks on`, () => {
      const x0 = Float64Array.of(-1.2, 1);
      minimize(rosenbrock, optimizer, x0, { maxIter: 50, onIteration: () => {} });
      assert.deepEqual([...x0], [-1.2, 1]);
    });

    it(`${name} reports at every state the value and the gradient of that state`, () => {
      const gradient = new Float64Array(2);
      minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), {
        maxIter: 30,
        onIteration(state) {
          assert.equal(state.value, rosenbrock.valueAndGradient(state.x, gradient));
          assert.deepEqual(state.gradient, gradient);
        },
      });
    });

    it(`${name} repeats itself to the last bit`, () => {
      const run = () => minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), { maxIter: 40 });
      assert.deepEqual(run(), run());
    });

    it(`${name} finds the minimum of a well-conditioned quadratic`, () => {
      const result = minimize(quadratic([1, 2, 5]), optimizer, Float64Array.of(4, -4, 4), {
        maxIter: 40_000,
      });
      assert.equal(result.status, "converged");
      assertAllClose("x", result.x, [0, 1, 2], 1e-7);
      assertAtMost("gradientNorm", result.gradientNorm, 1e-8);
    });

    it(`${name} stops at once where the gradient already vanishes`, () => {
      const result = minimize(parabola, optimizer, Float64Array.of(0));
      assert.deepEqual([result.status, result.nIter, result.value], ["converged", 0, 0]);
    });

    it(`${name} keeps one row of history an iteration, the start first`, () => {
      const { history, nIter, value, gradientNorm } = minimize(
        rosenbrock,
        optimizer,
        Float64Array.of(-1.2, 1),
        {
          maxIter: 25,
        },
      );
      assert.deepEqual(
        history.map((row: MinimizeRow) => row.iteration),
        Array.from({ length: nIter + 1 }, (_, i) => i),
      );
      assert.deepEqual(history.at(-1), { iteration: nIter, value, gradientNorm });
    });

    it(`${name} ends at maxIter with status "max-iter"`, () => {
      const result = minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), { maxIter: 3 });
      assert.deepEqual([result.status, result.nIter], ["max-iter", 3]);
      assert.equal(minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), { maxIter: 0 }).nIter, 0);
    });

    it(`${name} ends when aborted, with what it has`, () => {
      const signal = { aborted: false };
      const result = minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), {
        signal,
        onIteration(_state, iteration) {
          signal.aborted = iteration === 4;
        },
      });
      assert.deepEqual([result.status, result.nIter], ["interrupted", 4]);
      assert.equal(result.value, rosenbrock.valueAndGradient(result.x, new Float64Array(2)));
    });

    it(`${name} ends as converged when the callback says so`, () => {
      const result = minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), {
        onIteration: (_state, iteration) => iteration === 2,
      });
      assert.deepEqual([result.status, result.nIter], ["converged", 2]);
    });
  }

  for (const optimizer of [...optimizers, sgd({ step: 1e-3, batchSize: 3 }), adam({ batchSize: 4 })]) {
    it(`${optimizer.name} (${optimizers.indexOf(optimizer)}) allocates no vector in an iteration on a surrogate`, () => {
      const nFeatures = 20_000;
      const surrogate = new Surrogate(
        problemOf(linearData(1, 10, nFeatures)),
        hadamardProduct({ depth: 2 }),
        0.1,
      );
      const states = optimizer.iterate(surrogate, new Float64Array(surrogate.size).fill(0.1));
      for (let k = 0; k < 3; k++) states.next();
      for (let k = 0; k < 4; k++) {
        const before = process.memoryUsage().arrayBuffers;
        assert.equal(states.next().done, false);
        assertAtMost("bytes", process.memoryUsage().arrayBuffers - before, 8 * nFeatures - 1);
      }
    });
  }

  for (const optimizer of [
    gradientDescent({ step: 2 }),
    momentum({ step: 4 }),
    nesterov({ step: 2 }),
    sgd({ step: 2 }),
    adam({ step: 1e170 }),
  ]) {
    it(`${optimizer.name} with too long a step diverges, which is called stalled, at the last finite point`, () => {
      const result = minimize(parabola, optimizer, Float64Array.of(3), { maxIter: 10_000 });
      assert.equal(result.status, "stalled");
      assert.ok(Number.isFinite(result.x[0]) && Number.isFinite(result.value));
      assert.equal(result.value, parabola.valueAndGradient(result.x, new Float64Array(1)));
      assert.equal(result.nIter, result.history.length - 1);
    });
  }

  for (const optimizer of [lbfgs(), lbfgs({ memory: 1 }), gradientDescent()]) {
    it(`${optimizer.name} never raises the value by more than rounding`, () => {
      const { history } = minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), { maxIter: 500 });
      for (let k = 1; k < history.length; k++) {
        assertAtMost(`iteration ${k}`, history[k].value, history[k - 1].value * (1 + 1e-11));
      }
    });
  }

  for (const optimizer of [lbfgs(), lbfgs({ memory: 1 }), gradientDescent(), nesterov()]) {
    it(`${optimizer.name} backs away from where the objective is not finite`, () => {
      // -log x + x, whose minimum is at 1: a first step from 1e-3 leaves the domain or overshoots widely.
      const barrier: SmoothObjective = {
        size: 1,
        valueAndGradient(x, gradient) {
          gradient[0] = 1 - 1 / x[0];
          return x[0] > 0 ? x[0] - Math.log(x[0]) : Number.NaN;
        },
      };
      for (const x0 of [1e-3, 40]) {
        const result = minimize(barrier, optimizer, Float64Array.of(x0));
        assert.equal(result.status, "converged", `from ${x0}`);
        assertAllClose(`from ${x0}`, result.x, [1], 1e-7);
      }
    });
  }
});
