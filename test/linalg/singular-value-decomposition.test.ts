import assert from "node:assert/strict";
import fc from "fast-check";
import { singularValueDecomposition } from "../../src/linalg/singular-value-decomposition";
import { dot, maxAbs } from "../../src/linalg/vector";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { symmetricEigenvalues } from "../support/finite-differences";
import { normals } from "../support/problems";

/** Shapes tall, wide, square and degenerate. */
const shapes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 5],
  [5, 1],
  [4, 4],
  [30, 5],
  [5, 30],
  [200, 3],
];

/** `sum_i values[i] left[i] right[i]'`, one column after the other. */
function composed(values: Float64Array, left: readonly Float64Array[], right: readonly Float64Array[]) {
  const [nRows, nColumns] = [left[0].length, right[0].length];
  return Float64Array.from({ length: nRows * nColumns }, (_, k) =>
    values.reduce((sum, value, i) => sum + value * left[i][k % nRows] * right[i][Math.floor(k / nRows)], 0),
  );
}

function assertOrthonormal(label: string, vectors: readonly Float64Array[]): void {
  vectors.forEach((u, i) => {
    assertAllClose(
      `${label} ${i}`,
      vectors.map((v) => dot(u, v)),
      vectors.map((_, k) => (i === k ? 1 : 0)),
      1e-14,
    );
  });
}

describe("singularValueDecomposition", () => {
  for (const [nRows, nColumns] of shapes) {
    it(`takes a ${nRows} x ${nColumns} matrix apart to 1e-14 of its size, in orthonormal vectors`, () => {
      const random = seededRandom(1);
      for (let trial = 0; trial < 10; trial++) {
        const matrix = normals(random, nRows * nColumns);
        const before = matrix.slice();
        const { values, left, right } = singularValueDecomposition(matrix, nRows, nColumns);
        assert.deepEqual(matrix, before);
        assert.equal(values.length, Math.min(nRows, nColumns));
        assert.ok(values.every((value, i) => value >= 0 && (i === 0 || value <= values[i - 1])));
        assertOrthonormal("left", left);
        assertOrthonormal("right", right);
        const back = composed(values, left, right).map((entry, k) => entry - matrix[k]);
        assertAtMost("error", maxAbs(back), 1e-14 * values[0]);
      }
    });
  }

  it("has the squared values that the eigenvalues of the Gram matrix are", () => {
    const random = seededRandom(2);
    for (const [nRows, nColumns] of shapes.filter(([n, m]) => n >= m)) {
      const matrix = normals(random, nRows * nColumns);
      const columns = Array.from({ length: nColumns }, (_, j) => matrix.subarray(j * nRows, (j + 1) * nRows));
      const gram = columns.map((a) => Float64Array.from(columns, (b) => dot(a, b)));
      const { values } = singularValueDecomposition(matrix, nRows, nColumns);
      assertAllClose("squares", values.map((v) => v ** 2).reverse(), symmetricEigenvalues(gram), 1e-13);
    }
  });

  it("has the values of a 2 x 2 matrix in closed form, the small one too", () => {
    const whole = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(whole, whole, whole, whole, (a, b, c, d) => {
        const { values } = singularValueDecomposition(Float64Array.of(a, b, c, d), 2, 2);
        // (s1 + s2)^2 and (s1 - s2)^2 are the sum of squares plus and minus twice |determinant|, all exact integers.
        const [squares, determinant] = [a * a + b * b + c * c + d * d, Math.abs(a * d - b * c)];
        const [sum, difference] = [squares + 2 * determinant, squares - 2 * determinant].map(Math.sqrt);
        assertAtMost("large", Math.abs(values[0] - (sum + difference) / 2), 1e-14 * values[0]);
        if (determinant > 0) {
          const small = (2 * determinant) / (sum + difference);
          assertAtMost("small", Math.abs(values[1] - small), 1e-14 * values[0]);
        } else assertAtMost("small", values[1], 1e-15 * values[0]);
      }),
    );
  });

  it("keeps the digits of small values where columns differ in scale", () => {
    // The columns (3, 1, 2), (1, 4, -1), (2, 0, 2), of determinant 4, in scales of 1, 1e-6 and 1e-12.
    const matrix = Float64Array.of(3, 1, 2, 1e-6, 4e-6, -1e-6, 2e-12, 0, 2e-12);
    const { values } = singularValueDecomposition(matrix, 3, 3);
    const product = values.reduce((all, value) => all * value, 1);
    assertClose("product", product / 4e-18, 1, 1e-14);
  });

  it("gives a matrix of low rank values that are zero to rounding, and a zero matrix zeros", () => {
    const random = seededRandom(3);
    for (const [nRows, nColumns] of [
      [20, 6],
      [6, 20],
    ]) {
      const [u, v] = [normals(random, nRows), normals(random, nColumns)];
      const matrix = Float64Array.from(
        { length: nRows * nColumns },
        (_, k) => u[k % nRows] * v[Math.floor(k / nRows)],
      );
      const { values } = singularValueDecomposition(matrix, nRows, nColumns);
      assertClose("first", values[0], Math.sqrt(dot(u, u) * dot(v, v)), 1e-14);
      assertAtMost("rest", maxAbs(values.subarray(1)), 1e-15 * values[0]);
      assert.deepEqual(
        singularValueDecomposition(new Float64Array(nRows * nColumns), nRows, nColumns).values,
        new Float64Array(6),
      );
    }
  });

  it("scales with its matrix, from 1e-300 to 1e300", () => {
    const matrix = normals(seededRandom(4), 12);
    const { values } = singularValueDecomposition(matrix, 4, 3);
    for (const scale of [1e-300, 1e300]) {
      const scaled = singularValueDecomposition(
        matrix.map((entry) => scale * entry),
        4,
        3,
      );
      assertAllClose(
        `scale ${scale}`,
        scaled.values.map((value) => value / scale),
        values,
        1e-14,
      );
    }
  });

  it("takes a matrix without rows or columns", () => {
    assert.equal(singularValueDecomposition(new Float64Array(0), 0, 3).values.length, 0);
  });
});
