import assert from "node:assert/strict";
import { largestEigenvalueBound } from "../../src/linalg/largest-eigenvalue";
import { seededRandom } from "../../src/random/random";
import { assertAtMost, assertClose } from "../support/assert-close";
import { symmetricEigenvalues } from "../support/finite-differences";
import { normals } from "../support/problems";

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
