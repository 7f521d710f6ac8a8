import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import { withoutComments } from "../../../kernel/compiler/source-files";
import {
  isModule,
  type TypeScriptLibs,
  typedArraysOf,
  typescriptLibs,
  withoutTypedArrays,
} from "../../../kernel/compiler/typescript-libs";

/** Expressions, each with the first version of Node that has it, as Node's release notes and MDN's tables have it. */
const SINCE: readonly (readonly [version: number, expression: string])[] = [
  [20, "[1, 2].map((x) => 2 * x).toSorted()"],
  [20, "new Map([[1, 'a']]).get(1)?.length"],
  [20, "Promise.all([Promise.resolve(1)]).then(([one]) => one.toFixed())"],
  [20, "new Set([1]).entries()"],
  [22, "Object.groupBy([1], (x) => x.toFixed())"],
  [22, "Promise.withResolvers<number>().resolve(1)"],
  [22, "Array.fromAsync([Promise.resolve(1)])"],
  [22, "new Set([1]).union(new Set([2]))"],
  [22, "[1].values().map((x) => x.toFixed()).toArray()"],
  [22, "Iterator.from([1]).take(1)"],
  [24, "Promise.try(() => 1)"],
  [24, "new Float16Array(1)"],
  [24, "Error.isError(1)"],
  [24, "RegExp.escape('a.b').length"],
];

/** What the declarations name and a Node has not: `using` compiles to code that needs only the two symbols of the first. */
const MISSING: Readonly<Record<string, number>> = {
  DisposableStack: 24,
  AsyncDisposableStack: 24,
  SuppressedError: 24,
  "Symbol.metadata": Number.POSITIVE_INFINITY,
};

const running = Number(process.versions.node.split(".")[0]);

/** The program of one file with the language alone. */
function programWith({ bundle, files }: TypeScriptLibs, source: string): [ts.Program, ts.SourceFile] {
  const options: ts.CompilerOptions = {
    lib: [...files],
    types: [],
    target: ts.ScriptTarget.ES2022,
    strict: true,
  };
  const file = ts.createSourceFile(join(process.cwd(), "source.ts"), source, ts.ScriptTarget.ES2022);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    if (path === file.fileName) return file;
    if (path === bundle.path) return ts.createSourceFile(path, bundle.read(), rest[0]);
    return bundle.contains(path) ? ts.createSourceFile(path, "", rest[0]) : getSourceFile(path, ...rest);
  };
  return [ts.createProgram([file.fileName], options, host), file];
}

