import assert from "node:assert/strict";
import {
  mergeUnchangedTypes,
  renameOlderTypes,
  restoreTypes,
} from "../../../../kernel/compiler/declarations/older-types";
import { useCellCompiler } from "../../../support/cell-compiler";

describe("types of values that were made before their type was declared anew", function () {
  this.timeout(300_000);
  const compiler = useCellCompiler();
  const run = (code: string): void => void compiler.convert(code);
  const refuses = (code: string): void => void compiler.refuse(code);

  it("stay what they were for a class, and the name is the new one", () => {
    run("class Model { old = 1 } const first = new Model();");
    run("class Model { fresh = 'x' }");
    run("const n: number = first.old; const s: string = new Model().fresh;");
    refuses("first.fresh");
    refuses("new Model().old");
  });

  it("stay what they were for interfaces, aliases and enums", () => {
    run("interface Point { x: number } type Pair = [number, number]; enum Mode { Fast = 1 }");
    run(
      "const p: Point = { x: 1 }; const q: Pair = [1, 2]; const m: Mode = Mode.Fast; const ps: Point[] = [p];",
    );
    run("interface Point { name: string } type Pair = string; enum Mode { Slow = 5 }");
    run("const a: number = p.x + q[1] + ps[0].x; const b: Point = { name: 'n' }; const c: Pair = 'pair';");
    run("const d: Mode = Mode.Slow;");
    refuses("p.name");
    refuses("Mode.Fast");
    refuses("const e: Mode = m;");
  });

  it("go on to values that are made of older ones later", () => {
    run("class Model { old = 1 } const first = new Model();");
    run("class Model { fresh = 'x' }");
    run("const copies = [first, first]; const make = () => first;");
    run("1 + 1");
    run("const n: number = copies[0].old + make().old;");
    refuses("copies[0].fresh");
  });

  it("stay apart over many versions, also where declarations were set apart", () => {
    for (let version = 0; version < 6; version++) {
      const text = "x".repeat(400);
      run(
        `class Model { v${version} = ${version}; text = "${text}" as const } const m${version} = new Model();`,
      );
    }
    run(`const sum: number = ${[0, 1, 2, 3, 4, 5].map((v) => `m${v}.v${v}`).join(" + ")};`);
    refuses("m0.v5");
  });

  it("stay one type where a cell is run again unchanged", () => {
    const cell = "class Model { private weight = 1; grow() { this.weight++ } } function use(model: Model) {}";
    run(cell);
    run("const first = new Model();");
    run(cell);
    run("use(first)");
    assert.doesNotMatch(compiler.declarations, /Model_1/);
  });

  it("do not bind functions, which use the class that there is when they are called", () => {
    run("class T { private rate = 1; old = 1 }");
    run("function use(t: T) { return 1 } const make = () => new T(); const first = new T();");
    run("class T { private rate = 1; fresh = 'x' }");
    run("const n: number = use(new T()) + first.old; const s: string = make().fresh;");
    refuses("use(first)");
    refuses("make().old");
  });

  it("do not bind functions either where declarations were set apart", () => {
    run("class T { private rate = 1 } function use(t: T) { return 1 }");
    for (let at = 0; at < 3; at++) run(`const text${at} = "${"x".repeat(400)}" as const;`);
    run("class T { private rate = 1; fresh = 'x' }");
    run("use(new T())");
  });

  it("stay one type where types that mention each other are run again unchanged", () => {
    const cell =
      "class A { private w = 1; b?: B } class B { private x = 1; a?: A } function use(a: A) { return a.b }";
    run(cell);
    run("const first = new A();");
    run(cell);
    run("use(first)");
    run("class A { other = 1 }");
    run("const older = first.b; const one: number = new A().other;");
    refuses("use(first)");
  });

  it("stay what they were where a variable or a module takes the name of a class", () => {
    run(
      "class Model { old = 1 } const first = new Model(); class EventEmitter { mine = 1 } const e = new EventEmitter();",
    );
    run("const Model = 5; import EventEmitter = require('node:events');");
    run("const sum: number = first.old + e.mine + Model;");
    refuses("first.nonsense");
    refuses("e.nonsense");
  });

  it("leave an interface to which a variable of its name is added", () => {
    run("interface Point { x: number } const p: Point = { x: 1 };");
    run("const Point = (x: number): Point => ({ x });");
    run("const q: Point = Point(p.x);");
    assert.doesNotMatch(compiler.declarations, /Point_1/);
  });

  it("leave alone what only looks like the type", () => {
    run("interface Size { w: number } const Size = { of: (w: number): Size => ({ w }) };");
    run(
      "const box = { Size: 1, f: <Size,>(x: Size): Size => x }; const s = Size.of(3); const own: typeof Size = Size;",
    );
    run("interface Size { h: number }");
    run("const n: number = box.Size + s.w; const t: string = box.f('t'); const w: number = own.of(1).w;");
  });

  it("are those of a type that was imported, when a cell declares the name itself", () => {
    run("import { EventEmitter } from 'node:events'; const emitter = new EventEmitter();");
    run("class EventEmitter { mine = 1 }");
    run("const n: number = emitter.listenerCount('x') + new EventEmitter().mine;");
  });

  it("keep their names when an import is run again", () => {
    const cell = "import { EventEmitter } from 'node:events';";
    run(cell);
    run("const emitter = new EventEmitter();");
    run(cell);
    assert.doesNotMatch(compiler.declarations, /EventEmitter_1/);
  });

  it("get their names back where the cell failed before it had declared the new class", () => {
    const before = "declare class Model {\n    old: number;\n}\ndeclare const first: Model;\n";
    const { declarations: renamed, renamed: names } = renameOlderTypes(before, "class Model { fresh = 1 }");
    assert.deepEqual([...names], [["Model", "Model_1"]]);
    const left = `declare class Model {\n    fresh: number;\n}\n${renamed}`;
    assert.deepEqual(mergeUnchangedTypes({ declarations: left, renamed: names }).renamed, names);
    const failed = restoreTypes({ declarations: left, renamed: names }, new Set());
    assert.equal(failed.declarations.trim(), before.trim());
    const declared = restoreTypes({ declarations: left, renamed: names }, new Set(["Model"]));
    assert.equal(declared.declarations, left);
  });
});
