/** How every estimator runs: ways, starts, progress, interruption and warnings. */
import assert from "node:assert/strict";
import { formatNumber } from "../../src/display/formatting";
import type { ProgressEvent } from "../../src/display/progress";
import type { SparseLinearFit } from "../../src/estimators";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { firstColumns } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { warningsOf } from "../support/warnings";

const { X, y } = linearData(7, 40, 6);
const wide = linearData(8, 15, 40);
const wideColumns = firstColumns(40);

for (const { title, name, convex, make, ways, slow } of estimators) {
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;
  // Without a gap what is measured is the gradient, which has fewer digits.
  const tol = convex ? 1e-13 : 1e-11;

  describe(`${title}, as every estimator,`, () => {
    it("gives twins: every way to solve it ends at the same answer, or where it is not convex no lower", () => {
      const lambda = 0.05 * largest;
      const expected = make({ lambda, tol }).fit(X, y);
      for (const options of ways) {
        const fit = make({ lambda, tol, ...options }).fit(X, y);
        assert.equal(fit.status, "converged");
        assertAtMost("objective", expected.certificate.objective, fit.certificate.objective, 1e-9);
        if (!convex) continue;
        assert.deepEqual(fit.support, expected.support);
        assertAllClose("coef", fit.coef, expected.coef, 1e-6);
      }
    });

    it("starts from a fit: done at once when that is the answer, and never worse", () => {
      const lambda = 0.05 * largest;
      const first = make({ lambda }).fit(X, y);
      const again = make({ lambda, init: first }).fit(X, y);
      assert.equal(again.status, "converged");
      // Whether there is something better elsewhere takes other starts to find out.
      if (convex) assert.deepEqual([again.nIter, again.trace.length], [0, 0]);
      assertAtMost("objective", again.certificate.objective, first.certificate.objective, 1e-13);
      assertAllClose("coef", again.coef, first.coef, convex ? 1e-14 : 1e-6);
    });

    it("starts from the coefficients of a fit as from the fit itself", () => {
      const first = make({ lambda: 0.1 * largest }).fit(X, y);
      for (const init of [first.coef, [...first.coef]]) {
        const [from, byFit] = [init, first].map((start) =>
          make({ lambda: 0.05 * largest, init: start }).fit(X, y),
        );
        assert.deepEqual(from.coef, byFit.coef);
        assert.deepEqual(from.trace, byFit.trace);
      }
    });

    it("ends at the same answer from any start: all wrong signs, all zeros, another lambda", () => {
      const lambda = 0.05 * largest;
      const options = { lambda, tol };
      const expected = make(options).fit(X, y);
      const opposite = make({ lambda }).fit(
        X,
        Float64Array.from(y, (v) => -3 * v),
      );
      const zeros = make({ lambda: 2 * largest }).fit(X, y);
      const dense = make({ lambda: 0 }).fit(X, y);
      for (const init of [opposite, zeros, dense]) {
        for (const way of convex ? [{}, ...ways] : [{}]) {
          const fit = make({ ...options, init, ...way }).fit(X, y);
          assert.equal(fit.status, "converged");
          assertAllClose("coef", fit.coef, expected.coef, 1e-6);
          assert.deepEqual(fit.support, expected.support);
        }
      }
    });

    it("tells of its progress, and once at the end", () => {
      const events: ProgressEvent[] = [];
      const onProgress = (event: ProgressEvent): void => void events.push(event);
      const fit = make({ ...slow, lambda: 0.01 }).fit(X, y, { onProgress });
      assert.ok(fit.nIter > 5);
      assert.ok(events.length < fit.nIter, `${events.length} events of ${fit.nIter} iterations`);
      assert.deepEqual(events.at(-1), {
        task: `${name}.fit`,
        done: 10_000,
        total: 10_000,
        message: `converged after ${fit.nIter} iterations, ${evidence(fit)}`,
      });
      for (const { done, total, share, message } of events.slice(0, -1)) {
        assert.ok(done >= 0 && done < total && share! >= 0 && share! <= 1);
        assert.match(message, /^iteration \d+, relative (duality gap|violation) \S+$/);
      }
      events.length = 0;
      const path = make().path(X, y, { nLambdas: 20, lambdaMinRatio: 0.05, onProgress });
      assert.ok(events.length <= 20, `${events.length} events`);
      const last = events.at(-1)!;
      assert.deepEqual([last.task, last.done, last.total], [`${name}.path`, 20, 20]);
      assert.equal(last.message, `lambda ${formatNumber(path.lambdas[19], 3)}, ${path.df[19]} features`);
      for (const [k, { done }] of events.entries()) assert.ok(k === 0 || done > events[k - 1].done);
    });

    it("tells of the end exactly once when it runs out of iterations", () => {
      const events: ProgressEvent[] = [];
      const model = make({ ...slow, lambda: 1e-3, maxIter: 2, tol: 1e-14 }, wideColumns);
      let fit!: SparseLinearFit;
      warningsOf(() => {
        fit = model.fit(wide.X, wide.y, { onProgress: (event) => void events.push(event) });
      });
      assert.equal(events.filter(({ done, total }) => done === total).length, 1);
      assert.equal(events.at(-1)!.message, `max-iter after ${fit.nIter} iterations, ${evidence(fit)}`);
      if (convex) assert.equal(fit.nIter, 2);
    });

    it("ends when aborted, with the best it has and no warning", () => {
      for (const way of [slow, ...ways.filter(({ solver }) => solver !== undefined)]) {
        const model = make({ lambda: 1e-3, tol: 1e-15, ...way }, wideColumns);
        const controller = new AbortController();
        const fit = model.fit(wide.X, wide.y, {
          signal: controller.signal,
          onProgress: () => controller.abort(),
        });
        assert.equal(fit.status, "interrupted");
        const nullModel = make({ lambda: 1e9 }, wideColumns).fit(wide.X, wide.y).certificate.objective;
        assertAtMost("objective", fit.certificate.objective, nullModel);
        if (convex) assert.ok(fit.certificate.dualityGap! > 0);
      }
    });

    it("warns once of a fit that ran out of iterations, and says what to do", () => {
      const warnings = warningsOf(() => {
        const fit = make({ ...slow, lambda: 1e-3, maxIter: 1 }, wideColumns).fit(wide.X, wide.y);
        assert.equal(fit.status, "max-iter");
        if (!convex) assertAtMost("the violation is honest", 1e-7 * fit.lambda, fit.certificate.violation);
        if (convex) assertAtMost("the gap is honest", 1e-7, fit.certificate.dualityGap!);
      });
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0],
        new RegExp(
          `^ConvergenceWarning: ${name}\\.fit: the fit at lambda 0\\.001 did not converge, (duality gap \\S+ of the null deviance|stationarity violation \\S+ of lambda(, one step could gain \\S+ of the null deviance)?); raise maxIter \\(1\\) or tol \\(1e-7\\)$`,
        ),
      );
    });
  });
}

/** The measure that says how far a fit is from optimal, as the share that its tolerance bounds. */
function evidence({ certificate: { dualityGap, violation }, lambda, nullDeviance }: SparseLinearFit): string {
  return dualityGap === undefined
    ? `relative violation ${(violation / lambda).toExponential(1)}`
    : `relative duality gap ${(dualityGap / nullDeviance!).toExponential(1)}`;
}
