import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import type { CellConverter, Diagnostic } from "../../../kernel/compiler/types";
import { describeError, RefusedCellError } from "../../../kernel/errors/cell-error";
import { CellRegistry } from "../../../kernel/errors/cell-registry";
import { hintForImport } from "../../../kernel/errors/hints";
import { tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

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
        'import { SmoothLasso } from "smooth-edges"; new SmoothLasso({ lambda: 1 }).fit([[1], [2]], [1, 2]).report()',
        'report(fit, { crossValidation: cv }) of "smooth-edges/plot" makes the report of a fit.',
      ],
      [
        'import { SmoothLasso } from "smooth-edges"; new SmoothLasso().crossValidate([[1], [2]], [1, 2]).bestLambda',
        "cv.lambdaMin is the lambda of the best mean score and cv.best its fit; see cv.lambda1se too.",
      ],
      [
        "const Z = [[1]]; Z.shape",
        "X.nSamples and X.nFeatures are the sizes of a matrix, and X.length is that of a list of rows.",
      ],
      [
        'import { cvPlot } from "smooth-edges/plot"',
        'import { crossValidationPlot } from "smooth-edges/plot" brings what draws a cross-validation: crossValidationPlot(cv).',
      ],
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

/** A complaint of the compiler. */
const of = (message: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  line: 0,
  column: 0,
  endLine: 0,
  endColumn: 1,
  message,
  code: 2304,
  fileName: undefined,
  ...more,
});

describe("the hint for an import", () => {
  it("says which module has a name that is not known, or not where it was sought", () => {
    const hints: readonly (readonly [string, string])[] = [
      ["Cannot find name 'SmoothLasso'.", "smooth-edges"],
      ["Cannot find name 'pathPlot'. Did you mean 'path'?", "smooth-edges/plot"],
      [`Module '"smooth-edges"' has no exported member 'readCsv'.`, "smooth-edges/data"],
      [`Module '"smooth-edges/data"' has no exported member 'fromFrame'.`, "smooth-edges/frame"],
      [
        `Module '"smooth-edges"' has no exported member named 'train'. Did you mean 'brain'?`,
        "smooth-edges/nn",
      ],
    ];
    for (const [message, module] of hints) {
      const name = /'(\w+)'/.exec(message)![1];
      assert.equal(
        hintForImport([of("Type 'string' is not assignable to type 'number'."), of(message)]),
        `import { ${name} } from "${module}" brings ${name}.`,
      );
      assert.ok(name in require(module), `${module} exports ${name}`);
    }
  });

  it("says where packages come from", () => {
    const message = (name: string): string =>
      `Cannot find module '${name}' or its corresponding type declarations.`;
    const hint = "packages come from npm: await sh`npm install NAME` puts one beside the notebook.";
    for (const name of ["arquero", "@scope/pack"]) assert.equal(hintForImport([of(message(name))]), hint);
    for (const name of ["./local", "../local", "/local", "smooth-edges/plots"]) {
      assert.equal(hintForImport([of(message(name))]), undefined);
    }
  });

  it("says of a notebook of this project that it runs in a clone", () => {
    const message = "Cannot find module '../figures/runs/records' or its corresponding type declarations.";
    const place = join(dirname(process.cwd()), "figures/runs/records");
    assert.equal(
      hintForImport([of(message)]),
      `nothing lies at ${place}: the notebooks of this project run in a clone of it, after npm ci && npm run build.`,
    );
  });

  it("is given for nothing else", () => {
    for (const found of [
      of("Cannot find name 'unheardOf'."),
      of(`Module '"./mine"' has no exported member 'readCsv'.`),
      of("Property 'readCsv' does not exist on type 'number'."),
      of("Cannot find name 'readCsv'.", { fileName: "local.ts" }),
    ])
      assert.equal(hintForImport([found]), undefined, found.message);
  });
});

describe("the scope that cells do not share with scripts", () => {
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  async function hintOf(code: string): Promise<string | undefined> {
    const text = tracebackOf(await kernel.execute(code));
    return /^Hint: .*$/m.exec(text)?.[0];
  }
  async function works(code: string): Promise<void> {
    assert.equal((await kernel.execute(code)).reply.content.status, "ok", code);
  }

  it("is told of where a name is one of the global object alone, and both ways out work", async () => {
    await works("globalThis.rate = 3");
    assert.equal(
      await hintOf("const twice = 2 * rate;"),
      "Hint: globalThis has rate, which TypeScript does not know: write globalThis.rate, or declare global { var rate: any } once.",
    );
    await works("const twice = 2 * globalThis.rate;");
    await works("declare global { var rate: any }");
    await works("2 * rate");
    assert.equal(await hintOf("const other = rates;"), undefined);
  });

  it("is told of where the compiler advises an option, which a notebook has not", async () => {
    const hint = `Hint: cells have what Node ${process.version} has; no compiler option adds to it.`;
    assert.equal(await hintOf("document.title"), hint);
    // Node 20 has no groupBy; later ones do.
    assert.equal(await hintOf("Object.groupBy([1], String)"), "groupBy" in Object ? undefined : hint);
    assert.equal(await hintOf("'a'.unheardOf()"), undefined);
  });

  it("is told of where an interface has the name of one of the language's, and the way out works", async () => {
    const use = "Array.prototype.second = function () { return this[1]; };\n[1, 2].second()";
    const interfaces = "interface Array<T> { second(): T }";
    assert.equal(
      await hintOf(`${interfaces}\n${use}`),
      "Hint: interface Array of a cell is its own: declare global { interface Array … } adds to the language's.",
    );
    await works(`declare global { ${interfaces} }\n${use}`);
    await works("[3, 4].second()");
    assert.equal(await hintOf("interface Array<T> { third(): T }\n[1, 2].fourth()"), undefined);
    assert.equal(await hintOf("interface Own { third(): number }\n[1, 2].third()"), undefined);
  });
});
