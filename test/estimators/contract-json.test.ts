/** A fit of every estimator, written as JSON and read again. */
import assert from "node:assert/strict";
import { logistic } from "../../src/datafits";
import { fitFromJSON, pathFromJSON, type SparseLinearFit } from "../../src/estimators";
import { datafitCases } from "../support/datafit-cases";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";

const { X, y } = linearData(7, 40, 6);
const names = ["a", "b", "c", "d", "e", "f"];
const table = Object.fromEntries(names.map((key, j) => [key, X.map((row) => row[j])]));
const oneResponse = datafitCases.filter(({ datafit }) => datafit.nResponses === 1);

/** Everything that two fits show, all of it compared to the last bit. */
function assertSame(again: SparseLinearFit, fit: SparseLinearFit): void {
  assert.deepStrictEqual(again, fit);
  assert.equal(again.toString(), fit.toString());
  assert.deepEqual(again.toMimeBundle(), fit.toMimeBundle());
  assert.deepEqual(again.toJSON(), fit.toJSON());
}

for (const { title, name, make } of estimators) {
  describe(`${title}, as every estimator,`, () => {
    it("has fits that come through JSON to the last bit, along a path, and predict and score the same", () => {
      const path = make().path(table, y, { nLambdas: 4 });
      for (const fit of path.fits) {
        const again = fitFromJSON(JSON.stringify(fit));
        assertSame(again, fit);
        assert.equal(again.estimator, name);
        assert.deepEqual(again.predict(table), fit.predict(table));
        assert.equal(again.score(table, y), fit.score(table, y));
        assertSame(fitFromJSON(fit.toJSON()), fit);
      }
      const again = pathFromJSON(JSON.stringify(path));
      assert.deepStrictEqual(again, path);
      assert.equal(again.toString(), path.toString());
      assert.deepEqual(again.toRecords(), path.toRecords());
      assert.deepEqual(again.at(path.lambdas[2]).predict(table), path.fits[2].predict(table));
    });

    it("has fits of every loss that come through JSON, with labels and offsets", () => {
      for (const { datafit, draw } of oneResponse) {
        const target = draw(40, 5);
        const fit = make({ datafit, lambda: 0.05 }).fit(X, target, { offset: X.map((row) => 0.1 * row[0]) });
        const again = fitFromJSON(JSON.stringify(fit));
        assertSame(again, fit);
        const offset = X.map(() => 0.5);
        assert.deepEqual(again.predict(X, { offset }), fit.predict(X, { offset }), datafit.name);
        assert.equal(again.score(X, target, { offset }), fit.score(X, target, { offset }), datafit.name);
        assert.throws(() => again.predict(X), { message: /offset must be given, as in the fit/ });
      }
      const labels = X.map((row, i) => (row[0] + Math.sin(7 * i) > 0 ? "yes" : "no"));
      const fit = make({ datafit: logistic(), lambda: 0.02 }).fit(X, labels);
      const again = fitFromJSON(JSON.stringify(fit));
      assert.deepEqual(again.predictLabels(X), fit.predictLabels(X));
      assert.deepEqual(again.predictProbability(X), fit.predictProbability(X));
    });

    it("starts from a fit that was read from JSON as from any other", () => {
      const fit = make({ lambda: 0.3 }).fit(X, y);
      const run = (init: SparseLinearFit) => make({ lambda: 0.2, init }).fit(X, y);
      assert.deepEqual(run(fitFromJSON(JSON.stringify(fit))), run(fit));
    });
  });
}
