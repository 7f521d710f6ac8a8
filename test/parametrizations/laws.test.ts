import assert from "node:assert/strict";
import fc from "fast-check";
import { checkParametrization } from "../../src/laws/check-parametrization";
import { maxAbs } from "../../src/linalg/vector";
import { startingPoint } from "../../src/objectives/starting-point";
import { lbfgs, minimize } from "../../src/optimizers";
import type { Parametrization } from "../../src/parametrizations";
import * as index from "../../src/parametrizations";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import { normals } from "../support/problems";

/** Members with weights take up to four coefficients. */
const fourWeights = [2, 0.5, 1e-3, 7];

/** Every factory of the index, at several depths and with weights. */
const factories = [index.hadamardDifference, index.hadamardProduct];
const members: Parametrization[] = factories.flatMap((make) =>
  [2, 3, 4, 5].flatMap((depth) => [make(depth), make(depth, { weights: fourWeights })]),
);

const coefficient = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e-12, -1e12),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((b) => b === 0 || Math.abs(b) > 1e-12),
);
const threeCoefficients = fc
  .array(coefficient, { minLength: 3, maxLength: 3 })
  .map((values) => Float64Array.from(values));

function forward(K: Parametrization, xi: Float64Array, p: number): Float64Array {
  const beta = new Float64Array(p);
  K.forward(xi, beta);
  return beta;
}

function balanced(K: Parametrization, beta: Float64Array): Float64Array {
  const xi = new Float64Array(K.surrogateSize(beta.length));
  K.rightInverse(beta, xi);
  return xi;
}

/** `min { R_xi(xi) : K(xi) = b }` in one dimension by a penalty method that knows nothing of the balanced point. */
function fibreMinimum(K: Parametrization, b: number, start: Float64Array): number {
  let multiplier = 0;
  let xi = start;
  for (let weight = 1e2; weight <= 1e4; weight *= 10) {
    for (let round = 0; round < 8; round++) {
      const excess = (point: Float64Array): number => forward(K, point, 1)[0] - b;
      const result = minimize(
        {
          size: xi.length,
          valueAndGradient(point, gradient) {
            const e = excess(point);
            gradient.fill(0);
            K.pullback(point, Float64Array.of(multiplier + weight * e), gradient);
            K.addSurrogateGradient(point, 1, gradient);
            return K.surrogatePenalty(point) + multiplier * e + (weight / 2) * e * e;
          },
        },
        lbfgs(),
        xi,
        { gradientTolerance: 1e-12 },
      );
      xi = result.x;
      multiplier += weight * excess(xi);
    }
  }
  assertClose("the fibre minimizer maps to b", forward(K, xi, 1)[0], b, 1e-10);
  return K.surrogatePenalty(xi);
}

/**
 * `R_xi - R` from integers: with `A` the surrogate penalty of a coordinate and `B = A'^k` its induced penalty to the
 * power k, `A - A' = (A^k - B) / sum_i A^i A'^(k-1-i)`, where the numerator is a rational number and is taken exactly.
 */
function exactMisalignment(K: Parametrization, xi: Float64Array, weights: readonly number[] = []): number {
  const [family, depth] = /(\w+)\((\d)\)/.exec(K.name)!.slice(1);
  const product = family === "hadamardProduct";
  const [k, bigK] = [Number(depth), BigInt(depth)];
  const p = xi.length / K.surrogateSize(1);
  let sum = 0;
  for (let j = 0; j < p; j++) {
    const factors = Array.from(
      xi.filter((_, l) => l % p === j),
      (entry) => BigInt(entry * 2 ** fractionBits),
    );
    const squares = factors.reduce((total, factor) => total + factor ** 2n, 0n);
    const power = product
      ? bigK ** bigK * factors.reduce((all, factor) => all * factor ** 2n, 1n)
      : (factors[0] ** bigK - factors[1] ** bigK) ** 2n;
    const divisor = product ? k ** k : 1;
    const numerator = asNumber(squares ** bigK - power, k) / divisor;
    const surrogate = asNumber(squares, 1) / (product ? k : 1);
    const induced = (asNumber(power, k) / divisor) ** (1 / k);
    let denominator = 0;
    for (let i = 0; i < k; i++) denominator += surrogate ** i * induced ** (k - 1 - i);
    sum += ((weights[j] ?? 1) * numerator) / denominator;
  }
  return sum;
}

/** Doubles of magnitude 2^-75 and more are integers in units of `2^-fractionBits`. */
const fractionBits = 128;

/** The value of an integer in units of `2^(-2 fractionBits k)`. */
function asNumber(integer: bigint, k: number): number {
  const dropped = Math.max(integer.toString(2).length - 64, 0);
  return Number(integer >> BigInt(dropped)) * 2 ** (dropped - 2 * fractionBits * k);
}

