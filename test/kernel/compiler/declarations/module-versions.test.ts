import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createCellConverter } from "../../../../kernel/compiler/cell-converter";
import { useCellCompiler } from "../../../support/cell-compiler";

describe("types of values of a local module that was edited since", function () {
  this.timeout(300_000);
  const home = process.cwd();
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "module-versions-")));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
  const compiler = useCellCompiler();
  const run = (code: string): void => void compiler.convert(code);
  const refuses = (code: string): void => void compiler.refuse(code);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  /** Edits a file as an editor does that saves twice within the resolution of the file system's clock. */
  const edit = (name: string, text: string): void => {
    write(name, text);
    const later = Date.now() / 1000 + ++edits;
    utimesSync(join(folder, name), later, later);
  };
  let edits = 0;

  it("stay what they were for a class, and the name is the new one", () => {
    write("shape.ts", "export class Shape { sides = 3 }");
    run("import { Shape } from './shape'; const a = new Shape();");
    edit("shape.ts", "export class Shape { corners = 3 }");
    run("import { Shape } from './shape'; const b = new Shape();");
    run("const n: number = a.sides + b.corners + new Shape().corners;");
    refuses("a.corners");
    refuses("b.sides");
    refuses("const c: Shape = a;");
  });

  it("stay what they were in the very cell that imports the new ones", () => {
    write("own.ts", "export class Own { sides = 3 }");
    run("import { Own } from './own'; const a = new Own();");
    edit("own.ts", "export class Own { corners = 3 }");
    refuses("import { Own } from './own'; const n: number = a.corners;");
    run("import { Own } from './own'; const n: number = a.sides + new Own().corners;");
  });

  it("stay what they were for interfaces, aliases, enums and functions", () => {
    write(
      "kinds.ts",
      "export interface Point { x: number } export type Pair = [number, number]; export enum Mode { Fast = 1 }\n" +
        "export type Scale = (x: number) => number; export const twice: Scale = (x) => 2 * x;",
    );
    run("import { Point, Pair, Mode, Scale, twice } from './kinds';");
    run(
      "const p: Point = { x: 1 }; const q: Pair = [1, 2]; const m: Mode = Mode.Fast; let f: Scale = twice;",
    );
    edit(
      "kinds.ts",
      "export interface Point { name: string } export type Pair = string; export enum Mode { Slow = 5 }\n" +
        "export type Scale = (x: string) => string; export const twice: Scale = (x) => x + x;",
    );
    run("import { Point, Pair, Mode, Scale, twice } from './kinds';");
    run("const n: number = p.x + q[1] + f(2); const s: Scale = twice; const t: string = s('x');");
    run("const b: Point = { name: 'n' }; const c: Pair = 'pair'; const d: Mode = Mode.Slow;");
    refuses("p.name");
    refuses("Mode.Fast");
    refuses("const e: Mode = m;");
    refuses("f('x')");
  });

  it("stay what they were where only a function of the module made the values", () => {
    write("maker.ts", "class Hidden { old = 1 } export const make = () => new Hidden();");
    run("import { make } from './maker'; const a = make(); const all = [a]; const by = { key: make() };");
    // The declarations of the first cell are set apart from those of the next ones.
    run(`const text = "${"x".repeat(400)}" as const;`);
    run("const n0: number = a.old;");
    edit("maker.ts", "class Hidden { fresh = 'x' } export const make = () => new Hidden();");
    run("import { make } from './maker'; const b = make();");
    run("const copies = [...all, by.key]; const s: string = b.fresh;");
    run("const n: number = a.old + all[0].old + by.key.old + copies[1].old;");
    refuses("a.fresh");
    refuses("copies[0].fresh");
  });

  it("stay what they were where another module exports or uses the type", () => {
    write("parts/base.ts", "export class Base { old = 1 }");
    write("parts/index.ts", "export * from './base'; export { Base as Renamed } from './base.js';");
    write("user.ts", "import { Base } from './parts'; export class User { base = new Base() }");
    run("import { Base, Renamed } from './parts/index.ts'; import { User } from './user';");
    run("const a = new Base(); const r = new Renamed(); const u = new User(); class Own extends Base {}");
    run("const own = new Own();");
    edit("parts/base.ts", "export class Base { fresh = 'x' }");
    run("import { Base, Renamed } from './parts/index.ts'; import { User } from './user';");
    run("const n: number = a.old + r.old + u.base.old + own.old;");
    run("const s: string = new Base().fresh + new Renamed().fresh + new User().base.fresh;");
    for (const name of ["a", "r", "u.base", "own"]) refuses(`${name}.fresh`);
  });

  it("stay what they were where modules import each other in a circle", () => {
    write("left.ts", "import { Right } from './right'; export class Left { right?: Right; old = 1 }");
    write("right.ts", "import { Left } from './left'; export class Right { left?: Left }");
    run("import { Right } from './right'; const a = new Right();");
    edit("left.ts", "import { Right } from './right'; export class Left { right?: Right; fresh = 'x' }");
    run("import { Right } from './right'; const b = new Right();");
    run("const n: number = a.left.old + a.left.right.left.old; const s: string = b.left.right.left.fresh;");
    refuses("a.left.fresh");
    refuses("b.left.right.left.old");
  });

  it("stay what they were for namespaces, required and dynamic imports, JavaScript and JSON", () => {
    write("m.mts", "export class M { old = 1 } export default M;");
    write("c.cts", "class C { old = 1 } export = C;");
    write("j.js", "export class J { old = 1 }");
    write("d.json", '{ "old": 1 }');
    const cell =
      "import * as ns from './m.mts'; import M from './m.mjs'; import C = require('./c.cts');\n" +
      "import { J } from './j.js'; import d from './d.json'; const later = await import('./m.mjs');";
    run(cell);
    run(
      "const a = [new ns.M(), new M(), new later.M()]; const c = new C(); const j = new J(); const all = { d };",
    );
    const older = "a[0].old + a[1].old + c.old + j.old + all.d.old + new earlier.M().old";
    run("const earlier = later;");
    edit("m.mts", "export class M { fresh = 1 } export default M;");
    edit("c.cts", "class C { fresh = 1 } export = C;");
    edit("j.js", "export class J { fresh = 1 }");
    edit("d.json", '{ "fresh": 1 }');
    run(cell);
    run(`const n: number = ${older};`);
    for (const name of ["a[0]", "c", "j", "all.d", "new earlier.M()"]) refuses(`${name}.fresh`);
    run(
      "const m: number = new ns.M().fresh + new M().fresh + new C().fresh + new J().fresh + d.fresh + new later.M().fresh;",
    );
  });

  it("stay what they were in a linked package", () => {
    write("linked/package.json", '{ "name": "linked-source", "main": "./index.ts" }');
    write(
      "linked/index.ts",
      "export class Linked { private own = 1; old = 1 } export function use(x: Linked) {}",
    );
    write("node_modules/.keep", "");
    symlinkSync(join(folder, "linked"), join(folder, "node_modules/linked-source"));
    const cell = "import { Linked, use } from 'linked-source';";
    run(cell);
    run("const a = new Linked(); const all = [a].map((x) => ({ x }));");
    run(cell);
    run("use(a); use(all[0].x);");
    edit(
      "linked/index.ts",
      "export class Linked { private own = 1; fresh = 1 } export function use(x: Linked) {}",
    );
    run(cell);
    run("const n: number = a.old + all[0].x.old + new Linked().fresh;");
    run("const again = all.map(({ x }) => x);");
    run("const m: number = again[0].old;");
    refuses("use(a)");
  });

  it("stay apart over many versions and cells, and where the cell that imports is refused at first", () => {
    const text = "x".repeat(400);
    const module = (version: number) =>
      `export class Model { v${version} = ${version}; text = "${text}" as const; private own = 1 }`;
    for (let version = 0; version < 4; version++) {
      edit("model.ts", module(version));
      refuses("import { Model } from './model'; const no: string = 5;");
      run(
        `import { Model } from './model'; const m${version} = new Model(); const text${version} = m${version}.text;`,
      );
      run(`const copy${version} = [m${version}];`);
    }
    run(`const sum: number = ${[0, 1, 2, 3].map((v) => `m${v}.v${v} + copy${v}[0].v${v}`).join(" + ")};`);
    refuses("m0.v3");
    refuses("copy1[0].v2");
  });

  it("are those of the name too while no cell imports the module again", () => {
    write("kept.ts", "export class Kept { old = 1 } export const other = 1;");
    run("import { Kept } from './kept'; const a = new Kept();");
    edit("kept.ts", "export class Kept { fresh = 1 } export const other = 1;");
    run("import { other } from './kept';");
    run("const n: number = a.old + new Kept().old; const b: Kept = a;");
    refuses("new Kept().fresh");
  });

  it("stay one type where a module is saved, or edited in what its types do not show", () => {
    write(
      "same.ts",
      "export class Same { private own = 1; grow() { return this.own + 1 } } export function use(x: Same) {}",
    );
    const cell = "import { Same, use } from './same';";
    run(cell);
    run("const a = new Same(); const f = (x: Same) => x;");
    run(`${cell} use(a)`);
    edit(
      "same.ts",
      "export class Same { private own = 1; grow() { return this.own + 1 } } export function use(x: Same) {}",
    );
    run(`${cell} use(a)`);
    edit(
      "same.ts",
      "export class Same { private own = 5; grow() { return this.own * 2 } } export function use(x: Same) {}",
    );
    run(`${cell} use(a); use(f(new Same()));`);
    run("const b: Same = a;");
    assert.doesNotMatch(compiler.declarations, /Same_1/);
  });

  it("stay one type where another module of the folder is edited", () => {
    write("stays.ts", "export class Stays { private own = 1 } export function use(x: Stays) {}");
    write("moves.ts", "import { Stays } from './stays'; export class Moves { old = new Stays() }");
    const cell = "import { Stays, use } from './stays'; import { Moves } from './moves';";
    run(cell);
    run("const a = new Stays(); const m = new Moves();");
    edit("moves.ts", "import { Stays } from './stays'; export class Moves { fresh = new Stays() }");
    run(cell);
    run("use(a); use(m.old); use(new Moves().fresh);");
    refuses("m.fresh");
  });

  it("become those of the new module again where an edit is undone", () => {
    const text = "export class Undone { private own = 1; old = 1 } export function use(x: Undone) {}";
    write("undone.ts", text);
    run("import { Undone, use } from './undone'; const a = new Undone();");
    edit("undone.ts", "export class Undone { fresh = 1 } export function use(x: Undone) {}");
    run("import { Undone, use } from './undone'; const b = new Undone();");
    refuses("use(a)");
    edit("undone.ts", text);
    run("import { Undone, use } from './undone';");
    run("use(a)");
    refuses("use(b)");
  });

  it("stay what they were where the module was edited before the compiler broke and was made anew", () => {
    write("broken.ts", "export class Broken { private own = 1; old = 1 } export function use(x: Broken) {}");
    const cell = "import { Broken, use } from './broken';";
    run(`${cell} const a = new Broken();`);
    const breaking = {
      split() {
        throw new Error("broken");
      },
    };
    const breakCompiler = () => compiler.converter.convert(breaking as unknown as string, "1", 7);
    assert.throws(breakCompiler, /broken/);
    run(`${cell} use(a)`);
    edit("broken.ts", "export class Broken { private own = 1; fresh = 1 } export function use(x: Broken) {}");
    assert.throws(breakCompiler, /broken/);
    run("const n: number = a.old;");
    run(`${cell} const m: number = a.old + new Broken().fresh;`);
    refuses("use(a)");
  });

  it("stay what they were where the module used types of Node that no cell had", () => {
    // Another compiler may have read them already.
    const fresh = createCellConverter();
    let declarations = "";
    const convert = (code: string) => {
      const result = fresh.convert(declarations, code, 7);
      if (result.kind === "converted") declarations = result.declarations;
      return result.kind;
    };
    write("zip.ts", "export class Zip { old = 1 }");
    convert("import { Zip } from './zip'; const a = new Zip();");
    edit("zip.ts", "import { createGzip } from 'node:zlib'; export class Zip { stream = createGzip() }");
    convert("import { Zip } from './zip'; const b = new Zip();");
    edit("zip.ts", "export class Zip { last = 1 }");
    convert("import { Zip } from './zip'; const c = new Zip();");
    assert.equal(convert("const n: number = a.old + b.stream.bytesWritten + c.last;"), "converted");
    assert.equal(convert("b.stream.nothing"), "refused");
    fresh.close();
  });

  it("keep what a cell added to them", () => {
    write("more.ts", "export class More { old = 1 }");
    run("import { More } from './more'; declare module './more' { interface More { extra: number } }");
    run("More.prototype.extra = 5; const a = new More(); const n: number = a.extra;");
    edit("more.ts", "export class More { fresh = 1 }");
    run("import { More } from './more'; const b = new More();");
    run("const m: number = a.extra + a.old + b.fresh;");
    refuses("b.extra");
  });

  it("stay what they were where cells are not checked", () => {
    write("loose.ts", "export class Loose { old = 1 }");
    for (const typeChecking of ["off", "warn"] as const) {
      compiler.converter.typeChecking = typeChecking;
      run("import { Loose } from './loose'; const a = new Loose();");
      edit("loose.ts", `export class Loose { ${typeChecking} = 1 }`);
      run("import { Loose } from './loose'; const b = new Loose();");
      compiler.converter.typeChecking = "on";
      run(`const n: number = a.old + b.${typeChecking};`);
      refuses(`a.${typeChecking}`);
      edit("loose.ts", "export class Loose { old = 1 }");
    }
  });

  it("are completed and explained, with their documentation", () => {
    write("told.ts", "export class Told {\n  /** The older sides. */\n  sides = 3 }");
    run("import { Told } from './told'; const a = new Told();");
    edit("told.ts", "export class Told {\n  /** The newer corners. */\n  corners = 3 }");
    run("import { Told } from './told'; const b = new Told();");
    const complete = (code: string): string[] =>
      compiler.converter.complete(compiler.declarations, code, code.length).matches.map(({ text }) => text);
    assert.deepEqual(complete("a."), ["sides"]);
    assert.deepEqual(complete("b."), ["corners"]);
    assert.deepEqual(complete("new Tol"), ["Told"]);
    assert.deepEqual(complete("import { T } from './to"), ["told"]);
    const explain = (code: string) => compiler.converter.inspect(compiler.declarations, code, code.length);
    assert.equal(explain("a.sides")?.documentation, "The older sides.");
    assert.equal(explain("b.corners")?.documentation, "The newer corners.");
    edit("told.ts", "export class Told { fresh = 3 }");
    // Text that is being written imports the module before any cell does.
    assert.deepEqual(complete("import { Told } from './told'; b."), ["corners"]);
    assert.deepEqual(complete("import { Told } from './told'; new Told()."), ["fresh"]);
  });
});
