import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  cox,
  type Datafit,
  gamma,
  huber,
  logistic,
  negativeBinomial,
  poisson,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothMcp,
  squaredError,
  squaredHinge,
} from "../../src";
import { InputError } from "../../src/errors";
import {
  type FileDesign,
  type FileDesignOptions,
  fileDesign,
  fromFrame,
  summarizeFile,
} from "../../src/frame";
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
      assertSame(found.coef, wanted.coef);
      assert.ok(Math.abs(found.intercept - wanted.intercept) < 1e-7);
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

  for (const missing of ["drop", "mean", "median", "level"] as const) {
    it(`reads missing values and categories as fromFrame does, by ${missing}`, async () => {
      const lines = Array.from({ length: 60 }, (_, i) => {
        const number = i % 7 === 0 ? "" : `${Math.sin(i)}`;
        const city = i % 11 === 0 ? "NA" : ["Ulm", "O'Hara", "Kiel"][i % 3];
        return `${number},${city},${i % 4},${i % 2 === 0},${Math.cos(i) + (i % 3)}`;
      });
      for (const [k, part] of [lines.slice(0, 30), lines.slice(30)].entries())
        writeFileSync(at(`gaps-${k}.csv`), ["number,city,zone,isNew,y", ...part].join("\n"));
      const options = { response: "y", categorical: "zone", missing };
      const design = await fileDesign([at("gaps-0.csv"), at("gaps-1.csv")], options);
      const rows = lines.map((line) => line.split(","));
      const frame = {
        number: rows.map(([value]) => (value === "" ? null : Number(value))),
        city: rows.map(([, value]) => (value === "NA" ? null : value)),
        zone: rows.map((row) => Number(row[2])),
        isNew: rows.map((row) => row[3] === "true"),
        y: rows.map((row) => Number(row[4])),
      };
      const data = fromFrame(frame, options);
      assert.deepEqual(design.featureNames, data.featureNames);
      assert.deepEqual(design.groups, data.groups);
      const model = new SmoothLasso({ lambda: 0.01, ...precise });
      const [found, wanted] = [await design.fit(model), model.fit(data.X, data.y)];
      assertSame(found.coef, wanted.coef);
      const some = { number: [0.3], city: ["Kiel"], zone: [2], isNew: [true] };
      assertSame(found.predict(design.encode(some)), wanted.predict(data.encode(some)));
    });
  }

  it("reads fractions in a file after one of integers", async () => {
    for (const [name, x] of [
      ["whole", "i::INTEGER"],
      ["parts", "i + 0.5::DOUBLE"],
    ])
      await connection.run(
        `COPY (SELECT ${x} AS x, 2 * i AS y FROM range(20) t(i)) TO ${inSql(`mixed-${name}.parquet`)}`,
      );
    const design = await fileDesign([at("mixed-whole.parquet"), at("mixed-parts.parquet")], {
      response: "y",
    });
    const rows = [0, 0.5].flatMap((shift) => Array.from({ length: 20 }, (_, i) => [i + shift, 2 * i]));
    const model = new SmoothLasso({ lambda: 0 });
    const wanted = model.fit(
      rows.map(([x]) => [x]),
      rows.map(([, y]) => y),
    );
    assertSame((await design.fit(model)).coef, wanted.coef, 1e-12);
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

  it("closes each connection to DuckDB, also where it refuses a file", async () => {
    writeFileSync(at("closed.csv"), "x,y\n1,2\n2,3\n4,5\n");
    writeFileSync(at("infinite.csv"), "x,y\n1,2\ninf,3\n4,5\n");
    const opened: Connection[] = [];
    const { connect } = DuckDBInstance.prototype;
    DuckDBInstance.prototype.connect = async function (): Promise<Connection> {
      const own = await connect.call(this);
      opened.push(own);
      return own;
    };
    try {
      const model = new SmoothLasso({ lambda: 0.1 });
      await (await fileDesign(at("c*d.csv"), { response: "y" })).fit(model);
      await summarizeFile(at("closed.csv"), { response: "y" });
      await assert.rejects(summarizeFile(at("infinite.csv"), { response: "y" }), InputError);
    } finally {
      DuckDBInstance.prototype.connect = connect;
    }
    assert.ok(opened.length >= 5, `${opened.length} connections`);
    for (const each of opened) await assert.rejects(each.run("SELECT 1"));
  });

  it("reads names that look like SQL as names", async () => {
    writeFileSync(at("hostile.csv"), "\"a\"\"; DROP TABLE t; --\",'b',y\n1,O'Hara,1\n2,Ulm,2\n4,O'Hara,3\n");
    const design = await fileDesign(at("hostile.csv"), { response: "y" });
    assert.deepEqual(design.featureNames, ['a"; DROP TABLE t; --', "'b'=Ulm"]);
    assert.equal((await design.fit(new SmoothLasso({ lambda: 0.01 }))).coef.length, 2);
  });

  it("refuses in one sentence what it cannot fit", async () => {
    const write = (name: string, ...lines: string[]): string => {
      writeFileSync(at(name), lines.join("\n"));
      return at(name);
    };
    const tryOn = async (
      file: string | string[],
      datafit: Datafit = squaredError(),
      options: Anything = {},
    ) =>
      (await fileDesign(file, { response: "y", ...options })).fit(new SmoothLasso({ lambda: 0.1, datafit }));
    const good = write("good.csv", "a,y", "1,1", "2,3", "4,2");
    const refused: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => tryOn(at("none-*.parquet")), /fileDesign: path must be that of at least one file, .*none-/],
      [() => tryOn(folder), /it is a folder/],
      [() => tryOn(write("notes.md", "a")), /must be that of \.parquet, \.csv or \.tsv files/],
      [() => tryOn([good, at("part-0.parquet")]), /of one format/],
      [
        () => tryOn([good, write("other.csv", "b,y", "1,1")]),
        /column "b" of .*other\.csv must be as in .*good\.csv/,
      ],
      [
        () => tryOn([good, write("text.csv", "a,y", "x,1")]),
        /column "a" of .*text\.csv must be as in .*good\.csv, of BIGINT, got "VARCHAR"/,
      ],
      [
        () => tryOn([good, write("gap.csv", "a,y", "1,1", ",2")]),
        /column "a", row 1 of .*gap\.csv must be a finite number, got null/,
      ],
      [
        () => tryOn(write("infinite.csv", "a,y", "1.5,1", "inf,2")),
        /column "a", row 1 of .*infinite\.csv must be a finite number, got Infinity/,
      ],
      [
        () => tryOn(good, squaredError(), { response: "z" }),
        /response must be a column of the files, got "z"/,
      ],
      [
        () => tryOn(good, squaredError(), { memoryLimit: "much" }),
        /memoryLimit must be a size such as "500MB"/,
      ],
      [() => tryOn(good, squaredError(), { target: "y" }), /did you mean "response"\?/],
      [
        () => tryOn(good, negativeBinomial({ theta: "estimate" })),
        /theta must be a number in a table that is not in memory, got "estimate"/,
      ],
      [() => tryOn(good, cox()), /datafit must be a sum over rows of one response, got "cox"/],
      [
        () => tryOn(write("words.csv", "a,y", "1,low", "2,high", "4,mean")),
        /column "y" must be of numbers with squaredError, got/,
      ],
      [() => tryOn(good, logistic()), /y must have two classes with logistic, got 1, 2 and 3/],
      [
        () =>
          tryOn(write("light.csv", "a,y,w", "1,no,1", "2,yes,0", "3,no,1"), logistic(), {
            sampleWeight: "w",
          }),
        /the number of classes that have rows of positive weight must be 2, got 1/,
      ],
      [
        async () => {
          const lines = Array.from({ length: 60 }, (_, i) => `${i % 7},${i < 20 ? "1,a" : `0,b${i % 5}`}`);
          const design = await fileDesign(write("classes.csv", "a,y,key", ...lines), {
            response: "y",
            foldBy: "key",
          });
          await design.crossValidate(new SmoothLasso({ datafit: logistic() }), { folds: 3, nLambdas: 3 });
        },
        /the rows outside fold \d must have all 2 classes, got 1; every class needs rows in two folds/,
      ],
      [
        () => tryOn(write("negative.csv", "a,y", "1,1", "2,-3", "4,2"), poisson()),
        /column "y", row 1 of those read, must be a response of poisson, got -3/,
      ],
    ];
    for (const [attempt, message] of refused) {
      await assert.rejects(attempt, (error: Error) => {
        assert.ok(error instanceof InputError, error.stack);
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
    }
    const path = await (await fileDesign(good, { response: "y" })).path(
      new SmoothLasso({ datafit: huber({ delta: 1 }) }),
      { nLambdas: 3 },
    );
    assert.throws(() => path.at(0.123), /must name its lambdas/);
    assert.throws(() => path.fits[2].refit(), /must have the rows in memory/);
  });

  it("notices a file that grows during a fit, and ends where it is aborted", async () => {
    const file = at("growing.csv");
    const lines = Array.from({ length: 50 }, (_, i) => `${Math.sin(i)},${i % 2}`);
    writeFileSync(file, ["a,y", ...lines].join("\n"));
    const design = await fileDesign(file, { response: "y" });
    const model = new SmoothLasso({ datafit: logistic() });
    const whole = await design.path(model, { nLambdas: 4 });
    assert.equal(whole.status, "complete");
    const ended = await design.path(model, { lambdas: [0.01, 0.001], signal: { aborted: true } });
    assert.equal(ended.status, "interrupted");
    writeFileSync(file, ["a,y", ...lines, "1,1"].join("\n"));
    await assert.rejects(() => design.path(model), /number of rows must be 50 in every pass/);
  });
});
