import assert from "node:assert/strict";
import { gradientDescent, lbfgs, minimize } from "../../src/optimizers";
import type { SmoothObjective } from "../../src/surrogate";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { quadratic, rosenbrock } from "../support/smooth-objectives";

const start = Float64Array.of(3);

describe("lbfgs", () => {
  it("solves Rosenbrock's valley to the precision of the gradient within 60 iterations", () => {
    const result = minimize(rosenbrock, lbfgs(), Float64Array.of(-1.2, 1), { tol: 1e-12 });
    assert.equal(result.status, "converged");
    assertAllClose("x", result.x, [1, 1], 1e-12);
    assertAtMost("iterations", result.nIter, 60);
  });

  it("solves a quadratic of condition number 1e8 within 200 iterations, where gradient descent does not", () => {
    const diagonal = Array.from({ length: 10 }, (_, i) => 10 ** ((8 * i) / 9 - 4));
    const options = { tol: 1e-9, maxIter: 200 };
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
      const options = { tol: 1e-9 * scale };
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