describe("every parametrization", () => {
  it("of the index is in this suite", () => {
    assert.deepEqual(
      Object.values(index).filter((value) => typeof value === "function"),
      factories,
    );
  });

  for (const [i, K] of members.entries()) {
    const name = `${K.name}${i % 2 ? " with weights" : ""}`;
    const weights = i % 2 ? fourWeights : undefined;

    it(`${name} breaks no law of checkParametrization`, () => {
      assert.deepEqual(checkParametrization(K), []);
      assert.deepEqual(checkParametrization(K, 2), []);
    });

    it(`${name} induces its penalty with constant one, by minimising over fibres`, () => {
      const random = seededRandom(5);
      for (const b of [1, -0.3, 2.5]) {
        const least = Math.min(
          ...[0.1, 1, 3].map((magnitude) => {
            const unbalanced = startingPoint(K, Float64Array.of(b), magnitude);
            return fibreMinimum(
              K,
              b,
              unbalanced.map((entry) => entry + 0.05 * random.normal()),
            );
          }),
        );
        const induced = K.inducedPenalty.value(Float64Array.of(b), 1);
        assertClose(`b = ${b}`, least / induced, 1, 1e-8);
      }
    });

    it(`${name} maps balanced points back, tightly, at every scale`, () => {
      fc.assert(
        fc.property(threeCoefficients, (beta) => {
          const xi = balanced(K, beta);
          forward(K, xi, 3).forEach((b, j) => {
            assert.ok(
              Math.abs(b - beta[j]) <= 1e-14 * Math.abs(beta[j]),
              `coordinate ${j}: ${b} for ${beta[j]}`,
            );
          });
          const induced = K.inducedPenalty.value(beta, 1);
          const surrogate = K.surrogatePenalty(xi);
          assert.ok(Math.abs(surrogate - induced) <= 1e-13 * induced, `R_xi ${surrogate}, R ${induced}`);
        }),
      );
    });

    it(`${name} majorizes its penalty by the misalignment it states`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const xi = normals(seededRandom(seed), K.surrogateSize(4));
          const surrogate = K.surrogatePenalty(xi);
          const gap = surrogate - K.inducedPenalty.value(forward(K, xi, 4), 1);
          assertAtMost("R <= R_xi", 0, gap, 1e-12 * surrogate);
          assertClose("misalignment", K.misalignment!(xi), gap, 1e-13 * (1 + surrogate));
        }),
      );
    });

    it(`${name} states a misalignment without cancellation, as exact integer arithmetic has it`, () => {
      const random = seededRandom(8);
      for (const size of [1, 1e-4, 1e-8, 1e-12]) {
        for (let trial = 0; trial < 10; trial++) {
          const beta = Float64Array.from(
            { length: 4 },
            () => (1 + random.uniform()) * (random.uniform() < 0.5 ? -1 : 1),
          );
          const xi = balanced(K, beta).map((entry) => entry + size * (0.1 + random.uniform()));
          const exact = exactMisalignment(K, xi, weights);
          const stated = K.misalignment!(xi);
          // The factors' own logarithms limit what doubles can know of their ratio.
          const tolerance = 1e-12 + 1e-15 / size;
          assert.ok(
            Math.abs(stated - exact) <= tolerance * exact,
            `size ${size}: stated ${stated}, exact ${exact}`,
          );
        }
      }
    });

    it(`${name} has the pullback and the gradient that finite differences give`, () => {
      const random = seededRandom(9);
      for (let trial = 0; trial < 20; trial++) {
        const xi = normals(random, K.surrogateSize(4));
        const cotangent = normals(random, 4);
        const pulled = new Float64Array(xi.length).fill(3);
        K.pullback(xi, cotangent, pulled);
        const inner = (point: Float64Array): number =>
          forward(K, point, 4).reduce((sum, b, j) => sum + b * cotangent[j], 0);
        assertAllClose(
          "pullback adds",
          pulled,
          numericGradient(inner, xi).map((g) => g + 3),
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

    it(`${name} starts over beta, out of balance, with no coordinate stuck or locked to its sign`, () => {
      fc.assert(
        fc.property(threeCoefficients, fc.constantFrom(1e-8, 0.5, 1e8), (beta, magnitude) => {
          const xi = startingPoint(K, beta, magnitude);
          const scale = magnitude + maxAbs(beta);
          forward(K, xi, 3).forEach((b, j) => {
            assertAtMost("K(xi)", Math.abs(b - beta[j]), 0, 1e-13 * scale);
          });
          for (let j = 0; j < 3; j++) {
            const moved = new Float64Array(xi.length);
            K.pullback(xi, Float64Array.of(0, 0, 0).fill(1, j, j + 1), moved);
            assert.ok(maxAbs(moved) > 0, "a coordinate is stuck");
          }
          assert.ok(K.misalignment!(xi) > 0, "a balanced start would lock signs");
        }),
      );
    });
  }

  it("states all of R_xi as misalignment where a factor is zero or the product underflows", () => {
    for (const tiny of [0, 1e-300]) {
      const xi = Float64Array.of(tiny, 0.5, 2, tiny, 3, 1);
      const K = index.hadamardProduct(3);
      const product = K.inducedPenalty.value(Float64Array.of(tiny, 0.5 * 3 * tiny), 1);
      assertClose("product", K.misalignment!(xi), K.surrogatePenalty(xi) - product, 1e-14);
    }
    const zeros = new Float64Array(6);
    for (const K of members) if (K.surrogateSize(3) === 6) assert.equal(K.misalignment!(zeros), 0);
  });
});
