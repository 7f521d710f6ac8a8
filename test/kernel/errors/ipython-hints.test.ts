import assert from "node:assert/strict";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import type { CellConverter } from "../../../kernel/compiler/types";
import { describeError, RefusedCellError } from "../../../kernel/errors/cell-error";
import { CellRegistry } from "../../../kernel/errors/cell-registry";

const prints = "console.log(x) prints; the last expression of a cell, or display(x), is shown.";
const helps =
  "name? or Shift+Tab behind a name shows its documentation, and kernel.help() what every cell has.";
const times = "kernel.timing = true times every cell after it.";
const imports =
  'packages are imported by import { DataFrame } from "danfojs-node", or all of one by import * as tf from "@tensorflow/tfjs".';
const braces =
  "blocks stand in braces, as in for (const x of xs) { console.log(x); } and function f(x) { return x; }.";
const magics = "there are no magics; kernel.help() shows what every cell has.";

describe("habits of IPython", function () {
  this.timeout(60_000);
  let converter: CellConverter;
  before(() => {
    converter = createCellConverter();
  });
  after(() => converter.close());

  /** The traceback of a cell that the compiler refuses. */
  function refusal(code: string): readonly string[] {
    const cells = new CellRegistry(() => false);
    cells.addSource("Cell [1]", code);
    const converted = converter.convert("", code, 1);
    assert.ok(converted.kind === "refused", code);
    return describeError(new RefusedCellError(converted.diagnostics), cells, "Cell [1]").traceback;
  }

  it("get a hint below the error of the compiler, which stays as it is", () => {
    assert.deepEqual(refusal("print(1)"), [
      "TypeScriptError: Cannot find name 'print'. (TS2304)",
      "Cell [1], line 1, column 1",
      "> 1 | print(1)\n    | ^^^^^",
      `Hint: ${prints}`,
    ]);
    const hints: readonly (readonly [string, string])[] = [
      ["const a = unknown; print(a)", prints],
      ["help(Math)", helps],
      ["const x = None", "None is null here."],
      ["!ls -l data", "a command of the system is run by await sh`ls -l data`."],
      ["!ls", "a command of the system is run by await sh`ls`."],
      ["1 + 1\n  !cd ..", "a command of the system is run by await sh`cd ..`."],
      ["%time f()", times],
      ["%%timeit\n1 + 1", times],
      ["%matplotlib inline", magics],
      ["?Math", helps],
      ["const b = 1;\nMath.max??\n", helps],
      ["# a comment", "comments begin with //."],
      ["import pandas as pd", imports],
      ["from math import sqrt", imports],
      ["const n = 3;\nfor i in range(n): print(i)", braces],
      ["def f(x):\n  return x", braces],
      ["if True:\n  1", braces],
      [
        "pip install pandas",
        "packages come from npm: await sh`npm install NAME` puts one beside the notebook.",
      ],
    ];
    for (const [code, hint] of hints) assert.equal(refusal(code).at(-1), `Hint: ${hint}`, code);
  });

  it("are not seen in what is TypeScript but for another slip", () => {
    for (const code of [
      "const printed = prnt",
      "const a = true\n  ? unknown\n  : 1",
      "!unknown && Math.max(1)",
      "const ready = true;\n!redy",
      "const ready: string = 5;\n!ready",
      "class Box {\n  #content: strng = 1;\n}",
      "const q = 7\n  % unknown",
      "const y: string = 5",
      "for (const i of [1]) { unknown }",
      "const z = true ? 1 : ;",
      "class A { x: number = ; }",
    ])
      assert.ok(!refusal(code).at(-1)!.startsWith("Hint"), code);
  });

  it("get the hint where the cell was not checked and fails as it runs", () => {
    const { traceback } = describeError(
      new ReferenceError("print is not defined"),
      new CellRegistry(() => false),
      "Cell [1]",
    );
    assert.equal(traceback[0], "ReferenceError: print is not defined");
    assert.equal(traceback.at(-1), `Hint: ${prints}`);
  });
});
