/** How every estimator follows a path, and what it tells of it. */
import assert from "node:assert/strict";
import type { ProgressEvent } from "../../src";
import { pathFromJSON } from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { firstColumns } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { warningsOf } from "../support/warnings";

const { X, y } = linearData(7, 40, 6);
const wide = linearData(8, 15, 40);
const wideColumns = firstColumns(40);

for (const { title, name, convex, make, slow } of estimators) {
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;

  describe(`${title}, as every estimator,`, () => {
    it("fits a path as one would fit each lambda alone", () => {
      const tol = convex ? 1e-12 : 1e-10;
      const path = make({ tol }, wideColumns).path(wide.X, wide.y, { nLambdas: 7, lambdaMinRatio: 0.1 });
      assert.equal(path.fits.length, 7);
      for (const [k, fit] of path.fits.entries()) {
        const alone = make({ tol, lambda: path.lambdas[k] }, wideColumns).fit(wide.X, wide.y);
        const label = `lambda ${fit.lambda}`;
        // Where it is not convex the fit before is one start more.
        assertAtMost(label, fit.certificate.objective, alone.certificate.objective, 1e-6);
        if (convex) {
          assertAllClose(label, fit.coef, alone.coef, 1e-6);
          assert.deepEqual(fit.support, alone.support);
        }
        assert.equal(path.coefs[k], fit.coef);
        assert.equal(path.intercepts[k], fit.intercept);
        assert.equal(path.df[k], fit.support.length);
        assertClose("devianceRatio", path.devianceRatio[k], fit.score(wide.X, wide.y), 1e-10);
      }
    });

    it("spaces the default grid evenly on the log scale, from the largest lambda down", () => {
      for (const [rows, ratio] of [
        [{ X, y }, 1e-4],
        [wide, 1e-2],
      ] as const) {
        const columns = firstColumns(rows.X[0].length);
        let lambdas!: Float64Array;
        // The grid is there before the fits, which need no end.
        warningsOf(() => {
          lambdas = make({ maxIter: 1 }, columns).path(rows.X, rows.y).lambdas;
        });
        // Where nearly all is explained it ends before.
        assert.ok(lambdas.length >= 20 && lambdas.length <= 100);
        for (const [k, lambda] of lambdas.entries()) {
          assertClose("spacing", lambda / lambdas[0] / ratio ** (k / 99), 1, 1e-12);
        }
      }
      assertClose(
        "own ratio",
        make().path(X, y, { nLambdas: 3, lambdaMinRatio: 0.5 }).lambdas[2],
        largest / 2,
        1e-12,
      );
    });

    it("sorts lambdas of one's own, keeps repetitions, and leaves the given array alone", () => {
      const lambdas = [0.1, 0.5, 0, 0.1];
      const path = make().path(X, y, { lambdas });
      assert.deepEqual([...path.lambdas], [0.5, 0.1, 0.1, 0]);
      assert.deepEqual(lambdas, [0.1, 0.5, 0, 0.1]);
      assert.equal(path.fits[3].certificate.dualityGap, undefined);
      const [, second, third] = path.fits;
      assert.ok(second.nIter > 0);
      if (convex) assert.equal(third.nIter, 0, "each fit starts from the one before");
      else assertAtMost("repeated", third.certificate.objective, second.certificate.objective, 1e-13);
    });

    it("reads a path at a lambda of the grid, and fits anew at any other", () => {
      // The smallest lambda below is 1e-6 of the largest: its slopes have no eleven digits.
      const tol = convex ? 1e-12 : 1e-9;
      const path = make({ tol }).path(X, y, { nLambdas: 5 });
      assert.equal(path.at(path.lambdas[2]), path.fits[2]);
      for (const lambda of [0.7 * path.lambdas[1], 0, 10 * largest, path.lambdas[4] / 100]) {
        const fit = path.at(lambda);
        const alone = make({ tol, lambda }).fit(X, y);
        assert.equal(fit.lambda, lambda);
        assertAllClose(`lambda ${lambda}`, fit.coef, alone.coef, 1e-6);
      }
    });

    it("fits at a lambda to the last bit the same, whatever else was asked of the path before", () => {
      const options = { nLambdas: 5, lambdaMinRatio: 0.1 };
      const [path, other] = [0, 1].map(() => make({}, wideColumns).path(wide.X, wide.y, options));
      const lambda = 0.9 * path.lambdas[2];
      const first = path.at(lambda);
      for (const before of [0.9, 0.5, 0.12]) other.at(before * path.lambdas[0]);
      assert.deepStrictEqual(other.at(lambda), first);
      assert.deepStrictEqual(path.at(lambda), first);
    });

    it("gives one record a lambda and feature", () => {
      const path = make({}, [0, 2]).path({ a: [1, 2, 3], b: [1, 0, 2] }, [1, 2, 4], { lambdas: [1, 0.1] });
      const records = path.toRecords();
      assert.deepEqual(
        records.map(({ lambda, feature }) => [lambda, feature]),
        [
          [1, "a"],
          [1, "b"],
          [0.1, "a"],
          [0.1, "b"],
        ],
      );
      assert.deepEqual(
        records.map(({ coefficient }) => coefficient),
        [...path.coefs[0], ...path.coefs[1]],
      );
    });

    it("keeps the fits of an interrupted path, the last one as far as it came", () => {
      const controller = new AbortController();
      const events: ProgressEvent[] = [];
      const path = make().path(X, y, {
        nLambdas: 50,
        signal: controller.signal,
        onProgress(event) {
          events.push(event);
          controller.abort();
        },
      });
      assert.ok(path.fits.length >= 1 && path.fits.length < 50);
      assert.equal(path.fits[0].status, "converged");
      assert.equal(path.lambdas.length, path.fits.length);
      assert.equal(path.status, "interrupted");
      assert.match(path.summary().title!, /, interrupted$/);
      assert.equal(pathFromJSON(JSON.stringify(path)).status, "interrupted");
      const whole = make().path(X, y, { nLambdas: 3 });
      assert.equal(whole.status, "complete");
      assert.doesNotMatch(whole.summary().title!, /interrupted/);
      assert.deepEqual(events.at(-1), {
        task: `${name}.path`,
        done: path.fits.length,
        total: 50,
        interrupted: true,
        message: `interrupted after ${path.fits.length} lambdas`,
      });
    });

    it("warns once of a whole path, counting the fits that did not converge", () => {
      const warnings = warningsOf(() => {
        const path = make({ ...slow, maxIter: 1 }, wideColumns).path(wide.X, wide.y, { nLambdas: 6 });
        const failed = path.fits.filter(({ status }) => status !== "converged").length;
        assert.ok(failed > 1);
        // Without convexity the first lambda is a bound only, and an unfinished way may end below the null model.
        if (convex) assert.equal(path.fits[0].status, "converged");
      });
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0],
        new RegExp(`^ConvergenceWarning: ${name}\\.path: \\d of 6 fits, first at lambda `),
      );
    });

    it("warns of a fit off the grid that did not converge", () => {
      warningsOf(() => {
        const path = make({ ...slow, maxIter: 1 }, wideColumns).path(wide.X, wide.y, { nLambdas: 2 });
        const warnings = warningsOf(() => path.at(1e-5));
        assert.equal(warnings.length, 1);
        assert.match(
          warnings[0],
          new RegExp(`^ConvergenceWarning: ${name}\\.path\\.at: the fit at lambda 1e-5 `),
        );
      });
    });
  });
}
