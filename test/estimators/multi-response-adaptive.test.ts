/** Adaptive weights of several responses: what one would do by hand in two steps. */
import assert from "node:assert/strict";
import { logistic, multinomial, squaredError } from "../../src/datafits";
import {
  type ModelOptions,
  type MultiResponseFit,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
} from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { columnOf, severalResponses } from "../support/multi-response";
import { deviationsOf } from "../support/written-out";

const { X, Y, labels } = severalResponses(6);
const n = X.length;
const tasks = squaredError({ nResponses: 3 });
const scales = deviationsOf(X);

/** The fit of lowest BIC on a path of 50 lambdas: coefficients count, of a feature at most one less than there are classes. */
function pilotOf(
  fits: readonly MultiResponseFit[],
  deviance: (fit: MultiResponseFit) => number,
  most: number,
): MultiResponseFit {
  const sizeOf = ({ coefs, support }: MultiResponseFit): number =>
    [...support].reduce((sum, j) => sum + Math.min(most, coefs.filter((coef) => coef[j] !== 0).length), 0);
  const allowed = fits.filter((fit) => fit.support.length > 0 && sizeOf(fit) <= (most * n) / 2);
  const bic = allowed.map((fit) => deviance(fit) + Math.log(n) * sizeOf(fit));
  return allowed[bic.indexOf(Math.min(...bic))];
}

const squares = (fit: MultiResponseFit): number => {
  const predicted = fit.predict(X) as Float64Array[];
  const sum = predicted.reduce((total, row, i) => row.reduce((s, e, r) => s + (e - Y[i][r]) ** 2, total), 0);
  return 3 * n * Math.log(sum);
};
const deviance = (fit: MultiResponseFit): number =>
  fit
    .predictProbability(X)
    .reduce((sum, row, i) => sum - 2 * Math.log(row[fit.classes!.indexOf(labels[i])]), 0);

