import assert from "node:assert/strict";
import { type SeededRandom, seededRandom } from "../../src";
import {
  groupHadamardPower,
  groupHadamardProduct,
  hadamardPower,
  hadamardProduct,
  nestedHadamard,
  type Parametrization,
  sparseGroupProduct,
} from "../../src/parametrizations";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { groupMembers } from "../support/group-parametrizations";
import { balanced, forward } from "../support/parametrizations";
import { normals } from "../support/problems";

const refuses = (make: () => unknown, message: string): void =>
  assert.throws(make, { name: "InputError", message });

/** Everything that a parametrization says at a point. */
function answers(K: Parametrization, xi: Float64Array, beta: Float64Array): number[] {
  const image = new Float64Array(beta.length);
  const [pulled, gradient, inverse, start] = [0, 0, 0, 0].map(() => new Float64Array(xi.length));
  K.forward(xi, image);
  K.pullback(xi, beta, pulled);
  K.addSurrogateGradient(xi, 0.3, gradient);
  K.rightInverse(beta, inverse);
  K.startingPoint!(beta, 0.5, start);
  return [
    K.surrogatePenalty(xi),
    K.misalignment!(xi),
    K.smoothness,
    ...image,
    ...pulled,
    ...gradient,
    ...inverse,
    ...start,
  ];
}

/** The largest angle, in degrees, between an axis and the coefficients of points near by. */
function widestAngle(K: Parametrization, xi: readonly number[], axis: readonly number[]): number {
  const random: SeededRandom = seededRandom(4);
  const beta = new Float64Array(axis.length);
  let least = 1;
  for (let trial = 0; trial < 2000; trial++) {
    K.forward(
      Float64Array.from(xi, (x) => x + 0.2 * (2 * random.uniform() - 1)),
      beta,
    );
    const along = Math.abs(beta.reduce((sum, b, j) => sum + b * axis[j], 0));
    least = Math.min(least, along / Math.hypot(...beta) / Math.hypot(...axis));
  }
  return (180 / Math.PI) * Math.acos(least);
}

describe("groups of one", () => {
  const groups = ["x", "y", "z"];
  const weights = [2, 0.5, 3];
  const pairs: readonly (readonly [Parametrization, Parametrization])[] = [
    [groupHadamardProduct(groups, { depth: 2 }), hadamardProduct({ depth: 2 })],
    [groupHadamardProduct(groups, { depth: 4, weights }), hadamardProduct({ depth: 4, weights })],
    [groupHadamardPower(groups, { depth: 2.5, weights }), hadamardPower({ depth: 2.5, weights })],
    [
      nestedHadamard(groups, { elementwiseDepth: 2, depth: 3, weights }),
      hadamardProduct({ depth: 3, weights }),
    ],
  ];
  for (const [grouped, elementwise] of pairs) {
    it(`make ${grouped.name} the map ${elementwise.name}`, () => {
      const random = seededRandom(3);
      for (let trial = 0; trial < 20; trial++) {
        const xi = normals(random, elementwise.surrogateSize(3));
        const beta = normals(random, 3);
        assertAllClose("answers", answers(grouped, xi, beta), answers(elementwise, xi, beta), 1e-14);
      }
    });
  }
});

describe("groupHadamardPower", () => {
  it("is groupHadamardProduct with gates that are one", () => {
    const groups = [0, 0, 1];
    const [shared, product] = [
      groupHadamardPower(groups, { depth: 4 }),
      groupHadamardProduct(groups, { depth: 4 }),
    ];
    const xi = Float64Array.of(1, -2, 3, 0.7, 1.5);
    const copied = Float64Array.of(1, -2, 3, 0.7, 1.5, 0.7, 1.5, 0.7, 1.5);
    const [a, b] = [new Float64Array(3), new Float64Array(3)];
    shared.forward(xi, a);
    product.forward(copied, b);
    assertAllClose("beta", a, b, 1e-15);
    assertClose("penalty", shared.surrogatePenalty(xi), product.surrogatePenalty(copied), 1e-15);
  });

  it("refuses depths of 2 and below in one sentence", () => {
    refuses(
      () => groupHadamardPower([0], { depth: 2 }),
      "groupHadamardPower: depth must be a finite number > 2, got 2; take groupHadamardProduct, which has no kink",
    );
    refuses(
      () => groupHadamardPower([0], { depth: Number.NaN }),
      "groupHadamardPower: depth must be a finite number > 2, got NaN",
    );
  });
});

