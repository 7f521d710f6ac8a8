import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import type { Diagnostic } from "../../../kernel/compiler/types";
import { hintForImport } from "../../../kernel/errors/ipython-hints";

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
