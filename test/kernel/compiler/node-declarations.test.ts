import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import { CELL_GLOBALS, cellOptions } from "../../../kernel/compiler/cell-options";
import { NodeDeclarations } from "../../../kernel/compiler/node-declarations";
import { nodeTypeRoot } from "../../../kernel/compiler/packages";
import type { CellConverter } from "../../../kernel/compiler/types";

const running = Number(process.versions.node.split(".")[0]);
const isNode22 = running >= 22;

/** What leads to types of the language, of Node's globals, and of modules near and far. */
const VALUES = [
  "[1, 2].toSorted()",
  "new Map([[1, 'a']]).entries()",
  "setTimeout(() => {}, 1)",
  "setImmediate",
  "Buffer.from('a').toString",
  "new URL('a:b').searchParams",
  "performance.now()",
  "structuredClone({ a: 1 })",
  "new AbortController().signal",
  "new ReadableStream<number>().getReader()",
  "crypto.subtle.digest",
  "new TextDecoder().decode",
  "new MessageChannel().port1.postMessage",
  "new PerformanceObserver(() => {}).observe",
  "new CompressionStream('gzip').readable",
  "new URLSearchParams('a=b').entries()",
  "process.stdout",
  "process.stdin.on",
  "process.memoryUsage()",
  "process.on",
  "console.table",
  "fetch",
  "fetch('a:b').then((response) => response.headers.get('a'))",
  "process.getBuiltinModule('zlib').gzipSync",
  "require('node:os')",
];

/** What leads to types of the language alone. */
const LANGUAGE_VALUES = [
  "1 + 1",
  "[1, 'a'].entries()",
  "new Map([[1, new Set('a')]])",
  "async () => new Float64Array(2)",
  "async function* () { yield 1n; }",
  "'a'.matchAll(/a/g)",
  "Object.groupBy",
  "new Intl.NumberFormat().formatToParts(1)",
  "Promise.allSettled([1, Promise.resolve('a')])",
  "new Proxy({ a: 1 }, {})",
  "Symbol.asyncDispose",
  "new Date().toLocaleString",
  "(class { a = 1 })",
  "[1].values().map",
].filter((value) => isNode22 || !/groupBy|\.map$/.test(value));

/** What Node's documentation names, each with the first long-term version that has it. */
const SINCE: readonly (readonly [version: number, cell: string])[] = [
  [20, "import { availableParallelism } from 'node:os';"],
  [22, "navigator.hardwareConcurrency.toFixed();"],
  [22, "import { DatabaseSync } from 'node:sqlite';"],
  [22, "import { globSync } from 'node:fs';"],
  [20, "import { styleText } from 'node:util';"],
  [24, "new URLPattern({ pathname: '/a' }).test('/b');"],
  [24, "import { mkdtempDisposableSync } from 'node:fs';"],
];

/** The declarations of a module, with all files read as TypeScript ships them. */
function declarationsOf(source: string): string {
  const { lib: _, types: __, ...options } = cellOptions(process.cwd(), nodeTypeRoot());
  const [major = 0] = process.versions.node.split(".").map(Number);
  const names = major >= 24 ? ["esnext"] : ["esnext.disposable", "esnext.decorators", "es2023"];
  const since22 = ["es2024", "esnext.array", "esnext.collection", "esnext.iterator"];
  const lib = (major >= 22 && major < 24 ? [...names, ...since22] : names).map((name) => `lib.${name}.d.ts`);
  const all = { ...options, lib, types: ["node"] };
  const file = join(process.cwd(), "plain.ts");
  const host = ts.createCompilerHost(all);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, source, rest[0]) : getSourceFile(path, ...rest);
  const program = ts.createProgram([file, CELL_GLOBALS], all, host);
  let text = "";
  const write = (name: string, data: string): void => {
    if (name.endsWith(".d.ts")) text = data;
  };
  // The last argument, which the public declarations leave out, has types written that have no name of their own.
  const emit = program.emit as (...args: unknown[]) => void;
  emit(program.getSourceFile(file), write, undefined, true, undefined, true);
  return text;
}