describe("the declarations of the language", () => {
  for (const node of [20, 22, 24, 26]) {
    const library = typescriptLibs(node);

    it(`are a script on Node ${node}, with what are modules beside it`, () => {
      const parse = (path: string, text: string): ts.SourceFile =>
        ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
      assert.equal(ts.isExternalModule(parse(library.bundle.path, library.bundle.read())), false);
      const others = library.files.slice(1).map((name) => join(library.bundle.path, "..", name));
      for (const path of others) {
        assert.ok(ts.isExternalModule(parse(path, ts.sys.readFile(path) ?? "")), path);
        assert.equal(library.bundle.contains(path.replace(/\\/g, "/")), false, path);
      }
    });

    it(`know on Node ${node} what it has of the language, and nothing else`, () => {
      const source = SINCE.map(([, expression]) => `void (${expression});`).join("\n");
      const [program, file] = programWith(library, source);
      assert.deepEqual(program.getGlobalDiagnostics(), []);
      const refused = new Set(
        program
          .getSemanticDiagnostics(file)
          .map(({ start = 0 }) => SINCE[file.getLineAndCharacterOfPosition(start).line]),
      );
      assert.deepEqual(
        [...refused],
        SINCE.filter(([version]) => version > node),
      );
    });
  }

  it("are modules where TypeScript parses one, in every part that it ships", () => {
    const { libMap } = ts as unknown as { libMap: ReadonlyMap<string, string> };
    const folder = join(ts.getDefaultLibFilePath({}), "..");
    assert.ok(libMap.size > 50);
    for (const name of libMap.values()) {
      const text = ts.sys.readFile(join(folder, name)) ?? assert.fail(name);
      assert.equal(
        isModule(text),
        ts.isExternalModule(ts.createSourceFile(name, text, ts.ScriptTarget.Latest)),
        name,
      );
    }
  });

  it("are known as a whole after a compiler was interrupted while it bound their names", () => {
    const fresh = createCellConverter();
    const { set } = Map.prototype;
    let isBroken = false;
    // As V8 ends code from outside: in the middle of whatever it is at.
    Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
      if (!isBroken && key === "Promise" && (value as Partial<ts.Symbol>).escapedName === key) {
        isBroken = true;
        throw new Error("broken");
      }
      return set.call(this, key, value);
    };
    try {
      assert.throws(() => fresh.convert("", "1", 1), /broken/);
    } finally {
      Map.prototype.set = set;
    }
    const result = fresh.convert("", "await Promise.all([1].map((x) => new Map([[x, x]])))", 2);
    assert.deepEqual(result.kind === "refused" ? result.diagnostics : [], []);
    fresh.close();
  });

  it("name no global and no static or instance member that the running Node lacks", () => {
    const [program, file] = programWith(typescriptLibs(), "export {};");
    const checker = program.getTypeChecker();
    const lacks: string[] = [];
    const look = (owner: unknown, members: readonly ts.Symbol[], path: string): void => {
      const holder = Object(owner);
      for (const { name } of members) {
        if (!name.startsWith("__@") && !(name in holder)) lacks.push(`${path}${name}`);
      }
    };
    // What a value has as its own is not on its prototype, nor is what a class that extends it must have.
    const isInherited = (member: ts.Symbol): boolean =>
      (member.flags & ts.SymbolFlags.Method) !== 0 &&
      (member.flags & ts.SymbolFlags.Optional) === 0 &&
      !member.declarations?.some((each) => ts.getCombinedModifierFlags(each) & ts.ModifierFlags.Abstract);
    for (const symbol of checker.getSymbolsInScope(file, ts.SymbolFlags.Value)) {
      const { name } = symbol;
      if (name === "undefined" || name === "globalThis") continue;
      if (!(name in globalThis)) {
        lacks.push(name);
        continue;
      }
      const value = (globalThis as Record<string, unknown>)[name];
      const type = checker.getTypeOfSymbol(symbol);
      look(value, type.getProperties(), `${name}.`);
      const prototype = type.getProperty("prototype");
      if (!prototype) continue;
      const members = checker.getTypeOfSymbol(prototype).getProperties().filter(isInherited);
      look((value as { prototype: unknown }).prototype, members, `${name}.prototype.`);
    }
    const expected = Object.keys(MISSING).filter((name) => running < (MISSING[name] as number));
    assert.deepEqual(lacks.sort(), expected.sort());
  });
});

const statementsOf = (text: string): string[] => {
  const file = ts.createSourceFile("part.d.ts", withoutComments(text), ts.ScriptTarget.Latest, true);
  return file.statements.map((statement) => statement.getText());
};

describe("the language without typed arrays", () => {
  const whole = typescriptLibs().bundle.read();
  const left = withoutTypedArrays(whole);
  const arrays = typedArraysOf(whole);

  it("is all that there is but these", () => {
    assert.deepEqual([...statementsOf(left), ...statementsOf(arrays)].sort(), statementsOf(whole).sort());
    assert.ok(arrays.length > whole.length / 4);
  });

  it("names none of them, so that no type is another one", () => {
    const declared = new Set(arrays.match(/(?<=^(?:interface|declare var) )\w+/gm));
    for (const name of ["Float64Array", "Int8ArrayConstructor", "BigUint64Array", "Atomics"])
      assert.ok(declared.has(name), name);
    const words = new Set(withoutComments(left).match(/\w+/g));
    assert.deepEqual(
      [...declared].filter((name) => words.has(name)),
      [],
    );
  });
});
