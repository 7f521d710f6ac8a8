import assert from "node:assert/strict";
import { dot } from "../../src/linalg/vector";
import * as index from "../../src/penalties";
import { type SeededRandom, seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { numericGradient, numericHessian } from "../support/finite-differences";
import {
  isInside,
  memberWeights,
  moveInside,
  type PenaltyMember,
  penaltyMembers,
} from "../support/penalties";
import { normals } from "../support/problems";
import { decreaseFound, quadraticModel } from "../support/quadratic-model";

/** Functions of the index that make no penalty. */
const NO_PENALTIES = ["isGroupwise", "isSeparable"];

/** A point of finite penalty. */
function pointOf(member: PenaltyMember, random: SeededRandom, zeros = 0): Float64Array {
  return moveInside(
    member,
    normals(random, member.size).map((b) => (random.uniform() < zeros ? 0 : b)),
  );
}

describe("the index of the penalties", () => {
  it("has no factory without a member under these laws", () => {
    const covered = new Set(penaltyMembers.map(({ penalty }) => penalty.name.split("(")[0]));
    const factories = Object.keys(index).filter((name) => !NO_PENALTIES.includes(name));
    assert.deepEqual(
      factories.filter((name) => !covered.has(name)),
      [],
    );
  });

  it("takes weights of 1 as no weights", () => {
    const weights = memberWeights.map(() => 1);
    const beta = Float64Array.of(1, -2, 0, 3);
    for (const make of [index.l1, index.elasticNet, index.scad, index.mcp]) {
      assert.equal(make({ weights }).value(beta, 0.7), make({}).value(beta, 0.7));
    }
  });

  it("refuses weights that are not positive and finite, in one sentence", () => {
    const factories: [string, (weights: number[]) => unknown][] = [
      ["l1", (weights) => index.l1({ weights })],
      ["lq", (weights) => index.lq({ q: 0.5, weights })],
      ["elasticNet", (weights) => index.elasticNet({ weights })],
      ["elasticNet", (weights) => index.elasticNet({ weights, l1Ratio: 1 })],
      ["scad", (weights) => index.scad({ weights })],
      ["mcp", (weights) => index.mcp({ weights })],
    ];
    for (const [where, make] of factories) {
      for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.throws(() => make([1, bad]), {
          name: "InputError",
          message: `${where}: weights[1] must be a positive finite number, got ${bad}`,
        });
      }
    }
  });
});

