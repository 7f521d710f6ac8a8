import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  type Datafit,
  gamma,
  huber,
  logCosh,
  logistic,
  type ProgressEvent,
  poisson,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothMcp,
  SmoothScad,
  squaredError,
  squaredHinge,
} from "../../src";
import { type FileDesign, type FileDesignOptions, fileDesign, fromFrame } from "../../src/frame";
import { coordinateDescent } from "../../src/solvers";
import type { Anything } from "../support/bad-input";

const N = 2400;
const P = 12;
const PARTS = 3;

/** Columns that are no features. */
const BESIDE = ["label", "count", "y", "size", "weight", "exposure", "customer"];

describe("fileDesign", function () {
  this.timeout(120_000);
  let folder: string;
  type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
  let connection: Connection;
  const at = (name: string): string => join(folder, name);
  const inSql = (name: string): string => `'${at(name).replaceAll("'", "''")}'`;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "design's "));
    connection = await (await DuckDBInstance.create(":memory:")).connect();
    // Features far from zero, correlated with their neighbours, on unlike scales.
    const noise = (k: number): string => `((hash(i * 1000 + ${k}) % 1000003) / 500001.5 - 1)`;
    const features = Array.from(
      { length: P },
      (_, j) => `${10 ** (j % 3)} * (${noise(j)} + 0.5 * ${noise(j + 1)}) + ${10 * (j % 4)} AS "x.${j}"`,
    );
    const eta = `(1.5 * ${noise(0)} - 1.2 * ${noise(3)} + 0.8 * ${noise(7)} - 0.2)`;
    const others = [
      "CASE i % 5 WHEN 0 THEN 'Ulm' WHEN 1 THEN 'Kiel' WHEN 2 THEN '' ELSE 'Bonn' END AS city",
      `CASE WHEN 1 / (1 + exp(-${eta})) > (hash(i * 1000 + 999) % 1000003) / 1000003.0 THEN 'yes' ELSE 'no' END AS label`,
      `exp(${eta} + (hash(i) % 7) / 4.0)::INT AS count`,
      `${eta} + ${noise(77)} AS y`,
      `exp(${eta} + ${noise(78)}) AS size`,
      "0.5 + (hash(i + 5) % 100) / 100.0 AS weight",
      `${noise(88)} / 3 AS exposure`,
      "'c' || (i // 7) AS customer",
    ];
    for (let part = 0; part < PARTS; part++) {
      const range = `range(${(N / PARTS) * part}, ${(N / PARTS) * (part + 1)}) t(i)`;
      await connection.run(
        `COPY (SELECT ${[...features, ...others].join(", ")} FROM ${range}) TO ${inSql(`part-${part}.parquet`)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
      );
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The rows of all parts, as the library reads them. */
  const inMemory = async (response: string, options: Anything = {}) => {
    const files = Array.from({ length: PARTS }, (_, part) => inSql(`part-${part}.parquet`));
    const frame = await connection.runAndReadAll(`SELECT * FROM read_parquet([${files.join(", ")}])`);
    const column = (name: string) =>
      fromFrame(frame, { response: name, features: ["x.0"] }).y as Float64Array;
    const exclude = BESIDE.filter((name) => name !== response);
    const data = fromFrame(frame, { response, exclude, missing: "level", ...options });
    return {
      X: data.X,
      y: data.y,
      groups: data.groups,
      sampleWeight: column("weight"),
      offset: column("exposure"),
    };
  };

  const opened = (response: string, options: Partial<FileDesignOptions> = {}): Promise<FileDesign> => {
    const named = Object.values(options).flat();
    const exclude = BESIDE.filter((name) => name !== response && !named.includes(name));
    return fileDesign(at("part-*.parquet"), { response, exclude, missing: "level", ...options });
  };

  const assertSame = (found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-9): void => {
    assert.equal(found.length, wanted.length);
    const scale = Math.max(...Array.from(wanted, Math.abs), 1e-300);
    for (let j = 0; j < wanted.length; j++)
      assert.ok(Math.abs(found[j] - wanted[j]) <= tolerance * scale, `${j}: ${found[j]} is not ${wanted[j]}`);
  };

  /** Certificates of sums over rows end a digit earlier than those in memory. */
  const precise = { tol: 1e-14 };
  const inPasses = { tol: 1e-12 };
  const losses: readonly (readonly [string, Datafit])[] = [
    ["label", logistic()],
    ["label", squaredHinge()],
    ["count", poisson()],
    ["size", gamma()],
    ["y", huber({ delta: 0.7 })],
    ["y", huber()],
    ["y", logCosh()],
    ["y", squaredError()],
  ];
  for (const [response, datafit] of losses) {
    it(`fits a path of ${datafit.name} as the rows do, with weights and offsets`, async () => {
      const { X, y, sampleWeight, offset } = await inMemory(response);
      const design = await opened(response, { sampleWeight: "weight", offset: "exposure" });
      const model = new SmoothLasso({ datafit, ...precise });
      const options = { nLambdas: 6, lambdaMinRatio: 0.01 };
      const [found, wanted] = [
        await design.path(model.withParams(inPasses), options),
        model.path(X, y, { ...options, sampleWeight, offset }),
      ];
      assertSame(found.lambdas, wanted.lambdas, 1e-12);
      wanted.fits.forEach((fit, k) => {
        assertSame(found.fits[k].coef, fit.coef);
        assert.deepEqual([...found.fits[k].support], [...fit.support]);
        assert.ok(Math.abs(found.fits[k].intercept - fit.intercept) < 1e-7);
      });
      assertSame(found.devianceRatio, wanted.devianceRatio, 1e-12);
      assertSame(found.bic, wanted.bic, 1e-9);
      assert.deepEqual(found.fits[0].classes, wanted.fits[0].classes);
    });
  }

  it("needs few passes for a logistic path of 20, and counts them", async () => {
    const design = await opened("label");
    const { fits } = await design.path(new SmoothLasso({ datafit: logistic(), tol: 1e-6 }), { nLambdas: 20 });
    assert.ok(design.passes <= 20, `${design.passes}`);
    for (const { status, certificate, nullDeviance, trace, nIter } of fits) {
      assert.equal(status, "converged");
      assert.ok(certificate.dualityGap! <= 1e-6 * nullDeviance!);
      assert.equal(trace.length, nIter);
      assert.ok(nIter < design.passes);
      assert.equal(trace.at(-1)!.dualityGap, certificate.dualityGap);
    }
  });

  it("fits squared errors of any penalty, and validates them, in one pass", async () => {
    const design = await opened("y");
    const { X, y } = await inMemory("y");
    const models = [
      new SmoothLasso(precise),
      new SmoothLasso({ ...precise, adaptive: true }),
      new SmoothGroupLasso({ ...precise, groups: design.groups }),
    ];
    const cv = await design.crossValidate(models[0], { folds: 4, nLambdas: 6 });
    for (const model of models) {
      const wanted = model.path(X, y, { nLambdas: 6 });
      const found = await design.path(model, { nLambdas: 6 });
      for (const [k, fit] of wanted.fits.entries()) assertSame(found.fits[k].coef, fit.coef);
    }
    const wanted = models[0].crossValidate(X, y, { foldId: cv.foldId, nLambdas: 6 });
    assertSame(cv.meanScore, wanted.meanScore);
    assertSame(cv.standardError, wanted.standardError);
    assert.equal(cv.measure, wanted.measure);
    assert.equal(design.passes, 1);
  });

  it("takes penalty factors, bounds, groups, the elastic net and models without intercept or scaling", async () => {
    const { X, y, groups } = await inMemory("label", { drop: "first" });
    const design = await opened("label", { drop: "first" });
    const penaltyFactors = design.featureNames.map((_, j) =>
      j === 2 ? 0 : j === 5 ? Number.POSITIVE_INFINITY : 1 + j / 10,
    );
    const shared = { lambda: 0.01, datafit: logistic(), ...precise };
    const models = [
      new SmoothLasso({ ...shared, penaltyFactors }),
      new SmoothLasso({ ...shared, fitIntercept: false, standardize: false }),
      new SmoothLasso({ ...shared, nonNegative: true }),
      new SmoothLasso({
        ...shared,
        bounds: design.featureNames.map((_, j): [number, number] => (j === 0 ? [0, 0.2] : [-5, 5])),
      }),
      new SmoothElasticNet({ ...shared, l1Ratio: 0.3 }),
      new SmoothGroupLasso({ ...shared, groups, standardize: "groups" }),
      new SmoothLasso({ ...shared, lambda: 0 }),
    ];
    for (const model of models) {
      const [found, wanted] = [await design.fit(model.withParams(inPasses)), model.fit(X, y)];
      // A gap of 1e-14 leaves coefficients some 1e-7, the square root of it.
      assertSame(found.coef, wanted.coef, 2e-7);
      assert.ok(Math.abs(found.intercept - wanted.intercept) < 1e-6);
      assert.equal(found.status, "converged");
    }
  });

  it("finds a stationary point of MCP, from which a descent in memory does not move", async () => {
    const { X, y } = await inMemory("label");
    const design = await opened("label");
    const model = new SmoothMcp({ lambda: 0.03, datafit: logistic(), tol: 1e-10 });
    const found = await design.fit(model);
    assert.equal(found.certificate.dualityGap, undefined);
    assert.ok(found.certificate.violation <= 1e-10 * 0.03);
    const from = model.withParams({ init: found, solver: coordinateDescent() });
    assertSame(from.fit(X, y).coef, found.coef, 1e-8);
  });

  it("finds a stationary point of SCAD, from which a descent in memory does not move", async () => {
    const { X, y } = await inMemory("count");
    const design = await opened("count");
    const model = new SmoothScad({ lambda: 0.05, datafit: poisson(), tol: 1e-10 });
    const found = await design.fit(model);
    assert.equal(found.status, "converged");
    assert.equal(found.certificate.dualityGap, undefined);
    const from = model.withParams({ init: found, solver: coordinateDescent() });
    assertSame(from.fit(X, y).coef, found.coef, 1e-8);
  });

  it("leaves zero for a bridge, whose slope is infinite there, where the objective is lower", async () => {
    for (const [response, datafit] of [
      ["label", logistic()],
      ["count", poisson()],
    ] as const) {
      const { X, y } = await inMemory(response);
      const design = await opened(response);
      const model = new SmoothBridge({ lambda: 0.03, q: 1 / 2, datafit, tol: 1e-10 });
      const [found, wanted] = [await design.fit(model), model.fit(X, y)];
      assert.equal(found.status, "converged");
      assert.ok(found.support.length > 0);
      assertSame(found.coef, wanted.coef, 1e-8);
      assert.ok(found.certificate.objective <= wanted.certificate.objective + 1e-10);
    }
  });

  it("refits a support without a penalty, as the rows in memory do", async () => {
    for (const [response, datafit] of [
      ["label", logistic()],
      ["y", squaredError()],
    ] as const) {
      const { X, y, sampleWeight } = await inMemory(response);
      const design = await opened(response, { sampleWeight: "weight" });
      const model = new SmoothLasso({ lambda: 0.03, datafit, ...precise });
      const fit = await design.fit(model.withParams(inPasses));
      const [found, wanted] = [
        await design.refit(model.withParams(inPasses), fit),
        model.fit(X, y, { sampleWeight }).refit(),
      ];
      assert.ok(fit.support.length < design.featureNames.length);
      assert.deepEqual([...found.support], [...fit.support]);
      assertSame(found.coef, wanted.coef, 1e-8);
      assert.ok(Math.abs(found.intercept - wanted.intercept) < 1e-7);
    }
    const other = new SmoothLasso({ lambda: 1 }).fit([[1], [2]], [1, 2]);
    const design = await opened("y");
    await assert.rejects(design.refit(new SmoothLasso(), other), /fit must be of the features of the table/);
  });

  it("scores folds by errors as the rows in memory do, with weights and offsets", async () => {
    for (const [response, datafit, measure] of [
      ["label", logistic(), "misclassification"],
      ["label", logistic(), "squaredError"],
      ["count", poisson(), "absoluteError"],
      ["y", squaredError(), "absoluteError"],
      ["y", squaredError(), "squaredError"],
    ] as const) {
      const { X, y, sampleWeight, offset } = await inMemory(response);
      const design = await opened(response, {
        sampleWeight: "weight",
        offset: "exposure",
        foldBy: "customer",
      });
      const model = new SmoothLasso({ datafit, ...precise });
      const options = { lambdas: [0.1, 0.03], measure };
      const cv = await design.crossValidate(model.withParams(inPasses), { folds: 3, ...options });
      const wanted = model.crossValidate(X, y, { foldId: cv.foldId, sampleWeight, offset, ...options });
      assert.equal(cv.measure, wanted.measure);
      assertSame(cv.meanScore, wanted.meanScore);
      for (const [f, scores] of cv.foldScores.entries()) assertSame(scores, wanted.foldScores[f]);
    }
  });

  it("tells its progress in fits and passes, of fits and of cross-validations", async () => {
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => events.push(event);
    const design = await opened("label");
    await design.fit(new SmoothLasso({ datafit: logistic(), lambda: 0.02 }), { onProgress });
    const [first] = events;
    assert.equal(first.task, "FileDesign.fit, first pass");
    assert.ok(events.some(({ task, done, total }) => task === first.task && done === N && total === N));
    assert.deepEqual(
      [events.at(-1)!.task, events.at(-1)!.done, events.at(-1)!.message],
      ["FileDesign.fit", 1, `${design.passes} passes over the rows`],
    );
    events.length = 0;
    const { path } = await design.crossValidate(new SmoothLasso({ datafit: logistic() }), {
      folds: 2,
      lambdas: [0.1, 0.05],
      onProgress,
    });
    const last = events.at(-1)!;
    assert.deepEqual([last.done, last.total], [3 * path.fits.length, 6]);
    assert.equal(last.interrupted, undefined);
    const run = events.filter(({ task }) => task === last.task).map(({ done }) => done);
    assert.deepEqual(
      run,
      [...run].sort((a, b) => a - b),
    );
  });

  it("validates in folds that a key decides, all rows of a value in one", async () => {
    const design = await opened("label", { foldBy: "customer" });
    const { X, y } = await inMemory("label");
    const model = new SmoothLasso({ datafit: logistic(), ...precise });
    const options = { lambdas: [0.1, 0.03, 0.01] };
    const cv = await design.crossValidate(model.withParams(inPasses), { folds: 3, ...options });
    for (const [i, fold] of cv.foldId.entries()) assert.equal(fold, cv.foldId[i - (i % 7)]);
    assert.equal(new Set(cv.foldId).size, 3);
    const wanted = model.crossValidate(X, y, { foldId: cv.foldId, ...options });
    assertSame(cv.meanScore, wanted.meanScore);
    assertSame(cv.standardError, wanted.standardError);
    for (const [f, scores] of cv.foldScores.entries()) assertSame(scores, wanted.foldScores[f]);
    assert.equal(cv.lambdaMin, wanted.lambdaMin);
  });

  it("takes few passes where a single row has weight, which leaves nothing to explain", async () => {
    writeFileSync(at("single.csv"), "x,w,y\n1,0,2\n2,1,3\n3,0,4\n");
    const design = await fileDesign(at("single.csv"), { response: "y", sampleWeight: "w" });
    const fit = await design.fit(new SmoothLasso({ lambda: 0.1, datafit: poisson(), maxIter: 100 }));
    assert.equal(fit.status, "converged");
    assert.ok(Math.abs(fit.intercept - Math.log(3)) < 1e-12);
    assert.ok(design.passes < 10, `${design.passes} passes`);
  });

  it("begins from rows that have weight, however few they are", async () => {
    // Of 200000 rows a tenth is drawn; with rows without weight among them fits began at zeros.
    const weight = "CASE WHEN i BETWEEN 150001 AND 150003 THEN 1 ELSE 0 END";
    await connection.run(
      `COPY (SELECT i % 7 AS x, i % 5 % 4 AS y, ${weight} AS w FROM range(200000) t(i)) TO ${inSql("few.parquet")}`,
    );
    const design = await fileDesign(at("few.parquet"), { response: "y", sampleWeight: "w" });
    const { status } = await design.fit(new SmoothLasso({ lambda: 0.05, datafit: poisson() }));
    assert.equal(status, "converged");
    assert.ok(design.passes <= 7, `${design.passes} passes`);
  });

  it("notices a file that grows during a fit, and ends where it is aborted", async () => {
    const file = at("growing.csv");
    const lines = Array.from({ length: 50 }, (_, i) => `${Math.sin(i)},${i % 2}`);
    writeFileSync(file, ["a,y", ...lines].join("\n"));
    const design = await fileDesign(file, { response: "y" });
    const model = new SmoothLasso({ datafit: logistic() });
    const whole = await design.path(model, { nLambdas: 4 });
    assert.equal(whole.status, "complete");
    const signal = { aborted: false };
    const onProgress = ({ task }: ProgressEvent): void => {
      signal.aborted = task === "FileDesign.path"; // after the first pass for fits
    };
    const options = { lambdas: [0.1, 0.01, 0.001], signal, onProgress };
    const ended = await design.path(new SmoothLasso({ datafit: logistic(), tol: 1e-14 }), options);
    assert.equal(ended.status, "interrupted");
    const [{ passes }, fresh] = [design, await fileDesign(file, { response: "y" })];
    for (const each of [design, fresh])
      await assert.rejects(
        each.path(model, { lambdas: [0.1], signal: { aborted: true } }),
        /a pass over the rows must not be aborted before there is a fit$/,
      );
    assert.deepEqual([design.passes, fresh.nSamples], [passes + 1, undefined]);
    writeFileSync(file, ["a,y", ...lines, "1,1"].join("\n"));
    await assert.rejects(
      () => design.path(model),
      /growing\.csv must stay as it was when it was opened, got another file, or other bytes in it; open it again$/,
    );
  });
});
