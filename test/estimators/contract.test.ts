/** What every estimator promises, written once and run over all of them. */
import assert from "node:assert/strict";
import type { ModelOptions, SparseLinearFit } from "../../src/estimators";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { estimators } from "../support/estimators";
import { type LinearData, linearData } from "../support/problems";

const data = linearData(7, 40, 6);
const { X, y } = data;
const wide = linearData(8, 12, 30);
const exact = 1e-13;

/** Reordered columns or rows. */
const pick = <T>(values: readonly T[], order: Int32Array): T[] => Array.from(order, (i) => values[i]);

/** Ordinary least squares by Gaussian elimination on the normal equations: nothing of the library. */
function leastSquares({ X: rows, y: target }: LinearData): number[] {
  const design = rows.map((row) => [1, ...row]);
  const size = design[0].length;
  const system = Array.from({ length: size }, (_, j) => [
    ...Array.from({ length: size }, (_unused, k) => design.reduce((sum, row) => sum + row[j] * row[k], 0)),
    design.reduce((sum, row, i) => sum + row[j] * target[i], 0),
  ]);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      if (i === j) continue;
      const factor = system[i][j] / system[j][j];
      for (let k = j; k <= size; k++) system[i][k] -= factor * system[j][k];
    }
  }
  return system.map((row, j) => row[size] / row[j]);
}

