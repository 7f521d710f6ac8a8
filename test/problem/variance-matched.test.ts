import assert from "node:assert/strict";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { initialize, varianceMatched } from "../../src/surrogate";
import { assertAtMost, assertClose } from "../support/assert-close";

function coefficients(K: Parametrization, xi: Float64Array, p: number): number[] {
  const beta = new Float64Array(p);
  K.forward(xi, beta);
  return [...beta];
}

describe("varianceMatched", () => {
  for (const [depth, sigma] of [
    [2, 0.1],
    [3, 0.1],
    [4, 1],
  ]) {
    it(`keeps every factor within its bounds, depth ${depth}, sigma ${sigma}`, () => {
      const epsilon = 0.01 * sigma;
      const xi = initialize(hadamardProduct({ depth }), 500, varianceMatched({ sigma, epsilon, seed: 2 }));
      const magnitudes = xi.map(Math.abs);
      assertAtMost("smallest", epsilon ** (1 / depth), Math.min(...magnitudes));
      assertAtMost("largest", Math.max(...magnitudes), Math.min(1, (2 * sigma) ** (1 / depth)));
      assert.ok(xi.some((entry) => entry < 0) && xi.some((entry) => entry > 0));
    });
  }

  it("gives products the variance of independent truncated normals, about sigma^2", () => {
    const [sigma, p] = [0.2, 20_000];
    const epsilon = 0.02;
    const beta = coefficients(
      hadamardProduct({ depth: 2 }),
      varianceMatched({ sigma, epsilon })(hadamardProduct({ depth: 2 }), p),
      p,
    );
    const variance = beta.reduce((sum, b) => sum + b * b, 0) / p;
    // E[w^2] of N(0, sigma) between sqrt(epsilon) and sqrt(2 sigma), by the midpoint rule.
    const [from, to] = [Math.sqrt(epsilon), Math.sqrt(2 * sigma)];
    let [mass, moment] = [0, 0];
    for (let i = 0; i < 10_000; i++) {
      const w = from + ((i + 0.5) / 10_000) * (to - from);
      mass += Math.exp(-(w * w) / (2 * sigma));
      moment += w * w * Math.exp(-(w * w) / (2 * sigma));
    }
    assertClose("variance over sigma^2", variance / sigma ** 2, (moment / mass) ** 2 / sigma ** 2, 0.03);
  });

  it("goes by the degree of the map, which a difference of cubes has too", () => {
    const xi = varianceMatched({ sigma: 1e-3 })(hadamardDifference({ depth: 3 }), 200).map(Math.abs);
    assertAtMost("largest", Math.max(...xi), 0.002 ** (1 / 3));
    assertAtMost("smallest", 1e-5 ** (1 / 3), Math.min(...xi));
  });
});
