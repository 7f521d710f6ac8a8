import assert from "node:assert/strict";
import { maxAbs } from "../../src/linalg/vector";
import { hadamardProduct } from "../../src/parametrizations";
import { l1 } from "../../src/penalties";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { balanced, forward, intoImage, type Member, members } from "../support/parametrizations";

/** Limits and the directions in which they are approached, from both sides. */
const approaches: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ["to zero", [0, 0, 0, 0, 0, 0], [1, -2, 0.5, 1, -1, 0.3]],
  ["across a sign change", [0, 1, 0, -2, 0, 0.5], [1, 0, -3, 0, 2, 0]],
  ["away from zero", [1, -2, 0.5, 3, 2, -1], [1, 1, -1, 2, 0.5, 0]],
];

/** `beta + 2^-n direction`, in the image of the member. */
function approaching(member: Member, limit: Float64Array, direction: Float64Array, n: number): Float64Array {
  return intoImage(
    member,
    limit.map((b, j) => b + 2 ** -n * direction[j]),
  );
}

describe("balanced preimages are upper hemicontinuous", () => {
  for (const [approach, limits, directions] of approaches) {
    it(`in every parametrization ${approach}: over beta_n -> beta they converge to one over beta`, () => {
      for (const member of members) {
        const limit = intoImage(member, Float64Array.from(limits.slice(0, member.nFeatures)));
        for (const side of [1, -1]) {
          const direction = Float64Array.from(limits, (_, j) => side * directions[j]);
          const late = balanced(member, approaching(member, limit, direction, 400));
          const later = balanced(member, approaching(member, limit, direction, 800));
          assertAllClose(`${member.title} converges`, later, late, 1e-12);
          assertAllClose(`${member.title} maps to beta`, forward(member, later), limit, 1e-12);
          const induced = member.K.inducedPenalty.value(limit, 1);
          assertClose(`${member.title} is balanced`, member.K.surrogatePenalty(later), induced, 1e-12);
        }
      }
    });
  }

  it("in every parametrization because the surrogate penalty bounds its points: it grows as their square", () => {
    for (const { K, nFeatures, title } of members) {
      const size = K.surrogateSize(nFeatures);
      for (let i = 0; i < size; i++) {
        const axis = new Float64Array(size);
        axis[i] = 1;
        const share = K.surrogatePenalty(axis);
        assertAtMost(`${title} is positive`, 1e-4, share);
        axis[i] = 1e3;
        assertClose(title, K.surrogatePenalty(axis) / share, 1e6, 1e-12);
      }
    }
  });

  it("but not with a weight of zero, over which balanced points run away, and which is refused", () => {
    const K = hadamardProduct({ depth: 2 });
    const beta = new Float64Array(1);
    for (const n of [1e3, 1e6, 1e9]) {
      const xi = Float64Array.of(n, n ** -2);
      K.forward(xi, beta);
      // With weight 0 both penalties are zero: xi is balanced over beta_n = 1/n -> 0, and unbounded.
      assert.equal(0 * K.surrogatePenalty(xi), 0 * l1().value(beta, 1));
      assertClose("beta_n", beta[0], 1 / n, 1e-15);
      assert.equal(maxAbs(xi), n);
    }
    assert.throws(() => hadamardProduct({ depth: 2, weights: [0] }), {
      message: "hadamardProduct: weights[0] must be a positive finite number, got 0",
    });
  });
});
