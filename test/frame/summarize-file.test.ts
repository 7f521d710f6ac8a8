import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  huber,
  mcp,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
  squaredError,
} from "../../src";
import { readCsv } from "../../src/data";
import { InputError } from "../../src/errors";
import { fromFrame, momentSummaryFromJSON, type SummarizeOptions, summarizeFile } from "../../src/frame";
import { coordinateDescent } from "../../src/solvers";
import type { Anything } from "../support/bad-input";
import { ROOT } from "../support/tracked-files";

const N = 10000;
const P = 12;

describe("summarizeFile", function () {
  this.timeout(120_000);
  let folder: string;
  let query: (sql: string) => Promise<Awaited<ReturnType<Connection["runAndReadAll"]>>>;
  type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
  const at = (name: string): string => join(folder, name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "summary's "));
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    query = (sql) => connection.runAndReadAll(sql);
    // Features far from zero, correlated with their neighbours, on unlike scales.
    const noise = (k: number, i: string): string => `((hash(${i} * 100 + ${k}) % 1000003) / 1000003.0 - 0.5)`;
    const features = Array.from(
      { length: P },
      (_, j) => `${10 ** (j % 3)} * (${noise(j, "i")} + 0.5 * ${noise(j + 1, "i")}) + ${100 * j} AS "x.${j}"`,
    );
    const y = `5 + ${noise(0, "i")} * 3 - ${noise(4, "i")} * 2 + ${noise(50, "i")}`;
    await query(
      `COPY (SELECT ${features.join(", ")}, ${y} AS y FROM range(${N}) t(i)) TO '${at("big.parquet").replaceAll("'", "''")}' (FORMAT parquet, ROW_GROUP_SIZE 5000)`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const inMemory = async () => {
    const reader = await query(`SELECT * FROM '${at("big.parquet").replaceAll("'", "''")}'`);
    return fromFrame(reader, { response: "y" });
  };

  function assertSame(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
    assert.equal(found.length, wanted.length);
    const scale = 1 + Math.max(...Array.from(wanted, Math.abs));
    for (let j = 0; j < wanted.length; j++) {
      assert.ok(Math.abs(found[j] - wanted[j]) <= tolerance * scale, `${j}: ${found[j]} is not ${wanted[j]}`);
    }
  }

  it("fits every estimator of a squared error as the rows themselves do", async () => {
    const summary = await summarizeFile(at("big.parquet"), { response: "y" });
    const { X, y } = await inMemory();
    assert.equal(summary.nSamples, N);
    const groups = Array.from({ length: P }, (_, j) => Math.floor(j / 3));
    const shared = { lambda: 0.02, tol: 1e-12 };
    const estimators = [
      new SmoothLasso(shared),
      new SmoothLasso({ ...shared, standardize: false, penaltyFactors: [0, ...new Array(P - 1).fill(1)] }),
      new SmoothLasso({ ...shared, adaptive: true }),
      new SmoothElasticNet({ ...shared, l1Ratio: 0.5 }),
      new SmoothGroupLasso({ ...shared, groups, standardize: "groups" }),
      new SparseLinearModel({ ...shared, penalty: mcp({ gamma: 3 }), solver: coordinateDescent() }),
      new SmoothLasso({ lambda: 0 }),
    ];
    for (const estimator of estimators) {
      const fit = summary.fit(estimator as SmoothLasso);
      const wanted = (estimator as SmoothLasso).fit(X, y as Float64Array);
      assertSame(fit.coef, wanted.coef, 1e-8);
      assertSame([fit.intercept], [wanted.intercept], 1e-8);
      assert.deepEqual(fit.support, wanted.support);
      assert.deepEqual(fit.featureNames, wanted.featureNames);
    }
  });

  it("gives the path of the rows, with its lambdas and information criteria", async () => {
    const summary = await summarizeFile(at("big.parquet"), { response: "y" });
    const { X, y } = await inMemory();
    const model = new SmoothLasso({ tol: 1e-12 });
    const [path, wanted] = [summary.path(model), model.path(X, y as Float64Array)];
    assertSame(path.lambdas, wanted.lambdas, 1e-10);
    assert.deepEqual(path.df, wanted.df);
    path.coefs.forEach((coef, k) => {
      assertSame(coef, wanted.coefs[k], 1e-7);
    });
    for (const criterion of ["aic", "bic", "ebic"] as const) {
      assertSame(path[criterion], wanted[criterion], 1e-8);
      assertSame(path.relaxed(0)[criterion], wanted.relaxed(0)[criterion], 1e-8);
    }
    assertSame(path.at(0.0123).coef, wanted.at(0.0123).coef, 1e-7);
  });

  it("is written and read as JSON, which asks for a symmetric matrix", async () => {
    // Blocks of rows whose means are far apart.
    const lines = Array.from({ length: 30_000 }, (_, i) => [1, 2, 3, 4, 5].map((k) => (i / 3e4) ** (1 / k)));
    writeFileSync(at("drift.csv"), ["a,b,c,d,y", ...lines, ""].join("\n"));
    const summary = await summarizeFile(at("drift.csv"), { response: "y" });
    assert.deepEqual(momentSummaryFromJSON(JSON.stringify(summary)), summary);
  });

  it("has the means and covariances that DuckDB computes", async () => {
    const summary = await summarizeFile(at("big.parquet"), { response: "y", features: ["x.3", "x.4"] });
    const file = at("big.parquet").replaceAll("'", "''");
    const reader = await query(
      `SELECT avg("x.3"), avg("x.4"), avg(y), covar_pop("x.3", "x.4"), covar_pop("x.4", y), var_pop(y) FROM '${file}'`,
    );
    const [m3, m4, my, c34, c4y, vy] = reader.getRows()[0].map(Number);
    assertSame(summary.means, [m3, m4, my], 1e-12);
    const { covariance } = summary;
    assertSame([covariance[1], covariance[5], covariance[8]], [c34, c4y, vy], 1e-10);
  });

  it("reads CSV, gzipped too, integers and decimals", async () => {
    const text = `a,b,c,y\n${Array.from({ length: 9 }, (_, i) => `${i},${(i + 1) % 2},${i * i}.5,${3 * i + (i % 2)}`).join("\n")}\n`;
    writeFileSync(at("small.csv"), text);
    writeFileSync(at("small.csv.gz"), gzipSync(text));
    const columns = {
      a: Array.from({ length: 9 }, (_, i) => i),
      b: Array.from({ length: 9 }, (_, i) => i % 2 === 0),
      c: Array.from({ length: 9 }, (_, i) => i * i + 0.5),
    };
    const y = Array.from({ length: 9 }, (_, i) => 3 * i + (i % 2));
    const wanted = new SmoothLasso({ lambda: 0.1, tol: 1e-12 }).fit(columns, y);
    for (const name of ["small.csv", "small.csv.gz"]) {
      const summary = await summarizeFile(at(name), { response: "y" });
      assertSame(summary.fit(new SmoothLasso({ lambda: 0.1, tol: 1e-12 })).coef, wanted.coef, 1e-9);
    }
  });

  it("leaves columns out, whatever they hold, or takes those named", async () => {
    writeFileSync(
      at("named.csv"),
      "id,a,day,b,y\nu,1,2020-01-01,,2\nv,2,2020-01-02,4,3\nw,4,2020-01-03,1,7\n",
    );
    const means = async (options: Partial<SummarizeOptions>): Promise<number[]> => [
      ...(await summarizeFile(at("named.csv"), { response: "y", ...options })).means,
    ];
    assert.deepEqual(await means({ exclude: ["id", "day", "b"] }), [7 / 3, 4]);
    assert.deepEqual(await means({ features: "a" }), [7 / 3, 4]);
    writeFileSync(at("one-id.csv"), "id,a,y\nu,1,2\nv,2,3\n");
    assert.deepEqual(
      [...(await summarizeFile(at("one-id.csv"), { response: "y", exclude: "id" })).means],
      [1.5, 2.5],
    );
  });

  it("drops rows with missing values where asked, and tells how many", async () => {
    writeFileSync(at("holes.csv"), "a,y\n1,2\n,3\n3,4.5\nNaN,1\n5,6\n7,\n");
    const summary = await summarizeFile(at("holes.csv"), { response: "y", missing: "drop" });
    assert.deepEqual([summary.nSamples, summary.nDropped], [3, 3]);
    assert.deepEqual([...summary.means], [3, 12.5 / 3]);
    assert.match(summary.toString(), /^3 rows, 3 dropped for missing values; 1 features of y\n/);
  });

  it("takes for missing in CSV the texts that readCsv does, such as R's NA", async () => {
    const texts = ["", "NA", "NULL", "None", "n/a", "nan", "-1.#IND", "?", "<NA>"];
    writeFileSync(at("r.csv"), `"a","y"\n${[1, 3, ...texts, 5].map((a, i) => `${a},${i}`).join("\n")}\n`);
    const table = readCsv(at("r.csv"));
    const summary = await summarizeFile(at("r.csv"), { response: "y", missing: "drop" });
    assert.equal(table.a.filter((value) => value === null).length, texts.length);
    assert.deepEqual([summary.nSamples, summary.nDropped, summary.means[0]], [3, texts.length, 3]);
    const row = {
      message: /^summarizeFile: column "a", row 2 of .*r\.csv must be a value, got null; missing: "drop"/,
    };
    await assert.rejects(summarizeFile(at("r.csv"), { response: "y" }), row);
  });

  it("takes a constant column and a constant response", async () => {
    writeFileSync(at("flat.csv"), "a,b,y\n1,2,3\n1,4,3\n1,7,3\n");
    const { coef, intercept, status } = (await summarizeFile(at("flat.csv"), { response: "y" })).fit(
      new SmoothLasso({ lambda: 0.1 }),
    );
    assert.deepEqual([[...coef], intercept, status], [[0, 0], 3, "converged"]);
  });

  const files: Record<string, string> = {
    "ok.csv": "a,y\n1,2\n3,4\n5,7\n",
    "holes.csv": "a,y\n1,2\n,3\n",
    "infinite.csv": "a,y\n1.5,2\nInfinity,3\n",
    "words.csv": "city,y\nUlm,2\nBonn,3\n",
    "dates.csv": "day,y\n2020-01-01,2\n2020-01-02,3\n",
    "large.csv": "a,y\n9007199254740993,2\n3,4\n",
    "bare.csv": "y\n1\n2\n",
  };
  const bad: readonly (readonly [string, string, Anything, RegExp])[] = [
    [
      "missing values",
      "holes.csv",
      {},
      /^column "a", row 1 of .* must be a value, got null; missing: "drop" leaves/,
    ],
    [
      "infinite values",
      "infinite.csv",
      {},
      /^column "a", row 1 of .* must be a finite number, got Infinity$/,
    ],
    [
      "texts",
      "words.csv",
      {},
      /^column "city", row 0 of .*words\.csv must be a number, got "Ulm"; leave it out/,
    ],
    [
      "dates",
      "dates.csv",
      {},
      /^column "day", row 0 of .*dates\.csv must be a number, got "2020-01-01"; leave it out/,
    ],
    [
      "large integers",
      "large.csv",
      {},
      /^column "a", row 0 of .*large\.csv must be a number that a 64-bit float keeps as it is written, got "9007199254740993"; leave it out/,
    ],
    ["no features", "bare.csv", {}, /^features must be the name of at least one column, got an array of 0$/],
    ["another response", "ok.csv", { response: "z" }, /^response must be a column of the files, got "z"/],
    [
      "another response beside texts",
      "words.csv",
      { response: "nope" },
      /^response must be a column of the files, got "nope"/,
    ],
    [
      "another feature",
      "ok.csv",
      { features: ["aa"] },
      /^features must be a column of the files, got "aa"; there are "a" and "y"$/,
    ],
    [
      "what is left out and is not there",
      "ok.csv",
      { exclude: "x" },
      /^exclude must be a column of the files, got "x"; there are "a" and "y"$/,
    ],
    [
      "features beside what is left out",
      "ok.csv",
      { features: "a", exclude: ["a"] },
      /^exclude must come without features, got both$/,
    ],
    [
      "the response left out",
      "ok.csv",
      { exclude: ["y"] },
      /^exclude must be another column than the response, got "y"$/,
    ],
    ["a feature twice", "ok.csv", { features: ["a", "a"] }, /^features must be distinct names, got "a"$/],
    [
      "no file",
      "none.parquet",
      {},
      /^path must be the path of a file that can be read, got ".*"; there is no such file: \/.*none\.parquet$/,
    ],
    ["another kind of file", "ok.xlsx", {}, /^path must be that of a \.parquet, \.csv or \.tsv file, got/],
    ["an unknown rule", "ok.csv", { missing: "mean" }, /^missing must be "error" or "drop", got "mean"$/],
  ];
  for (const [what, name, options, message] of bad) {
    it(`refuses ${what} in one sentence`, async () => {
      if (files[name]) writeFileSync(at(name), files[name]);
      const given: SummarizeOptions = { response: "y", ...options };
      await assert.rejects(summarizeFile(at(name), given), (error: Error) => {
        assert.ok(error instanceof InputError, error.stack);
        assert.match(error.message, new RegExp(`^summarizeFile: ${message.source.replace(/^\^/, "")}`));
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    });
  }

  it("reads the file of the name, whatever letters it has, and no column from the names of its folders", async () => {
    const names = [
      "data[1].csv",
      "data*.csv",
      "da?a.csv",
      "[!a-z]].csv",
      "{a,b}.csv",
      "back\\slash.csv",
      "it's.csv",
    ];
    const place = at("year=2024/https:");
    mkdirSync(place, { recursive: true });
    // What the names would be as patterns.
    for (const name of ["data1.csv", "data2.csv", "1].csv", "a.csv", "b.csv", "backslash.csv"])
      writeFileSync(join(place, name), "a,y\n7,7\n8,8\n");
    for (const [k, name] of names.entries()) {
      writeFileSync(join(place, name), `a,y\n${k},1\n${k + 2},3\n`);
      const { featureNames, means, nSamples } = await summarizeFile(join(place, name), { response: "y" });
      assert.deepEqual([featureNames, [...means], nSamples], [["a"], [k + 1, 2], 2], name);
    }
    for (const name of [
      "data[12].csv",
      "*.csv",
      "year=2024/**/a.csv",
      "https://127.0.0.1:1/a.csv",
      "s3://b/a.parquet",
    ]) {
      await assert.rejects(summarizeFile(name.includes(":") ? name : at(name), { response: "y" }), {
        name: "InputError",
        message:
          /^summarizeFile: path must be the path of a file that can be read, got .*; there is no such file: /,
      });
    }
    await assert.rejects(summarizeFile(`${at("folder.csv")}`, { response: "y" }), { name: "InputError" });
  });

  it("refuses more columns than their covariances have room for, before it computes them", async () => {
    const header = Array.from({ length: 10_001 }, (_, j) => `x${j}`);
    writeFileSync(at("wide.csv"), `${header}\n${header.map(() => 1)}\n${header.map(() => 2)}\n`);
    await assert.rejects(summarizeFile(at("wide.csv"), { response: "x0" }), {
      name: "InputError",
      message:
        "summarizeFile: the number of columns must be at most 10000, got 10001; choose fewer by features or exclude",
    });
  });

  it("refuses a file of which half was downloaded, and one that is something else", async () => {
    const whole = readFileSync(at("big.parquet"));
    writeFileSync(at("half.parquet"), whole.subarray(0, whole.length / 2));
    const corrupt = Buffer.from(whole);
    corrupt.fill(0x7f, 1000, whole.length - 5000);
    writeFileSync(at("corrupt.parquet"), corrupt);
    writeFileSync(at("other.parquet"), "a,y\n1,2\n");
    for (const name of ["half.parquet", "corrupt.parquet", "other.parquet"]) {
      await assert.rejects(summarizeFile(at(name), { response: "y" }), {
        name: "InputError",
        message: /^summarizeFile: the file must be one that DuckDB can read, got its answer "/,
      });
    }
  });

  it("says what to install where DuckDB is missing", () => {
    const place = join(folder, "dist");
    cpSync(join(ROOT, "dist/src"), join(place, "src"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(folder, "package.json")); // which says what #platform is
    mkdirSync(join(folder, "node_modules"));
    for (const name of readdirSync(join(ROOT, "node_modules")))
      if (name !== "@duckdb")
        symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    const call = `require(${JSON.stringify(join(place, "src/frame"))}).summarizeFile("a.csv", { response: "y" })`;
    const { stdout } = spawnSync(process.execPath, ["-e", `${call}.catch((e) => console.log(e.message))`], {
      encoding: "utf8",
    });
    assert.equal(
      stdout.trim(),
      "summarizeFile: the package @duckdb/node-api must be installed, got none; run npm install @duckdb/node-api",
    );
  });

  it("sums up one row and none, of which no model is fitted", async () => {
    for (const [nRows, text] of ["a,y\n1,\n,2\n", "a,y\n1,2\n"].entries()) {
      writeFileSync(at("few.csv"), text);
      const summary = await summarizeFile(at("few.csv"), {
        response: "y",
        ...(nRows === 0 && { missing: "drop" }),
      });
      assert.equal(summary.nSamples, nRows);
      for (const call of ["fit", "path"] as const) {
        assert.throws(
          () => summary[call](new SmoothLasso({ lambda: 1 })),
          new InputError(
            `MomentSummary.${call}: the number of rows without missing values must be at least 2, got ${nRows}`,
          ),
        );
      }
    }
  });

  it("refuses models that ask more of rows than their moments", async () => {
    writeFileSync(at("ok.csv"), files["ok.csv"]);
    const summary = await summarizeFile(at("ok.csv"), { response: "y" });
    for (const [datafit, name] of [
      [huber(), "huber"],
      [squaredError({ nResponses: 2 }), "squaredError"],
    ] as const) {
      assert.throws(
        () => summary.fit(new SmoothLasso({ lambda: 1, datafit }) as Anything),
        new InputError(
          `MomentSummary.fit: datafit must be squaredError() of one response, of which means and covariances tell all, got "${name}"`,
        ),
      );
    }
    assert.throws(
      () => summary.fit(new SmoothLasso({ lambda: 1 }), { sampleWeight: [1] } as Anything),
      /MomentSummary.fit: every option must be one of onProgress, signal, got "sampleWeight"/,
    );
    assert.throws(
      () => summary.path({} as Anything),
      new InputError(
        "MomentSummary.path: estimator must be an estimator such as new SmoothLasso(), got an object",
      ),
    );
  });
});
