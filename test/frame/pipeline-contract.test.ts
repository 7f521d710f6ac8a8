/** A pipeline is an estimator and its fit is a fit: wherever one is taken, the same comes of them as of the encoded columns. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as main from "../../src";
import { seededRandom } from "../../src";
import * as data from "../../src/data";
import { InputError } from "../../src/errors";
import * as frame from "../../src/frame";
import * as plot from "../../src/plot";
import * as selection from "../../src/selection";
import type { Anything } from "../support/bad-input";

const { cox, logistic, multinomial, SmoothGroupLasso, SmoothLasso } = main;
const { fromFrame, pipeline } = frame;

const random = seededRandom(11);
const n = 60;
const range = Array.from({ length: n }, (_, i) => i);
const flats = {
  area: range.map((i) => (i % 9 === 4 ? null : 30 + 60 * random.uniform())),
  year: range.map(() => 1950 + Math.floor(70 * random.uniform())),
  noise: range.map(() => random.normal()),
  city: range.map((i) => ["Ulm", "Bonn", "Kiel"][i % 3]),
};
const effect = range.map((i) => (flats.area[i] ?? 60) / 20 + (i % 3) + random.normal());
const rent = { ...flats, rent: effect };
const dear = { ...flats, dear: effect.map((value) => (value > 4 ? "yes" : "no")) };
const classed = { ...flats, kind: effect.map((value) => (value > 5 ? "c" : value > 3 ? "b" : "a")) };
const times = {
  ...flats,
  time: effect.map((value) => 1 + Math.exp(-value)),
  event: range.map((i) => i % 4 && 1),
};
const fresh = { city: ["Kiel", "Ulm"], noise: [0, 1], year: [2000, 1990], area: [null, 77] };

const columns = { response: "rent", missing: "median" } as const;
const read = fromFrame(rent, columns);
const { X, y } = read;
const lasso = new SmoothLasso({ lambda: 0.1 });
const model = pipeline(columns, lasso);
const [fitted, fit] = [model.fit(rent), lasso.fit(X, y)];
const lambdas = [0.5, 0.2, 0.1];

/** A result without functions and private parts, whose numbers can be compared. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

type Both = readonly [ofPipeline: unknown, ofEstimator: unknown];

/** The rows of the tables of a report; that of a pipeline ends with how its columns are read. */
const rowsOf = async (page: plot.Report): Promise<string[]> =>
  (await page.toHTML()).match(/<tr>.*?<\/tr>/gs) ?? [];

/** The same function of a pipeline and of its estimator on encoded columns. */
const cases: Readonly<Record<string, () => Both | Promise<Both>>> = {
  nestedCrossValidate: () => {
    const options = { folds: 3, nLambdas: 5, outer: { folds: 3 } };
    return [
      main.nestedCrossValidate(model, rent, options),
      main.nestedCrossValidate(lasso, X, y, { ...options, preprocess: read.preprocess }),
    ];
  },
  // Its fits are compared in test/estimators/path/iterate-path.test.ts.
  iteratePath: () => [main.iteratePath(model, rent, { lambdas }), main.iteratePath(lasso, X, y, { lambdas })],
  evaluate: () => [main.evaluate(fitted, rent), main.evaluate(fit, X, y)],
  report: async () => {
    const [found, wanted] = [await rowsOf(plot.report(fitted)), await rowsOf(plot.report(fit))];
    assert.ok(wanted.length > 3 && found.length > wanted.length);
    return [found.slice(0, wanted.length), wanted];
  },
  diagnose: () => [main.diagnose(fitted), main.diagnose(fit)],
  supportRecovery: () => [main.supportRecovery(fitted, ["area"]), main.supportRecovery(fit, ["area"])],
  inference: () => [main.inference(fitted.refit()), main.inference(fit.refit())],
  predictSurvival: () => {
    const own = { response: ["time", "event"], missing: "median" } as const;
    const byTimes = new SmoothLasso({ datafit: cox(), lambda: 0.02 });
    const of = fromFrame(times, own);
    return [
      main.predictSurvival(pipeline(own, byTimes).fit(times), { X: times }, fresh),
      main.predictSurvival(byTimes.fit(of.X, of.y), { X: of.X, y: of.y }, of.encode(fresh)),
    ];
  },
  stabilitySelection: () => [
    selection.stabilitySelection(model, rent, { nPairs: 5, q: 2 }),
    selection.stabilitySelection(lasso, X, y, { nPairs: 5, q: 2 }),
  ],
  bootstrapInclusion: () => [
    selection.bootstrapInclusion(model, rent, { nBootstraps: 5 }),
    selection.bootstrapInclusion(lasso, X, y, { nBootstraps: 5 }),
  ],
  knockoffFilter: () => [
    selection.knockoffFilter(model, rent, { fdr: 0.5 }),
    selection.knockoffFilter(lasso, X, y, { fdr: 0.5 }),
  ],
  marginalFalseDiscovery: () => [
    selection.marginalFalseDiscovery(model, rent, { lambdas }),
    selection.marginalFalseDiscovery(lasso, X, y, { lambdas }),
  ],
  selectiveInference: () => [selection.selectiveInference(fitted), selection.selectiveInference(fit)],
  coefficientPlot: () => [plot.coefficientPlot(fitted), plot.coefficientPlot(fit)],
  boundPlot: () => {
    const proved = model.fit(rent, { global: true });
    return [plot.boundPlot(proved), plot.boundPlot(proved.fit)];
  },
  tracePlot: () => [plot.tracePlot(fitted), plot.tracePlot(fit)],
  supportPlot: () => [
    plot.supportPlot({ lasso: fitted }, ["area"]),
    plot.supportPlot({ lasso: fit }, ["area"]),
  ],
  groupPlot: () => {
    const groups = read.groupNames;
    return [
      plot.groupPlot(
        pipeline(columns, ({ groupNames }) => new SmoothGroupLasso({ groups: groupNames, lambda: 0.1 })).fit(
          rent,
        ),
      ),
      plot.groupPlot(new SmoothGroupLasso({ groups, lambda: 0.1 }).fit(X, y)),
    ];
  },
  pathPlot: () => [
    plot.pathPlot(model.path(rent, { lambdas })),
    plot.pathPlot(lasso.path(X, y, { lambdas })),
  ],
  crossValidationPlot: () => {
    const { preprocess } = read;
    return [
      plot.crossValidationPlot(model.crossValidate(rent, { lambdas, folds: 4 })),
      plot.crossValidationPlot(lasso.crossValidate(X, y, { lambdas, folds: 4, preprocess })),
    ];
  },
};

