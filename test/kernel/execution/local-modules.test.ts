import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ChangedFiles } from "../../../kernel/execution/local-modules";
import { resultText, tracebackOf } from "../../support/exchanges";
import { type Exchange, TestKernel } from "../../support/test-kernel";

describe("modules beside a notebook", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  let folder: string;
  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "local modules ")));
    kernel = await TestKernel.start({ folder });
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true });
  });
  const run = (code: string): Promise<Exchange> => kernel.execute(code);

  const edited: readonly (readonly [file: string, specifier: string, text: (n: number) => string])[] = [
    ["m.mjs", "./m.mjs", (n) => `export const n = ${n};`],
    ["m.cjs", "./m.cjs", (n) => `exports.n = ${n};`],
    ["m.js", "./m.js", (n) => `export const n = ${n};`],
    ["m.mts", "./m.mts", (n) => `export const n: number = ${n};`],
    ["m.cts", "./m.cts", (n) => `export const n: number = ${n};`],
    ["m1.ts", "./m1", (n) => `export const n: number = ${n};`],
    ["m2.tsx", "./m2.tsx", (n) => `export const n: number = ${n};`],
    ["m3.jsx", "./m3", (n) => `export const n = ${n};`],
    ["m4.mts", "./m4.mjs", (n) => `export const n: number = ${n};`],
    ["m5.mts", "./m5.mts", (n) => `export const n: number = await Promise.resolve(${n});`],
    ["m6.json", "./m6.json", (n) => `{ "n": ${n} }`],
    ["linked/index.ts", "linked-source", (n) => `export const n: number = ${n};`],
  ];
  for (const [file, specifier, text] of edited) {
    it(`see that ${file} was edited, imported as ${specifier}`, async () => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      if (specifier === "linked-source") {
        writeFileSync(
          join(folder, "linked/package.json"),
          '{ "name": "linked-source", "main": "./index.ts" }',
        );
        mkdirSync(join(folder, "node_modules"), { recursive: true });
        symlinkSync(join(folder, "linked"), join(folder, "node_modules/linked-source"));
      }
      for (const [n, code] of [
        `import { n } from "${specifier}"; n`,
        `(await import("${specifier}")).n`,
        `import { n } from "${specifier}"; n`,
      ].entries()) {
        writeFileSync(join(folder, file), `${text(n)}${" ".repeat(n)}`);
        const exchange = await run(code);
        assert.equal(resultText(exchange), String(n), tracebackOf(exchange));
      }
    });
  }

  it("see what a module edited that one imports which awaits at its top", async () => {
    const code = "import { sum } from './sum.mjs'; sum";
    writeFileSync(
      join(folder, "sum.mjs"),
      "import { n } from './part.mjs'; export const sum = (await n) + 1;",
    );
    for (const n of [1, 20]) {
      writeFileSync(join(folder, "part.mjs"), `export const n = Promise.resolve(${n});`);
      assert.equal(resultText(await run(code)), String(n + 1));
    }
    writeFileSync(join(folder, "part.mjs"), "export const n = Promise.reject(new RangeError('late'));");
    assert.equal((await run(code)).reply.content.ename, "RangeError");
    writeFileSync(join(folder, "part.mjs"), "export const n = 3;");
    assert.equal(resultText(await run(code)), "4");
  });

  it("leave values of before an edit the types that they have", async () => {
    const module = (member: string): string =>
      `export class Shape { ${member} } export const of = (): Shape[] => [new Shape()];`;
    const cell = (members: string): string => `[${members}].join(" ")`;
    const refusal = async (code: string): Promise<string> => String((await run(code)).reply.content.evalue);
    writeFileSync(join(folder, "shape.ts"), module("sides = 3"));
    writeFileSync(
      join(folder, "shapes.ts"),
      "export { of } from './shape'; export type { Shape } from './shape';",
    );
    await run("import { Shape } from './shape'; import { of } from './shapes';");
    await run(
      "const a = new Shape(); const all = of(); const kept = { a }; function first() { return new Shape() }",
    );
    writeFileSync(join(folder, "shape.ts"), module("corners = 30"));
    // Until a cell imports the module again, everything is as before.
    assert.equal(resultText(await run(cell("a.sides, new Shape().sides, first().sides"))), "'3 3 3'");
    await run("import { Shape } from './shape'; import { of } from './shapes';");
    const members =
      "a.sides, all[0].sides, kept.a.sides, new Shape().corners, of()[0].corners, first().corners";
    assert.equal(resultText(await run(cell(members))), "'3 3 3 30 30 30'");
    assert.equal(resultText(await run("[a, all[0]].some((each) => each instanceof Shape)")), "false");
    assert.match(await refusal("a.corners"), /Property 'corners' does not exist on type 'Shape'/);
    assert.match(await refusal("new Shape().sides"), /Property 'sides' does not exist on type 'Shape'/);
    assert.match(await refusal("const s: Shape = a;"), /'import\(".*shape\?\d+"\)\.Shape'/);
    const code = "all[0].";
    const { reply } = await kernel.request("shell", "complete_request", { code, cursor_pos: code.length });
    assert.deepEqual(reply.content.matches, ["sides"]);
  });

  it("see what was edited of files that the compiler does not know of", async () => {
    const code =
      "const name: string = 'own'; (await import('./' + name + '.mjs')).n + require('./' + name + '.cjs').n";
    for (const n of [1, 20]) {
      writeFileSync(join(folder, "own.mjs"), `export const n = ${n};`);
      writeFileSync(join(folder, "own.cjs"), "exports.n = require('./below.cjs').n;");
      writeFileSync(join(folder, "below.cjs"), `exports.n = ${n};`);
      assert.equal(resultText(await run(code)), String(2 * n));
    }
  });

  it("know a module by its real path, whatever links lead to it", async () => {
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib/shape.ts"), "export class Shape { private sides = 3; }");
    symlinkSync(join(folder, "lib"), join(folder, "linked-folder"));
    symlinkSync(join(folder, "lib/shape.ts"), join(folder, "linked-shape.ts"));
    const code =
      "import { Shape } from './lib/shape'; import { Shape as A } from './linked-folder/shape'; import { Shape as B } from './linked-shape';\nconst shape: Shape = new A(); const other: A = new B(); [Shape === A, A === B]";
    assert.equal(resultText(await run(code)), "[ true, true ]");
  });

  it("run once where they are imported twice at the same time, and wait for what they await", async () => {
    writeFileSync(
      join(folder, "slow.mts"),
      "(globalThis as any).runs = ((globalThis as any).runs ?? 0) + 1; export const n: number = await new Promise<number>((done) => setTimeout(done, 50, 5));",
    );
    const code =
      "const both = await Promise.all([import('./slow.mts'), import('./slow.mts')]); both.map(({ n }) => n).concat((globalThis as any).runs)";
    assert.equal(resultText(await run(code)), "[ 5, 5, 1 ]");
  });

  it("may import each other in a circle, with awaits", async () => {
    writeFileSync(
      join(folder, "a.mts"),
      "import { b } from './b.mts'; export const a: number = await Promise.resolve(1); export const sum = (): number => a + b;",
    );
    writeFileSync(
      join(folder, "b.mts"),
      "import { a } from './a.mts'; export const b: number = await Promise.resolve(2); export const other = (): number => a;",
    );
    assert.equal(resultText(await run("import { sum } from './a.mts'; sum()")), "3");
  });

  it("import packages that only import can load", async () => {
    const name = join(folder, "node_modules/esm-await");
    mkdirSync(name, { recursive: true });
    writeFileSync(
      join(name, "package.json"),
      JSON.stringify({
        name: "esm-await",
        type: "module",
        exports: { types: "./index.d.ts", import: "./index.js" },
      }),
    );
    writeFileSync(join(name, "index.js"), "export const late = await Promise.resolve(7);");
    writeFileSync(join(name, "index.d.ts"), "export const late: number;");
    writeFileSync(
      join(folder, "user.ts"),
      "import { late } from 'esm-await'; export const twice: number = 2 * late;",
    );
    assert.equal(resultText(await run("import { twice } from './user'; twice")), "14");
  });

  it("load again where an interrupt came while they awaited", async () => {
    writeFileSync(
      join(folder, "never.mts"),
      "export const n: number = (globalThis as any).ready ? 1 : await new Promise<number>(() => {});",
    );
    const id = await kernel.sendCell("import { n } from './never.mts'; n");
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "execute_input"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kernel.request("control", "interrupt_request");
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    await run("(globalThis as any).ready = true;");
    writeFileSync(join(folder, "never.mts"), "export const n: number = await Promise.resolve(4);");
    assert.equal(resultText(await run("import { n } from './never.mts'; n")), "4");
  });
});

