import assert from "node:assert/strict";
import fc from "fast-check";
import { checkParametrization } from "../../src/laws/check-parametrization";
import { maxAbs } from "../../src/linalg/vector";
import * as index from "../../src/parametrizations";
import { startingPoint } from "../../src/problem/starting-point";
import { misalignmentOf } from "../../src/problem/surrogate";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import { balanced, coefficientsOf, forward, members } from "../support/parametrizations";
import { normals } from "../support/problems";

describe("every parametrization", () => {
  it("of the index is in this suite", () => {
    const factories = Object.values(index).filter((value) => typeof value === "function");
    assert.deepEqual(new Set(members.map(({ factory }) => factory)), new Set(factories));
  });

  for (const member of members) {
    const { title, K, nFeatures } = member;
    const scaleOf = member.scaleOf ?? ((beta, j) => Math.abs(beta[j]));

    it(`${title} breaks no law of checkParametrization`, () => {
      assert.deepEqual(checkParametrization(K, 1, nFeatures), []);
    });

    it(`${title} maps balanced points back, tightly, at every scale`, () => {
      fc.assert(
        fc.property(coefficientsOf(member), (beta) => {
          const xi = balanced(member, beta);
          forward(member, xi).forEach((b, j) => {
            assertAtMost(`coordinate ${j}`, Math.abs(b - beta[j]), 1e-14 * scaleOf(beta, j));
          });
          const induced = K.inducedPenalty.value(beta, 1);
          assertAtMost("R_xi = R", Math.abs(K.surrogatePenalty(xi) - induced), 1e-13 * induced);
        }),
      );
    });

    it(`${title} majorizes its penalty by the misalignment it states`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const xi = normals(seededRandom(seed), K.surrogateSize(nFeatures));
          const beta = forward(member, xi);
          const surrogate = K.surrogatePenalty(xi);
          const gap = surrogate - K.inducedPenalty.value(beta, 1);
          assertAtMost("R <= R_xi", 0, gap, 1e-12 * surrogate);
          assertClose("misalignment", misalignmentOf(K, xi, beta), gap, 1e-13 * (1 + surrogate));
        }),
      );
    });

    it(`${title} has the pullback and the gradient that finite differences give`, () => {
      const random = seededRandom(9);
      for (let trial = 0; trial < 20; trial++) {
        // Powers may have a kink of some order at zero.
        const xi = normals(random, K.surrogateSize(nFeatures)).map((x) => x + 0.1 * Math.sign(x));
        const cotangent = normals(random, nFeatures);
        const pulled = new Float64Array(xi.length).fill(3);
        K.pullback(xi, cotangent, pulled);
        const inner = (point: Float64Array): number =>
          forward(member, point).reduce((sum, b, j) => sum + b * cotangent[j], 0);
        const slopes = numericGradient(inner, xi);
        assertAllClose(
          "pullback adds",
          pulled,
          slopes.map((g) => g + 3),
          1e-7,
        );
        const gradient = new Float64Array(xi.length).fill(-1);
        K.addSurrogateGradient(xi, 0.3, gradient);
        const numeric = numericGradient((point) => 0.3 * K.surrogatePenalty(point), xi);
        assertAllClose(
          "gradient adds",
          gradient,
          numeric.map((g) => g - 1),
          1e-7,
        );
      }
    });

    if (!K.startingPoint) continue;
    it(`${title} starts over beta, out of balance, with no coordinate stuck or locked to its sign`, () => {
      fc.assert(
        fc.property(coefficientsOf(member), fc.constantFrom(1e-8, 0.5, 1e8), (beta, magnitude) => {
          const xi = startingPoint(K, beta, magnitude);
          const scale = magnitude + maxAbs(beta);
          forward(member, xi).forEach((b, j) => {
            assertAtMost("K(xi)", Math.abs(b - beta[j]), 0, 1e-13 * scale);
          });
          for (let j = 0; j < nFeatures; j++) {
            const moved = new Float64Array(xi.length);
            K.pullback(xi, new Float64Array(nFeatures).fill(1, j, j + 1), moved);
            assert.ok(maxAbs(moved) > 0, "a coordinate is stuck");
          }
          assert.ok(misalignmentOf(K, xi, beta) > 0, "a balanced start would lock signs");
        }),
      );
    });
  }

  it("whose factors are stated has as many parameters as they have entries", () => {
    for (const { K, nFeatures } of members) {
      const sizes = K.factors!(nFeatures).map(({ size }) => size);
      assert.equal(
        sizes.reduce((sum, size) => sum + size),
        K.surrogateSize(nFeatures),
      );
    }
  });
});