describe("Node's declarations, read when something asks for them", () => {
  const node = new NodeDeclarations(nodeTypeRoot());
  let converter: CellConverter;
  before(() => {
    converter = createCellConverter();
  });
  after(() => converter.close());

  it("are named and explained before they are read", () => {
    const complete = (code: string): readonly string[] =>
      converter.complete("", code, code.length).matches.map(({ text }) => text);
    assert.ok(complete("import {} from 'node:zli").includes("node:zlib"));
    assert.ok(complete("process.stdout.cursor").includes("cursorTo"));
    // Its globals are read before the module is.
    assert.ok(complete("import {} from 'node:cry").includes("node:crypto"));
    assert.deepEqual(complete("import {} from 'globals of "), []);
    const code = "import { gunzip } from 'node:zlib'; gunzip";
    assert.match(String(converter.inspect("", code, code.length)?.signature), /gunzip/);
  });

  it("give the types that all of them give", () => {
    const cell = VALUES.map((value, k) => `const v${k} = ${value};`).join("\n");
    const converted = converter.convert("", cell, 1);
    if (converted.kind === "refused") assert.fail(JSON.stringify(converted.diagnostics));
    const expected = declarationsOf(cell.replace(/^const/gm, "export const"));
    assert.ok(expected.length > 1000);
    assert.deepEqual(
      converted.declarations.trim().split("\n"),
      expected
        .replace(/^export /gm, "")
        .trim()
        .split("\n"),
    );
  });

  it("are read for a global with no more than what declares it", () => {
    const apart = node.globalModules.map((path) => readFileSync(path, "utf8"));
    const text = [node.globals.read(), ...apart].join("\n");
    assert.match(text, /var crypto:/);
    assert.doesNotMatch(text, /function createHash/);
    const crypto = String(node.fileOf("crypto"));
    const rest = node.textWithoutGlobals(crypto) ?? readFileSync(crypto, "utf8");
    assert.match(rest, /function createHash/);
    assert.doesNotMatch(rest, /var crypto:/);
  });

  it("are not needed for cells of the language, whose types are the same", () => {
    const fresh = createCellConverter();
    const cell = LANGUAGE_VALUES.map((value, k) => `const v${k} = ${value};`).join("\n");
    const converted = fresh.convert("", cell, 1);
    fresh.close();
    assert.ok(converted.kind === "converted");
    assert.deepEqual(
      converted.declarations.trim().split("\n"),
      declarationsOf(cell.replace(/^const/gm, "export const"))
        .replace(/^export /gm, "")
        .trim()
        .split("\n"),
    );
  });

  it("are missed by no first cell, even where no error tells of them", () => {
    for (const [code, declared] of [
      ["const v = globalThis.process.argv0;", "string"],
      ["// @ts-ignore\nconst v = process.argv0;", "string"],
      ["// @ts-nocheck\nconst v = process.argv0;", "string"],
      ["const v = interruptSignal.aborted;", "boolean"],
      ['const v = ((x: "stackTraceLimit" extends keyof ErrorConstructor ? 1 : 2) => x)(null as any);', "1"],
    ]) {
      const fresh = createCellConverter();
      const converted = fresh.convert("", code as string, 1);
      fresh.close();
      assert.ok(converted.kind === "converted", code);
      assert.equal(converted.declarations.trim(), `declare const v: ${declared};`, code);
    }
  });

  it("know what the running Node has, and nothing else", () => {
    const refused = SINCE.filter(([, cell]) => converter.convert("", cell, 1).kind === "refused");
    assert.deepEqual(
      refused,
      SINCE.filter(([version]) => version > running),
    );
  });

  it("have names from cell to cell where a package within them declares them", () => {
    const first = converter.convert("", "const heads = (await fetch('a:b')).headers;", 1);
    assert.ok(first.kind === "converted");
    assert.equal(converter.convert(first.declarations, "heads.get('a').trim();", 2).kind, "converted");
    assert.equal(converter.convert(first.declarations, "heads.missing;", 3).kind, "refused");
  });

  it("lead from cell to cell, and to errors that know their types", () => {
    const first = converter.convert(
      "",
      "import * as child from 'node:child_process'; const { spawn } = child;",
      1,
    );
    assert.equal(first.kind, "converted");
    const declarations = first.kind === "converted" ? first.declarations : "";
    const wrong = converter.convert(declarations, "const n: number = spawn('a').stdout.readable;", 2);
    assert.ok(wrong.kind === "refused");
    assert.deepEqual(
      wrong.diagnostics.map(({ message }) => message),
      ["Type 'boolean' is not assignable to type 'number'."],
    );
  });

  it("hold every module, each in one of the files", () => {
    const declared = new Set(node.moduleNames);
    const globals = node.globals.read();
    // What a newer Node adds has a name with "node:" alone.
    const bare = builtinModules.filter((each) => !/^_|^node:|wasm_web_api|\bsys$/.test(each));
    for (const name of [...bare, "node:sea", "node:test", "node:test/reporters"]) {
      const isThere = declared.has(name) || globals.includes(`declare module "${name}"`);
      assert.ok(isThere, name);
    }
    assert.equal(node.fileOf("fs"), node.fileOf("node:fs"));
    assert.equal(dirname(String(node.fileOf("node:fs/promises"))), join(nodeTypeRoot(), "node/fs"));
  });
});