describe("files beside the notebook that changed", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "smooth edges changed ")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, code: string): void => writeFileSync(join(folder, `${name}.js`), code);
  const changedFiles = new ChangedFiles();
  function load(name: string): unknown {
    const file = join(folder, `${name}.js`);
    changedFiles.forget(file);
    const loaded: unknown = require(file);
    changedFiles.note(file);
    return loaded;
  }

  it("are loaded anew by all that require them, on every way there", () => {
    write("a", 'module.exports = [require("./b"), require("./c")];');
    write("b", 'module.exports = require("./d");');
    write("c", 'module.exports = require("./d");');
    write("d", "module.exports = 1;");
    assert.deepEqual(load("a"), [1, 1]);
    write("d", "module.exports = 22;");
    assert.deepEqual(load("a"), [22, 22]);
  });

  it("are loaded anew by what requires them in a circle", () => {
    write(
      "a",
      'exports.b = () => require("./b").value;\nconst { value } = require("./c");\nexports.value = value;',
    );
    write("b", 'const a = require("./a");\nObject.defineProperty(exports, "value", { get: () => a.value });');
    write("c", "exports.value = 1;");
    const value = (): unknown => (load("a") as { b(): unknown }).b();
    assert.equal(value(), 1);
    assert.equal(value(), 1);
    write("c", "exports.value = 22;");
    assert.equal(value(), 22);
  });

  it("are loaded anew by a module that is loaded after another one that requires them", () => {
    write("a", 'module.exports = require("./d");');
    write("b", 'module.exports = require("./d");');
    write("d", "module.exports = 1;");
    assert.deepEqual([load("a"), load("b")], [1, 1]);
    write("d", "module.exports = 22;");
    assert.deepEqual([load("a"), load("b")], [22, 22]);
  });
});
