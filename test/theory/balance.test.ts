import assert from "node:assert/strict";
import fc from "fast-check";
import { hadamardProduct, nonNegativeSquare } from "../../src/parametrizations";
import { surrogateObjective } from "../../src/surrogate";
import { balance, misalignment } from "../../src/theory";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { intoImage, members } from "../support/parametrizations";
import { linearData } from "../support/problems";

/** Multiples of 1/8: their powers are exact, so that a difference of powers does not cancel. */
const number = fc.integer({ min: -80, max: 80 }).map((eighths) => eighths / 8);

const vectors = (length: number) => fc.array(number, { minLength: length, maxLength: length });

describe("balance", () => {
  it("refuses coefficients that no factors give, in one sentence", () => {
    for (const [beta, message] of [
      [[1, -1], "balance: beta[1] must be a coefficient that nonNegativeSquare() reaches, got -1"],
      [[Number.NaN], "balance: beta[0] must be a coefficient that nonNegativeSquare() reaches, got NaN"],
    ] as const) {
      assert.throws(() => balance(nonNegativeSquare(), beta), { name: "InputError", message });
    }
  });

  it("gives a point over beta without misalignment, of every parametrization", () => {
    for (const member of members) {
      const { K, nFeatures, title } = member;
      fc.assert(
        fc.property(vectors(nFeatures), (entries) => {
          const beta = intoImage(member, Float64Array.from(entries));
          const xi = balance(K, beta);
          const back = new Float64Array(nFeatures);
          K.forward(xi, back);
          assertAllClose(`K(balance(beta)) of ${title}`, back, beta, 1e-13);
          assertAtMost(`misalignment of ${title}`, misalignment(K, xi), 0, 1e-12);
          assertClose(title, K.surrogatePenalty(xi), K.inducedPenalty.value(beta, 1), 1e-12);
        }),
        { numRuns: 25 },
      );
    }
  });
});

describe("misalignment", () => {
  it("is what the surrogate exceeds the sparse problem by, over lambda, and never negative", () => {
    const lambda = 0.7;
    for (const { K, nFeatures, title } of members) {
      const { X, y } = linearData(12, 20, nFeatures);
      const Q = surrogateObjective(X, y, { parametrization: K, lambda });
      fc.assert(
        fc.property(vectors(Q.size), (entries) => {
          const xi = Float64Array.from(entries);
          const { coef } = Q.coefficients(xi);
          const squares = X.map((row, i) => (y[i] - row.reduce((eta, x, j) => eta + x * coef[j], 0)) ** 2);
          const loss = squares.reduce((sum, square) => sum + square, 0) / 40;
          const sparse = loss + K.inducedPenalty.value(coef, lambda);
          const surrogate = Q.valueAndGradient(xi, new Float64Array(Q.size));
          assertClose(title, surrogate, sparse + lambda * misalignment(K, xi), 1e-12);
          assertAtMost(title, 0, misalignment(K, xi));
        }),
        { numRuns: 25 },
      );
    }
  });

  it("is the difference of the penalties where a parametrization states no formula of its own", () => {
    const { misalignment: _, ...plain } = hadamardProduct({ depth: 2 });
    assertClose("M", misalignment(plain, [3, 1]), 2, 1e-15);
  });
});
