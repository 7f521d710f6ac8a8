import assert from "node:assert/strict";
import { gradientDescent, minimize, nesterov } from "../../src/optimizers";
import { assertAtMost, assertClose } from "../support/assert-close";
import { parabola, quadratic } from "../support/smooth-objectives";

const diagonal = Array.from({ length: 10 }, (_, i) => 10 ** (-i / 2));
const start = new Float64Array(10).fill(20);

describe("nesterov", () => {
  it("takes Nesterov's steps", () => {
    const iterates: number[] = [];
    minimize(parabola, nesterov({ step: 0.25, restart: false }), Float64Array.of(4), {
      maxIter: 2,
      onIteration: ({ x }) => void iterates.push(x[0]),
    });
    // x is 4, 2, 1 and t is 1, the golden ratio and its successor.
    const golden = (1 + Math.sqrt(5)) / 2;
    const inertia = (golden - 1) / ((1 + Math.sqrt(1 + 4 * golden ** 2)) / 2);
    assert.deepEqual(iterates.slice(0, 2), [4, 2]);
    assertClose("the third point", iterates[2], 1 - inertia, 1e-15);
  });

  it("keeps its bound 2 L ||x0 - x*||^2 / (k + 1)^2 after every step", () => {
    const objective = quadratic(diagonal);
    const distance = start.reduce((sum, entry, i) => sum + (entry - i) ** 2, 0);
    const stepped = new Float64Array(10);
    minimize(objective, nesterov({ step: 1, restart: false }), start, {
      maxIter: 2000,
      tol: 0,
      onIteration({ x, gradient }, iteration) {
        for (let i = 0; i < 10; i++) stepped[i] = x[i] - gradient[i];
        const value = objective.valueAndGradient(stepped, new Float64Array(10));
        const k = iteration + 1;
        assertAtMost(`step ${k}`, value, (2 * distance) / (k + 1) ** 2);
      },
    });
  });

  it("is linear with restarts, where it is not without, and gradient descent is slower than both", () => {
    const options = { maxIter: 20_000, tol: 1e-9 };
    const run = (optimizer: Parameters<typeof minimize>[1]) =>
      minimize(quadratic(diagonal), optimizer, start, options);
    const restarted = run(nesterov({ step: 1 }));
    assert.equal(restarted.status, "converged");
    assertAtMost("with restarts", restarted.nIter, 3000);
    const plain = run(nesterov({ step: 1, restart: false }));
    assertAtMost("against without", 2 * restarted.nIter, plain.nIter);
    assert.equal(run(gradientDescent({ step: 1 })).status, "max-iter");
  });

  it("without a step finds its own, whatever the objective is scaled by, to the precision of the gradient", () => {
    for (const scale of [1e-6, 1, 1e6]) {
      const result = minimize(quadratic(diagonal.map((d) => scale * d)), nesterov(), start, {
        maxIter: 3000,
        tol: 1e-10 * scale,
      });
      assert.equal(result.status, "converged", `scale ${scale}`);
    }
  });

  it("refuses a step that is not positive and finite, in one sentence", () => {
    for (const step of [0, -1, Number.NaN]) {
      assert.throws(() => nesterov({ step }), {
        name: "InputError",
        message: `nesterov: step must be a positive finite number, got ${step}`,
      });
    }
  });
});
