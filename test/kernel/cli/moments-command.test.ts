/** `smooth-edges moments` and `smooth-edges merge`, as a shell runs them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SmoothLasso, seededRandom } from "../../../src";
import { momentSummaryFromJSON } from "../../../src/frame";

const CLI = resolve(__dirname, "../../../kernel/cli/cli.js");

describe("smooth-edges moments and smooth-edges merge", function () {
  this.timeout(60_000);
  let folder: string;
  const X: number[][] = [];
  const y: number[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "a table "));
    const random = seededRandom(3);
    for (let part = 0; part < 3; part++) {
      const lines = Array.from({ length: 20 }, () => {
        const row = [random.normal(), 10 + random.normal(), random.normal()];
        X.push(row);
        y.push(2 * row[0] - row[1] + random.normal());
        return `u${y.length},${row},${y[y.length - 1]}`;
      });
      writeFileSync(join(folder, `part-${part}.csv`), ["id,a,b,c,y", ...lines, ""].join("\n"));
    }
    writeFileSync(join(folder, "other.csv"), "a,z,c,y\n1,2,3,4\n");
    writeFileSync(join(folder, "hole.csv"), "a,b,c,y\n1,,3,4\n5,6,7,8\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [CLI, ...args], { cwd: folder, encoding: "utf8" });
  }

  it("make of parts what the rows would have fitted", () => {
    for (const part of [0, 1, 2]) {
      const { status, stdout } = run(
        "moments",
        `part-${part}.csv`,
        "-y",
        "y",
        "--exclude",
        "id",
        "--out",
        `${part}.json`,
      );
      assert.deepEqual([status, stdout], [0, `Wrote ${part}.json: 20 rows, 3 features of y\n`]);
    }
    assert.equal(run("merge", "2.json", "0.json", "--out", "two.json").status, 0);
    const { stdout } = run("merge", "two.json", "1.json", "-o", "all.json");
    assert.equal(stdout, "Wrote all.json: 60 rows, 3 features of y\n");
    const summary = momentSummaryFromJSON(readFileSync(join(folder, "all.json"), "utf8"));
    const model = new SmoothLasso({ lambda: 0.1, tol: 1e-13 });
    const [fit, wanted] = [summary.fit(model), model.fit(X, y)];
    [...wanted.coef, wanted.intercept].forEach((value, j) => {
      assert.ok(Math.abs([...fit.coef, fit.intercept][j] - value) <= 1e-11, `${j}`);
    });
    const files = run(
      "moments",
      "part-0.csv",
      "part-1.csv",
      "part-2.csv",
      "-y",
      "y",
      "--features",
      "a",
      "b",
      "c",
      "-o",
      "once.json",
    );
    assert.equal(files.stderr, "part-0.csv: 20 rows\npart-1.csv: 20 rows\npart-2.csv: 20 rows\n");
    const once = momentSummaryFromJSON(readFileSync(join(folder, "once.json"), "utf8"));
    once.covariance.forEach((value, at) => {
      assert.ok(Math.abs(value - summary.covariance[at]) <= 1e-12, `${at}`);
    });
  });

  const moments = ["moments", "part-0.csv", "-y", "y", "--exclude", "id", "-o", "out.json"];
  for (const [what, args, message] of [
    [
      "another file's columns",
      moments.toSpliced(2, 0, "other.csv"),
      /got "other\.csv" \(exclude must be a column of the file/,
    ],
    [
      "missing values",
      moments.with(1, "hole.csv").toSpliced(4, 2),
      /got "hole\.csv" \(column "b", row 0 of .*hole\.csv must be a value, got null; .+\)$/,
    ],
    ["no file", moments.with(1, "none.csv"), /got "none\.csv" \(path must be the path of a file .+\)$/],
    [
      "a part twice",
      ["merge", "0.json", "1.json", "0.json", "-o", "out.json"],
      /^smooth-edges merge: FILE must be of other rows than "0\.json", got "0\.json" with the same means and covariances of \d+ rows; leave one of them out$/,
    ],
    [
      "no summary",
      ["merge", "part-0.csv", "-o", "out.json"],
      /^smooth-edges merge: FILE must be one that can be read, got "part-0\.csv" \(json must be the text of a JSON value/,
    ],
    [
      "a summary that is not there",
      ["merge", "none.json", "-o", "out.json"],
      /^smooth-edges merge: FILE must be a summary that smooth-edges moments wrote, got "none\.json" \(there is no such file\)$/,
    ],
    [
      "a place that is not there",
      ["merge", "0.json", "-o", "nowhere/out.json"],
      /^smooth-edges merge: --out must be a path one can write to, got "nowhere\/out\.json" \(ENOENT\)$/,
    ],
  ] as const) {
    it(`refuse ${what} in a sentence, and write nothing`, () => {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr.trim().split("\n").at(-1)!, message);
      assert.ok(!existsSync(join(folder, "out.json")));
    });
  }

  it("say what to install where DuckDB is missing, and blame no file", () => {
    const hook = `export const resolve = (name, at, next) => { if (name.startsWith("@duckdb")) throw Error(); return next(name, at); };`;
    const url = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
    const register = url(`import { register } from "node:module"; register(${JSON.stringify(url(hook))});`);
    const { status, stderr } = spawnSync(process.execPath, ["--import", register, CLI, ...moments], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.deepEqual(
      [status, stderr.trim()],
      [
        2,
        "smooth-edges moments: the package @duckdb/node-api must be installed, got none; run npm install @duckdb/node-api",
      ],
    );
  });

  it("drop rows with missing values where asked", () => {
    const { stdout } = run("moments", "hole.csv", "-y", "y", "--drop-missing", "-o", "hole.json");
    assert.equal(stdout, "Wrote hole.json: 1 rows, 1 dropped for missing values, 3 features of y\n");
  });
});
