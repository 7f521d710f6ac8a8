/** Refits of several responses; those of one are in `contract-refit`. */
import assert from "node:assert/strict";
import {
  elasticNet,
  fitOnSupport,
  type MultiResponseFit,
  mcp,
  multinomial,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
  sparseMatrix,
  squaredError,
} from "../../../src";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { gradientAt } from "../../support/datafit-cases";
import { columnOf, severalResponses } from "../../support/multi-response";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";
import { leastSquares } from "../../support/written-out";

const { X, Y, labels } = severalResponses(2);
const tasks = squaredError({ nResponses: 3 });
const classes = ["ant", "bee", "cat"];

/** The features of each response with a coefficient that is not zero. */
const supportsOf = ({ coefs }: MultiResponseFit): number[][] =>
  coefs.map((coef) => [...coef.keys()].filter((j) => coef[j] !== 0));

const refitted = ({ support, lambda }: MultiResponseFit): string =>
  `refitted without a penalty, on the ${support.length} features of the fit at lambda ${lambda}`;

/** `X_j' df/deta_r` for every class and feature, and for the intercepts. */
function slopesOf(fit: MultiResponseFit, sampleWeight: readonly number[], offset: number[][]): number[][] {
  const n = X.length;
  const total = sampleWeight.reduce((a, b) => a + b);
  const rows = fit.decisionFunction(X, { offset });
  const eta = Float64Array.from({ length: 3 * n }, (_, k) => rows[k % n][Math.floor(k / n)]);
  const target = Float64Array.from(eta, (_, k) => Number(labels[k % n] === classes[Math.floor(k / n)]));
  const weighted = multinomial({ nClasses: 3 }).weighted(
    Float64Array.from(sampleWeight, (w) => (w / total) * n),
  );
  const residual = gradientAt(weighted, target, eta);
  return classes.map((_, r) =>
    [...X[0].keys(), 6].map((j) => X.reduce((sum, row, i) => sum + (row[j] ?? 1) * residual[r * n + i], 0)),
  );
}

