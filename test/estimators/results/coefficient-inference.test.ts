/** Standard errors, tests and intervals of models without a penalty, against `lm`, `glm` and `coxph` of R. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  binomial,
  cox,
  type Datafit,
  gamma,
  huber,
  logistic,
  negativeBinomial,
  poisson,
  squaredError,
  tweedie,
} from "../../../src/datafits";
import {
  fitFromJSON,
  fitOnSupport,
  inference,
  MultiTaskLasso,
  SmoothLasso,
  type SparseLinearFit,
} from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { linearData } from "../../support/problems";

interface GoldenModel {
  readonly estimates: number[];
  readonly errors: number[];
  readonly statistics: number[];
  readonly p: number[];
  readonly low?: number[];
  readonly high?: number[];
  readonly t_low?: number[];
  readonly t_high?: number[];
}

const golden: {
  readonly n: number;
  readonly X: number[];
  readonly models: Readonly<Record<string, GoldenModel>>;
  readonly trials: number[];
  readonly successes: number[];
  readonly labels: number[];
  readonly counts: number[];
  readonly claims: number[];
  readonly amounts: number[];
  readonly numbers: number[];
  readonly time: number[];
  readonly event: number[];
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../../test/golden/glm-families.json"), "utf8"));

const { n, models, trials, successes, labels, counts, claims, amounts, numbers, time, event } = golden;
const few = Array.from({ length: n }, (_, i) => [0, 1, 2, 3].map((j) => golden.X[i + j * n]));
const shares = successes.map((count, i) => count / trials[i]);
const times = time.map((t, i) => (event[i] ? t : -t));
const byTrials = { sampleWeight: trials };

const cases: readonly (readonly [string, Datafit, number[], object?])[] = [
  ["gaussian", squaredError(), numbers],
  ["gaussian_weighted", squaredError(), numbers, byTrials],
  ["logistic", logistic(), labels],
  ["binomial", binomial(), shares, byTrials],
  ["probit", binomial({ link: "probit" }), labels],
  ["cloglog", binomial({ link: "cloglog" }), labels],
  ["poisson", poisson(), counts],
  ["negative_binomial", negativeBinomial({ theta: 2 }), counts],
  ["gamma", gamma(), amounts],
  ["tweedie", tweedie({ power: 1.5 }), claims],
  ["cox_breslow", cox(), times],
  ["cox_efron", cox({ ties: "efron" }), times],
];

describe("the inference of a fit without a penalty", () => {
  for (const [name, datafit, y, run = {}] of cases) {
    it(`is that of R's ${name}`, () => {
      const { estimates, errors, statistics, p, low, high, t_low, t_high } = models[name];
      const fit = new SmoothLasso({ datafit, lambda: 0, tol: 1e-14 }).fit(few, y, run);
      const found = inference(fit);
      const first = datafit.determinesIntercept ? ["(intercept)"] : [];
      assert.deepEqual(found.names, [...first, "x0", "x1", "x2", "x3"]);
      assertAllClose("estimates", found.estimates, estimates, 1e-6);
      assertAllClose("errors", found.standardErrors, errors, 1e-6);
      assertAllClose("statistics", found.statistics, statistics, 2e-6);
      assertAllClose("p-values", found.pValues, p, 1e-6);
      const isNormal = found.df === Number.POSITIVE_INFINITY;
      assert.equal(isNormal, datafit.varianceAt === undefined);
      if (!isNormal) assert.equal(found.df, n - 5);
      const [lower, upper] = isNormal ? [low, high] : [t_low, t_high];
      if (lower) assertAllClose("lower ends", found.lower, lower, 1e-6);
      if (upper) assertAllClose("upper ends", found.upper, upper, 1e-6);
    });
  }

  it("counts whole weights as copies of their rows", () => {
    const copies = <T>(entries: readonly T[]): T[] =>
      entries.flatMap((entry, i) => new Array<T>(trials[i]).fill(entry));
    for (const datafit of [logistic(), cox()]) {
      const y = datafit.response === "times" ? times : labels;
      const model = new SmoothLasso({ datafit, lambda: 0, tol: 1e-13 });
      const [weighted, copied] = [model.fit(few, y, byTrials), model.fit(copies(few), copies(y))];
      assertAllClose("errors", inference(weighted).standardErrors, inference(copied).standardErrors, 1e-7);
    }
  });

  it("is that of the selected features alone for a refit, as of a fit on them", () => {
    const { X, y } = linearData(7, 40, 6);
    const lasso = new SmoothLasso({ lambda: 0.5 }).fit(X, y);
    const [refit, oracle] = [lasso.refit(), fitOnSupport(X, y, Array.from(lasso.support))];
    assert.ok(lasso.support.length > 0 && lasso.support.length < 6);
    assert.deepEqual(inference(refit).names, ["(intercept)", ...lasso.supportNames]);
    assertAllClose("errors", inference(refit).standardErrors, inference(oracle).standardErrors, 1e-9);
  });

  it("says where columns depend on each other, of which it tests those that the fit has", () => {
    const { X, y } = linearData(7, 40, 3);
    const twice = X.map((row) => [...row, 2 * row[0]]);
    const { names, standardErrors, notes } = inference(
      new SmoothLasso({ lambda: 0, tol: 1e-14 }).fit(twice, y),
    );
    const apart = inference(new SmoothLasso({ lambda: 0, tol: 1e-14 }).fit(X, y));
    assert.deepEqual(names, apart.names);
    assertAllClose("errors", standardErrors, apart.standardErrors, 1e-6);
    assert.match(notes[0], /column "x3" depends on the others, so coefficients are not unique/);
    assert.equal(apart.notes.length, 1);
  });

  it("names the columns that have no row, where R's lm prints NA", () => {
    const levels = few.map((row, i) => [...row, ...[0, 1, 2].map((level) => (i % 3 === level ? 1 : 0)), 4]);
    const kept = [0, 1, 2, 3, 4, 5];
    const table = inference(fitOnSupport(levels, numbers, [...kept, 6, 7]));
    const independent = inference(
      fitOnSupport(
        levels.map((row) => row.slice(0, 6)),
        numbers,
        kept,
      ),
    );
    assert.deepEqual(table.names, independent.names);
    assertAllClose("errors", table.standardErrors, independent.standardErrors, 1e-12);
    assert.deepEqual(table.notes.slice(0, 2), [
      'column "x7" is constant (4), so its coefficient is set to 0, and there is no row, as NA in R',
      'unpenalized column "x6" depends on the others, so its coefficient is set to 0, and there is no row, as NA in R',
    ]);
    const free = inference(new SmoothLasso({ lambda: 0 }).fit(levels, numbers));
    const missing = levels[0].map((_, j) => `x${j}`).filter((name) => !free.names.includes(name));
    assert.match(free.notes.join("\n"), /"x6" depends on the others, .*; without a row, as NA in R: /);
    assert.ok(missing.every((name) => free.notes.some((note) => note.includes(`"${name}"`))));
  });

  it("is refused for residuals that are rounding, whatever the unit, and not just above", () => {
    const message =
      "inference: the variance of the residuals must be above 0, got 0; the fit explains the response but for rounding, so that there are no errors to judge coefficients by";
    const exact = few.map(([a, b]) => 2 * a - b + 3);
    for (const unit of [1, 1e-9, 1e12]) {
      for (const noise of [0, 1e-15]) {
        const fit = fitOnSupport(
          few,
          exact.map((value, i) => unit * (value + noise * Math.sin(7 * i))),
          [0, 1],
        );
        assert.throws(() => inference(fit), { name: "InputError", message });
      }
      const noisy = exact.map((value, i) => unit * (value + 1e-11 * Math.sin(7 * i)));
      const { dispersion } = inference(fitOnSupport(few, noisy, [0, 1]));
      assertClose("dispersion", dispersion / (1e-11 * unit) ** 2, 0.5, 0.1);
    }
    const means = few.map(([a, b]) => Math.exp(0.3 * a - 0.2 * b));
    assert.throws(() => inference(fitOnSupport(few, means, [0, 1], { datafit: gamma() })), { message });
  });

  it("has intervals as wide as their level asks, and a table that says what selection does", () => {
    const fit = new SmoothLasso({ lambda: 0, tol: 1e-14 }).fit(few, numbers);
    const [narrow, wide] = [inference(fit, { level: 0.5 }), inference(fit, { level: 0.99 })];
    // Quantiles of Student's distribution of 55 degrees of freedom by qt of R.
    assertClose(
      "half",
      (narrow.upper[1] - narrow.estimates[1]) / narrow.standardErrors[1],
      0.6789766297,
      1e-9,
    );
    assertClose("99 %", (wide.upper[1] - wide.estimates[1]) / wide.standardErrors[1], 2.668216, 1e-6);
    const text = wide.toString();
    assert.match(
      text,
      /SmoothLasso, squaredError without a penalty: 5 coefficients from 60 rows, dispersion /,
    );
    assert.match(
      text,
      /Note: where the features were selected on the same data, standard errors are too small/,
    );
    assert.match(text, /lower 99 %/);
  });

  it("is refused where it would mean nothing, with a remedy", () => {
    const { X, y } = linearData(7, 40, 6);
    for (const [call, message] of [
      [
        () => inference(new SmoothLasso({ lambda: 0.1 }).fit(X, y)),
        "inference: lambda must be 0, that of a fit without a penalty, got 0.1; take inference(fit.refit())",
      ],
      [
        () => inference(new SmoothLasso({ lambda: 0, datafit: huber() }).fit(X, y)),
        /^inference: datafit must be minus a log-likelihood, such as squaredError\(\) or logistic\(\), got "huber/,
      ],
      [
        () => inference(new SmoothLasso({ lambda: 0 }).fit(X.slice(0, 7), y.slice(0, 7))),
        "inference: the number of rows must be above that of the 7 coefficients, got 7",
      ],
      [
        () => inference(new SmoothLasso({ lambda: 0, bounds: [-0.1, 0.1] }).fit(X, y)),
        'inference: the coefficients must be those of the least loss, got "others, as where bounds hold them"',
      ],
      [
        () => inference(new SmoothLasso({ lambda: 0 }).fit(X, y), { level: 95 }),
        "inference: level must be a number strictly between 0 and 1, got 95",
      ],
      [
        () =>
          inference(fitFromJSON(JSON.stringify(new SmoothLasso({ lambda: 0 }).fit(X, y))) as SparseLinearFit),
        "inference: the data must be at hand, got a value read from JSON, which has none; fit them again",
      ],
      [
        () =>
          inference(
            new MultiTaskLasso({ lambda: 0 }).fit(
              X,
              y.map((value) => [value]),
            ) as never,
          ),
        /^inference: fit must be one of a single response, such as fit.refit\(\) of SmoothLasso, got /,
      ],
    ] as const) {
      assert.throws(call, { name: "InputError", message });
    }
  });
});