describe("nestedHadamard", () => {
  it("is the group product with one elementwise factor, the plain product with nothing else", () => {
    const [groups, weights] = [
      [0, 0, 1],
      [2, 3],
    ];
    assert.equal(nestedHadamard(groups, { elementwiseDepth: 1, depth: 3 }).name, "groupHadamardProduct(3)");
    const plain = nestedHadamard(groups, { elementwiseDepth: 3, depth: 3, weights });
    assert.equal(plain.name, "hadamardProduct(3)");
    const beta = Float64Array.of(1, -2, 0.5);
    const expected = hadamardProduct({ depth: 3, weights: [2, 2, 3] }).inducedPenalty.value(beta, 1);
    assert.equal(plain.inducedPenalty.value(beta, 1), expected);
  });

  it("refuses depths outside their domain in one sentence", () => {
    for (const [elementwise, shown] of [
      [0, "0"],
      [4, "4"],
      [1.5, "1.5"],
    ] as const) {
      refuses(
        () => nestedHadamard([0], { elementwiseDepth: elementwise, depth: 3 }),
        `nestedHadamard: elementwiseDepth must be an integer from 1 to the depth 3, got ${shown}`,
      );
    }
    refuses(
      () => nestedHadamard([0], { elementwiseDepth: 1, depth: 1 }),
      "nestedHadamard: depth must be an integer >= 2, got 1",
    );
  });
});

describe("sparseGroupProduct", () => {
  it("is a plain map where its ratio leaves one of the two penalties", () => {
    assert.equal(sparseGroupProduct([0, 0], { l1Ratio: 1 }).name, "hadamardProduct(2)");
    const K = sparseGroupProduct([0, 0], { l1Ratio: 0, weights: [3] });
    assert.equal(K.name, "groupHadamardProduct(2)");
    assert.equal(K.inducedPenalty.value(Float64Array.of(3, 4), 1), 15);
  });

  it("has a continuous map with bounded slopes, also where it has no derivative", () => {
    const K = sparseGroupProduct([0, 0], { l1Ratio: 0.3 });
    const beta = new Float64Array(2);
    const pulled = new Float64Array(5);
    for (const size of [1, 1e-8, 1e-150, 0]) {
      const xi = Float64Array.of(1, -1, size, -size, size);
      K.forward(xi, beta);
      assertAllClose("beta", beta, [size, size], 1e-12);
      pulled.fill(0);
      K.pullback(xi, Float64Array.of(1, 1), pulled);
      assert.ok(pulled.every((slope) => Math.abs(slope) <= 1 / 0.3));
    }
  });
});

