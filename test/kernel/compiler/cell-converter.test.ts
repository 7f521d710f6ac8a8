import assert from "node:assert/strict";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import type { ConvertedCell } from "../../../kernel/compiler/types";
import { useCellCompiler } from "../../support/cell-compiler";

/** These hold the shim that presents stock TypeScript as tslab's fork: an update of either must pass them. */
describe("the cell converter", function () {
  this.timeout(300_000);
  const compiler = useCellCompiler();
  const { convert, refuse } = compiler;

  it("hands types on from cell to cell", () => {
    convert("const point = { x: 1, y: 'a' };");
    const [diagnostic] = refuse("\n  const n: number = point.y;");
    assert.deepEqual([diagnostic?.line, diagnostic?.column, diagnostic?.code], [1, 8, 2322]);
    assert.equal(diagnostic?.message, "Type 'string' is not assignable to type 'number'.");
  });

  it("hands on a type that its package does not export by name", () => {
    convert(
      "import { compile } from 'vega-lite'; const compiled = compile({ mark: 'bar', data: { values: [] } });",
    );
    assert.equal(refuse("const n: number = compiled.normalized;").length, 1);
  });

  it("lets a cell declare anew what an earlier one declared", () => {
    convert("const a = 1; class K { x = 1 } enum E { A }");
    convert("const a = 'text'; class K { y = 2 }");
    convert("a.toUpperCase(); new K().y;");
  });

  it("names the last expression and keeps its value from the caller's own variables", () => {
    assert.equal(convert("1 + 1").hasResult, true);
    assert.equal(convert("const x = 1;").hasResult, false);
  });

  it("finds awaits outside functions, in every form", () => {
    for (const code of [
      "await null",
      "for await (const x of []) {}",
      "if (true) { await null; }",
      "const m = await import('node:fs');",
      "await using r = { async [Symbol.asyncDispose]() {} };",
    ]) {
      assert.equal(convert(code).hasTopLevelAwait, true, code);
    }
    for (const code of ["async () => { await null }", "class C { async m() { await null } }", "'await'"]) {
      assert.equal(convert(code).hasTopLevelAwait, false, code);
    }
  });

  it("passes every await and dynamic import through the cell runtime", () => {
    const { output } = convert("const f = async () => { await null; };\nawait f(); await import('node:fs');");
    assert.match(output, /await __cell__\.stoppable\(null, 7, \d+, \d+\)/);
    assert.match(output, /await __cell__\.stoppable\(\(0, __variables__\.f\)\(\), 7, \d+, \d+\)/);
    assert.match(output, /__cell__\.importModule\('node:fs'\)/);
  });

  it("lists the imports that mean something at run time", () => {
    const { imports } = convert(
      "import { readFileSync } from 'node:fs'; import type { CpuInfo } from 'node:os'; readFileSync;",
    );
    assert.deepEqual(imports, ["node:fs"]);
  });

  it("takes exports, since every variable of a cell is visible to the next", () => {
    convert("export const a = 1; export default function f() { return a; } export { a as b };");
    convert("export async function g() {} export class C {} export type T = number;");
    convert("export default function () { return 1 }");
    convert("export default async function* () {}");
    convert("export default class { x = 1 }");
    convert("const t: T = f(); a + t;");
  });

  it("understands modern TypeScript", () => {
    for (const code of [
      "const s = { a: 1 } satisfies Record<string, number>;",
      "function f<const T extends readonly unknown[]>(x: T): T { return x; }",
      "using r = { [Symbol.dispose]() {} };",
      "function mark(value: unknown, context: ClassDecoratorContext) {} @mark class D {}",
      "class A { accessor x = 1; static { A; } #p = 1; has(o: object) { return #p in o; } }",
      "const g = [1, 2].toSorted().findLast((n) => n < 2)?.toFixed();",
      "let x: string | undefined; x ??= 'a'; x?.length;",
      "type Both = [a: 'x', b?: 'y']; type Upper = Uppercase<Both[0]>;",
      "const big = 10n ** 20n; 1_000;",
      "const [first, ...rest] = [1, 2, 3]; rest.at(-1); rest.toSorted();",
      "const isText = (v: unknown) => typeof v === 'string'; [1, 'a'].filter(isText).map((v) => v.length);",
      "function assertIsText(v: unknown): asserts v is string {} abstract class B { abstract m(): void }",
    ]) {
      convert(code);
    }
  });

  it("traces positions of compiled code back to the cell", () => {
    const code =
      "interface Long {\n  x: number;\n}\nconst one = 1;\n\nfunction fail(): never { throw new Error(); }";
    const { output, positions } = convert(code);
    const lines = output.split("\n");
    const line = lines.findIndex((text) => text.includes("throw new"));
    const column = (lines[line]?.indexOf("throw new") as number) + "throw ".length;
    assert.deepEqual(positions.fromOutput(line, column), { line: 6, column: 32 });
  });

  it("completes members with their kinds", () => {
    convert("const text = 'a';");
    const { start, end, matches } = compiler.converter.complete(compiler.declarations, "text.toUpp", 10);
    assert.deepEqual([start, end], [5, 10]);
    assert.deepEqual(matches[0], { text: "toUpperCase", kind: "method" });
  });

  it("describes names and finds nothing where there is none", () => {
    convert("/** Adds one. */\nfunction increment(x: number): number { return x + 1; }");
    const description = compiler.converter.inspect(compiler.declarations, "increment(1)", 3);
    assert.match(description?.signature ?? "", /function increment\(x: number\): number/);
    assert.equal(compiler.converter.inspect(compiler.declarations, "unheardOf", 3), undefined);
    assert.match(
      compiler.converter.inspect(compiler.declarations, "parseInt('1')", 3)?.documentation ?? "",
      /Converts a string to an integer/,
    );
  });

  it("reports syntax errors alone and all type errors", () => {
    assert.ok(refuse("const a: number = 'x'; const = 1").every(({ code }) => code < 2000));
    assert.deepEqual(
      refuse("const a: number = 'x';\nconst b: string = 1;").map(({ line }) => line),
      [0, 1],
    );
  });

  it("completes the paths and names of imports", () => {
    const complete = (code: string): readonly string[] =>
      compiler.converter
        .complete("", code.replace("|", ""), code.indexOf("|"))
        .matches.map(({ text }) => text);
    assert.deepEqual(complete("import {} from 'node:fs/pro|'"), ["promises"]);
    assert.ok(complete("import {} from './kernel/compiler/|'").includes("cell-converter"));
    assert.ok(complete("import { readFileS| } from 'node:fs'").includes("readFileSync"));
    assert.deepEqual(complete("const o = { alpha: 1, beta: 2 }; o['|']"), ["alpha", "beta"]);
  });

  it("explains the function among whose arguments one asks", () => {
    for (const code of ["Math.max(|)", "Math.max(1, |)", "new Map([[1, Math.max(|)]])", "Math.max(|"]) {
      const found = compiler.converter.inspect("", code.replace("|", ""), code.indexOf("|"));
      assert.match(String(found?.signature), /^\(method\) Math\.max\(\.\.\.values: number\[\]\): number/);
    }
  });

  it("keeps namespaces and additions to the global scope for all later cells", () => {
    convert("namespace Shapes { export const sides = 3; export type T = 'a' }");
    convert("declare global { interface Array<T> { own(): T } }");
    convert("1 + 1");
    convert(
      "const s: number = Shapes.sides; const t: Shapes.T = 'a'; const [first]: number[] = [[1].own()];",
    );
    convert("namespace Shapes { export const sides = 'four' }");
    convert("1 + 1");
    assert.equal(refuse("const s: number = Shapes.sides;").length, 1);
  });

  it("keeps what `import x = require()` names, until it is declared anew", () => {
    convert('import path = require("node:path");');
    convert("1 + 1");
    convert("const text: string = path.join('a', 'b');");
    assert.equal(refuse("const n: number = path.sep;").length, 1);
    convert("const path = 5;");
    convert("const n: number = path;");
  });

  it("compiles against many earlier cells as against few, each name meaning what it did", () => {
    convert("class Point { x = 1 } let first = new Point(); enum Level { Low } type Name = string;");
    convert("import { join } from 'node:path'; import * as fs from 'node:fs';");
    for (let k = 0; k < 160; k += 16) {
      const variables = Array.from({ length: 16 }, (_, at) => k + at).map(
        (n) => `v${n} = { value: ${n}, list: [1, 2].map((x) => x * ${n}), text: "some text of it" }`,
      );
      convert(`const ${variables.join(", ")};`);
    }
    assert.ok(compiler.declarations.split("older declarations end here").length > 1, compiler.declarations);
    convert("class Point { y = 'new' }");
    const { output } = convert(
      "const name: Name = join(String(v0.value), String(Level.Low)); first.x += v1.value; const o = { v2, first };\n[first] = [first]; fs.existsSync(name); typeof v3;",
    );
    for (const name of ["join", "v0", "v1", "Level", "first", "fs"])
      assert.match(output, new RegExp(`__variables__\\.${name}\\b`));
    assert.match(output, /\{ v2: __variables__\.v2, first: __variables__\.first \}/);
    assert.match(output, /\[__variables__\.first\] = \[__variables__\.first\]/);
    assert.equal(refuse("new Point().x").length, 1);
    assert.equal(refuse("v7.value.length").length, 1);
    const at = "v5.lis".length;
    assert.deepEqual(
      compiler.converter.complete(compiler.declarations, "v5.lis", at).matches.map(({ text }) => text),
      ["list"],
    );
    assert.match(
      String(compiler.converter.inspect(compiler.declarations, "v5", 1)?.signature),
      /const v5: \{/,
    );
  });

  it("forgets declarations that no name leads to, however often a notebook is run again", () => {
    for (let round = 0; round < 16; round++) {
      const cells = Array.from(
        { length: 40 },
        (_, k) => `name${k} = { value: ${k}, text: "some text of a cell" }`,
      );
      convert(`class Kind { round = ${round} }\nconst ${cells.join(", ")}, kind = new Kind();`);
    }
    assert.ok(compiler.declarations.length < 60_000, String(compiler.declarations.length));
    convert("name3.value + kind.round");
  });

  it("runs cells that fail their check where a notebook or a cell wants that, and warns", () => {
    const wrong = "const n: number = 'text';";
    convert(`// A comment\n  // @ts-nocheck\n${wrong}`);
    convert("n.toFixed();");
    try {
      compiler.converter.typeChecking = "warn";
      const [warning] = convert(`\n${wrong} noSuchName;`).warnings;
      assert.deepEqual(
        [warning?.line, warning?.column, warning?.code, warning?.fileName],
        [1, 6, 2322, undefined],
      );
      assert.equal(refuse("const = 5").length > 0, true);
      compiler.converter.typeChecking = "off";
      assert.deepEqual(convert(wrong).warnings, []);
    } finally {
      compiler.converter.typeChecking = "on";
    }
    refuse(wrong);
  });

  it("has types of Node in what a first cell declares that is not checked", () => {
    const fresh = createCellConverter();
    fresh.typeChecking = "off";
    const code = "const timer = setTimeout(() => {}, 0);";
    const { declarations } = fresh.convert("", code, 7) as ConvertedCell;
    fresh.close();
    assert.match(declarations, /timer: NodeJS.Timeout/);
  });

  it("has types of packages in what a cell declares that is not checked", () => {
    const unchecked =
      "// @ts-nocheck\nimport { SmoothLasso } from 'smooth-edges'; const model = new SmoothLasso();";
    assert.match(convert(unchecked).declarations, /model: SmoothLasso\b/);
    refuse("model.nothing");
  });

  it("offers of the language's library what the running Node has", () => {
    for (const [code, has] of [
      ["Object.groupBy([1], String)", "groupBy" in Object],
      ["new Set([1]).union(new Set([2]))", "union" in Set.prototype],
      ["[1].toSorted()", true],
    ] as const) {
      assert.equal(compiler.converter.convert("", code, 7).kind, has ? "converted" : "refused", code);
    }
  });

  it("is made anew where it broke in the middle", () => {
    const broken = {
      split: () => ({
        slice: () => [],
        at: () => ({
          length: 0,
          toString: () => {
            throw new Error("broken");
          },
        }),
      }),
    };
    assert.throws(() => compiler.converter.convert(broken as unknown as string, "1", 7), /broken/);
    convert("const after = 1;");
  });

  it("works on after a refusal", () => {
    refuse("const = ;");
    convert("const fine = 1; fine");
  });
});
