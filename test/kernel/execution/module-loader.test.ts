import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { resultText, tracebackOf } from "../../support/exchanges";
import { type Exchange, TestKernel } from "../../support/test-kernel";

const ESM = { type: "module", exports: { types: "./index.d.ts", import: "./index.js" } };
const FILES: Readonly<Record<string, string>> = {
  "node_modules/esm-only/package.json": JSON.stringify({ name: "esm-only", ...ESM }),
  "node_modules/esm-only/index.js": 'export default "the default"; export const named = 5;',
  "node_modules/esm-only/index.d.ts":
    "declare const d: string; export default d; export const named: number;",
  "node_modules/esm-await/package.json": JSON.stringify({ name: "esm-await", ...ESM }),
  "node_modules/esm-await/index.js": "export const late = await Promise.resolve(7);",
  "node_modules/esm-await/index.d.ts": "export const late: number;",
  "node_modules/esm-broken/package.json": JSON.stringify({ name: "esm-broken", ...ESM }),
  "node_modules/esm-broken/index.js": 'export const never = 1; throw new RangeError("at load");',
  "node_modules/esm-broken/index.d.ts": "export const never: number;",
  "node_modules/commander/package.json": JSON.stringify({
    name: "commander",
    main: "index.js",
    types: "index.d.ts",
  }),
  "node_modules/commander/index.js": 'exports.whose = "the notebook\'s own";',
  "node_modules/commander/index.d.ts": "export const whose: string;",
  "lib/tools.ts":
    'import { readFileSync } from "node:fs";\n\nexport function twice(x: number): number {\n  return 2 * x;\n}\n\nexport function fail(): never {\n  throw new Error("in tools");\n}\nexport const own: string = readFileSync(__filename.replace(/\\.js$/, ".ts"), "utf8").slice(0, 6);\n',
  "lib/numbers.json": '{ "seven": 7 }',
  "tsconfig.json": "{ broken",
  "lib/plain.ts": "export const plain: number = 1;",
  "node_modules/untyped/package.json": '{ "name": "untyped", "main": "index.js" }',
  "node_modules/untyped/index.js": "exports.add = (a, b) => a + b;",
  "node_modules/lost-types/package.json":
    '{ "name": "lost-types", "main": "index.js", "types": "none.d.ts" }',
  "node_modules/lost-types/index.js": "exports.value = 42;",
  "node_modules/wrong-types/package.json":
    '{ "name": "wrong-types", "main": "index.js", "types": "index.d.ts" }',
  "node_modules/wrong-types/index.js": "exports.value = 43;",
  "node_modules/wrong-types/index.d.ts": "export const value: Missing<(;",
  "node_modules/broken-package/package.json": "{ broken",
  "node_modules/broken-package/index.js": "exports.value = 44;",
  "node_modules/mapped/package.json": JSON.stringify({
    name: "mapped",
    exports: { "./both": { import: "./both.mjs", require: "./both.cjs" }, "./parts/*": "./files/*.js" },
  }),
  "node_modules/mapped/both.mjs": "export const format = 'ESM';",
  "node_modules/mapped/both.cjs": "exports.format = 'CommonJS';",
  "node_modules/mapped/files/one.js": "exports.n = 1;",
};

const WRONG = "Type 'string' is not assignable to type 'number'. (TS2322)";

