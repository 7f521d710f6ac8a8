/** How every estimator is cross-validated. */
import assert from "node:assert/strict";
import { assertAllClose, assertClose } from "../support/assert-close";
import { firstColumns } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";

const wide = linearData(8, 15, 20);
const foldId = wide.y.map((_, i) => (i * i) % 3);

for (const { title, name, convex, make } of estimators) {
  describe(`${title}, as every estimator,`, () => {
    const model = make({ tol: convex ? 1e-12 : 1e-10 }, firstColumns(20));
    // Penalties that are not convex are solved from several starts each.
    const options = { nLambdas: convex ? 4 : 2, lambdaMinRatio: 0.1 };
    const cv = () => model.crossValidate(wide.X, wide.y, { ...options, foldId });

    it("is cross-validated by paths of the other folds along the lambdas of all rows", () => {
      const { foldScores, folds, lambdas, path, meanScore, best, lambdaMin } = cv();
      assert.deepEqual(path.coefs, model.path(wide.X, wide.y, options).coefs);
      assert.deepEqual(lambdas, path.lambdas);
      folds.forEach((id, f) => {
        const [outside, inside] = [false, true].map((held) =>
          [...foldId.keys()].filter((i) => (foldId[i] === id) === held),
        );
        const rowsOf = (rows: number[]): number[][] => rows.map((i) => wide.X[i]);
        const part = model.path(
          rowsOf(outside),
          outside.map((i) => wide.y[i]),
          { lambdas },
        );
        const losses = part.fits.map((fit) => {
          const predicted = fit.predict(rowsOf(inside));
          return inside.reduce((sum, i, k) => sum + (wide.y[i] - predicted[k]) ** 2, 0) / inside.length;
        });
        assertAllClose(`fold ${id}`, foldScores[f], losses, 1e-9);
      });
      const squares = foldScores.map((loss, f) => loss[1] * foldId.filter((id) => id === folds[f]).length);
      assertClose("meanScore", meanScore[1], squares.reduce((a, b) => a + b, 0) / 15, 1e-12);
      assert.equal(best, path.at(lambdaMin));
    });

    it("repeats its cross-validation to the last bit", () => {
      const [one, other] = [cv(), cv()];
      assert.deepEqual(one.meanScore, other.meanScore);
      assert.deepEqual(one.best.coef, other.best.coef);
      assert.equal(one.estimator, name);
    });
  });
}
