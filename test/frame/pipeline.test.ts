/** Pipelines, against the same steps done by hand on the rows of each fold. */
import assert from "node:assert/strict";
import {
  cox,
  evaluate,
  logistic,
  nestedCrossValidate,
  predictSurvival,
  SmoothGroupLasso,
  SmoothLasso,
  seededRandom,
} from "../../src";
import { InputError } from "../../src/errors";
import { fromFormula, fromFrame, type PipelineColumns, pipeline, pipelineFitFromJSON } from "../../src/frame";
import { coefficientPlot, pathPlot } from "../../src/plot";
import type { Anything } from "../support/bad-input";

const { uniform: random } = seededRandom(3);
const n = 40;
const range = Array.from({ length: n }, (_, i) => i);
const flats = {
  area: range.map((i) => (i % 7 === 0 ? null : 30 + 60 * random())),
  year: range.map(() => 1950 + Math.floor(70 * random())),
  city: range.map((i) => (i === 5 ? "Aalen" : ["Ulm", "Bonn", "Kiel"][i % 3])),
  rent: range.map((i) => 5 + (i % 3) + 4 * random()),
};
const foldId = range.map((i) => i % 4);

function rowsOf(keep: (row: number) => boolean): Record<string, (number | string | null)[]> {
  return Object.fromEntries(
    Object.entries(flats).map(([name, values]) => [name, values.filter((_, i) => keep(i))]),
  );
}

const lambdas = [1, 0.3, 0.1, 0.01];

