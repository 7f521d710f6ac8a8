import assert from "node:assert/strict";
import { inspect } from "node:util";
import { gradientDescent, lbfgs, minimize, type Optimizer } from "../../src/optimizers";
import type { SmoothObjective } from "../../src/surrogate";
import type { Anything } from "../support/bad-input";
import { parabola } from "../support/smooth-objectives";

const start = Float64Array.of(3);

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
      [{ tol: -1 }, "minimize: tol must be a number >= 0, got -1"],
      [{ tol: Number.NaN }, "minimize: tol must be a number >= 0, got NaN"],
    ] as const) {
      assert.throws(() => minimize(parabola, lbfgs(), start, options), { name: "InputError", message });
    }
  });

  it("takes a start of any list of numbers, and copies it", () => {
    const { x } = minimize(parabola, lbfgs(), [3]);
    assert.ok(x instanceof Float64Array && Math.abs(x[0]) < 1e-8);
    assert.deepEqual(minimize(parabola, lbfgs(), start).x, x);
  });

  it("refuses what is no objective, no optimizer, no start, no callback or no signal, in one sentence", () => {
    const bad = minimize as Anything;
    for (const [call, message] of [
      [
        () => bad(undefined, lbfgs(), start),
        "minimize: the objective must be one with valueAndGradient(x, gradient), got undefined",
      ],
      [
        () => bad(parabola, lbfgs, start),
        "minimize: the optimizer must be one such as lbfgs(), got a function lbfgs",
      ],
      [
        () => bad(parabola, lbfgs(), undefined),
        "minimize: the length of x0 must be the objective's size 1, got undefined",
      ],
      [
        () => bad(parabola, lbfgs(), start, { onIteration: 5 }),
        "minimize: onIteration must be a function, got 5",
      ],
      [
        () => bad(parabola, lbfgs(), start, { signal: new AbortController() }),
        "minimize: signal must be an AbortSignal, got an AbortController",
      ],
    ] as const) {
      assert.throws(call, { name: "InputError", message });
    }
  });

  it("shows in cells and in the console how the run went and where it ended, and lists only what it holds", () => {
    const result = minimize(parabola, gradientDescent(), [3]);
    const [title, light, , , point, way] = inspect(result).split("\n");
    assert.equal(title, "minimize: converged after 1 iteration at the value 0");
    assert.equal(light, "✓ largest slope 0");
    assert.match(point, /^\s*0\s+0$/);
    assert.equal(way, "█▁  value, from 9 to 0");
    assert.deepEqual(Object.keys(result), ["x", "value", "gradientNorm", "nIter", "status", "history"]);
    assert.match(inspect(minimize(parabola, lbfgs(), [0])), /after 0 iterations/);
  });
});
