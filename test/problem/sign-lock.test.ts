import assert from "node:assert/strict";
import { gradientDescent, minimize } from "../../src/optimizers";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardProduct,
  type Parametrization,
} from "../../src/parametrizations";
import { signLockedCoordinates } from "../../src/problem/sign-lock";
import { startingPoint } from "../../src/problem/starting-point";
import { seededRandom } from "../../src/random/random";
import { balance } from "../../src/theory";
import { normals } from "../support/problems";

const lockedAt = (K: Parametrization, xi: ArrayLike<number>): number[] => [...signLockedCoordinates(K, xi)];

/** Whether gradient descent with small steps on `(beta - target)^2 / 2`, a target of the other sign, changes the sign. */
function changesSign(K: Parametrization, xi: Float64Array): boolean {
  const beta = new Float64Array(1);
  K.forward(xi, beta);
  const sign = Math.sign(beta[0]);
  let changed = false;
  const loss = {
    size: xi.length,
    valueAndGradient(point: Float64Array, gradient: Float64Array): number {
      K.forward(point, beta);
      const error = beta[0] + sign;
      gradient.fill(0);
      K.pullback(point, Float64Array.of(error), gradient);
      return error ** 2 / 2;
    },
  };
  minimize(loss, gradientDescent({ step: 0.02 }), xi, {
    maxIter: 20_000,
    tol: 0,
    onIteration({ x }) {
      K.forward(x, beta);
      changed ||= beta[0] * sign < 0;
      return changed;
    },
  });
  return changed;
}

describe("signLockedCoordinates", () => {
  it("names the coefficients of two factors of equal magnitude, and no others", () => {
    assert.deepEqual(lockedAt(hadamardProduct({ depth: 2 }), [1, -2, 3, 1, 2, 2, -3, 1 + 1e-9]), [1, 2]);
  });

  it("names the coefficients of three factors whose smallest magnitude is shared", () => {
    const K = hadamardProduct({ depth: 3 });
    const factors = [
      [1, 1, 1], // all equal
      [1, -1, 5], // the smallest twice
      [1, 5, 5], // the largest twice
      [1, 2, 3],
    ];
    const xi = [0, 1, 2].flatMap((l) => factors.map((of) => of[l]));
    assert.deepEqual(lockedAt(K, xi), [0, 1]);
  });

  it("names the coefficients of a difference whose other part is zero", () => {
    assert.deepEqual(lockedAt(hadamardDifference({ depth: 2 }), [2, 2, 0, 0, 1e-6, 3]), [0, 2]);
    // An odd power has its sign: (-2)^3 - (-1)^3 has two parts that pull apart, 2^3 - (-1)^3 has not.
    assert.deepEqual(lockedAt(hadamardDifference({ depth: 3 }), [-2, 2, -1, -1]), [1]);
  });

  it("agrees with what gradient descent does, for random factors of which some are tied", () => {
    const random = seededRandom(11);
    const seen = new Set<boolean>();
    for (const K of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 3 }),
      hadamardDifference({ depth: 2 }),
      hadamardDifference({ depth: 3 }),
    ]) {
      for (let trial = 0; trial < 12; trial++) {
        const xi = normals(random, K.surrogateSize(1)).map(
          (entry) => Math.sign(entry) * (0.5 + 0.3 * Math.tanh(Math.abs(entry))),
        );
        if (trial % 2 === 0) xi[1] = K.name.startsWith("hadamardProduct") ? -xi[0] : 0;
        const locked = lockedAt(K, xi).length === 1;
        seen.add(locked);
        assert.equal(changesSign(K, xi), !locked, `${K.name} at ${xi}`);
      }
    }
    assert.equal(seen.size, 2);
  });

  it("names every coefficient of a balanced point, and none that is zero", () => {
    for (const K of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 4 }),
      hadamardDifference({ depth: 2 }),
      hadamardDifference({ depth: 3 }),
    ]) {
      assert.deepEqual(lockedAt(K, balance(K, [0.3, 0, -2])), [0, 2], K.name);
    }
  });

  it("names a group of one where it is balanced; larger groups can turn", () => {
    const K = groupHadamardProduct([1, 2, 2]);
    assert.deepEqual(lockedAt(K, balance(K, [-2, 1, 1])), [0]);
  });

  it("names none where parametrizations start, and none of a map with one sign only", () => {
    const beta = Float64Array.of(2, 0, -1e-3);
    for (const K of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 3 }),
      hadamardDifference({ depth: 4 }),
    ]) {
      assert.deepEqual(lockedAt(K, startingPoint(K, beta, 0.7)), [], K.name);
    }
    const square: Parametrization = {
      ...hadamardProduct({ depth: 2 }),
      name: "square",
      surrogateSize: (p) => p,
      forward: (xi, out) => out.set(xi.map((v) => v * v)),
      pullback(xi, cotangent, out) {
        cotangent.forEach((c, j) => {
          out[j] += 2 * xi[j] * c;
        });
      },
    };
    assert.deepEqual(lockedAt(square, [1, -2]), []);
  });

  it("refuses entries that are not finite, which nothing could be followed from", () => {
    assert.throws(() => lockedAt(hadamardProduct({ depth: 2 }), [1, Number.NaN]), {
      name: "InputError",
      message: "signLockedCoordinates: entry 1 of xi must be a finite number, got NaN",
    });
  });
});
