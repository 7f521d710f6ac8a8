import assert from "node:assert/strict";
import fc from "fast-check";
import { describeFailure, fitColumns, lastLine, TerminalProgress } from "../../../kernel/cli/run-command";
import type { RunResult } from "../../../kernel/runner/run-notebook";

const result: RunResult = {
  notebook: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 },
  cell: 2,
  cells: 3,
  source: "const a = 1;\n\nfail(a);\n",
  allowedFailures: 0,
  failure: {
    reason: "error",
    name: "TypeError",
    message: "no",
    traceback: ["\u001b[31mTypeError\u001b[0m: no", "  at 3"],
  },
};

describe("describeFailure", () => {
  it("shows the cell's place, its error, its numbered source and the traceback, without colours", () => {
    assert.equal(
      describeFailure("a.ipynb", result, false),
      "a.ipynb: cell 2 of 3 failed: TypeError: no\n\n" +
        "  1 | const a = 1;\n  2 |\n  3 | fail(a);\n\n" +
        "TypeError: no\n  at 3\n",
    );
  });

  it("keeps the colours for a terminal", () => {
    assert.ok(describeFailure("a.ipynb", result, true).includes("\u001b[31mTypeError"));
  });

  it("leaves out what is not there", () => {
    const failure = { reason: "timeout", name: "Timeout", message: "", traceback: [] } as const;
    assert.equal(
      describeFailure("a.ipynb", { ...result, source: "1", failure }, false),
      "a.ipynb: cell 2 of 3 failed: Timeout\n\n  1 | 1\n",
    );
  });
});

describe("TerminalProgress", () => {
  it("writes a plain line for each finished cell where there is no terminal", () => {
    let written = "";
    const progress = new TerminalProgress({ write: (text) => (written += text) }, "a.ipynb");
    progress.update({ cell: 0, cells: 2, state: "starting" });
    progress.update({ cell: 1, cells: 2, state: "running" });
    progress.update({ cell: 1, cells: 2, state: "running", printed: "x" });
    progress.update({ cell: 1, cells: 2, state: "done" });
    progress.finish();
    assert.match(written, /^a\.ipynb: cell 1\/2, \d+\.\d s\n$/);
  });

  it("redraws one line in a terminal and removes it in the end", async () => {
    const written: string[] = [];
    const stream = { isTTY: true, columns: 60, write: (text: string) => written.push(text) };
    const progress = new TerminalProgress(stream, "a.ipynb");
    progress.update({ cell: 3, cells: 9, state: "running", printed: "first\nsecond line\n" });
    while (written.length === 0) await new Promise((later) => setTimeout(later, 20));
    progress.finish();
    assert.equal(written[0], "\r\u001b[2Ka.ipynb  cell 3/9  0 s  second line");
    assert.equal(written.at(-1), "\r\u001b[2K");
    assert.ok(written.every((text) => !text.includes("\n")));
  });
});

describe("lastLine", () => {
  it("is the last one that is not blank, without colours and carriage returns", () => {
    assert.equal(lastLine("a\n\u001b[31m50 %\u001b[0m\r100 %\tdone\n\n"), "100 % done");
    assert.equal(lastLine("\n"), "");
  });
});

describe("fitColumns", () => {
  it("counts East Asian characters and emoji as two columns and cuts none in half", () => {
    assert.equal(fitColumns("日本語", 5), "日本");
    assert.equal(fitColumns("a😀b", 3), "a😀");
    assert.equal(fitColumns("abc", 3), "abc");
  });

  it("gives the beginning of the line, never more than the columns", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 40 }), (line, columns) => {
        const fitting = fitColumns(line, columns);
        assert.ok(line.startsWith(fitting));
        assert.ok([...fitting].length <= columns);
      }),
    );
  });
});
