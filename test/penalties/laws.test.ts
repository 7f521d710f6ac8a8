import assert from "node:assert/strict";
import fc from "fast-check";
import type { SeparablePenalty } from "../../src/penalties";
import * as index from "../../src/penalties";
import { bridgeProx, l1, lq, softThreshold } from "../../src/penalties";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

const weights = [1, 0.25, 3, 1e-2];
const members: readonly (readonly [string, SeparablePenalty])[] = [
  ["l1", l1()],
  ["weighted l1", l1({ weights })],
  ["lq(1/2)", lq(0.5)],
  ["weighted lq(1/2)", lq(0.5, { weights })],
  ["lq(2/3)", lq(2 / 3)],
  ["lq(0.05)", lq(0.05)],
  ["lq(0.95)", lq(0.95)],
];

const coordinate = fc.constantFrom(0, 1, 2, 3);
const real = fc.double({ min: -5, max: 5, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 4, noNaN: true });

/** `1/2 (b - z)^2 + step * penalty` */
function proxObjective(R: SeparablePenalty, j: number, z: number, step: number, lambda: number) {
  return (b: number): number => (b - z) ** 2 / 2 + step * R.coordinateValue(j, b, lambda);
}

/** A value no larger than the minimum of `f` on [-6, 6] plus the grid's error: grid, then finer about the best. */
function bruteForceMinimum(f: (b: number) => number): number {
  let [best, width] = [0, 6];
  let center = 0;
  for (let round = 0; round < 5; round++) {
    for (let i = -200; i <= 200; i++) {
      const b = center + (width * i) / 200;
      if (f(b) < f(best)) best = b;
    }
    center = best;
    width /= 40;
  }
  return f(best);
}

describe("every penalty", () => {
  it("of the index is in this suite", () => {
    const factories = Object.entries(index).filter(
      ([name]) => !["bridgeProx", "softThreshold", "isSeparable"].includes(name),
    );
    assert.deepEqual(
      factories.map(([name]) => name),
      ["l1", "lq"],
    );
  });

  for (const [name, R] of members) {
    it(`${name} has a prox that no point of a fine grid beats`, () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, (j, z, step, lambda) => {
          const f = proxObjective(R, j, z, step, lambda);
          assertAtMost("prox", f(R.coordinateProx(j, z, step, lambda)), bruteForceMinimum(f), 1e-13);
        }),
      );
    });

    it(`${name} has a prox that is zero or satisfies the stationarity condition to rounding`, () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, (j, z, step, lambda) => {
          const b = R.coordinateProx(j, z, step, lambda);
          if (b === 0) return;
          assertClose("b - z + step * slope", b - z + step * R.coordinateSlope(j, b, lambda), 0, 1e-13);
        }),
      );
    });

    it(`${name} has a prox that is odd and never overshoots`, () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, (j, z, step, lambda) => {
          const b = R.coordinateProx(j, z, step, lambda);
          assert.equal(R.coordinateProx(j, -z, step, lambda), 0 - b);
          assert.ok(b * z >= 0 && Math.abs(b) <= Math.abs(z));
        }),
      );
    });

    it(`${name} is on vectors the sum of its coordinates, and leaves its input alone`, () => {
      const random = seededRandom(2);
      const beta = normals(random, 4);
      const before = beta.slice();
      const sum = beta.reduce((total, b, j) => total + R.coordinateValue(j, b, 0.7), 0);
      assertClose("value", R.value(beta, 0.7), sum, 1e-15);
      const out = new Float64Array(4);
      R.prox(beta, 0.4, 0.7, out);
      assert.deepEqual(
        out,
        beta.map((b, j) => R.coordinateProx(j, b, 0.4, 0.7)),
      );
      assert.deepEqual(beta, before);
      assert.equal(R.value(new Float64Array(4), 0.7), 0);
    });

    it(`${name} has the slope and the curvature that finite differences give`, () => {
      for (const b of [0.3, -0.3, 2, -4]) {
        for (const j of [0, 1, 2]) {
          const h = 1e-5 * Math.abs(b);
          const value = (at: number): number => R.coordinateValue(j, at, 0.7);
          assertClose("slope", R.coordinateSlope(j, b, 0.7), (value(b + h) - value(b - h)) / (2 * h), 1e-8);
          const slope = (at: number): number => R.coordinateSlope(j, at, 0.7);
          assertClose(
            "curvature",
            R.coordinateCurvature(j, b, 0.7),
            (slope(b + h) - slope(b - h)) / (2 * h),
            1e-7,
          );
        }
      }
    });

    it(`${name} has no violation at a fixed point of the prox, and one elsewhere`, () => {
      fc.assert(
        fc.property(coordinate, real, positive, (j, z, lambda) => {
          const beta = new Float64Array(4);
          beta[j] = R.coordinateProx(j, z, 1, lambda);
          // The datafit 1/2 (b - z)^2 of coordinate j has this gradient; the other coordinates have none.
          const gradient = new Float64Array(4);
          gradient[j] = beta[j] - z;
          assertAtMost("violation", R.violation(beta, gradient, lambda), 0, 1e-12);
          if (beta[j] === 0) return;
          gradient[j] += 1e-3;
          assertClose("violation", R.violation(beta, gradient, lambda), 1e-3, 1e-12);
        }),
      );
    });

    it(`${name} calls a coordinate vanishing only where setting it to zero lowers the objective`, () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, real, (j, z, curvature, lambda, b) => {
          if (b === 0) return;
          const f = (at: number): number =>
            (curvature / 2) * (at - z) ** 2 + R.coordinateValue(j, at, lambda);
          const gradient = curvature * (b - z);
          if (!R.vanishes(j, b, gradient, curvature, lambda)) return;
          // Zero is the local minimum near by: all along the way from b to it the objective falls, or, for a bridge
          // penalty, b lies below every value that a local minimum can have.
          if (R.convex) assertAtMost("at zero", f(0), f(b), 1e-14);
          else assertAtMost("second derivative", curvature + R.coordinateCurvature(j, b, lambda), 0, 1e-9);
        }),
        { numRuns: 500 },
      );
    });

    it(`${name} keeps every coordinate that the prox keeps`, () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, (j, z, curvature, lambda) => {
          const b = R.coordinateProx(j, z, 1 / curvature, lambda);
          if (b !== 0) assert.equal(R.vanishes(j, b, curvature * (b - z), curvature, lambda), false);
        }),
        { numRuns: 500 },
      );
    });

    it(`${name} has zero as the minimiser just above lambdaMax, and not just below`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const random = seededRandom(seed);
          const gradient = normals(random, 4);
          const curvature = normals(random, 4).map((x) => 0.1 + x * x);
          const largest = R.lambdaMax(gradient, curvature);
          const minimisers = (lambda: number): number[] =>
            Array.from(gradient, (g, j) => R.coordinateProx(j, -g / curvature[j], 1 / curvature[j], lambda));
          assert.deepEqual(minimisers(largest * (1 + 1e-10)), [0, 0, 0, 0]);
          assert.equal(minimisers(largest * (1 - 1e-9)).filter((b) => b !== 0).length, 1);
        }),
      );
    });

    if (R.dualNorm) {
      it(`${name} has the dual norm that a search over its unit ball finds, and no point exceeds`, () => {
        const random = seededRandom(4);
        for (let trial = 0; trial < 20; trial++) {
          const gradient = normals(random, 4);
          const stated = R.dualNorm!(gradient);
          let found = 0;
          for (let draw = 0; draw < 4000; draw++) {
            // Sparse directions too: the ball has corners.
            const direction = normals(random, 4).map((d) => (random.uniform() < 0.6 ? 0 : d));
            const size = R.value(direction, 1);
            if (size === 0) continue;
            const product = direction.reduce((sum, d, j) => sum + (d / size) * gradient[j], 0);
            found = Math.max(found, Math.abs(product));
          }
          assertAtMost("search", found, stated, 1e-12);
          assertAtMost("stated", stated, found, 1e-9);
        }
      });
    }
  }

  it("refuses weights that are not positive and finite, in one sentence", () => {
    for (const [make, where] of [
      [(w: number[]) => l1({ weights: w }), "l1"],
      [(w: number[]) => lq(0.5, { weights: w }), "lq"],
    ] as const) {
      for (const [bad, shown] of [
        [0, "0"],
        [-1, "-1"],
        [Number.NaN, "NaN"],
        [Number.POSITIVE_INFINITY, "Infinity"],
      ] as const) {
        assert.throws(() => make([1, bad]), {
          name: "InputError",
          message: `${where}: weights[1] must be a positive finite number, got ${shown}`,
        });
      }
    }
  });
});

