import assert from "node:assert/strict";
import { gradientDescent, minimize, momentum } from "../../src/optimizers";
import { assertAtMost } from "../support/assert-close";
import { parabola, quadratic } from "../support/smooth-objectives";

describe("momentum", () => {
  it("takes the steps of the heavy ball, exactly", () => {
    const iterates: number[] = [];
    minimize(parabola, momentum({ step: 0.125, momentum: 0.5 }), Float64Array.of(4), {
      maxIter: 3,
      onIteration: ({ x }) => void iterates.push(x[0]),
    });
    // Gradients 8, 6, 3.5; velocities 8, 10, 8.5.
    assert.deepEqual(iterates, [4, 3, 1.75, 0.6875]);
  });

  it("needs fewer iterations than gradient descent where the condition is bad", () => {
    const [objective, start] = [quadratic([1, 1e-3]), Float64Array.of(1, 9)];
    const options = { maxIter: 20_000, tol: 1e-9 };
    const slow = minimize(objective, gradientDescent({ step: 1 }), start, options);
    const fast = minimize(objective, momentum({ step: 1 }), start, options);
    assert.equal(fast.status, "converged");
    // Both lose the slow coordinate at a rate of about the step over 1 - mu.
    assertAtMost("iterations", fast.nIter, slow.nIter / 5);
  });

  it("refuses options out of their domain, in one sentence", () => {
    for (const [options, message] of [
      [{ step: 0 }, "momentum: step must be a positive finite number, got 0"],
      [{ step: 1, momentum: 1 }, "momentum: momentum must be a number >= 0 below 1, got 1"],
      [{ step: 1, momentum: -0.1 }, "momentum: momentum must be a number >= 0 below 1, got -0.1"],
      [{ step: 1, momentum: Number.NaN }, "momentum: momentum must be a number >= 0 below 1, got NaN"],
    ] as const) {
      assert.throws(() => momentum(options), { name: "InputError", message });
    }
  });
});
