/** The theory tested: the local minima of the surrogate are those of the sparse problem, and no others. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { lbfgs, minimize } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { isSeparable } from "../../src/penalties";
import { surrogateObjective } from "../../src/surrogate";
import { balance, isStrictSaddle, localMinima, smallestCurvature } from "../../src/theory";
import { assertAtMost } from "../support/assert-close";
import { linearData, normals } from "../support/problems";

const deep = [
  hadamardProduct({ depth: 3 }),
  hadamardProduct({ depth: 4 }),
  hadamardDifference({ depth: 3 }),
  hadamardDifference({ depth: 4 }),
];

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (entry, j) => Math.abs(entry - b[j])));
}

describe("the limits of descent on a deep surrogate", () => {
  for (const parametrization of deep) {
    for (const [nFeatures, nStarts, lambda] of [
      [1, 60, 0.3],
      [2, 200, 0.3],
      [3, 600, 0.35],
    ]) {
      it(`are all the local minima of the sparse problem and nothing else, ${parametrization.name}, p = ${nFeatures}`, () => {
        const { X, y } = linearData(31, 12, nFeatures, 0.2);
        const { inducedPenalty: penalty } = parametrization;
        const minima = localMinima(X, y, { penalty, lambda });
        assert.ok(minima.length >= 2 * nFeatures, `the problem has ${minima.length} local minima`);

        const Q = surrogateObjective(X, y, { parametrization, lambda });
        const random = seededRandom(9);
        const reached = new Set<number>();
        for (let start = 0; start < nStarts; start++) {
          // Coefficients that start near zero stay there: each minimum has its basin.
          const scales = X[0].map(() => (random.uniform() < 0.3 ? 0.05 : 1.5 * random.uniform()));
          const x0 = normals(random, Q.size).map((entry, i) => scales[i % nFeatures] * entry);
          const { x } = minimize(Q, lbfgs(), x0, { tol: 1e-12, maxIter: 5000 });
          const { coef } = Q.coefficients(x);
          const distances = minima.map(({ beta }) => distance(beta, coef));
          const nearest = distances.indexOf(Math.min(...distances));
          assertAtMost(`start ${start} ends at ${coef}`, distances[nearest], 0, 1e-6);
          reached.add(nearest);
        }
        assert.deepEqual(
          [...reached].sort((a, b) => a - b),
          minima.map((_, k) => k),
          "every local minimum is the limit of some start",
        );
      });
    }

    it(`are no saddles: the balanced points over local minima bend up everywhere, ${parametrization.name}`, () => {
      const { X, y } = linearData(32, 15, 3);
      const { inducedPenalty: penalty } = parametrization;
      assert.ok(isSeparable(penalty));
      const Q = surrogateObjective(X, y, { parametrization, lambda: 0.3 });
      for (const { beta } of localMinima(X, y, { penalty, lambda: 0.3 })) {
        const xi = balance(parametrization, beta);
        assert.equal(isStrictSaddle(Q, xi), false);
        const { curvature, largest } = smallestCurvature(Q, xi);
        assertAtMost(`curvature at ${beta}`, 0, curvature, 1e-8 * largest);
      }
    });
  }
});
