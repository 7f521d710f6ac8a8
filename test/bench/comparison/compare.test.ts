import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "../../../bench/checker/judge";
import { compare, currentCommit } from "../../../bench/comparison/compare";
import { Contestant } from "../../../bench/comparison/contestant";
import { History } from "../../../bench/comparison/history";
import { reportOf } from "../../../bench/comparison/report";
import { type FreshLine, isFresh, isHeader, type Line } from "../../../bench/comparison/row";
import { firstProgram, libraryContenders, surveyPeers } from "../../../bench/contenders/contenders";
import { BARE_OPTIMIZERS, librarySolver, loaderOf } from "../../../bench/contenders/library";
import { startWorker, TooSlow } from "../../../bench/contenders/worker-process";
import { type BenchPenalty, PROBLEMS, problemOf } from "../../../bench/problems";
import { toeplitz } from "../../../bench/problems/designs";
import { readFloats, writeProblem } from "../../../bench/problems/files";
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
      fresh: [],
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
    const rows = lines.flatMap((line) => (isHeader(line) || isFresh(line) ? [] : [line]));
    assert.deepEqual(
      rows.map(({ contender, layout, label }) => [contender, layout, label]),
      [
        ["smooth-edges", "columns", "default"],
        ["smooth-edges", "columns", "equal"],
        ["smooth-edges", "rows", "default"],
        // By rows at the tolerance that was found by columns.
        ["smooth-edges", "rows", "equal"],
      ],
    );
    assert.equal(rows[3].tol, rows[1].tol);
    // The library makes a matrix of columns, not of rows.
    assert.deepEqual(
      rows.map(({ loadSeconds }) => typeof loadSeconds),
      ["number", "number", "undefined", "undefined"],
    );
    for (const { testError } of rows) assert.ok(testError! > 0 && testError! < 0.1);
    for (const { worst, target, seconds } of rows) assert.ok(worst! <= target && seconds! > 0);
    const report = readFileSync(options.report, "utf8");
    for (const text of ["no-such-python", "no-such-rscript", "sklearn-lars (*scaled*)"])
      assert.ok(report.includes(text), text);
    await compare(options);
    assert.equal(readFileSync(options.history, "utf8").trim().split("\n").length, lines.length);
  });

  it("measures fresh processes once a commit, and reports them before any problem", async () => {
    const line: FreshLine = {
      fresh: "first call",
      task: "a lasso",
      programs: [],
      missing: ["b is not here"],
    };
    let count = 0;
    const measure = (): FreshLine => {
      count++;
      return line;
    };
    const options = {
      problems: [],
      fresh: [{ fresh: line.fresh, measure }],
      write: reportOf,
      peers: undefined,
      threads: [1],
      layouts: [],
      repetitions: 1,
      limitSeconds: 60,
      clock: "wall" as const,
      again: false,
      python: "no-such-python",
      rscript: "no-such-rscript",
      history: join(folder, "fresh.jsonl"),
      report: join(folder, "fresh.md"),
    };
    await compare(options);
    await compare(options);
    assert.equal(count, 1);
    assert.deepEqual(new History(options.history).fresh, [line]);
    assert.match(readFileSync(options.report, "utf8"), /## First call .*\n\nOf a lasso: .*b is not here/);
    await compare({ ...options, again: true });
    assert.equal(count, 2);
  });

  it("marks a commit whose code is changed, and not one whose results are written", () => {
    const checkout = mkdtempSync(join(folder, "checkout-"));
    const git = (...args: string[]) => {
      const { status, stderr } = spawnSync("git", args, { cwd: checkout, encoding: "utf8" });
      assert.equal(status, 0, stderr);
    };
    const write = (path: string, text: string) => writeFileSync(join(checkout, path), text);
    for (const path of ["src", "bench/history"]) mkdirSync(join(checkout, path), { recursive: true });
    for (const path of ["src/a.ts", "bench/report.md", "bench/history/1.jsonl"]) write(path, "before");
    git("init", "--quiet");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--message=a");
    const commit = currentCommit(checkout);
    assert.match(commit, /^[0-9a-f]{7,}$/);
    for (const result of ["report.md", "history/1.jsonl", "history/2.jsonl", "profile.svg"])
      write(`bench/${result}`, "after");
    assert.equal(currentCommit(checkout), commit);
    write("src/a.ts", "after");
    assert.equal(currentCommit(checkout), `${commit}+`);
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
      "smooth-edges proximalNewton",
      "smooth-edges coordinateDescent",
    ]);
  });

  it("stops an optimizer on the surrogate alone once the gap is small enough", () => {
    const X = toeplitz(40, 12, 0.5, 5);
    const y = noisy(signalOf(X, 40, evenly(12, 3)), 3, 5);
    const problem = problemOf("small", X, y, { share: 0.1 });
    for (const name of Object.keys(BARE_OPTIMIZERS).filter((each) => !each.startsWith("adam"))) {
      const solve = librarySolver(problem, name, 1);
      const [rough, fine] = [1e-2, 1e-6].map((tol) => solve(loaderOf(problem, "columns", 1)(), tol));
      const errorOf = (b: Float64Array) => judge(problem, b, problem.lambdas[0]).error;
      assert.ok(errorOf(rough.coefs[0]) <= 1e-2 && errorOf(fine.coefs[0]) <= 1e-6, name);
      assert.ok(rough.iterations < fine.iterations, name);
    }
  });

  it("makes the library's matrix of dense and of sparse columns anew for every solve, and tells what that takes", async () => {
    const dense = toeplitz(40, 12, 0.5, 5);
    const sparse = {
      data: dense.data,
      indices: Int32Array.from(dense.data, (_, k) => k % 40),
      indptr: Int32Array.from({ length: 13 }, (_, j) => 40 * j),
    };
    const y = noisy(signalOf(dense, 40, evenly(12, 3)), 3, 5);
    for (const X of [dense, sparse]) {
      const problem = problemOf("small", X, y, { share: 0.1 });
      const load = loaderOf(problem, "columns", 1);
      assert.notEqual(load(), load());
      const [at, out] = [mkdtempSync(join(folder, "problem-")), join(folder, "coefs.bin")];
      writeProblem(problem, at);
      const { program, arguments: args } = libraryContenders(problem)[0].command(at, "columns", 1);
      const worker = await startWorker({ program, arguments: args }, 1, 60);
      const { loading } = await worker.solve({ tol: 1e-8, out }, 60);
      worker.close();
      assert.deepEqual(Object.keys(loading!).sort(), ["processorSeconds", "seconds"]);
      assert.ok(judge(problem, readFloats(out), problem.lambdas[0]).error <= 1e-8);
    }
    const fromRows = loaderOf(problemOf("small", dense, y, { share: 0.1 }), "rows", 1);
    assert.equal(fromRows(), fromRows());
  });

  it("takes loading and solving by the clock that was asked for", async () => {
    const X = toeplitz(40, 12, 0.5, 5);
    const problem = problemOf("small", X, new Float64Array(40).fill(1), { share: 0.1 });
    const answer = { seconds: 1, processorSeconds: 2, loading: { seconds: 3, processorSeconds: 4 } };
    const code = `const say = (x) => console.log("RESULT " + JSON.stringify(x));
      say({ pid: process.pid }); process.stdin.on("data", () => say(${JSON.stringify(answer)}));`;
    const contender = {
      name: "a clockwork",
      ours: false,
      command: () => ({ program: process.execPath, arguments: ["-e", code] }),
    };
    for (const [clock, ...expected] of [
      ["wall", 1, 3],
      ["processor", 2, 4],
    ] as const) {
      const setting = { problem, folder, layout: "columns", threads: 1, clock, limitSeconds: 60 } as const;
      const contestant = new Contestant(contender, setting);
      const { seconds, loading } = await contestant.time(1);
      contestant.close();
      assert.deepEqual([seconds, loading?.seconds], expected);
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
