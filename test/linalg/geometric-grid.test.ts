import assert from "node:assert/strict";
import { geometricGrid } from "../../src/linalg/geometric-grid";

/** A float as `numerator / 2^1074`. */
function numerator(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const all = bits.getBigUint64(0);
  const exponent = all >> 52n;
  return ((all & (2n ** 52n - 1n)) | (2n ** 52n)) << (exponent - 1n);
}

/** Whether a float is the nearest one to `ratio^(k / degree)`, by its powers as whole numbers. */
function isNearest(value: number, ratio: number, k: number, degree: number): boolean {
  const own = numerator(value);
  const spacing = own >> 52n; // of at most twice that of the floats below
  // Twice the ends of what rounds to the value, to the power `degree`, beside 2^degree ratio^k in the same units.
  const exact = 2n ** BigInt(degree) * numerator(ratio) ** BigInt(k) * 2n ** (1074n * BigInt(degree - k));
  const scale = 2n ** BigInt(Math.max(0, Math.floor(Math.log2(value)) + 1074 - 52));
  assert.ok(scale <= 2n * spacing);
  const [low, high] = [(2n * own - scale) ** BigInt(degree), (2n * own + scale) ** BigInt(degree)];
  return low <= exact && exact <= high;
}

describe("geometricGrid", () => {
  for (const [ratio, count] of [
    [1e-4, 100],
    [1e-2, 100],
    [1e-3, 50],
    [0.999, 30],
    [1e-12, 7],
    [0.5, 2],
  ])
    it(`is the nearest float to each power of ${ratio}, at ${count} places`, () => {
      const grid = geometricGrid(1, ratio, count);
      assert.equal(grid.length, count);
      grid.forEach((value, k) => {
        assert.ok(isNearest(value, ratio, k, count - 1), `${value} at ${k}`);
      });
      // Which sees what is not.
      assert.ok(!isNearest(grid[1] * (1 + 2 ** -52), ratio, 1, count - 1));
    });

  it("begins with its first number, alone too", () => {
    assert.deepEqual([...geometricGrid(0.1, 1e-4, 1)], [0.1]);
    assert.equal(geometricGrid(0.1, 1e-4, 100)[0], 0.1);
  });

  it("scales with its first number, from the smallest to the largest", () => {
    for (const power of [-300, 0, 300]) {
      const grid = geometricGrid(10 ** power, 0.01, 5);
      assert.deepEqual(
        grid,
        geometricGrid(1, 0.01, 5).map((value) => value * 10 ** power),
      );
    }
  });

  it("is the same where an engine rounds its exponentials otherwise", () => {
    const own = geometricGrid(3, 1e-4, 100);
    const { exp } = Math;
    for (const lastBits of [-2, -1, 1, 2]) {
      Math.exp = (x) => exp(x) * (1 + lastBits * 2 ** -52);
      try {
        assert.deepEqual(geometricGrid(3, 1e-4, 100), own);
      } finally {
        Math.exp = exp;
      }
    }
  });
});
