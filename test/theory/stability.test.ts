/** The theory tested: balanced points follow their coefficients, which is what keeps spurious minima away. */
import assert from "node:assert/strict";
import { checkParametrization } from "../../src/laws/check-parametrization";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardProduct,
  type Parametrization,
} from "../../src/parametrizations";
import type { Penalty } from "../../src/penalties";
import { l1 } from "../../src/penalties";
import { seededRandom } from "../../src/random/random";
import { balance, misalignment } from "../../src/theory";
import { assertAtMost } from "../support/assert-close";
import { normals } from "../support/problems";

const groups = [1, 1, 2, 2];
const members = [
  hadamardProduct(2),
  hadamardProduct(3),
  hadamardProduct(4),
  hadamardDifference(2),
  hadamardDifference(3),
  groupHadamardProduct(groups),
  groupHadamardProduct(groups, 3),
];

/** Four coefficients and a direction in which others approach them. */
const approaches: readonly (readonly [string, number[], number[]])[] = [
  ["coefficients that stay away from zero", [1, -2, 0.5, 3], [1, 1, -1, -1]],
  ["one that vanishes", [1, 0, -0.5, 3], [0, 1, 0, 0]],
  ["one that vanishes from below", [1, 0, -0.5, 3], [0, -1, 0, 0]],
  ["a group that vanishes", [0, 0, 1, -1], [3, -4, 0.5, 0]],
  ["all that vanish", [0, 0, 0, 0], [1, -1, 2, -2]],
];

/** A random balanced point over `beta`: signs of pairs of factors flipped, where that changes neither `K` nor `R_xi`. */
function anyBalanced(K: Parametrization, beta: readonly number[], seed: number): Float64Array {
  const random = seededRandom(seed);
  const xi = balance(K, beta);
  const sizes = K.factors!(4).map(({ size }) => size);
  if (!K.name.includes("Product")) return xi;
  // The last factor and the first: an entry a coefficient, or one gate and all of its group.
  const last = xi.length - sizes[sizes.length - 1];
  for (let g = 0; g < sizes[sizes.length - 1]; g++) {
    if (random.uniform() < 0.5) continue;
    xi[last + g] *= -1;
    for (let j = 0; j < 4; j++) {
      const own = sizes[sizes.length - 1] === 4 ? j === g : groups[j] === g + 1;
      if (own) xi[j] *= -1;
    }
  }
  return xi;
}

describe("points balanced over coefficients that converge", () => {
  for (const K of members) {
    for (const [what, limit, direction] of approaches) {
      it(`stay bounded and come arbitrarily near to balanced points over the limit: ${K.name}, ${what}`, () => {
        const depth = Number(/(\d)\)$/.exec(K.name)![1]);
        for (let seed = 0; seed < 8; seed++) {
          for (let n = 1; n <= 40; n++) {
            const step = 2 ** -n;
            const beta = limit.map((b, j) => b + step * direction[j]);
            const xi = anyBalanced(K, beta, seed);
            assertAtMost("balanced", misalignment(K, xi), 0, 1e-14 * K.surrogatePenalty(xi));
            // The same flips over the limit.
            const near = anyBalanced(K, limit, seed);
            const back = new Float64Array(4);
            K.forward(near, back);
            back.forEach((b, j) => {
              assertAtMost("over the limit", Math.abs(b - limit[j]), 0, 1e-14);
            });
            const distance = Math.max(...xi.map((entry, i) => Math.abs(entry - near[i])));
            // A root of order k is Hölder of order 1/k, in groups through the quotient by the norm.
            assertAtMost(`step ${step}`, distance, 0, 4 * (5 * step) ** (1 / depth) + 1e-14);
          }
        }
      });
    }
  }

  for (const K of [hadamardProduct(2), hadamardProduct(3), groupHadamardProduct([1, 1])]) {
    it(`can change sign only by way of zero, where all their factors are zero: ${K.name}`, () => {
      for (const step of [1e-4, 1e-8, 1e-12]) {
        for (const side of [1, -1]) {
          const beta = K.nFeatures === 2 ? [side * step, 0] : [side * step];
          const xi = balance(K, beta);
          const depth = Number(/(\d)\)$/.exec(K.name)![1]);
          assertAtMost("largest factor", Math.max(...xi.map(Math.abs)), step ** (1 / depth), 1e-15);
        }
      }
      assert.deepEqual(
        balance(K, K.nFeatures === 2 ? [0, 0] : [0]).map(Math.abs),
        new Float64Array(K.surrogateSize(K.nFeatures ?? 1)),
      );
    });
  }
});

describe("a coordinate without weight", () => {
  const nothing: Penalty = { ...l1(), name: "nothing", value: () => 0 };
  /** The product of two factors with `R_xi = 0`: every point is balanced. */
  const weightless: Parametrization = {
    ...hadamardProduct(2),
    name: "weightless",
    inducedPenalty: nothing,
    surrogatePenalty: () => 0,
    addSurrogateGradient: () => {},
    misalignment: () => 0,
  };

  it("has balanced points that run off to infinity over converging coefficients", () => {
    const beta = new Float64Array(1);
    for (const n of [1, 1e3, 1e6, 1e9]) {
      const xi = Float64Array.of(n, (1 + 1 / n) / n);
      weightless.forward(xi, beta);
      assertAtMost("beta converges", Math.abs(beta[0] - 1), 1 / n, 1e-15);
      assert.equal(misalignment(weightless, xi), 0);
      assert.ok(Math.hypot(...xi) >= n);
    }
  });

  it("is refused by every factory, in one sentence", () => {
    for (const make of [hadamardProduct, hadamardDifference]) {
      assert.throws(() => make(2, { weights: [1, 0] }), {
        name: "InputError",
        message: `${make.name}: weights[1] must be a positive finite number, got 0`,
      });
    }
  });

  it("on one factor only has no balanced preimage at all, which breaks a law", () => {
    const half: Parametrization = {
      ...hadamardProduct(2),
      name: "half weighted",
      inducedPenalty: nothing,
      misalignment: undefined,
      surrogatePenalty: (xi) => normSquared(xi.subarray(0, xi.length / 2)),
      addSurrogateGradient(xi, scale, out) {
        for (let j = 0; j < xi.length / 2; j++) out[j] += 2 * scale * xi[j];
      },
      // The infimum over a fibre is 0 and not attained: u = beta / v with v large is as near as one likes.
      rightInverse(beta, xi) {
        beta.forEach((b, j) => {
          xi[j] = b / 1e3;
          xi[beta.length + j] = 1e3;
        });
      },
    };
    const broken = checkParametrization(half).map(({ law }) => law);
    assert.ok(broken.includes("the surrogate penalty of the balanced preimage is the induced penalty"));
    const xi = normals(seededRandom(1), 2);
    assert.ok(half.surrogatePenalty(xi) > 0);
  });
});

function normSquared(a: Float64Array): number {
  return a.reduce((sum, entry) => sum + entry * entry, 0);
}
