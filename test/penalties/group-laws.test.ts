/** What penalties on groups obey beyond the laws of every penalty. */
import assert from "node:assert/strict";
import { type SeededRandom, seededRandom } from "../../src";
import {
  type GroupLabels,
  type GroupPenalty,
  groupL2,
  groupLq,
  groupMcp,
  groupScad,
  l1,
  lq,
  mcp,
  type Penalty,
  scad,
  sparseGroup,
} from "../../src/penalties";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { groupLabels, groupMembers } from "../support/group-penalties";
import { normals } from "../support/problems";

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, entry, i) => sum + entry * b[i], 0);

const { groupOf } = groupL2(groupLabels as GroupLabels).groups;

/** Normal coefficients, with single zeros and whole groups of zeros among them. */
function coefficients(random: SeededRandom): Float64Array {
  const keep = [0, 1, 2].map(() => random.uniform() < 0.7);
  return normals(random, 6).map((b, j) => (keep[groupOf[j]] && random.uniform() < 0.8 ? b : 0));
}

/** The entries of group `g`. */
const blockOf = (R: GroupPenalty, g: number, v: Float64Array): Float64Array =>
  Float64Array.from(R.groups.members[g], (j) => v[j]);

/** Everything that a penalty says at a point. */
function answers(R: Penalty, beta: Float64Array, gradient: Float64Array, curvature: Float64Array) {
  const [prox, zeros, slope] = [0, 0, 0].map(() => new Float64Array(beta.length));
  R.prox!(beta, 0.7, 0.5, prox);
  R.exactZeros(beta, gradient, curvature, 0.5, zeros);
  R.addGradient(beta, 0.5, slope);
  const support = Int32Array.from(beta.keys()).filter((j) => beta[j] !== 0);
  const hessian = new Float64Array(support.length ** 2);
  R.addHessian!(beta, 0.5, support, hessian, support.length);
  return [
    R.value(beta, 0.5),
    R.violation(beta, gradient, 0.5),
    R.decrease(beta, gradient, curvature, 0.5),
    R.lambdaMax(gradient, curvature),
    R.dualNorm?.(gradient) ?? 0,
    ...prox,
    ...zeros,
    ...slope,
    ...hessian,
  ];
}

describe("groups of one", () => {
  const weights = [2, 0.5, 1.5, 1];
  const g = [3, 1, 2, 0];
  const pairs: readonly (readonly [string, Penalty, Penalty])[] = [
    ["groupL2 is l1", groupL2(g, { weights }), l1({ weights })],
    ["groupLq is lq", groupLq(g, { q: 0.5, weights }), lq({ q: 0.5, weights })],
    ["groupScad is scad", groupScad(g, { weights }), scad({ weights })],
    ["groupMcp is mcp", groupMcp(g, { weights }), mcp({ weights })],
    [
      "sparseGroup is l1 of the mixed weights",
      sparseGroup(g, { l1Ratio: 0.3, weights }),
      l1({ weights: weights.map((w) => 0.3 + 0.7 * w) }),
    ],
    [
      "sparseGroup with weights of its lasso is l1 of the mixed weights",
      sparseGroup(g, { l1Ratio: 0.3, weights, l1Weights: [3, 1, 0.2, 2] }),
      l1({ weights: weights.map((w, j) => 0.3 * [3, 1, 0.2, 2][j] + 0.7 * w) }),
    ],
  ];
  for (const [claim, grouped, separable] of pairs) {
    it(`${claim}, in all it says`, () => {
      const random = seededRandom(11);
      assert.equal(grouped.convex, separable.convex);
      assert.equal(grouped.elementwise, true);
      assert.equal(grouped.quadraticOnOrthants, separable.quadraticOnOrthants);
      for (let trial = 0; trial < 50; trial++) {
        const beta = normals(random, 4).map((b) => (random.uniform() < 0.3 ? 0 : b));
        const [gradient, curvature] = [normals(random, 4), normals(random, 4).map((h) => 0.1 + h * h)];
        const expected = answers(separable, beta, gradient, curvature);
        assertAllClose("answers", answers(grouped, beta, gradient, curvature), expected, 1e-13);
      }
    });
  }
});

