import assert from "node:assert/strict";
import { singularValueDecomposition } from "../../src/linalg/singular-value-decomposition";
import { maxAbs } from "../../src/linalg/vector";
import { lbfgs, minimize } from "../../src/optimizers";
import { groupHadamardProduct, lowRankProduct, type Parametrization } from "../../src/parametrizations";
import { startingPoint } from "../../src/problem/starting-point";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import { normals } from "../support/problems";

function imageOf(K: Parametrization, xi: Float64Array, size: number): Float64Array {
  const beta = new Float64Array(size);
  K.forward(xi, beta);
  return beta;
}

/** Minimises `||B - Z||^2 / 2 + lambda R_xi` by lbfgs from a start over `B = 0`, and returns `B`. */
function denoise(K: Parametrization, Z: Float64Array, lambda: number, start?: Float64Array): Float64Array {
  const objective = {
    size: K.surrogateSize(Z.length),
    valueAndGradient(xi: Float64Array, gradient: Float64Array): number {
      const residual = imageOf(K, xi, Z.length).map((b, i) => b - Z[i]);
      gradient.fill(0);
      K.pullback(xi, residual, gradient);
      K.addSurrogateGradient(xi, lambda, gradient);
      return residual.reduce((sum, r) => sum + (r * r) / 2, 0) + lambda * K.surrogatePenalty(xi);
    },
  };
  const xi0 = start ?? startingPoint(K, new Float64Array(Z.length), maxAbs(Z));
  return imageOf(K, minimize(objective, lbfgs(), xi0, { maxIter: 5000, tol: 1e-12 }).x, Z.length);
}

/** A product `P Q'` of normal matrices, `nRows x nColumns`, of the given rank. */
function matrixOfRank(seed: number, nRows: number, nColumns: number, rank: number): Float64Array {
  const K = lowRankProduct({ nColumns, rank });
  const size = nRows * nColumns;
  return imageOf(K, normals(seededRandom(seed), K.surrogateSize(size)), size);
}

