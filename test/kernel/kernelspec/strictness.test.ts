/** How strict the check of cells is: by `kernel.strict`, and by the notebook's metadata from its first cell on. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import type { CellConverter } from "../../../kernel/compiler/types";
import { startsStrict } from "../../../kernel/kernelspec/strictness";
import type { Notebook } from "../../../kernel/runner/notebook";
import { runNotebook } from "../../../kernel/runner/run-notebook";
import { resultText } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

const POSSIBLY_UNDEFINED = "const found = [{ n: 1 }].find(({ n }) => n > 1);\nfound.n";

function notebook(metadata: object, ...sources: string[]): Notebook {
  const cells = sources.map((source) => ({
    cell_type: "code" as const,
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  }));
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}

describe("strict checks", function () {
  this.timeout(300_000);

  describe("of a converter", () => {
    let converter: CellConverter;
    let folder: string;
    const home = process.cwd();
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "strict-"));
      writeFileSync(
        join(folder, "plain.mjs"),
        "export function twice(x) { let y = null; y = x; return 2 * y; }",
      );
      writeFileSync(
        join(folder, "typed.ts"),
        "export function head(xs: number[]): number { return xs.at(0); }",
      );
      process.chdir(folder);
      converter = createCellConverter();
    });
    after(() => {
      converter.close();
      process.chdir(home);
      rmSync(folder, { recursive: true });
    });

    function codes(code: string, strict: boolean): number[] {
      converter.strict = strict;
      const result = converter.convert("", code, 1);
      return result.kind === "refused" ? result.diagnostics.map((found) => found.code) : [];
    }

    for (const [what, code, complaint] of [
      ["what may be undefined", POSSIBLY_UNDEFINED, 18048],
      ["what may be null", "'a'.match(/b/)[0]", 2531],
      ["null in a variable of another type", "let n: number = null;", 2322],
      ["a parameter without a type", "function twice(x) { return 2 * x }", 7006],
      ["a property that is never set", "class Net { layers: number[] }", 2564],
      ["what is caught, before it is known to be an error", "try {} catch (e) { e.message }", 18046],
      ["a local module", "import { head } from './typed'; head([1])", 2322],
    ] as const) {
      it(`complain of ${what}`, () => {
        assert.deepEqual([codes(code, false), codes(code, true)], [[], [complaint]]);
        assert.deepEqual([codes(`// @ts-nocheck\n${code}`, true), codes(code, false)], [[], []]);
      });
    }

    it("take what is checked, empty arrays that are filled, frames, and modules without types", () => {
      for (const code of [
        "const found = [1].find((n) => n > 1); found?.toFixed()",
        "const xs = []; for (let i = 0; i < 3; i++) xs.push(i); xs.length",
        "import { DataFrame } from 'danfojs-node'; const df = new DataFrame({ a: [1, 2] }); df.a.mean() + df['a'].values[0]; df.sortValues('a').head().describe().print()",
        "import { twice } from './plain.mjs'; twice(2)",
      ]) {
        assert.deepEqual(codes(code, true), [], code);
      }
    });

    it("hold for completion too", () => {
      const complete = (strict: boolean): readonly string[] => {
        converter.strict = strict;
        const code = "const n = [1].find((x) => x > 1); n.toF";
        return converter.complete("", code, code.length).matches.map(({ text }) => text);
      };
      assert.deepEqual([complete(false), complete(true)], [["toFixed"], ["toFixed"]]);
    });
  });

  it("are turned on and off by a cell, for those after it", async () => {
    const kernel = await TestKernel.start();
    try {
      const evalue = async (code: string): Promise<unknown> =>
        (await kernel.execute(code)).reply.content.evalue;
      assert.match(String(await evalue(POSSIBLY_UNDEFINED)), /^Cannot read properties of undefined/);
      assert.equal(resultText(await kernel.execute("kernel.strict = true; kernel.strict")), "true");
      assert.equal(await evalue(POSSIBLY_UNDEFINED), "'found' is possibly 'undefined'. (TS18048), line 2");
      await kernel.execute("kernel.strict = false;");
      assert.match(String(await evalue(POSSIBLY_UNDEFINED)), /^Cannot read properties of undefined/);
      assert.equal(
        await evalue("kernel.strict = 'yes' as any;"),
        'kernel.strict: the value must be true or false, got "yes"',
      );
    } finally {
      await kernel.stop();
    }
  });

  it("are on from the first cell where the notebook's metadata say so, after a restart too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "strict-"));
    const path = join(folder, "own.ipynb");
    writeFileSync(path, JSON.stringify(notebook({ "smooth-edges": { strict: true } })));
    const kernel = await TestKernel.start({ env: { JPY_SESSION_NAME: path } });
    try {
      assert.equal(resultText(await kernel.execute("kernel.strict")), "true");
      assert.match(String((await kernel.execute(POSSIBLY_UNDEFINED)).reply.content.evalue), /TS18048/);
      writeFileSync(path, JSON.stringify(notebook({})));
      await kernel.restart();
      assert.equal(resultText(await kernel.execute("kernel.strict")), "false");
    } finally {
      await kernel.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it("are on in a notebook that is run by a command where its metadata say so", async () => {
    for (const [metadata, isStrict] of [
      [{ "smooth-edges": { strict: true } }, true],
      [{ "smooth-edges": { strict: false } }, false],
      [{}, false],
    ] as const) {
      const { failure } = await runNotebook(notebook({ ...metadata }, POSSIBLY_UNDEFINED), {
        cwd: __dirname,
      });
      assert.match(String(failure?.message), isStrict ? /TS18048/ : /^Cannot read properties/);
    }
  });

  it("are off where there is no notebook to read, or none that can be", () => {
    const folder = mkdtempSync(join(tmpdir(), "strict-"));
    const path = join(folder, "own.ipynb");
    try {
      for (const text of [
        '{ "strict" broken',
        '{ "metadata": { "smooth-edges": { "strict": "true" } } }',
        '"strict"',
      ]) {
        writeFileSync(path, text);
        assert.equal(startsStrict({ JPY_SESSION_NAME: path }), false, text);
      }
      writeFileSync(path, '{ "metadata": { "smooth-edges": { "strict": true } } }');
      assert.equal(startsStrict({ JPY_SESSION_NAME: path }), true);
      assert.equal(startsStrict({ JPY_SESSION_NAME: path, SMOOTH_EDGES_STRICT: "0" }), false);
      assert.equal(startsStrict({ JPY_SESSION_NAME: join(folder, "none.ipynb") }), false);
      assert.equal(startsStrict({ JPY_SESSION_NAME: "a console" }), false);
      assert.equal(startsStrict({ SMOOTH_EDGES_STRICT: "1" }), true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