describe("a pipeline", () => {
  const formula = "rent ~ ns(area, 3) + poly(year, 2) + city + area:city";
  const ways = [
    ["columns", { response: "rent", missing: "median", unknown: "zero" }],
    ["a formula", { formula, missing: "mean", unknown: "zero" }],
  ] as const;
  for (const [what, columns] of ways) {
    it(`of ${what} prepares each fold by its own rows`, () => {
      const model = pipeline(columns, new SmoothLasso({ tol: 1e-12 }));
      const { cv } = model.crossValidate(flats, { foldId, lambdas, keep: true });
      const read = (frame: object): Anything =>
        "formula" in columns
          ? fromFormula(formula, frame as typeof flats, { missing: "mean", unknown: "zero" })
          : fromFrame(frame as typeof flats, columns);
      for (const fold of [0, 1, 2, 3]) {
        const data = read(rowsOf((i) => foldId[i] !== fold));
        const held = rowsOf((i) => foldId[i] === fold);
        const path = new SmoothLasso({ tol: 1e-12 }).path(data.X, data.y, { lambdas });
        const places = range.filter((i) => foldId[i] === fold);
        path.fits.forEach((fit, k) => {
          const wanted = fit.predict(data.encode(held));
          places.forEach((i, row) => {
            const found = cv.outOfFold![k][i];
            assert.ok(
              Math.abs(found - wanted[row]) <= 1e-5,
              `fold ${fold}, ${k}, ${i}: ${found}, not ${wanted[row]}`,
            );
          });
        });
      }
      const whole = read(flats);
      const leaking = new SmoothLasso({ tol: 1e-12 }).crossValidate(whole.X, whole.y, {
        foldId,
        lambdas,
        keep: true,
      });
      const apart = cv.outOfFold![3].map((eta, i) => Math.abs(eta - leaking.outOfFold![3][i]));
      assert.ok(Math.max(...apart) > 1e-3, "learning from all rows would predict the same");
    });
  }

  const columns = { response: "rent", missing: "median", unknown: "zero" } as const;

  it("fits, predicts and scores frames as its parts do", () => {
    const model = pipeline(columns, new SmoothLasso({ lambda: 0.05 }));
    const fitted = model.fit(flats);
    const data = fromFrame(flats, columns);
    const fit = new SmoothLasso({ lambda: 0.05 }).fit(data.X, data.y);
    assert.deepEqual(fitted.fit.coef, fit.coef);
    const fresh = { city: ["Kiel", "Kassel"], year: [2000, 1990], area: [null, 77], rent: [9, 8] };
    assert.deepEqual(fitted.predict(fresh), fit.predict(data.encode(fresh)));
    assert.equal(fitted.score(fresh), fit.score(data.encode(fresh), fresh.rent));
    assert.deepEqual(fitted.read(fresh).y, Float64Array.from(fresh.rent));
    const cv = model.crossValidate(flats, { folds: 4, nLambdas: 10 });
    assert.deepEqual(cv.best.predict(fresh), cv.cv.best.predict(data.encode(fresh)));
    assert.deepEqual(cv.oneStandardError.fit.coef, cv.cv.oneStandardError.coef);
    assert.equal(`${cv}`, `${cv.cv}`);
    assert.deepEqual(pathPlot(cv.path).spec, pathPlot(cv.cv.path).spec);
    for (const plot of [pathPlot, coefficientPlot] as Anything[])
      assert.throws(() => plot(cv), /got a PipelineValidation; use crossValidationPlot\(cv\), or /);
    assert.deepEqual(cv.path.at(cv.cv.lambdaMin).predict(fresh), cv.best.predict(fresh));
    const classes = pipeline({ ...columns, response: "city" }, new SmoothLasso({ lambda: 0.1 }));
    assert.throws(() => classes.fit(flats), /y, row 0 must be a finite number, got "Ulm"/);
    const two = { ...flats, dear: flats.rent.map((rent) => (rent > 8 ? "yes" : "no")) };
    const byClass = pipeline(
      { ...columns, response: "dear" },
      new SmoothLasso({ datafit: logistic(), lambda: 0.1 }),
    );
    assert.ok(byClass.fit(two).score(two) >= 0.5);
  });

  describe("that drops rows with missing values", () => {
    const gaps = {
      ...flats,
      city: flats.city.map((city, i) => (i === 3 ? null : city)),
      rent: flats.rent.map((rent, i) => (i === 4 ? Number.NaN : rent)),
      unread: range.map(() => null),
    };
    const isWhole = (i: number): boolean => i % 7 !== 0 && i !== 3 && i !== 4;
    const whole = rowsOf(isWhole);
    const nDropped = range.filter((i) => !isWhole(i)).length;
    const lasso = new SmoothLasso({ lambda: 0.05 });
    const own: Readonly<Record<string, PipelineColumns>> = {
      columns: { response: "rent", exclude: "unread", missing: "drop" },
      "a formula": { formula: "log(rent) ~ area * city + year", missing: "drop" },
    };
    for (const [what, columns] of Object.entries(own))
      it(`is evaluated on the others, by ${what}`, () => {
        const fitted = pipeline(columns, lasso).fit(gaps);
        const again = pipelineFitFromJSON(JSON.stringify(fitted));
        for (const fit of [fitted, again]) {
          const [found, wanted] = [evaluate(fit, gaps), evaluate(fit, whole)];
          assert.equal(found.nDropped, nDropped);
          assert.equal(found.nSamples, n - nDropped);
          assert.equal(wanted.nDropped, 0);
          assert.deepEqual({ ...found, nDropped: 0 }, { ...wanted });
          assert.equal(fit.score(gaps), fit.score(whole));
          assert.deepEqual(
            [...fit.read(gaps).droppedRows],
            range.filter((i) => !isWhole(i)),
          );
          assert.match(
            String(found),
            new RegExp(`evaluated on ${n - nDropped} rows, ${nDropped} dropped for missing values\n`),
          );
          // Each row has to have its prediction.
          assert.throws(
            () => fit.predict(gaps),
            /^InputError: FrameEncoder.encode: column "area", row 0 must be a value/,
          );
          const sampleWeight = range.filter(isWhole).map((i) => 1 + (i % 3));
          assert.deepEqual(
            { ...evaluate(fit, gaps, { sampleWeight }), nDropped: 0 },
            { ...evaluate(fit, whole, { sampleWeight }) },
          );
        }
      });

    it("refuses frames without a whole row, or without a column", () => {
      const fitted = pipeline(own.columns, lasso).fit(gaps);
      assert.throws(
        () => evaluate(fitted, { ...flats, year: range.map(() => null) }),
        new InputError(
          'pipeline.read: at least one row must have all values, got none; column "year" lacks 40 of 40',
        ),
      );
      const { year: _, ...others } = gaps;
      assert.throws(() => evaluate(fitted, others), /must have every column .*"year"/);
      const { rent: __, ...features } = gaps;
      assert.throws(() => evaluate(fitted, features), /^InputError: response: a response must be a column/);
    });

    it("takes the baseline of curves of survival from the others", () => {
      const times = { area: flats.area, time: range.map((i) => 1 + i), event: range.map((i) => i % 2) };
      const columns = { response: ["time", "event"], missing: "drop" } as const;
      const fitted = pipeline(columns, new SmoothLasso({ datafit: cox(), lambda: 0.01 })).fit(times);
      const kept = range.filter((i) => times.area[i] !== null);
      const rows = Object.fromEntries(
        Object.entries(times).map(([name, values]) => [name, kept.map((i) => values[i])]),
      );
      const [found, wanted] = [times, rows].map((X) => predictSurvival(fitted, { X }, { area: [50] }));
      assert.deepEqual({ ...found }, { ...wanted });
    });
  });

  it("predicts and scores with the offset and the weights that fits take", () => {
    const frame = { year: flats.year, rent: flats.rent };
    const offset = flats.rent.map((rent) => rent / 3);
    const sampleWeight = range.map((i) => i % 3);
    const fitted = pipeline({ response: "rent" }, new SmoothLasso({ lambda: 0.05 })).fit(frame, { offset });
    const X = flats.year.map((year) => [year]);
    assert.deepEqual(fitted.predict(frame, { offset }), fitted.fit.predict(X, { offset }));
    const wanted = fitted.fit.score(X, flats.rent, { offset, sampleWeight });
    assert.equal(fitted.score(frame, { offset, sampleWeight }), wanted);
    assert.throws(
      () => pipeline({ response: "rent" }, (() => null) as Anything).fit(frame),
      new InputError("pipeline: what estimator returns must be an estimator, got null"),
    );
  });

  it("makes an estimator of the data, as for groups", () => {
    const formulas = { formula: "rent ~ city * year - 1" };
    const model = pipeline(
      formulas,
      ({ groups, fitIntercept }) => new SmoothGroupLasso({ groups, fitIntercept, lambda: 0.1 }),
    );
    const data = fromFormula(formulas.formula, flats);
    const wanted = new SmoothGroupLasso({ groups: data.groups, fitIntercept: false, lambda: 0.1 }).fit(
      data.X,
      data.y,
    );
    assert.deepEqual(model.fit(flats).fit.coef, wanted.coef);
    assert.throws(
      () => pipeline(formulas, new SmoothLasso({ lambda: 0.1 })).fit(flats),
      new InputError(
        "pipeline: an estimator of a formula without an intercept must have fitIntercept: false, got none; say so, or leave out - 1",
      ),
    );
  });

  it("is prepared inside the folds of a nested cross-validation too", () => {
    const data = fromFrame(flats, columns);
    const model = new SmoothLasso({ tol: 1e-12 });
    const inner = { folds: 3, nLambdas: 8 };
    const nested = nestedCrossValidate(model, data.X, data.y, {
      ...inner,
      outer: { foldId },
      preprocess: data.preprocess,
    });
    for (const { fold, lambda } of nested.choices) {
      const alone = rowsOf((i) => foldId[i] !== fold);
      const { cv, best } = pipeline({ ...columns, categorical: "city" }, model).crossValidate(alone, inner);
      assert.ok(Math.abs(lambda / cv.lambdaMin - 1) <= 1e-6, `${fold}: ${lambda}, not ${cv.lambdaMin}`);
      const places = range.filter((i) => foldId[i] === fold);
      best.predict(rowsOf((i) => foldId[i] === fold)).forEach((value, row) => {
        const found = (nested.outOfFold as Float64Array)[places[row]];
        assert.ok(Math.abs(found - Number(value)) <= 1e-5, `${fold}, ${row}: ${found}, not ${value}`);
      });
    }
  });

  it("refuses what it cannot do in one sentence", async () => {
    const data = fromFrame(flats, columns);
    const model = new SmoothLasso();
    const refuses = (options: Anything, message: string): void => {
      const run = (): unknown => model.crossValidate(data.X, data.y, { folds: 4, nLambdas: 3, ...options });
      assert.throws(run, new InputError(`SmoothLasso.crossValidate${message}`));
    };
    const { preprocess } = data;
    refuses({ preprocess: 3 }, ": preprocess must be a function, got 3");
    refuses(
      { preprocess, workers: 2 },
      ": workers must be 1 with preprocess, which a pipeline has unless it learns levels only, and no other thread can be sent, got 2",
    );
    refuses(
      { preprocess: () => [[1], [2]] },
      ", without fold 0: preprocess must return the 40 rows and 6 columns of X, got 2 rows and 1 columns",
    );
    const lone = { ...flats, area: range.map((i) => (foldId[i] === 2 ? i : null)) };
    for (const own of [columns, { formula: "rent ~ area + ns(year, 2)", missing: "median" } as const])
      assert.throws(
        () => pipeline(own, model).crossValidate(lone, { foldId, nLambdas: 3 }),
        new InputError(
          'SmoothLasso.crossValidate, without fold 2: column "area" must have a value to take the median of, got none; take folds whose other rows have one, or leave the column out',
        ),
      );
    await assert.rejects(model.crossValidateAsync(data.X, data.y, { preprocess }), {
      message:
        "SmoothLasso.crossValidateAsync: preprocess must be left out, got a function; crossValidate takes it",
    });
    const refusesParts = (given: Anything, estimator: Anything, message: string): void => {
      assert.throws(() => pipeline(given, estimator), new InputError(`pipeline: ${message}`));
    };
    const rule = 'columns must be the options of fromFrame, or a formula, as { formula: "y ~ a + b" }';
    refusesParts("rent ~ area", model, `${rule}, got "rent ~ area"`);
    refusesParts({ missing: "mean" }, model, `${rule}, got an object`);
    refusesParts({ respnse: "rent" }, model, `${rule}, got an object; did you mean "response"?`);
    refusesParts(columns, {}, "estimator must be an estimator, or a function that makes one, got an object");
    refusesParts(
      columns,
      SmoothLasso,
      "estimator must be an estimator, or a function that makes one, got a function SmoothLasso; make one by new",
    );
    assert.throws(() => pipeline(columns, model).fit(flats), /SmoothLasso.fit: lambda must be given/);
    const fitted = pipeline(columns, new SmoothLasso({ lambda: 1 })).fit(flats);
    assert.throws(
      () => fitted.score({ area: [1], year: [2], city: ["Ulm"] }),
      /^InputError: response: a response must be a column of the frame, got "rent"/,
    );
  });
});
