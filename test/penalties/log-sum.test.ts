import assert from "node:assert/strict";
import { l1, logSum } from "../../src/penalties";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";

/** The lowest value of `(b - z)^2 / 2 + tau log(1 + b / epsilon)` on a grid that zooms in on its best points. */
function lowestOnGrid(z: number, tau: number, epsilon: number): number {
  const valueAt = (b: number): number => (b - z) ** 2 / 2 + tau * Math.log(1 + b / epsilon);
  let [low, high] = [0, z];
  let best = 0;
  for (let zoom = 0; zoom < 6; zoom++) {
    const step = (high - low) / 2000;
    for (let k = 0; k <= 2000; k++) if (valueAt(low + k * step) < valueAt(best)) best = low + k * step;
    [low, high] = [Math.max(best - 2 * step, 0), Math.min(best + 2 * step, z)];
  }
  return valueAt(best);
}

describe("logSum", () => {
  it("has a prox that no point of a fine grid is below", () => {
    for (const epsilon of [0.05, 0.4, 1, 3]) {
      const R = logSum({ epsilon });
      for (const step of [0.1, 1, 4]) {
        for (const z of [0, 0.02, 0.3, 0.9, 1.3, 1.7, 2.4, 5, 40]) {
          const b = R.coordinateProx(0, z, step, 0.7);
          const value = (b - z) ** 2 / 2 + step * R.coordinateValue(0, b, 0.7);
          const lowest = lowestOnGrid(z, step * 0.7, epsilon);
          assertAtMost(`epsilon ${epsilon}, step ${step}, z ${z}`, value - lowest, 1e-12 * (1 + lowest));
          assert.equal(R.coordinateProx(0, -z, step, 0.7), b > 0 ? -b : 0);
        }
      }
    }
  });

  it("is continuous up to tau = epsilon^2, and jumps beyond, from zero to more than sqrt(tau) - epsilon", () => {
    const thresholdOf = (tau: number, epsilon: number): [below: number, above: number] => {
      const R = logSum({ epsilon });
      let [low, high] = [0, 100];
      for (let halving = 0; halving < 200; halving++) {
        const middle = (low + high) / 2;
        if (R.coordinateProx(0, middle, 1, tau) === 0) low = middle;
        else high = middle;
      }
      return [low, R.coordinateProx(0, high, 1, tau)];
    };
    const [continuous, small] = thresholdOf(0.25, 1);
    assertClose("threshold", continuous, 0.25, 1e-12);
    assertAtMost("first value", small, 1e-12);
    const [jump, large] = thresholdOf(1, 0.25);
    assert.ok(jump > 2 - 0.25 && jump < 1 / 0.25, `${jump}`);
    assert.ok(large > 1 - 0.25, `${large}`);
    assertClose("both are as good", large * (large / 2 - jump) + Math.log(1 + large / 0.25), 0, 1e-12);
  });

  it("is the lasso in the limit of a large epsilon", () => {
    const [near, limit] = [logSum({ epsilon: 1e9, weights: [1, 2] }), l1({ weights: [1, 2] })];
    const beta = Float64Array.of(1.5, -0.7);
    assertClose("value", near.value(beta, 0.6e9), limit.value(beta, 0.6), 1e-8);
    const [out, expected] = [new Float64Array(2), new Float64Array(2)];
    near.prox(beta, 0.4, 0.6e9, out);
    limit.prox(beta, 0.4, 0.6, expected);
    assertAllClose("prox", out, expected, 1e-8);
  });

  it("refuses what is no positive epsilon, in one sentence", () => {
    for (const [epsilon, shown] of [
      [0, "0"],
      [-1, "-1"],
      [Infinity, "Infinity"],
      [undefined, "undefined"],
    ] as const) {
      assert.throws(() => logSum({ epsilon: epsilon as number }), {
        name: "InputError",
        message: `logSum: epsilon must be a positive finite number, got ${shown}`,
      });
    }
  });
});
