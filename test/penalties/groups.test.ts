import assert from "node:assert/strict";
import {
  compositeMcp,
  type GroupLabels,
  type Groups,
  groupL2,
  groupLpq,
  groupLq,
  groupMcp,
  groupScad,
  isGroupwise,
  l1,
  type Penalty,
  sparseGroup,
} from "../../src/penalties";
import { recipeOf } from "../../src/recipe";
import { assertClose } from "../support/assert-close";
import { groupLabels } from "../support/group-penalties";

/** Every factory with one weight a group. */
const weighted: readonly (readonly [string, (groups: GroupLabels, weights?: number[]) => Penalty])[] = [
  ["groupL2", (groups, weights) => groupL2(groups, { weights })],
  ["groupLq", (groups, weights) => groupLq(groups, { q: 0.5, weights })],
  ["groupLpq", (groups, weights) => groupLpq(groups, { p: 1, q: 0.5, weights })],
  ["groupScad", (groups, weights) => groupScad(groups, { weights })],
  ["groupMcp", (groups, weights) => groupMcp(groups, { weights })],
  ["sparseGroup", (groups, weights) => sparseGroup(groups, { l1Ratio: 0.5, weights })],
];
const factories = [...weighted, ["compositeMcp", (groups: GroupLabels) => compositeMcp(groups)] as const];

const refuses = (make: () => unknown, message: string): void =>
  assert.throws(make, { name: "InputError", message });

describe("the groups of a penalty", () => {
  it("are numbered in order of first appearance, their members ascending and not always adjacent", () => {
    const { groups } = groupL2(groupLabels as GroupLabels);
    assert.deepEqual(groups.labels, ["b", "a", 7]);
    assert.deepEqual(groups.members, [Int32Array.of(0, 2, 5), Int32Array.of(1, 4), Int32Array.of(3)]);
    assert.deepEqual(groups.sizes, Int32Array.of(3, 2, 1));
    assert.deepEqual(groups.groupOf, Int32Array.of(0, 1, 0, 2, 1, 0));
    assert.deepEqual([groups.nFeatures, groups.nGroups], [6, 3]);
  });

  it("are those of the labels given, whatever the ones before were", () => {
    const labels: (number | string)[] = [0, 0, 1];
    const before = groupL2(labels);
    assert.equal(groupL2([0, 0, 1]).groups, before.groups);
    labels[1] = 1;
    for (const other of [labels, ["0", "0", "1"], [0, 0], [0, 0, 1, 1]]) {
      const { groups } = groupL2(other);
      assert.deepEqual(
        Array.from(groups.groupOf, (g) => groups.labels[g]),
        other,
      );
    }
    assert.deepEqual(before.groups.groupOf, Int32Array.of(0, 0, 1));
    assert.deepEqual(recipeOf(before)?.args[0], [0, 0, 1]);
  });

  it("are made anew where what was kept of them is changed", () => {
    const labels = [0, 0, 1, 1];
    const changes: readonly ((kept: Groups) => void)[] = [
      ({ members }) => members[1].fill(0),
      ({ members }) => members[0].reverse(),
      ({ sizes }) => sizes.fill(1),
      ({ groupOf }) => groupOf.fill(1, 1),
    ];
    for (const change of changes) {
      change(groupL2(labels).groups);
      const { groups } = groupL2(labels);
      assert.deepEqual(groups.members, [Int32Array.of(0, 1), Int32Array.of(2, 3)]);
      assert.deepEqual(groups.sizes, Int32Array.of(2, 2));
      assert.deepEqual(groups.groupOf, Int32Array.of(0, 0, 1, 1));
    }
  });

  it("may have numbers, also in typed arrays, as labels; a number is no text of digits", () => {
    assert.equal(groupL2(Int32Array.of(4, 4, -1)).groups.nGroups, 2);
    assert.equal(groupL2([1, "1", 1]).groups.nGroups, 2);
  });

  it("are copied, so that a later change of the labels or weights changes nothing", () => {
    const labels = [0, 0, 1];
    const weights = [1, 3];
    const R = groupL2(labels, { weights });
    labels[0] = 1;
    weights[0] = 100;
    assert.equal(R.value(Float64Array.of(3, 4, 1), 1), 8);
  });

  it("are refused in one sentence where a label is missing", () => {
    for (const [where, make] of factories) {
      refuses(() => make([0, Number.NaN, 1]), `${where}: groups[1] must be a number or a string, got NaN`);
      refuses(
        () => make([0, undefined as unknown as number]),
        `${where}: groups[1] must be a number or a string, got undefined`,
      );
      refuses(
        () => make([]),
        `${where}: groups must be an array with one label per feature, got an array of 0`,
      );
      refuses(
        () => make("aab" as unknown as number[]),
        `${where}: groups must be an array with one label per feature, got "aab"`,
      );
    }
  });

  it("are refused in one sentence by coefficients of another number, in every method", () => {
    const five = new Float64Array(5);
    const one = Int32Array.of(0);
    for (const [where, make] of factories) {
      const R = make([0, 0, 1, 1]);
      const message = `${where}: groups must have one label for each of the 5 features, got 4`;
      refuses(() => R.value(five, 1), message);
      refuses(() => R.violation(five, five, 1), message);
      refuses(() => R.exactZeros(five, five, five, 1, five), message);
      refuses(() => R.decrease(five, five, five, 1), message);
      refuses(() => R.addGradient(five, 1, five), message);
      refuses(() => R.lambdaMax(five, five), message);
      refuses(() => R.addHessian!(five, 1, one, five, 1), message);
      if (R.prox) refuses(() => R.prox!(five, 1, 1, five), message);
      if (R.dualNorm) refuses(() => R.dualNorm!(five), message);
      if (R.fenchelYoung) refuses(() => R.fenchelYoung!(five, five, 1), message);
    }
  });
});

