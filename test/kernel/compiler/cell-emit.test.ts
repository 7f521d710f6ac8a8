import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultText, tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

describe("the text that a cell becomes", () => {
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  async function shown(code: string): Promise<string | undefined> {
    const exchange = await kernel.execute(code);
    return resultText(exchange) ?? tracebackOf(exchange);
  }

  it("destructures by the names of properties, whatever declared these", async () => {
    await kernel.execute("const rows = [{ id: 1, result: { left: [1, 2], test: [3, 4] } }]; const at = 1;");
    const claims =
      'const claims: [string, boolean][] = [["so", rows.every(({ result: { test } }) => test[at] === 4)]];';
    assert.equal(await shown(`${claims}\nclaims`), "[ [ 'so', true ] ]");
    assert.equal(
      await shown("const { result: { left: [one], test: rest } } = rows[0]!; [one, rest]"),
      "[ 1, [ 3, 4 ] ]",
    );
    assert.equal(await shown("rows.map(({ result: { test }, id: n }) => test[0] - n)"), "[ 2 ]");
  });

  it("has the value of its last expression, also before types and imports and among resources", async () => {
    assert.equal(await shown("1 + 1;\ninterface Shape { side: number }\ntype Name = string;"), "2");
    assert.equal(await shown('5\nimport type { ascending } from "d3-array"'), "5");
    assert.equal(await shown('6\nimport { sep } from "node:path";'), "6");
    assert.equal(await shown("using held = { [Symbol.dispose]() {} };\n3"), "3");
    assert.equal(await shown("await using late = { async [Symbol.asyncDispose]() {} };\n4"), "4");
    assert.equal(await shown("const tsLastExpr = 1;\ntsLastExpr + 4"), "5");
    assert.equal(await shown('"tsLastExpr" in globalThis'), "false");
  });

  it("reads and writes the names of earlier cells wherever they stand", async () => {
    await kernel.execute('let a = 1, key = "k"; class P { hi() { return 5 } }');
    const code = `for (a of [7]);
const o: Record<string, string> = { [key]: \`\${a}\` };
class Q extends P { [key] = 1 }
[a] = [a + 1];
[a, o.k, new Q().hi(), (new Q() as any)[key], typeof key]`;
    assert.equal(await shown(code), "[ 8, '7', 5, 1, 'string' ]");
    assert.equal(await shown("({ a } = { a: 9 }); a++; [a, { a }]"), "[ 10, { a: 10 } ]");
  });

  it("reads and writes what an earlier cell declared as global there", async () => {
    await kernel.execute(
      "declare global { var counter: number; interface Size { of: { width: number } } }\nglobalThis.counter = 5;",
    );
    assert.equal(await shown("counter++; [counter, globalThis.counter]"), "[ 6, 6 ]");
    const path = join(kernel.folder, "sized.ts");
    writeFileSync(
      path,
      "export const f = ({ of: { width } }: Size) => width + counter;\nf({ of: { width: 1 } });",
    );
    const code = 'import * as sized from "./sized";\n[Object.keys(sized), sized.f({ of: { width: 3 } })]';
    assert.equal(await shown(code), "[ [ 'f' ], 9 ]");
  });

  it("may declare names of the language anew, which the cells after it see, but none that it is made with", async () => {
    assert.equal(await shown("const Object = 3; Object"), "3");
    assert.equal(
      await shown("const Array = { of: 1 }, Promise = 2;\n[Object, Array.of, Promise]"),
      "[ 3, 1, 2 ]",
    );
    assert.equal(await shown("await null; const String = 4; String"), "4");
    const refused = await shown("let a = 1;\nconst exports = 3;");
    assert.match(
      refused!,
      /^TypeScriptError: Duplicate identifier 'exports'\. .*\nCell \[\d+\], line 2, column 7\n/,
    );
    await kernel.execute("kernel.reset()");
    assert.equal(await shown("Object.keys({ a: 1 })"), "[ 'a' ]");
  });

  it("leaves earlier variables as they are where it fails half way, however many it declares", async () => {
    const declare = (by: number): string[] =>
      Array.from({ length: 120 }, (_, at) => `var v${at} = ${at + by};`);
    await kernel.execute(declare(0).join("\n"));
    const lines = declare(1000).toSpliced(60, 0, 'if (v0 === 1000) throw new Error("half way");');
    const traceback = (await shown(lines.join("\n"))) ?? "";
    assert.match(traceback, /> 61 .*half way/);
    assert.equal(await shown("[v0, v59, v60, v100, v119]"), "[ 1000, 1059, 60, 100, 119 ]");
    assert.equal(await shown("v0 = void 0 as never;\n[v0]"), "[ undefined ]");
  });

  it("knows imports above the lines that they stand on", async () => {
    const code = `const joined = join("a", basename("b/c"));
import { basename, join } from "node:path";
import fs = require("node:fs");
[joined, typeof fs.readFileSync]`;
    assert.equal(await shown(code), "[ 'a/c', 'function' ]");
    assert.equal(await shown('typeof os.tmpdir;\nimport * as os from "node:os"'), "'function'");
    const failing = 'const early = sep;\nthrow new Error(early);\nimport { sep } from "node:path";';
    assert.match((await shown(failing)) ?? "", /> 2 .*throw/);
  });

  it("loads no module of which only types are used", async () => {
    const code = `import type { ascending } from "d3-array";
type Order = typeof ascending;
Object.keys(require.cache).some((file) => file.includes("d3-array"))`;
    assert.equal(await shown(code), "false");
    assert.equal(await shown(code.replace("import type", "import")), "true");
  });
});