for (const member of penaltyMembers) {
  const { name, penalty: R, size, domain } = member;

  describe(`the penalty ${name}`, () => {
    it("is zero at zero, and nowhere negative", () => {
      assert.equal(R.value(new Float64Array(size), 0.7), 0);
      const random = seededRandom(1);
      for (let trial = 0; trial < 50; trial++) assert.ok(R.value(pointOf(member, random, 0.4), 0.7) >= 0);
    });

    it("leaves its inputs alone", () => {
      const random = seededRandom(2);
      const inputs = [
        pointOf(member, random, 0.3),
        normals(random, size),
        pointOf(member, random).map(Math.abs),
      ];
      const before = inputs.map((input) => input.slice());
      const [beta, gradient, curvature] = inputs;
      const out = new Float64Array(size);
      R.value(beta, 0.7);
      R.prox?.(beta, 0.4, 0.7, out);
      R.violation(beta, gradient, 0.7);
      R.dualNorm?.(gradient);
      R.fenchelYoung?.(beta, gradient, 0.7);
      R.lambdaMax(gradient, curvature);
      R.exactZeros(beta, gradient, curvature, 0.7, out);
      R.decrease(beta, gradient, curvature, 0.7);
      R.addGradient(beta, 0.7, out);
      R.addHessian?.(beta, 0.7, Int32Array.of(0), new Float64Array(1), 1);
      assert.deepEqual(inputs, before);
    });

    it("has the gradient that finite differences give, added to what is there", () => {
      const random = seededRandom(3);
      for (let trial = 0; trial < 10; trial++) {
        const beta = pointOf(member, random);
        const out = new Float64Array(size).fill(10);
        R.addGradient(beta, 0.7, out);
        const expected = numericGradient((b) => R.value(b, 0.7), beta, 1e-7).map((entry) => 10 + entry);
        assertAllClose("gradient", out, expected, 1e-6);
      }
    });

    if (R.addHessian) {
      it("has the Hessian that finite differences of the gradient give, added to the lower triangle", () => {
        const random = seededRandom(4);
        const support = Int32Array.from({ length: size }, (_, k) => k);
        for (let trial = 0; trial < 10; trial++) {
          const beta = pointOf(member, random).map((b) => b + Math.sign(b));
          const matrix = new Float64Array(size * size).fill(10);
          R.addHessian!(beta, 0.7, support, matrix, size);
          const gradient = (b: Float64Array): Float64Array => {
            const out = new Float64Array(size);
            R.addGradient(b, 0.7, out);
            return out;
          };
          numericHessian(gradient, beta, 1e-5).forEach((row, i) => {
            const expected = row.map((entry, k) => 10 + (k <= i ? entry : 0));
            assertAllClose(`row ${i}`, matrix.slice(i * size, (i + 1) * size), expected, 1e-7);
          });
        }
      });
    }

    if (R.prox) {
      it("has a prox that no point of a random search beats", () => {
        const random = seededRandom(5);
        for (let trial = 0; trial < 20; trial++) {
          const z = normals(random, size);
          const [step, lambda] = [0.1 + 5 * random.uniform(), 0.05 + random.uniform()];
          const objective = (b: Float64Array): number =>
            b.reduce((sum, entry, k) => sum + (entry - z[k]) ** 2 / 2, 0) + step * R.value(b, lambda);
          const best = new Float64Array(size);
          R.prox!(z, step, lambda, best);
          const reached = objective(best);
          for (let draw = 0; draw < 400; draw++) {
            const shrink = 2 * random.uniform();
            const radius = 10 ** (-6 * random.uniform());
            const zeros = random.uniform() < 0.5 ? 0 : random.uniform();
            const near = random.uniform() < 0.7 ? best : z;
            const point = near.map((b) =>
              random.uniform() < zeros ? 0 : shrink ** (draw % 2) * b + radius * random.normal(),
            );
            assertAtMost("the prox", reached, objective(point), 1e-13 * (1 + reached));
          }
        }
      });

      it("writes its prox over its input where asked to", () => {
        const z = normals(seededRandom(6), size);
        const out = new Float64Array(size);
        R.prox!(z, 0.5, 0.7, out);
        R.prox!(z, 0.5, 0.7, z);
        assert.deepEqual(z, out);
      });

      it("has no violation at a fixed point of the prox, and one in proportion elsewhere", () => {
        const random = seededRandom(7);
        let moved = 0;
        for (let trial = 0; trial < 40; trial++) {
          const z = normals(random, size);
          const lambda = 0.1 + 1.5 * random.uniform();
          const beta = new Float64Array(size);
          R.prox!(z, 1, lambda, beta);
          const gradient = beta.map((b, k) => b - z[k]);
          assertAtMost("violation", R.violation(beta, gradient, lambda), 1e-11);
          const length = Math.sqrt(dot(beta, beta));
          // What pushes against a bound may do so harder.
          if (length === 0 || !beta.every((b, j) => isInside(member, b, j))) continue;
          moved++;
          const pushed = gradient.map((g, k) => g + (1e-3 * beta[k]) / length);
          const violation = R.violation(beta, pushed, lambda);
          assertAtMost("lower bound", 1e-3 / Math.sqrt(size), violation, 1e-11);
          assertAtMost("upper bound", violation, 1e-3, 1e-11);
        }
        assert.ok(moved > 5);
      });

      it("sets to zero exactly what a fixed point of the prox has at zero, from near by", () => {
        const random = seededRandom(8);
        const curvature = new Float64Array(size).fill(1);
        for (let trial = 0; trial < 40; trial++) {
          const z = normals(random, size);
          const lambda = 0.1 + 1.5 * random.uniform();
          const [beta, out] = [new Float64Array(size), new Float64Array(size)];
          R.prox!(z, 1, lambda, beta);
          const gradientAt = (b: Float64Array): Float64Array => b.map((entry, k) => entry - z[k]);
          R.exactZeros(beta, gradientAt(beta), curvature, lambda, out);
          assertAllClose("what it keeps", out, beta, 0);
          const near = beta.map((b, j) => (isInside(member, b, j) ? b + 1e-9 * random.normal() : b));
          R.exactZeros(near, gradientAt(near), curvature, lambda, out);
          assertAllClose("coefficients", out, beta, 1e-8);
          assertAtMost("violation", R.violation(out, gradientAt(out), lambda), 1e-6);
          if (R.elementwise) assert.ok(out.every((b, k) => (b === 0) === (beta[k] === 0)));
        }
      });

      it("has a null model that is not optimal just below lambdaMax, and stays so below", () => {
        const random = seededRandom(9);
        for (let trial = 0; trial < 20; trial++) {
          const gradient = normals(random, size);
          gradient[0] = -Math.abs(gradient[0]);
          const h = 0.1 + 3 * random.uniform();
          const curvature = new Float64Array(size).fill(h);
          const largest = R.lambdaMax(gradient, curvature);
          const out = new Float64Array(size);
          for (const share of [1 - 1e-9, 0.5]) {
            R.prox!(
              gradient.map((g) => -g / h),
              1 / h,
              largest * share,
              out,
            );
            assert.ok(out.some((b) => b !== 0));
            assert.ok(R.decrease(new Float64Array(size), gradient, curvature, largest * share) > 0);
          }
        }
      });

      // With a bound away from zero it is that of some directions, and the conjugate is not zero in its ball.
      const isNorm =
        !domain || [0, 1, 2, 3].every((j) => domain(j).every((end) => end === 0 || end === Infinity));
      if (R.dualNorm && isNorm) {
        it("has a dual norm that no direction exceeds and the prox just inside the ball attains", () => {
          const random = seededRandom(11);
          for (let trial = 0; trial < 20; trial++) {
            const dual = normals(random, size).map((entry, k) => (k === 0 ? Math.abs(entry) : entry));
            const stated = R.dualNorm!(dual);
            const ratio = (b: Float64Array): number => dot(dual, b) / R.value(b, 1);
            for (let draw = 0; draw < 200; draw++) {
              const direction = pointOf(member, random, random.uniform());
              if (direction.some((b) => b !== 0))
                assertAtMost("a direction", ratio(direction), stated, 1e-12);
            }
            // dual - b is a subgradient of share * stated * R at b, so dual'b is at least share * stated * R(b).
            const b = new Float64Array(size);
            R.prox!(dual, 1, 0.999 * stated, b);
            assertAtMost("stated", 0.999 * stated, ratio(b), 1e-12);
            assertAtMost("the prox", ratio(b), stated, 1e-12);
          }
        });

        it("has, inside the dual ball, the Fenchel-Young difference of a conjugate that is zero there", () => {
          const random = seededRandom(12);
          for (let trial = 0; trial < 50; trial++) {
            const beta = pointOf(member, random, 0.4);
            const dual = normals(random, size);
            const lambda = R.dualNorm!(dual) * (1 + random.uniform());
            const difference = R.value(beta, lambda) - dot(dual, beta);
            assertAllClose("difference", [R.fenchelYoung!(beta, dual, lambda)], [difference], 1e-13);
          }
        });
      }

      if (R.fenchelYoung) {
        it("has a Fenchel-Young difference that is zero at subgradients", () => {
          const random = seededRandom(13);
          for (let trial = 0; trial < 50; trial++) {
            const z = normals(random, size);
            const lambda = 0.1 + random.uniform();
            const beta = new Float64Array(size);
            R.prox!(z, 1, lambda, beta);
            const difference = R.fenchelYoung!(
              beta,
              beta.map((b, k) => z[k] - b),
              lambda,
            );
            assertAtMost("difference", Math.abs(difference), 1e-13);
          }
        });
      }

      it("promises a decrease that the quadratic model has, none at its minimiser", () => {
        const random = seededRandom(10);
        for (let trial = 0; trial < 5; trial++) {
          const model = quadraticModel(size, random);
          const lambda = 0.2 + random.uniform();
          const start = pointOf(member, random, 0.5);
          const stated = R.decrease(start, model.gradient, model.curvature, lambda);
          assert.ok(stated >= 0);
          const found = decreaseFound(member, model, start, lambda, random);
          assertAtMost("stated", stated, found, 1e-9);

          const z = normals(random, size);
          const best = new Float64Array(size);
          R.prox!(z, 1, lambda, best);
          const gradient = best.map((b, k) => b - z[k]);
          const ones = new Float64Array(size).fill(1);
          assertAtMost("at the minimiser", R.decrease(best, gradient, ones, lambda), 1e-13);
        }
      });
    }
  });
}