describe("lowRankProduct", () => {
  it("reaches the soft-thresholded singular values, the nuclear prox, from a start over zero", () => {
    for (const seed of [1, 2, 3]) {
      const Z = normals(seededRandom(seed), 15);
      const K = lowRankProduct({ nColumns: 3, rank: 3 });
      const expected = new Float64Array(15);
      K.inducedPenalty.prox!(Z, 1, 1.2, expected);
      assertAllClose("B", denoise(K, Z, 1.2), expected, 1e-8);
    }
  });

  it("reaches it with fewer columns too, as long as the solution's rank is no larger, and not otherwise", () => {
    const Z = normals(seededRandom(4), 20);
    const { values } = singularValueDecomposition(Z, 5, 4);
    const lambda = (values[1] + values[2]) / 2; // leaves two singular values
    const expected = new Float64Array(20);
    const value = (B: Float64Array): number =>
      B.reduce((sum, b, i) => sum + (b - Z[i]) ** 2 / 2, 0) +
      lowRankProduct({ nColumns: 4, rank: 1 }).inducedPenalty.value(B, lambda);
    lowRankProduct({ nColumns: 4, rank: 2 }).inducedPenalty.prox!(Z, 1, lambda, expected);
    assertAllClose("rank 2", denoise(lowRankProduct({ nColumns: 4, rank: 2 }), Z, lambda), expected, 1e-8);
    assert.ok(value(denoise(lowRankProduct({ nColumns: 4, rank: 1 }), Z, lambda)) > value(expected) + 1e-3);
  });

  it("is the group product on a matrix of one column", () => {
    const [matrix, group] = [lowRankProduct({ nColumns: 1, rank: 1 }), groupHadamardProduct([0, 0, 0])];
    const xi = Float64Array.of(1, -2, 0.5, 3);
    assert.deepEqual(imageOf(matrix, xi, 3), imageOf(group, xi, 3));
    assert.equal(matrix.surrogatePenalty(xi), group.surrogatePenalty(xi));
    const b = Float64Array.of(1, 2, -2);
    assertClose("R", matrix.inducedPenalty.value(b, 1), group.inducedPenalty.value(b, 1), 1e-15);
    assertClose("M", matrix.misalignment!(xi), group.misalignment!(xi), 1e-15);
  });

  it("has the pullback that finite differences give where rows, columns and rank all differ, at every depth", () => {
    for (const depth of [2, 3, 4, 5]) {
      const K = lowRankProduct({ nColumns: 2, rank: 3, depth });
      const random = seededRandom(depth);
      const [xi, cotangent] = [normals(random, K.surrogateSize(8)), normals(random, 8)];
      const pulled = new Float64Array(xi.length);
      K.pullback(xi, cotangent, pulled);
      const inner = (point: Float64Array): number =>
        imageOf(K, point, 8).reduce((sum, b, j) => sum + b * cotangent[j], 0);
      assertAllClose(`depth ${depth}`, pulled, numericGradient(inner, xi), 1e-7);
    }
  });

  it("serves matrices of different sizes in turn", () => {
    const K = lowRankProduct({ nColumns: 2, rank: 2, depth: 3 });
    const [small, large] = [
      normals(seededRandom(1), K.surrogateSize(4)),
      normals(seededRandom(2), K.surrogateSize(10)),
    ];
    const before = imageOf(K, small, 4);
    imageOf(K, large, 10);
    assert.deepEqual(imageOf(K, small, 4), before);
  });

  it("states a misalignment that does not cancel: 2 sinh(t)^2 ||B||_* where a gauge stretches one factor by e^t", () => {
    const B = matrixOfRank(5, 4, 3, 2);
    const K = lowRankProduct({ nColumns: 3, rank: 3 });
    const xi = new Float64Array(K.surrogateSize(12));
    K.rightInverse(B, xi);
    const nuclear = K.inducedPenalty.value(B, 1);
    for (const t of [1e-2, 1e-5, 1e-7]) {
      const stretched = xi.map((entry, i) => entry * Math.exp(i < 12 ? t : -t));
      const expected = 2 * Math.sinh(t) ** 2 * nuclear;
      assertClose(`t = ${t}`, K.misalignment!(stretched) / expected, 1, 1e-12 + 1e-15 / t);
    }
  });

  it("states all of R_xi as misalignment where the factors annihilate each other", () => {
    const K = lowRankProduct({ nColumns: 2, rank: 2 });
    const xi = Float64Array.of(1, 2, 3, 0, 0, 0, 0, 0, 4, 5); // U = [u 0], V = [0 v], U V' = 0
    assert.deepEqual(imageOf(K, xi, 6), new Float64Array(6));
    assertClose("M", K.misalignment!(xi), K.surrogatePenalty(xi), 1e-15);
  });

  it("starts over a matrix of low rank where every entry can move, also when it has fewer columns than B", () => {
    const B = matrixOfRank(6, 5, 4, 1);
    for (const depth of [2, 3]) {
      const K = lowRankProduct({ nColumns: 4, rank: 2, depth });
      const xi = startingPoint(K, B, 0.5);
      assertAllClose("K(xi)", imageOf(K, xi, 20), B, 1e-14);
      for (let entry = 0; entry < 20; entry++) {
        const moved = new Float64Array(xi.length);
        K.pullback(xi, new Float64Array(20).fill(1, entry, entry + 1), moved);
        assertAtMost("slope", 1e-3, maxAbs(moved));
      }
    }
  });

  it("does not move from zero", () => {
    const K = lowRankProduct({ nColumns: 2, rank: 2 });
    const Z = Float64Array.of(1, 2, 3, 4);
    assert.deepEqual(denoise(K, Z, 0.1, new Float64Array(8)), new Float64Array(4));
  });

  it("refuses shapes that are none and matrices of a larger rank", () => {
    const throwsMessage = (action: () => unknown, message: string): void =>
      assert.throws(action, { name: "InputError", message: `lowRankProduct: ${message}` });
    throwsMessage(
      () => lowRankProduct({ nColumns: 0, rank: 1 }),
      "nColumns must be a positive integer, got 0",
    );
    throwsMessage(
      () => lowRankProduct({ nColumns: 2, rank: 1.5 }),
      "rank must be a positive integer, got 1.5",
    );
    throwsMessage(
      () => lowRankProduct({ nColumns: 2, rank: 1, depth: 2.5 }),
      "depth must be an integer >= 2, got 2.5",
    );
    throwsMessage(
      () => lowRankProduct({ nColumns: 3, rank: 1 }).surrogateSize(4),
      "the number of coefficients must be a multiple of 3, got 4",
    );
    const B = matrixOfRank(7, 3, 3, 2);
    throwsMessage(
      () => lowRankProduct({ nColumns: 3, rank: 1 }).rightInverse(B, new Float64Array(6)),
      "the rank of the coefficients must be <= 1, got 2",
    );
  });
});
