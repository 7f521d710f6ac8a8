import assert from "node:assert/strict";
import ts from "typescript";
import { useCellCompiler } from "../../../support/cell-compiler";

/** Declarations, and uses of each; TypeScript itself says which uses are errors in one file. */
const SEQUENCES: readonly { readonly cell: string; readonly uses: readonly string[] }[] = [
  {
    cell: "const x: string | number = 3;",
    uses: ["x.toFixed();", "x.toUpperCase();", "const text: string = x;"],
  },
  {
    cell: "const on: boolean = true;",
    uses: ["const t: true = on;", "const f: false = on;", "on === false;"],
  },
  {
    cell: "const level: 1 | 2 | 'high' = 2;",
    uses: ["const n: 2 = level;", "level.toFixed();", "level === 'high';"],
  },
  {
    cell: "type Shape = { kind: 'circle'; r: number } | { kind: 'square'; side: number }; const s: Shape = { kind: 'circle', r: 1 };",
    uses: ["s.r;", "s.side;", "const back: Shape = s;"],
  },
  {
    cell: "enum Mode { Fast, Slow } const mode: Mode = Mode.Slow;",
    uses: ["const m: Mode.Slow = mode;", "mode === Mode.Fast;"],
  },
  {
    cell: "const f: string | (() => number) | ((x: string) => string) = () => 3;",
    uses: ["f();", "f.toUpperCase();"],
  },
  {
    cell: "const one: string | number | boolean = Math.random() < 2 ? 3 : true, two: any | string = 3, three: unknown = 3;",
    uses: [
      "one.valueOf();",
      "one.toFixed();",
      "const b: number | boolean = one;",
      "two.x;",
      "three.toFixed();",
    ],
  },
  {
    cell: "const values: readonly number[] | Map<string, number> = new Map<string, number>();",
    uses: ["values.get('a');", "values.map((x) => x);"],
  },
  {
    cell: "const given: string | number = JSON.parse('3'), none: string | number | null = null;",
    uses: ["given.toFixed();", "none.toFixed();", "const n: null = none;"],
  },
];

describe("constants of union types", function () {
  this.timeout(300_000);
  const compiler = useCellCompiler();
  const { convert } = compiler;

  for (const strict of [false, true]) {
    for (const { cell, uses } of SEQUENCES) {
      it(`are what they are in one file${strict ? ", strictly" : ""}: ${cell}`, () => {
        compiler.converter.strict = strict;
        convert(cell);
        const { declarations } = compiler;
        for (const use of uses) {
          const result = compiler.converter.convert(declarations, use, 1);
          const codes = result.kind === "refused" ? result.diagnostics.map(({ code }) => code) : [];
          assert.deepEqual(codes, errorsInOneFile(`${cell}\n${use}`, strict), use);
        }
      });
    }
  }

  it("leave variables their declared type, which later cells may assign", () => {
    convert("let x: string | number = 3;");
    convert("x = 'a'; x.toUpperCase();");
  });
});

const OPTIONS: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, types: [] };
const libraryHost = ts.createCompilerHost(OPTIONS);
/** The library's files, parsed once. */
const library: Map<string, ts.SourceFile | undefined> = new Map();

/** The codes of the errors of a program. */
function errorsInOneFile(text: string, strict: boolean): number[] {
  const getSourceFile: ts.CompilerHost["getSourceFile"] = (name, version) => {
    if (name === "one.ts") return ts.createSourceFile(name, text, version);
    if (!library.has(name)) library.set(name, libraryHost.getSourceFile(name, version));
    return library.get(name);
  };
  const program = ts.createProgram(["one.ts"], { ...OPTIONS, strict }, { ...libraryHost, getSourceFile });
  return program.getSemanticDiagnostics(program.getSourceFile("one.ts")).map(({ code }) => code);
}
