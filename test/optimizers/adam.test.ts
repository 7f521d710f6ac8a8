import assert from "node:assert/strict";
import { type AdamOptions, adam, minimize } from "../../src/optimizers";
import type { SmoothObjective } from "../../src/surrogate";
import { assertAllClose } from "../support/assert-close";
import { quadratic } from "../support/smooth-objectives";

function points(objective: SmoothObjective, options: AdamOptions, maxIter: number): number[] {
  const iterates: number[] = [];
  minimize(objective, adam(options), Float64Array.of(9, -9), {
    maxIter,
    onIteration: ({ x }) => void iterates.push(...x),
  });
  return iterates;
}

describe("adam", () => {
  it("first moves every entry by its step, however steep", () => {
    const [, , x, y] = points(quadratic([1e-3, 1e3]), { step: 0.25, epsilon: 1e-30 }, 1);
    assertAllClose("moves", [x, y], [9 - 0.25, -9 + 0.25], 1e-14);
  });

  it("takes the same way whatever the objective is multiplied by", () => {
    const small = points(quadratic([1, 3]), { step: 0.1, epsilon: 1e-30 }, 50);
    const large = points(quadratic([1e8, 3e8]), { step: 0.1, epsilon: 1e-30 }, 50);
    assertAllClose("iterates", large, small, 1e-12);
  });

  it("with beta1 and beta2 of 0 steps by the sign of the gradient", () => {
    assertAllClose(
      "iterates",
      points(quadratic([1, 1]), { step: 1, beta1: 0, beta2: 0, epsilon: 1e-30 }, 3),
      [9, -9, 8, -8, 7, -7, 6, -6],
      1e-14,
    );
  });

  it("weighs past gradients and squares by beta1 and beta2, corrected for their start at zero", () => {
    // Gradients 9, then 9 - 0.5: the second step by the formulas of Kingma and Ba.
    const second = 9 - 0.5;
    const m = (0.5 * 0.5 * 9 + 0.5 * second) / (1 - 0.5 ** 2);
    const v = (0.75 * 0.25 * 81 + 0.25 * second ** 2) / (1 - 0.75 ** 2);
    const iterates = points(quadratic([1, 1]), { step: 0.5, beta1: 0.5, beta2: 0.75, epsilon: 1e-30 }, 2);
    assertAllClose("x", [iterates[4]], [second - (0.5 * m) / Math.sqrt(v)], 1e-14);
  });

  it("refuses decay beside the step, under either name and whatever its size, in a sentence that says why", () => {
    const why =
      "decay beside the adaptive step has fixed points that are no minima of the penalized problem, so put the penalty into the objective";
    for (const name of ["weightDecay", "decoupledWeightDecay"]) {
      assert.throws(() => adam({ [name]: 0.01 }), {
        name: "InputError",
        message: `adam: ${name} must be left out, got 0.01; ${why}`,
      });
    }
  });

  it("refuses options out of their domain, in one sentence", () => {
    const cases: readonly (readonly [AdamOptions, string])[] = [
      [{ step: 0 }, "adam: step must be a positive finite number, got 0"],
      [{ beta1: 1 }, "adam: beta1 must be a number >= 0 below 1, got 1"],
      [{ beta2: -0.5 }, "adam: beta2 must be a number >= 0 below 1, got -0.5"],
      [{ epsilon: 0 }, "adam: epsilon must be a positive finite number, got 0"],
    ];
    for (const [options, message] of cases) {
      assert.throws(() => adam(options), { name: "InputError", message });
    }
  });
});
