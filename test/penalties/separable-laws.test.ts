import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../src";
import type { SeparablePenalty } from "../../src/penalties";
import { assertAtMost, assertClose } from "../support/assert-close";
import { isInside, moveInside, separableMembers } from "../support/penalties";
import { normals } from "../support/problems";

const coordinate = fc.constantFrom(0, 1, 2, 3);
const real = fc.double({ min: -5, max: 5, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 4, noNaN: true });
/** Steps short and so long that what is not convex has two minima. */
const anyStep = fc.oneof(positive, fc.double({ min: 4, max: 60, noNaN: true }));

/** Without shrinking, which walks along a thin set of counterexamples for minutes. */
const thorough = { numRuns: 500, endOnFailure: true };

/** A value no smaller than the minimum of `f` on [-width, width], up to the grid's error the minimum itself. */
function bruteForceMinimum(f: (b: number) => number, width = 6): number {
  let [lowest, best, radius, center] = [f(0), 0, width, 0];
  for (let round = 0; round < 6; round++) {
    for (let i = -200; i <= 200; i++) {
      const b = center + (radius * i) / 200;
      const value = f(b);
      if (value < lowest) [lowest, best] = [value, b];
    }
    center = best;
    radius /= 40;
  }
  return lowest;
}

/** The minimum of a convex function, between two ends, by ternary search. */
function convexMinimum(f: (b: number) => number, [from, to]: readonly [number, number]): number {
  let [low, high] = [Math.max(from, -1e8), Math.min(to, 1e8)];
  for (let round = 0; round < 200; round++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (f(a) <= f(b)) high = b;
    else low = a;
  }
  return f((low + high) / 2);
}

/** `curvature/2 (b - z)^2 + penalty` */
function model(R: SeparablePenalty, j: number, z: number, curvature: number, lambda: number) {
  return (b: number): number => (curvature / 2) * (b - z) ** 2 + R.coordinateValue(j, b, lambda);
}