describe("lq", () => {
  it("refuses an exponent outside (0, 1) in one sentence", () => {
    for (const [q, shown] of [
      [0, "0"],
      [1, "1"],
      [-0.5, "-0.5"],
      [Number.NaN, "NaN"],
    ] as const) {
      assert.throws(() => lq(q), {
        name: "InputError",
        message: `lq: q must be a number strictly between 0 and 1, got ${shown}`,
      });
    }
  });

  it("copies its weights, so that a later change of the array changes nothing", () => {
    const mine = [1, 2];
    const R = l1({ weights: mine });
    mine[0] = 100;
    assert.equal(R.value(Float64Array.of(1, 1), 1), 3);
  });
});

describe("bridgeProx", () => {
  it("jumps at the thresholds of the exact one-dimensional solution", () => {
    // By the closed form, tau = 0.3: the global minimiser leaves zero at these z.
    for (const [q, threshold] of [
      [2 / 3, 0.59814],
      [1 / 2, 0.67221],
    ]) {
      assert.equal(bridgeProx(threshold - 1e-5, 0.3, q), 0);
      assert.ok(bridgeProx(threshold + 1e-5, 0.3, q) > 0.29);
    }
  });

  it("solves its stationarity condition just above the threshold too, where the root is nearly double", () => {
    for (const q of [0.05, 0.5, 2 / 3, 0.95, 0.999]) {
      const smallest = (2 * 0.3 * (1 - q)) ** (1 / (2 - q));
      const z = ((smallest * (2 - q)) / (2 * (1 - q))) * (1 + 1e-9);
      const b = bridgeProx(z, 0.3, q);
      assert.ok(b > 0.9 * smallest);
      assertClose(`q = ${q}`, b - z + 0.3 * q * b ** (q - 1), 0, 1e-14);
    }
  });

  it("is soft thresholding in the limit q = 1 and the identity without penalty", () => {
    for (const z of [-3, 0.2, 1.7]) {
      assertClose("q near 1", bridgeProx(z, 0.4, 1 - 1e-9), softThreshold(z, 0.4), 1e-7);
      assert.equal(bridgeProx(z, 0, 0.5), z);
    }
  });

  it("scales as the formula does, from 1e-100 to 1e100", () => {
    for (const scale of [1e-100, 1e-8, 1e8, 1e100]) {
      for (const q of [0.3, 0.5, 2 / 3, 0.9]) {
        // 1/2 (c b - c z)^2 + tau c^(2-q) |c b|^q is c^2 times the problem at scale one.
        const scaled = bridgeProx(2 * scale, 0.3 * scale ** (2 - q), q) / scale;
        assertAllClose(`q ${q}, scale ${scale}`, [scaled], [bridgeProx(2, 0.3, q)], 1e-12);
      }
    }
  });
});
