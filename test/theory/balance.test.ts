import fc from "fast-check";
import { surrogateObjective } from "../../src/estimators";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardProduct,
  type Parametrization,
} from "../../src/parametrizations";
import { balance, misalignment } from "../../src/theory";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const members: readonly Parametrization[] = [
  hadamardProduct(2),
  hadamardProduct(3, { weights: [2, 0.5, 1, 7] }),
  hadamardProduct(4),
  hadamardDifference(2),
  hadamardDifference(3),
  groupHadamardProduct([1, 1, 2, 2]),
];
const four = (entry: fc.Arbitrary<number>) => fc.array(entry, { minLength: 4, maxLength: 4 });
/** Multiples of 1/8: their powers are exact, so that a difference of powers does not cancel. */
const number = fc.integer({ min: -80, max: 80 }).map((eighths) => eighths / 8);

describe("balance", () => {
  for (const K of members) {
    it(`gives a point over beta with no misalignment, ${K.name}`, () => {
      fc.assert(
        fc.property(four(number), (beta) => {
          const xi = balance(K, beta);
          const back = new Float64Array(4);
          K.forward(xi, back);
          assertAllClose("K(balance(beta))", back, beta, 1e-14);
          assertAtMost("misalignment", misalignment(K, xi), 0, 1e-13);
          assertClose(
            "R_xi",
            K.surrogatePenalty(xi),
            K.inducedPenalty.value(Float64Array.from(beta), 1),
            1e-13,
          );
        }),
      );
    });
  }
});

describe("misalignment", () => {
  const { X, y } = linearData(12, 20, 4);
  const lambda = 0.7;

  for (const K of members) {
    it(`is what the surrogate exceeds the sparse problem by, over lambda, and never negative, ${K.name}`, () => {
      const Q = surrogateObjective(X, y, { parametrization: K, lambda });
      fc.assert(
        fc.property(fc.array(number, { minLength: Q.size, maxLength: Q.size }), (entries) => {
          const xi = Float64Array.from(entries);
          const { coef } = Q.coefficients(xi);
          const squares = X.map((row, i) => (y[i] - row.reduce((eta, x, j) => eta + x * coef[j], 0)) ** 2);
          const loss = squares.reduce((sum, square) => sum + square, 0) / 40;
          const sparse = loss + K.inducedPenalty.value(coef, lambda);
          const surrogate = Q.valueAndGradient(xi, new Float64Array(Q.size));
          assertClose("Q", surrogate, sparse + lambda * misalignment(K, xi), 1e-12);
          assertAtMost("0 <= M", 0, misalignment(K, xi));
        }),
      );
    });
  }

  it("is the difference of the penalties where a parametrization states no formula of its own", () => {
    const { misalignment: _, ...plain } = hadamardProduct(2);
    assertClose("M", misalignment(plain, [3, 1]), 2, 1e-15);
  });
});