for (const { name, convex, make } of estimators) {
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;
  const lambda = 0.1 * largest;
  const fitOf = (options: ModelOptions = {}, rows: LinearData = data): SparseLinearFit =>
    make({ lambda, tol: exact, ...options }).fit(rows.X, rows.y);

  describe(`${name}, as every estimator,`, () => {
    it("gives one coefficient a feature, their support, names and an ended certificate", () => {
      const fit = fitOf();
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
      for (const [k, row] of fit.trace.entries())
        if (k > 0) assert.ok(row.iteration > fit.trace[k - 1].iteration);
    });

    it("keeps its promise at the default tolerance, over a whole default path, also with p > n", () => {
      for (const rows of [data, wide]) {
        const path = make().path(rows.X, rows.y);
        assert.equal(path.fits.length, 100);
        const nullModel = path.fits[0].certificate.objective;
        for (const fit of path.fits) {
          assert.equal(fit.status, "converged");
          if (convex) assertAtMost("gap", fit.certificate.dualityGap!, 1e-7 * nullModel);
        }
      }
    });

    it("has no negative zero among its coefficients, which would print as -0", () => {
      const path = make().path(wide.X, wide.y, { nLambdas: 10 });
      for (const coef of path.coefs)
        assert.equal(
          coef.findIndex((b) => Object.is(b, -0)),
          -1,
        );
    });

    it("repeats itself to the last bit, and fits the same whatever was fitted before", () => {
      const model = make({ lambda });
      const first = model.fit(X, y);
      model.path(wide.X, wide.y, { nLambdas: 3 });
      assert.deepEqual(model.fit(X, y), first);
      assert.deepEqual(make({ lambda }).fit(X, y).coef, first.coef);
    });

    it("leaves the data alone, and keeps none of it", () => {
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

    it("follows a permutation of the features and of the rows", () => {
      const random = seededRandom(1);
      const fit = fitOf();
      for (let trial = 0; trial < 3; trial++) {
        const [features, rows] = [random.permutation(6), random.permutation(40)];
        const shuffled = { X: pick(X, rows).map((row) => pick(row, features)), y: pick(y, rows) };
        const other = fitOf({}, shuffled);
        assertAllClose("coef", other.coef, pick([...fit.coef], features), 1e-9);
        assertClose("intercept", other.intercept, fit.intercept, 1e-9);
      }
    });

    it("follows the scale and the origin of X, from 1e-8 to 1e8", () => {
      const fit = fitOf();
      for (const scale of [1e-8, 1e8]) {
        const other = fitOf({}, { X: X.map((row) => row.map((x) => scale * (x + 3))), y });
        assertAllClose(
          `scale ${scale}`,
          other.coef.map((b) => b * scale),
          fit.coef,
          1e-7,
        );
        assert.deepEqual(other.support, fit.support);
        assertAllClose(
          "predictions",
          other.predict(X.map((row) => row.map((x) => scale * (x + 3)))),
          fit.predict(X),
          1e-7,
        );
        assertClose("objective", other.certificate.objective, fit.certificate.objective, 1e-9);
      }
    });

    it("follows the scale and the origin of y, with lambda scaled alike", () => {
      const fit = fitOf();
      for (const scale of [1e-20, 1e-8, 1e8, 1e20]) {
        const other = fitOf({ lambda: lambda * scale }, { X, y: y.map((v) => scale * (v - 5)) });
        assertAllClose(
          `scale ${scale}`,
          other.coef.map((b) => b / scale),
          fit.coef,
          1e-9,
        );
        assertClose("intercept", other.intercept / scale, fit.intercept - 5, 1e-9);
        assert.equal(other.status, "converged");
      }
    });

    it("keeps its digits where the means of the columns are 1e8", () => {
      const far = fitOf({ tol: 1e-9 }, { X: X.map((row) => row.map((x) => x + 1e8)), y });
      // The entries themselves lost eight of their digits.
      assertAllClose("coef", far.coef, fitOf().coef, 1e-6);
    });

    it("is least squares at lambda 0", () => {
      const [intercept, ...coef] = leastSquares(data);
      const fit = fitOf({ lambda: 0 });
      assert.equal(fit.status, "converged");
      assert.equal(fit.certificate.dualityGap, undefined);
      assertAllClose("coef", fit.coef, coef, 1e-10);
      assertClose("intercept", fit.intercept, intercept, 1e-10);
    });

    it("is least squares on its free columns, whatever lambda is", () => {
      const free = fitOf({ lambda: 1e6, penaltyFactors: [0, 0, Infinity, 1, 1, 1] });
      const [intercept, a, b] = leastSquares({ X: X.map((row) => row.slice(0, 2)), y });
      assertAllClose("coef", free.coef, [a, b, 0, 0, 0, 0], 1e-10);
      assertClose("intercept", free.intercept, intercept, 1e-10);
      const all = fitOf({ penaltyFactors: [0, 0, 0, 0, 0, 0] });
      assertAllClose("all free", all.coef, leastSquares(data).slice(1), 1e-10);
      assert.equal(all.status, "converged");
    });

    it("gives excluded columns no coefficient, as if they were not there", () => {
      const fit = fitOf({ penaltyFactors: [1, Infinity, 1, 1, 1, 1] });
      const without = fitOf({}, { X: X.map((row) => [row[0], ...row.slice(2)]), y });
      assert.equal(fit.coef[1], 0);
      assertAllClose(
        "coef",
        fit.coef.filter((_, j) => j !== 1),
        without.coef,
        1e-9,
      );
      const none = fitOf({ penaltyFactors: new Array(6).fill(Infinity) });
      assert.deepEqual([none.status, none.support.length], ["converged", 0]);
    });

    it("takes a penalty factor as a scale of lambda", () => {
      const fit = fitOf({ penaltyFactors: new Array(6).fill(2) });
      assertAllClose("coef", fit.coef, fitOf({ lambda: 2 * lambda }).coef, 1e-9);
      assertClose(
        "objective",
        fit.certificate.objective,
        fitOf({ lambda: 2 * lambda }).certificate.objective,
        1e-12,
      );
    });

    it("sets a constant column to zero with a note, and fits the rest as without it", () => {
      const named = X.map((row) => ({ a: row[0], const: 3, b: row[1], c: row[2] }));
      const fit = make({ lambda, tol: exact }).fit(named, y);
      assert.deepEqual(fit.notes, ['column "const" is constant (3), so its coefficient is set to 0']);
      assert.ok(
        fit
          .summary()
          .toString()
          .includes('Note: column "const" is constant (3), so its coefficient is set to 0.'),
      );
      const without = fitOf({}, { X: X.map((row) => row.slice(0, 3)), y });
      assertAllClose("coef", fit.coef, [without.coef[0], 0, without.coef[1], without.coef[2]], 1e-9);
    });

    it("gives the null model, converged, for a constant response, whatever the constant and the start", () => {
      for (const constant of [0, 3, -1e8, 0.1, 1e20, 1e-20]) {
        for (const options of [{}, { lambda: 0 }, { standardize: false }, { init: fitOf() }]) {
          const fit = make({ lambda, ...options }).fit(
            X,
            y.map(() => constant),
          );
          assert.equal(fit.status, "converged", `constant ${constant}`);
          assert.deepEqual([...fit.coef], [0, 0, 0, 0, 0, 0]);
          assert.equal(fit.intercept, constant);
          assert.deepEqual(fit.notes, [
            "the response leaves nothing to explain beyond the unpenalized part, so every penalized coefficient is 0",
          ]);
          if (fit.lambda > 0) assert.equal(fit.certificate.dualityGap, 0);
        }
      }
      const path = make().path(
        X,
        y.map(() => 2),
        { lambdas: [1, 0.1] },
      );
      assert.deepEqual([...path.df, ...path.devianceRatio], [0, 0, 0, 0]);
    });

    it("is converged and null at every lambda from the largest on", () => {
      for (const share of [1, 1 + 1e-12, 2, 1e10]) {
        const fit = make({ lambda: share * largest }).fit(X, y);
        assert.deepEqual([fit.status, fit.support.length, fit.nIter], ["converged", 0, 0]);
      }
    });

    it("fits two rows, and more columns than rows", () => {
      const two = make({ lambda: 0.1 }).fit([[1], [3]], [1, 5]);
      // Standardized x is -1 and 1, the response 3 ± 2: soft(2, 0.1) = 1.9 per unit of scale 1.
      assertAllClose("two rows", [two.coef[0], two.intercept], [1.9, 3 - 1.9 * 2], 1e-6);
      const fit = fitOf({ lambda: 0.05 }, wide);
      assert.equal(fit.status, "converged");
      assertAtMost("support", fit.support.length, 12);
    });

    it("says that lambda 0 with more columns than rows has no unique answer", () => {
      const fit = fitOf({ lambda: 0, tol: 1e-9 }, wide);
      assert.equal(fit.status, "converged");
      assertAtMost("residual", 1 - fit.score(wide.X, wide.y), 0, 1e-9);
      assert.deepEqual(fit.notes, [
        "lambda is 0 and there are more columns than rows, so the coefficients are not unique",
      ]);
    });
  });
}
