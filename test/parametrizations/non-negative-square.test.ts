import assert from "node:assert/strict";
import { nonNegativeSquare } from "../../src/parametrizations";
import { assertClose } from "../support/assert-close";

/** Gradient descent on `(v^2 - z)^2 / 2 + lambda v^2`. */
function descend(z: number, lambda: number, start: number): number {
  const K = nonNegativeSquare();
  const [xi, beta, gradient] = [Float64Array.of(start), new Float64Array(1), new Float64Array(1)];
  for (let step = 0; step < 5000; step++) {
    K.forward(xi, beta);
    gradient.fill(0);
    K.pullback(xi, Float64Array.of(beta[0] - z), gradient);
    K.addSurrogateGradient(xi, lambda, gradient);
    xi[0] -= 0.02 * gradient[0];
  }
  return xi[0] ** 2;
}

describe("nonNegativeSquare", () => {
  it("reaches max(z - lambda, 0), the nonnegative prox, from either sign", () => {
    for (const start of [0.3, -0.3]) {
      assertClose("active", descend(2, 0.5, start), 1.5, 1e-12);
      assertClose("inactive", descend(0.4, 0.5, start), 0, 1e-12);
      assertClose("pushed down", descend(-1, 0.1, start), 0, 1e-12);
    }
  });

  it("has at zero the curvature 2 (lambda + gradient): a strict saddle where the lasso's condition fails", () => {
    const K = nonNegativeSquare();
    const slope = (v: number, gradient: number, lambda: number): number => {
      const out = new Float64Array(1);
      K.pullback(Float64Array.of(v), Float64Array.of(gradient), out);
      K.addSurrogateGradient(Float64Array.of(v), lambda, out);
      return out[0];
    };
    for (const [gradient, lambda] of [
      [-1, 0.5],
      [-0.2, 0.5],
      [3, 0.5],
    ]) {
      assertClose("curvature", slope(1e-3, gradient, lambda) / 1e-3, 2 * (lambda + gradient), 1e-12);
    }
  });

  it("does not move from zero", () => {
    assert.equal(descend(2, 0.5, 0), 0);
  });

  it("induces infinity where a coefficient is negative", () => {
    assert.equal(nonNegativeSquare().inducedPenalty.value(Float64Array.of(1, -1e-9), 1), Infinity);
  });
});
