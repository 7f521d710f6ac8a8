import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addScaled,
  addScaledEntries,
  areEqual,
  areEqualToRounding,
  dot,
  dotEntries,
  isConstant,
  maxAbs,
  mean,
  norm,
  squaredNorm,
  supportOf,
} from "../../src/linalg/vector";
import { assertClose } from "../support/assert-close";

const vector = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 11 })
  .map((entries) => Float64Array.from(entries));

describe("norm", () => {
  it("is Euclid's at every scale, and 0 for an empty vector", () => {
    for (const scale of [2 ** -1060, 2 ** -600, 1, 2 ** 600, 2 ** 1020]) {
      assertClose("norm", norm(Float64Array.of(3, 0, -4).map((x) => x * scale)) / scale, 5, 1e-15);
    }
    assert.equal(norm(new Float64Array(0)), 0);
    assert.equal(norm(new Float64Array(3)), 0);
  });

  it("is infinite or NaN where an entry is", () => {
    assert.equal(norm(Float64Array.of(1, Number.NEGATIVE_INFINITY)), Number.POSITIVE_INFINITY);
    assert.ok(Number.isNaN(norm(Float64Array.of(1, Number.NaN))));
  });
});

describe("vector kernels", () => {
  it("take every entry into account, whatever the length", () => {
    for (let length = 0; length <= 9; length++) {
      const ones = new Float64Array(length).fill(1);
      const counting = ones.map((_, i) => i + 1);
      assert.equal(dot(ones, counting), (length * (length + 1)) / 2);
      assert.equal(squaredNorm(ones), length);
    }
  });

  it("take the entries that they are told, in that order and as often", () => {
    const a = Float64Array.of(1, 10, 100);
    const entries = Int32Array.of(2, 0, 2);
    assert.equal(dotEntries(a, entries, Float64Array.of(1, 2, 3)), 402);
    const out = Float64Array.of(5, 6, 7);
    addScaledEntries(2, a, entries, out);
    assert.deepEqual([...out], [205, 8, 207]);
  });

  it("areEqual compares every entry, and NaN with nothing", () => {
    assert.equal(areEqual(Float64Array.of(1, 2), Float64Array.of(1, 2)), true);
    assert.equal(areEqual(Float64Array.of(1, 2), Float64Array.of(1, 3)), false);
    assert.equal(areEqual(Float64Array.of(Number.NaN), Float64Array.of(Number.NaN)), false);
  });

  it("isConstant compares every entry with the first, and NaN with nothing", () => {
    assert.equal(isConstant(Float64Array.of(2, 2, 2)), true);
    assert.equal(isConstant(Float64Array.of(2, 2, 1)), false);
    assert.equal(isConstant(Float64Array.of(Number.NaN)), false);
    assert.equal(isConstant(new Float64Array(0)), true);
  });

  it("dot is symmetric and exact on integers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 })), (entries) => {
        const a = Float64Array.from(entries);
        const b = a.map((x) => 3 * x - 1);
        const exact = entries.reduce((sum, x) => sum + x * (3 * x - 1), 0);
        assert.equal(dot(a, b), exact);
        assert.equal(dot(b, a), exact);
      }),
    );
  });

  it("addScaled adds to what is there and leaves its input alone", () => {
    fc.assert(
      fc.property(vector, fc.double({ min: -9, max: 9, noNaN: true }), (a, scale) => {
        const before = a.slice();
        const out = new Float64Array(a.length).fill(1);
        addScaled(scale, a, out);
        assert.deepEqual(a, before);
        assert.deepEqual(
          out,
          a.map((x) => 1 + scale * x),
        );
      }),
    );
  });

  it("maxAbs is the largest magnitude, NaN as soon as one entry is", () => {
    assert.equal(maxAbs(new Float64Array(0)), 0);
    assert.equal(maxAbs(Float64Array.of(1, -3, 2)), 3);
    for (let i = 0; i < 3; i++) {
      const poisoned = Float64Array.of(1, -3, Number.POSITIVE_INFINITY);
      poisoned[i] = Number.NaN;
      assert.ok(Number.isNaN(maxAbs(poisoned)));
    }
  });

  it("mean gives a constant back exactly and keeps its digits far from zero", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 20 }),
        (c, n) => {
          assert.equal(mean(new Float64Array(n).fill(c)), c);
        },
      ),
    );
    assertClose("mean about 1e15", mean(Float64Array.of(1e15, 1e15 + 1, 1e15 + 2)) - 1e15, 1, 0);
  });

  it("supportOf lists the entries that are not zero, ascending", () => {
    assert.deepEqual(supportOf(Float64Array.of(0, -0, 1e-300, 0, -2)), Int32Array.of(2, 4));
    assert.deepEqual(supportOf(new Float64Array(0)), new Int32Array(0));
  });
});

describe("areEqualToRounding", () => {
  it("holds of a vector that was taken to other units and back", () => {
    const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(vector, size, (entries, scale) => {
        // Subnormal numbers have fewer digits.
        const a = entries.map((x) => (Math.abs(x) < 1e-290 ? 0 : x));
        const back = a.map((x) => (x / scale) * scale);
        assert.ok(areEqualToRounding(a, back));
        assert.ok(areEqualToRounding(back, a));
      }),
    );
  });

  it("does not of one entry a hundred roundings away, beside zero, or without a number", () => {
    for (const [x, y] of [
      [1e6, 1e6 * (1 + 100 * Number.EPSILON)],
      [0, Number.MIN_VALUE],
      [Number.NaN, Number.NaN],
      [1, Number.NaN],
    ]) {
      assert.ok(!areEqualToRounding(Float64Array.of(1, x), Float64Array.of(1, y)), `${x}, ${y}`);
      assert.ok(!areEqualToRounding(Float64Array.of(1, y), Float64Array.of(1, x)), `${y}, ${x}`);
    }
  });
});
