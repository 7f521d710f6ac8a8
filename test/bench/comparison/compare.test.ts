import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "../../../bench/comparison/compare";
import { isHeader, type Line } from "../../../bench/comparison/row";
import { firstProgram, surveyPeers } from "../../../bench/contenders/contenders";
import { startWorker, TooSlow } from "../../../bench/contenders/worker-process";

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
      problems: ["P10"],
      peers: undefined,
      threads: [1],
      layouts: ["columns" as const, "rows" as const],
      repetitions: 1,
      limitSeconds: 60,
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
      ["columns", "rows"].flatMap((layout) => [
        ["smooth-edges", layout, "default"],
        ["smooth-edges", layout, "equal"],
      ]),
    );
    for (const { worst, target, seconds } of rows) assert.ok(worst! <= target && seconds! > 0);
    const report = readFileSync(options.report, "utf8");
    for (const text of ["no-such-python", "no-such-rscript", "sklearn-lars (*scaled*)"])
      assert.ok(report.includes(text), text);
    await compare(options);
    assert.equal(readFileSync(options.history, "utf8").trim().split("\n").length, lines.length);
  });

  it("ends a worker that takes too long, and tells how one ended that failed", async () => {
    const script = (code: string) => ({ program: process.execPath, arguments: ["-e", code] });
    const ready = 'console.log("noise"); console.log(\'RESULT {"pid": \' + process.pid + "}");';
    const slow = await startWorker(script(`${ready} setInterval(() => {}, 1000)`), 1, 30);
    await assert.rejects(slow.solve({ tol: 1, out: "" }, 0.05), TooSlow);
    await assert.rejects(startWorker(script("throw new Error('what is wrong')"), 1, 30), /ended with 1.*/);
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
