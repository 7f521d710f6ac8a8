/** How every estimator follows its data when they are reordered, rescaled or moved. */
import assert from "node:assert/strict";
import type { ModelOptions, SparseLinearFit } from "../../src/estimators";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertClose } from "../support/assert-close";
import { firstColumns } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { type LinearData, linearData } from "../support/problems";

const data = linearData(7, 40, 6);
const { X, y } = data;

/** Reordered columns or rows. */
const pick = <T>(values: readonly T[], order: Int32Array): T[] => Array.from(order, (i) => values[i]);

for (const { title, convex, make, rescaled, scales } of estimators) {
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;
  const lambda = 0.1 * largest;
  // Without a gap what is measured is the gradient, which has fewer digits.
  const tol = convex ? 1e-13 : 1e-11;
  const fitOf = (
    options: ModelOptions = {},
    rows: LinearData = data,
    columns: readonly number[] = firstColumns(6),
  ): SparseLinearFit => make({ lambda, tol, ...options }, columns).fit(rows.X, rows.y);

  describe(`${title}, as every estimator,`, () => {
    const fit = fitOf();

    it("follows a permutation of the features and of the rows", () => {
      const random = seededRandom(1);
      for (let trial = 0; trial < 3; trial++) {
        const [features, rows] = [random.permutation(6), random.permutation(40)];
        const shuffled = { X: pick(X, rows).map((row) => pick(row, features)), y: pick(y, rows) };
        const other = fitOf({}, shuffled, [...features]);
        assert.equal(other.status, "converged");
        assertAllClose("coef", other.coef, pick([...fit.coef], features), 1e-9);
        assertClose("intercept", other.intercept, fit.intercept, 1e-9);
        assertClose("objective", other.certificate.objective, fit.certificate.objective, 1e-12);
      }
    });

    it("follows the scale and the origin of X, from 1e-8 to 1e8", () => {
      for (const scale of [1e-8, 1e8]) {
        const moved = X.map((row) => row.map((x) => scale * (x + 3)));
        const other = fitOf({}, { X: moved, y });
        const back = other.coef.map((b) => b * scale);
        assert.equal(other.status, "converged");
        assertAllClose(`scale ${scale}`, back, fit.coef, 1e-7);
        assert.deepEqual(other.support, fit.support);
        assertAllClose("predictions", other.predict(moved), fit.predict(X), 1e-7);
        assertClose("objective", other.certificate.objective, fit.certificate.objective, 1e-9);
      }
    });

    it("follows the scale and the origin of y, with lambda scaled by the degree of its penalty", () => {
      for (const scale of scales) {
        const response = y.map((v) => scale * (v - 5));
        const other = fitOf(rescaled(lambda, scale), { X, y: response });
        assert.equal(other.status, "converged");
        const back = other.coef.map((b) => b / scale);
        assertAllClose(`scale ${scale}`, back, fit.coef, 1e-9);
        assertClose("intercept", other.intercept / scale, fit.intercept - 5, 1e-9);
      }
    });

    it("keeps its digits where the means of the columns are 1e8", () => {
      const far = fitOf({ tol: 1e-9 }, { X: X.map((row) => row.map((x) => x + 1e8)), y });
      assert.equal(far.status, "converged");
      // The entries themselves lost eight of their digits.
      assertAllClose("coef", far.coef, fit.coef, 1e-6);
    });

    it("has columns of scale 1e-6 to 1e6 as if they had the same, since it standardizes", () => {
      const units = X[0].map((_, j) => 10 ** ((12 * j) / 5 - 6));
      const other = fitOf({}, { X: X.map((row) => row.map((x, j) => x * units[j])), y });
      assert.equal(other.status, "converged");
      assertAllClose(
        "coef",
        other.coef.map((b, j) => b * units[j]),
        fit.coef,
        1e-9,
      );
    });
  });
}
