/** How every estimator runs: starts, paths, progress, interruption and warnings. */
import assert from "node:assert/strict";
import type { ProgressEvent } from "../../src/display/progress";
import { gradientDescent, lbfgs } from "../../src/optimizers";
import { hadamardDifference } from "../../src/parametrizations";
import { coordinateDescent } from "../../src/reference";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { warningsOf } from "../support/warnings";

const { X, y } = linearData(7, 40, 6);
const wide = linearData(8, 15, 40);

for (const { name, convex, make } of estimators) {
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;

  describe(`${name}, as every estimator,`, () => {
    it("gives twins: every way to solve a convex problem ends at the same answer", () => {
      if (!convex) return;
      const lambda = 0.05 * largest;
      const expected = make({ lambda, tol: 1e-13 }).fit(X, y);
      for (const options of [
        { parametrization: hadamardDifference(2) },
        { solver: lbfgs() },
        { solver: gradientDescent() },
        { solver: coordinateDescent() },
      ]) {
        const fit = make({ lambda, tol: 1e-13, ...options }).fit(X, y);
        assert.equal(fit.status, "converged");
        assert.deepEqual(fit.support, expected.support);
        assertAllClose("coef", fit.coef, expected.coef, 1e-6);
      }
    });

    it("starts from a fit, and is done at once when that is the answer", () => {
      const lambda = 0.05 * largest;
      const first = make({ lambda }).fit(X, y);
      const again = make({ lambda, init: first }).fit(X, y);
      assert.deepEqual([again.status, again.nIter, again.trace.length], ["converged", 0, 0]);
      assertAllClose("coef", again.coef, first.coef, 1e-14);
    });

    it("ends at the same answer from any start: all wrong signs, all zeros, another lambda", () => {
      const lambda = 0.05 * largest;
      const options = { lambda, tol: 1e-13 };
      const expected = make(options).fit(X, y);
      const opposite = make({ lambda }).fit(
        X,
        Float64Array.from(y, (v) => -3 * v),
      );
      const zeros = make({ lambda: 2 * largest }).fit(X, y);
      const dense = make({ lambda: 0 }).fit(X, y);
      for (const init of [opposite, zeros, dense]) {
        for (const solver of ["auto", lbfgs(), coordinateDescent()] as const) {
          const fit = make({ ...options, init, solver }).fit(X, y);
          assert.equal(fit.status, "converged");
          assertAllClose("coef", fit.coef, expected.coef, 1e-6);
          assert.deepEqual(fit.support, expected.support);
        }
      }
    });

    it("fits a path as one would fit each lambda alone", () => {
      const path = make({ tol: 1e-12 }).path(wide.X, wide.y, { nLambdas: 7 });
      assert.equal(path.fits.length, 7);
      for (const [k, fit] of path.fits.entries()) {
        const alone = make({ tol: 1e-12, lambda: path.lambdas[k] }).fit(wide.X, wide.y);
        assertAllClose(`lambda ${fit.lambda}`, fit.coef, alone.coef, 1e-6);
        assert.deepEqual(fit.support, alone.support);
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
        const { lambdas } = make({ tol: 1e-4 }).path(rows.X, rows.y);
        assert.equal(lambdas.length, 100);
        assertClose("ratio", lambdas[99] / lambdas[0] / ratio, 1, 1e-12);
        for (let k = 2; k < 100; k++) {
          assertClose("spacing", (lambdas[k] * lambdas[k - 2]) / lambdas[k - 1] ** 2, 1, 1e-12);
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
      assert.ok(path.fits[1].nIter > 0);
      assert.equal(path.fits[2].nIter, 0, "each fit starts from the one before");
    });

    it("reads a path at a lambda of the grid, and fits anew at any other", () => {
      const path = make({ tol: 1e-12 }).path(X, y, { nLambdas: 5 });
      assert.equal(path.at(path.lambdas[2]), path.fits[2]);
      for (const lambda of [0.7 * path.lambdas[1], 0, 10 * largest, path.lambdas[4] / 100]) {
        const fit = path.at(lambda);
        const alone = make({ tol: 1e-12, lambda }).fit(X, y);
        assert.equal(fit.lambda, lambda);
        assertAllClose(`lambda ${lambda}`, fit.coef, alone.coef, 1e-6);
      }
    });

    it("gives one record a lambda and feature", () => {
      const path = make().path({ a: [1, 2, 3], b: [1, 0, 2] }, [1, 2, 4], { lambdas: [1, 0.1] });
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

    it("tells of its progress seldom, and once at the end", () => {
      const events: ProgressEvent[] = [];
      const onProgress = (event: ProgressEvent): void => void events.push(event);
      const fit = make({ lambda: 0.01 }).fit(X, y, { onProgress });
      assert.ok(fit.nIter > 5);
      assert.ok(events.length <= 3, `${events.length} events within a few milliseconds`);
      assert.deepEqual(events.at(-1), {
        task: `${name}.fit`,
        done: 10_000,
        total: 10_000,
        message: `converged after ${fit.nIter} iterations`,
      });
      events.length = 0;
      const path = make().path(X, y, { nLambdas: 20, onProgress });
      assert.ok(events.length < 15, `${events.length} events`);
      const last = events.at(-1)!;
      assert.deepEqual([last.task, last.done, last.total], [`${name}.path`, 20, 20]);
      assert.equal(last.message, `lambda ${path.lambdas[19].toPrecision(3)}, ${path.df[19]} features`);
      for (const { done, total } of events) assert.ok(done >= 0 && done <= total);
    });

    it("tells of the end exactly once when it runs out of iterations", () => {
      const events: ProgressEvent[] = [];
      const model = make({ lambda: 1e-3, maxIter: 2, tol: 1e-14 });
      warningsOf(() => model.fit(X, y, { onProgress: (event) => void events.push(event) }));
      assert.equal(events.filter(({ done, total }) => done === total).length, 1);
      assert.equal(events.at(-1)!.message, "max-iter after 2 iterations");
    });

    it("ends when aborted, with the best it has and no warning", () => {
      for (const solver of ["auto", lbfgs(), gradientDescent(), coordinateDescent()] as const) {
        const model = make({ lambda: 1e-3, tol: 1e-15, solver });
        const controller = new AbortController();
        const fit = model.fit(wide.X, wide.y, {
          signal: controller.signal,
          onProgress: () => controller.abort(),
        });
        assert.equal(fit.status, "interrupted");
        const nullModel = make({ lambda: 1e3 }).fit(wide.X, wide.y).certificate.objective;
        assertAtMost("objective", fit.certificate.objective, nullModel);
        if (convex) assert.ok(fit.certificate.dualityGap! > 0);
      }
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
      assert.deepEqual(events.at(-1), {
        task: `${name}.path`,
        done: 50,
        total: 50,
        message: `interrupted after ${path.fits.length} lambdas`,
      });
    });

    it("warns once of a fit that ran out of iterations, and says what to do", () => {
      const warnings = warningsOf(() => {
        const fit = make({ lambda: 1e-3, maxIter: 1 }).fit(X, y);
        assert.equal(fit.status, "max-iter");
        if (convex) assertAtMost("the gap is honest", 1e-7, fit.certificate.dualityGap!);
      });
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0],
        new RegExp(
          `^ConvergenceWarning: ${name}\\.fit: the fit at lambda 0\\.00100 did not converge, (duality gap|stationarity violation) \\S+; raise maxIter \\(1\\) or tol \\(1e-7\\)$`,
        ),
      );
    });

    it("warns once of a whole path, counting the fits that did not converge", () => {
      const warnings = warningsOf(() => {
        const path = make({ maxIter: 1 }).path(wide.X, wide.y, { nLambdas: 6 });
        const failed = path.fits.filter(({ status }) => status !== "converged").length;
        assert.ok(failed > 1);
        assert.equal(path.fits[0].status, "converged");
      });
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0],
        new RegExp(`^ConvergenceWarning: ${name}\\.path: \\d of 6 fits, first at lambda `),
      );
    });

    it("warns of a fit off the grid that did not converge", () => {
      warningsOf(() => {
        const path = make({ maxIter: 1 }).path(wide.X, wide.y, { nLambdas: 2 });
        const warnings = warningsOf(() => path.at(1e-5));
        assert.equal(warnings.length, 1);
        assert.match(
          warnings[0],
          new RegExp(`^ConvergenceWarning: ${name}\\.path\\.at: the fit at lambda 0\\.0000100 `),
        );
      });
    });
  });
}