describe("the options of a penalty on groups", () => {
  it("are refused in one sentence where a weight is not positive and finite, or one is missing", () => {
    for (const [where, make] of weighted) {
      for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        refuses(
          () => make([0, 0, 1], [1, bad]),
          `${where}: weights[1] must be a positive finite number, got ${bad}`,
        );
      }
      refuses(
        () => make([0, 0, 1], [1, 1, 1]),
        `${where}: weights must have one entry for each of the 2 groups, got 3`,
      );
    }
  });

  it("are refused in one sentence where an exponent, ratio or gamma is outside its domain", () => {
    const g = [0, 0];
    refuses(() => groupLq(g, { q: 1 }), "groupLq: q must be a number strictly between 0 and 1, got 1");
    refuses(() => groupLpq(g, { p: 2, q: 1 }), "groupLpq: p must be a number in (0, 1], got 2");
    refuses(
      () => groupLpq(g, { p: 0.5, q: 0.5 }),
      "groupLpq: q must be a number strictly between 0 and p = 0.5, got 0.5",
    );
    refuses(() => groupScad(g, { gamma: 2 }), "groupScad: gamma must be a finite number above 2, got 2");
    refuses(() => groupMcp(g, { gamma: 1 }), "groupMcp: gamma must be a finite number above 1, got 1");
    refuses(
      () => compositeMcp(g, { gamma: 1 }),
      "compositeMcp: gamma must be a finite number above 1, got 1",
    );
    refuses(
      () => sparseGroup(g, { l1Ratio: 1.5 }),
      "sparseGroup: l1Ratio must be a number in [0, 1], got 1.5",
    );
    refuses(
      () => sparseGroup([0, 0, 1], { l1Ratio: 0.5, l1Weights: [1, 2] }),
      "sparseGroup: the length of l1Weights must be the number of coefficients 3, got 2",
    );
    refuses(
      () => sparseGroup([0, 1], { l1Ratio: 0.5, l1Weights: [1, 0] }),
      "sparseGroup: l1Weights[1] must be a positive finite number, got 0",
    );
    refuses(
      () => sparseGroup(g, {} as { l1Ratio: number }),
      "sparseGroup: l1Ratio must be a number in [0, 1], got undefined",
    );
  });
});

describe("penalties of norms of groups", () => {
  const make = {
    groupL2: groupL2([0, 0]),
    groupLq: groupLq([0, 0], { q: 0.5 }),
    sparseGroup: sparseGroup([0, 0], { l1Ratio: 0.5 }),
  };
  const exponent = { groupL2: 1, groupLq: 0.5, sparseGroup: 1 };

  for (const [name, R] of Object.entries(make)) {
    const degree = exponent[name as keyof typeof exponent];

    it(`such as ${name} are homogeneous also where squares under- or overflow`, () => {
      const one = R.value(Float64Array.of(3, -4), 1);
      for (const scale of [2 ** -600, 2 ** 600]) {
        const scaled = R.value(Float64Array.of(3 * scale, -4 * scale), 1);
        assertClose("value", scaled / scale ** degree, one, 1e-15);
      }
    });

    it(`such as ${name} have proximal points without negative zeros`, () => {
      const out = new Float64Array(2);
      R.prox!(Float64Array.of(-0.6, -0.1), 1, 1, out);
      assert.deepEqual(out, new Float64Array(2));
      assert.ok(out.every((entry) => Object.is(entry, 0)));
    });
  }

  it("take the lambda of the null model of a large group beside many small ones in linear time", () => {
    const half = 20_000;
    const labels = Array.from({ length: 2 * half }, (_, j) => Math.min(j, half));
    const gradient = new Float64Array(2 * half).fill(1);
    assertClose("lambdaMax", groupL2(labels).lambdaMax(gradient, gradient), Math.sqrt(half), 1e-14);
  });
});

describe("isGroupwise", () => {
  it("tells sums over groups from others", () => {
    for (const [, make] of factories) assert.ok(isGroupwise(make([0, 0, 1])));
    assert.equal(isGroupwise(l1()), false);
  });
});