/** The functions that take no pipeline, and what they say of one. */
const refusals: Readonly<Record<string, readonly [run: () => unknown, message: string]>> = {
  checkEstimator: [
    () => main.checkEstimator(model as Anything),
    "checkEstimator: estimator must be one of columns of numbers, got a pipeline; give the estimator that it was made with",
  ],
  pipeline: [
    () => pipeline(columns, model as Anything),
    "pipeline: estimator must be an estimator, or a function that makes one, got a pipeline; its columns are read already",
  ],
  estimatorFromJSON: [
    () => main.estimatorFromJSON(JSON.stringify(model)),
    'estimatorFromJSON: format must be "smooth-edges/estimator", got "smooth-edges/pipeline"; pipelineFromJSON reads it',
  ],
  fitFromJSON: [
    () => main.fitFromJSON(JSON.stringify(fitted)),
    'fitFromJSON: format must be "smooth-edges/fit", got "smooth-edges/pipeline-fit"; pipelineFitFromJSON reads it',
  ],
  pathFromJSON: [
    () => main.pathFromJSON(JSON.stringify(model.path(rent, { lambdas }))),
    'pathFromJSON: format must be "smooth-edges/path", got "smooth-edges/pipeline-path"; pipelinePathFromJSON reads it',
  ],
  crossValidationFromJSON: [
    () => main.crossValidationFromJSON(JSON.stringify(model.crossValidate(rent, { lambdas, folds: 3 }))),
    'crossValidationFromJSON: format must be "smooth-edges/cross-validation", got "smooth-edges/pipeline-validation"; pipelineValidationFromJSON reads it',
  ],
  pipelineFitFromJSON: [
    () => frame.pipelineFitFromJSON(JSON.stringify(fit)),
    'pipelineFitFromJSON: format must be "smooth-edges/pipeline-fit", got "smooth-edges/fit"; fitFromJSON reads it',
  ],
  pipelinePathFromJSON: [
    () => frame.pipelinePathFromJSON(JSON.stringify(fitted)),
    'pipelinePathFromJSON: format must be "smooth-edges/pipeline-path", got "smooth-edges/pipeline-fit"; pipelineFitFromJSON reads it',
  ],
  pipelineValidationFromJSON: [
    () => frame.pipelineValidationFromJSON("{"),
    'pipelineValidationFromJSON: json must be the text of a JSON value, got "{"',
  ],
};

