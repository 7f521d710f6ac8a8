import assert from "node:assert/strict";
import { adam, gradientDescent, minimize, sgd } from "../../src/optimizers";
import type { StochasticObjective } from "../../src/surrogate";
import { assertClose } from "../support/assert-close";
import { rosenbrock } from "../support/smooth-objectives";

/** The mean of `(x - i)^2 / 2` over samples `i`, which writes down the batches that it is asked for. */
function recording(nSamples: number, batches: number[][]): StochasticObjective {
  const over = (rows: Int32Array, x: number, gradient: Float64Array): number => {
    const mean = rows.reduce((sum, i) => sum + i, 0) / rows.length;
    gradient[0] = x - mean;
    return rows.reduce((sum, i) => sum + (x - i) ** 2, 0) / (2 * rows.length);
  };
  const all = Int32Array.from({ length: nSamples }, (_, i) => i);
  return {
    size: 1,
    nSamples,
    valueAndGradient: ([x], gradient) => over(all, x, gradient),
    batchValueAndGradient([x], rows, gradient) {
      batches.push([...rows]);
      return over(rows, x, gradient);
    },
  };
}

const start = Float64Array.of(10);

describe("mini-batches", () => {
  it("visit every sample once an epoch, the last of them with what is left, in a new order each time", () => {
    const batches: number[][] = [];
    minimize(recording(11, batches), sgd({ step: 0.1, batchSize: 4 }), start, { maxIter: 3 });
    assert.deepEqual(
      batches.map((rows) => rows.length),
      [4, 4, 3, 4, 4, 3, 4, 4, 3],
    );
    const epochs = [0, 3, 6].map((begin) => batches.slice(begin, begin + 3).flat());
    for (const epoch of epochs) {
      assert.deepEqual(
        epoch.slice().sort((a, b) => a - b),
        Array.from({ length: 11 }, (_, i) => i),
      );
    }
    assert.equal(new Set(epochs.map((epoch) => epoch.join())).size, 3);
  });

  for (const make of [sgd, adam]) {
    it(`of ${make.name} repeat themselves with their seed, and only with it`, () => {
      const run = (seed: number) =>
        minimize(recording(12, []), make({ step: 0.1, batchSize: 4, seed }), start, { maxIter: 5 });
      assert.deepEqual(run(3), run(3));
      assert.notDeepEqual(run(3).x, run(4).x);
    });

    it(`of ${make.name} end every iteration with the value and gradient over all samples`, () => {
      const objective = recording(12, []);
      minimize(objective, make({ step: 0.1, batchSize: 5 }), start, {
        maxIter: 4,
        onIteration({ x, value, gradient }) {
          const full = new Float64Array(1);
          assert.equal(value, objective.valueAndGradient(x, full));
          assert.deepEqual(gradient, full);
        },
      });
    });

    it(`of ${make.name} are out of the question for an objective without samples, in one sentence`, () => {
      assert.throws(() => minimize(rosenbrock, make({ step: 0.1, batchSize: 1 }), Float64Array.of(0, 0)), {
        name: "InputError",
        message: `${make.name}: the objective of mini-batches must have nSamples and batchValueAndGradient, got an objective without them; leave batchSize out`,
      });
    });

    it(`of ${make.name} refuse a size or a seed out of its domain, in one sentence`, () => {
      for (const batchSize of [0, 2.5, Number.NaN]) {
        assert.throws(() => make({ step: 0.1, batchSize }), {
          name: "InputError",
          message: `${make.name}: batchSize must be an integer >= 1, got ${batchSize}`,
        });
      }
      assert.throws(() => make({ step: 0.1, seed: 0.5 }), {
        name: "InputError",
        message: `${make.name}: seed must be an integer, got 0.5`,
      });
    });
  }

  it("of all samples are none: the very iterates of gradient descent", () => {
    const batches: number[][] = [];
    for (const batchSize of [12, 100, undefined]) {
      const stochastic = minimize(recording(12, batches), sgd({ step: 0.1, batchSize }), start);
      assert.deepEqual(stochastic, minimize(recording(12, batches), gradientDescent({ step: 0.1 }), start));
    }
    assert.deepEqual(batches, []);
  });

  it("move once a batch, along the gradient of the batch where x then is", () => {
    const batches: number[][] = [];
    const { x } = minimize(recording(4, batches), sgd({ step: 0.5, batchSize: 2 }), start, { maxIter: 1 });
    let expected = 10;
    for (const [a, b] of batches) expected -= 0.5 * (expected - (a + b) / 2);
    assertClose("x", x[0], expected, 1e-15);
  });
});