/** The notebook lies in a folder that has nothing to do with the package of the kernel. */
describe("imports in a notebook elsewhere", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  let folder: string;
  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "smooth edges notebook ")));
    for (const [path, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    kernel = await TestKernel.start({ folder });
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true });
  });
  const run = (code: string): Promise<Exchange> => kernel.execute(code);

  it("find smooth-edges and its parts, with their types", async () => {
    const code =
      "import { SmoothLasso } from 'smooth-edges'; import { pathPlot } from 'smooth-edges/plot'; import { display } from 'smooth-edges/kernel';\nconst fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 2], [3, 1], [2, 2], [5, 0]], [1, 2, 3, 5]); fit.lambda";
    assert.equal(resultText(await run(code)), "0.1");
    const { content } = (await run("const text: string = fit;")).reply;
    assert.equal(
      content.evalue,
      "Type 'SparseLinearFit' is not assignable to type 'string'. (TS2322), line 1",
    );
    for (const wrong of ["pathPlot(5)", "display()", "fit.noSuchThing"]) {
      assert.equal((await run(wrong)).reply.content.ename, "TypeScriptError", wrong);
    }
  });

  it("find danfojs-node, whose frames are shown as tables", async () => {
    const exchange = await run("import * as dfd from 'danfojs-node';\nnew dfd.DataFrame({ a: [1, 2] })");
    const { content } = exchange.iopub.find(({ type }) => type === "execute_result") ?? assert.fail();
    assert.deepEqual(Object.keys(content.data as object), ["text/html", "text/plain"]);
  });

  it("prefer the notebook's own packages", async () => {
    assert.equal(resultText(await run("import { whose } from 'commander'; whose")), '"the notebook\'s own"');
  });

  it("load modules that only import can, with their default", async () => {
    assert.equal(
      resultText(
        await run(
          "import standard, { named } from 'esm-only'; import { late } from 'esm-await'; [standard, named, late]",
        ),
      ),
      "[ 'the default', 5, 7 ]",
    );
    assert.equal(
      resultText(await run("(await import('esm-only')).named + (await import('esm-await')).late")),
      "12",
    );
  });

  it("point at the import of a module that fails to load", async () => {
    const exchange = await run("1;\nimport { never } from 'esm-broken';\nnever");
    assert.equal(exchange.reply.content.ename, "RangeError");
    assert.match(tracebackOf(exchange), /^> 2 \| import \{ never \} from 'esm-broken';$/m);
  });

  it("name a module that is not there, with the line", async () => {
    const exchange = await run("import { x } from 'no-such-package';");
    assert.match(String(exchange.reply.content.evalue), /^Cannot find module 'no-such-package'/);
    assert.match(tracebackOf(exchange), /, line 1, column 19$/m);
    const dynamic = await run("const name: string = 'no-such-package'; await import(name)");
    assert.equal(dynamic.reply.content.status, "error");
    assert.match(tracebackOf(dynamic), /, line 1, column 41$/m);
  });

  it("load local TypeScript and JSON, checked and traced to their own lines", async () => {
    assert.equal(
      resultText(
        await run(
          "import { fail, own, twice } from './lib/tools'; import numbers from './lib/numbers.json'; [twice(numbers.seven), own]",
        ),
      ),
      "[ 14, 'import' ]",
    );
    assert.equal((await run("twice('a')")).reply.content.ename, "TypeScriptError");
    assert.ok(tracebackOf(await run("fail()")).includes(`at fail (${join(folder, "lib", "tools.ts")}:8:9)`));
    assert.equal(resultText(await run("const tools = await import('./lib/tools'); tools.twice(2)")), "4");
  });

  it("load TypeScript from beside the notebook's folder, checked, traced, and seen anew when it was edited", async () => {
    const beside = `${folder} beside`;
    mkdirSync(beside);
    try {
      const place = `../${basename(beside)}/outside`;
      const write = (value: number): void =>
        writeFileSync(
          join(beside, "outside.ts"),
          `import { part } from "./part";\nexport const outside: number = ${value} + part;\nexport function fail(): never {\n  throw new Error("outside");\n}\n`,
        );
      writeFileSync(join(beside, "part.ts"), "export const part: number = 0.5;\n");
      write(1);
      const code = `import { fail, outside } from '${place}'; outside`;
      assert.equal(resultText(await run(code)), "1.5");
      assert.equal((await run("const text: string = outside;")).reply.content.ename, "TypeScriptError");
      assert.ok(tracebackOf(await run("fail()")).includes(`at fail (${join(beside, "outside.ts")}:4:9)`));
      write(2);
      let text: string | undefined;
      for (let tries = 0; tries < 50 && text !== "2.5"; tries++) {
        await sleep(100);
        text = resultText(await run(code));
      }
      assert.equal(text, "2.5");
    } finally {
      rmSync(beside, { recursive: true });
    }
  });

  it("load TypeScript by an absolute path", async () => {
    writeFileSync(join(folder, "lib/absolute.ts"), "export const where: string = 'absolute';");
    const path = JSON.stringify(join(folder, "lib/absolute"));
    assert.equal(resultText(await run(`import { where } from ${path}; where`)), "'absolute'");
    assert.equal(resultText(await run(`(await import(${path})).where`)), "'absolute'");
    assert.equal((await run("where.toFixed()")).reply.content.ename, "TypeScriptError");
  });

  it("load packages without types, with types that are lost or wrong, and past a tsconfig.json that is broken", async () => {
    for (const [code, result] of [
      ['import { add } from "untyped"; add(1, 2)', "3"],
      ['import { value as lost } from "lost-types"; lost', "42"],
      ['import { value as wrong } from "wrong-types"; wrong', "43"],
    ] as const) {
      const exchange = await run(code);
      assert.equal(resultText(exchange), result, tracebackOf(exchange));
    }
    assert.match(
      tracebackOf(await run('import { value } from "broken-package"; value')),
      /broken-package\/package\.json/,
    );
    assert.equal(resultText(await run("lost + 1")), "43");
  });

  it("follow export maps, with patterns and conditions", async () => {
    const code = 'import { format } from "mapped/both"; import { n } from "mapped/parts/one"; [format, n]';
    assert.equal(resultText(await run(code)), "[ 'CommonJS', 1 ]");
    assert.match(tracebackOf(await run('import { x } from "mapped/files/one"; x')), /mapped\/files\/one/);
  });

  it("see data that were edited, and TypeScript that is named with its extension", async () => {
    assert.equal(resultText(await run('import { plain } from "./lib/plain.ts"; plain')), "1");
    writeFileSync(join(folder, "lib/plain.ts"), "export const plain: string = 'edited';");
    assert.equal(resultText(await run("plain")), "1");
    assert.equal(resultText(await run('import { plain } from "./lib/plain.ts"; plain.length')), "6");
    const data = 'import numbers from "./lib/numbers.json"; numbers.seven';
    assert.equal(resultText(await run(data)), "7");
    writeFileSync(join(folder, "lib/numbers.json"), '{ "seven": "eight" }');
    assert.equal(resultText(await run(`${data}.toUpperCase()`)), "'EIGHT'");
    writeFileSync(join(folder, "lib/numbers.json"), FILES["lib/numbers.json"] as string);
  });

  it("see an edited local module anew", async () => {
    await run("import { twice } from './lib/tools';");
    writeFileSync(
      join(folder, "lib/tools.ts"),
      "export function twice(x: number): string { return x + ' twice'; }\n",
    );
    let text: string | undefined;
    for (let tries = 0; tries < 50 && text !== "'1 twice'"; tries++) {
      await sleep(100);
      text = resultText(await run("import { twice } from './lib/tools'; twice(1)"));
    }
    assert.equal(text, "'1 twice'");
  });

  it("see what a local module imports anew as well", async () => {
    writeFileSync(join(folder, "lib/inner.ts"), "export const inner: number = 1;\n");
    writeFileSync(
      join(folder, "lib/outer.ts"),
      'import { inner } from "./inner";\nexport const outer: number = 10 * inner;\n',
    );
    const code = "import { outer } from './lib/outer'; outer";
    assert.equal(resultText(await run(code)), "10");
    writeFileSync(join(folder, "lib/inner.ts"), "export const inner: number = 2;\n");
    let text: string | undefined;
    for (let tries = 0; tries < 50 && text !== "20"; tries++) {
      await sleep(100);
      text = resultText(await run(code));
    }
    assert.equal(text, "20");
  });

  it("see TypeScript that a cell names only as it runs, and every edit of it and of its imports", async () => {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write("inner.ts", "export const n: number = 1;");
    write("outer.ts", 'import { n } from "./inner"; export const m: number = n + 10;');
    const byName = "const name = './outer'; [(await import(name)).m, require(name).m]";
    assert.equal(resultText(await run(byName)), "[ 11, 11 ]");
    write("inner.ts", "export const n: number = 222;");
    assert.equal(resultText(await run(byName)), "[ 232, 232 ]");
    write("outer.ts", "export const m: number = 'text';");
    assert.equal((await run(byName)).reply.content.evalue, `${WRONG}, line 1 of outer.ts`);
    assert.equal(resultText(await run(`// @ts-nocheck\n${byName}`)), "[ 'text', 'text' ]");
  });

  it("of a local module begin in its folder, dynamic ones too", async () => {
    writeFileSync(join(folder, "lib/lazy.ts"), 'export const load = () => import("./near");');
    writeFileSync(join(folder, "lib/near.ts"), "export const where: string = 'in lib';");
    writeFileSync(join(folder, "near.ts"), "export const where: string = 'beside the notebook';");
    assert.equal(
      resultText(await run("import { load } from './lib/lazy'; (await load()).where")),
      "'in lib'",
    );
  });

  it("give what a module exports now where it was imported dynamically", async () => {
    writeFileSync(join(folder, "count.ts"), "export let count = 0; export const add = () => { count++ };");
    const code = "const counter = await import('./count'); counter.add(); counter.add(); counter";
    assert.equal(resultText(await run(`${code}.count`)), "2");
    assert.equal(resultText(await run("Object.keys(counter)")), "[ 'count', 'add' ]");
  });

  it("load a local module again that an interrupt cut off", async () => {
    writeFileSync(
      join(folder, "lib/slow.ts"),
      'export const first: number = 1;\nwhile ("isSlow" in globalThis) {}\nexport const second: number = 2;\n',
    );
    await run("(globalThis as any).isSlow = true;");
    const code = "import { second } from './lib/slow'; second";
    const id = await kernel.sendCell(code);
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "execute_input"));
    await sleep(300);
    await kernel.request("control", "interrupt_request");
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    await run("delete (globalThis as any).isSlow;");
    assert.equal(resultText(await run(code)), "2");
  });

  it("see a package that was installed while the notebook was open", async () => {
    assert.equal((await run("import { fresh } from 'fresh';")).reply.content.status, "error");
    mkdirSync(join(folder, "node_modules/fresh"), { recursive: true });
    writeFileSync(
      join(folder, "node_modules/fresh/package.json"),
      JSON.stringify({ name: "fresh", types: "index.d.ts" }),
    );
    writeFileSync(join(folder, "node_modules/fresh/index.js"), "exports.fresh = 'new';");
    writeFileSync(join(folder, "node_modules/fresh/index.d.ts"), "export const fresh: string;");
    assert.equal(resultText(await run("import { fresh } from 'fresh'; fresh")), "'new'");
  });
});