/** The names of exported functions with an estimator, a fit, a path or a cross-validation among their arguments, by their declarations. */
function takingModels(): string[] {
  const doors = new Set([main, selection, plot, data, frame].flatMap((door) => Object.keys(door)));
  const folder = join(__dirname, "..", "..", "src");
  const texts = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith(".d.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
  const isModel = /Estimator|AnyFit|SparseLinearFit|MultiResponseFit|SparsePath|CrossValidation<|OfFrames/;
  const found = texts.flatMap((text) =>
    [...text.matchAll(/export declare function (\w+)([^;]*?)\): [^;]*;/g)]
      .filter(([, name, parameters]) => doors.has(name) && isModel.test(parameters))
      .map(([, name]) => name),
  );
  return [...new Set(found)].sort();
}

describe("a pipeline, where an estimator or a fit is taken", () => {
  it("is tried by every function that takes one", () => {
    assert.deepEqual([...Object.keys(cases), ...Object.keys(refusals)].sort(), takingModels());
  });

  for (const [name, both] of Object.entries(cases))
    it(`gives ${name} what its estimator gives on the encoded columns`, async () => {
      const [found, wanted] = await both();
      assert.deepEqual(plain(found), plain(wanted));
      assert.equal(String(found), String(wanted));
    });

  for (const [name, [run, message]] of Object.entries(refusals))
    it(`is refused by ${name} in one sentence`, () => assert.throws(run, new InputError(message)));

  it("predicts labels and probabilities as its fit does", () => {
    const own = { response: "dear", missing: "mean" } as const;
    const classes = new SmoothLasso({ datafit: logistic(), lambda: 0.05 });
    const [two, of] = [pipeline(own, classes).fit(dear), fromFrame(dear, own)];
    const byHand = classes.fit(of.X, of.y);
    assert.deepEqual(two.predictProbability(fresh), byHand.predictProbability(of.encode(fresh)));
    assert.deepEqual(two.predictLabels(fresh), byHand.predictLabels(of.encode(fresh)));
    assert.deepEqual(two.decisionFunction(fresh), byHand.decisionFunction(of.encode(fresh)));
    assert.equal(main.evaluate(two, dear).auc, main.evaluate(byHand, of.X, of.y).auc);
    assert.throws(
      () => fitted.predictLabels(fresh),
      /^InputError: SmoothLasso.predictLabels: datafit must be/,
    );
  });

  it("is refused in one sentence by a file, which encodes its columns by itself", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "pipeline-")), "flats.csv");
    writeFileSync(file, `area,rent\n${range.map((i) => `${flats.year[i]},${effect[i]}`).join("\n")}\n`);
    const flatsOfFile = await frame.fileDesign(file, { response: "rent" });
    const rule =
      "estimator must be one of columns of numbers, got a pipeline; give the estimator that it was made with";
    await assert.rejects(flatsOfFile.fit(model as Anything), new InputError(`FileDesign.fit: ${rule}`));
    const [alone] = [pipeline({ response: "rent", features: "area" }, lasso)];
    const whole = { area: flats.year, rent: effect };
    const refitted = await flatsOfFile.refit(lasso, alone.fit(whole));
    assert.ok(Math.abs(refitted.coef[0] - alone.fit(whole).refit().fit.coef[0]) < 1e-9);
  });

  it("is where a fit starts", () => {
    const warm = new SmoothLasso({ lambda: 0.1, init: fitted });
    assert.equal(warm.fit(X, y).nIter, new SmoothLasso({ lambda: 0.1, init: fit }).fit(X, y).nIter);
    assert.deepEqual(main.estimatorFromJSON(JSON.stringify(warm)).fit(X, y).nIter, warm.fit(X, y).nIter);
  });

  it("fits in another thread to the same bits", async () => {
    const levels = pipeline({ response: "rent", features: ["year", "city"] }, lasso);
    assert.deepEqual((await levels.fitAsync(rent)).fit.coef, levels.fit(rent).fit.coef);
    const path = await levels.pathAsync(rent, { lambdas });
    assert.deepEqual(path.at(0.2).predict(rent), levels.path(rent, { lambdas }).at(0.2).predict(rent));
    const options = { lambdas, folds: 3 };
    assert.deepEqual(
      (await levels.crossValidateAsync(rent, options)).cv.meanScore,
      levels.crossValidate(rent, options).cv.meanScore,
    );
    await assert.rejects(
      model.crossValidateAsync(rent),
      new InputError(
        "pipeline.crossValidateAsync: nothing but levels must be learnt from the rows of a fold, got imputed values, knots or polynomials; use crossValidate, in this thread",
      ),
    );
  });

  it("refuses a response beside a frame, which has it", () => {
    const rule = "y must be left out where a pipeline reads the response from the frame, got";
    const refuses = (run: () => unknown, where: string): void =>
      assert.throws(run, new InputError(`${where}: ${rule} a Float64Array of 60`));
    refuses(() => main.evaluate(fitted, rent, y as Anything), "evaluate");
    refuses(
      () => (main.nestedCrossValidate as Anything)(model, rent, y, { folds: 3 }),
      "nestedCrossValidate",
    );
    refuses(() => model.fit(rent, y as Anything), "pipeline.fit");
    refuses(() => model.crossValidate(rent, y as Anything), "pipeline.crossValidate");
    refuses(
      () => main.predictSurvival(fitted as Anything, { X: rent, y }, fresh),
      "predictSurvival, training",
    );
    assert.throws(
      () => model.crossValidate(rent, { preprocess: () => X }),
      /^InputError: pipeline.crossValidate: preprocess must be left out, since a pipeline prepares each fold/,
    );
  });

  it("changes options of its estimator alone", () => {
    assert.deepEqual(
      model.withParams({ lambda: 0.3 }).fit(rent).fit.coef,
      new SmoothLasso({ lambda: 0.3 }).fit(X, y).coef,
    );
  });
});