describe("a refit of several responses", () => {
  const ofTasks = {
    "one by one": new SmoothLasso({ lambda: 0.3, datafit: tasks }),
    "one by one, not convex": new SmoothBridge({ q: 0.5, lambda: 0.1, datafit: tasks }),
    "by rows": new SmoothGroupLasso({ groups: "rows", lambda: 0.3, datafit: tasks }),
    "by rows and one by one": new SmoothSparseGroupLasso({
      groups: "rows",
      l1Ratio: 0.6,
      lambda: 0.2,
      datafit: tasks,
    }),
  };
  for (const [claim, model] of Object.entries(ofTasks)) {
    it(`solves the normal equations of each task and of the coefficients that it has, chosen ${claim}`, () => {
      const fit = model.fit(X, Y);
      const refit = fit.refit();
      const supports = supportsOf(fit);
      assert.deepEqual(supportsOf(refit), supports);
      assert.equal(new Set(supports.map(String)).size > 1, claim !== "by rows");
      supports.forEach((support, r) => {
        const own = leastSquares({ X: X.map((row) => support.map((j) => row[j])), y: columnOf(Y, r) });
        assertAllClose(
          `task ${r}`,
          [refit.intercepts[r], ...support.map((j) => refit.coefs[r][j])],
          own,
          1e-11,
        );
      });
      assert.deepEqual([refit.lambda, refit.status, refit.notes], [0, "converged", [refitted(fit)]]);
      assert.equal(refit.certificate.dualityGap, undefined);
      assertAtMost("violation", refit.certificate.violation, 1e-13);
      refit.refit().coefs.forEach((coef, r) => {
        assertAllClose("once more", coef, refit.coefs[r], 1e-12);
      });
    });
  }

  it("of one column is the refit of one response", () => {
    const y = columnOf(Y, 0);
    const datafit = squaredError({ nResponses: 1 });
    const options = { groups: "rows", lambda: 0.5 } as const;
    const rows = y.map((entry) => [entry]);
    const refit = new SmoothGroupLasso({ ...options, datafit }).fit(X, rows).refit();
    const one = new SmoothGroupLasso(options).fit(X, y).refit();
    assert.deepEqual([refit.coefs[0], refit.intercepts[0]], [one.coef, one.intercept]);
  });

  const sampleWeight = X.map((_, i) => [0, 1, 2.5][i % 3]);
  const offset = X.map((row) => [0.3 * row[5], -0.2, 0.1]);
  const ofClasses = {
    "one by one": new SmoothLasso({ lambda: 0.05, datafit: multinomial() }),
    "one by one, not convex": new SparseLinearModel({ penalty: mcp(), lambda: 0.1, datafit: multinomial() }),
    "by rows": new SmoothGroupLasso({ groups: "rows", lambda: 0.1, datafit: multinomial() }),
  };
  for (const [claim, model] of Object.entries(ofClasses)) {
    it(`of classes is where the slopes of its coefficients vanish, chosen ${claim}`, () => {
      for (const run of [
        { sampleWeight: X.map(() => 1), offset: X.map(() => [0, 0, 0]) },
        { sampleWeight, offset },
      ]) {
        const fit = model.fit(X, labels, run);
        const refit = fit.refit();
        const supports = supportsOf(fit);
        assert.deepEqual(
          [supportsOf(refit), refit.status, refit.notes],
          [supports, "converged", [refitted(fit)]],
        );
        assert.ok(supports.flat().length > 0 && supports.flat().length < 18);
        const slopes = slopesOf(refit, run.sampleWeight, run.offset);
        supports.forEach((support, r) => {
          for (const j of [...support, 6]) assertAtMost(`slope ${j} of ${r}`, Math.abs(slopes[r][j]), 1e-7);
        });
        assertClose(
          "intercepts",
          refit.intercepts.reduce((a, b) => a + b),
          0,
          1e-12,
        );
      }
    });
  }

  it("of rows is the fit on their support, of classes with coefficients that sum to zero", () => {
    for (const [datafit, y] of [
      [tasks, Y],
      [multinomial(), labels],
    ] as const) {
      const fit = new SmoothGroupLasso({ groups: "rows", lambda: 0.1, datafit }).fit(X, y);
      assert.ok(fit.support.length > 1 && fit.support.length < 6);
      const expected = fitOnSupport(X, y, fit.support, { datafit });
      const refit = fit.refit();
      assert.deepEqual(expected.support, fit.support);
      refit.coefs.forEach((coef, r) => {
        assertAllClose(`coefficients ${r}`, coef, expected.coefs[r], 1e-6);
      });
      assertAllClose("intercepts", refit.intercepts, expected.intercepts, 1e-6);
      const sums = Float64Array.from(X[0], (_, j) => refit.coefs.reduce((sum, coef) => sum + coef[j], 0));
      if (datafit !== tasks) assertAllClose("sums", sums, new Float64Array(6), 1e-12);
    }
  });

  it("predicts the shares of the classes among equal rows", () => {
    const shares = [
      [6, 3, 1],
      [2, 2, 6],
      [1, 7, 2],
    ];
    const level = [0, 1, 2].flatMap((l) => new Array<number>(10).fill(l));
    const label = shares.flatMap((counts) =>
      counts.flatMap((count, c) => new Array<string>(count).fill(classes[c])),
    );
    const indicators = level.map((l) => [Number(l === 1), Number(l === 2)]);
    const fit = new SmoothGroupLasso({ groups: "rows", lambda: 0.02, datafit: multinomial() }).fit(
      indicators,
      label,
    );
    assert.deepEqual([...fit.support], [0, 1]);
    fit
      .refit()
      .predictProbability(indicators)
      .forEach((row, i) => {
        const expected = shares[level[i]].map((count) => count / 10);
        assertAllClose(`row ${i}`, row, expected, 1e-9);
      });
    assert.ok(Math.abs(fit.predictProbability(indicators)[0][0] - 0.6) > 0.01);
  });

  it("keeps free features in every response, and excluded ones out", () => {
    const penaltyFactors = [1, 1, 1, 0, 1, Infinity];
    const fit = new SmoothLasso({ lambda: 0.3, datafit: tasks, penaltyFactors }).fit(X, Y);
    const refit = fit.refit();
    supportsOf(refit).forEach((support, r) => {
      assert.ok(support.includes(3) && !support.includes(5));
      const own = leastSquares({ X: X.map((row) => support.map((j) => row[j])), y: columnOf(Y, r) });
      assertAllClose(
        `task ${r}`,
        support.map((j) => refit.coefs[r][j]),
        own.slice(1),
        1e-11,
      );
    });
  });

  it("keeps coefficients from being negative where they must not, and still is the best of those", () => {
    // The third column, nearly the sum of the others, comes first; beside them its coefficient would be negative.
    const rows = linearData(7, 60, 3).X.map(([a, b, c]) => [a, b, a + b + 0.4 * c]);
    const targets = rows.map(([a, b, c], i) => [
      1.3 * a + 1.2 * b - 0.2 * c + 0.1 * Math.sin(9 * i),
      0.5 * b + c + 0.1 * Math.cos(5 * i),
    ]);
    const datafit = squaredError({ nResponses: 2 });
    const path = new SmoothLasso({ nonNegative: true, datafit }).path(rows, targets, { nLambdas: 12 });
    let atBound = 0;
    for (const each of path.fits) {
      const refit = each.refit();
      assert.equal(refit.status, "converged");
      const supports = supportsOf(each);
      const predicted = refit.predict(rows);
      supports.forEach((support, r) => {
        assert.ok(refit.coefs[r].every((b, j) => b >= 0 && (b === 0 || support.includes(j))));
        for (const j of support) {
          const slope = rows.reduce(
            (sum, row, i) => sum + (row[j] * (targets[i][r] - predicted[i][r])) / 60,
            0,
          );
          if (refit.coefs[r][j] > 0) assertAtMost("slope", Math.abs(slope), 1e-6);
          else {
            assertAtMost("slope", slope, 1e-6);
            atBound++;
          }
        }
      });
    }
    assert.ok(atBound > 0);
  });

  it("says which columns depend on others: in every response, or in one of them", () => {
    const wide = X.map((row) => [...row, row[0], 2 * row[2] - row[3]]);
    const penalty = elasticNet({ l1Ratio: 0.5 });
    const net = new SparseLinearModel({ penalty, lambda: 0.1, datafit: tasks });
    const fit = net.fit(wide, { height: columnOf(Y, 0), weight: columnOf(Y, 1), age: columnOf(Y, 2) });
    const supports = supportsOf(fit);
    const dependent = supports.map((support) => [2, 3, 7].every((j) => support.includes(j)));
    assert.deepEqual(dependent, [false, true, false]);
    assert.ok(supports.every((support) => support.includes(0)) && supports[0].includes(7));
    assert.deepEqual(fit.refit().notes, [
      'columns "x6", "x7" of "weight" depend on the others, so their coefficients are set to 0',
      refitted(fit),
    ]);
    const twice = X.map((row) => [...row, row[0]]);
    // A net gives every copy of a column a share.
    const shared = new SmoothElasticNet({ l1Ratio: 0.001, lambda: 0.1, datafit: multinomial() }).fit(
      twice,
      labels,
    );
    assert.equal(supportsOf(shared).flat().length, 21);
    const refit = shared.refit();
    assert.deepEqual(refit.notes, [
      'column "x6" depends on the others, so its coefficient is set to 0',
      refitted(shared),
    ]);
    const rest = [...shared.support].filter((j) => j < 6);
    const without = fitOnSupport(X, labels, rest, { datafit: multinomial() });
    assertAllClose("predictions", refit.decisionFunction(twice)[5], without.decisionFunction(X)[5], 1e-6);
  });

  it("of a sparse matrix is that of the full one", () => {
    const entries = X.flatMap((row, i) => row.map((value, column) => ({ row: i, column, value })));
    const sparse = sparseMatrix({
      rows: entries.map(({ row }) => row),
      columns: entries.map(({ column }) => column),
      values: entries.map(({ value }) => value),
      nSamples: X.length,
      nFeatures: 6,
    });
    for (const [datafit, y] of [
      [tasks, Y],
      [multinomial(), labels],
    ] as const) {
      const model = new SmoothLasso({ lambda: 0.1, datafit });
      const expected = model.fit(X, y, { sampleWeight }).refit();
      model
        .fit(sparse, y, { sampleWeight })
        .refit()
        .coefs.forEach((coef, r) => {
          assertAllClose(`response ${r}`, coef, expected.coefs[r], 1e-8);
        });
    }
  });

  it("warns where classes come apart without the penalty", () => {
    const apart = X.map((row) => (row[1] > 2 ? "c" : row[1] > 1 ? "b" : "a"));
    const fit = new SmoothGroupLasso({ groups: "rows", lambda: 0.05, datafit: multinomial() }).fit(X, apart);
    const warnings = warningsOf(() => assert.equal(fit.refit().status, "stalled"));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /SmoothGroupLasso\.refit: the fit at lambda 0 did not converge/);
  });

  it("of a fit from a worker thread is the same to the last bit", async () => {
    const model = new SmoothLasso({ lambda: 0.05, datafit: multinomial() });
    const here = model.fit(X, labels).refit();
    assert.deepStrictEqual((await model.fitAsync(X, labels)).refit(), here);
  });
});
