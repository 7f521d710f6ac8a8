/** Responses of formulas, against R's `coxph`, `glm` and `lm`, and what they refuse. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  binomial,
  cox,
  fitOnSupport,
  inference,
  predictSurvival,
  SmoothLasso,
  squaredError,
} from "../../src";
import { InputError } from "../../src/errors";
import { type FromFormulaOptions, fromFormula, fromFrame, pipeline } from "../../src/frame";
import type { Anything } from "../support/bad-input";
import { rowsOf } from "../support/rows-of";
import { ROOT } from "../support/tracked-files";

interface GoldenModel {
  readonly table: string;
  readonly formula: string;
  readonly model: "cox" | "binomial" | "linear";
  readonly ties: "efron" | "breslow";
  readonly link: "logit" | "probit";
  readonly estimates: number | number[];
  readonly errors: number | number[];
}

interface GoldenStrata {
  readonly X: number[][];
  readonly start: number[];
  readonly stop: number[];
  readonly event: number[];
  readonly strata: string[];
  readonly cases: readonly {
    readonly entry: boolean;
    readonly stratified: boolean;
    readonly ties: string;
    readonly weighted: boolean;
    readonly lambdas?: number[];
    readonly coefficients?: number[][];
  }[];
}

function golden<Golden>(name: string): Golden {
  return JSON.parse(readFileSync(join(ROOT, `test/golden/${name}.json`), "utf8")) as Golden;
}

type Frame = Record<string, (number | string)[]>;

const { tables, cases } = golden<{ tables: Record<string, Frame>; cases: GoldenModel[] }>("formula-models");

function assertNear(what: string, found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  assert.equal(found.length, wanted.length, what);
  Array.from(wanted).forEach((value, k) => {
    const isNear = Math.abs(found[k] - value) <= 1e-6 * Math.max(1e-3, Math.abs(value));
    assert.ok(isNear, `${what}, ${k}: ${found[k]}, not ${value}`);
  });
}

describe("the response of a formula", () => {
  for (const { table, formula, model, ties, link, estimates, errors } of cases) {
    it(`makes the model of R: ${formula}, ${model === "cox" ? ties : link}`, () => {
      const { X, y, featureNames } = fromFormula(formula, tables[table], { drop: "first" });
      const datafit =
        model === "cox" ? cox({ ties }) : model === "linear" ? squaredError() : binomial({ link });
      const fit = fitOnSupport(X, y, [...featureNames.keys()], { datafit });
      const found = inference(fit);
      assertNear("estimates", found.estimates, [estimates].flat());
      assertNear("errors", found.standardErrors, [errors].flat());
    });
  }

  const { veteran, heart, menarche } = tables;

  it("names strata by the values of their column, or by those of several as R does", () => {
    const strataOf = (formula: string): readonly unknown[] =>
      (fromFormula(formula, veteran).y as Anything).strata;
    assert.deepEqual(strataOf("Surv(time, status) ~ age + strata(celltype)"), veteran.celltype);
    assert.equal(
      strataOf("Surv(time, status) ~ age + strata(celltype, prior)")[1],
      "celltype=squamous, prior=10",
    );
    assert.deepEqual(
      strataOf("Surv(time, status) ~ age + strata(age > 60)"),
      veteran.age.map((age) => Number(Number(age) > 60)),
    );
  });

  it("leaves the columns of strata out of all others, and takes them where they are named", () => {
    const namesOf = (formula: string): readonly string[] => fromFormula(formula, heart).featureNames;
    assert.deepEqual(namesOf("Surv(start, stop, event) ~ . + strata(surgery)"), ["age", "year"]);
    assert.deepEqual(namesOf("Surv(start, stop, event) ~ age + surgery + strata(surgery)"), [
      "age",
      "surgery",
    ]);
    assert.deepEqual(namesOf("Surv(start, stop, event) ~ start + age"), ["start", "age"]);
  });

  it("reads the strata of a list of columns as labels, as those of a formula", () => {
    const frame = {
      start: heart.start,
      time: heart.stop,
      event: heart.event,
      strata: heart.surgery.map((had) => (had === 1 ? "yes" : "no")),
      age: heart.age,
    };
    const { X, y } = fromFrame(frame, { response: ["start", "time", "event", "strata"] });
    const other = fromFormula("Surv(start, time, event) ~ age + strata(strata)", frame);
    assert.deepEqual(y, other.y);
    const model = new SmoothLasso({ datafit: cox(), lambda: 0.001 });
    assert.deepEqual(model.fit(X, y).coef, model.fit(other.X, other.y).coef);
    assert.throws(
      () =>
        fromFrame(
          { ...frame, strata: [null, ...frame.strata.slice(1)] },
          { response: Object.keys(frame).slice(0, 4) },
        ),
      new InputError(
        'fromFrame: column "strata", row 0 must be the label of a stratum, got null; missing: "drop" leaves its row out',
      ),
    );
  });

  const strata = golden<GoldenStrata>("cox-strata");
  const sites: Frame = {
    start: strata.start,
    stop: strata.stop,
    event: strata.event,
    site: strata.strata,
    ...Object.fromEntries(strata.X[0].map((_, j) => [`x${j}`, strata.X.map((row) => row[j])])),
  };

  for (const { entry, stratified, lambdas, coefficients } of strata.cases.filter(
    ({ ties, weighted }) => ties === "breslow" && !weighted,
  )) {
    it(`makes lassos of glmnet by a pipeline${entry ? ", with times of entry" : ""}${stratified ? ", with strata" : ""}`, () => {
      const left = entry ? "Surv(start, stop, event)" : "Surv(stop, event)";
      const formula = `${left} ~ .${stratified ? " + strata(site)" : " - site"}${entry ? "" : " - start"}`;
      lambdas!.forEach((lambda, k) => {
        const { fit } = pipeline({ formula }, new SmoothLasso({ datafit: cox(), lambda, tol: 1e-14 })).fit(
          sites,
        );
        coefficients![k].forEach((wanted, j) => {
          assert.ok(Math.abs(fit.coef[j] - wanted) <= 1e-6, `${lambda}, ${j}: ${fit.coef[j]}, not ${wanted}`);
        });
      });
    });
  }

  it("predicts, scores and cross-validates strata by a pipeline as its parts do", () => {
    const formula = "Surv(start, stop, event) ~ . + strata(site)";
    const model = pipeline({ formula }, new SmoothLasso({ datafit: cox(), lambda: 0.02 }));
    const fitted = model.fit(sites);
    const y = { start: strata.start, time: strata.stop, event: strata.event, strata: strata.strata };
    const byHand = new SmoothLasso({ datafit: cox(), lambda: 0.02 });
    const fit = byHand.fit(strata.X, y);
    assert.deepEqual(fitted.fit.coef, fit.coef);
    assert.equal(fitted.score(sites), fit.score(strata.X, y));
    const { site, ...unlabelled } = sites;
    assert.deepEqual(fitted.predict(unlabelled), fit.predict(strata.X));
    const foldId = strata.event.map((_, i) => i % 5);
    assert.deepEqual(
      model.crossValidate(sites, { foldId, nLambdas: 10 }).cv.meanScore,
      byHand.crossValidate(strata.X, y, { foldId, nLambdas: 10 }).meanScore,
    );
    const curves = predictSurvival(
      fitted.fit,
      { X: fitted.data!.X, y: fitted.data!.y },
      strata.X.slice(0, 1),
      {
        strata: ["west"],
      },
    );
    assert.deepEqual(curves.strata, ["north", "south", "west"]);
    assert.throws(() => fitted.score(unlabelled), /a response must be a column of the frame, got "site"/);
  });

  it("keeps the columns of counts by their names", () => {
    const formula = "cbind(successes = Menarche, failures = Total - Menarche) ~ Age";
    const { y } = fromFormula(formula, menarche) as Anything;
    assert.deepEqual(y.featureNames, ["successes", "failures"]);
    assert.deepEqual(
      rowsOf(y),
      menarche.Menarche.map((yes, i) => [yes, Number(menarche.Total[i]) - Number(yes)]),
    );
    const model = pipeline({ formula }, new SmoothLasso({ datafit: binomial(), lambda: 0.01 }));
    const shares = menarche.Menarche.map((yes, i) => Number(yes) / Number(menarche.Total[i]));
    const run = { sampleWeight: menarche.Total as number[] };
    const ages = menarche.Age.map((age) => [Number(age)]);
    const fit = new SmoothLasso({ datafit: binomial(), lambda: 0.01 }).fit(ages, shares, run);
    const fitted = model.fit(menarche);
    assertNear("coefficients", fitted.fit.coef, fit.coef);
    assertNear("score", [fitted.score(menarche)], [fit.score(ages, shares, run)]);
  });

  const times: Frame = {
    start: [0, 1, 2],
    stop: [1, 4, 6],
    died: [1, 0, 1],
    site: ["a", "b", "a"],
    x: [1, 2, 4],
  };
  const functions = "I, log, log2, log10, log1p, exp, expm1, sqrt, abs, sin, cos, tan";
  const reserved = "where it is a feature too, give the frame a copy of it under another name";
  for (const [formula, message, options = {}] of [
    [
      "surv(stop, died) ~ x",
      `a function of the response must be one of Surv, cbind, ${functions}, got "surv"; did you mean "Surv"?`,
    ],
    [
      "x ~ Surv(stop, died)",
      `a function of the formula must be one of ${functions}, poly, ns, bs, factor, got "Surv"; Surv() must be the response`,
    ],
    [
      "x ~ stop + strata(site)",
      'the response must be Surv(time, event) or Surv(start, time, event) beside strata(), got "x"',
    ],
    ["Surv(stop, died) ~ strata(site)", "formula must have a term beside strata(), got none"],
    [
      "Surv(stop, died) ~ x * strata(site)",
      'strata() must be a term by itself, without effects that differ by stratum, got "x:strata(site)"',
    ],
    [
      "Surv(stop, died) ~ x + strata(site, sep = 2)",
      'strata() must be of columns or calculations without names, got "strata(site, sep = 2)"',
    ],
    [
      "Surv(stop, died) ~ x + strata(sites)",
      'the formula must be of columns of the frame, got "sites"; did you mean "site"?',
    ],
    [
      "Surv(stop, died) ~ I(strata(site) + 1)",
      `a function of the formula must be one of ${functions}, poly, ns, bs, factor, got "strata"; strata() must be a term by itself`,
    ],
    [
      "Surv(stop, died) ~ x + Strata(site)",
      `a function of the formula must be one of ${functions}, poly, ns, bs, factor, got "Strata"; did you mean "strata"?`,
    ],
    ["Surv(stop, died, type = 1) ~ x", 'an argument of Surv() must be time, time2 or event, got "type"'],
    [
      "Surv(start, stop, died, x) ~ x",
      'the response must be Surv(time, event) or Surv(start, time, event), got "Surv(start, stop, died, x)"',
    ],
    [
      "Surv(start, stop, died) ~ x + log(stop)",
      `the terms of the formula must be of columns that are no response, got "stop"; ${reserved}`,
    ],
    [
      "log(x) ~ stop + log(x)",
      `the terms of the formula must be of columns that are no response, got "x"; ${reserved}`,
    ],
    [
      "x ~ stop + log(x)",
      `the terms of the formula must be of columns that are no response, got "x"; ${reserved}`,
    ],
    [
      "x ~ I(site == TRUE)",
      'column "site" must be truth values or numbers in I(site == TRUE), got texts; compare it with a text, as in site == "TRUE"',
    ],
  ] as readonly [string, string, FromFormulaOptions?][]) {
    it(`refuses ${formula} in one sentence`, () => {
      assert.throws(() => fromFormula(formula, times, options), new InputError(`fromFormula: ${message}`));
    });
  }

  it("compares truth values and numbers with TRUE and FALSE, and columns of these names", () => {
    const frame = { x: [true, false, true], y: [1, 2, 5] };
    const valuesOf = (formula: string, given: Anything = frame): number[] =>
      rowsOf(fromFormula(formula, given).X).flat();
    assert.deepEqual(valuesOf("y ~ I(x == TRUE)"), [1, 0, 1]);
    assert.deepEqual(valuesOf("y ~ I(FALSE == x)"), [0, 1, 0]);
    assert.deepEqual(valuesOf("y ~ I(x != T)"), [0, 1, 0]);
    assert.deepEqual(valuesOf("y ~ I(T + 1)", { T: [3, 4, 5], y: [1, 2, 5] }), [4, 5, 6]);
    assert.deepEqual(valuesOf("log(y) ~ y"), [1, 2, 5]);
  });
});
