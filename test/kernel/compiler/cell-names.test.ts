import assert from "node:assert/strict";
import { reservedNames } from "../../../kernel/compiler/cell-names";

describe("names that a cell cannot declare", () => {
  it("are told with their places, in every form of a declaration", () => {
    const cases: readonly (readonly [string, string, number, number])[] = [
      ["const exports = 3;", "exports", 0, 6],
      ["let a = 1;\n  let b = 2, require = 3;", "require", 1, 13],
      ["const { a, exports: [, { b: require }] } = {};", "require", 0, 28],
      ["function require() {}", "require", 0, 9],
      ["export class exports {}", "exports", 0, 13],
      ["enum exports { A }", "exports", 0, 5],
      ["namespace require { export const a = 1; }", "require", 0, 10],
      ['import require = require("node:fs");', "require", 0, 7],
    ];
    for (const [code, name, line, column] of cases) {
      assert.deepEqual(
        reservedNames(code),
        [
          {
            line,
            column,
            endLine: line,
            endColumn: column + name.length,
            message: `Duplicate identifier '${name}'. Compiler reserves name '${name}' in top level scope of a module.`,
            code: 2441,
            fileName: undefined,
          },
        ],
        code,
      );
    }
  });

  it("are names that a function, a type or an import may have, and any that only look like them", () => {
    for (const code of [
      "function f(exports: number, require = exports) { return require; }",
      "{ const exports = 3; exports; }",
      "interface require {} type exports = number;",
      "declare const exports: { a: number };",
      'import { exports } from "./a"; import require from "./b";',
      "const { exports: own } = { exports: 1 }; const exported = own.exports;",
      'const fs = require("node:fs"); "exports"',
    ]) {
      assert.deepEqual(reservedNames(code), [], code);
    }
  });
});
