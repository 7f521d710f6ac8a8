/** Adaptive weights: what one would do by hand in two steps, and what they are good for. */
import assert from "node:assert/strict";
import { type Datafit, logistic, squaredError } from "../../../src/datafits";
import {
  type ModelOptions,
  type RunOptions,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
} from "../../../src/estimators";
import { coordinateDescent } from "../../../src/solvers/classical";
import { pilotOf, sparseData } from "../../support/adaptive-data";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import type { Estimator } from "../../support/estimators";
import { type LinearData, linearData } from "../../support/problems";
import { deviationsOf } from "../../support/written-out";

const data = sparseData(3, 60, 12, 2);
const labels = [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4];
const members = [...new Set(labels)].map((g) => [...labels.keys()].filter((j) => labels[j] === g));
const norm = (v: readonly number[]): number => Math.hypot(...v);

describe("adaptive weights", () => {
  const scales = deviationsOf(data.X);
  const byFeature = (coef: readonly number[], own: readonly number[] = coef.map(() => 1)): number[] =>
    coef.map((b, j) => (own[j] === 0 ? 0 : own[j] / Math.abs(scales[j] * b)));
  const byGroup = (coef: readonly number[]): number[] =>
    members.map((group) => Math.sqrt(group.length) / norm(group.map((j) => scales[j] * coef[j])));
  const bySpan = (coef: readonly number[]): number[] =>
    members.map((group) => {
      const parts = data.X.map((row) => [group.reduce((sum, j) => sum + row[j] * coef[j], 0)]);
      return Math.sqrt(group.length) / deviationsOf(parts)[0];
    });
  const own = [1, 0, 2, 1, 1, 0.5, 1, 1, 1, Infinity, 1, 1];
  const groups = labels;

  const cases: readonly (readonly [
    string,
    (options: ModelOptions & { adaptive?: boolean }) => Estimator,
    (coef: readonly number[]) => number[],
    ModelOptions?,
  ])[] = [
    ["SmoothLasso", (o) => new SmoothLasso(o), byFeature],
    [
      "SmoothLasso with factors of its own",
      (o) => new SmoothLasso(o),
      (coef) => byFeature(coef, own),
      { penaltyFactors: own },
    ],
    ["SmoothLasso with bounds", (o) => new SmoothLasso({ ...o, bounds: [-0.5, 2] }), byFeature],
    [
      "SmoothLasso without negative coefficients",
      (o) => new SmoothLasso({ ...o, nonNegative: true }),
      byFeature,
    ],
    ["SmoothElasticNet", (o) => new SmoothElasticNet({ ...o, l1Ratio: 0.7 }), byFeature],
    ["SmoothGroupLasso", (o) => new SmoothGroupLasso({ ...o, groups }), byGroup],
    [
      "SmoothGroupLasso with orthonormal groups",
      (o) => new SmoothGroupLasso({ ...o, groups, standardize: "groups" }),
      bySpan,
    ],
  ];
  const losses: readonly (readonly [Datafit, readonly number[]])[] = [
    [squaredError(), data.y],
    [logistic(), data.y.map((v) => (v > 1 ? 1 : 0))],
  ];
  for (const [name, make, weights, options = {}] of cases) {
    for (const [datafit, y] of losses) {
      it(`of ${name} with ${datafit.name} are penalty factors of the pilot's, with a note`, () => {
        const shared = { ...options, datafit, tol: 1e-11 };
        const pilot = pilotOf(make(shared), data.X, y);
        const penaltyFactors = weights(pilot.coef);
        assert.ok(penaltyFactors.includes(Infinity), "something is excluded");
        const byHand = make({ ...shared, penaltyFactors }).path(data.X, y, { nLambdas: 8 });
        const path = make({ ...shared, adaptive: true }).path(data.X, y, { nLambdas: 8 });
        assertAllClose("lambdas", path.lambdas, byHand.lambdas, 1e-8);
        path.fits.forEach((fit, k) => {
          assert.equal(fit.status, "converged");
          assertAllClose(`coefficients ${k}`, fit.coef, byHand.coefs[k], 1e-6);
          assert.deepEqual(fit.support, byHand.fits[k].support);
          const nZeros = pilot.coef.filter((b) => b === 0).length;
          const [note] = fit.notes;
          assert.match(note, /^the penalty is adapted to the fit without adaptive weights at lambda /);
          assert.ok(
            note.endsWith(`, the lowest BIC of its path; ${nZeros} of 12 coefficients are 0 there and here`),
          );
          assertClose("its lambda", Number(/lambda (\S+),/.exec(note)![1]), pilot.lambda, 1e-3);
          assert.ok(fit.summary().toString().includes(note));
        });
      });
    }
  }

  it("follow weights of rows and the units of X and y", () => {
    const sampleWeight = data.y.map((_, i) => i % 3);
    const rows = sampleWeight.flatMap((w, i) => new Array<number>(w).fill(i));
    const fitOf = (X: LinearData["X"], y: readonly number[], lambda: number, run: RunOptions = {}) =>
      new SmoothLasso({ adaptive: true, lambda, tol: 1e-12 }).fit(X, y, run);
    const weighted = fitOf(data.X, data.y, 0.5, { sampleWeight });
    // A row of weight 0 is none, also for the BIC; the count of the others is that of rows.
    const kept = rows.filter((i, k) => rows[k - 1] !== i);
    const counted = fitOf(
      kept.map((i) => data.X[i]),
      kept.map((i) => data.y[i]),
      0.5,
      { sampleWeight: kept.map((i) => sampleWeight[i]) },
    );
    assertAllClose("rows of weight 0", counted.coef, weighted.coef, 1e-7);
    const plain = fitOf(data.X, data.y, 0.5);
    // The penalty has no unit, so lambda has that of y squared.
    const scaled = fitOf(
      data.X.map((row) => row.map((x, j) => x * 10 ** (j - 5) + j)),
      data.y.map((v) => 1e3 * v - 7),
      0.5e6,
    );
    assertAllClose(
      "units",
      scaled.coef.map((b, j) => (b * 10 ** (j - 5)) / 1e3),
      plain.coef,
      1e-6,
    );
  });

  it("find the true features where the lasso takes others along, and shrink them less", () => {
    for (const n of [60, 300]) {
      const found = { lasso: 0, adaptive: 0 };
      const error = { lasso: 0, adaptive: 0 };
      for (let seed = 0; seed < 8; seed++) {
        const { X, y } = sparseData(seed, n, 20, 1.5);
        for (const name of ["lasso", "adaptive"] as const) {
          const options = { adaptive: name === "adaptive", solver: coordinateDescent() };
          const path = new SmoothLasso(options).path(X, y, {
            nLambdas: 40,
            lambdaMinRatio: 0.01,
          });
          const { support, coef } = path.fits[path.bic.indexOf(Math.min(...path.bic))];
          if (`${support}` === "0,1,4") found[name]++;
          error[name] += Math.abs(coef[0] - 3);
        }
      }
      assertAtMost("of 8, adaptive", 7, found.adaptive);
      assertAtMost("of 8, lasso", found.lasso, 5);
      assertAtMost("error", error.adaptive, error.lasso);
    }
  });

  it("find them also among more columns than rows", () => {
    for (let seed = 0; seed < 3; seed++) {
      const { X, y } = sparseData(40 + seed, 50, 200, 1);
      const path = new SmoothLasso({ adaptive: true }).path(X, y, { nLambdas: 30 });
      const fit = path.fits[path.bic.indexOf(Math.min(...path.bic))];
      assert.deepEqual([...fit.support], [0, 1, 4]);
    }
  });

  it("are made anew in each fold of a cross-validation, from the rows that are fitted", () => {
    const foldId = data.y.map((_, i) => i % 3);
    const model = new SmoothLasso({ adaptive: true, tol: 1e-10 });
    const lambdas = [2, 0.5, 0.1];
    const cv = model.crossValidate(data.X, data.y, { foldId, lambdas });
    const losses = lambdas.map(() => 0);
    for (const fold of [0, 1, 2]) {
      const [rows, others] = [true, false].map((inside) =>
        [...foldId.keys()].filter((i) => (foldId[i] === fold) === inside),
      );
      const path = model.path(
        others.map((i) => data.X[i]),
        others.map((i) => data.y[i]),
        { lambdas },
      );
      path.fits.forEach((fit, k) => {
        const predicted = fit.predict(rows.map((i) => data.X[i]));
        rows.forEach((i, m) => {
          losses[k] += (data.y[i] - predicted[m]) ** 2 / data.y.length;
        });
      });
    }
    assertAllClose("mean squared error", cv.meanScore, losses, 1e-9);
  });

  it("leave constants and copies be, and are plain where nothing is explained", () => {
    const X = data.X.map((row) => [...row, row[0], 7]);
    const fit = new SmoothLasso({ adaptive: true, lambda: 0.3 }).fit(X, data.y);
    assert.equal(fit.status, "converged");
    assert.equal(fit.coef[13], 0);
    assert.equal(fit.notes[0], 'column "x13" is constant (7), so its coefficient is set to 0');
    assert.match(fit.notes[1], /^the penalty is adapted/);
    const flat = new SmoothLasso({ adaptive: true, lambda: 0.3 }).fit(
      X,
      data.y.map(() => 2),
    );
    assert.deepEqual([flat.status, flat.support.length, flat.intercept], ["converged", 0, 2]);
    const few = linearData(1, 3, 2);
    assert.equal(new SmoothLasso({ adaptive: true, lambda: 0.1 }).fit(few.X, few.y).status, "converged");
    const refit = fit.refit();
    assert.deepEqual(
      [...refit.support].filter((j) => !fit.support.includes(j)),
      [],
    );
  });

  it("are refused in one sentence by bridges, which hardly shrink large coefficients", () => {
    for (const make of [
      (options: object) => new SmoothBridge({ q: 0.5, ...options }),
      (options: object) => new SmoothGroupBridge({ groups, q: 0.5, ...options }),
    ]) {
      const { name } = make({}).constructor;
      assert.throws(() => make({ adaptive: true }), {
        name: "InputError",
        message: `${name}: adaptive must be left out, since a bridge hardly shrinks large coefficients as it is, got true; take a smaller q`,
      });
    }
  });

  it("end where they are, interrupted, and are refused unless true or false", () => {
    const fit = new SmoothLasso({ adaptive: true, lambda: 0.01, tol: 1e-14 }).fit(data.X, data.y, {
      signal: { aborted: true } as AbortSignal,
    });
    assert.equal(fit.status, "interrupted");
    for (const make of [
      (adaptive: never) => new SmoothLasso({ adaptive }),
      (adaptive: never) => new SmoothElasticNet({ adaptive }),
      (adaptive: never) => new SmoothGroupLasso({ groups, adaptive }),
      (adaptive: never) => new SmoothSparseGroupLasso({ groups, adaptive }),
    ]) {
      const { name } = make(true as never).constructor;
      assert.throws(() => make("yes" as never), {
        name: "InputError",
        message: `${name}: adaptive must be true or false, got "yes"`,
      });
    }
  });
});
