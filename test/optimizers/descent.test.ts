import assert from "node:assert/strict";
import { adam, minimize, momentum, type Optimizer, type StepOptions, sgd } from "../../src/optimizers";
import { assertAllClose } from "../support/assert-close";
import { parabola, quadratic } from "../support/smooth-objectives";

const makers: readonly ((options: StepOptions) => Optimizer)[] = [momentum, sgd, adam];

function points(optimizer: Optimizer, maxIter: number): number[][] {
  const iterates: number[][] = [];
  minimize(quadratic([1, 3]), optimizer, Float64Array.of(5, 5), {
    maxIter,
    onIteration: ({ x }) => void iterates.push([...x]),
  });
  return iterates;
}

describe("every method whose steps are given beforehand", () => {
  for (const make of makers) {
    it(`${make.name} multiplies its step by what the schedule says for the iteration`, () => {
      const asked: number[] = [];
      const factors = [1, 0, 0.5];
      const schedule = (iteration: number): number => {
        asked.push(iteration);
        return factors[iteration];
      };
      const [start, first, second, third] = points(make({ step: 0.1, schedule }), 3);
      assert.deepEqual(asked, [0, 1, 2]);
      const constant = points(make({ step: 0.1 }), 1);
      assert.deepEqual([start, first], constant);
      assert.deepEqual(second, first);
      assert.notDeepEqual(third, second);
    });

    it(`${make.name} multiplies the step of each entry by its scale`, () => {
      const scaled = points(make({ step: 0.1, stepScale: (index) => [0.5, 2][index] }), 1);
      const plain = points(make({ step: 0.1 }), 1);
      const moved = (path: number[][], i: number): number => path[1][i] - path[0][i];
      assertAllClose(
        "moves",
        [moved(scaled, 0), moved(scaled, 1)],
        [moved(plain, 0) / 2, 2 * moved(plain, 1)],
        1e-15,
      );
    });

    it(`${make.name} refuses steps, scales and schedules out of their domain, in one sentence`, () => {
      const where = make.name;
      assert.throws(() => make({ step: -1 }), {
        name: "InputError",
        message: `${where}: step must be a positive finite number, got -1`,
      });
      for (const name of ["schedule", "stepScale"]) {
        assert.throws(() => make({ step: 1, [name]: 3 }), {
          name: "InputError",
          message: `${where}: ${name} must be a function, got 3`,
        });
      }
      const start = Float64Array.of(1);
      assert.throws(() => minimize(parabola, make({ step: 0.1, stepScale: () => 0 }), start), {
        name: "InputError",
        message: `${where}: stepScale(0) must be a positive finite number, got 0`,
      });
      const schedule = (iteration: number): number => (iteration === 2 ? Number.NaN : 1);
      assert.throws(() => minimize(parabola, make({ step: 0.1, schedule }), start), {
        name: "InputError",
        message: `${where}: schedule(2) must be a finite number >= 0, got NaN`,
      });
    });
  }
});
