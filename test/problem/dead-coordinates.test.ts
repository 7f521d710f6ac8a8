import assert from "node:assert/strict";
import fc from "fast-check";
import { groupHadamardProduct, hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { deadCoordinates, isTrapped } from "../../src/problem/dead-coordinates";
import { startingPoint } from "../../src/problem/starting-point";

describe("deadCoordinates", () => {
  it("finds every coefficient at the origin, of products, differences and groups", () => {
    for (const K of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 4 }),
      hadamardDifference({ depth: 3 }),
    ]) {
      assert.deepEqual([...deadCoordinates(K, new Float64Array(K.surrogateSize(3)))], [0, 1, 2], K.name);
    }
    const grouped = groupHadamardProduct([1, 1, 2]);
    assert.deepEqual([...deadCoordinates(grouped, [0, 0, 4, 0, 0])], [0, 1]);
  });

  it("finds those coefficients of a product of which two factors are zero", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.constantFrom(0, 0, 1, -2, 1e-3), { minLength: 12, maxLength: 12 }),
        (depth, entries) => {
          const xi = entries.slice(0, 3 * depth);
          const zeros = (j: number): number => xi.filter((entry, i) => i % 3 === j && entry === 0).length;
          const expected = [0, 1, 2].filter((j) => zeros(j) >= 2);
          assert.deepEqual([...deadCoordinates(hadamardProduct({ depth }), xi)], expected);
        },
      ),
    );
  });

  it("finds none where parametrizations start", () => {
    for (const K of [
      hadamardProduct({ depth: 3 }),
      hadamardDifference({ depth: 3 }),
      groupHadamardProduct([1, 2, 2], { depth: 3 }),
    ]) {
      assert.equal(deadCoordinates(K, startingPoint(K, new Float64Array(3), 1)).length, 0, K.name);
    }
  });

  it("refuses a length that is no surrogate size, in one sentence", () => {
    assert.throws(() => deadCoordinates(hadamardProduct({ depth: 2 }), [1, 2, 3]), {
      name: "InputError",
      message: "deadCoordinates: the length of xi must be a surrogate size of hadamardProduct(2), got 3",
    });
  });
});

describe("isTrapped", () => {
  it("holds where every coefficient is dead and there is one", () => {
    const K = hadamardProduct({ depth: 2 });
    assert.equal(isTrapped(K, Float64Array.of(0, 0, 0, 0), 2), true);
    assert.equal(isTrapped(K, Float64Array.of(0, 0, 0, 1), 2), false);
    assert.equal(isTrapped(K, new Float64Array(0), 0), false);
  });
});
