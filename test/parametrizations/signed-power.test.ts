import assert from "node:assert/strict";
import { signedPower } from "../../src/parametrizations";
import { assertAtMost, assertClose } from "../support/assert-close";

/** Gradient descent on `(v |v|^(k-1) - z)^2 / 2 + lambda v^2`, and all it passed through. */
function descend(depth: number, z: number, lambda: number, start: number): number[] {
  const K = signedPower({ depth });
  const [xi, beta, gradient] = [Float64Array.of(start), new Float64Array(1), new Float64Array(1)];
  const visited = [start];
  for (let step = 0; step < 2000; step++) {
    K.forward(xi, beta);
    gradient.fill(0);
    K.pullback(xi, Float64Array.of(beta[0] - z), gradient);
    K.addSurrogateGradient(xi, lambda, gradient);
    xi[0] -= 0.02 * gradient[0];
    visited.push(xi[0]);
  }
  return visited;
}

describe("signedPower", () => {
  it("is balanced everywhere: the surrogate penalty is the induced one", () => {
    const K = signedPower({ depth: 3 });
    assert.equal(K.misalignment!(Float64Array.of(0.3, -2)), 0);
    assertClose(
      "R",
      K.inducedPenalty.value(Float64Array.of(8), 1),
      K.surrogatePenalty(Float64Array.of(2)),
      1e-15,
    );
  });

  it("keeps the sign of its start: from the wrong side descent ends at zero, which is no minimum", () => {
    for (const depth of [2, 3]) {
      const [right, wrong] = [descend(depth, 2, 0.1, 0.5), descend(depth, 2, 0.1, -0.5)];
      assert.ok(Math.min(...right) > 0);
      assert.ok(right[2000] > 1);
      assert.ok(Math.max(...wrong) <= 0);
      assertAtMost("it ends at zero", Math.abs(wrong[2000]), 1e-6 + (depth === 2 ? 0 : 1e-2));
    }
  });

  it("does not move from zero", () => {
    assert.equal(descend(2, 2, 0.1, 0)[2000], 0);
  });

  it("states how smooth it is: without limit at odd depths", () => {
    const smoothness = [2, 2.5, 3, 4].map((depth) => signedPower({ depth }).smoothness);
    assert.deepEqual(smoothness, [1, 2.5, Infinity, 3]);
  });

  it("refuses depths below 2", () => {
    assert.throws(() => signedPower({ depth: 1.5 }), {
      name: "InputError",
      message: "signedPower: depth must be a finite number >= 2, got 1.5",
    });
  });
});
