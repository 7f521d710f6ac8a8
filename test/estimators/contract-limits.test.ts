/** What every estimator is at the limits of its options and data, where the answer is known. */
import assert from "node:assert/strict";
import type { ModelOptions, SparseLinearFit } from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { firstColumns } from "../support/estimator-features";
import { estimators } from "../support/estimators";
import { type LinearData, linearData } from "../support/problems";
import { leastSquares, objectiveOf, shrunk } from "../support/written-out";

const data = linearData(7, 40, 6);
const { X, y } = data;
const wide = linearData(8, 12, 30);
const negated: LinearData = {
  X: X.map((row) => row.map((x, j) => (leastSquares(data)[j + 1] < 0 ? -x : x))),
  y,
};

for (const estimator of estimators) {
  const { title, convex, oneSided, make, factors, scaledByFactors, penalty, rescaled } = estimator;
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;
  const lambda = 0.1 * largest;
  const tol = convex ? 1e-13 : 1e-11;
  // Least squares of these data has no negative coefficient.
  const unconstrained = oneSided ? negated : data;
  const fitOf = (
    options: ModelOptions = {},
    rows: LinearData = data,
    columns: readonly number[] = firstColumns(rows.X[0].length),
  ): SparseLinearFit => make({ lambda, tol, ...options }, columns).fit(rows.X, rows.y);

  describe(`${title}, as every estimator,`, () => {
    it("is least squares at lambda 0", () => {
      const [intercept, ...coef] = leastSquares(unconstrained);
      const fit = fitOf({ lambda: 0 }, unconstrained);
      assert.equal(fit.status, "converged");
      assert.equal(fit.certificate.dualityGap, undefined);
      assertAllClose("coef", fit.coef, coef, 1e-10);
      assertClose("intercept", fit.intercept, intercept, 1e-10);
    });

    it("is least squares on its free columns, whatever lambda is", () => {
      const free = fitOf({ lambda: 1e6, ...factors([0, 0, Infinity, 1, 1, 1]) });
      const [intercept, a, b] = leastSquares({ X: X.map((row) => row.slice(0, 2)), y });
      assert.equal(free.status, "converged");
      assertAllClose("coef", free.coef, [a, b, 0, 0, 0, 0], 1e-10);
      assertClose("intercept", free.intercept, intercept, 1e-10);
      const all = fitOf(factors([0, 0, 0, 0, 0, 0]));
      assertAllClose("all free", all.coef, leastSquares(data).slice(1), 1e-10);
      assert.equal(all.status, "converged");
    });

    it("gives excluded columns no coefficient, as if they were not there", () => {
      const columns = [0, 1, 3, 4, 5];
      const without = fitOf({}, { X: X.map((row) => columns.map((j) => row[j])), y }, columns);
      for (const options of [{ exclude: [2] }, { exclude: ["x2"] }, factors([1, 1, Infinity, 1, 1, 1])]) {
        const fit = fitOf(options);
        assert.equal(fit.coef[2], 0);
        assert.equal(fit.status, "converged");
        assertAllClose(
          "coef",
          columns.map((j) => fit.coef[j]),
          without.coef,
          1e-9,
        );
      }
      const none = fitOf(factors(new Array(6).fill(Infinity)));
      assert.deepEqual([none.status, none.support.length], ["converged", 0]);
    });

    it("takes a penalty factor as a scale of lambda", () => {
      if (!scaledByFactors) {
        const ones = fitOf(factors(new Array(6).fill(1)));
        assertAllClose("factors of one", ones.coef, fitOf().coef, 1e-12);
        return;
      }
      const fit = fitOf(factors(new Array(6).fill(2)));
      const twice = fitOf({ lambda: 2 * lambda });
      assertAllClose("coef", fit.coef, twice.coef, 1e-9);
      assertClose("objective", fit.certificate.objective, twice.certificate.objective, 1e-12);
    });

    it("sets a constant column to zero with a note, and fits the rest as without it", () => {
      const named = X.map((row) => ({ a: row[0], const: 3, b: row[1], c: row[2] }));
      const fit = make({ lambda, tol }, [0, 6, 1, 2]).fit(named, y);
      const note = 'column "const" is constant (3), so its coefficient is set to 0';
      assert.deepEqual(fit.notes, [note]);
      assert.ok(fit.summary().toString().includes(`Note: ${note}.`));
      const without = fitOf({}, { X: X.map((row) => row.slice(0, 3)), y });
      assertAllClose("coef", fit.coef, [without.coef[0], 0, without.coef[1], without.coef[2]], 1e-9);
    });

    it("says of a column that varies too little beside its size what to do", () => {
      const fit = make({ lambda, tol }, [0, 6, 1, 2]).fit(
        X.map(([a, b, c], i) => ({ a, far: 1e15 + (i % 2), b, c })),
        y,
      );
      assert.equal(fit.notes.length, 1);
      const note =
        /^column "far" varies too little beside its size \(1\d+(\.\d+)?\), so .* set to 0; to keep it, subtract an offset first, such as its mean$/;
      assert.match(fit.notes[0], note);
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
          if (convex && fit.lambda > 0) assert.equal(fit.certificate.dualityGap, 0);
        }
      }
      const flat = y.map(() => 2);
      const path = make().path(X, flat, { lambdas: [1, 0.1] });
      assert.deepEqual([...path.df, ...path.devianceRatio], [0, 0, 0, 0]);
    });

    it("is null at large lambdas and not just below the largest one, which is exact where it is convex", () => {
      for (const share of convex ? [1, 1 + 1e-12, 2, 1e10] : [100, 1e10]) {
        const fit = make({ lambda: share * largest }).fit(X, y);
        assert.deepEqual([fit.status, fit.support.length], ["converged", 0], `share ${share}`);
        if (convex) assert.equal(fit.nIter, 0);
      }
      const below = make({ lambda: 0.99 * largest }).fit(X, y);
      assert.equal(below.status, "converged");
      assert.ok(below.support.length > 0);
    });

    it("fits two rows as one shrinks a number, and more columns than rows", () => {
      // Standardized x is -1 and 1, the response 3 ± 2: one unit of x has 2 to explain.
      for (const own of [0.1, 0.5]) {
        const two = make({ lambda: own, tol }, [0]).fit([[1], [3]], [1, 5]);
        const expected = shrunk(2, (b) => penalty([b], own, [0], 2));
        assert.equal(two.status, "converged");
        assertAllClose("two rows", [two.coef[0], two.intercept], [expected, 3 - expected * 2], 1e-6);
      }
      const fit = fitOf({ lambda: 0.05, tol: 1e-9 }, wide);
      assert.equal(fit.status, "converged");
      assert.ok(fit.support.length > 0);
      assertAtMost(
        "objective",
        fit.certificate.objective,
        objectiveOf(estimator, wide, 0, { coef: new Array(30).fill(0), intercept: 0 }),
      );
    });

    it("is the response of a single row, which without an intercept and scaling its largest column explains", () => {
      const row = [1, -2, 0, 0.5];
      const single = { X: [row], y: [oneSided ? -3 : 3] };
      const rows = [
        [single, undefined],
        [
          { X: [...X.map((other) => other.slice(0, 4)), row], y: [...y, single.y[0]] },
          [...y.map(() => 0), 7],
        ],
      ] as const;
      for (const [{ X: given, y: target }, sampleWeight] of rows) {
        const fit = make({ lambda, tol }, firstColumns(4)).fit(given, target, { sampleWeight });
        assert.equal(fit.status, "converged");
        assert.deepEqual([...fit.coef], [0, 0, 0, 0]);
        assertClose("intercept", fit.intercept, single.y[0], 1e-15);
        if (convex) assertAtMost("gap", fit.certificate.dualityGap!, 1e-30);
        assert.equal(
          fit.notes[0],
          "columns of a single row are constant, so their coefficients are set to 0",
        );
        assert.equal(fit.notes.length, 2);
      }
      const own = 0.1;
      const bare = make({ lambda: own, tol: 1e-9, fitIntercept: false, standardize: false }, [0]);
      const fit = bare.fit([[-2]], single.y);
      assert.equal(fit.status, "converged");
      const size = shrunk(Math.abs(single.y[0]), (b) => penalty([b / 2], own, [0], 3));
      assertAllClose(
        "without intercept",
        [fit.coef[0], fit.intercept],
        [(-Math.sign(single.y[0]) * size) / 2, 0],
        1e-6,
      );
    });

    it("says that lambda 0 with more columns than rows has no unique answer", () => {
      const fit = fitOf({ lambda: 0, tol: 1e-9 }, wide);
      assert.equal(fit.status, "converged");
      if (!oneSided) assertAtMost("residual", 1 - fit.score(wide.X, wide.y), 0, 1e-9);
      assert.deepEqual(fit.notes, [
        "lambda is 0 and there are more coefficients than rows, so they are not unique; the fitted values are",
      ]);
    });

    it("fits columns that come twice as well as columns that come once", () => {
      const twice = { X: X.map((row) => [...row, ...row]), y };
      const fit = fitOf({ tol: 1e-9 }, twice);
      assert.equal(fit.status, "converged");
      assertAtMost("objective", fit.certificate.objective, fitOf().certificate.objective, 1e-9);
      assert.ok(rescaled(lambda, 1).lambda! > 0);
    });
  });
}