for (const member of separableMembers) {
  const { name, penalty: R, domain = () => [-Infinity, Infinity], knots = () => [] } = member;
  const isBounded = member.domain !== undefined;
  const isIn = (j: number, b: number): boolean => domain(j)[0] <= b && b <= domain(j)[1];
  // Where the slope at zero is infinite zero is always a local minimum.
  const steep = R.violationAtZero(0, -1e9, 1) === 0;

  describe(`the penalty ${name} of a coordinate`, () => {
    it("has a prox that no point of a fine grid beats, for steps short and long", () => {
      fc.assert(
        fc.property(coordinate, real, anyStep, positive, (j, z, step, lambda) => {
          const f = (b: number): number => (b - z) ** 2 / 2 + step * R.coordinateValue(j, b, lambda);
          assertAtMost("prox", f(R.coordinateProx(j, z, step, lambda)), bruteForceMinimum(f), 1e-13);
        }),
        thorough,
      );
    });

    it("has a prox that is zero or satisfies the stationarity condition to rounding", () => {
      fc.assert(
        fc.property(coordinate, real, anyStep, positive, (j, z, step, lambda) => {
          const b = R.coordinateProx(j, z, step, lambda);
          if (b === 0) return;
          const slope = b - z + step * R.coordinateSlope(j, b, lambda);
          if (isInside(member, b, j)) assertClose("b - z + step * slope", slope, 0, 1e-13);
          else assert.ok(slope * b <= 0, "at a bound, and still falling");
        }),
      );
    });

    it(`has a prox that ${isBounded ? "keeps between its bounds" : "is odd"} and never overshoots`, () => {
      fc.assert(
        fc.property(coordinate, real, anyStep, positive, (j, z, step, lambda) => {
          const b = R.coordinateProx(j, z, step, lambda);
          if (isBounded) assert.ok(isIn(j, b) && !Object.is(b, -0));
          else assert.equal(R.coordinateProx(j, -z, step, lambda), 0 - b);
          assert.ok(b * z >= 0 && Math.abs(b) <= Math.abs(z));
        }),
      );
    });

    it("is without effect at lambda 0", () => {
      for (const z of [-4, -0.3, 0, 0.3, 4].filter((b) => isIn(1, b))) {
        for (const step of [0.1, 50]) assert.equal(R.coordinateProx(1, z, step, 0), z);
        assert.equal(R.coordinateValue(1, z, 0), 0);
        assert.equal(R.violationAtZero(1, -2, 0), 2);
      }
    });

    it("is on vectors the sum of its coordinates", () => {
      const beta = moveInside(member, normals(seededRandom(2), 4));
      const sum = beta.reduce((total, b, j) => total + R.coordinateValue(j, b, 0.7), 0);
      assertClose("value", R.value(beta, 0.7), sum, 1e-15);
      const out = new Float64Array(4);
      R.prox(beta, 0.4, 0.7, out);
      assert.deepEqual(
        out,
        beta.map((b, j) => R.coordinateProx(j, b, 0.4, 0.7)),
      );
    });

    if (R.zeroGradientBound) {
      it("holds zeros up to a size of the gradient, in all coordinates, and no further", () => {
        fc.assert(
          fc.property(fc.array(real, { minLength: 4, maxLength: 4 }), positive, (slopes, lambda) => {
            const held = R.zeroGradientBound!(lambda);
            for (const gradient of [...slopes, held, -held, held * (1 + 1e-12), -held * (1 + 1e-12)]) {
              const isHeld = Math.abs(gradient) <= held;
              for (const j of [0, 3]) assert.equal(R.violationAtZero(j, gradient, lambda) === 0, isHeld);
            }
            const [zero, gradient, ones] = [new Float64Array(4), Float64Array.from(slopes), [1, 1, 1, 1]];
            const single = slopes.map((slope, j) => R.violationAtZero(j, slope, lambda));
            assert.equal(R.violation(zero, gradient, lambda), Math.max(...single));
            const decrease = R.decrease(zero, gradient, Float64Array.from(ones), lambda);
            if (single.some((violation) => violation > 1e-6)) assert.ok(decrease > 0);
            // Where one coordinate has several minima, a stationary zero need not be the lowest.
            const hasOneMinimum = R.convex || (R.concavity ?? Infinity) <= 1;
            if (hasOneMinimum && single.every((violation) => violation === 0)) assert.equal(decrease, 0);
          }),
        );
      });
    }

    it("has the slope and the curvature that finite differences give", () => {
      fc.assert(
        fc.property(
          coordinate,
          fc.double({ min: 0.05, max: 5, noNaN: true }),
          fc.boolean(),
          (j, at, left) => {
            const level = steep ? 0 : 1e3 - R.violationAtZero(j, -1e3, 0.7);
            fc.pre(knots(level).every((knot) => Math.abs(at - knot) > 1e-3 * at));
            const b = left ? -at : at;
            fc.pre(isIn(j, 1.1 * b));
            const h = 1e-5 * at;
            const value = (x: number): number => R.coordinateValue(j, x, 0.7);
            const slope = (x: number): number => R.coordinateSlope(j, x, 0.7);
            const byDifference = [
              (value(b + h) - value(b - h)) / (2 * h),
              (slope(b + h) - slope(b - h)) / (2 * h),
            ];
            assertClose("slope", slope(b), byDifference[0], 1e-8);
            assertClose("curvature", R.coordinateCurvature(j, b, 0.7), byDifference[1], 1e-7);
          },
        ),
      );
    });

    it("has no violation at a fixed point of the prox, and one elsewhere", () => {
      fc.assert(
        fc.property(coordinate, real, positive, (j, z, lambda) => {
          const beta = new Float64Array(4);
          beta[j] = R.coordinateProx(j, z, 1, lambda);
          // The datafit 1/2 (b - z)^2 of coordinate j has this gradient; the other coordinates have none.
          const gradient = new Float64Array(4);
          gradient[j] = beta[j] - z;
          assertAtMost("violation", R.violation(beta, gradient, lambda), 0, 1e-12);
          if (beta[j] === 0 || !isInside(member, beta[j], j)) return;
          gradient[j] += 1e-3;
          assertClose("violation", R.violation(beta, gradient, lambda), 1e-3, 1e-12);
        }),
      );
    });

    it("rounds a coordinate to zero only where zero is the minimum that descent from it reaches", () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, real, (j, z, curvature, lambda, b) => {
          fc.pre(b !== 0 && isIn(j, b));
          const f = model(R, j, z, curvature, lambda);
          if (!R.roundsToZero(j, b, curvature * (b - z), curvature, lambda)) return;
          if (R.jumpAtZero) {
            // Each value may be a local minimum: none is better than zero.
            const best = R.coordinateProx(j, z, 1 / curvature, lambda);
            assertAtMost("zero", f(0), Math.min(f(best), f(b)), 1e-14 * (1 + f(0)));
            return;
          }
          if (steep) {
            // b is rounded to zero when it cannot be a local minimum itself.
            assertAtMost("second derivative", curvature + R.coordinateCurvature(j, b, lambda), 0, 1e-9);
            return;
          }
          for (let i = 20; i > 0; i--) {
            assertAtMost(`at ${i - 1}/20 of b`, f((b * (i - 1)) / 20), f((b * i) / 20), 1e-14 * (1 + f(0)));
          }
          assertAtMost("violation at zero", R.violationAtZero(j, -curvature * z, lambda), 0, 1e-14);
        }),
        thorough,
      );
    });

    it("rounds a coordinate to zero that is left near zero where zero is the minimiser", () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, (j, z, curvature, lambda) => {
          fc.pre(R.coordinateProx(j, 1.01 * z, 1 / curvature, lambda) === 0);
          for (const b of [1e-10, -1e-10]) {
            assert.ok(R.roundsToZero(j, b, curvature * (b - z), curvature, lambda));
          }
        }),
      );
    });

    it("keeps every coordinate that the prox keeps", () => {
      fc.assert(
        fc.property(coordinate, real, positive, positive, (j, z, curvature, lambda) => {
          const b = R.coordinateProx(j, z, 1 / curvature, lambda);
          if (b !== 0) assert.equal(R.roundsToZero(j, b, curvature * (b - z), curvature, lambda), false);
        }),
        thorough,
      );
    });

    it("rounds a coordinate without curvature to zero where the penalty is all there is, not where it is in balance", () => {
      for (const j of [0, 1, 2, 3]) {
        for (const b of [1e-9, 1e-3, 0.4, 7].filter((at) => isIn(j, at))) {
          if (b < 1e-2) assert.ok(R.roundsToZero(j, b, 0, 0, 0.7));
          // Where terms jump a balance of slopes says nothing.
          if (!R.jumpAtZero) assert.equal(R.roundsToZero(j, b, -R.coordinateSlope(j, b, 0.7), 0, 0.7), false);
        }
      }
    });

    it("has zero as the minimiser just above lambdaMax, and not just below", () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const random = seededRandom(seed);
          const gradient = normals(random, 4);
          gradient[0] = -Math.abs(gradient[0]);
          const curvature = normals(random, 4).map((x) => 0.1 + x * x);
          const largest = R.lambdaMax(gradient, curvature);
          const minimisers = (lambda: number): number[] =>
            Array.from(gradient, (g, j) => R.coordinateProx(j, -g / curvature[j], 1 / curvature[j], lambda));
          assert.deepEqual(minimisers(largest * (1 + 1e-10)), [0, 0, 0, 0]);
          assert.equal(minimisers(largest * (1 - 1e-9)).filter((b) => b !== 0).length, 1);
        }),
      );
    });

    it("states as decrease what the best coordinate finds on a fine grid, with and without curvature", () => {
      fc.assert(
        fc.property(fc.integer(), positive, (seed, lambda) => {
          const random = seededRandom(seed);
          const drawn = normals(random, 4).map((b) => (random.uniform() < 0.4 ? 0 : b));
          const beta = moveInside(member, drawn);
          const gradient = normals(random, 4);
          const curvature = normals(random, 4).map((x) => 0.4 + x * x);
          curvature[3] = gradient[3] = 0;
          let best = 0;
          for (let j = 0; j < 4; j++) {
            const f = (b: number): number => {
              const move = b - beta[j];
              return move * (gradient[j] + (curvature[j] / 2) * move) + R.coordinateValue(j, b, lambda);
            };
            best = Math.max(best, f(beta[j]) - bruteForceMinimum(f, 20));
          }
          const stated = R.decrease(beta, gradient, curvature, lambda);
          assertAtMost("grid", best, stated, 1e-12);
          assertAtMost("stated", stated, best, 1e-6);
        }),
      );
    });

    if (R.fenchelYoung) {
      it("has the Fenchel-Young difference of the conjugate that a search finds", () => {
        fc.assert(
          fc.property(fc.integer(), positive, (seed, lambda) => {
            const random = seededRandom(seed);
            const drawn = normals(random, 4).map((b) => (random.uniform() < 0.3 ? 0 : b));
            const beta = moveInside(member, drawn);
            const dual = normals(random, 4);
            const norm = R.dualNorm?.(dual) ?? 0;
            const inside = dual.map((u) => u * Math.min(1, (0.999 * lambda) / norm));
            let sum = R.value(beta, lambda);
            let scale = 1 + sum;
            inside.forEach((u, j) => {
              const conjugate = -convexMinimum((b) => R.coordinateValue(j, b, lambda) - u * b, domain(j));
              sum += conjugate - u * beta[j];
              scale += conjugate;
            });
            assertAtMost(
              "difference",
              Math.abs(R.fenchelYoung!(beta, inside, lambda) - sum),
              0,
              1e-10 * scale,
            );
          }),
        );
      });
    }
  });
}
