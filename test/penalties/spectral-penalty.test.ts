import assert from "node:assert/strict";
import { squaredError } from "../../src/datafits";
import { stackResponses } from "../../src/design/stacked-responses";
import { singularValueDecomposition } from "../../src/linalg/singular-value-decomposition";
import { dot, maxAbs } from "../../src/linalg/vector";
import { nuclear, type Penalty, schatten } from "../../src/penalties";
import { bridgeProx } from "../../src/penalties/lq";
import { certify } from "../../src/problem/certificate";
import { profileAt, type SparseProblem } from "../../src/problem/problem";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { seededRandom } from "../../src/random/random";
import { proximalGradient } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { designOf, linearData, normals } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const [nRows, nColumns] = [5, 3];
const singular = (matrix: Float64Array): Float64Array =>
  singularValueDecomposition(matrix, nRows, nColumns).values;

/** `sum_i values[i] u_i v_i'` with orthonormal vectors that the seed fixes. */
function matrixOf(values: readonly number[], seed: number): Float64Array {
  const { left, right } = singularValueDecomposition(normals(seededRandom(seed), 15), nRows, nColumns);
  return Float64Array.from({ length: 15 }, (_, k) =>
    values.reduce((sum, value, i) => sum + value * left[i][k % nRows] * right[i][Math.floor(k / nRows)], 0),
  );
}

const penalties: readonly (readonly [string, Penalty])[] = [
  ["nuclear", nuclear({ nColumns: 3 })],
  ["schatten", schatten({ nColumns: 3, q: 0.5 })],
];