describe("adaptive weights of several responses", () => {
  const separate: Readonly<
    Record<string, (options: object) => { several: SmoothLasso<typeof tasks>; one: SmoothLasso }>
  > = {
    SmoothLasso: (options) => ({ several: new SmoothLasso(options), one: new SmoothLasso(options) }),
    "SmoothLasso with bounds": (options) => {
      const own = { ...options, bounds: [-0.4, 2] as const };
      return { several: new SmoothLasso(own as never), one: new SmoothLasso(own as never) };
    },
    "SmoothLasso without negative coefficients": (options) => {
      const own = { ...options, nonNegative: true };
      return { several: new SmoothLasso(own), one: new SmoothLasso(own) };
    },
    SmoothElasticNet: (options) => {
      const own = { ...options, l1Ratio: 0.7 };
      return { several: new SmoothElasticNet(own) as never, one: new SmoothElasticNet(own) as never };
    },
  };
  for (const [name, make] of Object.entries(separate)) {
    for (const given of [undefined, [1, name.endsWith("bounds") ? 3 : 0, 2, 1, 0.5, 1]]) {
      const what = given ? " with factors of its own" : "";
      it(`are those of each task, from the pilot of all, where no penalty joins them, by ${name}${what}`, () => {
        const options = { tol: 1e-12, ...(given && { penaltyFactors: given }) };
        const plain = make({ ...options, datafit: tasks }).several;
        const pilot = pilotOf(plain.path(X, Y, { nLambdas: 50 }).fits, squares, 3);
        assert.ok(
          pilot.coefs.some((coef, r) => pilot.coefs[(r + 1) % 3].some((b, j) => b !== 0 && coef[j] === 0)),
          "something is excluded in some tasks only",
        );
        const fit = make({ ...options, datafit: tasks, lambda: 0.05, adaptive: true }).several.fit(X, Y);
        assert.equal(fit.status, "converged");
        const nZeros = pilot.coefs.flatMap((coef) => [...coef]).filter((b) => b === 0).length;
        const adapted =
          /^the penalty is adapted to the fit without adaptive weights at lambda .*; (\d+) of 18 coefficients are 0 there and here$/;
        const found = fit.notes.flatMap((note) => adapted.exec(note)?.slice(1) ?? []);
        assert.deepEqual(found, [String(nZeros)], String(fit.notes));
        fit.coefs.forEach((coef, r) => {
          const penaltyFactors = scales.map((s, j) =>
            given?.[j] === 0 ? 0 : (given?.[j] ?? 1) / Math.abs(s * pilot.coefs[r][j]),
          );
          const alone = make({ ...options, lambda: 0.05, penaltyFactors }).one.fit(X, columnOf(Y, r));
          assertAllClose(`task ${r}`, coef, alone.coef, 1e-6);
          assertClose(`intercept ${r}`, fit.intercepts[r], alone.intercept, 1e-6);
        });
      });
    }
  }

  it("are one for the row of a feature, or a group, where a penalty joins them", () => {
    for (const groups of ["rows" as const, [0, 0, 1, 2, 2, 3]]) {
      const options = { groups, datafit: tasks, tol: 1e-12 };
      const pilot = pilotOf(new SmoothGroupLasso(options).path(X, Y, { nLambdas: 50 }).fits, squares, 3);
      const members = (groups === "rows" ? [0, 1, 2, 3, 4, 5] : [0, 1, 2, 3]).map((g) =>
        [0, 1, 2, 3, 4, 5].filter((j) => (groups === "rows" ? j : groups[j]) === g),
      );
      const penaltyFactors = members.map(
        (group) =>
          Math.sqrt(group.length) /
          Math.hypot(...group.flatMap((j) => pilot.coefs.map((coef) => scales[j] * coef[j]))),
      );
      const byHand = new SmoothGroupLasso({ ...options, lambda: 0.3, penaltyFactors }).fit(X, Y);
      const fit = new SmoothGroupLasso({ ...options, lambda: 0.3, adaptive: true }).fit(X, Y);
      fit.coefs.forEach((coef, r) => {
        assertAllClose(`task ${r}`, coef, byHand.coefs[r], 1e-7);
      });
      assert.deepEqual(fit.support, byHand.support);
    }
  });

  it("are one for each coefficient and one for the row of its feature in the sparse group lasso", () => {
    const options = { groups: "rows" as const, l1Ratio: 0.5, datafit: tasks, tol: 1e-12 };
    const pilot = pilotOf(new SmoothSparseGroupLasso(options).path(X, Y, { nLambdas: 50 }).fits, squares, 3);
    const sizes = pilot.coefs.map((coef) => coef.map((b, j) => Math.abs(scales[j] * b)));
    const lambda = 0.05;
    const fit = new SmoothSparseGroupLasso({ ...options, lambda, adaptive: true }).fit(X, Y);
    let [active, excluded] = [0, 0];
    const residuals = (fit.predict(X) as Float64Array[]).map((row, i) => row.map((e, r) => e - Y[i][r]));
    fit.coefs[0].forEach((_, j) => {
      const norm = (values: readonly Float64Array[]): number => Math.hypot(...values.map((own) => own[j]));
      const row = Math.hypot(...fit.coefs.map((coef) => scales[j] * coef[j]));
      fit.coefs.forEach((coef, r) => {
        const size = sizes[r][j];
        if (size === 0) {
          assert.equal(coef[j], 0);
          if (norm(sizes) > 0) excluded++;
        } else if (coef[j] !== 0) {
          const slope = residuals.reduce((sum, e, i) => sum + (e[r] * X[i][j]) / n, 0) / scales[j];
          const pull = Math.sign(coef[j]) / size + (scales[j] * coef[j]) / row / norm(sizes);
          assertClose(`slope of ${j} in ${r}`, slope, (-lambda / 2) * pull, 1e-6);
          active++;
        }
      });
    });
    assert.ok(active > 4 && excluded > 0, `${active} active, ${excluded} excluded in other rows`);
  });

  it("make a stationary fit of classes: each slope is at most lambda over the size of the pilot's coefficient", () => {
    const options = { datafit: multinomial(), tol: 1e-13 };
    const pilot = pilotOf(new SmoothLasso(options).path(X, labels, { nLambdas: 50 }).fits, deviance, 2);
    const lambda = 0.002;
    const fit = new SmoothLasso({ ...options, lambda, adaptive: true }).fit(X, labels);
    const probabilities = fit.predictProbability(X);
    let active = 0;
    fit.classes.forEach((label, c) => {
      const residual = probabilities.map((row, i) => row[c] - Number(labels[i] === label));
      fit.coefs[c].forEach((b, j) => {
        const slope = residual.reduce((sum, entry, i) => sum + (entry * X[i][j]) / n, 0);
        const limit = lambda / Math.abs(pilot.coefs[c][j]);
        if (pilot.coefs[c][j] === 0) assert.equal(b, 0);
        else if (b === 0) assertAtMost(`slope ${j} of ${label}`, Math.abs(slope), limit + 1e-6);
        else assertClose(`slope ${j} of ${label}`, slope, -Math.sign(b) * limit, 1e-6);
        if (b !== 0) active++;
      });
    });
    assert.ok(active > 1, `${active} coefficients`);
  });

  it("of rows of two classes are those of the logistic lasso, at the same lambda", () => {
    const y = labels.map((label) => Number(label === "bee"));
    const options = { lambda: 0.02, adaptive: true, tol: 1e-13 };
    const fit = new SmoothGroupLasso({
      groups: "rows",
      datafit: multinomial({ nClasses: 2 }),
      ...options,
    }).fit(X, y);
    const expected = new SmoothLasso({ datafit: logistic(), ...options }).fit(X, y);
    const difference = fit.coefs[1].map((b, j) => b - fit.coefs[0][j]);
    assertAllClose("coefficients", difference, expected.coef, 1e-6);
    assert.deepEqual(fit.support, expected.support);
  });

  it("of one column are those of one response", () => {
    const datafit = squaredError({ nResponses: 1 });
    const one = Y.map(([y]) => [y]);
    const options = { lambda: 0.1, adaptive: true, tol: 1e-12 };
    const models: readonly ((own: ModelOptions) => SmoothLasso)[] = [
      (own) => new SmoothLasso({ ...options, ...own }),
      (own) => new SmoothElasticNet({ ...options, ...own }) as never,
      (own) => new SmoothGroupLasso({ groups: [0, 0, 1, 1, 2, 3], ...options, ...own }) as never,
    ];
    for (const make of models) {
      const alone = make({}).fit(X, columnOf(Y, 0));
      const fit = make({ datafit }).fit(X, one) as unknown as MultiResponseFit;
      assertAllClose("coefficients", fit.coefs[0], alone.coef, 1e-9);
      assert.deepEqual(fit.notes, alone.notes);
    }
  });

  it("follow the classes when they are renamed", () => {
    const names: Readonly<Record<string, string>> = { ant: "zebra", bee: "yak", cat: "wolf" };
    const model = new SmoothLasso({ datafit: multinomial(), lambda: 0.01, adaptive: true, tol: 1e-12 });
    const fit = model.fit(X, labels);
    const other = model.fit(
      X,
      labels.map((label) => names[label]),
    );
    fit.coefs.forEach((coef, r) => {
      assertAllClose(`class ${r}`, other.coefs[2 - r], coef, 1e-7);
    });
  });

  it("are made anew in each fold, here and in other threads", () => {
    const model = new SmoothLasso({ datafit: tasks, adaptive: true, tol: 1e-11 });
    const foldId = X.map((_, i) => i % 3);
    const options = { foldId, lambdas: [0.3, 0.05] };
    const cv = model.crossValidate(X, Y, options);
    const losses = [0, 0];
    for (const fold of [0, 1, 2]) {
      const [out, others] = [true, false].map((inside) =>
        [...foldId.keys()].filter((i) => (foldId[i] === fold) === inside),
      );
      const rows = <T>(values: readonly T[], which: number[]): T[] => which.map((i) => values[i]);
      const path = model.path(rows(X, others), rows(Y, others), { lambdas: options.lambdas });
      path.fits.forEach((fit, k) => {
        fit.predict(rows(X, out)).forEach((row, o) => {
          row.forEach((entry, r) => {
            losses[k] += (entry - Y[out[o]][r]) ** 2 / n;
          });
        });
      });
    }
    assertAllClose("mean squared error", cv.meanScore, losses, 1e-8);
    assert.deepStrictEqual(model.crossValidate(X, Y, { ...options, workers: 2 }), cv);
  });
});
