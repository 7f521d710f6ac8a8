import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { hadamardPower, hadamardProduct } from "../../src/parametrizations";
import { assertAtMost, assertClose } from "../support/assert-close";
import { balanced, type ExactPenalties, members } from "../support/parametrizations";

/** Doubles of magnitude 2^-75 and more are integers in units of `2^-fractionBits`. */
const fractionBits = 128;

/** The value of an integer in units of `2^(-2 fractionBits order)`. */
function asNumber(integer: bigint, order: number): number {
  const dropped = Math.max(integer.toString(2).length - 64, 0);
  return Number(integer >> BigInt(dropped)) * 2 ** (dropped - 2 * fractionBits * order);
}

/**
 * `R_xi - R` from integers: with `A` the surrogate and `B` the induced penalty of a coordinate,
 * `A - B = (A^k - B^k) / sum_i A^i B^(k-1-i)`, where the numerator is a rational number and is taken exactly.
 */
function exactMisalignment({ order, divisor, powers, scale }: ExactPenalties, xi: Float64Array, p: number) {
  let sum = 0;
  for (let j = 0; j < p; j++) {
    const own = Array.from(xi).filter((_, l) => l % p === j);
    const [a, b] = powers(own.map((entry) => BigInt(entry * 2 ** fractionBits)));
    const root = (power: bigint): number => (asNumber(power, order) / Number(divisor)) ** (1 / order);
    const [surrogate, induced] = [root(a), root(b)];
    let denominator = 0;
    for (let i = 0; i < order; i++) denominator += surrogate ** i * induced ** (order - 1 - i);
    sum += (scale(j) * asNumber(a - b, order)) / Number(divisor) / denominator;
  }
  return sum;
}

describe("the misalignment", () => {
  for (const member of members) {
    const { title, K, nFeatures, exact } = member;
    if (!exact) continue;
    it(`of ${title} is stated without cancellation, as exact integer arithmetic has it`, () => {
      const random = seededRandom(8);
      for (const size of [1, 1e-4, 1e-8, 1e-12]) {
        for (let trial = 0; trial < 10; trial++) {
          const beta = Float64Array.from(
            { length: nFeatures },
            () => (1 + random.uniform()) * (random.uniform() < 0.5 ? -1 : 1),
          );
          const xi = balanced(member, beta).map((entry) => entry + size * (0.1 + random.uniform()));
          const expected = exactMisalignment(exact, xi, nFeatures);
          // What doubles can know of the ratio of two factors limits it.
          const tolerance = (1e-12 + 1e-15 / size) * expected;
          assertAtMost(
            `size ${size}, exact ${expected}`,
            Math.abs(K.misalignment!(xi) - expected),
            tolerance,
          );
        }
      }
    });
  }

  it("is all of R_xi where a factor is zero or the product underflows", () => {
    for (const tiny of [0, 1e-300]) {
      const xi = Float64Array.of(tiny, 0.5, 2, tiny, 3, 1);
      const K = hadamardProduct({ depth: 3 });
      const induced = K.inducedPenalty.value(Float64Array.of(tiny, 0.5 * 3 * tiny), 1);
      assertClose("product", K.misalignment!(xi), K.surrogatePenalty(xi) - induced, 1e-14);
    }
    for (const xi of [Float64Array.of(2, 0), Float64Array.of(0, -3)]) {
      const K = hadamardPower({ depth: 2.5, sharing: "plain" });
      assertClose("power", K.misalignment!(xi), K.surrogatePenalty(xi), 1e-15);
    }
  });

  it("is zero at the origin", () => {
    for (const { K, nFeatures } of members) {
      const origin = new Float64Array(K.surrogateSize(nFeatures));
      assert.equal(K.misalignment?.(origin) ?? 0, 0);
    }
  });
});
