import assert from "node:assert/strict";
import fc from "fast-check";
import { largestEigenvalueBound, symmetricEigen } from "../../src/linalg/symmetric-eigen";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { symmetricEigenvalues } from "../support/finite-differences";
import { normals } from "../support/problems";

const entry = fc.double({ min: -10, max: 10, noNaN: true });
const symmetric = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc.array(entry, { minLength: size * size, maxLength: size * size }).map((values) => ({
    size,
    matrix: Float64Array.from(values, (_, k) => {
      const [i, j] = [Math.floor(k / size), k % size];
      return values[Math.min(i, j) * size + Math.max(i, j)];
    }),
  })),
);

describe("symmetricEigen", () => {
  it("gives orthonormal vectors that the matrix stretches by the values, ascending", () => {
    fc.assert(
      fc.property(symmetric, ({ size, matrix }) => {
        const { values, vectors } = symmetricEigen(matrix, size);
        for (let i = 0; i < size; i++) {
          const stretched = vectors[i].map((_, row) =>
            vectors[i].reduce((sum, v, column) => sum + matrix[row * size + column] * v, 0),
          );
          const expected = vectors[i].map((v) => values[i] * v);
          assertAllClose("A v", stretched, expected, 1e-12);
          const products = vectors.map((other) => other.reduce((sum, v, k) => sum + v * vectors[i][k], 0));
          assertAllClose("V'V", products, new Float64Array(size).fill(1, i, i + 1), 1e-13);
          if (i > 0) assertAtMost("ascending", values[i - 1], values[i]);
        }
      }),
    );
  });

  it("keeps its digits at every scale, and stops at once at a diagonal matrix", () => {
    for (const scale of [2 ** -500, 2 ** 500]) {
      const { values } = symmetricEigen(
        Float64Array.of(2, 1, 1, 2).map((x) => x * scale),
        2,
      );
      assertAllClose(
        "values",
        values.map((value) => value / scale),
        [1, 3],
        1e-15,
      );
    }
    const { values, vectors } = symmetricEigen(Float64Array.of(3, 0, 0, -1e-300), 2);
    assertAllClose("values", values, [-1e-300, 3], 0);
    assertAllClose("vectors", [...vectors[0], ...vectors[1]], [0, 1, 1, 0], 0);
  });

  it("finds the known values of the second difference matrix, 2 - 2 cos(k pi / (n + 1))", () => {
    const n = 12;
    const matrix = Float64Array.from({ length: n * n }, (_, k) => {
      const distance = Math.abs(Math.floor(k / n) - (k % n));
      return distance === 0 ? 2 : distance === 1 ? -1 : 0;
    });
    const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    assertAllClose("values", symmetricEigen(matrix, n).values, expected, 1e-14);
  });
});

describe("largestEigenvalueBound", () => {
  it("is at least the largest eigenvalue and at most size^(1/64) times it, in any unit", () => {
    const random = seededRandom(1);
    for (const size of [1, 2, 5, 20]) {
      for (const unit of [1, 1e-120, 1e120]) {
        const factors = Array.from({ length: size + 2 }, () => normals(random, size));
        const rows = Array.from({ length: size }, (_, i) =>
          Float64Array.from({ length: size }, (_entry, j) =>
            factors.reduce((sum, v) => sum + v[i] * v[j], 0),
          ),
        );
        const largest = symmetricEigenvalues(rows).at(-1)!;
        const matrix = Float64Array.from(rows.flatMap((row) => [...row].map((entry) => entry * unit)));
        const bound = largestEigenvalueBound(matrix, size) / unit;
        assertAtMost("from above", largest, bound, 1e-12 * largest);
        assertAtMost("tight", bound, size ** (1 / 64) * largest, 1e-12 * largest);
      }
    }
  });

  it("is tight for equal eigenvalues too, and 0 for a matrix of zeros", () => {
    const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertClose("identity", largestEigenvalueBound(identity, 3), 3 ** (1 / 64), 1e-14);
    assert.equal(largestEigenvalueBound(new Float64Array(4), 2), 0);
  });
});
