import assert from "node:assert/strict";
import { gradientDescent, minimize } from "../../src/optimizers";
import { assertAtMost } from "../support/assert-close";
import { parabola, rosenbrock } from "../support/smooth-objectives";

const start = Float64Array.of(3);

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
