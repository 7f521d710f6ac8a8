import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import {
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  lowRankProduct,
  nonNegativeSquare,
  type Parametrization,
  signedPower,
} from "../../src/parametrizations";
import { assertAtMost } from "../support/assert-close";

/** The least and the largest coefficient that points within `radius` of `xi` map to. */
function imageOfBall(K: Parametrization, xi: readonly number[], radius: number): [number, number] {
  const random = seededRandom(3);
  const beta = new Float64Array(1);
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let trial = 0; trial < 2000; trial++) {
    K.forward(
      Float64Array.from(xi, (x) => x + radius * (2 * random.uniform() - 1)),
      beta,
    );
    [least, largest] = [Math.min(least, beta[0]), Math.max(largest, beta[0])];
  }
  return [least, largest];
}

describe("local openness", () => {
  const openMaps: readonly (readonly [Parametrization, readonly number[][]])[] = [
    [
      hadamardProduct({ depth: 2 }),
      [
        [0, 0],
        [1, 0],
        [0, -1],
      ],
    ],
    [
      hadamardProduct({ depth: 3 }),
      [
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 0],
      ],
    ],
    [
      hadamardDifference({ depth: 2 }),
      [
        [0, 0],
        [1, 1],
        [1, 0],
      ],
    ],
    [
      hadamardDifference({ depth: 3 }),
      [
        [0, 0],
        [1, 1],
        [-1, 0],
      ],
    ],
    [signedPower({ depth: 2.5 }), [[0], [1], [-2]]],
  ];
  for (const [K, points] of openMaps) {
    it(`holds for ${K.name} where it could fail: every ball maps onto both sides`, () => {
      const center = new Float64Array(1);
      for (const xi of points) {
        K.forward(Float64Array.from(xi), center);
        for (const radius of [1, 1e-3]) {
          const [least, largest] = imageOfBall(K, xi, radius);
          assert.ok(least < center[0] && center[0] < largest, `at ${xi}`);
        }
      }
    });
  }

  it("fails for hadamardPower where the shared factor is zero and the other is not", () => {
    for (const sharing of ["weighted", "plain"] as const) {
      const K = hadamardPower({ depth: 3, sharing });
      const [least, largest] = imageOfBall(K, [1, 0], 0.5);
      assertAtMost("no negative coefficient is near", 0, least);
      assert.ok(largest > 0);
    }
  });

  it("holds for nonNegativeSquare among nonnegative coefficients only", () => {
    const [least, largest] = imageOfBall(nonNegativeSquare(), [0], 0.5);
    assertAtMost("no negative coefficient", 0, least);
    assertAtMost("positive ones", 0.2, largest);
  });

  it("fails for lowRankProduct where V is zero and the columns of U do not span", () => {
    const K = lowRankProduct({ nColumns: 1, rank: 1 });
    const random = seededRandom(5);
    const B = new Float64Array(2);
    for (let trial = 0; trial < 2000; trial++) {
      const [du, dw, v] = Array.from({ length: 3 }, () => 0.1 * (2 * random.uniform() - 1));
      K.forward(Float64Array.of(1 + du, dw, v), B); // U = (1, 0)', V = 0
      assertAtMost("near the direction of U", Math.abs(B[1]), 0.12 * Math.abs(B[0]));
    }
  });

  it("missing gives hadamardPower without a penalty a spurious local minimum, which any penalty removes", () => {
    const K = hadamardPower({ depth: 3 });
    const beta = new Float64Array(1);
    const random = seededRandom(4);
    const xi = [1, 0];
    /** The loss `beta`, which has no minimum at all, with penalty. */
    const Q = (point: Float64Array, lambda: number): number => {
      K.forward(point, beta);
      return beta[0] + lambda * K.surrogatePenalty(point);
    };
    for (let trial = 0; trial < 500; trial++) {
      const near = Float64Array.from(xi, (x) => x + 0.1 * random.normal());
      if (near[0] > 0) assertAtMost("Q at the spurious minimum", Q(Float64Array.from(xi), 0), Q(near, 0));
    }
    const gradient = new Float64Array(2);
    K.pullback(Float64Array.from(xi), Float64Array.of(1), gradient);
    K.addSurrogateGradient(Float64Array.from(xi), 1e-3, gradient);
    assert.ok(Math.abs(gradient[0]) > 0, "with a penalty the point is not stationary");
  });
});
