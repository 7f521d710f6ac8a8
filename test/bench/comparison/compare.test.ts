import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "../../../bench/checker/judge";
import { compare } from "../../../bench/comparison/compare";
import { reportOf } from "../../../bench/comparison/report";
import { isHeader, type Line } from "../../../bench/comparison/row";
import { firstProgram, libraryContenders, surveyPeers } from "../../../bench/contenders/contenders";
import { BARE_OPTIMIZERS, librarySolver } from "../../../bench/contenders/library";
import { startWorker, TooSlow } from "../../../bench/contenders/worker-process";
import { type BenchPenalty, PROBLEMS, problemOf } from "../../../bench/problems";
import { toeplitz } from "../../../bench/problems/designs";
import { evenly, noisy, signalOf } from "../../../bench/problems/responses";

describe("a comparison", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("without Python and R measures the library, keeps its rows, and does not measure them again", async () => {
    const options = {
      problems: [{ name: "P10", make: PROBLEMS.P10 }],
      write: reportOf,
      peers: undefined,
      threads: [1],
      layouts: ["columns" as const, "rows" as const],
      repetitions: 1,
      limitSeconds: 60,
      clock: "processor" as const,
      again: false,
      python: "no-such-python",
      rscript: "no-such-rscript",
      history: join(folder, "history.jsonl"),
      report: join(folder, "report.md"),
    };
    await compare(options);
    const lines = readFileSync(options.history, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    const rows = lines.flatMap((line) => (isHeader(line) ? [] : [line]));
    assert.deepEqual(
      rows.map(({ contender, layout, label }) => [contender, layout, label]),
      [
        ["smooth-edges", "columns", "default"],
        ["smooth-edges", "columns", "equal"],
        // By rows at the tolerance that was found by columns.
        ["smooth-edges", "rows", "equal"],
      ],
    );
    assert.equal(rows[2].tol, rows[1].tol);
    for (const { testError } of rows) assert.ok(testError! > 0 && testError! < 0.1);
    for (const { worst, target, seconds } of rows) assert.ok(worst! <= target && seconds! > 0);
    const report = readFileSync(options.report, "utf8");
    for (const text of ["no-such-python", "no-such-rscript", "sklearn-lars (*scaled*)"])
      assert.ok(report.includes(text), text);
    await compare(options);
    assert.equal(readFileSync(options.history, "utf8").trim().split("\n").length, lines.length);
  });

  it("has the paper's ways down the surrogate on P15, and classical ones on bridges", () => {
    const names = (name: string, penalty: BenchPenalty) =>
      libraryContenders({ name, penalty }).map((contender) => contender.name);
    const ways = names("P15", { name: "l1" });
    for (const name of [
      "smooth-edges",
      "adam, surrogate alone",
      "surrogateDescent(lbfgs)",
      "varPro",
      "fista (FISTA)",
    ])
      assert.ok(ways.includes(name), name);
    assert.deepEqual(names("P1", { name: "l1" }), ["smooth-edges"]);
    assert.deepEqual(names("P11half", { name: "lq", q: 0.5 }), [
      "smooth-edges",
      "smooth-edges gramDescent",
      "smooth-edges coordinateDescent",
    ]);
  });

  it("stops an optimizer on the surrogate alone once the gap is small enough", () => {
    const X = toeplitz(40, 12, 0.5, 5);
    const y = noisy(signalOf(X, 40, evenly(12, 3)), 3, 5);
    const problem = problemOf("small", X, y, { share: 0.1 });
    for (const name of Object.keys(BARE_OPTIMIZERS).filter((each) => !each.startsWith("adam"))) {
      const solve = librarySolver(problem, name, "columns", 1);
      const [rough, fine] = [1e-2, 1e-6].map((tol) => solve(tol)());
      const errorOf = (b: Float64Array) => judge(problem, b, problem.lambdas[0]).error;
      assert.ok(errorOf(rough.coefs) <= 1e-2 && errorOf(fine.coefs) <= 1e-6, name);
      assert.ok(rough.iterations < fine.iterations, name);
    }
  });

  it("ends a worker that takes too long, and tells how one ended that failed", async () => {
    const script = (code: string) => ({ program: process.execPath, arguments: ["-e", code] });
    const ready = 'console.log("noise"); console.log(\'RESULT {"pid": \' + process.pid + "}");';
    const slow = await startWorker(script(`${ready} setInterval(() => {}, 1000)`), 1, 30);
    await assert.rejects(slow.solve({ tol: 1, out: "" }, 0.05), TooSlow);
    await assert.rejects(
      startWorker(script("throw new Error('what is wrong')"), 1, 30),
      /ended with 1: Error: what is wrong/,
    );
    await assert.rejects(startWorker({ program: "no-such-program", arguments: [] }, 1, 30));
  });

  it("finds the first program that is here", () => {
    assert.equal(firstProgram(["no-such-program", process.execPath]), process.execPath);
    assert.equal(firstProgram(["no-such-program"]), "no-such-program");
  });

  it("says why an interpreter gives no peers", () => {
    const { peers, missing } = surveyPeers({ python: process.execPath, rscript: "no-such-rscript" });
    assert.deepEqual(peers, []);
    assert.equal(missing.length, 2);
    assert.match(missing[1], /all peers in R, since no-such-rscript does not run them/);
  });
});