describe("a pipeline as JSON", () => {
  const ways: readonly (readonly [string, object, Anything, Anything])[] = [
    ["columns", rent, columns, lasso],
    [
      "a formula",
      rent,
      { formula: "log(rent + 9) ~ ns(area, 3) * city + poly(year, 2)", missing: "mean" },
      lasso,
    ],
    [
      "two classes",
      dear,
      { response: "dear", missing: "level" },
      lasso.withParams({ datafit: logistic() as Anything }),
    ],
    [
      "three classes",
      classed,
      { response: "kind", missing: "mean" },
      new SmoothLasso({ datafit: multinomial(), lambda: 0.05 }),
    ],
    [
      "times",
      times,
      { response: ["time", "event"], missing: "mean" },
      new SmoothLasso({ datafit: cox(), lambda: 0.02 }),
    ],
    [
      "times and strata",
      times,
      { formula: "Surv(time, event == 1) ~ area + year + strata(city)", missing: "mean" },
      new SmoothLasso({ datafit: cox(), lambda: 0.02 }),
    ],
  ];
  for (const [what, rows, own, estimator] of ways)
    it(`of ${what} predicts and scores new rows as before, without the rows`, () => {
      const before = pipeline(own, estimator);
      const first = before.fit(rows as Anything);
      const text = JSON.stringify(first);
      const again = frame.pipelineFitFromJSON(text);
      assert.deepEqual(again.decisionFunction(fresh), first.decisionFunction(fresh));
      assert.equal(again.score(rows as Anything), first.score(rows as Anything));
      assert.equal(again.data, undefined);
      assert.equal(JSON.stringify(again), text);
      assert.ok(text.length < 12_000 && !text.includes(String(flats.noise[3])), "rows are in the record");
      const same = frame.pipelineFromJSON(JSON.stringify(before)).fit(rows as Anything);
      assert.deepEqual(same.decisionFunction(fresh), first.decisionFunction(fresh));
      assert.throws(() => again.refit(), /refit/);
    });

  it("of paths and cross-validations has their fits", () => {
    const path = model.path(rent, { lambdas });
    const [again] = [frame.pipelinePathFromJSON(JSON.stringify(path))];
    assert.deepEqual(again.at(0.2).predict(fresh), path.at(0.2).predict(fresh));
    assert.deepEqual(again.best("bic").predict(fresh), path.best("bic").predict(fresh));
    const cv = model.crossValidate(rent, { lambdas, folds: 3 });
    const cvAgain = frame.pipelineValidationFromJSON(JSON.stringify(cv));
    assert.deepEqual(cvAgain.oneStandardError.predict(fresh), cv.oneStandardError.predict(fresh));
  });

  it("is refused by the name of the field that is not as it was written", () => {
    const record = plain(fitted) as Anything;
    const refuses = (changed: object, message: string): void =>
      assert.throws(
        () => frame.pipelineFitFromJSON({ ...record, ...changed }),
        (error: Error) => error instanceof InputError && error.message.includes(message),
      );
    refuses({ encoder: 3 }, "pipelineFitFromJSON: encoder must be an object, got 3");
    refuses({ result: null }, "pipelineFitFromJSON: result must be an object, got null");
    refuses(
      { response: { columns: [], expression: null } },
      "response.columns must be an array of at least one text",
    );
    refuses({ response: { columns: ["rent"] } }, "response.expression must be an object");
    refuses({ version: 3 }, "version must be at most 2");
    assert.throws(
      () => JSON.stringify(pipeline(columns, () => lasso)),
      /^InputError: pipeline.toJSON: estimator must be an estimator, since no file can hold a function, got a function/,
    );
  });
});