describe("parametrizations on groups", () => {
  const makers: readonly (readonly [string, (groups: number[], weights?: number[]) => Parametrization])[] = [
    ["groupHadamardProduct", (groups, weights) => groupHadamardProduct(groups, { depth: 2, weights })],
    ["groupHadamardPower", (groups, weights) => groupHadamardPower(groups, { depth: 2.5, weights })],
    [
      "nestedHadamard",
      (groups, weights) => nestedHadamard(groups, { elementwiseDepth: 2, depth: 3, weights }),
    ],
    ["sparseGroupProduct", (groups, weights) => sparseGroupProduct(groups, { l1Ratio: 0.5, weights })],
  ];
  for (const [where, make] of makers) {
    it(`such as ${where} refuse in one sentence what does not partition the features`, () => {
      const K = make([0, 0, 1, 1]);
      assert.equal(K.nFeatures, 4);
      const message = `${where}: groups must have one label for each of the 5 features, got 4`;
      refuses(() => K.surrogateSize(5), message);
      refuses(() => K.forward(new Float64Array(20), new Float64Array(5)), message);
    });
  }

  it("name themselves where a label, a weight or a ratio is refused", () => {
    for (const [where, make] of makers) {
      refuses(() => make([0, Number.NaN]), `${where}: groups[1] must be a number or a string, got NaN`);
      refuses(() => make([0, 1], [1, -1]), `${where}: weights[1] must be a positive finite number, got -1`);
    }
    refuses(
      () => sparseGroupProduct([0], { l1Ratio: -1 }),
      "sparseGroupProduct: l1Ratio must be a number in [0, 1], got -1",
    );
  });

  it("state a misalignment that keeps its digits down to the last, as it falls with the square", () => {
    const random = seededRandom(6);
    const beta = Float64Array.of(1, -0.3, 2.5, 0.8);
    for (const member of groupMembers) {
      const { K, title } = member;
      const xi = balanced(member, beta);
      const push = normals(random, xi.length);
      const at = (size: number): number => K.misalignment!(xi.map((entry, i) => entry + size * push[i]));
      // By subtraction nothing but rounding would be left here.
      assertClose(title, at(1e-6) / at(1e-7), 100, 1e-5);
      assertClose(title, at(1e-7) / at(1e-8), 100, 1e-3);
    }
  });

  it("state the misalignment that exact arithmetic has", () => {
    // ||u|| = 5 and gates 5, one of three factors (1 + d) times as large: with x = (1 + d)^2 - 1 the arithmetic mean of
    // the squares is 25 (1 + x/3), the cube of their geometric mean 25^3 (1 + x).
    for (const d of [0.5, 2 ** -10, 2 ** -20, 2 ** -30]) {
      const x = d * (2 + d);
      const [arithmetic, geometric] = [25 * (1 + x / 3), 25 * (1 + x) ** (1 / 3)];
      const cubes = 25 ** 3 * x ** 2 * (1 / 3 + x / 27);
      const expected = cubes / (arithmetic ** 2 + arithmetic * geometric + geometric ** 2);
      const larger = 1 + d;
      const cases: readonly (readonly [Parametrization, readonly number[]])[] = [
        [groupHadamardProduct([0, 0], { depth: 3 }), [3, 4, 5, 5 * larger]],
        [groupHadamardProduct([0, 0], { depth: 3 }), [3 * larger, 4 * larger, 5, 5]],
        [groupHadamardPower([0, 0], { depth: 3 }), [3 * larger, -4 * larger, -5]],
        [nestedHadamard([0, 0], { elementwiseDepth: 2, depth: 3 }), [3, 4, 3, -4, 5 * larger]],
      ];
      for (const [K, xi] of cases) {
        const stated = K.misalignment!(Float64Array.from(xi));
        assertAtMost(`${K.name}, ${d}`, Math.abs(stated / expected - 1), 1e-14 + 1e-15 / d);
      }
    }
  });

  it("are not locally open where a gate of a group is zero and its vector is not", () => {
    for (const [K, xi] of [
      [groupHadamardProduct([0, 0], { depth: 2 }), [3, 4, 0]],
      [groupHadamardProduct([0, 0], { depth: 3 }), [3, 4, 0, 1]],
      [groupHadamardPower([0, 0], { depth: 2.5 }), [3, 4, 0]],
      [nestedHadamard([0, 0], { elementwiseDepth: 2, depth: 3 }), [3, 2, 1, 2, 0]],
      [sparseGroupProduct([0, 0], { l1Ratio: 0.5 }), [3, 4, 1, 1, 0]],
    ] as const) {
      assertAtMost(`the angle of ${K.name}`, widestAngle(K, xi, [3, 4]), 20);
    }
  });

  it("have spurious minima without penalty there, and none with", () => {
    // L(b) = b1^2 - b2^2 + ||b||^4 has a saddle at 0, but the surrogate a local minimum at u = (1, 0), nu = 0.
    const K = groupHadamardProduct([0, 0], { depth: 2 });
    const loss = ([x, y]: Float64Array): number => x ** 2 - y ** 2 + (x ** 2 + y ** 2) ** 2;
    const beta = new Float64Array(2);
    const surrogate = (xi: Float64Array, lambda: number): number => {
      K.forward(xi, beta);
      return loss(beta) + lambda * K.surrogatePenalty(xi);
    };
    const random = seededRandom(5);
    const center = Float64Array.of(1, 0, 0);
    assert.ok(loss(Float64Array.of(0, 0.1)) < 0);
    for (let trial = 0; trial < 2000; trial++) {
      const near = center.map((x) => x + 0.1 * (2 * random.uniform() - 1));
      assertAtMost("the surrogate", 0, surrogate(near, 0));
    }
    const shorter = Float64Array.of(0.9, 0, 0);
    assert.ok(surrogate(shorter, 0.1) < surrogate(center, 0.1), "with a penalty it is not stationary");
  });

  it("are forward maps that agree with the labels, not with the order of the features", () => {
    const xi = Float64Array.of(1, 2, 3, 10, 100);
    const K = groupHadamardProduct(["a", "b", "a"], { depth: 2 });
    const member = { title: "", K, factory: groupHadamardProduct, nFeatures: 3 };
    assert.deepEqual(forward(member, xi), Float64Array.of(10, 200, 30));
  });
});
