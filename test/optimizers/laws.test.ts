import assert from "node:assert/strict";
import type { SmoothObjective } from "../../src/objectives/smooth-objective";
import * as index from "../../src/optimizers";
import { gradientDescent, lbfgs, type MinimizeRow, minimize, type Optimizer } from "../../src/optimizers";
import { assertAllClose, assertAtMost } from "../support/assert-close";

const optimizers: readonly Optimizer[] = [
  lbfgs(),
  lbfgs({ memory: 1 }),
  gradientDescent(),
  gradientDescent({ step: 1e-3 }),
];

const rosenbrock: SmoothObjective = {
  size: 2,
  valueAndGradient([x, y], gradient) {
    gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
    gradient[1] = 200 * (y - x * x);
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  },
};

/** `1/2 sum_i d_i (x_i - i)^2` */
function quadratic(diagonal: readonly number[]): SmoothObjective {
  return {
    size: diagonal.length,
    valueAndGradient(x, gradient) {
      let sum = 0;
      diagonal.forEach((d, i) => {
        gradient[i] = d * (x[i] - i);
        sum += (d * (x[i] - i) ** 2) / 2;
      });
      return sum;
    },
  };
}

const parabola = quadratic([2]);
const start = Float64Array.of(3);

describe("every optimizer", () => {
  it("of the index is in this suite", () => {
    const made = Object.values(index).filter((f) => (f as unknown) !== minimize);
    assert.deepEqual(made, [gradientDescent, lbfgs]);
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

  for (const optimizer of [lbfgs(), lbfgs({ memory: 1 }), gradientDescent()]) {
    it(`${optimizer.name} never raises the value by more than rounding`, () => {
      const { history } = minimize(rosenbrock, optimizer, Float64Array.of(-1.2, 1), { maxIter: 500 });
      for (let k = 1; k < history.length; k++) {
        assertAtMost(`iteration ${k}`, history[k].value, history[k - 1].value * (1 + 1e-11));
      }
    });

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

describe("lbfgs", () => {
  it("solves Rosenbrock's valley to the precision of the gradient within 60 iterations", () => {
    const result = minimize(rosenbrock, lbfgs(), Float64Array.of(-1.2, 1), { gradientTolerance: 1e-12 });
    assert.equal(result.status, "converged");
    assertAllClose("x", result.x, [1, 1], 1e-12);
    assertAtMost("iterations", result.nIter, 60);
  });

  it("solves a quadratic of condition number 1e8 within 200 iterations, where gradient descent does not", () => {
    const diagonal = Array.from({ length: 10 }, (_, i) => 10 ** ((8 * i) / 9 - 4));
    const options = { gradientTolerance: 1e-9, maxIter: 200 };
    const result = minimize(quadratic(diagonal), lbfgs(), new Float64Array(10).fill(20), options);
    assert.equal(result.status, "converged");
    assertAllClose(
      "x",
      result.x,
      diagonal.map((_, i) => i),
      1e-5,
    );
    const slow = minimize(quadratic(diagonal), gradientDescent(), new Float64Array(10).fill(20), options);
    assert.equal(slow.status, "max-iter");
  });

  it("solves problems whose value is scaled by 1e-12 and 1e12", () => {
    for (const scale of [1e-12, 1e12]) {
      const scaled: SmoothObjective = {
        size: 2,
        valueAndGradient(x, gradient) {
          const value = rosenbrock.valueAndGradient(x, gradient);
          for (let i = 0; i < 2; i++) gradient[i] *= scale;
          return scale * value;
        },
      };
      const options = { gradientTolerance: 1e-9 * scale };
      const result = minimize(scaled, lbfgs(), Float64Array.of(-1.2, 1), options);
      assert.equal(result.status, "converged", `scale ${scale}`);
      assertAllClose(`scale ${scale}`, result.x, [1, 1], 1e-8);
    }
  });

  it('says "stalled" where no step lowers the value, not "converged"', () => {
    // A gradient that points nowhere.
    const liar: SmoothObjective = {
      size: 1,
      valueAndGradient(_x, gradient) {
        gradient[0] = 1;
        return 5;
      },
    };
    const result = minimize(liar, lbfgs(), start);
    assert.deepEqual([result.status, result.value, [...result.x]], ["stalled", 5, [3]]);
  });

  it("passes a saddle that it does not start on", () => {
    // x y + (x^4 + y^4)/4 has a saddle at 0 and minima at (1, -1) and (-1, 1).
    const saddle: SmoothObjective = {
      size: 2,
      valueAndGradient([x, y], gradient) {
        gradient[0] = y + x ** 3;
        gradient[1] = x + y ** 3;
        return x * y + (x ** 4 + y ** 4) / 4;
      },
    };
    const result = minimize(saddle, lbfgs(), Float64Array.of(1e-4, 0));
    assertAllClose("x", result.x.map(Math.abs), [1, 1], 1e-7);
  });

  it("refuses a memory that is no positive integer, in one sentence", () => {
    for (const memory of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => lbfgs({ memory }), {
        name: "InputError",
        message: `lbfgs: memory must be an integer >= 1, got ${memory}`,
      });
    }
  });
});

describe("gradientDescent", () => {
  it("with a fixed step takes the exact steps x - step * gradient", () => {
    const iterates: number[] = [];
    minimize(parabola, gradientDescent({ step: 0.25 }), start, {
      maxIter: 4,
      onIteration: ({ x }) => void iterates.push(x[0]),
    });
    assert.deepEqual(iterates, [3, 1.5, 0.75, 0.375, 0.1875]);
  });

  it("with too long a fixed step diverges, which is called stalled, at the last finite point", () => {
    const result = minimize(parabola, gradientDescent({ step: 2 }), start, { maxIter: 10_000 });
    assert.equal(result.status, "stalled");
    assert.ok(Number.isFinite(result.value) && result.value > 1e300);
    assert.ok(Number.isFinite(result.x[0]));
    assert.equal(result.nIter, result.history.length - 1);
  });

  it("without a step falls by at least half of what the slope promises", () => {
    const seen: { x: Float64Array; value: number; gradient: Float64Array }[] = [];
    minimize(rosenbrock, gradientDescent(), Float64Array.of(-1.2, 1), {
      maxIter: 50,
      onIteration: ({ x, value, gradient }) =>
        void seen.push({ x: x.slice(), value, gradient: gradient.slice() }),
    });
    for (let k = 1; k < seen.length; k++) {
      const before = seen[k - 1];
      const promised = before.gradient.reduce((sum, g, i) => sum + g * (before.x[i] - seen[k].x[i]), 0);
      assertAtMost(`iteration ${k}`, seen[k].value, before.value - promised / 2, 1e-12);
    }
  });

  it("refuses a step that is not positive and finite, in one sentence", () => {
    for (const step of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => gradientDescent({ step }), {
        name: "InputError",
        message: `gradientDescent: step must be a positive finite number, got ${step}`,
      });
    }
  });
});

describe("minimize", () => {
  it("refuses a start of the wrong length or where the objective is not finite, in one sentence", () => {
    assert.throws(() => minimize(parabola, lbfgs(), new Float64Array(2)), {
      name: "InputError",
      message: "minimize: the length of x0 must be the objective's size 1, got 2",
    });
    assert.throws(() => minimize(parabola, lbfgs(), Float64Array.of(Number.NaN)), {
      name: "InputError",
      message: "minimize: the objective at x0 must be finite, got NaN",
    });
  });

  it("names the gradient when it is the gradient that is not finite at the start", () => {
    const cusp: SmoothObjective = {
      size: 1,
      valueAndGradient(x, gradient) {
        gradient[0] = 0.5 / Math.sqrt(x[0]);
        return Math.sqrt(x[0]);
      },
    };
    assert.throws(() => minimize(cusp, lbfgs(), Float64Array.of(0)), {
      name: "InputError",
      message: "minimize: the gradient at x0 must be finite, got Infinity",
    });
  });

  it("runs any generator of states, such as a user's own method", () => {
    const newton: Optimizer = {
      name: "newton",
      *iterate(objective, x0) {
        const x = x0.slice();
        const gradient = new Float64Array(1);
        for (;;) {
          const value = objective.valueAndGradient(x, gradient);
          yield { x, value, gradient };
          x[0] -= gradient[0] / 2;
        }
      },
    };
    const result = minimize(parabola, newton, start);
    assert.deepEqual([result.status, result.nIter, result.x[0]], ["converged", 1, 0]);
  });

  it("refuses options out of their domain, in one sentence", () => {
    for (const [options, message] of [
      [{ maxIter: -1 }, "minimize: maxIter must be an integer >= 0, got -1"],
      [{ maxIter: Number.NaN }, "minimize: maxIter must be an integer >= 0, got NaN"],
      [{ gradientTolerance: -1 }, "minimize: gradientTolerance must be a number >= 0, got -1"],
      [{ gradientTolerance: Number.NaN }, "minimize: gradientTolerance must be a number >= 0, got NaN"],
    ] as const) {
      assert.throws(() => minimize(parabola, lbfgs(), start, options), { name: "InputError", message });
    }
  });
});
