import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  cox,
  type Datafit,
  huber,
  logistic,
  MultiTaskLasso,
  negativeBinomial,
  poisson,
  QuantileLasso,
  SmoothLasso,
  SvmLasso,
  squaredError,
} from "../../src";
import { InputError } from "../../src/errors";
import { fileDesign, fromFrame, summarizeFile } from "../../src/frame";
import type { Anything } from "../support/bad-input";

describe("the rows of files", function () {
  this.timeout(120_000);
  let folder: string;
  type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
  let connection: Connection;
  const at = (name: string): string => join(folder, name);
  const inSql = (name: string): string => `'${at(name).replaceAll("'", "''")}'`;
  const precise = { tol: 1e-14 };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "rows' "));
    connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(`COPY (SELECT i AS a, i AS y FROM range(3) t(i)) TO ${inSql("part-0.parquet")}`);
  });
  after(() => rmSync(folder, { recursive: true }));

  const assertSame = (found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-9): void => {
    assert.equal(found.length, wanted.length);
    const scale = Math.max(...Array.from(wanted, Math.abs), 1e-300);
    for (let j = 0; j < wanted.length; j++)
      assert.ok(Math.abs(found[j] - wanted[j]) <= tolerance * scale, `${j}: ${found[j]} is not ${wanted[j]}`);
  };

  describe("the column that decides folds", () => {
    /** The folds of the rows of each of ten customers: row `i` of the first 60 of each file is of customer `i % 10`. */
    const foldsOf = async (files: readonly string[]): Promise<number[][]> => {
      const options = { response: "y", features: ["a"], foldBy: "customer" };
      const design = await fileDesign(files, options);
      const { foldId } = await design.crossValidate(new SmoothLasso(), { folds: 2, nLambdas: 3 });
      return Array.from({ length: 10 }, (_, customer) => [
        ...new Set(Array.from(foldId).filter((_, i) => i < 60 * files.length && i % 10 === customer)),
      ]);
    };
    const writeTyped = async (type: string, customer = "(i % 10)"): Promise<string> => {
      const name = `customers ${type}.parquet`;
      const columns = `${customer}::${type} AS customer, sin(i * 1.7) AS a, cos(i * i) AS y`;
      await connection.run(`COPY (SELECT ${columns} FROM range(60) t(i)) TO ${inSql(name)}`);
      return at(name);
    };
    const writeIds = (name: string, idOf: (customer: number) => string): string => {
      const lines = Array.from(
        { length: 60 },
        (_, i) => `${idOf(i % 10)},${Math.sin(i * 1.7)},${Math.cos(i * i)}\n`,
      );
      writeFileSync(at(name), `customer,a,y\n${lines.join("")}`);
      return at(name);
    };
    const assertOneFoldEach = (folds: number[][]): void => {
      for (const own of folds) assert.equal(own.length, 1, String(folds));
      assert.ok(new Set(folds.flat()).size > 1);
    };

    it("gives a number one fold, whatever its type in each Parquet file", async () => {
      const types = ["TINYINT", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL(9,2)", "DECIMAL(18,0)"];
      const files = [];
      for (const type of types) files.push(await writeTyped(type));
      assertOneFoldEach(await foldsOf(files));
      assertOneFoldEach(await foldsOf([files[0], files[5]]));
      assertOneFoldEach(await foldsOf([files[3]]));
    });

    it("tells integers apart beyond those that floats hold", async () => {
      const customer = "(9007199254740993 + i % 10)";
      assertOneFoldEach(
        await foldsOf([await writeTyped("BIGINT", customer), await writeTyped("DECIMAL(18,0)", customer)]),
      );
    });

    it("refuses numbers in one Parquet file and texts in another", async () => {
      const files = [await writeTyped("INTEGER"), await writeTyped("VARCHAR")];
      await assert.rejects(foldsOf(files), /column "customer" of .* as in .*, of INTEGER, got "VARCHAR"$/);
    });

    it("gives an id of CSV files one fold where another id is text", async () => {
      const idOf = (customer: number): string =>
        String(4_000_000_000_000_001n + BigInt(customer) * 100_000_003n);
      const numbers = writeIds("ids-0.csv", idOf);
      const texts = writeIds("ids-1.csv", idOf);
      writeFileSync(texts, `9007199254740993,0.1,0.2\n`, { flag: "a" });
      assertOneFoldEach(await foldsOf([numbers, texts]));
      const decimals = writeIds("ids-2.csv", (customer) => `${idOf(customer)}.0`);
      assertOneFoldEach(await foldsOf([numbers, decimals]));
    });
  });

  it("reads texts of one file and an enumeration of another as one column", async () => {
    await connection.run("CREATE OR REPLACE TYPE town AS ENUM ('Ulm', 'Kiel')");
    for (const [name, type] of [
      ["plain", "VARCHAR"],
      ["listed", "town"],
    ])
      await connection.run(
        `COPY (SELECT (CASE WHEN i % 3 = 0 THEN 'Ulm' ELSE 'Kiel' END)::${type} AS town, i AS y FROM range(30) t(i)) TO ${inSql(`town-${name}.parquet`)}`,
      );
    const design = await fileDesign(at("town-*.parquet"), { response: "y" });
    assert.deepEqual(design.featureNames, ["town=Ulm"]);
    await design.path(new SmoothLasso(), { nLambdas: 3 });
    assert.equal(design.nSamples, 60);
  });

  it("leaves no file open where a value in it is refused", async function () {
    await connection.run(
      `COPY (SELECT CASE WHEN i = 5 THEN 'nan'::DOUBLE ELSE i END AS x, i AS y FROM range(100000) t(i)) TO ${inSql("late.parquet")} (ROW_GROUP_SIZE 2048)`,
    );
    const design = await fileDesign(at("late.parquet"), { response: "y" });
    await assert.rejects(design.fit(new SmoothLasso({ lambda: 1 })), /column "x", row 5 of/);
    if (!existsSync("/proc/self/fd")) return this.skip();
    const open = readdirSync("/proc/self/fd").filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).endsWith("late.parquet");
      } catch {
        return false;
      }
    });
    assert.deepEqual(open, []);
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
        isNew: rows.map((row) => row[3]),
        y: rows.map((row) => Number(row[4])),
      };
      const data = fromFrame(frame, options);
      assert.deepEqual(design.featureNames, data.featureNames);
      assert.deepEqual(design.groups, data.groups);
      const model = new SmoothLasso({ lambda: 0.01, ...precise });
      const [found, wanted] = [await design.fit(model), model.fit(data.X, data.y)];
      assertSame(found.coef, wanted.coef);
      const some = { number: [0.3], city: ["Kiel"], zone: [2], isNew: ["true"] };
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

  it("tells names that differ in small and capital letters alone apart", async () => {
    writeFileSync(at("cases.csv"), "x,X,y\n1,5,1\n2,1,3\n4,2,2\n3,2,5\n");
    const design = await fileDesign(at("cases.csv"), { response: "y" });
    assert.deepEqual(design.featureNames, ["x", "X"]);
    const model = new SmoothLasso({ lambda: 0.01, ...precise });
    const wanted = model.fit({ x: [1, 2, 4, 3], X: [5, 1, 2, 2] }, [1, 3, 2, 5]);
    assertSame((await design.fit(model)).coef, wanted.coef);
  });

  it("takes truth values that are all true for ones", async () => {
    await connection.run(
      `COPY (SELECT 2 ** i AS a, true AS y FROM range(3) t(i)) TO ${inSql("true.parquet")}`,
    );
    const design = await fileDesign(at("true.parquet"), { response: "y" });
    assert.equal((await design.fit(new SmoothLasso({ lambda: 0.01 }))).intercept, 1);
    assert.match(String(design), /^3 rows; 1 column as 1 feature, from which y is predicted$/m);
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
        () => tryOn(write("table.feather", "")),
        /must be that of \.parquet, .*; write the Arrow file as Parquet, as pyarrow\.parquet\.write_table/,
      ],
      [
        () =>
          tryOn(write("many.csv", "a,y", ...Array.from({ length: 30 }, (_, i) => `${i},t${i}`)), logistic()),
        /column "y", row 0 of .*many\.csv must be a number, or the label of one of at most 20 classes, got "t0"$/,
      ],
      [
        () =>
          tryOn(write("debt.csv", "a,y,w", "1,1,1", "2,3,-0.5", "4,2,1"), squaredError(), {
            sampleWeight: "w",
          }),
        /column "w", row 1 of .*debt\.csv must be a finite number >= 0, got -0\.5$/,
      ],
      [
        async () =>
          (await fileDesign(good, { response: "y" })).crossValidate(new SmoothLasso(), {
            stratified: true,
          } as Anything),
        /got "stratified"; stratified must have the rows in memory, since a hash decides/,
      ],
      [
        async () =>
          (await fileDesign(good, { response: "y" })).crossValidate(new SmoothLasso(), {
            measure: "auc",
          } as Anything),
        /measure must be "deviance", "squaredError" or "absoluteError" with squaredError, got "auc"/,
      ],
      [
        async () =>
          (await fileDesign(good, { response: "y" })).crossValidate(
            new SmoothLasso({ datafit: logistic() }),
            { measure: "auc" } as Anything,
          ),
        /measure must be "deviance", .*for rows that are read in passes, got "AUC"/,
      ],
      [
        () => tryOn([good, write("other.csv", "b,y", "1,1")]),
        /column "b" of .*other\.csv must be as in .*good\.csv/,
      ],
      [
        () => tryOn([good, write("text.csv", "a,y", "x,1")]),
        /column "a", row 0 of .*text\.csv must be a number, as in .*good\.csv, got "x"$/,
      ],
      [
        () => tryOn([good, write("gap.csv", "a,y", "1,1", ",2")]),
        /column "a", row 1 of .*gap\.csv must be a value, got null/,
      ],
      [
        () => tryOn(write("weights.csv", "a,y,w", "1,1,1", "2,3,"), squaredError(), { sampleWeight: "w" }),
        /column "w", row 1 of .*weights\.csv must be a finite number >= 0, got null$/,
      ],
      [
        () => tryOn(write("open.csv", "a,y", "1,1", "2,"), squaredError(), { missing: "mean" }),
        /column "y", row 1 of .*open\.csv must be a value of the response, got null; a response is never imputed: missing: "drop" leaves/,
      ],
      [
        () => tryOn(write("huge.csv", "a,y", "1e200,1", "2e200,3", "5e200,4")),
        /FileDesign\.fit: column "a" must be of a size below 1e140, got values whose squares overflow; rescale it$/,
      ],
      [
        () => tryOn(good, squaredError(), { features: ["a", "a"] }),
        /fileDesign: features must be distinct names, got "a"$/,
      ],
      [
        () => tryOn(write("infinite.csv", "a,y", "1.5,1", "Infinity,2")),
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
        async () =>
          (await fileDesign(good, { response: "y" })).path(new QuantileLasso() as Anything, { nLambdas: 3 }),
        /FileDesign\.path: estimator must be one of a smooth loss, got "QuantileLasso"; .* new SmoothLasso\(\{ datafit: quantile\(\) \}\)$/,
      ],
      [
        async () => (await fileDesign(good, { response: "y" })).fit(new SvmLasso({ lambda: 1 })),
        /got "SvmLasso"; fit it to rows in memory, or new SmoothLasso\(\{ datafit: squaredHinge\(\) \}\)$/,
      ],
      [
        async () =>
          (await fileDesign(good, { response: "y" })).fit(new MultiTaskLasso({ lambda: 1 }) as Anything),
        /a sum over rows of one response, got "squaredError of several responses"; fit it to rows in memory$/,
      ],
      [
        () => tryOn(write("words.csv", "a,y", "1,low", "2,high", "4,mean")),
        /column "y", row 0 of .*words\.csv must be a finite number, got "low"; encode text as numbers first/,
      ],
      [
        () => tryOn(write("churn.csv", "a,y", "1,stay", "2,gone", "4,stay")),
        /column "y", row 0 of .*churn\.csv must be a finite number, got "stay"; .* datafit: logistic\(\) for classes$/,
      ],
      [
        async () =>
          (
            await fileDesign(write("keys.csv", "a,y,key", "1,1,0", "2,3,", "4,2,1"), {
              response: "y",
              foldBy: "key",
            })
          ).crossValidate(new SmoothLasso(), { folds: 2 }),
        /column "key", row 1 of those read, must have a value, which decides the fold, got null; give such rows a value each/,
      ],
      [
        async () =>
          (
            await fileDesign(write("folds.csv", "a,y,key", "1,1,0", "2,3,1", "4,2,2"), {
              response: "y",
              foldBy: "key",
            })
          ).crossValidate(new SmoothLasso(), { folds: 5 }),
        /fold \d has none, since a hash divides the values of "key" into folds, so take fewer, or a column with more values$/,
      ],
      [
        async () =>
          (await fileDesign(good, { response: "y" })).crossValidate(new SmoothLasso(), { folds: 50 }),
        /fold \d+ has none, since a hash divides rows into folds, so take fewer$/,
      ],
      [
        async () => {
          await connection.run(
            `COPY (SELECT NULL::DOUBLE AS a, i::DOUBLE AS y FROM range(4) t(i)) TO ${inSql("hollow.parquet")}`,
          );
          return tryOn(at("hollow.parquet"));
        },
        /column "a", row 0 of .* got null; no row has one, so leave the column out by exclude or features$/,
      ],
      [
        () =>
          tryOn(write("cases.csv", "x,Y,y2", "1,1,2", "2,3,3"), squaredError(), {
            response: "y2",
            features: "y",
          }),
        /features must be a column of the files, got "y"; did you mean "Y"\?$/,
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
        /column "y", row 1 of those read, must be a number >= 0, got -3$/,
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
    assert.throws(
      () => path.at(0.123),
      /at must be given a lambda of the path, got 0\.123; another one takes passes/,
    );
    assert.throws(() => path.relaxed(0.5), /relaxed must have the rows in memory/);
    assert.throws(() => path.fits[2].refit(), /must have the rows in memory/);
  });
});