describe("a zero group", () => {
  it("is left for a single coefficient too, whose curvature is less than that of the group", () => {
    const [gradient, curvature, zero] = [
      Float64Array.of(3, 0.1, 0),
      Float64Array.of(1, 4, 2),
      new Float64Array(3),
    ];
    const first = Float64Array.of(3);
    const one = Float64Array.of(1);
    for (const [grouped, alone] of [
      [groupLq([0, 0, 0], { q: 0.5 }), lq({ q: 0.5 })],
      [groupMcp([0, 0, 0], { gamma: 1.1 }), mcp({ gamma: 1.1 })],
    ] as const) {
      const largest = alone.lambdaMax(first, one);
      assertClose("lambdaMax", grouped.lambdaMax(gradient, curvature), largest, 1e-2);
      assertAtMost("lambdaMax", largest, grouped.lambdaMax(gradient, curvature));
      const stated = grouped.decrease(zero, gradient, curvature, 0.8 * largest);
      assertAtMost("decrease", alone.decrease(Float64Array.of(0), first, one, 0.8 * largest), stated);
    }
  });
});

for (const { name, penalty: R, size, treatsAlike } of groupMembers) {
  describe(`the penalty ${name} on groups`, () => {
    it("is the sum of the terms of its groups, whose members it treats alike unless they have weights", () => {
      const random = seededRandom(12);
      for (let trial = 0; trial < 10; trial++) {
        const beta = coefficients(random);
        const terms = R.groups.members.map((_, g) => R.groupValue(g, blockOf(R, g, beta), 0.4));
        assertClose(
          "value",
          R.value(beta, 0.4),
          terms.reduce((sum, term) => sum + term),
          1e-15,
        );
        if (!treatsAlike) continue;
        const swapped = Float64Array.of(beta[5], beta[4], beta[2], beta[3], beta[1], beta[0]);
        assertClose("value", R.value(swapped, 0.4), R.value(beta, 0.4), 1e-14);
      }
    });

    it("has as violation the largest slope of the objective downwards in a group", () => {
      const random = seededRandom(13);
      const h = 1e-7;
      for (let trial = 0; trial < 50; trial++) {
        const [beta, gradient] = [coefficients(random), normals(random, size)];
        const distances = R.groups.members.map((_, g) =>
          R.groupViolation(g, blockOf(R, g, beta), blockOf(R, g, gradient), 0.8),
        );
        assert.equal(R.violation(beta, gradient, 0.8), Math.max(...distances));
        const [b, slope] = [blockOf(R, 1, beta), blockOf(R, 1, gradient)];
        const before = R.groupValue(1, b, 0.8);
        let steepest = 0;
        for (let angle = 0; angle < 2 * Math.PI; angle += Math.PI / 400) {
          const d = Float64Array.of(Math.cos(angle), Math.sin(angle));
          const after = R.groupValue(
            1,
            b.map((x, i) => x + h * d[i]),
            0.8,
          );
          steepest = Math.max(steepest, -dot(slope, d) - (after - before) / h);
        }
        assertClose("violation", distances[1], steepest, 1e-5);
      }
    });

    it("lowers the objective, of any datafit with that curvature, where it sets zeros", () => {
      const random = seededRandom(14);
      let zeroed = 0;
      for (let trial = 0; trial < 300; trial++) {
        const beta = coefficients(random).map((b) => b * 10 ** (-3 * random.uniform()));
        const gradient = normals(random, size).map((g) => 0.4 * g);
        const root = normals(random, size);
        const out = new Float64Array(size);
        const curvature = root.map((r) => r * r);
        R.exactZeros(beta, gradient, curvature, 0.8, out);
        for (const g of R.groups.members.keys()) {
          const [before, after] = [blockOf(R, g, beta), blockOf(R, g, out)];
          const move = after.map((b, i) => b - before[i]);
          if (move.every((m) => m === 0)) continue;
          zeroed++;
          // Zero is the local minimum near by: of a group bridge because there is none at such a norm, with any gradient.
          const slope = R.name.startsWith("groupLq") ? 0 : dot(blockOf(R, g, gradient), move);
          // A group goes as a whole, whatever its Hessian, or coefficients go one by one.
          const roots = blockOf(R, g, root);
          const bend = R.elementwise
            ? move.reduce((sum, m, i) => sum + (m * roots[i]) ** 2, 0)
            : dot(roots, move) ** 2;
          const change = slope + bend / 2 + R.groupValue(g, after, 0.8) - R.groupValue(g, before, 0.8);
          assertAtMost("change", change, 0, 1e-14);
        }
      }
      assert.ok(zeroed > 30);
    });

    it("promises no decrease that a datafit of that curvature does not have", () => {
      const random = seededRandom(15);
      for (let trial = 0; trial < 15; trial++) {
        const [beta, gradient, root] = [coefficients(random), normals(random, size), normals(random, size)];
        const lambda = 0.1 + random.uniform();
        for (const g of [1, 2]) {
          const only = (v: Float64Array): Float64Array =>
            v.map((x, j) => (R.groups.groupOf[j] === g ? x : 0));
          const curvature = only(root).map((r) => r * r);
          const stated = R.decrease(only(beta), only(gradient), curvature, lambda);
          assert.ok(stated >= 0);
          const [b, slope, roots] = [beta, gradient, root].map((v) => blockOf(R, g, v));
          const objective = (at: Float64Array): number => {
            const move = at.map((x, i) => x - b[i]);
            return dot(slope, move) + dot(roots, move) ** 2 / 2 + R.groupValue(g, at, lambda);
          };
          const reach = b.map((x, i) => Math.abs(x) + Math.abs(slope[i]) / roots[i] ** 2);
          const found = objective(b) - gridMinimum(objective, b, Math.max(...reach));
          assertAtMost("stated", stated, found, 1e-6 * (1 + stated));
        }
      }
    });

    it("states a decrease at a zero that is a local minimum only, and none where zero is the best", () => {
      const gradient = Float64Array.of(0, 0, 0, -5, 0, 0);
      const curvature = Float64Array.of(1, 1, 1, 1, 1, 1);
      const zero = new Float64Array(size);
      const largest = R.lambdaMax(gradient, curvature);
      assert.ok(R.decrease(zero, gradient, curvature, 0.9 * largest) > 0);
      assert.equal(R.decrease(zero, gradient, curvature, 4 * largest), 0);
    });

    it("keeps its promise also where lambda is zero", () => {
      const random = seededRandom(16);
      const [beta, gradient] = [coefficients(random), normals(random, size)];
      const out = new Float64Array(size);
      assert.equal(R.value(beta, 0), 0);
      R.addGradient(beta, 0, out);
      assert.deepEqual(out.map(Math.abs), new Float64Array(size));
      const sizes = R.groups.members.map((group) => Math.hypot(...Array.from(group, (j) => gradient[j])));
      for (const at of [beta, new Float64Array(size)])
        assertClose("violation", R.violation(at, gradient, 0), Math.max(...sizes), 1e-15);
      if (!R.prox) return;
      R.prox(beta, 1, 0, out);
      assertAllClose("prox", out, beta, 1e-15);
    });

    if (R.dualNorm) {
      it("has the dual norm that a search over its unit ball finds, and no point exceeds", () => {
        const random = seededRandom(17);
        for (let trial = 0; trial < 20; trial++) {
          const gradient = normals(random, size).map((x) => x * 10 ** (2 * random.uniform()));
          const stated = R.dualNorm!(gradient);
          for (let draw = 0; draw < 500; draw++) {
            const direction = coefficients(random);
            const length = R.value(direction, 1);
            if (length > 0)
              assertAtMost("a point", dot(direction, gradient) / length, stated, 1e-12 * stated);
          }
          // The prox at the point -gradient is zero exactly from the dual norm on.
          const out = new Float64Array(size);
          R.prox!(gradient, 1, stated * (1 + 1e-12), out);
          assert.ok(out.every((b) => b === 0));
          R.prox!(gradient, 1, stated * (1 - 1e-9), out);
          assert.ok(out.some((b) => b !== 0));
        }
      });

      it("has the Fenchel-Young difference of its formula, at least 0, and 0 at a subgradient", () => {
        const random = seededRandom(18);
        for (let trial = 0; trial < 50; trial++) {
          const beta = coefficients(random);
          const free = normals(random, size);
          const dual = free.map((d) => (0.7 * d * Math.min(1, random.uniform() + 0.3)) / R.dualNorm!(free));
          const stated = R.fenchelYoung!(beta, dual, 0.7);
          assert.ok(stated >= 0);
          assertClose("difference", stated, R.value(beta, 0.7) - dot(beta, dual), 1e-14);

          const z = normals(random, size);
          const [best, difference] = [new Float64Array(size), new Float64Array(size)];
          R.prox!(z, 1, 0.7, best);
          for (let j = 0; j < size; j++) difference[j] = z[j] - best[j];
          assertAtMost("at a subgradient", Math.abs(R.fenchelYoung!(best, difference, 0.7)), 1e-15);
        }
      });
    }
  });
}

/** The least value on finer and finer grids about the best point so far, in one coordinate or two. */
function gridMinimum(f: (b: Float64Array) => number, start: Float64Array, size: number): number {
  let best: Float64Array = start;
  for (let width = size; width > 1e-6 * size; width /= 6) {
    const center = best;
    for (let i = -12; i <= 12; i++) {
      for (let m = -12; m <= (start.length > 1 ? 12 : -12); m++) {
        const steps = [i, m];
        const point = center.map((x, k) => x + (width * steps[k]) / 12);
        // Kinks lie on the axes.
        const onAxis = center.map((x, k) => (steps[k] === 0 ? 0 : x + (width * steps[k]) / 12));
        for (const candidate of [point, onAxis]) if (f(candidate) < f(best)) best = candidate;
      }
    }
  }
  return f(best);
}