describe("nuclear and schatten", () => {
  it("refuse what is no number of columns, and no matrix of so many, in one sentence", () => {
    for (const [where, make] of [
      ["nuclear", (nColumns: number) => nuclear({ nColumns })],
      ["schatten", (nColumns: number) => schatten({ nColumns, q: 0.5 })],
    ] as const) {
      for (const bad of [0, -1, 1.5, Number.NaN]) {
        assert.throws(() => make(bad), {
          name: "InputError",
          message: `${where}: nColumns must be a positive integer, got ${bad}`,
        });
      }
      assert.throws(() => make(3).value(new Float64Array(7), 1), {
        name: "InputError",
        message: `${where}: the number of coefficients must be a multiple of 3, got 7`,
      });
    }
    assert.throws(() => schatten({ nColumns: 3, q: 1 }), {
      name: "InputError",
      message: "schatten: q must be a number strictly between 0 and 1, got 1",
    });
  });

  it("are the sums of the singular values and of their powers", () => {
    const matrix = matrixOf([4, 1, 0.25], 1);
    assertClose("nuclear", nuclear({ nColumns: 3 }).value(matrix, 0.5), 2.625, 1e-14);
    assertClose("schatten", schatten({ nColumns: 3, q: 0.5 }).value(matrix, 0.5), 0.5 * (2 + 1 + 0.5), 1e-14);
  });

  it("do not take the rounding of a matrix of low rank for singular values", () => {
    // Each would cost 1e-16^0.1 = 0.03.
    assertClose("value", schatten({ nColumns: 3, q: 0.1 }).value(matrixOf([1], 2), 1), 1, 1e-14);
  });

  it("map singular values by the prox of one coordinate and keep the vectors", () => {
    const matrix = matrixOf([4, 1, 0.25], 3);
    const out = new Float64Array(15);
    nuclear({ nColumns: 3 }).prox!(matrix, 0.5, 0.8, out);
    assertAllClose("nuclear", out, matrixOf([3.6, 0.6], 3), 1e-14);
    schatten({ nColumns: 3, q: 0.5 }).prox!(matrix, 0.5, 1.2, out);
    const expected = [4, 1, 0.25].map((value) => bridgeProx(value, 0.6, 0.5));
    assert.equal(expected[2], 0);
    assertAllClose("schatten", out, matrixOf(expected, 3), 1e-14);
  });

  for (const [name, R] of penalties) {
    it(`${name} does not change under rotations of rows and columns`, () => {
      const matrix = normals(seededRandom(4), 15);
      // Swapping columns and turning the first two rows are orthogonal.
      const turned = matrix.slice();
      for (let c = 0; c < 3; c++) {
        const from = nRows * ((c + 1) % 3);
        const [a, b] = [matrix[from], matrix[from + 1]];
        turned.set(matrix.subarray(from, from + nRows), c * nRows);
        turned[c * nRows] = 0.6 * a - 0.8 * b;
        turned[c * nRows + 1] = 0.8 * a + 0.6 * b;
      }
      assertClose("value", R.value(turned, 0.7), R.value(matrix, 0.7), 1e-14);
    });

    it(`${name} promises no more than there is where one direction has all the curvature`, () => {
      // Along w = vec(u v') the problem is h/2 (b - z)^2 + lambda phi(b); h w_k^2 is the diagonal of h w w'.
      const [w, h, z, lambda] = [matrixOf([1], 9), 1.5, 2.5, 0.8];
      const phi = (b: number): number => lambda * (name === "nuclear" ? b : Math.sqrt(b));
      const objective = (b: number): number => (h / 2) * (b - z) ** 2 + phi(b);
      let lowest = Number.POSITIVE_INFINITY;
      for (let b = 0; b <= 3; b += 1e-4) lowest = Math.min(lowest, objective(b));
      for (const b of [0.01, 1, 2.9]) {
        const stated = R.decrease(
          w.map((entry) => b * entry),
          w.map((entry) => h * (b - z) * entry),
          w.map((entry) => h * entry ** 2),
          lambda,
        );
        assertClose(`at ${b}`, stated, objective(b) - lowest, 1e-8);
      }
    });

    it(`${name} lowers the rank where singular values are left over, and else leaves every bit`, () => {
      const gradient = matrixOf([-0.4, -0.35, 0.1], 5).map((g) => g / 2);
      const ones = new Float64Array(15).fill(1);
      const out = new Float64Array(15);
      R.exactZeros(matrixOf([2, 1e-9, 1e-10], 5), gradient, ones, 0.2, out);
      assertAllClose("rank one", out, matrixOf([2], 5), 1e-15);
      assertAtMost("second value", singular(out)[1], 1e-15);
      const full = matrixOf([2, 1, 0.9], 5);
      R.exactZeros(
        full,
        new Float64Array(15).map(() => -3),
        ones,
        0.2,
        out,
      );
      assert.deepEqual(out, full);
      R.exactZeros(matrixOf([1e-9, 1e-10], 5), new Float64Array(15), ones, 0.2, out);
      assert.deepEqual(out, new Float64Array(15));
    });
  }

  it("find a stationary point of low rank by what is outside its row and column space", () => {
    // -gradient = u1 v1' + w u2 v2' is a subgradient at 3 u1 v1' for |w| <= 1.
    const beta = matrixOf([3], 6);
    const R = nuclear({ nColumns: 3 });
    assertAtMost("inside", R.violation(beta, matrixOf([-1, 0.9, -1], 6), 1), 1e-14);
    assertClose("outside", R.violation(beta, matrixOf([-1, 1.25], 6), 1), 0.25, 1e-14);
    assertClose("along", R.violation(beta, matrixOf([-0.8, 0.5], 6), 1), 0.2, 1e-14);
    const slope = 0.5 / Math.sqrt(3);
    assertAtMost(
      "schatten",
      schatten({ nColumns: 3, q: 0.5 }).violation(beta, matrixOf([-slope, 99], 6), 1),
      1e-13,
    );
  });

  it("are at no loss where the curvature is zero", () => {
    const beta = matrixOf([2, 1], 7);
    const zero = new Float64Array(15);
    assertClose("to zero", nuclear({ nColumns: 3 }).decrease(beta, zero, zero, 0.5), 1.5, 1e-14);
    assert.equal(nuclear({ nColumns: 3 }).decrease(beta, matrixOf([-1, -1], 7), zero, 0.5), 0);
  });

  it("reach by proximal steps a matrix regression that the duality of norms certifies", () => {
    // 1/2 ||B - Z||^2 has the dual point Z - B; its gap is the Fenchel-Young difference of the norm alone.
    const Z = normals(seededRandom(8), 15);
    const R = nuclear({ nColumns: 3 });
    const B = new Float64Array(15);
    for (let step = 0; step < 200; step++) {
      const target = B.map((b, k) => b - 0.3 * (b - Z[k]));
      R.prox!(target, 0.3, 0.8, B);
    }
    const dual = Z.map((z, k) => z - B[k]);
    assertAtMost("dual norm", R.dualNorm!(dual), 0.8, 1e-14);
    assertAtMost("gap", Math.abs(R.fenchelYoung!(B, dual, 0.8)), 1e-14);
    assertClose("pairing", dot(dual, B), R.value(B, 0.8), 1e-13);
    assertAllClose(
      "soft values",
      singular(B),
      singular(Z).map((s) => Math.max(s - 0.8, 0)),
      1e-14,
    );
    assert.ok(maxAbs(B) > 0);
  });

  it("give a regression of several responses low rank, by FISTA, with a duality gap, and see through a zero that is a trap", () => {
    const random = seededRandom(1);
    const [n, p, m] = [40, 8, 3];
    const { X } = linearData(1, n, p);
    const [u, v] = [normals(random, p), normals(random, m)];
    const target = Float64Array.from({ length: n * m }, (_, k) => {
      const row = X[k % n];
      return v[Math.floor(k / n)] * row.reduce((sum, x, j) => sum + x * u[j], 0) + 0.3 * random.normal();
    });
    const problem = (penalty: Penalty): SparseProblem => ({
      design: stackResponses(designOf(X), m),
      free: new UnpenalizedColumns(n * m, []),
      target,
      datafit: squaredError({ nResponses: m }),
      penalty,
    });
    const { status, beta, certificate } = proximalGradient({ accelerated: true }).solve(
      taskOf(problem(nuclear({ nColumns: m })), 0.3, 1e-10),
    );
    assert.equal(status, "converged");
    assertAtMost("gap", certificate.dualityGap!, 1e-10);
    const { values } = singularValueDecomposition(beta, p, m);
    assert.ok(values[0] > 1);
    assertAtMost("second value", values[1], 1e-14);

    const zero = new Float64Array(p * m);
    const trapped = problem(schatten({ nColumns: m, q: 0.5 }));
    const trap = certify(trapped, 0.3, zero, profileAt(trapped, zero, new Float64Array(0)), 0);
    assert.equal(trap.violation, 0);
    assert.ok(trap.singleCoordinateGain > 0.1);
  });
});
