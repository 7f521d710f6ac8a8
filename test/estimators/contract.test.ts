/** What a fit of every estimator is, and that it is one of the data and options alone. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import type { ModelOptions, SparseLinearFit } from "../../src/estimators";
import { assertAtMost, assertClose } from "../support/assert-close";
import { firstColumns, groupMembers } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { deviationsOf, objectiveOf } from "../support/written-out";

const data = linearData(7, 40, 6);
const { X, y } = data;
const wide = linearData(8, 12, 30);
const wideColumns = firstColumns(30);

for (const estimator of estimators) {
  const { title, name, convex, make, penalty } = estimator;
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;
  const lambda = 0.1 * largest;
  const fitOf = (options: ModelOptions = {}): SparseLinearFit => make({ lambda, ...options }).fit(X, y);

  describe(`${title}, as every estimator,`, () => {
    it("gives one coefficient a feature, their support, names and an ended certificate", () => {
      const fit = fitOf({ tol: 1e-13 });
      assert.equal(fit.estimator, name);
      assert.equal(fit.coef.length, 6);
      assert.ok(fit.coef instanceof Float64Array && fit.support instanceof Int32Array);
      assert.deepEqual(
        [...fit.support],
        [...fit.coef.keys()].filter((j) => fit.coef[j] !== 0),
      );
      assert.deepEqual(fit.featureNames, ["x0", "x1", "x2", "x3", "x4", "x5"]);
      assert.equal(fit.lambda, lambda);
      assert.equal(fit.status, "converged");
      assert.equal(fit.certificate.dualityGap !== undefined, convex);
      assert.deepEqual(fit.notes, []);
      assert.ok(fit.trace.length > 0);
      for (const [k, row] of fit.trace.entries())
        if (k > 0) assert.ok(row.iteration > fit.trace[k - 1].iteration);
    });

    it("keeps its promise at the default tolerance, over a whole default grid, also with p > n", () => {
      for (const rows of [data, wide]) {
        // Penalties that are not convex are solved from several starts each.
        const nLambdas = convex ? 100 : 20;
        const model = make({}, firstColumns(rows.X[0].length));
        const [first] = model.path(rows.X, rows.y, { nLambdas: 1 }).lambdas;
        const ratio = rows === data ? 1e-4 : 1e-2;
        // As lambdas of one's own they are all visited.
        const lambdas = Array.from({ length: nLambdas }, (_, k) => first * ratio ** (k / (nLambdas - 1)));
        const path = model.path(rows.X, rows.y, { lambdas });
        assert.equal(path.fits.length, nLambdas);
        const nullModel = objectiveOf(estimator, rows, 0, {
          coef: rows.X[0].map(() => 0),
          intercept: rows.y.reduce((a, b) => a + b / rows.y.length, 0),
        });
        for (const { status, certificate, lambda: own } of path.fits) {
          assert.equal(status, "converged", `lambda ${own}`);
          if (convex) assertAtMost("gap", certificate.dualityGap!, 1e-7 * nullModel);
          else {
            assertAtMost("violation", certificate.violation, 1e-7 * own);
            assertAtMost("coordinatewise", certificate.singleCoordinateGain, 1e-7 * nullModel);
            assertAtMost("objective", certificate.objective, nullModel, 1e-12 * nullModel);
          }
        }
      }
    });

    it("states the objective that its documentation prints", () => {
      for (const [rows, columns] of [
        [data, firstColumns(6)],
        [wide, wideColumns],
      ] as const) {
        for (const share of [0.9, 0.1, 1e-3]) {
          const fit = make({ lambda: share * largest }, columns).fit(rows.X, rows.y);
          const expected = objectiveOf(estimator, rows, fit.lambda, fit);
          assertClose(`share ${share}`, fit.certificate.objective, expected, 1e-12);
        }
      }
    });

    it("is no higher than any other point: the gap bounds them all, or it is the least by coordinate and group", () => {
      const random = seededRandom(3);
      for (const [rows, columns] of [
        [data, firstColumns(6)],
        [wide, wideColumns],
      ] as const) {
        const scales = deviationsOf(rows.X);
        for (const share of [0.3, 0.02]) {
          const fit = make({ lambda: share * largest }, columns).fit(rows.X, rows.y);
          const reached = objectiveOf(estimator, rows, fit.lambda, fit);
          // A converged fit of a penalty that is not convex may still fall by so much, coordinate by coordinate.
          const slack =
            fit.certificate.dualityGap ??
            1e-7 * objectiveOf(estimator, rows, 0, { ...fit, coef: scales.map(() => 0) });
          const compare = (coef: readonly number[], what: string): void =>
            assertAtMost(what, reached, objectiveOf(estimator, rows, fit.lambda, { ...fit, coef }), slack);
          const own = [...fit.coef];
          for (let trial = 0; trial < 200; trial++) {
            const size = 10 ** (-6 * random.uniform());
            const j = Math.floor(random.uniform() * own.length);
            compare(
              own.map((b, k) => (k === j ? b + (size * random.normal()) / scales[j] : b)),
              `coordinate ${j}`,
            );
            compare(
              own.map((b, k) => (k === j ? 0 : b)),
              `no coordinate ${j}`,
            );
            for (const members of groupMembers(columns)) {
              if (members.includes(j))
                compare(
                  own.map((b, k) => (members.includes(k) ? 0 : b)),
                  `no group of ${j}`,
                );
            }
            const near = convex ? size : 1e-3 * size;
            compare(
              own.map((b, k) => (b === 0 && !convex ? 0 : b + (near * random.normal()) / scales[k])),
              "all",
            );
          }
        }
      }
      assert.ok(penalty([1], 1, [0], 1) > 0, "a penalty that penalizes");
    });

    it("has no negative zero among its coefficients, which would print as -0", () => {
      const path = make({}, wideColumns).path(wide.X, wide.y, { nLambdas: 10 });
      for (const coef of path.coefs)
        assert.equal(
          coef.findIndex((b) => Object.is(b, -0)),
          -1,
        );
    });

    it("repeats itself to the last bit, and fits the same whatever was fitted before", () => {
      const model = make({ lambda });
      const first = model.fit(X, y);
      make({ lambda }, wideColumns).path(wide.X, wide.y, { nLambdas: 3 });
      model.path(X.slice(1), y.slice(1), { nLambdas: 3 });
      assert.deepEqual(model.fit(X, y), first);
      assert.deepEqual(make({ lambda }).fit(X, y).coef, first.coef);
    });

    it("leaves the data alone, and keeps none of it but a copy", () => {
      const rows = X.map((row) => [...row]);
      const target = Float64Array.from(y);
      const fit = make({ lambda }).fit(rows, target);
      const path = make().path(rows, target, { nLambdas: 3 });
      assert.deepEqual(rows, X);
      assert.deepEqual([...target], y);
      const before = path.at(lambda).coef;
      rows[0][0] = 1e9;
      target.fill(0);
      assert.deepEqual(path.at(lambda).coef, before);
      assert.deepEqual(fit.predict(X), make({ lambda }).fit(X, y).predict(X));
    });
  });
}
