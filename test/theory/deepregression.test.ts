/** The data of the unit tests of deepregression, the R package of the authors, against the exact answers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { SmoothLasso, surrogateObjective } from "../../src/estimators";
import { choleskyFactor, choleskySolve } from "../../src/linalg/cholesky";
import { equalFactors, initialize, unitGates } from "../../src/objectives/initialization";
import { lbfgs, minimize } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { assertAllClose, assertClose } from "../support/assert-close";

interface Answer {
  readonly penalty: number;
  readonly coefficients: readonly number[];
}

interface GoldenFile {
  readonly p: number;
  readonly gram_lower: readonly (readonly number[])[];
  readonly moment: readonly number[];
  readonly product: Answer;
  readonly difference: Answer;
}

const file = path.resolve(__dirname, "../../../test/golden/deepregression.json");
const golden = JSON.parse(readFileSync(file, "utf8")) as GoldenFile;
const { p } = golden;

/**
 * `p` rows with the same `X'X/n` and `X'y/n` as the thousand of the file: with `G = L L'`, `X = sqrt(p) L'` and
 * `y = sqrt(p) L^-1 m`, so that `X'X/p = G` and `X'y/p = m`.
 */
function sameMoments(): { X: number[][]; y: Float64Array } {
  const lower = Float64Array.from(
    { length: p * p },
    (_, k) => golden.gram_lower[Math.floor(k / p)][k % p] ?? 0,
  );
  assert.ok(choleskyFactor(lower, p));
  const scale = Math.sqrt(p);
  const X = Array.from({ length: p }, (_, i) =>
    Array.from({ length: p }, (_, j) => (j < i ? 0 : scale * lower[j * p + i])),
  );
  // L' (G^-1 m) = L^-1 m
  const solution = Float64Array.from(golden.moment);
  choleskySolve(lower, p, solution);
  const y = Float64Array.from(X, (row) => row.reduce((sum, x, j) => sum + x * solution[j], 0));
  return { X, y };
}

describe("the layers of deepregression, with penalty parameter 1 on the squares of their weights", () => {
  const { X, y } = sameMoments();
  const plain = { fitIntercept: false, standardize: false, tol: 1e-13 };

  // Their loss is the mean squared error, ours half of it; R_xi is (u^2 + v^2)/2 of the product, u^2 + v^2 of the other.
  for (const [layer, parametrization, lambda, first] of [
    ["product", hadamardProduct(2), 1, 6.785],
    ["difference", hadamardDifference(2), 1 / 2, 8.353],
  ] as const) {
    it(`induce ${golden[layer].penalty} ||beta||_1 as the ${layer} layer, whose answer is ${first} and 49 exact zeros`, () => {
      const fit = new SmoothLasso({ ...plain, parametrization, lambda }).fit(X, y);
      assertClose("beta_1", fit.coef[0], first, 1e-3 / (1 + first));
      assert.deepEqual([...fit.support], [0]);
      assertAllClose("numpy's ISTA", fit.coef, golden[layer].coefficients, 1e-10);
    });

    it(`reach it by descent from the start that they have themselves, the ${layer} layer`, () => {
      const start = layer === "product" ? unitGates({ seed: 1 }) : equalFactors(1e-6);
      const Q = surrogateObjective(X, y, { parametrization, lambda });
      const x0 = initialize(parametrization, p, start);
      const { x } = minimize(Q, lbfgs(), x0, { gradientTolerance: 1e-9, maxIter: 5000 });
      assertAllClose("coefficients", Q.coefficients(x).coef, golden[layer].coefficients, 1e-6);
    });
  }
});
