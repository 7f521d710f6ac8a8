import assert from "node:assert/strict";
import { describeFailure } from "../../../kernel/cli/run-command";
import type { RunResult } from "../../../kernel/runner/run-notebook";

const result: RunResult = {
  notebook: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 },
  cell: 2,
  cells: 3,
  source: "const a = 1;\n\nfail(a);\n",
  forgiven: 0,
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
