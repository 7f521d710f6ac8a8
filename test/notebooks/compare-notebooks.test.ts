import assert from "node:assert/strict";
import type { CellOutput, Notebook } from "../../kernel/runner/notebook";
import { compareNotebooks, describeDifference } from "../../notebooks/compare-notebooks";

function notebook(...cells: CellOutput[][]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((outputs, index) => ({
      cell_type: "code",
      source: `cell(${index})`,
      metadata: {},
      execution_count: index + 1,
      outputs,
    })),
  };
}

function printed(text: string | string[]): CellOutput {
  return { output_type: "stream", name: "stdout", text };
}

function shown(data: Record<string, unknown>): CellOutput {
  return { output_type: "display_data", data, metadata: {} };
}

function sentence(actual: Notebook, expected: Notebook): string | undefined {
  const difference = compareNotebooks(actual, expected);
  return difference && describeDifference(difference);
}

describe("compareNotebooks", () => {
  it("takes split and whole text as the same", () => {
    assert.equal(sentence(notebook([printed(["a\n", "b"])]), notebook([printed("a\nb")])), undefined);
  });

  it("names the cell, the output and both values", () => {
    assert.equal(
      sentence(
        notebook([], [printed("x"), shown({ "text/plain": ["gap\n", "2.0"] })]),
        notebook([], [printed("x"), shown({ "text/plain": ["gap\n", "3.0"] })]),
      ),
      'cell 2, output 2, .data["text/plain"], line 2: got "2.0", committed "3.0"',
    );
  });

  it("sees an output too many and one too few", () => {
    assert.equal(
      sentence(notebook([]), notebook([printed("x")])),
      "cell 1, outputs.length: got 0, committed 1",
    );
    assert.equal(
      sentence(notebook([printed("x")]), notebook([])),
      'cell 1, output 1: got {"type":"stdout","text":"x"}, committed nothing',
    );
  });

  it("does not compare a picture beside the JSON it is drawn from, but wants it there", () => {
    const chart = (picture: object): Notebook =>
      notebook([shown({ "application/vnd.vegalite.v5+json": { data: [1] }, ...picture })]);
    assert.equal(sentence(chart({ "image/png": "AA" }), chart({ "image/png": "BB" })), undefined);
    assert.equal(
      sentence(chart({}), chart({ "image/png": "BB" })),
      'cell 1, output 1, .data["image/png"]: got nothing, committed "a picture"',
    );
  });

  it("compares a picture that stands alone to the last byte", () => {
    const svg = (text: string): Notebook => notebook([shown({ "image/svg+xml": text })]);
    assert.equal(sentence(svg("<svg>1.0</svg>"), svg("<svg>1.0</svg>")), undefined);
    assert.equal(
      sentence(svg("<svg>1.0</svg>"), svg("<svg>1.00000001</svg>")),
      'cell 1, output 1, .data["image/svg+xml"]: got "another picture", committed "its own"',
    );
  });

  it("leaves out the outputs of a cell that is tagged so", () => {
    const timed = (text: string): Notebook => {
      const value = notebook([printed(text)]);
      for (const cell of value.cells) cell.metadata.tags = ["nbval-ignore-output"];
      return value;
    };
    assert.equal(sentence(timed("1 ms"), timed("2 ms")), undefined);
  });

  it("compares errors by name and message, as tracebacks hold paths", () => {
    const failed = (evalue: string, traceback: string[]): Notebook =>
      notebook([{ output_type: "error", ename: "Error", evalue, traceback }]);
    assert.equal(sentence(failed("x", ["/a"]), failed("x", ["/b"])), undefined);
    assert.equal(
      sentence(failed("x", []), failed("y", [])),
      'cell 1, output 1, .evalue: got "x", committed "y"',
    );
  });
});
