/** Every estimator made again from JSON, and at work in other threads. */
import assert from "node:assert/strict";
import { type AnyEstimator, estimatorFromJSON } from "../../src/estimators";
import { firstColumns } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";

const { X, y } = linearData(11, 16, 12);

for (const { title, make, ways } of estimators) {
  describe(`${title}, as every estimator,`, () => {
    it("comes through JSON with any way to solve it, and fits the same to the last bit", () => {
      for (const way of [{}, ...ways]) {
        const model = make({ lambda: 0.2, ...way }, firstColumns(12)) as AnyEstimator;
        const again = estimatorFromJSON(JSON.stringify(model));
        assert.equal(again.constructor, model.constructor);
        assert.deepEqual(again.toJSON(), model.toJSON());
        assert.deepStrictEqual(again.fit(X, y), model.fit(X, y));
      }
    });

    it("is fitted and cross-validated in other threads to the last bit as in this one", async () => {
      const model = make({ lambda: 0.2 }, firstColumns(12)) as AnyEstimator;
      const options = { folds: 2, nLambdas: 2, lambdaMinRatio: 0.2 };
      const [fit, cv] = await Promise.all([
        model.fitAsync(X, y),
        model.crossValidateAsync(X, y, { ...options, workers: 2 }),
      ]);
      assert.deepStrictEqual(fit, model.fit(X, y));
      assert.deepStrictEqual(cv, model.crossValidate(X, y, options));
    });
  });
}
